"""How an old text became a new one: which of its characters stayed, and where each of them stands now.

Texts are compared by lines, what differs there by sentences, then by words, then by characters, each time by a longest
common subsequence (rapidfuzz, `Indel`). There is no time limit that could change the result: same texts, same answer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCES = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
_WORDS = re.compile(r"\w+\W*|\W+")  # a blank of its own would agree with any other
_LARGEST = 4_000_000_000
"""What two sequences may have as the product of their lengths; the table of a comparison has as many bits."""


class Kept(NamedTuple):
    """A run of characters that stayed: from `start` to `end` in the old text, from `new` on in the new one.

    `by_letter` says that only letters within changed words agree here, which they may do by chance.
    """

    start: int
    end: int
    new: int
    by_letter: bool

    @property
    def new_end(self) -> int:
        """First code point after the run in the new text."""
        return self.new + self.end - self.start


class Alignment:
    """Two texts, and the runs that both have, in order; all offsets are code points."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.kept = _joined([Kept(0, len(old), 0, False)] if old == new and old else _by(_STEPS, old, new, 0, 0))
        self._starts = [run.start for run in self.kept]
        self._news = [run.new for run in self.kept]

    def runs_in(self, start: int, end: int) -> Iterator[Kept]:
        """Yield what stayed of a stretch of the old text, cut to it."""
        for run in self.kept[max(bisect_right(self._starts, start) - 1, 0) :]:
            if run.start >= end:
                break
            first, last = max(run.start, start), min(run.end, end)
            if first < last:
                yield Kept(first, last, run.new + first - run.start, run.by_letter)

    def is_free(self, place: tuple[int, int], span: tuple[int, int]) -> bool:
        """Say whether a stretch of the new text can be what a span of the old one became: nothing else went there."""
        first = bisect_right(self._news, place[0]) - 1
        for run in self.kept[max(first, 0) :]:
            if run.new >= place[1]:
                break
            start, end = max(run.new, place[0]), min(run.new_end, place[1])
            shift = run.start - run.new
            if start < end and not span[0] <= start + shift <= end + shift <= span[1]:
                return False
        return True

    @property
    def share(self) -> float:
        """How much of the longer text the two have in common: 0.0 to 1.0, and 1.0 for two empty ones."""
        longest = max(len(self.old), len(self.new))
        return sum(run.end - run.start for run in self.kept) / longest if longest else 1.0


def _lines(text: str) -> list[str]:
    return _LINES.findall(text)


def _sentences(text: str) -> list[str]:
    return _SENTENCES.findall(text)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


_STEPS: tuple[Callable[[str], Sequence[str]], ...] = (_lines, _sentences, _words, list)


def _by(steps: Sequence[Callable[[str], Sequence[str]]], old: str, new: str, at: int, new_at: int) -> list[Kept]:
    """Return the runs of two stretches that begin at `at` and `new_at` of their texts."""
    from rapidfuzz.distance import Indel

    ours, theirs = steps[0](old), steps[0](new)
    if len(ours) * len(theirs) > _LARGEST:
        return []  # hundreds of megabytes of table: two texts of that size that agree in no line are strangers
    starts, new_starts = [0, *accumulate(map(len, ours))], [0, *accumulate(map(len, theirs))]
    runs: list[Kept] = []
    for piece in _blocks(Indel.opcodes(ours, theirs)):
        a, b = starts[piece.start], starts[piece.end]
        c, d = new_starts[piece.new_start], new_starts[piece.new_end]
        if piece.equal:
            runs.append(Kept(at + a, at + b, new_at + c, len(steps) == 1))
        elif a < b and c < d and len(steps) > 1:
            runs += _by(steps[1:], old[a:b], new[c:d], at + a, new_at + c)
    return runs


class _Block(NamedTuple):
    """Pieces that agree, or a stretch between two of those, all its deletions and insertions together."""

    equal: bool
    start: int
    end: int
    new_start: int
    new_end: int


def _blocks(opcodes: object) -> Iterator[_Block]:
    """Yield equal blocks, and what lies between them as one block each: it is compared by the next finer step."""
    between: _Block | None = None
    for code in opcodes:  # type: ignore[attr-defined]
        block = _Block(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end)
        if block.equal:
            if between:
                yield between
            between = None
            yield block
        else:
            between = between._replace(end=block.end, new_end=block.new_end) if between else block
    if between:
        yield between


def _joined(runs: list[Kept]) -> list[Kept]:
    """Return runs with those joined that follow each other in both texts."""
    joined: list[Kept] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.end == run.start and last.new_end == run.new and last.by_letter == run.by_letter:
            joined[-1] = last._replace(end=run.end)
        else:
            joined.append(run)
    return joined
