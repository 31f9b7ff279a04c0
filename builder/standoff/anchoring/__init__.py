"""Where a span is: quotes found in the text, offset units inferred, and every surface text proved."""

from __future__ import annotations

from standoff.anchoring.offsets import locate_offsets
from standoff.anchoring.quotes import locate_quotes
from standoff.annotations.reading import Reading, in_text
from standoff.model import Document


def anchor(reading: Reading, document: Document) -> str | None:
    """Give every span of a file its sorted fragments in code points of the text, or a finding that says why not.

    A span proves itself: the text of its fragments, in the order the source listed them, equals the recorded
    surface. One that does not is taken out after its finding. Returns the unit of the file's offsets where it is
    not code points of the text.
    """
    if reading.annotations.text_sha256 not in (None, document.text_sha256):
        message = (
            "made on another text: text_sha256 here is "
            f"{str(reading.annotations.text_sha256)[:12]}…, the document's is {document.text_sha256[:12]}…; "
            "`standoff anchor` moves them to the text of now"
        )
        place = reading.places.get("text_sha256", (1, 1))
        reading.fault("E201", message, *place, related=in_text(document, 0, "the text of now is here"))
    quoted = [span for span in reading.annotations.spans if span.quotes]
    counted = [span for span in reading.annotations.spans if not span.quotes]
    if quoted:
        locate_quotes(reading, document, quoted)
    return locate_offsets(reading, document, counted) if counted else None
