"""Where a span of an old text stands in the new one, and how sure that is.

The difference of the two texts decides first. What it does not find is looked for by its quote and the words around it
(W3C TextQuoteSelector), where nothing else of the old text stands, and taken only if it fits well and nothing else
fits as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from standoff.anchoring.alignment import Alignment
from standoff.model import Fragment

STATUSES = ("exact", "moved", "edited", "ambiguous", "lost")
"""From best to worst: same text at the same place, same text elsewhere, other text, several places, none."""

CONTEXT = 32
"""Code points of context on each side of a quote, as many as W3C clients store."""

THRESHOLD = 0.75
"""How well the context must fit, from 0.0 to 1.0, for a quote to be taken."""

ALONE = 0.5
"""The same for a quote that stands only once in each of the texts."""

MARGIN = 0.1
"""How much better than any other place it must fit."""

CHANCE = 2
"""So many letters of changed words may agree by chance, and count only if they begin and end as words did before."""


@dataclass(slots=True, frozen=True)
class Move:
    """What became of a span. `fragments` are in code points of the new text, in the order of the old ones.

    They are empty for what is ambiguous or lost; `candidates` are then the places where the quote stands. `method`
    is `diff` or `quote`, `score` how well the context of a quote fits.
    """

    status: str
    fragments: list[Fragment] = field(default_factory=list)
    method: str = "diff"
    score: float | None = None
    candidates: list[Fragment] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """True where the text of the span is the same as before."""
        return self.status in ("exact", "moved")


def of_span(alignment: Alignment, fragments: Sequence[Fragment]) -> Move:
    """Return what became of a span: the worst of what became of its fragments."""
    moves = [_of_fragment(alignment, start, end) for start, end in fragments]
    worst = max(moves, key=lambda move: STATUSES.index(move.status))
    if not worst.fragments:
        return worst
    scores = [move.score for move in moves if move.score is not None]
    method = "quote" if scores else "diff"
    places = [place for move in moves for place in move.fragments]
    return Move(worst.status, places, method, min(scores, default=None))


def of_quote(text: str, quote: str, prefix: str = "", suffix: str = "") -> Move:
    """Return where a quote stands in a text whose old form is not at hand: in its one place, or nowhere for sure.

    `prefix` and `suffix` are what stood around it, if that is known; several places that fit are ambiguous.
    """
    places = list(_occurrences(text, quote)) if quote else []
    if len(places) == 1 and not prefix and not suffix:
        return Move("moved", places, "quote")
    return _best(text, places, prefix, suffix)


def _of_fragment(alignment: Alignment, start: int, end: int) -> Move:
    runs = list(alignment.runs_in(start, end))
    if runs and runs[-1].new_end - runs[0].new == sum(run.end - run.start for run in runs) == end - start:
        place = (runs[0].new, runs[-1].new_end)
        if not all(run.by_letter for run in runs) or end - start > CHANCE or _same_edges(alignment, start, end, place):
            return Move("exact" if place == (start, end) else "moved", [place])
    old = alignment.old
    quote = old[start:end]
    places = list(_occurrences(alignment.new, quote))
    alone = len(places) == 1 and old.count(quote) == 1
    places = [place for place in places if alignment.is_free(place, (start, end))]
    places = [place for place in places if end - start > CHANCE or _same_edges(alignment, start, end, place)]
    before, after = old[max(start - CONTEXT, 0) : start], old[end : end + CONTEXT]
    found = _best(alignment.new, places, before, after, ALONE if alone else THRESHOLD)
    return found if found.is_intact else _edited(alignment, start, end) or found


def _same_edges(alignment: Alignment, start: int, end: int, place: Fragment) -> bool:
    """Say whether a span begins and ends as it did, at a word's edge or within a word: `he` is in `she`, too."""
    pairs = zip((start, end), place, strict=True)
    return all(_is_edge(alignment.old, at) == _is_edge(alignment.new, new_at) for at, new_at in pairs)


def _is_edge(text: str, at: int) -> bool:
    return not (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum())


def _edited(alignment: Alignment, start: int, end: int) -> Move | None:
    """Return the place of a span whose text was changed, if at least half of it stayed; from its first to its last."""
    runs = list(alignment.runs_in(start, end))
    if 2 * sum(run.end - run.start for run in runs) < end - start:
        return None
    place = (runs[0].new, runs[-1].new_end)
    if place[1] - place[0] > 2 * (end - start) + CONTEXT:
        return None  # its ends were torn apart: what lies between is no part of it
    return Move("edited", [place])


def _occurrences(text: str, quote: str) -> Iterator[Fragment]:
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _best(text: str, places: list[Fragment], before: str, after: str, threshold: float = THRESHOLD) -> Move:
    """Choose among the places of a quote by the words around it."""
    scored = sorted(((_fit(text, place, before, after), place) for place in places), reverse=True)
    if not scored or scored[0][0] < threshold:
        return Move("ambiguous" if len(places) > 1 else "lost", [], "quote", None, places)
    score, place = scored[0]
    if len(scored) > 1 and score - scored[1][0] < MARGIN:
        return Move("ambiguous", [], "quote", score, places)
    return Move("moved", [place], "quote", round(score, 3))


def _fit(text: str, place: Fragment, before: str, after: str) -> float:
    """Return how well the surroundings of a place fit: 0.0 to 1.0; without any context nothing fits."""
    from rapidfuzz import fuzz

    start, end = place
    there = text[max(start - len(before), 0) : start], text[end : end + len(after)]
    pairs = [(ours, theirs) for ours, theirs in zip((before, after), there, strict=True) if ours]
    return sum(fuzz.ratio(ours, theirs) for ours, theirs in pairs) / (100 * len(pairs)) if pairs else 0.0
