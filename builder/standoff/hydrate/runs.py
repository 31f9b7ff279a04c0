"""Where the pieces of a withheld text stand in a copy of it: runs of windows that moved by as many characters.

Nothing is known of the old text but its windows. What no window covers is not known to have stayed, and is not claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from standoff.model import Fragment
from standoff.withholding.windows import Windows

MANY = 256
"""A window that fits in so many pairs of places (a line of dashes) says nothing of any of them."""


class Run(NamedTuple):
    """Characters that the old text and the copy share: from `start` to `end` in the old one, from `new` in the copy."""

    start: int
    end: int
    new: int

    @property
    def new_end(self) -> int:
        """First code point after the run in the copy."""
        return self.new + self.end - self.start

    @property
    def shift(self) -> int:
        """By how many code points it moved."""
        return self.new - self.start

    def precedes(self, other: Run) -> bool:
        """Say whether both can have stayed in their order; they may overlap where an edit repeats what is beside it."""
        return (
            self.start < other.start and self.end < other.end and self.new < other.new and self.new_end < other.new_end
        )


class Place(NamedTuple):
    """What became of a stretch of the old text: its status, and where it is in the copy if that is sure."""

    status: str
    at: Fragment | None = None


class Runs:
    """The runs of a text in a copy, in order, each with the weight of the heaviest chain of runs through it.

    A chain keeps its order in both texts; its weight is the number of characters of its runs. By that a repeated
    paragraph is told from its twin: the chain through the true place has more of the text in it.
    """

    def __init__(self, runs: Sequence[Run], length: int) -> None:
        self.runs = sorted(runs)
        self.length = length
        before = _weights(self.runs)
        turned = [Run(-run.end, -run.start, -run.new_end) for run in reversed(self.runs)]
        after = list(reversed(_weights(turned)))
        own = [run.end - run.start for run in self.runs]
        self.weights = [a + b - c for a, b, c in zip(before, after, own, strict=True)]

    @cached_property
    def chain(self) -> list[Run]:
        """A heaviest chain."""
        best = max(self.weights, default=0)
        chain: list[Run] = []
        for run, weight in zip(self.runs, self.weights, strict=True):
            if weight == best and (not chain or chain[-1].precedes(run)):
                chain.append(run)
        return chain

    @property
    def coverage(self) -> float:
        """How much of the old text the chain has, 0.0 to 1.0."""
        covered = reach = 0
        for run in self.chain:
            covered += max(run.end - max(run.start, reach), 0)
            reach = max(reach, run.end)
        return covered / self.length if self.length else 0.0

    def place(self, start: int, end: int) -> Place:
        """Return where a stretch of the old text stands: covered by one run wholly, and by no other as good.

        A rival is a run that puts the stretch elsewhere, or that puts another stretch into the same place.
        """
        covering = [
            (weight, run)
            for run, weight in zip(self.runs, self.weights, strict=True)
            if run.start <= start and end <= run.end
        ]
        if not covering:
            return Place("lost")
        weight, best = max(covering)
        at = (start + best.shift, end + best.shift)
        for rival, other in zip(self.runs, self.weights, strict=True):
            is_elsewhere = rival.start <= start and end <= rival.end
            is_there = rival.new <= at[0] and at[1] <= rival.new_end
            if rival.shift != best.shift and other >= weight and (is_elsewhere or is_there):
                return Place("ambiguous")
        return Place("exact" if best.shift == 0 else "moved", at)

    def near(self, start: int, end: int) -> Fragment | None:
        """Return between which places of the copy a stretch must lie that was not found, None if it may be anywhere."""
        before = [min(run.end, start) + run.shift for run in self.chain if run.start < start]
        after = [max(run.start, end) + run.shift for run in self.chain if run.end > end]
        if not before or not after or max(before) > min(after):
            return None
        return max(before), min(after)

    def moved(self, by: int) -> Runs:
        """Return the same runs in a copy whose first `by` code points were taken off."""
        return Runs([run._replace(new=run.new - by) for run in self.runs if run.new >= by], self.length)


def find(windows: Windows, text: str) -> Runs:
    """Return the runs of windows in a copy of their text."""
    places: dict[str, list[int]] = defaultdict(list)
    for new, digest in windows.found_in(text):
        places[digest].append(new)
    by_shift: dict[int, list[int]] = defaultdict(list)
    for digest, found in places.items():
        if len(found) * len(windows.starts[digest]) <= MANY:
            for start in windows.starts[digest]:
                for new in found:
                    by_shift[new - start].append(start)
    runs = [run for shift, starts in by_shift.items() for run in _joined(sorted(starts), shift, windows.width)]
    return Runs(runs, windows.length)


def whole(length: int) -> Runs:
    """Return the one run of a copy that is the text itself."""
    return Runs([Run(0, length, 0)] if length else [], length)


def _joined(starts: list[int], shift: int, width: int) -> Iterator[Run]:
    """Yield the runs of windows of one shift that touch or overlap."""
    first = last = starts[0]
    for start in starts[1:]:
        if start > last + width:
            yield Run(first, last + width, first + shift)
            first = start
        last = start
    yield Run(first, last + width, first + shift)


def _weights(runs: Sequence[Run]) -> list[int]:
    """Return for each run the weight of the heaviest chain that ends with it."""
    weights: list[int] = []
    for index, run in enumerate(runs):
        earlier = (weights[other] for other in range(index) if runs[other].precedes(run))
        weights.append(max(earlier, default=0) + run.end - run.start)
    return weights
