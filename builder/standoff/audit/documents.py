"""Agreement on the attributes of whole documents: share of agreeing pairs, alpha, Cohen, Fleiss, Gwet's AC1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from standoff.audit import coding
from standoff.audit.alpha import alpha
from standoff.audit.statistics import NO_VARIATION, NOTHING, Weights
from standoff.audit.views import View

Units = list[list[str | None]]


def cohen_mean(units: Units) -> float | None:
    """Return the mean of Cohen's kappa over the pairs of annotators for whom it is defined."""
    number = len(units[0]) if units else 0
    found = [coding.cohen([(unit[i], unit[j]) for unit in units]) for i, j in combinations(range(number), 2)]
    values = [value for value in found if value is not None]
    return sum(values) / len(values) if values else None


MEASURES: dict[str, Callable[[Units], float | None]] = {
    "agreement": coding.observed,
    "alpha": alpha,
    "Cohen": cohen_mean,
    "Fleiss": coding.fleiss,
    "AC1": coding.ac1,
}
"""By name; each takes a document's values, an annotator each (None: missing)."""


def report(views: Sequence[View], annotators: Sequence[str], weights: Weights) -> list[dict[str, Any]]:
    """Return a row an attribute and measure, with interval and n. `weights` has a column a document, sorted by id."""
    ids = sorted({view.doc_id for view in views})
    by_key = {(view.doc_id, view.annotator): view.attributes for view in views}
    rows = []
    for name in sorted({name for view in views for name in view.attributes}):
        units: Units = [[by_key.get((doc_id, who), {}).get(name) for who in annotators] for doc_id in ids]
        for measure, function in MEASURES.items():
            rows.append(
                {"layer": "documents", "label": name, "measure": measure, "between": "all"}
                | _estimate(units, function, weights)
            )
    return rows


def _estimate(units: Units, function: Callable[[Units], float | None], weights: Weights) -> dict[str, Any]:
    shared = [unit for unit in units if sum(value is not None for value in unit) > 1]
    value = function(units)
    found: dict[str, Any] = {
        "value": None if value is None else round(value, 6),
        "low": None,
        "high": None,
        "documents": len(shared),
        "units": len(shared),
    }
    if value is None:
        varied = len({value for unit in shared for value in unit if value is not None}) > 1
        reason = "not the same number of annotators on every document" if varied else NO_VARIATION
        return found | {"reason": reason if shared else NOTHING}
    drawn = [
        function([unit for unit, times in zip(units, row, strict=True) for _ in range(int(times))])
        for row in weights.table[1:]
    ]
    kept = [each for each in drawn if each is not None]
    if kept and len(kept) >= len(drawn) / 2 and len(shared) > 1:
        low, high = np.percentile(kept, [2.5, 97.5])
        found |= {"low": round(float(low), 6), "high": round(float(high), 6)}
    return found
