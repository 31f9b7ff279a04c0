"""A finding: one fault, with its code and its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple


class Related(NamedTuple):
    """Another place that a fault is about: the first of two items with one id, what a reference leads to."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(slots=True, frozen=True)
class Finding:
    """One fault in a readable file.

    `line` and `column` are 1-based and count code points; None where the fault has no line of its own.
    The severity is the first letter of the code: `E203` is an error, `W209` a warning. `waived` is the reason for
    which the fault is left as it is. `unpublishable` says that the item is not in a release, or not as it should be,
    while it has the fault. `related` are its other places, the nearest to the fault first.
    """

    code: str
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    doc_id: str | None = None
    item: str | None = None
    waived: str | None = None
    unpublishable: bool = False
    related: tuple[Related, ...] = ()

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def stops(self) -> bool:
        """True where the finding stops a build: an error that is not waived."""
        return self.waived is None and self.severity == "error"

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorting key: by place, then by code."""
        return (self.path, self.line or 0, self.column or 0, self.code, self.message)

    def moved(self, place_of: Callable[[str], str]) -> Finding:
        """Return the finding with other paths: a file is called one way in provenance, and another in a corpus."""
        related = tuple(place._replace(path=place_of(place.path)) for place in self.related)
        return replace(self, path=place_of(self.path), related=related)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.severity}[{self.code}] {self.message}"
