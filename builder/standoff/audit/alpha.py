"""Krippendorff's alpha for coded units, any number of observers, missing values.

Source: K. Krippendorff, Content Analysis, 2nd edition 2004, chapter 11; in its form of coincidence matrices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import ConfigError

METRICS = ("nominal", "ordinal", "interval", "ratio")

Numbers = NDArray[np.float64]


def alpha(units: Iterable[Sequence[Any]], metric: str = "nominal", order: Sequence[Any] | None = None) -> float | None:
    """Return alpha of some units, each the observers' values (None: missing); None where nothing varies.

    Values are in their natural order for `ordinal`, or in that of `order`; numbers for `interval` and `ratio`.
    Raises ConfigError for a metric there is not.
    """
    if metric not in METRICS:
        raise ConfigError(None, f"there is no metric {metric!r}; expected one of {', '.join(METRICS)}")
    found = coincidences(units)
    values = list(order) if order is not None else in_order({value for pair in found for value in pair})
    place = {value: number for number, value in enumerate(values)}
    cube = np.zeros((1, len(values), len(values)))
    for (first, second), number in found.items():
        cube[0, place[first], place[second]] += number
    value = float(of_coincidences(values, cube, metric)[0])
    return None if np.isnan(value) else value


def coincidences(units: Iterable[Sequence[Any]]) -> Counter[tuple[Any, Any]]:
    """Return how often two observers gave two values to one unit, each unit weighted by 1 / (its values - 1)."""
    found: Counter[tuple[Any, Any]] = Counter()
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        number = counts.total()
        if number < 2:
            continue
        for first, times in counts.items():
            for second, others in counts.items():
                found[first, second] += times * (others - (first == second)) / (number - 1)
    return found


def in_order(values: Iterable[Hashable]) -> list[Any]:
    """Return values in their natural order, those of different types by type first."""
    return sorted(values, key=lambda value: (isinstance(value, str), value))


def of_coincidences(values: Sequence[Any], table: Numbers, metric: str) -> Numbers:
    """Return alpha of each of some coincidence matrices (n x values x values); NaN where nothing varies."""
    totals = table.sum(axis=2)
    number = totals.sum(axis=1)
    distances = _distances(values, totals, metric)
    observed = (table * distances).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distances).sum(axis=(1, 2))
    sound = expected > 0
    ratio = np.where(sound, (number - 1) * observed / np.where(sound, expected, 1), np.nan)
    result: Numbers = 1 - ratio
    return result


def _distances(values: Sequence[Any], totals: Numbers, metric: str) -> Numbers:
    size = len(values)
    if metric == "nominal":
        return (1 - np.eye(size))[None]
    if metric == "ordinal":
        # Krippendorff's ordinal distance: the values between two, half of these two themselves.
        middle = np.cumsum(totals, axis=1) - totals / 2
        ordinal: Numbers = (middle[:, :, None] - middle[:, None, :]) ** 2
        return ordinal
    numbers = np.array([float(value) for value in values])
    apart, summed = numbers[:, None] - numbers[None, :], numbers[:, None] + numbers[None, :]
    if metric == "interval":
        interval: Numbers = (apart**2)[None]
        return interval
    ratio: Numbers = ((apart / np.where(summed == 0, 1, summed)) ** 2)[None]
    return ratio
