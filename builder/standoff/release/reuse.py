"""What the build before left: the shards of a release, and what was noted of each document, to be used again.

It lies beside the release, not in it (`dist/.state/dev.json`): the bytes of a release do not depend on how it was made.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff.corpus.assembly import Input, Notes
from standoff.corpus.exclusion import LeftOut
from standoff.errors import OutputError
from standoff.files import staging
from standoff.finding import Finding, Related
from standoff.tables import columns

FOLDER = ".state"
_VERSION = 2


@dataclass(slots=True, frozen=True)
class ShardFile:
    """One written shard: its file, its rows, the digest of what it says, and that of its bytes."""

    path: Path
    rows: int
    content: str
    sha256: str


@dataclass(slots=True)
class Former:
    """One shard of the release before: its file a config, and key and notes of each document."""

    files: dict[str, ShardFile] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)

    def known(self, keys: Mapping[str, str | None]) -> set[str]:
        """Return the documents that would come out as they did."""
        return {doc_id for doc_id, key in keys.items() if key is not None and self.keys.get(doc_id) == key}

    def damaged(self) -> list[Path]:
        """Return the files that are not as they were written."""
        return [file.path for file in self.files.values() if not _is(file.path, file.sha256)]

    def copy_to(self, folder: Path, name: str, *, link: bool) -> dict[str, ShardFile] | None:
        """Put all files into a release folder, each as `<config>/<name>`; None where one is not as it was written.

        A link costs nothing, but whoever writes into the one file writes into the other, too.
        """
        copies: dict[str, ShardFile] = {}
        for config, file in self.files.items():
            copy = folder / config / name
            copy.parent.mkdir(exist_ok=True)
            if not (_place(file.path, copy, link=link) and _is(copy, file.sha256)):
                for made in [*(done.path for done in copies.values()), copy]:
                    made.unlink(missing_ok=True)
                return None
            copies[config] = dataclasses.replace(file, path=copy)
        return copies

    def rows(self, config: str, documents: set[str]) -> pa.Table | None:
        """Return the rows of some documents in a config, None where it has no file.

        The schema is set anew: Parquet has another name for the items of a list, which a writer would repeat.
        """
        if config not in self.files:
            return None
        table = pq.read_table(self.files[config].path)
        rows = table.filter(pc.is_in(table["doc_id"], pa.array(sorted(documents), pa.string())))
        return rows.cast(columns.arrow_schema(config))


def read(release: Path, manifest_name: str) -> dict[tuple[str, int, int], Former]:
    """Return the shards that lie in a release, by split, number and count of shards; empty where none can be used.

    What is noted of another release than the one that lies there, or by another version, is not used.
    """
    try:
        head, _, body = _file(release).read_bytes().partition(b"\n")
        manifest = hashlib.sha256((release / manifest_name).read_bytes()).hexdigest()
    except OSError:
        return {}
    if head != _head(body, manifest):
        return {}
    return {(split, index, count): _former(release, *rest) for split, index, count, *rest in json.loads(body)}


def write(release: Path, manifest: bytes, shards: Iterable[tuple[tuple[str, int, int], Former]]) -> None:
    """Note what is about to lie in a release whose manifest has these bytes. Raises OutputError."""
    rows = [
        [
            *place,
            {
                config: [file.path.relative_to(file.path.parents[1]).as_posix(), file.rows, file.content, file.sha256]
                for config, file in shard.files.items()
            },
            shard.keys,
            {doc_id: _plain(notes) for doc_id, notes in shard.notes.items()},
        ]
        for place, shard in shards
    ]
    body = json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode()
    path = _file(release)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(path.parent, f"cannot be written: {error.strerror}") from None
    staging.write(path, _head(body, hashlib.sha256(manifest).hexdigest()) + b"\n" + body)


def _head(body: bytes, manifest: str) -> bytes:
    """Return the first line: version, digest of the manifest of the release, and digest of what follows."""
    return f"{_VERSION} {manifest} {hashlib.sha256(body).hexdigest()}".encode()


def _file(release: Path) -> Path:
    return release.parent / FOLDER / f"{release.name}.json"


def _place(path: Path, copy: Path, *, link: bool) -> bool:
    try:
        if link:
            os.link(path, copy)
            return True
    except FileNotFoundError:
        return False
    except OSError:  # no links on this file system
        link = False
    if not path.is_file():
        return False
    shutil.copyfile(path, copy)
    return True


def _is(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _plain(notes: Notes) -> list[Any]:
    return [
        [dataclasses.astuple(finding) for finding in notes.findings],
        [dataclasses.astuple(entry) for entry in notes.inputs],
        notes.mapped,
        notes.excluded,
        notes.shortened,
        notes.ner_left_out,
        notes.text,
        notes.unread,
    ]


def _notes(values: list[Any]) -> Notes:
    findings, inputs, mapped, excluded, shortened, left_out, text, unread = values
    return Notes(
        [_finding(values) for values in findings],
        [Input(*entry) for entry in inputs],
        Counter(mapped),
        [LeftOut(*entry) for entry in excluded],
        [LeftOut(*entry) for entry in shortened],
        Counter(left_out),
        text,
        Counter(unread),
    )


def _finding(values: list[Any]) -> Finding:
    *fields, related = values
    return dataclasses.replace(Finding(*fields), related=tuple(Related(*place) for place in related))


def _former(
    release: Path, files: dict[str, list[Any]], keys: dict[str, str], notes: dict[str, list[Any]]
) -> Former:
    shards = {config: ShardFile(release / name, *facts) for config, (name, *facts) in files.items()}
    return Former(shards, keys, {doc_id: _notes(values) for doc_id, values in notes.items()})
