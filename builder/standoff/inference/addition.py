"""A survey of an export -> one more source of a corpus that is there: files, settings, and names of annotators."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
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
from standoff.errors import ConfigError, InputError, OutputError
from standoff.files import staging
from standoff.inference import copies, pages, texts, tomltext
from standoff.inference.project import CURATED, PUBLISHED
from standoff.inspection import Survey
from standoff.inspection.exports import LONE


@dataclass(slots=True)
class Addition:
    """What an import changes in a corpus folder.

    `files` maps paths below it to `new`, `replaced` or `unchanged`; `names` annotators of the export to their published
    names; `known` and `fresh` are the documents that the corpus had and had not; `renamed` those found there under
    another id, by their text; `absent` maps an annotator to documents that the corpus alone has of them. `rule` is
    the one whose work is published, if corpus.toml gets one. All of it lies in `folder`, `settings` are the names of
    settings that change.
    """

    names: dict[str, str]
    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)
    rule: list[str] | None = None
    settings: list[str] = field(default_factory=list)

    def changed(self) -> list[str]:
        """Return the paths of what is new or replaced, settings last."""
        return [*(below for below, state in self.files.items() if state != "unchanged"), *self.settings]

    @property
    def documents(self) -> set[str]:
        """All documents that the import touches."""
        return self.known | self.fresh


@contextmanager
def prepared(
    survey: Survey, root: Path, annotator: str | None, *, keep_pages: bool = False, publish: list[str] | None = None
) -> Iterator[Addition]:
    """Prepare what adds an export to a corpus, or replaces what was imported from it before; `write` puts it there.

    The export is copied unchanged. `publish` is the rule whose work is published, for corpus.toml. Raises ConfigError
    where it is not said whose the export is, corpus.toml cannot take the source or the rule, or something else would
    be lost, and InputError where the corpus cannot be read.
    """
    corpus = config.read(root)
    here = catalogue.of(corpus)
    with staging.folder(root / "import") as fresh:
        addition = Addition(_names(survey, corpus, here, annotator), fresh)
        _match(survey, corpus, here, addition)
        found = copies.write(survey, fresh, addition.names, here, corpus)
        texts.write(survey, fresh, addition.known, root)
        addition.sources = _new_sources(found, corpus)
        pages.write(survey, fresh, addition.known, _table(corpus), keep=keep_pages)
        addition.files = {
            below: _state(fresh / below, root / below)
            for below in sorted(path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file())
        }
        addition.rule = publish
        for name, text in {**_key(root, addition.names), **_settings(corpus, addition)}.items():
            (fresh / name).write_text(text, encoding="utf-8", newline="")
            addition.settings.append(name)
        yield addition


def write(addition: Addition, root: Path) -> None:
    """Put what was prepared into the corpus. Where that fails half-way, the corpus is as it was. Raises OutputError."""
    old = addition.folder / ".old"
    done: list[str] = []
    try:
        for below in addition.changed():
            target = root / below
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                (old / below).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target, old / below)
            done.append(below)
            os.replace(addition.folder / below, target)
    except OSError as error:
        for below in reversed(done):
            if (old / below).exists():
                os.replace(old / below, root / below)
            else:
                (root / below).unlink(missing_ok=True)
        message = f"cannot be written: {error.strerror or error}; nothing was imported"
        raise OutputError(error.filename or root, message) from None


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
        elif other.format != source["format"] or (other.annotator or "a1") != source.get("annotator", "a1"):
            line, column = corpus.place("sources")
            message = f"sources: {source['path']!r} is there as {other.format}; edit it, or choose another --annotator"
            raise ConfigError(corpus.root / config.FILE, message, line=line, column=column)
    return new


def _settings(corpus: Corpus, addition: Addition) -> dict[str, str]:
    """Return corpus.toml with the new sources at its end, and the rule; what stands there stays as it is."""
    if not addition.sources and addition.rule is None:
        return {}
    text = _with_rule(corpus.toml, addition.rule) if addition.rule is not None else corpus.toml
    if addition.sources:
        text = _below(text, tomltext.write({"sources": addition.sources}))
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        value = {}
    if addition.sources and len(value.get("sources", [])) != len(corpus.sources) + len(addition.sources):
        message = "a source cannot be added at its end; write each source as a [[sources]] table"
        raise ConfigError(corpus.root / config.FILE, message)
    if addition.rule is not None and value.get("annotations", {}).get("publish") != addition.rule:
        line, column = corpus.place("annotations", "publish")
        message = f"the rule cannot be written into it; put it there: {tomltext.rule(addition.rule)}"
        raise ConfigError(corpus.root / config.FILE, message, line=line, column=column)
    return {config.FILE: text}


def _with_rule(text: str, names: list[str]) -> str:
    """Return corpus.toml with a rule whose work is published, in the place of one that stands there on a line."""
    said = f"publish = {tomltext.scalar(names)}"
    if re.search(r"(?m)^publish\s*=", text):
        return re.sub(r"(?m)^publish\s*=.*$", lambda match: said, text, count=1)
    if re.search(r"(?m)^\[annotations\]", text):
        return re.sub(r"(?m)^\[annotations\][^\n]*$", lambda match: f"{match[0]}\n{said}", text, count=1)
    return _below(text, f"[annotations]\n{said}\n")


def _below(text: str, more: str) -> str:
    text = text if not text or text.endswith("\n") else text + "\n"
    return text + ("\n" if text else "") + more


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
