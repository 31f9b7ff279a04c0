"""A release -> one side of a comparison: its documents, and what each annotator says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from standoff.errors import InputError
from standoff.model import LAYERS
from standoff.release import manifest

Row = dict[str, Any]
Fragments = tuple[tuple[int, int], ...]

DOCUMENT_FIELDS = (
    "title", "language", "published", "dateline", "publisher", "url", "license", "story_id", "metadata",
    "sections", "text_status",
)  # fmt: skip
"""What a row says of the article itself."""

OUTLINE = ("doc_id", "annotator", "layers", "text_sha256", "attributes", *DOCUMENT_FIELDS)
"""The columns without text and annotations: enough for all but the changes of texts and items."""


@dataclass(slots=True)
class Work:
    """One annotator's row of one document, with its spans and other items by id."""

    doc_id: str
    annotator: str
    row: Row
    published: bool

    def items(self, layer: str) -> list[Row]:
        """Return the items of a layer; of one that is not annotated, none."""
        return self.row[layer] or []

    def has(self, layer: str) -> bool:
        """Say whether the layer is annotated; lists that are no layers always are."""
        return layer not in LAYERS or layer in self.row["layers"]


@dataclass
class Side:
    """All documents of a release; `split_of` and `documents` are by document id, `work` by (document, annotator)."""

    folder: Path
    manifest: dict[str, Any]
    documents: dict[str, Row] = field(default_factory=dict)
    split_of: dict[str, str] = field(default_factory=dict)
    work: dict[tuple[str, str], Work] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The version, or the name of the folder."""
        version = self.manifest["corpus"].get("version")
        return str(version) if version and self.folder.name == version else self.folder.name

    @cached_property
    def annotators(self) -> set[str]:
        """Everybody whose annotations are there."""
        return {annotator for _, annotator in self.work}


def read(folder: Path, columns: Sequence[str] | None = None) -> Side:
    """Read the configs `documents` and `annotations` of a release, whole or only some columns of them.

    Raises InputError where that cannot be done.
    """
    try:
        facts = manifest.read(folder)
    except manifest.NotValid as error:
        raise InputError(folder / manifest.FILE, f"{error.message}; `standoff verify` says more") from None
    return of(folder, facts, columns)


def of(folder: Path, facts: dict[str, Any], columns: Sequence[str] | None = None) -> Side:
    """Read the same of a folder whose manifest is at hand. Raises InputError where a shard cannot be read."""
    side = Side(folder, facts)
    for config in ("documents", "annotations"):
        for split, row in _rows(folder / config, columns):
            doc_id, annotator = row["doc_id"], row["annotator"]
            if config == "documents":
                side.documents[doc_id], side.split_of[doc_id] = row, split
            if annotator is not None:
                work = Work(doc_id, annotator, row, published=config == "documents")
                side.work.setdefault((doc_id, annotator), work)  # a published row stands in both configs
    return side


def _rows(folder: Path, columns: Sequence[str] | None) -> Iterator[tuple[str, Row]]:
    from standoff.tables import shards

    for path in sorted(folder.glob("*.parquet")):
        for row in shards.read(path, columns).to_pylist():
            yield path.name.partition("-")[0], row


def fragments_of(span: Row) -> Fragments:
    """Return the fragments of a span of a row, in code points, in text order."""
    return tuple((piece["start"], piece["end"]) for piece in span["fragments"])


def attributes_of(item: Row) -> list[tuple[str, str]]:
    """Return the attributes of an item, sorted: their order means nothing."""
    return sorted((pair["name"], pair["value"]) for pair in item.get("attributes") or ())
