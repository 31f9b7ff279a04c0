"""Windows that one small edit broke -> the text that they held, proved by their digests, and runs where it stands now.

Between two edits near each other no window is whole, so that nothing there could be claimed. But most edits put
something in, or change a character, and what stands before or after is known. So an edit is undone in the copy, at each
place where it can be: if a window has its digest then, its text is proved, and with it where the characters beyond the
edit stand now. Nothing is used but what was recorded, and no text longer than a character is tried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from standoff.hydrate.runs import Run, Runs
from standoff.withholding import windows
from standoff.withholding.windows import Windows

SURE = 32
"""Code points beyond an edit by which their place is sure; fewer may stand by chance in what was put in."""

INSERTED = 200
"""Most code points that an edit can have put in."""

REPLACED = 4
"""Most code points that can stand in the place of one; there each character of the copy is tried."""


class _Was(NamedTuple):
    """A window before an edit: its text, where it begins in the copy, and by how much its end moved against that."""

    text: str
    new: int
    moved: int


def mended(known: Runs, recorded: Windows, text: str) -> Runs:
    """Return the runs of a copy, and those that come to light when single edits are undone."""
    tried: set[tuple[object, ...]] = set()
    while True:
        found = [run for gap in _gaps(known, text) for run in gap.runs(recorded, text, tried)]
        fresh = [run for run in found if not any(_holds(each, run) for each in known.runs)]
        if not fresh:
            return known
        known = Runs(_joined([*known.runs, *fresh]), known.length)


def _gaps(known: Runs, text: str) -> Iterator[_Gap]:
    """Yield what lies between neighbours in the chain; the borders of the text are runs without characters."""
    first, last = Run(0, 0, 0), Run(known.length, known.length, len(text))
    for before, after in pairwise([first, *known.chain, last]):
        if before.end < after.start:
            yield _Gap(before, after)


class _Gap(NamedTuple):
    """Two runs between which the old text is not known."""

    before: Run
    after: Run

    def runs(self, recorded: Windows, text: str, tried: set[tuple[object, ...]]) -> list[Run]:
        """Return the runs that an undone edit brings to light: what was put in first, which is tried sooner."""
        room = self.after.new - self.before.new_end
        insertions = [(0, came) for came in range(1, min(room, INSERTED) + 1)]
        replacements = [(1, came) for came in range(min(room, REPLACED) + 1)]
        for sizes in (insertions, replacements):
            for forward in (True, False):
                for start, digest in self._broken(recorded, forward):
                    attempt = (start, self.before.shift if forward else self.after.shift, forward, sizes is insertions)
                    if attempt not in tried:
                        tried.add(attempt)
                        was = self._undone(recorded, text, start, digest, forward, sizes)
                        if was and (found := self._proved(start, was, text, forward)):
                            return found
        return []

    def _broken(self, recorded: Windows, forward: bool) -> list[tuple[int, str]]:
        """Return the windows that begin in the run before the gap, or end in that after it; the furthest first."""
        width = recorded.width
        run = self.before if forward else self.after
        low, high = (run.end - SURE, run.end) if forward else (run.start - width, run.start - width + SURE)
        found = [
            (start, digest)
            for digest, starts in recorded.starts.items()
            for start in starts
            if low <= start <= high and (start >= run.start if forward else start + width <= run.end)
        ]
        return sorted(found, reverse=forward)

    def _undone(
        self, recorded: Windows, text: str, start: int, digest: str, forward: bool, sizes: list[tuple[int, int]]
    ) -> _Was | None:
        """Return a window as one edit found it; None where no edit gives its digest, or where it is not clear which."""
        letters, found = sorted(set(text)), set[_Was]()
        for gone, came in sizes:
            moved = came - gone
            new = start + self.before.shift if forward else start + self.after.shift - moved
            piece = text[max(new, 0) : new + recorded.width + moved]
            if len(piece) != recorded.width + moved:
                continue
            first = max(self.before.end - start, 0)
            last = min(self.after.start - start, recorded.width) - gone
            for at in range(first, last + 1):
                for letter in letters if gone else ("",):
                    was = piece[:at] + letter + piece[at + came :]
                    if windows.digest_of(was, recorded.salt) == digest:
                        found.add(_Was(was, new, moved))
        return found.pop() if len(found) == 1 else None

    def _proved(self, start: int, was: _Was, text: str, forward: bool) -> list[Run]:
        """Return the runs before and after the edit in a window, none if that beyond it may stand by chance."""
        width = len(was.text)
        now = text[was.new : was.new + width + was.moved]
        head, tail = _alike(was.text, now), _alike(was.text[::-1], now[::-1])
        runs = [
            Run(start, start + head, was.new),
            Run(start + width - tail, start + width, was.new + width + was.moved - tail),
        ]
        beyond, other = (runs[1], self.after) if forward else (runs[0], self.before)
        is_met = other.start < other.end and beyond.shift == other.shift
        return runs if is_met or beyond.end - beyond.start >= SURE else []


def _alike(one: str, other: str) -> int:
    """Return with how many characters both begin."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _holds(known: Run, run: Run) -> bool:
    return run.shift == known.shift and known.start <= run.start and run.end <= known.end


def _joined(runs: list[Run]) -> list[Run]:
    """Return the runs with those of one shift that touch or overlap made one."""
    joined: list[Run] = []
    for run in sorted(runs, key=lambda each: (each.shift, each.start, each.end)):
        last = joined[-1] if joined else None
        if last and last.shift == run.shift and run.start <= last.end:
            joined[-1] = last._replace(end=max(last.end, run.end))
        elif run.start < run.end:
            joined.append(run)
    return joined
