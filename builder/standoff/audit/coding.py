"""Agreement on labels of whole units: Cohen, Fleiss, Gwet. Each returns None where it is not defined.

Sources: J. Cohen 1960; J. L. Fleiss 1971; K. L. Gwet 2008.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any


def observed(units: Sequence[Sequence[Any]]) -> float | None:
    """Return the share of agreeing pairs of observers, a mean over the units that two or more have (None: missing)."""
    shares = []
    for unit in units:
        found = Counter(value for value in unit if value is not None)
        number = found.total()
        if number > 1:
            shares.append(sum(times * (times - 1) for times in found.values()) / (number * (number - 1)))
    return sum(shares) / len(shares) if shares else None


def cohen(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Return Cohen's kappa of two observers; units with a missing value (None) do not count."""
    kept = [pair for pair in pairs if None not in pair]
    if not kept:
        return None
    first, second = Counter(pair[0] for pair in kept), Counter(pair[1] for pair in kept)
    agreed = sum(one == other for one, other in kept) / len(kept)
    expected = sum(first[value] * second[value] for value in first) / len(kept) ** 2
    return None if len({value for pair in kept for value in pair}) < 2 else (agreed - expected) / (1 - expected)


def fleiss(units: Sequence[Sequence[Any]]) -> float | None:
    """Return Fleiss' kappa; None also where not all units have the same number of values, two or more."""
    numbers = {sum(value is not None for value in unit) for unit in units}
    if len(numbers) != 1 or min(numbers) < 2:
        return None
    totals = Counter(value for unit in units for value in unit if value is not None)
    agreed = observed(units)
    if len(totals) < 2 or agreed is None:
        return None
    expected = sum((times / totals.total()) ** 2 for times in totals.values())
    return (agreed - expected) / (1 - expected)


def ac1(units: Sequence[Sequence[Any]], categories: int | None = None) -> float | None:
    """Return Gwet's AC1 for any number of observers, missing values allowed.

    `categories` is the number of categories to choose from; without it, the number of those used.
    """
    rated = [Counter(value for value in unit if value is not None) for unit in units]
    rated = [unit for unit in rated if unit]
    used = {value for unit in rated for value in unit}
    number = categories or len(used)
    agreed = observed(units)
    if len(used) < 2 or agreed is None:
        return None
    shares = (sum(unit[value] / unit.total() for unit in rated) / len(rated) for value in used)
    expected = sum(share * (1 - share) for share in shares) / (number - 1)
    return (agreed - expected) / (1 - expected)
