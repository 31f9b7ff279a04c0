"""The files of an export that hold several documents or annotators, or the articles too -> their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from standoff.annotations import FORMATS
from standoff.corpus import sources
from standoff.corpus.entries import AnnotationFile, ArticleFile
from standoff.corpus.sources import Header, Opened
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.inspection import files
from standoff.inspection.files import Found, Listing

LONE = "a1"
"""The annotator of an export that names none."""

UNNAMED = "document"
"""What documents without a name are called where several annotators' files hold them."""


@dataclass(slots=True)
class Sorted:
    """The annotation files of an export: those named after their one document, and those that hold parts.

    `opened` has the parts of every file that was unpacked, by its path below the export; `lost` are those that gave
    none, because they could not be read or what they hold has no text.
    """

    single: list[Found] = field(default_factory=list)
    several: list[Found] = field(default_factory=list)
    lost: list[Found] = field(default_factory=list)
    opened: dict[str, Opened] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False


def sort(listing: Listing) -> Sorted:
    """Unpack the files that can be; files that others are read with are taken out of the listing."""
    found = Sorted()
    companions: dict[str, str] = {}
    for file in listing.annotations:
        if FORMATS[str(file.format)].unpack is None:
            found.single.append(file)
            continue
        try:
            opened = sources.opened(file.path, str(file.format), file.below)
        except InputError as error:
            place = error.path or file.below
            found.findings.append(Finding(error.code or "E101", place, error.message, error.line, error.column))
            found.unreadable = True
            found.lost.append(file)
            continue
        found.opened[file.below] = opened
        if not opened.headers and any(finding.severity == "error" for finding in opened.findings):
            found.lost.append(file)
        found.findings += opened.findings
        found.unreadable = found.unreadable or opened.unreadable
        companions |= {sources.companion(file.below, name): file.below for name in opened.companions}
        (found.single if opened.is_one_document else found.several).append(file)
    files.set_companions_apart(listing, companions)
    found.single = [file for file in found.single if file.below not in companions]
    found.several = [file for file in found.several if file.below not in companions]
    found.lost = [file for file in found.lost if file.below not in companions]
    return found


def text_of(file: Found, header: Header, rank: int) -> ArticleFile | None:
    """Return the text inside a part, if it has one."""
    if header.size is None:
        return None
    return ArticleFile(file.path, file.below, None, file.below, rank, str(file.format), header.rebuilt)


def parts(found: Sorted) -> Iterator[tuple[str, AnnotationFile, Header]]:
    """Yield each part of the files with several: the name of its document, where it is read from, and its header.

    A text that nobody has annotated (`Header.bare`) is among them.
    """
    owners = _owners(found)
    for file in found.several:
        headers = found.opened[file.below].headers
        stem = UNNAMED if file.below in owners else file.stem
        for rank, name in enumerate(sources.names_of(headers, stem)):
            header = headers[rank]
            annotator = header.annotator or owners.get(file.below, LONE)
            text = text_of(file, header, rank)
            place = AnnotationFile(file.path, file.below, file.below, str(file.format), annotator, None, text, rank)
            yield name, place, header


def _owners(found: Sorted) -> dict[str, str]:
    """Return the annotator of each file that is one of several about the same documents and names nobody itself.

    That is the name of the file, or of the first folder where they part.
    """
    files_of: dict[str, set[str]] = defaultdict(set)
    for file in found.several:
        headers = found.opened[file.below].headers
        if all(header.annotator is None for header in headers):
            for header in headers:
                files_of[header.name or header.digest or ""].add(file.below)
    shared = sorted({below for group in files_of.values() if len(group) > 1 for below in group})
    steps = [PurePosixPath(below).with_suffix("").parts for below in shared]
    if len({path[-1] for path in steps}) == len(steps):
        return {below: path[-1] for below, path in zip(shared, steps, strict=True)}
    start = next((i for i, level in enumerate(zip(*steps, strict=False)) if len(set(level)) > 1), 0)
    return {below: path[start] for below, path in zip(shared, steps, strict=True)}
