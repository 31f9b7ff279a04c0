"""Token columns -> a text, where a file has tokens and no text: the rules by which it is rebuilt.

Tokens are joined by one space, sentences by a newline, paragraphs by an empty line. A file that says what stood
between tokens (`SpaceAfter=No`), or what the sentence was (`# text`), is followed. Nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from standoff.model import Attribute, Fragment

REBUILT = "rebuilt from tokens"
"""What the metadata of an article say of a text that its file does not hold."""

ORIGIN: Attribute = ("text_origin", REBUILT)
"""That, as an entry of the metadata."""

REMARK = "the text is rebuilt from tokens: one space between them, a line a sentence"
"""The same for people."""


class Row(NamedTuple):
    """A line with columns. `number` is 1-based; `tabbed` says whether a tab, or any blanks, part the columns."""

    number: int
    line: str
    fields: list[str]
    tabbed: bool

    def column(self, index: int) -> int:
        """Return where a field begins in its line: 1-based, in code points. The index may be negative."""
        index = index % len(self.fields) if self.fields else 0
        if self.tabbed:
            return sum(len(field) + 1 for field in self.fields[:index]) + 1
        position = 0
        for field in self.fields[: index + 1]:
            position = self.line.index(field, position) + len(field)
        return position - len(self.fields[index]) + 1


def rows(text: str, *, tabbed: bool | None = None) -> Iterator[Row]:
    """Yield every line with its columns; a line of blanks has none. Only LF and CRLF end a line.

    Columns are parted by single tabs if most lines but comments have one, else by blanks.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if tabbed is None:
        full = [line for line in lines if line.strip(" \t") and not line.startswith("#")]
        tabbed = sum("\t" in line for line in full) * 2 > len(full)
    for number, line in enumerate(lines, 1):
        if not line.strip(" \t"):
            yield Row(number, line, [], tabbed)
        elif tabbed:
            yield Row(number, line, line.split("\t"), True)
        else:
            yield Row(number, line, [field for field in line.replace("\t", " ").split(" ") if field], False)


class Rebuilt:
    """A text in the making."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.break_before = ""

    def add_sentence(self, text: str, places: Sequence[Fragment]) -> list[Fragment]:
        """Add a sentence; return the places of its tokens in the whole text, in code points."""
        if not text:
            return []
        if self.pieces:
            self._add(self.break_before or "\n")
        self.break_before = ""
        offset = self.length
        self._add(text)
        return [(start + offset, end + offset) for start, end in places]

    def end_paragraph(self) -> None:
        """Let the next sentence begin a paragraph."""
        self.break_before = "\n\n"

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)


def joined(forms: Sequence[str], spaces: Sequence[bool] | None = None) -> tuple[str, list[Fragment]]:
    """Return a sentence and the places of its tokens in it. `spaces` says after which tokens a space stands."""
    pieces: list[str] = []
    places = []
    position = 0
    for index, form in enumerate(forms):
        places.append((position, position + len(form)))
        space = index + 1 < len(forms) and (spaces is None or spaces[index])
        pieces.append(form + " " * space)
        position += len(form) + space
    return "".join(pieces), places


def aligned(forms: Sequence[str], text: str) -> list[Fragment] | None:
    """Return the places of tokens in a text that has them in order and only blanks between; None where it has not."""
    places = []
    position = 0
    for form in forms:
        while not text.startswith(form, position):
            if position >= len(text) or not text[position].isspace():
                return None
            position += 1
        places.append((position, position + len(form)))
        position += len(form)
    return places if not text[position:].strip() else None
