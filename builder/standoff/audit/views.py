"""A release -> views: what one annotator says of one document, with spans as extents and references resolved."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from standoff.audit.extents import Extent

LAYERS = ("spans", "entities", "events", "attributions", "stance")
_COLUMNS = ("doc_id", "annotator", "adjudicated", "text_length", "layers", "attributes", *LAYERS)


@dataclass
class View:
    """One annotator's work on one document; layers that the annotator did not finish are not in `layers`."""

    doc_id: str
    annotator: str
    size: int
    layers: frozenset[str]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def extents(self) -> dict[str, Extent]:
        """The place of each span, by its id."""
        return {
            span["id"]: tuple((piece["start"], piece["end"]) for piece in span["fragments"])
            for span in self.rows["spans"]
        }

    @cached_property
    def clusters(self) -> dict[str, frozenset[Hashable]]:
        """The mentions of each entity, by its id; a mention is its extent and, if that is used again, a number."""
        seen: dict[Extent, int] = {}
        found: dict[str, frozenset[Hashable]] = {}
        for entity in self.rows["entities"]:
            mentions = []
            for name in entity["mentions"]:
                if name in self.extents:
                    extent = self.extents[name]
                    mentions.append((extent, seen.get(extent, 0)))
                    seen[extent] = seen.get(extent, 0) + 1
            if mentions:
                found[entity["id"]] = frozenset(mentions)
        return found

    @cached_property
    def triggers(self) -> list[tuple[dict[str, Any], Extent]]:
        """Events with the place of their trigger, or of their evidence; events without a place are not in it."""
        places = [(event, self.extents.get(event["trigger"] or event["evidence"])) for event in self.rows["events"]]
        return [(event, place) for event, place in places if place]


def read(release: Path, gold: bool, documents: Collection[str] | None = None) -> list[View]:
    """Return the views of a release, sorted: those of its config `annotations`, and with `gold` the adjudicated ones.

    `documents` are the ids of the documents that are wanted, if not all. Raises InputError where a shard cannot be
    read.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from standoff.tables import shards

    views: dict[tuple[str, str], View] = {}
    for config in ("annotations", *(["documents"] if gold else [])):
        for path in sorted((release / config).glob("*.parquet")):
            table = shards.read(path, _COLUMNS)
            if documents is not None:
                table = table.filter(pc.is_in(table["doc_id"], pa.array(sorted(documents), pa.string())))
            for row in table.to_pylist():
                if config == "annotations" or row["adjudicated"]:
                    view = _view(row)
                    views[view.doc_id, view.annotator] = view
    return [views[key] for key in sorted(views)]


def _view(row: dict[str, Any]) -> View:
    attributes: dict[str, str] = {}
    for attribute in row["attributes"] or ():
        attributes.setdefault(attribute["name"], attribute["value"])
    return View(
        row["doc_id"],
        row["annotator"],
        row["text_length"],
        frozenset(row["layers"] or ()),
        {layer: row[layer] or [] for layer in LAYERS},
        attributes,
    )
