"""What an export is made of: the documents of a corpus folder or of a release, as objects of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff import assembly, build, manifest, scheme, tomlfile
from standoff.config import FILE
from standoff.errors import ConfigError, InputError
from standoff.finding import Finding
from standoff.model import (
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
from standoff.splits import SPLITS

if TYPE_CHECKING:
    from standoff.assembly import Assembled

PUBLISHED = "published"
"""In place of an annotator: for each document the one who is published."""

EVERYBODY = "all"
"""In place of an annotator: everybody, and gold."""

_BATCH = 50


@dataclass(slots=True)
class Choice:
    """Which documents of a source are wanted: annotators, splits and ids; an empty list wants all."""

    annotators: list[str] = field(default_factory=lambda: [PUBLISHED])
    splits: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def takes(self, doc_id: str, split: str | None) -> bool:
        """Say whether a document is wanted."""
        return (not self.documents or doc_id in self.documents) and (not self.splits or split in self.splits)

    def wants(self, annotator: str, published: str | None) -> bool:
        """Say whether an annotator's work on a document is wanted; `published` is whose is published there."""
        names = self.annotators
        return annotator in names or EVERYBODY in names or (PUBLISHED in names and annotator == published)


@dataclass(slots=True)
class Source:
    """A source and what is known of it besides its documents. `findings` grows while they are read."""

    path: Path
    is_release: bool
    scheme: dict[str, Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False


def of(path: Path) -> Source:
    """Open a release folder, which has a manifest, or a corpus folder. Raises ConfigError if it is neither."""
    if (path / manifest.FILE).is_file() and (path / "documents").is_dir():
        return Source(path, True)
    if not (path / FILE).is_file():
        raise ConfigError(path, f"is neither a release ({manifest.FILE}) nor a corpus ({FILE})")
    tables = tomlfile.read(path / scheme.FILE)[0] if (path / scheme.FILE).is_file() else None
    return Source(path, False, tables)


def documents(source: Source, choice: Choice) -> Iterator[AnnotatedDocument]:
    """Yield every document that is wanted, once for each annotator that is.

    Raises InputError or ConfigError where the source cannot be read, or has none of the documents named.
    """
    seen: set[str] = set()
    for each in _of_release(source.path, choice) if source.is_release else _of_corpus(source, choice):
        seen.add(each.document.id)
        yield each
    missing = [name for name in choice.documents if name not in seen]
    if missing:
        raise ConfigError(source.path, f"has no document {', '.join(missing)} by {', '.join(choice.annotators)}")
    if not seen:
        wanted = ", ".join([*choice.annotators, *choice.splits])
        raise ConfigError(source.path, f"has nothing to export: no annotated document by {wanted}")


def _of_corpus(source: Source, choice: Choice) -> Iterator[AnnotatedDocument]:
    plan = build.plan(source.path)
    source.findings += plan.findings
    source.unreadable = plan.unreadable
    for entry in plan.entries:
        split = plan.split_of.get(entry.doc_id)
        if not choice.takes(entry.doc_id, split):
            continue
        assembled = assembly.assemble(entry, plan.corpus, plan.scheme, waivers=plan.waivers)
        source.findings += assembled.findings
        source.unreadable = source.unreadable or assembled.unreadable
        yield from _chosen(assembled, choice, plan.corpus.annotations.publish, split)


def _chosen(assembled: Assembled, choice: Choice, publish: list[str], split: str | None) -> Iterator[AnnotatedDocument]:
    document = assembled.document
    if document is None:
        return
    document.metadata.split = split
    published = assembly.published(assembled.annotations, publish)
    for each in assembled.annotations:
        if choice.wants(each.annotator, published.annotator if published else None):
            yield AnnotatedDocument(document, each)


def _of_release(path: Path, choice: Choice) -> Iterator[AnnotatedDocument]:
    published: dict[str, str] = {}
    for config in ("documents", "annotations"):
        for split, row in _rows(path / config):
            if row["annotator"] is None:
                continue
            if config == "documents":
                published[row["doc_id"]] = row["annotator"]
            lies_in_both = config == "annotations" and published.get(row["doc_id"]) == row["annotator"]
            wanted = choice.wants(row["annotator"], published.get(row["doc_id"]))
            if not lies_in_both and wanted and choice.takes(row["doc_id"], split):
                yield _annotated(row, split)


def _rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield split and row; raises InputError if a shard cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for split in SPLITS:
        for path in sorted(folder.glob(f"{split}-*.parquet")):
            try:
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches(_BATCH):
                        yield from ((split, row) for row in batch.to_pylist())
            except (OSError, pa.ArrowException) as error:
                raise InputError(path, f"cannot be read: {str(error).splitlines()[0][:200]}") from None


def _annotated(row: dict[str, Any], split: str) -> AnnotatedDocument:
    metadata = Metadata(split=split, published=_day(row["published"]), other=_pairs(row["metadata"]))
    for name in ("title", "language", "dateline", "publisher", "url", "license", "story_id"):
        setattr(metadata, name, row[name])
    document = Document(
        id=row["doc_id"], text=row["text"], text_sha256=row["text_sha256"], text_length=row["text_length"],
        raw_sha256="", path="", source_map=SourceMap([], row["text_length"]),
        sections=[Section(**section) for section in row["sections"]],
        metadata=metadata, withheld=row["text_status"] == "withheld",
    )  # fmt: skip
    annotations = Annotations(
        row["doc_id"], row["annotator"], "", "", row["text_sha256"], list(row["layers"]), _pairs(row["attributes"])
    )
    for name, make in _ITEMS.items():
        getattr(annotations, name).extend(make(dict(entry)) for entry in row[name] or ())
    return AnnotatedDocument(document, annotations)


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
