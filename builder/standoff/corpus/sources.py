"""What the files of an entry hold: its article, and each annotator's annotations.

A file of an export may hold many documents. It is unpacked once, its parts are kept as bytes as long as there is
room, and each reader of a part gets items of its own.
"""

from __future__ import annotations

import pickle
import posixpath
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from standoff import articles
from standoff.annotations import FORMATS, Reading
from standoff.annotations.export import Part, Siblings
from standoff.articles import html
from standoff.corpus.config import Articles
from standoff.corpus.entries import AnnotationFile, ArticleFile
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Attribute, Document, Metadata

_ROOM = 256 * 1024 * 1024
_FEWEST = 4


@dataclass(slots=True, frozen=True)
class Header:
    """What is known of a part without its items: names as the export has them, size (bytes) and digest of its text.

    `rebuilt` says that only the number of the blanks between its pieces is known, `bare` that it is the text alone.
    """

    name: str | None
    annotator: str | None
    line: int | None
    fields: list[Attribute]
    size: int | None
    digest: str | None
    rebuilt: bool = False
    bare: bool = False


@dataclass(slots=True)
class Opened:
    """An unpacked file: what its parts are, the findings that belong to none, and files that it was read with."""

    headers: list[Header] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    companions: dict[str, str] = field(default_factory=dict)
    packed: list[bytes] = field(default_factory=list)
    unreadable: bool = False

    @property
    def is_one_document(self) -> bool:
        """True where the file is one annotator's annotations of one document, and its name has to tell which."""
        return [(header.name, header.annotator) for header in self.headers] == [(None, None)]

    @property
    def room(self) -> int:
        """The bytes that it takes in memory, about."""
        return sum(map(len, self.packed))


_Key = tuple[Path, str, int, int, int]


class _Cache:
    """Unpacked files, those used last. `room` is what all of them take, kept up to date: there may be thousands."""

    def __init__(self) -> None:
        self.files: OrderedDict[_Key, Opened] = OrderedDict()
        self.room = 0

    def add(self, key: _Key, opened: Opened) -> None:
        """Add a file, and drop those used longest ago where there is no room left; a few always stay."""
        self.files[key] = opened
        self.room += opened.room
        while self.room > _ROOM and len(self.files) > _FEWEST:
            self.room -= self.files.popitem(last=False)[1].room


_OPENED = _Cache()


def opened(path: Path, format_name: str, place: str) -> Opened:
    """Unpack a file of an export; `place` is its path in messages.

    Raises InputError if it cannot be opened or parsed as a whole.
    """
    try:
        state, folder = path.stat(), path.parent.stat()
    except OSError as error:
        raise InputError(place, f"cannot be read: {error.strerror}", code="E101") from None
    key = (path, format_name, state.st_mtime_ns, state.st_size, folder.st_mtime_ns)
    if key not in _OPENED.files:
        _OPENED.add(key, _unpacked(path, format_name, place))
    _OPENED.files.move_to_end(key)
    return _OPENED.files[key]


def _unpacked(path: Path, format_name: str, place: str) -> Opened:
    unpack = FORMATS[format_name].unpack
    assert unpack is not None
    try:
        export = unpack(articles.read_bytes(path, place), place, Siblings(path.parent))
    except InputError as error:
        error.path = _beside(place, error.path or place)
        raise
    except OSError as error:
        message = f"a file that it is read with cannot be opened: {error.filename}: {error.strerror}"
        raise InputError(place, message, code="E101") from None
    paths = {name: companion(place, name) for name in export.companions}
    findings = [finding.moved(lambda name: paths.get(name, place)) for finding in export.findings]
    found = Opened([], findings, export.companions, unreadable=export.unreadable)
    for part in export.parts:
        size = None if part.text is None else len(part.text.encode("utf-8", "surrogatepass"))
        digest = None if part.text is None else articles.digest(part.text)
        found.headers.append(
            Header(part.name, part.annotator, part.line, part.fields, size, digest, part.rebuilt, part.bare)
        )
        found.packed.append(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
    return found


def companion(place: str, name: str) -> str:
    """Return the path in messages of a file that the one at `place` is read with."""
    return posixpath.normpath(PurePosixPath(place).parent / name)


def companions(file: AnnotationFile) -> list[tuple[str, str]]:
    """Return the files that an export file is read with, as provenance names them, and the SHA-256 of each."""
    found = opened(file.path, file.format, file.place).companions
    return [(companion(file.shown, name), digest) for name, digest in found.items()]


def _beside(place: str, path: str) -> str:
    """Return the path in messages of a file beside the one at `place`."""
    return str(PurePosixPath(place).with_name(PurePosixPath(path).name))


def part_of(file: ArticleFile | AnnotationFile) -> Part:
    """Return the part of an export file that an entry names; its items belong to the caller."""
    assert file.part is not None
    packed = opened(file.path, file.format, file.place).packed
    if file.part >= len(packed):
        raise InputError(file.place, "has changed while it was read; try again", code="E101")
    part: Part = pickle.loads(packed[file.part])
    return part


def names_of(headers: list[Header], stem: str) -> Iterator[str]:
    """Yield the document name of each part; one without a name is called after the file, with its rank among several.

    What ends in `.txt` loses that: tools name documents after the files that were uploaded.
    """
    width = len(str(len(headers)))
    for rank, header in enumerate(headers, 1):
        if header.name:
            yield header.name.removesuffix(".txt") or header.name
        else:
            yield stem if len(headers) == 1 else f"{stem}-{rank:0{width}d}"


def read_article(doc_id: str, file: ArticleFile, known: Metadata, settings: Articles) -> tuple[Document, list[Finding]]:
    """Read one article: a raw text, a record of a JSON lines file, a saved page, or the text inside an export file.

    Raises InputError if it cannot be opened or decoded.
    """
    if file.format == html.FORMAT:
        text = html.read(file.path, file.place).text
        return articles.freeze(doc_id, text, articles.digest(text), file.place, known, settings)
    if file.part is None:
        return articles.read(doc_id, file.path, file.place, file.record, known, settings)
    text = part_of(file).text or ""
    return articles.freeze(doc_id, text, articles.digest(text), file.place, known, settings)


def read_annotations(file: AnnotationFile, doc_id: str) -> tuple[Reading, Part | None]:
    """Read one annotator's annotations of one document, spans not yet proved; with the part of an export file.

    Paths of findings are those of provenance. Raises InputError if the file cannot be read as a whole.
    """
    each = FORMATS[file.format]
    if file.part is None:
        assert each.read is not None
        reading = each.read(articles.read_bytes(file.path, file.shown), doc_id, file.annotator, file.shown)
        reading.unit = file.unit or reading.unit
        return reading, None
    part = part_of(file)
    reading, annotations = part.reading, part.reading.annotations
    folder = PurePosixPath(file.shown).parent
    annotations.doc_id, annotations.annotator = doc_id, file.annotator
    annotations.more_files = [(posixpath.normpath(folder / name), digest) for name, digest in annotations.more_files]
    shown = {PurePosixPath(path).name: path for path, _ in annotations.more_files}
    own = annotations.path
    annotations.path = file.shown

    def place_of(path: str) -> str:
        return file.shown if path == own else shown.get(PurePosixPath(path).name, file.shown)

    reading.findings = [replace(finding.moved(place_of), doc_id=doc_id) for finding in reading.findings]
    reading.unit = file.unit or reading.unit
    return reading, part
