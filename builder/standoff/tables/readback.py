"""Rows of a release -> objects of the model: the way back from `rows`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standoff.errors import InputError
from standoff.model import (
    Adjudication,
    AnnotatedDocument,
    Annotations,
    Argument,
    Attribution,
    Document,
    Entity,
    Event,
    Metadata,
    Normalization,
    Note,
    Relation,
    Section,
    SourceMap,
    Span,
    Stance,
)

_BATCH = 50


def rows(folder: Path, split: str, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a config in a split, of some columns if they are named, as `spans.list.element.id` within one.

    Raises InputError if a shard cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in sorted(folder.glob(f"{split}-*.parquet")):
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH, columns=columns):
                    yield from batch.to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise InputError(path, f"cannot be read: {str(error).splitlines()[0][:200]}") from None


def annotated(row: dict[str, Any], split: str) -> AnnotatedDocument:
    """Return the document and the annotations of a row of `documents` or `annotations`; nobody's are empty."""
    return AnnotatedDocument(_document(row, split), _annotations(row))


def _document(row: dict[str, Any], split: str) -> Document:
    metadata = Metadata(split=split, published=_day(row["published"]), other=_pairs(row["metadata"]))
    for name in ("title", "language", "dateline", "publisher", "url", "license", "story_id"):
        setattr(metadata, name, row[name])
    return Document(
        id=row["doc_id"], text=row["text"], text_sha256=row["text_sha256"], text_length=row["text_length"],
        raw_sha256="", path="", source_map=SourceMap([], row["text_length"]),
        sections=[Section(**section) for section in row["sections"]],
        metadata=metadata, withheld=row["text_status"] == "withheld",
    )  # fmt: skip


def _annotations(row: dict[str, Any]) -> Annotations:
    layers, attributes = list(row["layers"]), _pairs(row["attributes"])
    annotations = Annotations(row["doc_id"], row["annotator"] or "", "", "", row["text_sha256"], layers, attributes)
    for name, make in _ITEMS.items():
        getattr(annotations, name).extend(make(dict(entry)) for entry in row[name] or ())
    for each in row.get("adjudication") or ():
        compared = [(file["annotator"], file["sha256"]) for file in each["of"]]
        annotations.adjudication.append(Adjudication(each["by"], each["at"], compared))
    return annotations


def _day(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _pairs(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(row["name"], row["value"]) for row in rows]


def _common(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of an item, with its attributes as pairs."""
    if "attributes" in entry:
        entry["attributes"] = _pairs(entry["attributes"])
    return {**entry, "raw_id": entry["id"]}


def _span(entry: dict[str, Any]) -> Span:
    values = _common(entry)
    surface = values.pop("text")
    values.pop("start"), values.pop("end")
    values["fragments"] = [(piece["start"], piece["end"]) for piece in values["fragments"]]
    return Span(**values, surface=surface)


def _event(entry: dict[str, Any]) -> Event:
    values = _common(entry)
    values["arguments"] = [Argument(**argument) for argument in values["arguments"]]
    values["factuality"] = [(each["source"], each["value"]) for each in values["factuality"]]
    values["earliest"], values["latest"] = _day(values["earliest"]), _day(values["latest"])
    return Event(**values)


def _relation(entry: dict[str, Any]) -> Relation:
    values = _common(entry)
    values["arguments"] = [Argument(**argument) for argument in values["arguments"]]
    return Relation(**values)


_ITEMS: dict[str, Any] = {
    "spans": _span,
    "entities": lambda entry: Entity(**_common(entry)),
    "events": _event,
    "attributions": lambda entry: Attribution(**_common(entry)),
    "stance": lambda entry: Stance(**_common(entry)),
    "relations": _relation,
    "normalizations": lambda entry: Normalization(**_common(entry)),
    "notes": lambda entry: Note(**_common(entry)),
}
