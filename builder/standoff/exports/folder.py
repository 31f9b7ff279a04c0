"""The folder that an export is written into, and what every format writes there alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.exports import labels
from standoff.inference import inventory, tomltext
from standoff.inference.inventory import Seen
from standoff.model import AnnotatedDocument

SCHEME = """\
# The labels of this export, and under [projection] what the names in its files stand for. `standoff init` takes this
# file as it is; for `standoff import`, add the [projection] to the scheme.toml of the corpus.
"""


@dataclass(slots=True)
class Folder:
    """A fresh folder. With `annotators`, each annotator's files lie in a folder of their own.

    `scheme` holds the tables of the source's own scheme.toml, None where there is none; labels are then those of a
    release (`released`), and those seen.
    """

    path: Path
    annotators: bool = False
    scheme: dict[str, Any] | None = None
    seen: Seen = field(default_factory=Seen)
    released: dict[str, Any] | None = None

    def of(self, source: AnnotatedDocument) -> Path:
        """Return the folder of an annotator's files, which is there then."""
        below = self.path / source.annotations.annotator if self.annotators else self.path
        below.mkdir(exist_ok=True)
        return below

    def watched(
        self, documents: Iterable[AnnotatedDocument], advance: Callable[[int], None]
    ) -> Iterator[AnnotatedDocument]:
        """Pass documents on, and note their labels for the scheme; `advance` is told of each that is done."""
        for each in documents:
            inventory.add(self.seen, each.annotations, each.document)
            yield each
            advance(1)

    def write(self, name: str, text: str) -> None:
        """Write a text file in UTF-8."""
        (self.path / name).write_bytes(text.encode())

    def write_scheme(self, projection: dict[str, Any]) -> None:
        """Write scheme.toml: the labels, and a projection that leads from the names of the tool to the layers."""
        tables = self.scheme or {"version": 1, **labels.ordered(inventory.tables(self.seen), self.released or {})}
        kept = {name: table for name, table in tables.items() if name not in ("map", "projection")}
        value = {**kept, "projection": projection} if projection else kept
        self.write("scheme.toml", SCHEME + tomltext.write(value))
