"""A survey of an export -> one more source of a corpus that is there: files, settings, and names of annotators."""

from __future__ import annotations

import csv
import io
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.articles import metadata
from standoff.corpus import catalogue, config, sources
from standoff.corpus.aliases import FILE as KEY
from standoff.corpus.aliases import Aliases
from standoff.corpus.catalogue import Catalogue
from standoff.corpus.config import Corpus
from standoff.corpus.entries import AnnotationFile
from standoff.errors import ConfigError, InputError
from standoff.files import staging
from standoff.inference import copies, pages, tomltext
from standoff.inference.project import CURATED, PUBLISHED
from standoff.inspection import Survey
from standoff.inspection.exports import LONE


@dataclass(slots=True)
class Addition:
    """What an import changes in a corpus folder.

    `files` maps paths below it to `new`, `replaced` or `unchanged`; `names` annotators of the export to their published
    names; `known` and `fresh` are the documents that the corpus had and had not; `renamed` those found there under
    another id, by their text; `absent` maps an annotator to documents that the corpus alone has of them.
    """

    names: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)

    @property
    def documents(self) -> set[str]:
        """All documents that the import touches."""
        return self.known | self.fresh


def add(
    survey: Survey, root: Path, annotator: str | None, *, write: bool = True, keep_pages: bool = False
) -> Addition:
    """Add an export to a corpus, or replace what was imported from it before; without `write` only say what would be.

    The export is copied unchanged. Raises ConfigError where it is not said whose it is, or corpus.toml cannot take the
    source, and InputError where the corpus cannot be read.
    """
    corpus = config.read(root)
    here = catalogue.of(corpus)
    addition = Addition(_names(survey, corpus, here, annotator))
    _match(survey, corpus, here, addition)
    with staging.folder(root / "import") as fresh:
        found = copies.write(survey, fresh, addition.names, addition.known)
        addition.sources = _new_sources(found, corpus)
        pages.write(survey, fresh, addition.known, _table(corpus), keep=keep_pages)
        settings = _settings(corpus, addition)
        key = _key(root, addition.names)
        for path in sorted(path for path in fresh.rglob("*") if path.is_file()):
            below = path.relative_to(fresh).as_posix()
            addition.files[below] = _state(path, root / below)
        if write:
            for below, state in addition.files.items():
                if state != "unchanged":
                    (root / below).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(fresh / below, root / below)
            for name, text in {**key, **settings}.items():
                (fresh / name).write_text(text, encoding="utf-8", newline="")
                os.replace(fresh / name, root / name)
    return addition


def _names(survey: Survey, corpus: Corpus, here: Catalogue, annotator: str | None) -> dict[str, str]:
    """Return the published name of each annotator of the export."""
    names = survey.layout.annotators
    if not names:
        return {}  # saved pages alone
    taken = {file.annotator for entry in here.entries for file in entry.annotations}
    aliases = Aliases(corpus.root, [])
    aliases.taken |= taken
    if annotator is not None:
        if len(names) != 1:
            message = f"--annotator names one, and the export has {len(names)}: {', '.join(names)}; leave it out"
            raise ConfigError(survey.root, message)
        return {names[0]: annotator}
    if names == [LONE]:
        free = next(f"a{n}" for n in range(1, 10**6) if f"a{n}" not in aliases.taken)
        known = f"the corpus has {', '.join(sorted(taken))}" if taken else "the corpus has none"
        raise ConfigError(survey.root, f"the export names no annotator; say whose it is: --annotator {free} ({known})")
    found: dict[str, str] = {}
    for name in names:
        curated = name.lower() in CURATED and name not in aliases.names
        found[name] = "gold" if curated else aliases.published(name)
    return found


def _match(survey: Survey, corpus: Corpus, here: Catalogue, addition: Addition) -> None:
    """Find the documents of the export in the corpus: by id, else by text where the file has one document."""
    ids = {entry.doc_id for entry in here.entries}
    layout = survey.layout
    unknown = [doc_id for doc_id in sorted(layout.entries) if doc_id not in ids]
    texts = _texts(corpus, here) if unknown else {}
    digests = {each.entry.doc_id: each.document.text_sha256 for each in survey.assembled if each.document}
    single = {doc_id for doc_id, file in layout.files if _is_named_by_file(file)}
    for doc_id in unknown:
        other = texts.get(digests.get(doc_id, ""))
        if other and other not in layout.entries and doc_id in single:
            addition.renamed[doc_id] = other
    layout.files = [(addition.renamed.get(doc_id, doc_id), file) for doc_id, file in layout.files]
    layout.entries = {addition.renamed.get(doc_id, doc_id): entry for doc_id, entry in layout.entries.items()}
    addition.known = layout.entries.keys() & ids
    addition.fresh = layout.entries.keys() - ids
    theirs = {(doc_id, addition.names[file.annotator]) for doc_id, file in layout.files}
    for entry in here.entries:
        for file in entry.annotations:
            if file.annotator in addition.names.values() and (entry.doc_id, file.annotator) not in theirs:
                addition.absent.setdefault(file.annotator, []).append(entry.doc_id)


def _table(corpus: Corpus) -> str:
    """Return the metadata.csv of a corpus. Raises InputError where it is no table in UTF-8."""
    path, shown = corpus.raw / metadata.FILE, f"raw/{metadata.FILE}"
    if not path.is_file():
        return ""
    metadata.read(path, shown)
    return path.read_bytes().decode("utf-8-sig")


def _is_named_by_file(file: AnnotationFile) -> bool:
    return file.part is None or sources.opened(file.path, file.format, file.place).is_one_document


def _texts(corpus: Corpus, here: Catalogue) -> dict[str, str]:
    """Return the documents of a corpus by the digest of their text; one that cannot be read is left to validate."""
    found: dict[str, str] = {}
    for entry in here.entries:
        if entry.article:
            try:
                document, _ = sources.read_article(entry.doc_id, entry.article, entry.metadata, corpus.articles)
            except InputError:
                continue
            found[document.text_sha256] = entry.doc_id
    return found


def _new_sources(found: list[dict[str, Any]], corpus: Corpus) -> list[dict[str, Any]]:
    """Return the sources that corpus.toml has not; one of the same path and other content is refused."""
    known = {source.path.rstrip("/").removeprefix("./"): source for source in corpus.sources}
    new = []
    for source in found:
        other = known.get(source["path"])
        if other is None:
            new.append(source)
        elif other.format != source["format"] or other.annotator != source.get("annotator"):
            line, column = corpus.place("sources")
            message = f"sources: {source['path']!r} is there as {other.format}; edit it, or choose another --annotator"
            raise ConfigError(corpus.root / config.FILE, message, line=line, column=column)
    return new


def _settings(corpus: Corpus, addition: Addition) -> dict[str, str]:
    """Return corpus.toml with the new sources at its end; what stands there stays as it is."""
    if not addition.sources:
        return {}
    text = corpus.toml if not corpus.toml or corpus.toml.endswith("\n") else corpus.toml + "\n"
    text += ("\n" if text else "") + tomltext.write({"sources": addition.sources})
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        message = "a source cannot be added at its end; write each source as a [[sources]] table"
        raise ConfigError(corpus.root / config.FILE, message) from None
    return {config.FILE: text}


def _key(root: Path, names: dict[str, str]) -> dict[str, str]:
    """Return the key of the annotators' names with the new ones, and a .gitignore that keeps it out of git."""
    path, ignored = root / KEY, root / ".gitignore"
    old = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
    known = Aliases(root, []).names
    rows = [(name, alias) for name, alias in sorted(names.items()) if not PUBLISHED.fullmatch(name)]
    rows = [(name, alias) for name, alias in rows if known.get(name) != alias and name != alias]
    if not rows:
        return {}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    written = {KEY: old + ("\n" if old and not old.endswith("\n") else "") + text.getvalue()}
    lines = ignored.read_text(encoding="utf-8") if ignored.is_file() else ""
    if not re.search(rf"(?m)^/?{re.escape(KEY)}\s*$", lines):
        written[".gitignore"] = lines + ("\n" if lines and not lines.endswith("\n") else "") + f"{KEY}\n"
    return written


def _state(fresh: Path, old: Path) -> str:
    if not old.is_file():
        return "new"
    return "unchanged" if old.read_bytes() == fresh.read_bytes() else "replaced"
