"""Every analysis of an audit, in one table: a release -> listings, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from standoff.audit import (
    clashes,
    disagreements,
    duplicates,
    leakage,
    occurrences,
    outliers,
    progress,
    variation,
)
from standoff.audit.disagreements import Disagreement
from standoff.audit.listing import Listing
from standoff.audit.material import Material

OF_STRINGS = (variation.ngrams, variation.missed, variation.labels, variation.boundaries)
"""Analyses of the places of strings that are annotated somewhere."""

ANALYSES: tuple[Callable[[Material], Listing], ...] = (
    clashes.scattered, clashes.mentions, clashes.names, clashes.happenings, outliers.lengths, outliers.edges,
    outliers.fillers, progress.drift, leakage.stories, leakage.overlap, progress.coverage,
)  # fmt: skip
"""Analyses of a release as it is."""


@dataclass(slots=True)
class Audit:
    """What an audit found: the listings, the worst first, and the disagreements whole."""

    material: Material
    listings: list[Listing]
    disagreements: list[Disagreement]

    @property
    def has_errors(self) -> bool:
        """True where a listing of errors has a row."""
        return any(each.severity == "error" and each.rows for each in self.listings)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        return {
            "documents": len(self.material.articles),
            "withheld": self.material.withheld,
            "annotators": progress.summary(self.material),
            "listings": [each.to_json() for each in self.listings],
        }


def audit(material: Material, waived: Collection[str | None] = ()) -> Audit:
    """Run every analysis; `waived` are documents whose text may stand in two splits."""
    found = occurrences.collect(material)
    listings = [*duplicates.listings(material, waived), *(analysis(material, found) for analysis in OF_STRINGS)]
    listings += [analysis(material) for analysis in ANALYSES]
    differences = disagreements.find(material)
    listings.append(disagreements.listing(differences, material))
    listings.sort(key=lambda each: (each.severity != "error", -each.weight))
    return Audit(material, listings, differences)
