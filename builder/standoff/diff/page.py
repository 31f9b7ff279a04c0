"""A difference -> one HTML page with both sides next to each other, which asks nothing of any network."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from standoff.anchoring.alignment import Alignment
from standoff.diff import documents
from standoff.diff.changes import KINDS, Difference
from standoff.diff.sides import Side

_TEMPLATE = Path(__file__).with_name("page.html")
_MOST = 2000
_CONTEXT = 40


def render(difference: Difference, old: Side, new: Side, version: dict[str, Any]) -> str:
    """Return the page. Of many changes the first 2,000 are shown, and the page says so."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    shown = sorted(difference.changes[:_MOST], key=lambda change: change.doc_id)
    kinds = [kind for kind in KINDS if any(counts[kind] for counts in difference.counts.values())]
    return template.render(
        difference=difference,
        version=version,
        kinds=kinds,
        meanings=KINDS,
        counts={layer: [counts[kind] for kind in kinds] for layer, counts in difference.counts.items()},
        groups=[(doc_id, list(changes)) for doc_id, changes in groupby(shown, key=lambda change: change.doc_id)],
        more=len(difference.changes) - len(shown),
        texts=[(change, list(_pieces(change.doc_id, old, new))) for change in difference.texts],
        fields=Counter(change.field for change in difference.document_changes),
    )


def visible(text: str | None) -> str:
    """Return a text with control and direction characters as code points: they could change what stands around.

    A newline is one: where lines are kept it is shown as such, elsewhere as a blank.
    """
    if text is None:
        return ""
    hidden = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    return "".join(f"⟨U+{ord(c):04X}⟩" if c in hidden else c for c in text)


def _pieces(doc_id: str, old: Side, new: Side) -> Iterator[tuple[str, str]]:
    """Yield the stretches of a changed text, (`same`, `gone` or `new`, words); long ones that are the same are cut."""
    alignment = documents.alignment_of(old.documents[doc_id], new.documents[doc_id])
    if alignment is None:
        return
    at = new_at = 0
    for run in [*alignment.kept, None]:
        start, new_start = (run.start, run.new) if run else (len(alignment.old), len(alignment.new))
        if start > at:
            yield "gone", alignment.old[at:start]
        if new_start > new_at:
            yield "new", alignment.new[new_at:new_start]
        if run:
            yield "same", _cut(alignment, run.start, run.end)
            at, new_at = run.end, run.new_end


def _cut(alignment: Alignment, start: int, end: int) -> str:
    """Return what is the same, with an ellipsis for its middle, or for all but what touches a change."""
    text = alignment.old[start:end]
    if len(text) <= 3 * _CONTEXT:
        return text
    head = "" if start == 0 else text[:_CONTEXT]
    tail = "" if end == len(alignment.old) else text[-_CONTEXT:]
    return f"{head} … {tail}"
