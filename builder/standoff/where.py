"""From an item of a release back to the line that it comes from: the config `provenance`, and the corpus if at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from standoff.corpus import catalogue, config
from standoff.corpus.entries import AnnotationFile
from standoff.errors import ConfigError, InputError
from standoff.release import manifest
from standoff.spelling import did_you_mean
from standoff.tables.columns import DOCUMENT_CONFIGS

CONFIG = "provenance"


@dataclass(slots=True, frozen=True)
class Origin:
    """A row of `provenance`.

    `path` is relative to its source; `line` and `column` count from 1 and are None for an item without a line.
    `taken_from` has `annotator` and `id` of each item that an adjudicator took it from; `edited` ones are like none.
    """

    doc_id: str
    annotator: str
    layer: str
    id: str
    path: str
    line: int | None
    column: int | None
    raw_id: str | None
    file_sha256: str
    taken_from: Sequence[dict[str, str]] = ()
    edited: bool = False


@dataclass(slots=True, frozen=True)
class Place:
    """What the corpus at hand has of an origin.

    `state` is `unchanged` (the file has the digest of the release), `changed`, `missing` or `unreadable`; `file` is
    the path of the file, and `text` the line, of an unchanged file alone.
    """

    state: str
    file: Path | None = None
    text: str | None = None


def look_up(release: Path, doc_id: str, item: str, annotator: str | None = None) -> list[Origin]:
    """Return where an item comes from, an origin for each annotator who has one of that id.

    Raises InputError where there is no release or its provenance cannot be read, and ConfigError where the release
    has no such document, annotator or item.
    """
    shards = _shards(release, CONFIG)
    if not shards:
        raise InputError(release, "holds no config 'provenance'; build it again without --configs")
    rows = [Origin(**row) for shard in shards for row in _read(shard, doc_id).to_pylist()]
    if not rows:
        raise ConfigError(release, _no_document(release, shards, doc_id))
    mine = [row for row in rows if annotator in (None, row.annotator)]
    if not mine:
        names = sorted({row.annotator for row in rows})
        hint = did_you_mean(annotator or "", names)
        raise ConfigError(release, f"{doc_id} has no items by {annotator!r}{hint}; expected one of: {', '.join(names)}")
    found = [row for row in mine if row.id == item]
    if not found:
        raise ConfigError(release, f"{doc_id} has no item {item!r}{_closest(item, mine)}")
    return sorted(found, key=lambda row: (row.annotator, row.layer))


def in_corpus(root: Path, origins: Sequence[Origin]) -> list[Place]:
    """Return what a corpus folder has of each origin. Raises ConfigError or InputError where it cannot be listed."""
    files: dict[tuple[str, str, str], AnnotationFile] = {}
    try:
        for entry in catalogue.of(config.read(root)).entries:
            files |= {(entry.doc_id, file.annotator, file.shown): file for file in entry.annotations}
    except InputError as error:
        error.path = str(root / (error.path or ""))
        raise
    return [_place(_file_of(origin, files), origin) for origin in origins]


def _file_of(origin: Origin, files: dict[tuple[str, str, str], AnnotationFile]) -> AnnotationFile | None:
    """Return the file of an origin, which may be a second one that lies beside the annotator's file."""
    mine = files.get((origin.doc_id, origin.annotator, origin.path))
    if mine is None:
        name = PurePosixPath(origin.path)
        for (doc_id, annotator, path), file in files.items():
            if (doc_id, annotator, PurePosixPath(path).parent) == (origin.doc_id, origin.annotator, name.parent):
                return replace(file, path=file.path.with_name(name.name))
    return mine


def _place(file: AnnotationFile | None, origin: Origin) -> Place:
    """Compare a file with its digest; a withheld text is safe, for no file that quotes one was ever built."""
    if file is None:
        return Place("missing")
    try:
        data = file.path.read_bytes()
    except FileNotFoundError:
        return Place("missing")
    except OSError:
        return Place("unreadable", file.path)
    if hashlib.sha256(data).hexdigest() != origin.file_sha256:
        return Place("changed", file.path)
    lines = data.decode("utf-8-sig", "replace").split("\n")
    known = origin.line is not None and 1 <= origin.line <= len(lines)
    return Place("unchanged", file.path, lines[(origin.line or 1) - 1].removesuffix("\r") if known else None)


def _shards(release: Path, name: str) -> list[Path]:
    """Return the shards of a config, those that the manifest lists."""
    listed: dict[str, Any] = manifest.read(release)["files"]
    return [release / path for path in sorted(listed) if path.startswith(f"{name}/") and path.endswith(".parquet")]


def _read(shard: Path, doc_id: str | None = None) -> pa.Table:
    """Read the rows of a document, or the document ids of all rows."""
    try:
        if doc_id is None:
            return pq.read_table(shard, columns=["doc_id"], partitioning=None, page_checksum_verification=True)
        rows = [("doc_id", "=", doc_id)]
        names = list(Origin.__dataclass_fields__)
        return pq.read_table(shard, columns=names, filters=rows, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(shard, f"cannot be read: {reason}; `standoff verify` says what is damaged") from None


def _no_document(release: Path, shards: list[Path], doc_id: str) -> str:
    others = [shard for name in DOCUMENT_CONFIGS for shard in _shards(release, name)]
    known = {value for shard in (*shards, *others) for value in _read(shard)["doc_id"].to_pylist()}
    if doc_id in known:
        return f"{doc_id} has no items: nobody has annotated it"
    return f"there is no document {doc_id!r}{did_you_mean(doc_id, sorted(known))}"


def _closest(item: str, rows: list[Origin]) -> str:
    """Suggest the item that has this id in its file, else one of a similar id."""
    published = next((row.id for row in rows if row.raw_id == item), None)
    return f" (did you mean {published!r}?)" if published else did_you_mean(item, sorted({row.id for row in rows}))
