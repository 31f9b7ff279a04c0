"""What a file of an export holds where it is more than one annotator's annotations of one text.

Tools write many documents, several annotators, or the article itself into one file. Such a file is unpacked into parts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from standoff.annotations.reading import Reading
from standoff.finding import Finding
from standoff.model import Attribute

UNREAD = "not read: "
"""How a remark on what is not taken over begins."""


@dataclass(slots=True)
class Part:
    """One annotator's annotations of one document.

    `name` is the document's as the export has it, None where it has none: then the file's name serves, with a
    rank where a file has several parts. `annotator` is the name in the export, None where it names none. `text` is the
    article if the export holds it, exactly as it stands there: offsets of the items count in it. `fields` are what
    the export says of the article, under the names of metadata.csv where they have one. `line` is where the part
    begins in the file. `held` counts what the file holds, a list of items each, where items with a fault are not
    in the reading. `remarks` say how the file was understood: what a person who reads counts should know. `rebuilt`
    says that the text was put together from tokens: its letters are certain, its blanks are not. `bare` says that it is
    the text alone, which nobody has annotated.
    """

    reading: Reading
    name: str | None = None
    annotator: str | None = None
    text: str | None = None
    fields: list[Attribute] = field(default_factory=list)
    line: int | None = None
    held: Counter[str] | None = None
    remarks: list[str] = field(default_factory=list)
    rebuilt: bool = False
    bare: bool = False

    @property
    def unread(self) -> list[str]:
        """What the file holds and no reader takes over, as the remarks say it."""
        return [remark.removeprefix(UNREAD) for remark in self.remarks if remark.startswith(UNREAD)]


@dataclass(slots=True)
class Export:
    """The parts of one file, what is wrong in it that belongs to no part, and other files that it was read with.

    `companions` maps the names of those (a type system, a second table) to the SHA-256 of their bytes; one in a folder
    above has a path such as `../TypeSystem.xml`. `unreadable`
    says that one of them could not be read as a whole; a finding says why.
    """

    parts: list[Part] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    companions: dict[str, str] = field(default_factory=dict)
    unreadable: bool = False


@dataclass(slots=True, frozen=True)
class Siblings:
    """The files that lie in the folder of an export file."""

    folder: Path

    def names(self) -> list[str]:
        """Return the names of the regular files, sorted."""
        return list(_names(self.folder, self.folder.stat().st_mtime_ns))

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, None where there is none of this name."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


@lru_cache(maxsize=16)
def _names(folder: Path, changed: int) -> tuple[str, ...]:
    """List a folder once, however many of its files ask for their siblings; `changed` tells an old list apart."""
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))
