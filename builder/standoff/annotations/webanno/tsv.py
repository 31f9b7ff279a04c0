"""WebAnno TSV 3 (3.0 to 3.3), as WebAnno and INCEpTION export it -> Annotations and the text inside.

Format: appendix "WebAnno TSV 3.3 File format" of the INCEpTION user guide. Offsets count units of UTF-16 (code points
where the tokens prove it). What the types mean is said in `standoff.annotations.uima.types`, as for UIMA CAS.
"""

from __future__ import annotations

from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import start
from standoff.annotations.webanno import header as webanno_header
from standoff.annotations.webanno import items as webanno_items
from standoff.annotations.webanno.marks import Marks
from standoff.annotations.webanno.rows import Body
from standoff.annotations.webanno.text import rebuild


def sniff(data: bytes) -> bool:
    """Say whether a file begins as WebAnno TSV does, version 1 and 2 included, which `unpack` refuses with a reason."""
    head = data.removeprefix(b"\xef\xbb\xbf")[:4096].decode("utf-8", "replace")
    return head.startswith("#FORMAT=WebAnno TSV") or webanno_header.is_old(head)


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one file: one annotator's annotations of one document, with its text.

    A row or cell that cannot be understood is a finding (E131), a token that is not in the text at its offsets
    another (E221), a reference that leads nowhere a third (E301). Raises InputError if the file is not UTF-8, is no
    WebAnno TSV 3, or if a layer in its head cannot be understood.
    """
    reading, content = start(data, "", "", path)
    lines = [line.removesuffix("\r") for line in content.split("\n")]
    header = webanno_header.read(lines, path)
    body = Body(reading, header)
    body.read(lines)
    text = rebuild(body.sentences, reading)
    held = webanno_items.add(reading, Marks(reading, header, body.rows), text)
    reading.unit = text.unit
    fields = [(name or "comment", value) for name, value, _ in header.further]
    return Export([Part(reading, text=text.text, fields=fields, held=held, rebuilt=True)])
