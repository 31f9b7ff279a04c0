"""Annotations made on a former text of a document -> where each of them stands in the text as it is now.

Nothing is moved here by itself: a relocation is a proposal, item by item, with the texts of both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from standoff.anchoring import moves
from standoff.anchoring.alignment import Alignment
from standoff.anchoring.moves import STATUSES, Move
from standoff.annotations import Reading
from standoff.model import Document, Fragment, Quote, Span
from standoff.reanchoring.former import FormerText


@dataclass(slots=True, frozen=True)
class Relocated:
    """A span, its fragments in the former text (empty where that is not at hand), and what became of it."""

    span: Span
    old: list[Fragment]
    old_text: str
    new_text: str
    move: Move

    def to_json(self) -> dict[str, Any]:
        """Return the span as a proposal file shows it."""
        return {
            "id": self.span.id,
            "line": self.span.line,
            "label": self.span.label,
            "status": self.move.status,
            "method": self.move.method,
            "score": self.move.score,
            "old": {"fragments": self.old, "text": self.old_text},
            "new": {"fragments": self.move.fragments, "text": self.new_text},
            "candidates": self.move.candidates,
        }


@dataclass(slots=True)
class Relocation:
    """The spans of one file. `former` is the text they were made on, None where nobody has it any more."""

    former: FormerText | None
    spans: list[Relocated] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many spans have each status."""
        found = Counter(each.move.status for each in self.spans)
        return Counter({status: found[status] for status in STATUSES})

    def open(self, accepted: Sequence[str] = ()) -> list[Relocated]:
        """Return the spans that a person has to look at: all but those whose text is the same, or is accepted."""
        return [each for each in self.spans if not each.move.is_intact and each.move.status not in accepted]


def of_quotes(reading: Reading, document: Document, former: FormerText | None) -> Relocation:
    """Relocate the spans of a native file that have offsets; one with a quote alone is found in the new text anyway.

    A span that does not prove itself on the former text keeps its place, and anchoring names it.
    """
    found = Relocation(former)
    alignment = Alignment(former.text, document.text or "") if former else None
    for span in reading.annotations.spans:
        placed = [(quote, quote.start, quote.end) for quote in span.quotes]
        fragments = [(start, end) for _, start, end in placed if start is not None and end is not None]
        if len(fragments) < len(placed) or not fragments:
            continue
        if alignment is None:
            move, old_text = _by_quotes(span.quotes, document.text or ""), _joined(q.exact or "" for q in span.quotes)
            found.spans.append(_relocated(span, [], old_text, document, move))
        elif _prove(span.quotes, alignment.old):
            move = moves.of_span(alignment, fragments)
            found.spans.append(_relocated(span, fragments, _text(alignment.old, fragments), document, move))
    return found


def of_offsets(reading: Reading, document: Document, former: FormerText) -> Relocation:
    """Relocate the spans of a tool's file, whose offsets are anchored in the former text."""
    alignment = Alignment(former.text, document.text or "")
    found = Relocation(former)
    for span in reading.annotations.spans:
        move = moves.of_span(alignment, span.fragments)
        found.spans.append(_relocated(span, span.fragments, _text(former.text, span.fragments), document, move))
    return found


def apply(relocation: Relocation) -> None:
    """Give the quotes of the spans that have a new place its offsets; their words are those of the new text."""
    for each in relocation.spans:
        for quote, (start, end) in zip(each.span.quotes, each.move.fragments, strict=False):
            quote.start, quote.end, quote.exact = start, end, None
            quote.nth, quote.prefix, quote.suffix = None, "", ""
        if each.move.fragments:
            each.span.surface = None


def _relocated(span: Span, old: list[Fragment], old_text: str, document: Document, move: Move) -> Relocated:
    return Relocated(span, old, old_text, _text(document.text or "", move.fragments), move)


def _by_quotes(quotes: list[Quote], text: str) -> Move:
    """Find each quote by what it says, the worst result being that of the span; one without words is lost."""
    found = [moves.of_quote(text, quote.exact or "", quote.prefix, quote.suffix) for quote in quotes]
    worst = max(found, key=lambda move: STATUSES.index(move.status))
    if not worst.fragments:
        return worst
    return Move(worst.status, [place for move in found for place in move.fragments], "quote", worst.score)


def _prove(quotes: list[Quote], text: str) -> bool:
    return all(
        q.start is not None
        and q.end is not None
        and q.start < q.end <= len(text)
        and q.exact in (None, text[q.start : q.end])
        for q in quotes
    )


def _text(text: str, fragments: list[Fragment]) -> str:
    return _joined(text[start:end] for start, end in fragments)


def _joined(pieces: Any) -> str:
    return " ".join(pieces)
