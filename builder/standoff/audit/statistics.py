"""What is counted a document, and how counts become values.

Every measure is a function of counts that are summed over documents. Counts are dicts from a column (any hashable
value) to a number; a Statistic takes the columns and an array of summed counts, a row a resample of the documents,
and returns a value a resample, NaN where it is not defined. So a bootstrap is one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.audit import alpha, gamma, unitizing

Numbers = NDArray[np.float64]
Counts = Mapping[Hashable, float]

NOTHING = "nothing to compare"
NO_VARIATION = "no variation"


@dataclass(frozen=True, slots=True)
class Key:
    """A measure: its layer, its name, the label it is about (empty: all of them), and how it is computed."""

    layer: str
    name: str
    statistic: str
    label: str = ""


def match(both: float, first: float, second: float) -> dict[Hashable, float]:
    """Return the counts of an F1: matched items, and the items of either side."""
    return score(both, first, both, second) | {"units": first + second}


def score(recalled: float, key: float, precise: float, response: float) -> dict[Hashable, float]:
    """Return the counts of an F1 whose recall and precision have sums of their own."""
    return {("f", 0): recalled, ("f", 1): key, ("f", 2): precise, ("f", 3): response}


def _harmonic(table: Numbers) -> Numbers:
    recall = table[:, 0] / np.where(table[:, 1] > 0, table[:, 1], 1)
    precision = table[:, 2] / np.where(table[:, 3] > 0, table[:, 3], 1)
    total = recall + precision
    value: Numbers = np.where(total > 0, 2 * recall * precision / np.where(total > 0, total, 1), 0.0)
    return np.where(table[:, 1] + table[:, 3] > 0, value, np.nan)


def _f1(columns: Sequence[Hashable], table: Numbers) -> Numbers:
    places = [columns.index(("f", number)) for number in range(4)]
    return _harmonic(table[:, places])


def _mean_f1(columns: Sequence[Hashable], table: Numbers) -> Numbers:
    """Return the mean of several F1s, whose columns are (name, number)."""
    names = sorted({column[0] for column in columns if isinstance(column, tuple)})
    values = [_harmonic(table[:, [columns.index((name, number)) for number in range(4)]]) for name in names]
    # A part without a case (no links at all, for MUC) is left out of the mean.
    return _nanmean(np.array(values))


def _alpha(metric: str) -> Callable[[Sequence[Hashable], Numbers], Numbers]:
    def value(columns: Sequence[Hashable], table: Numbers) -> Numbers:
        pairs = [(number, column) for number, column in enumerate(columns) if isinstance(column, tuple)]
        values = alpha.in_order({each for _, column in pairs for each in column})
        place = {each: number for number, each in enumerate(values)}
        cube = np.zeros((len(table), len(values), len(values)))
        for number, (first, second) in pairs:
            cube[:, place[first], place[second]] += table[:, number]
        return alpha.of_coincidences(values, cube, metric)

    return value


STATISTICS: dict[str, Callable[[Sequence[Hashable], Numbers], Numbers]] = {
    "f1": _f1,
    "mean of f1": _mean_f1,
    "alpha": _alpha("nominal"),
    "ordinal alpha": _alpha("ordinal"),
    "alpha_u": unitizing.of_counts,
    "gamma": gamma.of_counts,
}


def _nanmean(values: Numbers) -> Numbers:
    defined = ~np.isnan(values)
    number = defined.sum(axis=0)
    total = np.where(defined, values, 0.0).sum(axis=0)
    mean: Numbers = np.where(number > 0, total / np.where(number > 0, number, 1), np.nan)
    return mean


class Weights:
    """How often each document counts: once in row 0, and in the further rows as a seeded resample draws it."""

    def __init__(self, documents: int, resamples: int, seed: int) -> None:
        self.documents = documents
        rows = [np.ones((1, documents))]
        if resamples and documents > 1:
            generator = np.random.default_rng(seed)
            drawn = generator.integers(0, documents, size=(resamples, documents))
            rows.append(np.stack([np.bincount(row, minlength=documents) for row in drawn]).astype(np.float64))
        self.table: Numbers = np.concatenate(rows)


def values_of(key: Key, counted: Mapping[int, Counts], weights: Weights) -> Numbers:
    """Return a value a row of the weights, from the counts of some documents (by number)."""
    columns = list(dict.fromkeys(column for counts in counted.values() for column in counts))
    table = np.zeros((weights.documents, len(columns)))
    place = {column: number for number, column in enumerate(columns)}
    for document, counts in counted.items():
        for column, number in counts.items():
            table[document, place[column]] = number
    return STATISTICS[key.statistic](columns, weights.table @ table)


def estimate(key: Key, values: Numbers, counted: Sequence[Mapping[int, Counts]]) -> dict[str, Any]:
    """Return value, 95% interval, and n of a measure; a null value carries its reason.

    `values` are those of the whole (first) and of the resamples; the interval is of the percentiles 2.5 and 97.5 of
    the resamples in which the measure is defined, and null where fewer than half are.
    """
    units = sum(counts.get("units", 0) for each in counted for counts in each.values())
    documents = len({number for each in counted for number in each})
    found: dict[str, Any] = {"value": None, "low": None, "high": None, "documents": documents, "units": round(units)}
    if np.isnan(values[0]):
        return found | {"reason": NO_VARIATION if units and "f1" not in key.statistic else NOTHING}
    found["value"] = round(float(values[0]), 6)
    resampled = values[1:][~np.isnan(values[1:])]
    if len(resampled) >= max(len(values) - 1, 1) / 2 and documents > 1:
        low, high = np.percentile(resampled, [2.5, 97.5])
        found |= {"low": round(float(low), 6), "high": round(float(high), 6)}
    return found


def mean(values: Sequence[Numbers]) -> Numbers:
    """Return the mean of the pairs' values, over the pairs for which the measure is defined at all.

    A resample that leaves out one of these pairs has no mean: it would be one of other annotators.
    """
    defined = [each for each in values if not np.isnan(each[0])]
    return np.mean(defined, axis=0) if defined else values[0]
