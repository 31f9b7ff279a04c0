"""The annotation files of an export -> a corpus folder, unchanged, and the sources that corpus.toml names."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

from standoff import articles
from standoff.annotations import FORMATS, LYING
from standoff.corpus import sources
from standoff.corpus.catalogue import Catalogue
from standoff.corpus.config import Corpus
from standoff.corpus.entries import AnnotationFile
from standoff.errors import ConfigError, InputError
from standoff.inspection import Survey
from standoff.inspection.files import Found

Source = dict[str, Any]
_Path = TypeVar("_Path", bound=PurePath)

LONGEST = 240
"""No file can be called after a longer id, whose finding (E108) the survey has."""

_FEW = 3


def write(
    survey: Survey, folder: Path, names: dict[str, str], here: Catalogue | None = None, corpus: Corpus | None = None
) -> list[Source]:
    """Copy one annotator's files to annotations/<annotator>/, files of several to exports/.

    `names` maps annotators to their published names. With documents that the corpus (`here`) has goes the text beside
    their annotations; what lies in it is neither hidden nor lost. A file that
    cannot be opened is left out; the survey has its finding. One that can, and gives no document, is copied and
    becomes a source, so that the build stops at it, too. Returns the entries of `[[sources]]`. Raises ConfigError
    where a file would have to replace one that holds more.
    """
    formats: dict[str, set[str]] = defaultdict(set)
    groups: dict[Path, list[tuple[str, AnnotationFile]]] = defaultdict(list)
    for doc_id, file in survey.layout.files:
        formats[file.annotator].add(file.format)
        groups[file.path].append((doc_id, file))
    known = {entry.doc_id for entry in here.entries} if here else set()
    found: list[Source] = []
    homes = _Homes(folder, names, here, corpus)
    for group in groups.values():
        doc_id, file = group[0]
        mixed = len(formats[file.annotator]) > 1
        if file.part is None and len(doc_id) > LONGEST:
            continue
        if file.part is None:
            other = doc_id in known or _has_another_text(survey, doc_id, file)
            home = homes.of(file)
            below = _apart(folder, home, f"{doc_id}{FORMATS[file.format].suffixes[0]}")
            _copy_lying(doc_id, file, folder / below, with_text=other)
            named = not below.startswith("annotations/") or file.finished is not None or file.unfinished
            found += [_source(below, file, names)] if named else []
        elif sources.opened(file.path, file.format, file.place).is_one_document:
            found.append(_copy_one(doc_id, file, folder, names, homes.of(file, mixed=mixed)))
        else:
            found.append(_copy_export(group, folder, names, homes))
    found += [source for file in survey.layout.lost for source in _copy_lost(file, folder, homes)]
    return [source for n, source in enumerate(found) if source not in found[:n]]


class _Homes:
    """Where files go in a corpus that is there (`here`, `corpus`), or in a new one: nothing hides what lies there."""

    def __init__(self, folder: Path, names: dict[str, str], here: Catalogue | None, corpus: Corpus | None) -> None:
        self.folder, self.names, self.root = folder, names, corpus.root if corpus else None
        self.sources = {each.path.rstrip("/").removeprefix("./"): each for each in corpus.sources} if corpus else {}
        self.used: dict[str, tuple[object, ...]] = {}
        self.held: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for entry in here.entries if here else ():
            for file in entry.annotations:
                self.held[file.place].add((entry.doc_id, file.annotator))

    def of(self, file: AnnotationFile, *, mixed: bool = False) -> str:
        """Return the folder for a file with one document: what its annotator has not finished lies apart."""
        alias = self.names[file.annotator]
        kind = f"exports/unfinished-{alias}" if file.unfinished else f"exports/{file.format}-{alias}"
        usual = f"exports/unfinished-{alias}" + (f"-{file.format}" if mixed else "")
        if not file.unfinished:
            usual = kind if mixed else f"annotations/{alias}"
        others = (f"{kind}-{number}" for number in itertools.count(2))
        chosen = next(home for home in itertools.chain([usual, kind], others) if self.takes(home, file))
        self.used[chosen] = _said(file)
        return chosen

    def takes(self, home: str, file: AnnotationFile) -> bool:
        """Say whether a folder can hold a file: all that lies there is read as before, and the file, too."""
        if self.used.get(home, _said(file)) != _said(file):
            return False  # a folder is one source, which says the same of all its files
        source = self.sources.get(home)
        if source:
            same = (source.format, source.annotator or "a1") == (file.format, self.names[file.annotator])
            return same and (source.unfinished, source.finished) == (file.unfinished, file.finished)
        if self.root is None or not (self.root / home).is_dir() or not any((self.root / home).iterdir()):
            return True
        return file.format in LYING and home.startswith("annotations/") and file.finished is None

    def free(self, below: str, data: Path, companions: Collection[str], pairs: set[tuple[str, str]]) -> str:
        """Return where an export goes: over one of its name only if it holds all of that, else into another folder.

        `pairs` are documents and annotators of the export. Raises ConfigError where it holds a part of the other.
        """
        path = PurePosixPath(below)
        for each in itertools.chain([path], (path.parent / str(n) / path.name for n in itertools.count(2))):
            held = self.held.get(str(each), set())
            if (held and held <= pairs) or self._is_free(each, data, companions):
                break
            if held & pairs:
                lost = ", ".join(f"{doc_id} by {name}" for doc_id, name in sorted(held - pairs)[:_FEW])
                message = f"is there, and holds what the new one of its name lacks ({lost}); import one with all of it"
                raise ConfigError((self.root or Path()) / each, message)
        return str(each)

    def _is_free(self, path: PurePosixPath, data: Path, companions: Collection[str]) -> bool:
        """Say whether a file and those that it is read with can lie there: nothing does, or the same bytes."""
        if self.root is None:
            return True
        pairs = [(self.root / path, data), *((self.root / _near(path, n), data.parent / n) for n in companions)]
        return all(not old.exists() or (old.is_file() and _bytes(old) == _bytes(new)) for old, new in pairs)


def _said(file: AnnotationFile) -> tuple[object, ...]:
    """Return what a source says of its files; those that are found by suffix need none."""
    lies = file.format in LYING and file.finished is None and not file.unfinished
    return ("", None, False) if lies else (file.format, file.finished, file.unfinished)


def _near(path: _Path, name: str) -> _Path:
    """Return where a file that another is read with goes: beside it, also if it was in a folder above."""
    return path.with_name(PurePosixPath(name).name)


def _bytes(path: Path) -> bytes:
    return articles.read_bytes(path, path.name)


def _apart(folder: Path, home: str, name: str) -> str:
    """Return the folder for a file; an annotator's second one on a document lies apart, where a build names it."""
    places = (f"exports/again-{number}-{PurePosixPath(home).name}" for number in itertools.count(2))
    return next(below for below in itertools.chain([home], places) if not (folder / below / name).exists())


def _source(below: str, file: AnnotationFile, names: dict[str, str]) -> Source:
    source: Source = {"path": below, "format": file.format, "annotator": names[file.annotator]}
    if file.unfinished:
        source["unfinished"] = True
    return source if file.finished is None else {**source, "finished": file.finished}


def _copy_lying(doc_id: str, file: AnnotationFile, folder: Path, *, with_text: bool) -> None:
    """Copy a file of a format that is found by its suffix, with the text beside it if that is wanted."""
    copy(file.path, folder / f"{doc_id}{FORMATS[file.format].suffixes[0]}")
    if with_text and file.beside:
        copy(file.beside.path, folder / f"{doc_id}.txt")


def _copy_one(doc_id: str, file: AnnotationFile, folder: Path, names: dict[str, str], home: str) -> Source:
    """Copy a file with one document, under the name of that; files that it is read with lie beside it."""
    name = f"{doc_id}{file.path.suffix}"
    below = _apart(folder, home, name)
    place = folder / below / name
    copy(file.path, place)
    for name in sources.opened(file.path, file.format, file.place).companions:
        _copy_companion(file.path.parent / name, _near(place, name), doc_id)
    return _source(below, file, names)


def _copy_companion(source: Path, target: Path, doc_id: str) -> None:
    """Copy a file that others are read with; where another of its name is there, under the document's name."""
    if target.exists() and target.read_bytes() != source.read_bytes():
        target = target.with_name(f"{doc_id}.{target.name}")
    copy(source, target)


def _copy_export(
    parts: list[tuple[str, AnnotationFile]], folder: Path, names: dict[str, str], homes: _Homes
) -> Source:
    """Copy a file with several parts; a lone annotator of it is named by its source, and not by the file."""
    file = parts[0][1]
    people = {part.annotator for _, part in parts}
    opened = sources.opened(file.path, file.format, file.place)
    nameless = all(header.annotator is None for header in opened.headers)
    if nameless and names[file.annotator] != file.annotator:
        known = opened.companions or file.path.stem != file.annotator  # its companions may know it by its name
        own = file.path.name if known else f"document{file.path.suffix}"
        below = f"annotations/{names[file.annotator]}/{own}"
    else:
        below = f"exports/{file.shown}"
    pairs = {(doc_id, names[part.annotator]) for doc_id, part in parts}
    below = homes.free(below, file.path, opened.companions, pairs)
    copy(file.path, folder / below)
    for name in opened.companions:
        copy(file.path.parent / name, _near(folder / below, name))
    source = {"path": below, "format": file.format}
    return {**source, "annotator": names[file.annotator]} if len(people) == 1 else source


def _copy_lost(file: Found, folder: Path, homes: _Homes) -> list[Source]:
    """Copy a file that gave no document, with those that it is read with: its fault is one of the corpus, too."""
    try:
        companions = list(sources.opened(file.path, str(file.format), file.below).companions)
    except InputError:
        companions = []  # the survey has the finding
    below = homes.free(f"exports/{file.below}", file.path, companions, set())
    copy(file.path, folder / below)
    for name in companions:
        copy(file.path.parent / name, _near(folder / below, name))
    return [{"path": below, "format": str(file.format)}] if (folder / below).is_file() else []


def _has_another_text(survey: Survey, doc_id: str, file: AnnotationFile) -> bool:
    """Say whether the text beside a file has other bytes than the article: its offsets may count those."""
    article = survey.layout.entries[doc_id].article
    if not file.beside or not article or file.beside.path == article.path:
        return False
    try:
        return articles.read_bytes(file.beside.path, "") != articles.read_bytes(article.path, "")
    except InputError:
        return False  # the survey has the finding


def copy(source: Path, target: Path) -> None:
    """Copy a file; one that cannot be opened is left out, and the survey has its finding."""
    try:
        data = articles.read_bytes(source, source.name)
    except InputError:
        return  # the survey has the finding
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
