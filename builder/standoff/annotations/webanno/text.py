"""The text of a WebAnno TSV file, rebuilt from its sentences and the offsets of its tokens, which must agree.

What stands between two sentences is not in the file: the text gets as many blanks as the offsets leave room for, the
first of them a line break, as the tool's own reader does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from standoff.annotations.reading import UNITS, Reading
from standoff.annotations.webanno.rows import Row, Sentence

CODE_POINTS, UTF_16, _ = UNITS
_WIDEST = 1 << 20


@dataclass(slots=True)
class Rebuilt:
    """The text, what offsets count in it, and where its characters begin in that unit.

    `proved` counts the rows whose text is that at their offsets; `faults` are (line, column, message) of the others.
    `wide_gaps` are the offsets of several blanks between sentences, of which only the number is known.
    """

    unit: str
    text: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    proved: int = 0
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    wide_gaps: list[tuple[int, int]] = field(default_factory=list)
    _units: str = ""

    def slice(self, begin: int, end: int) -> str:
        """Return the text between two offsets of the unit."""
        piece = self._units[begin:end]
        return piece if len(self._units) == len(self.text) else _characters(piece)

    def finish(self) -> None:
        """Join the pieces; offsets of UTF-16 are looked up in a text of its units, one character each."""
        self.text = "".join(self.pieces)
        self._units = self.text if self.unit == CODE_POINTS else _as_units(self.text)


def rebuild(sentences: list[Sentence], reading: Reading) -> Rebuilt:
    """Return the text in the unit that proves more rows, and note every row that is not as its offsets say (E221)."""
    found = _rebuild(sentences, UTF_16)
    if any(letter > "\uffff" for letter in found.text):
        other = _rebuild(sentences, CODE_POINTS)
        found = other if other.proved > found.proved else found
    for line, column, message in found.faults:
        reading.fault("E221", message, line, column)
    return found


def _rebuild(sentences: list[Sentence], unit: str) -> Rebuilt:
    width = len if unit == CODE_POINTS else lambda text: len(_as_units(text))
    found = Rebuilt(unit)
    for sentence in sentences:
        _add(found, sentence, width)
    found.finish()
    for sentence in sentences:
        _check(found, sentence.rows)
    return found


def _add(found: Rebuilt, sentence: Sentence, width: Callable[[str], int]) -> None:
    """Add a sentence where its first token says that it begins."""
    tokens = [row for row in sentence.rows if not row.is_piece]
    text = sentence.text if sentence.texts else " ".join(row.surface for row in tokens)
    apart = 1 if found.length else 0
    if tokens:
        first = tokens[0]
        gap = first.begin - width(text[: max(text.find(first.surface), 0)]) - found.length
        if 0 <= gap <= _WIDEST:
            apart = gap
        else:
            where = f"{-gap} before the end of the sentence above" if gap < 0 else f"{gap} behind the sentence above"
            message = f"the sentence begins at {first.begin}, {where}; expected sentences one after the other"
            found.faults.append((first.line, first.column(1), message))
    if apart > 1:
        found.wide_gaps.append((found.length, found.length + apart))
    if apart:
        found.pieces.append(("\n" if found.length else " ") + " " * (apart - 1))
    found.pieces.append(text)
    found.length += apart + width(text)


def _check(found: Rebuilt, rows: list[Row]) -> None:
    """Compare each row with the text at its offsets, and with the token before it."""
    last = 0
    for row in rows:
        if row.begin > row.end or (not row.is_piece and row.begin < last):
            message = f"{row.id} has the offsets {row.begin}-{row.end}, and the token before it ends at {last}"
            if row.begin > row.end:
                message = f"{row.id} has the offsets {row.begin}-{row.end}, which run backwards"
            found.faults.append((row.line, row.column(1), message))
        elif found.slice(row.begin, row.end) == row.surface:
            found.proved += 1
        else:
            there = found.slice(row.begin, row.end)[:60]
            message = f"{row.id}: the text has {there!r} at {row.begin}-{row.end}; expected {row.surface[:60]!r}"
            found.faults.append((row.line, row.column(2), message))
        if not row.is_piece:
            last = max(last, row.end)


def _as_units(text: str) -> str:
    """Return a text with a character for each unit of its UTF-16: two halves for what is beyond U+FFFF."""
    return "".join(letter if letter <= "\uffff" else _halves(letter) for letter in text)


def _halves(letter: str) -> str:
    code = ord(letter) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def _characters(units: str) -> str:
    """Return units of UTF-16 as the characters that they are; half a pair stays half."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
