"""Gamma: agreement on where units are and on their labels at once, for any number of annotators.

Source: Y. Mathet, A. Widlöcher and J.-P. Métivier, "The Unified and Holistic Method Gamma for Inter-Annotator
Agreement Measure and Alignment", Computational Linguistics 41 (2015). Units are aligned so that the summed disorder
is least; gamma is 1 - observed / expected disorder, the latter that of the same annotations moved at random. Units
may overlap, nest and stand on each other. Needs scipy, the extra `gamma`, whose solvers find the alignment.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator, Sequence
from importlib.util import find_spec
from itertools import combinations
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from standoff.errors import ConfigError

SAMPLES = 30
"""Random continua for the expected disorder: the number that the authors' software takes."""

NEEDED = '--gamma needs scipy; install it with pip install "standoff[gamma]"'

_ALONE = 1.0
"""Disorder of a unit that is aligned with nothing: the unit of all others."""

Unit = tuple[int, int, str]
"""Start, end and label."""

Aligned = tuple[tuple[int, int], ...]
"""Units that are aligned with each other: the number of the annotator, and that of the unit among the annotator's."""

Numbers = NDArray[np.float64]


def require() -> None:
    """Raises ConfigError, with the command that helps, where scipy is not installed."""
    if not find_spec("scipy"):
        raise ConfigError(None, NEEDED)


def counts(sides: Sequence[Sequence[Unit]], size: int, seed: str, samples: int = SAMPLES) -> dict[Hashable, float]:
    """Return what a document adds: observed and expected disorder, summed over its units, and their number.

    `sides` are the units of each annotator on a text of `size` characters. The sum is that of an average annotator,
    so that documents weigh by their units. One seed gives one result, whatever the order of the annotators.
    """
    ordered = _in_order(sides)
    number = sum(map(len, ordered))
    mean = number / len(ordered)
    rng = random.Random(seed)
    drawn = [disorder(_moved(ordered, size, rng)) for _ in range(samples)] if number else [0.0]
    return {"observed": disorder(ordered) * mean, "expected": fmean(drawn) * mean, "units": number}


def of_counts(columns: Sequence[Hashable], table: Numbers) -> Numbers:
    """Return gamma of each row of summed counts; NaN where there are no units."""
    observed, expected = (table[:, columns.index(name)] for name in ("observed", "expected"))
    result: Numbers = np.where(expected > 0, 1 - observed / np.where(expected > 0, expected, 1), np.nan)
    return result


def disorder(sides: Sequence[Sequence[Unit]], position: float = 1.0, category: float = 1.0) -> float:
    """Return the disorder of the best alignment, a mean over the units of an average annotator; 0 without units.

    `position` and `category` weigh the two parts of a dissimilarity (alpha and beta of the paper).
    """
    number = sum(map(len, sides))
    if not number:
        return 0.0
    apart = {
        (i, j): dissimilarities(sides[i], sides[j], position, category) for i, j in combinations(range(len(sides)), 2)
    }
    total = _of_two(apart[0, 1]) if len(sides) == 2 else _of_many(apart, [len(units) for units in sides])
    return total * len(sides) / number


def dissimilarities(
    first: Sequence[Unit], second: Sequence[Unit], position: float = 1.0, category: float = 1.0
) -> Numbers:
    """Return the dissimilarity of each unit of one annotator from each of another.

    That of places is the square of (distance of starts + distance of ends) / (sum of lengths); that of labels 0 or 1.
    """
    one, other = (np.array([unit[:2] for unit in units], dtype=np.float64).reshape(-1, 2) for units in (first, second))
    moved = np.abs(one[:, None, :] - other[None, :, :]).sum(axis=2)
    lengths = (one[:, 1] - one[:, 0])[:, None] + (other[:, 1] - other[:, 0])[None, :]
    labels = [np.array([unit[2] for unit in units], dtype=object) for units in (first, second)]
    differ = labels[0][:, None] != labels[1][None, :]
    result: Numbers = _ALONE * (position * (moved / lengths) ** 2 + category * differ.astype(np.float64))
    return result


def _of_two(apart: Numbers) -> float:
    """Return the least summed disorder of two annotators: an assignment; a pair may cost no more than two alone."""
    from scipy.optimize import linear_sum_assignment

    gained = np.minimum(apart - 2 * _ALONE, 0.0)
    return float(_ALONE * sum(apart.shape) + gained[linear_sum_assignment(gained)].sum())


def _of_many(apart: dict[tuple[int, int], Numbers], sizes: Sequence[int]) -> float:
    """Return the least summed disorder of three annotators or more: an integer program over possible alignments."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    found = list(_tuples(apart, sizes))
    begins = np.cumsum([0, *sizes])
    cells = [(begins[side] + unit, n) for n, (units, _) in enumerate(found) for side, unit in units]
    rows, columns = np.array(cells).T
    once = csr_array((np.ones(len(cells)), (rows, columns)), shape=(begins[-1], len(found)))
    costs = np.array([cost for _, cost in found])
    solved = milp(costs, integrality=np.ones(len(found)), bounds=Bounds(0, 1), constraints=LinearConstraint(once, 1, 1))
    return float(solved.fun)


def _tuples(apart: dict[tuple[int, int], Numbers], sizes: Sequence[int]) -> Iterator[tuple[Aligned, float]]:
    """Yield each set of units, at most one of each annotator, that can stand in a best alignment, with its disorder.

    That is a mean over all pairs of annotators, those without a unit included. Left out are sets that cost less with
    one of their units alone: a unit adds what it is apart from the others, in place of as many pairs without it.
    """
    pairs = len(sizes) * (len(sizes) - 1) // 2
    most = pairs + len(sizes) - 1  # in the largest set; smaller ones are held to their own bound when they are whole

    def extend(units: Aligned, far: tuple[float, ...], side: int) -> Iterator[tuple[Aligned, float]]:
        if units and max(far) <= _ALONE * (pairs + len(units) - 1):
            bare = pairs - len(units) * (len(units) - 1) / 2
            yield units, (sum(far) / 2 + bare * _ALONE) / pairs
        for later in range(side, len(sizes)):
            rows = [apart[other, later][place] for other, place in units]
            added = np.sum(rows, axis=0) if rows else np.zeros(sizes[later])
            for unit in np.flatnonzero(added <= _ALONE * most).tolist():
                moved = tuple(old + float(row[unit]) for old, row in zip(far, rows, strict=True))
                if all(distance <= _ALONE * most for distance in moved):
                    yield from extend((*units, (later, unit)), (*moved, float(added[unit])), later + 1)

    yield from extend((), (), 0)


def _moved(sides: Sequence[Sequence[Unit]], size: int, rng: random.Random) -> list[list[Unit]]:
    """Return a random continuum: for each annotator all units of any of them, moved round the text by one distance.

    A unit that begins behind the end begins again at the front; none is cut. Two of the distances are never nearer
    than half a unit of average length, where there is room for that.
    """
    lengths = [end - start for units in sides for start, end, _ in units]
    least = fmean(lengths) / 2
    taken: list[int] = []
    moved = []
    for _ in sides:
        by = rng.randrange(size)
        for _ in range(20):
            if all(min(abs(by - other), size - abs(by - other)) >= least for other in taken):
                break
            by = rng.randrange(size)
        taken.append(by)
        units = sides[rng.randrange(len(sides))]
        moved.append([((start + by) % size, (start + by) % size + end - start, label) for start, end, label in units])
    return moved


def _in_order(sides: Sequence[Sequence[Unit]]) -> list[list[Unit]]:
    """Return the annotators in an order that neither their names nor those of the labels decide: by places first."""
    by_place = sorted((sorted(units) for units in sides), key=_extents)
    ranks = {key: rank for rank, key in enumerate(map(tuple, map(_extents, by_place)))}
    stands: dict[str, list[tuple[int, int, int]]] = {}
    for units in by_place:
        for start, end, label in units:
            stands.setdefault(label, []).append((start, end, ranks[tuple(_extents(units))]))
    number = {label: n for n, label in enumerate(sorted(stands, key=lambda label: sorted(stands[label])))}
    ordered = [sorted(units, key=lambda u: (u[0], u[1], number[u[2]])) for units in by_place]
    return sorted(ordered, key=lambda units: (_extents(units), [number[label] for _, _, label in units]))


def _extents(units: Sequence[Unit]) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in units]
