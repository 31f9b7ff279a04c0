"""The source line of a finding, with a caret under its column; never of a file that holds a withheld text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from standoff.finding import Finding

if TYPE_CHECKING:
    from standoff.corpus.entries import Entry

WIDTH = 100
"""Code points of a line that a finding shows."""

_LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is opened for the sake of one line."""

_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}
"""General categories of what a terminal obeys or hides: controls, format and bidi characters, line separators."""

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SHARED = (".jsonl", ".csv")
"""Suffixes of files below raw/ that hold texts or titles of several documents."""


class Sources:
    """The files of a corpus whose lines may be shown."""

    def __init__(self, root: Path, entries: Iterable[Entry], withhold: Iterable[str] = ()) -> None:
        """Take the documents of a corpus, and the ids that its settings withhold, found or not."""
        self.root = root
        withheld = [entry for entry in entries if entry.withheld or entry.must_withhold]
        self.documents = {entry.doc_id for entry in withheld} | set(withhold)
        self.places = {place for entry in withheld for place in entry.places()}

    def below(self, finding: Finding) -> list[str]:
        """Return the lines to print below a finding; none where its line is unknown, no text, or withheld."""
        if finding.line is None or self.is_withheld(finding):
            return []
        line = _line(self.root / finding.path, finding.line)
        return [] if line is None else excerpt(line, finding.line, finding.column)

    def is_withheld(self, finding: Finding) -> bool:
        """Say whether a finding stands in a file that may hold words of a withheld text."""
        path = PurePosixPath(finding.path)
        shared = bool(self.documents) and path.parts[:1] == ("raw",) and path.suffix in _SHARED
        return shared or finding.doc_id in self.documents or finding.path in self.places or path.stem in self.documents


def excerpt(line: str, number: int, column: int | None, width: int = WIDTH) -> list[str]:
    """Return a numbered line and, under its column, a caret.

    `column` is 1-based, in code points; a line of more than `width` of them is cut around it.
    """
    at = min(max(column or 1, 1) - 1, len(line))
    start = max(0, min(at - width // 2, len(line) - width))
    before = "…" if start else ""
    after = "…" if start + width < len(line) else ""
    shown = [f"{number:>6} | {before}{visible(line[start : start + width])}{after}"]
    if column is not None:
        shown.append(f"{'':>6} | {' ' * _cells(before + visible(line[start:at]))}^")
    return shown


def visible(text: str) -> str:
    """Return a text with what a terminal obeys or hides written as escapes, such as `\\t` and `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(_escape(letter) if unicodedata.category(letter) in _UNSEEN else letter for letter in text)


def _escape(letter: str) -> str:
    number = ord(letter)
    return _SHORT.get(letter) or (f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}")


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text fills: none for a combining mark, two for a wide letter."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.category(letter) in ("Mn", "Me") for letter in text)


def _line(path: Path, number: int) -> str | None:
    lines = _lines(path)
    if not 1 <= number <= len(lines):
        return None
    return lines[number - 1].decode("utf-8-sig" if number == 1 else "utf-8", "replace").removesuffix("\r")


@lru_cache(maxsize=2)
def _lines(path: Path) -> list[bytes]:
    """Return the lines of a text file; none if it is no text, too large, or gone meanwhile."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return []
        data = path.read_bytes()
    except OSError:
        return []  # the finding itself says what is wrong with the file
    return [] if b"\0" in data else data.split(b"\n")
