"""What an analysis returns: a list of items with a headline, as plain data, of which texts and pages are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, frozen=True)
class Target:
    """An item that a cell leads to; without an `item`, the document; without an annotator, the published version."""

    doc_id: str
    annotator: str | None = None
    layer: str | None = None
    item: str | None = None


@dataclass(slots=True, frozen=True)
class Cell:
    """A cell of a table. `style` is `text`, `words` (of an article), `code` (paths and ids) or `severity`."""

    text: str
    target: Target | None = None
    style: str = "text"


@dataclass(slots=True, frozen=True)
class Column:
    """A column: `number` is set to the right, `choose` offers its values as a filter."""

    name: str
    number: bool = False
    choose: bool = False


@dataclass(slots=True)
class Listing:
    """A list of items that somebody should look at, the worst first.

    `key` names it for programs, `title` for people; `what` says in a sentence or two what is listed and why it
    matters, `mend` what to do about an item, `clear` what is said if there is nothing. `rows` have a cell a column.
    `weight` orders listings, the worst first; 0 says that the listing informs and complains of nothing. `code` is that
    of a finding, where rows are such.
    """

    key: str
    title: str
    what: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    clear: str = "Nothing found."
    weight: int = 1
    code: str = ""
    mend: str = ""

    @property
    def severity(self) -> str:
        """`error`, `warning`, or `note` for a listing that only informs."""
        return "error" if self.code.startswith("E") else "warning" if self.weight else "note"

    def to_json(self) -> dict[str, Any]:
        """Return the listing as a JSON object; a row maps names of columns to texts, and says what it leads to."""
        names = [column.name.lower().replace(" ", "_") for column in self.columns]
        rows = [
            {name: cell.text for name, cell in zip(names, row, strict=True)} | {"items": list(_targets(row))}
            for row in self.rows
        ]
        return {"key": self.key, "title": self.title, "severity": self.severity, "code": self.code or None,
                "what": self.what, "mend": self.mend or None, "rows": rows}  # fmt: skip


def _targets(row: Sequence[Cell]) -> list[dict[str, str | None]]:
    targets = dict.fromkeys(cell.target for cell in row if cell.target)
    return [{"doc_id": t.doc_id, "annotator": t.annotator, "layer": t.layer, "item": t.item} for t in targets]


def columns(*names: str) -> list[Column]:
    """Return columns: a name that ends with # is one of numbers, one that ends with ? offers a choice."""
    return [Column(name.rstrip("#?"), number=name.endswith("#"), choose=name.endswith("?")) for name in names]
