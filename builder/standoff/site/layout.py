"""Spans that nest, cross and break off -> blocks of segments: how a text is drawn with everything that is marked in it.

A text is cut into blocks (its lines; long ones further), and a block at every border of a span into segments. A span
of kind `content` is a wash behind the words, as whole sentences are; every other one is a line below them. It keeps
one lane from its first fragment to its last: the shorter the span, the closer to the words. Offsets are code points.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LANES = 6
"""Lines below the words; what finds no lane is counted, and stands in the list of spans."""

WASHES = 3
_DRAWN = 10
"""Spans that are drawn at one place."""

_GAP = 400
"""Longest gap between two fragments that is bridged by a dotted line."""

BLOCK = 2000
"""Longest block: a longer line is cut at a blank."""

BLANK = 500
"""Code points of a stretch of a text that is not there."""

KINDS = ("mention", "trigger", "content", "cue", "time", "quantity", "evidence", "other")


@dataclass(slots=True)
class Mark:
    """A span to draw. `number` is its number among the spans of its version; `differs` says how, in a comparison."""

    number: int
    kind: str
    label: str
    fragments: list[tuple[int, int]]
    differs: str = ""
    lane: int | None = None

    @property
    def start(self) -> int:
        """Where the first fragment starts."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where the last fragment ends."""
        return self.fragments[-1][1]


@dataclass(slots=True)
class Tag:
    """A label above the words where a span starts, shortened to the room that is there. `more` continues a span."""

    mark: Mark
    shown: str
    more: bool


@dataclass(slots=True)
class Segment:
    """A stretch of text on which the same spans lie; `gaps` are those that it lies between two fragments of."""

    start: int
    end: int
    marks: list[Mark] = field(default_factory=list)
    gaps: list[Mark] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    unseen: int = 0
    depth: int = 0


@dataclass(slots=True)
class Block:
    """A paragraph, or a piece of a long one; `after` is the white space between it and the next."""

    start: int
    end: int
    after: str
    continues: bool
    segments: list[Segment]

    def marks(self) -> list[Mark]:
        """Return the spans that are drawn in it, by number."""
        found = {mark.number: mark for s in self.segments for mark in s.marks}
        found |= {tag.mark.number: tag.mark for s in self.segments for tag in s.tags}
        return [found[number] for number in sorted(found)]


def blocks(text: str, marks: Sequence[Mark], glossed: frozenset[str] | None = None) -> list[Block]:
    """Return a text as blocks of segments. `glossed` are the kinds whose labels stand above the words (None: all)."""
    assign_lanes(marks)
    pieces = _pieces(text)
    starts = [start for start, _, _, _ in pieces]
    opened: list[list[tuple[int, int, Mark, bool, bool]]] = [[] for _ in pieces]
    for mark in marks:
        for begin, end, gap, first in _stretches(mark):
            number = max(bisect_right(starts, begin) - 1, 0)
            while number < len(pieces) and starts[number] < end:
                low, high = max(begin, starts[number]), min(end, pieces[number][1])
                if low < high:
                    opened[number].append((low, high, mark, gap, first and low == begin))
                number += 1
    return [
        Block(start, end, after, continues, _segments(start, end, found, glossed))
        for (start, end, after, continues), found in zip(pieces, opened, strict=True)
    ]


def blank(length: int) -> list[Block]:
    """Return the blocks of a text that is not there: stretches that items are grouped by, and nothing drawn."""
    return [Block(start, min(start + BLANK, length), "", False, []) for start in range(0, length, BLANK)]


def assign_lanes(marks: Sequence[Mark]) -> None:
    """Give every span but contents a lane, the shorter ones first; None where all lanes are taken."""
    lanes: list[list[tuple[int, int]]] = [[] for _ in range(LANES)]
    for mark in sorted(marks, key=lambda m: (m.end - m.start, m.start, m.number)):
        mark.lane = None
        if mark.kind != "content":
            mark.lane = next((n for n, taken in enumerate(lanes) if _is_free(taken, mark.start, mark.end)), None)
            if mark.lane is not None:
                insort(lanes[mark.lane], (mark.start, mark.end))


def _is_free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    index = bisect_left(taken, (start, start))
    return (index == 0 or taken[index - 1][1] <= start) and (index == len(taken) or taken[index][0] >= end)


def _stretches(mark: Mark) -> Iterator[tuple[int, int, bool, bool]]:
    """Yield start, end, whether it is a gap, and whether a tag stands at the start."""
    last = None
    for start, end in mark.fragments:
        if last is not None and last < start <= last + _GAP:
            yield last, start, True, False
        yield start, end, False, True
        last = end


def _pieces(text: str) -> list[tuple[int, int, str, bool]]:
    """Return the blocks of a text: start, end, the line ends after it, and whether it goes on with a line."""
    found: list[tuple[int, int, str, bool]] = []
    for match in re.finditer(r"([^\n]+)(\n*)|\n+", text):
        if match[1] is None:
            found.append((match.start(), match.start(), match[0], False))
            continue
        start, end = match.span(1)
        continues = False
        while end - start > BLOCK:
            blank = text.rfind(" ", start + BLOCK // 2, start + BLOCK)
            cut = blank + 1 if blank > 0 else start + BLOCK
            found.append((start, cut, "", continues))
            start, continues = cut, True
        found.append((start, end, match[2], continues))
    return found


def _segments(
    start: int, end: int, found: list[tuple[int, int, Mark, bool, bool]], glossed: frozenset[str] | None
) -> list[Segment]:
    borders = sorted({start, end, *(low for low, *_ in found), *(high for _, high, *_ in found)})
    opening: dict[int, list[tuple[int, Mark, bool, bool]]] = defaultdict(list)
    for low, high, mark, gap, first in found:
        opening[low].append((high, mark, gap, first))
    active: list[tuple[int, Mark, bool]] = []
    segments = []
    for low, high in pairwise(borders):
        active = [entry for entry in active if entry[0] > low]
        active += [(until, mark, gap) for until, mark, gap, _ in opening[low]]
        segments.append(_segment(low, high, active, opening[low], glossed))
    _shorten(segments, end)
    return segments


def _segment(
    low: int,
    high: int,
    active: list[tuple[int, Mark, bool]],
    opening: list[tuple[int, Mark, bool, bool]],
    glossed: frozenset[str] | None,
) -> Segment:
    inside = [mark for _, mark, gap in active if not gap]
    washes = [mark for mark in inside if mark.kind == "content"]
    lined = [mark for mark in inside if mark.lane is not None]
    drawn = [*lined, *washes[:WASHES]][:_DRAWN]
    segment = Segment(low, high, drawn, [mark for _, mark, gap in active if gap and mark.lane is not None])
    segment.unseen, segment.depth = len(inside) - len(drawn), min(len(washes), WASHES)
    first = sorted((mark for _, mark, gap, first in opening if first and not gap), key=lambda m: (-m.end, m.number))
    for mark in first:
        if (glossed is None or mark.kind in glossed) and (mark.lane is not None or mark.kind == "content"):
            segment.tags.append(Tag(mark, mark.label, low != mark.start))
    return segment


def _shorten(segments: list[Segment], end: int) -> None:
    """Cut labels to the room before the next tag: small letters above take most of a letter's width."""
    places = [segment.start for segment in segments if segment.tags]
    for number, segment in enumerate(s for s in segments if s.tags):
        until = places[number + 1] if number + 1 < len(places) else end + 8
        room = max(int((until - segment.start) * 1.12) - len(segment.tags), 2)
        segment.tags = segment.tags[: max(min(room // 3, 4), 1)]
        for left, tag in zip(range(len(segment.tags), 0, -1), segment.tags, strict=True):
            width = max(room // left, 2)
            tag.shown = tag.mark.label if len(tag.mark.label) <= width else tag.mark.label[: width - 1] + "…"
            room -= min(len(tag.mark.label), width) + 1
