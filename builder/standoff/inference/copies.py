"""The texts and annotation files of an export -> a corpus folder, unchanged, and the sources that corpus.toml names."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from standoff import articles
from standoff.annotations import FORMATS
from standoff.articles import html
from standoff.corpus import sources
from standoff.corpus.entries import AnnotationFile, ArticleFile
from standoff.errors import InputError
from standoff.inspection import Survey
from standoff.inspection.files import Found

Source = dict[str, Any]

_LONGEST = 240
"""No file can be called after a longer id, whose finding (E108) the survey has."""


def write(survey: Survey, folder: Path, names: dict[str, str], known: Collection[str] = ()) -> list[Source]:
    """Copy texts to raw/, one annotator's files to annotations/<annotator>/, files of several to exports/.

    `names` maps annotators to their published names; `known` are documents whose articles the corpus has: a text
    beside their annotations goes with these. A file that cannot be opened is left out; the survey has its
    finding. One that can, and gives no document, is copied and becomes a source, so that the build stops at it, too.
    Returns the entries of `[[sources]]`.
    """
    for doc_id, entry in sorted(survey.layout.entries.items()):
        if entry.article and doc_id not in known and len(doc_id) <= _LONGEST:
            _copy_article(entry.article, folder / "raw" / f"{doc_id}.txt")
    formats: dict[str, set[str]] = defaultdict(set)
    groups: dict[Path, list[tuple[str, AnnotationFile]]] = defaultdict(list)
    for doc_id, file in survey.layout.files:
        formats[file.annotator].add(file.format)
        groups[file.path].append((doc_id, file))
    found: list[Source] = []
    for group in groups.values():
        doc_id, file = group[0]
        mixed = len(formats[file.annotator]) > 1
        if file.part is None and len(doc_id) > _LONGEST:
            continue
        if file.part is None:
            other = doc_id in known or _has_another_text(survey, doc_id, file)
            home = _home(file, names[file.annotator])
            below = _apart(folder, home, f"{doc_id}{FORMATS[file.format].suffixes[0]}")
            _copy_lying(doc_id, file, folder / below, with_text=other)
            named = below != home or file.finished is not None or file.unfinished
            found += [_source(below, file, names)] if named else []
        elif sources.opened(file.path, file.format, file.place).is_one_document:
            found.append(_copy_one(doc_id, file, folder, names, mixed=mixed))
        else:
            found.append(_copy_export([each for _, each in group], folder, names))
    found += [source for file in survey.layout.lost for source in _copy_lost(file, folder)]
    return [source for n, source in enumerate(found) if source not in found[:n]]


def _home(file: AnnotationFile, alias: str, *, mixed: bool = False) -> str:
    """Return the folder for a file with one document: what its annotator has not finished lies apart."""
    if file.unfinished:
        return f"exports/unfinished-{alias}" + (f"-{file.format}" if mixed else "")
    return f"exports/{file.format}-{alias}" if mixed else f"annotations/{alias}"


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
    _copy(file.path, folder / f"{doc_id}{FORMATS[file.format].suffixes[0]}")
    if with_text and file.beside:
        _copy(file.beside.path, folder / f"{doc_id}.txt")


def _copy_one(
    doc_id: str, file: AnnotationFile, folder: Path, names: dict[str, str], *, mixed: bool
) -> Source:
    """Copy a file with one document, under the name of that; files that it is read with lie beside it."""
    name = f"{doc_id}{file.path.suffix}"
    below = _apart(folder, _home(file, names[file.annotator], mixed=mixed), name)
    place = folder / below / name
    _copy(file.path, place)
    for name in sources.opened(file.path, file.format, file.place).companions:
        _copy_companion(file.path.with_name(name), place.with_name(name), doc_id)
    return _source(below, file, names)


def _copy_companion(source: Path, target: Path, doc_id: str) -> None:
    """Copy a file that others are read with; where another of its name is there, under the document's name."""
    if target.exists() and target.read_bytes() != source.read_bytes():
        target = target.with_name(f"{doc_id}.{target.name}")
    _copy(source, target)


def _copy_export(parts: list[AnnotationFile], folder: Path, names: dict[str, str]) -> Source:
    """Copy a file with several parts; a lone annotator of it is named by its source, and not by the file."""
    file = parts[0]
    people = {part.annotator for part in parts}
    opened = sources.opened(file.path, file.format, file.place)
    nameless = all(header.annotator is None for header in opened.headers)
    if nameless and names[file.annotator] != file.annotator:
        known = opened.companions or file.path.stem != file.annotator  # its companions may know it by its name
        own = file.path.name if known else f"document{file.path.suffix}"
        below = f"annotations/{names[file.annotator]}/{own}"
    else:
        below = f"exports/{file.shown}"
    _copy(file.path, folder / below)
    for name in opened.companions:
        _copy(file.path.with_name(name), (folder / below).with_name(name))
    source = {"path": below, "format": file.format}
    return {**source, "annotator": names[file.annotator]} if len(people) == 1 else source


def _copy_lost(file: Found, folder: Path) -> list[Source]:
    """Copy a file that gave no document, with those that it is read with: its fault is one of the corpus, too."""
    below = f"exports/{file.below}"
    _copy(file.path, folder / below)
    try:
        companions = list(sources.opened(file.path, str(file.format), file.below).companions)
    except InputError:
        companions = []  # the survey has the finding
    for name in companions:
        _copy(file.path.with_name(name), (folder / below).with_name(name))
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


def _copy_article(article: ArticleFile, target: Path) -> None:
    """Copy a text, or write the one inside an export, so that reading it gives the same characters.

    A text that is none in UTF-8 (half a surrogate pair) stays in its export alone.
    """
    if article.part is None and article.format != html.FORMAT:
        _copy(article.path, target)
        return
    try:
        page = article.format == html.FORMAT
        text = html.read(article.path, article.place).text if page else sources.part_of(article).text or ""
        data = text.encode("utf-8")
    except (UnicodeEncodeError, InputError):
        return  # the survey has the finding
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _copy(source: Path, target: Path) -> None:
    try:
        data = articles.read_bytes(source, source.name)
    except InputError:
        return  # the survey has the finding
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
