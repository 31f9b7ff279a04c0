"""The files of an export, each known by suffix and content: annotations of a format, a text, or neither."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from standoff import articles
from standoff.annotations import FORMATS, known_suffixes, of_suffix
from standoff.articles import html, jsonl, plain
from standoff.corpus.catalogue import TOOL_CONFIG
from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.finding import Finding

_HEAD = 1 << 20
_SYSTEM = {"__MACOSX", "Thumbs.db", "desktop.ini"}
_PAPERS = ("readme", "attribution", "license", "licence", "_license", "changelog", "datasheet", "guidelines", "notice")
_SETTINGS = {"corpus.toml", "scheme.toml", "splits.csv", "annotators.csv", "releases.toml", "waivers.toml"}


@dataclass(slots=True, frozen=True)
class Found:
    """A file that is an annotation file (then `format` is set), a text, or a saved page (`format` is `html`).

    A text may be the article of a record in a JSON lines file.
    """

    path: Path
    below: str
    format: str | None = None
    record: jsonl.Record | None = None

    @property
    def folder(self) -> tuple[str, ...]:
        """The folders below the root of the export."""
        return PurePosixPath(self.below).parts[:-1]

    @property
    def stem(self) -> str:
        """The name without its suffix, or the id of a record."""
        return self.record.doc_id if self.record else PurePosixPath(self.below).stem

    @property
    def place(self) -> tuple[str, int]:
        """The path below the root, and the line there; 0 for a file as a whole."""
        return self.below, self.record.line if self.record else 0


@dataclass(slots=True)
class Listing:
    """All files of an export: annotation files, texts, the rest with what it is, and what is wrong.

    `places` has the path of every file.
    """

    annotations: list[Found] = field(default_factory=list)
    texts: list[Found] = field(default_factory=list)
    other: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False
    places: dict[str, Path] = field(default_factory=dict)


def of(path: Path) -> Listing:
    """List and recognise the files below a folder, or one file with the text beside it."""
    listing = Listing()
    if path.is_dir():
        for file, below in _walk(path, listing):
            listing.places[below] = file
            _sort(file, below, listing)
    else:
        _sort(path, path.name, listing)
        beside = path.with_suffix(".txt")
        if beside != path and beside.is_file():
            listing.texts.append(Found(beside, beside.name))
    _set_papers_apart(listing)
    _set_pages_apart(listing)
    return listing


def set_apart(listing: Listing, apart: dict[str, str]) -> None:
    """Take files (below -> what they are) out of all lists, and name them among what is not read."""
    listing.findings = [f for f in listing.findings if f.code != "W113" or f.path not in apart]
    listing.annotations = [file for file in listing.annotations if file.below not in apart]
    listing.texts = [file for file in listing.texts if file.below not in apart]
    listing.other = [(below, what) for below, what in listing.other if below not in apart]
    listing.other += sorted(apart.items())


def set_companions_apart(listing: Listing, companions: dict[str, str]) -> None:
    """Take the files that others are read with (below -> the file that is) out of what is not read."""
    set_apart(listing, {below: f"read with {main}" for below, main in companions.items()})


def _walk(root: Path, listing: Listing) -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        for name in sorted(folders):
            below = (here / name).relative_to(root).as_posix()
            if (here / name).is_symlink():
                listing.findings.append(Finding("W113", below, "a link to a folder is not followed"))
            elif name.startswith(".") or name in _SYSTEM:
                listing.other.append((below, "hidden folder, not read"))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SYSTEM)
        for name in sorted(names):
            yield here / name, (here / name).relative_to(root).as_posix()


def _sort(path: Path, below: str, listing: Listing) -> None:
    suffix = path.suffix.lower()
    if path.name.startswith(".") or path.name in _SYSTEM:
        listing.other.append((below, "hidden file, not read"))
    elif not path.is_file():
        listing.findings.append(Finding("E101", below, "cannot be read: a link that leads nowhere, or no file"))
        listing.unreadable = True
    elif suffix == ".zip":
        message = "is no whole zip file; export or fetch it again"
        listing.findings.append(Finding("E101", below, message))
        listing.unreadable = True
    elif path.name in TOOL_CONFIG:
        listing.other.append((below, "configuration of brat"))
    elif path.name in _SETTINGS:
        listing.other.append((below, "settings of a corpus"))
    elif suffix in html.SUFFIXES and not _is_paper(path.name):
        listing.texts.append(Found(path, below, html.FORMAT))
    elif suffix == ".txt" or of_suffix(suffix):
        _sniff(path, below, suffix, listing)
    else:
        _set_apart(path, below, listing)


def _sniff(path: Path, below: str, suffix: str, listing: Listing) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        listing.findings.append(Finding("E101", below, f"cannot be read: {error.strerror}"))
        listing.unreadable = True
        return
    name = next((name for name in of_suffix(suffix) if FORMATS[name].sniff(head)), None)
    if name or suffix == ".txt":
        (listing.annotations if name else listing.texts).append(Found(path, below, name))
    elif _is_paper(path.name):
        listing.other.append((below, "documentation"))
    elif what := _aside(head):
        listing.other.append((below, what))
    elif suffix == ".jsonl" and jsonl.sniff(head):
        records, findings = jsonl.index(path, below)
        listing.texts += [Found(path, below, record=record) for record in records]
        listing.findings += findings
    elif suffix == ".json" and (broken := _json_fault(path, below)):
        listing.other.append((below, "no JSON, whatever it was meant to be"))
        listing.findings.append(broken)
        listing.unreadable = True
    else:
        names = ", ".join(of_suffix(suffix))
        message = f"no annotation file: it is called {suffix}, and its content is not of the format {names}"
        listing.other.append((below, message))
        listing.findings.append(Finding("W113", below, message))


def _json_fault(path: Path, below: str) -> Finding | None:
    """Return what is wrong with a .json file that is no JSON, neither as a whole nor in its first line."""
    try:
        text = plain.decode(articles.read_bytes(path, below), "utf-8", below)
        try:
            jsonfile.parse(text, below)
        except InputError:
            jsonfile.parse(text.strip().split("\n", 1)[0], below)
    except InputError as error:
        return Finding(error.code or "E102", below, error.message, error.line, error.column)
    return None


def _aside(head: bytes) -> str | None:
    """Say which file of a tool it is that holds no annotations."""
    found = (each.aside(head) for each in FORMATS.values() if each.aside)
    return next((what for what in found if what), None)


def _set_apart(path: Path, below: str, listing: Listing) -> None:
    if _is_paper(path.name):
        listing.other.append((below, "documentation"))
        return
    listing.other.append((below, f"no annotation file: {path.suffix or 'no suffix'}"))
    listing.findings.append(Finding("W113", below, f"no annotation file: expected {known_suffixes()} or a text (.txt)"))


def _set_papers_apart(listing: Listing) -> None:
    """Take README.txt and the like out of the texts, unless they are annotated."""
    annotated = {(file.folder, file.stem) for file in listing.annotations}
    for text in list(listing.texts):
        if _is_paper(text.path.name) and (text.folder, text.stem) not in annotated:
            listing.texts.remove(text)
            listing.other.append((text.below, "documentation"))


def _set_pages_apart(listing: Listing) -> None:
    """Take saved pages out of the texts where their text lies beside them: it is what was annotated."""
    plain_texts = {(text.folder, text.stem) for text in listing.texts if text.format is None}
    for text in list(listing.texts):
        if text.format and (text.folder, text.stem) in plain_texts:
            listing.texts.remove(text)
            listing.other.append((text.below, "a page whose text lies beside it"))


def _is_paper(name: str) -> bool:
    return name.lower().startswith(_PAPERS)
