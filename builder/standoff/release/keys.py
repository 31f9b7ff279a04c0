"""Everything that a document's rows are made of, as one digest: the same key, the same rows."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from standoff import articles
from standoff.corpus import sources
from standoff.corpus.config import Corpus
from standoff.corpus.entries import AnnotationFile, ArticleFile, Entry
from standoff.errors import InputError
from standoff.files import schemafile

Signature = tuple[int, int, int]
"""Inode, size and time of change of a file: what shows that it was written to."""

_SETTINGS = ("scheme.toml", "waivers.toml")
_NOT_IN_ROWS = {"metadata_place"}
"""What a catalogue knows of a document for its own findings alone: a line number, which each new line above moves."""


class Keys:
    """Makes the keys of a build's documents; a file that several of them share is read once."""

    def __init__(self, common: str) -> None:
        self._common = common
        self._signatures: dict[Path, Signature] = {}
        self._digests: dict[Path, str] = {}

    def of(self, entry: Entry) -> str | None:
        """Return the key of a document, None where one of its files cannot be read, or changes while it is read."""
        try:
            facts = json.dumps([self._common, self._plain(entry)], ensure_ascii=False)
            return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()
        except (OSError, InputError):  # whoever assembles the document meets the same fault, and reports it
            return None

    def still(self, entry: Entry) -> bool:
        """Say whether the files of a document are as they were when its key was made."""
        try:
            return all(_signature(path) == self._signatures.get(path) for path in _paths(entry))
        except OSError:
            return False

    def _plain(self, value: Any) -> Any:
        """Return a value for JSON: of records their fields in order, of a path the digest of the file."""
        if isinstance(value, Path):
            return self._digest(value)
        if isinstance(value, ArticleFile) and value.record is not None:
            self._signatures.setdefault(value.path, _signature(value.path))
            line = hashlib.sha256(articles.read_bytes(value.path, value.shown, value.record)).hexdigest()
            return [line, value.shown, value.place, value.record.line, value.record.fields]
        if dataclasses.is_dataclass(value):
            names = [field.name for field in dataclasses.fields(value) if field.name not in _NOT_IN_ROWS]
            found = [self._plain(getattr(value, name)) for name in names]
            if isinstance(value, AnnotationFile) and value.part is not None:
                found.append(sources.opened(value.path, value.format, value.place).companions)
            return found
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        return value

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._signatures.setdefault(path, _signature(path))
            self._digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._digests[path]


def common(corpus: Corpus, configs: Iterable[str], texts: Mapping[str, Path], *, show_withheld: bool) -> str:
    """Return the digest of what all documents of a build share: the software, and the settings that reach rows.

    What corpus.toml says for the card alone does not count.
    """
    files = [corpus.root / name for name in _SETTINGS]
    settings = [path.read_bytes().hex() if path.is_file() else "" for path in files]
    shared = [dataclasses.asdict(part) for part in (corpus.articles, corpus.ids, corpus.annotations)]
    facts = [software(), settings, shared, [*configs], sorted(texts), show_withheld]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


@cache
def software() -> str:
    """Return a digest of this package's own code and schemas, and of the versions of Python and the libraries."""
    digest = hashlib.sha256(sys.version.encode())
    for folder, pattern in ((Path(__file__).parents[1], "*.py"), (schemafile.folder(), "*.json")):
        for path in sorted(folder.rglob(pattern)):
            digest.update(f"\n{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes())
    libraries = {path.name for folder in sys.path for path in Path(folder).glob("*.dist-info")}
    digest.update("\n".join(sorted(libraries)).encode())
    return digest.hexdigest()


def _paths(entry: Entry) -> Iterable[Path]:
    articles_of = [entry.article, *entry.copies, *(file.beside for file in entry.annotations)]
    paths = [file.path for file in articles_of if file] + [file.path for file in entry.annotations]
    return {*paths, *([entry.withheld] if entry.withheld else [])}


def _signature(path: Path) -> Signature:
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns
