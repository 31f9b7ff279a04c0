"""What an export is made of: the documents of a corpus folder or of a release, as objects of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.corpus import assembly, planning, scheme
from standoff.corpus.config import FILE
from standoff.corpus.splits import SPLITS
from standoff.errors import ConfigError
from standoff.files import tomlfile
from standoff.finding import Finding
from standoff.model import (
    AnnotatedDocument,
)
from standoff.release import manifest
from standoff.tables import readback

if TYPE_CHECKING:
    from standoff.corpus.assembly import Assembled

PUBLISHED = "published"
"""In place of an annotator: for each document the one who is published."""

EVERYBODY = "all"
"""In place of an annotator: everybody, and gold."""

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
    """A source and what is known of it besides its documents.

    `scheme` are the tables of its scheme.toml, `released` the class labels of a release, in their order.
    `findings` grows while they are read, and so does `bare`: wanted documents that nobody has annotated.
    """

    path: Path
    is_release: bool
    scheme: dict[str, Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False
    bare: list[str] = field(default_factory=list)
    released: dict[str, Any] | None = None


def of(path: Path) -> Source:
    """Open a release folder, which has a manifest, or a corpus folder. Raises ConfigError if it is neither."""
    if (path / manifest.FILE).is_file() and (path / "documents").is_dir():
        released = manifest.read(path)["scheme"]["labels"]
        return Source(path, True, _scheme(path), released=released)
    if not (path / FILE).is_file():
        raise ConfigError(path, f"is neither a release ({manifest.FILE}) nor a corpus ({FILE})")
    return Source(path, False, _scheme(path))


def _scheme(path: Path) -> dict[str, Any] | None:
    return tomlfile.read(path / scheme.FILE)[0] if (path / scheme.FILE).is_file() else None


def documents(source: Source, choice: Choice) -> Iterator[AnnotatedDocument]:
    """Yield every document that is wanted, once for each annotator that is.

    Raises InputError or ConfigError where the source cannot be read, or has none of the documents named.
    """
    seen: set[str] = set()
    for each in _of_release(source, choice) if source.is_release else _of_corpus(source, choice):
        seen.add(each.document.id)
        yield each
    missing = [name for name in choice.documents if name not in seen]
    if missing:
        raise ConfigError(source.path, f"has no document {', '.join(missing)} by {', '.join(choice.annotators)}")
    if not seen:
        wanted = ", ".join([*choice.annotators, *choice.splits])
        raise ConfigError(source.path, f"has nothing to export: no annotated document by {wanted}")


def _of_corpus(source: Source, choice: Choice) -> Iterator[AnnotatedDocument]:
    plan = planning.plan(source.path)
    source.findings += plan.findings
    source.unreadable = plan.unreadable
    for entry in plan.entries:
        split = plan.split_of.get(entry.doc_id)
        if not choice.takes(entry.doc_id, split):
            continue
        assembled = assembly.assemble(entry, plan.corpus, plan.scheme, waivers=plan.waivers)
        source.findings += assembled.findings
        source.unreadable = source.unreadable or assembled.unreadable
        if not assembled.annotations:
            source.bare.append(entry.doc_id)
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


def _of_release(source: Source, choice: Choice) -> Iterator[AnnotatedDocument]:
    published: dict[str, str] = {}
    for config in ("documents", "annotations"):
        for split, row in ((name, row) for name in SPLITS for row in readback.rows(source.path / config, name)):
            if row["annotator"] is None:
                source.bare += [row["doc_id"]] if choice.takes(row["doc_id"], split) else []
                continue
            if config == "documents":
                published[row["doc_id"]] = row["annotator"]
            lies_in_both = config == "annotations" and published.get(row["doc_id"]) == row["annotator"]
            wanted = choice.wants(row["annotator"], published.get(row["doc_id"]))
            if not lies_in_both and wanted and choice.takes(row["doc_id"], split):
                yield readback.annotated(row, split)
