"""Extents: where a span is, as a tuple of (start, end) fragments; their overlaps and one-to-one alignment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from standoff.audit import assignment

Extent = tuple[tuple[int, int], ...]
_TIE = 1e-6
"""Added to each overlap, so that of two assignments with the same overlap the one with more pairs wins."""


def merged(fragments: Iterable[tuple[int, int]]) -> Extent:
    """Return the characters that the fragments cover, as sorted pieces that neither overlap nor touch."""
    pieces: list[tuple[int, int]] = []
    for start, end in sorted(fragments):
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((start, end))
    return tuple(pieces)


def length(extent: Extent) -> int:
    """Return the number of characters of an extent whose pieces do not overlap."""
    return sum(end - start for start, end in extent)


def common(first: Extent, second: Extent) -> int:
    """Return the number of characters in both of two sorted extents whose pieces do not overlap."""
    total, i, j = 0, 0, 0
    while i < len(first) and j < len(second):
        total += max(0, min(first[i][1], second[j][1]) - max(first[i][0], second[j][0]))
        if first[i][1] <= second[j][1]:
            i += 1
        else:
            j += 1
    return total


def align(
    first: Sequence[Extent], second: Sequence[Extent], bonus: Callable[[int, int], float] = lambda i, j: 0.0
) -> list[tuple[int, int]]:
    """Return pairs of numbers of overlapping extents, one to one, of greatest summed Jaccard overlap.

    `bonus` is added to a pair's overlap: small, it decides between equal ones.
    """
    edges = []
    order = sorted((extent[0][0], j) for j, extent in enumerate(second) if extent)
    for i, extent in enumerate(first):
        if not extent:
            continue
        for start, j in order:
            if start >= extent[-1][1]:
                break
            if second[j][-1][1] > extent[0][0] and (shared := common(extent, second[j])):
                overlap = shared / (length(extent) + length(second[j]) - shared)
                edges.append((i, j, overlap + _TIE + bonus(i, j)))
    return [(i, j) for i, j, _ in assignment.best(edges)]
