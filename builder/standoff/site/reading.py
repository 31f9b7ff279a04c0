"""A release -> its documents, each with every annotator's version and the lines that the items come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from standoff.errors import InputError
from standoff.files import schemafile
from standoff.model import LAYERS
from standoff.release import manifest
from standoff.tables import shards

Row = dict[str, Any]

_ITEM_LISTS = (*LAYERS, "normalizations", "notes")


@dataclass(slots=True)
class Version:
    """What one annotator says of a document: the lists of the document row, None for an unfinished layer."""

    annotator: str
    published: bool
    adjudicated: bool
    layers: list[str]
    lists: dict[str, list[Row] | None]
    attributes: list[tuple[str, str]]
    origins: dict[tuple[str, str], str] = field(default_factory=dict)

    def items(self, layer: str) -> list[Row]:
        """Return the items of a list; none for an unfinished layer."""
        return self.lists.get(layer) or []

    def has_items(self) -> bool:
        """True where any list has an item."""
        return any(self.lists.values())


@dataclass(slots=True)
class Source:
    """A document with all its versions, the published one first. `text` is None where it is withheld."""

    doc_id: str
    split: str
    title: str | None
    text: str | None
    text_length: int
    text_sha256: str
    published: str | None
    metadata: list[tuple[str, str]]
    sections: list[Row]
    versions: list[Version]

    @property
    def name(self) -> str:
        """The title, or the id where there is none."""
        return self.title or self.doc_id


class Release:
    """The shards of a release that the site is made of. Tables stay in Arrow; a document is unfolded at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises InputError where there is no sound release, or one without documents."""
        try:
            self.manifest = manifest.read(folder)
        except manifest.NotValid as error:
            raise InputError(folder / manifest.FILE, f"{error.message}; `standoff verify` says more") from None
        if "documents" not in self.manifest["configs"]:
            raise InputError(folder, "holds no config 'documents'; build it again without --configs")
        self.folder = folder
        self._documents = self._tables("documents")
        self._annotations = self._tables("annotations")
        self._provenance = self._tables("provenance")
        self._others = _places(self._annotations)
        self._lines = _places(self._provenance)

    def __len__(self) -> int:
        return sum(table.num_rows for _, table in self._documents)

    def sources(self) -> Iterator[Source]:
        """Yield the documents, by id."""
        places = sorted(_places(self._documents).items())
        for doc_id, [(number, row), *_] in places:
            split, table = self._documents[number]
            yield self._source(doc_id, split, table.slice(row, 1).to_pylist()[0])

    def _source(self, doc_id: str, split: str, row: Row) -> Source:
        versions = [_version(row, published=True)] if row["annotator"] is not None else []
        for number, place in self._others.get(doc_id, ()):
            other = self._annotations[number][1].slice(place, 1).to_pylist()[0]
            if other["annotator"] not in {version.annotator for version in versions}:
                versions.append(_version(other, published=False))
        versions[1:] = sorted(versions[1:], key=lambda version: version.annotator)
        self._add_origins(doc_id, versions)
        known = ("language", "dateline", "publisher", "url", "license", "story_id")
        metadata = [(name, str(row[name])) for name in known if row[name] is not None]
        metadata += [(entry["name"], entry["value"]) for entry in row["metadata"] or ()]
        published = None if row["published"] is None else str(row["published"])
        return Source(
            doc_id, split, row["title"], row["text"], row["text_length"], row["text_sha256"], published, metadata,
            row["sections"] or [], versions,
        )  # fmt: skip

    def _add_origins(self, doc_id: str, versions: list[Version]) -> None:
        """Note the line of each item; rows of a document follow each other, so that one slice has them all."""
        mine = {version.annotator: version.origins for version in versions}
        for number, start, end in _runs(self._lines.get(doc_id, ())):
            for row in self._provenance[number][1].slice(start, end - start).to_pylist():
                place = ":".join(str(part) for part in (row["path"], row["line"], row["column"]) if part is not None)
                if row["annotator"] in mine:
                    mine[row["annotator"]][row["layer"], row["id"]] = place

    def _tables(self, config: str) -> list[tuple[str, pa.Table]]:
        found = []
        for path in sorted((self.folder / config).glob("*.parquet")):
            found.append((path.name.split("-")[0], shards.read(path)))
        return found


def _places(tables: list[tuple[str, pa.Table]]) -> dict[str, list[tuple[int, int]]]:
    """Return the table and row numbers of each document. Raises InputError for an id that is no safe file name."""
    pattern = re.compile(schemafile.load("document")["properties"]["doc_id"]["pattern"])
    found: dict[str, list[tuple[int, int]]] = {}
    for number, (_, table) in enumerate(tables):
        for row, doc_id in enumerate(table["doc_id"].to_pylist()):
            if doc_id not in found and not pattern.fullmatch(doc_id or ""):
                raise InputError(None, f"the release has the document id {doc_id!r}; `standoff verify` says more")
            found.setdefault(doc_id, []).append((number, row))
    return found


def _runs(places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return neighbouring rows of one table as (table, first, end)."""
    runs: list[tuple[int, int, int]] = []
    for number, row in places:
        if runs and runs[-1][0] == number and runs[-1][2] == row:
            runs[-1] = (number, runs[-1][1], row + 1)
        else:
            runs.append((number, row, row + 1))
    return runs


def _version(row: Row, *, published: bool) -> Version:
    return Version(
        row["annotator"],
        published,
        bool(row["adjudicated"]),
        list(row["layers"] or ()),
        {name: row[name] for name in _ITEM_LISTS},
        [(entry["name"], entry["value"]) for entry in row["attributes"] or ()],
    )
