"""Alpha_u: Krippendorff's alpha for units cut out of a continuum, for two observers.

Source: K. Krippendorff, Content Analysis, 2nd edition 2004, pages 251-256. With more than two observers this form
does not behave as intended (Krippendorff, Mathet, Bouvry and Widlöcher 2016), so callers refuse that. Several
documents are one study: units and gaps never cross from one into the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Piece = tuple[int, int]
Numbers = NDArray[np.float64]


def apart(units: Iterable[Piece]) -> list[Piece]:
    """Return the units in order without those that overlap a longer one: one observer's units may not overlap."""
    kept: list[Piece] = []
    for start, end in sorted(units, key=lambda unit: (unit[0] - unit[1], unit)):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept)


def distance(first: Piece, first_is_unit: bool, second: Piece, second_is_unit: bool) -> int:
    """Return the squared distance of two sections (start, end) of the continuum, each a unit or a gap."""
    if first_is_unit and second_is_unit:
        if first[0] < second[1] and second[0] < first[1]:
            return (first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2
        return 0
    if first_is_unit and second[0] <= first[0] and first[1] <= second[1]:
        return (first[1] - first[0]) ** 2
    if second_is_unit and first[0] <= second[0] and second[1] <= first[1]:
        return (second[1] - second[0]) ** 2
    return 0


def counts(first: Iterable[Piece], second: Iterable[Piece], size: int, category: str) -> dict[Hashable, float]:
    """Return what a document adds: observed disagreement, its length, and how many units and gaps of which length.

    Units are (start, end) within a continuum of `size` characters, of one category, none overlapping within an
    observer's list.
    """
    sections = [list(_sections(units, size)) for units in (first, second)]
    found: Counter[Hashable] = Counter()
    observed, i, j = 0, 0, 0
    while i < len(sections[0]) and j < len(sections[1]):
        (one, one_is_unit), (other, other_is_unit) = sections[0][i], sections[1][j]
        observed += distance(one, one_is_unit, other, other_is_unit)
        i, j = i + (one[1] <= other[1]), j + (other[1] <= one[1])
    for (start, end), is_unit in (section for each in sections for section in each):
        found[category, "unit" if is_unit else "gap", end - start] += 1
    found[category, "observed", 0] = observed
    found[category, "size", 0] = size
    return dict(found)


def of_counts(columns: Sequence[Hashable], table: Numbers) -> Numbers:
    """Return alpha_u of each row of summed counts, over all categories in the columns; NaN where nothing is cut."""
    by_category: dict[Any, list[tuple[int, Any]]] = {}
    for number, column in enumerate(columns):
        if isinstance(column, tuple):
            by_category.setdefault(column[0], []).append((number, column))
    observed, expected = np.zeros(len(table)), np.zeros(len(table))
    for found in by_category.values():
        pair = disagreements(found, table)
        observed += pair[0]
        expected += pair[1]
    sound = expected > 0
    result: Numbers = np.where(sound, 1 - observed / np.where(sound, expected, 1), np.nan)
    return result


def disagreements(found: Sequence[tuple[int, Any]], table: Numbers) -> tuple[Numbers, Numbers]:
    """Return observed and expected disagreement of one category, from its (place, column) and summed counts."""
    places: dict[str, list[tuple[int, int]]] = {"unit": [], "gap": [], "observed": [], "size": []}
    for number, (_, kind, size) in found:
        places[kind].append((size, number))
    units, gaps = (np.array([size for size, _ in places[kind]], dtype=np.float64) for kind in ("unit", "gap"))
    unit_counts, gap_counts = (table[:, [number for _, number in places[kind]]] for kind in ("unit", "gap"))
    length = table[:, places["size"][0][1]]
    observed = table[:, places["observed"][0][1]] / np.where(length > 0, length, 1) ** 2
    others = unit_counts.sum(axis=1) - 1
    among_units = others / 3 * (unit_counts @ (2 * units**3 - 3 * units**2 + units))
    in_gaps = (unit_counts * units**2 * _room(units, gaps, gap_counts)).sum(axis=1)
    free = 2 * length * (2 * length - 1) - unit_counts @ (units * (units - 1))
    sound = (free > 0) & (length > 0)
    expected = np.where(sound, 2 / np.where(sound, length * free, 1) * (among_units + in_gaps), 0.0)
    return observed, expected


def _room(units: Numbers, gaps: Numbers, gap_counts: Numbers) -> Numbers:
    """Return, a row a resample, in how many places within the gaps a unit of each length can stand."""
    order = np.argsort(gaps)
    first = np.searchsorted(gaps[order], units)
    rows = len(gap_counts)
    counts = gap_counts[:, order]
    number, summed = (
        np.concatenate([np.cumsum(each[:, ::-1], axis=1)[:, ::-1], np.zeros((rows, 1))], axis=1)[:, first]
        for each in (counts, counts * gaps[order])
    )
    room: Numbers = summed - number * (units - 1)
    return room


def _sections(units: Iterable[Piece], size: int) -> Iterable[tuple[Piece, bool]]:
    position = 0
    for start, end in sorted(units):
        if position < start:
            yield (position, start), False
        yield (start, end), True
        position = end
    if position < size:
        yield (position, size), False
