"""The body of a WebAnno TSV file -> sentences with their text, and rows: a token or a piece of one, with its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from standoff.annotations.reading import Reading
from standoff.annotations.webanno import cells
from standoff.annotations.webanno.header import FIRST_COLUMN, Header
from standoff.model import Note
from standoff.spelling import counted

_ID = re.compile(r"(?P<token>[0-9]{1,9}-[0-9]{1,9})(?P<piece>\.[0-9]{1,9})?")
_OFFSETS = re.compile(r"(?P<begin>[0-9]{1,10})-(?P<end>[0-9]{1,10})")
_PAIR = re.compile(r"(?s)#([^=\s][^=]*)=(.*)")


@dataclass(slots=True)
class Row:
    """One row. `token` is the rank of its token in the file, from 0; offsets are as the file counts them.

    `whole` are the offsets of its token: those of the row but for a piece of a token.
    """

    id: str
    line: int
    fields: list[str]
    begin: int
    end: int
    token: int
    whole: tuple[int, int]

    @property
    def surface(self) -> str:
        """The text of the row, as the file has it."""
        return self.fields[FIRST_COLUMN - 1]

    @property
    def is_piece(self) -> bool:
        """True for a piece of a token (`1-2.1`)."""
        return "." in self.id

    def column(self, number: int) -> int:
        """Return where a field (from 0) begins in its line: 1-based, in code points."""
        return sum(len(each) + 1 for each in self.fields[:number]) + 1


@dataclass(slots=True)
class Sentence:
    """One sentence: its text, line by line without escapes, and its rows. `line` is that of its first text."""

    line: int
    texts: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return "\n".join(self.texts)


class Body:
    """The sentences of a file; what cannot be understood is a finding with its place."""

    def __init__(self, reading: Reading, header: Header) -> None:
        self.reading = reading
        self.header = header
        self.sentences: list[Sentence] = []
        self.rows: dict[str, Row] = {}
        self.open = False
        self.tokens = 0

    def read(self, lines: list[str]) -> None:
        """Read the lines behind the head."""
        for number, line in enumerate(lines[self.header.end :], self.header.end + 1):
            if not line:
                self.open = False
            elif line.startswith("#"):
                self._add_head(line, number)
            else:
                self._add_row(line, number)

    def _add_head(self, line: str, number: int) -> None:
        pair = _PAIR.fullmatch(line)
        if not pair:
            self.reading.fault("E131", f"found {line[:60]!r}; expected #Text=, or #NAME=VALUE", number, 1)
        elif pair[1] == "Text":
            text = cells.unescape_text(pair[2], self.header.minor)
            if not self.open or not self.sentences or self.sentences[-1].rows:
                self.sentences.append(Sentence(number))
                self.open = True
            self.sentences[-1].texts.append(text)
        elif pair[1] != "Sentence.id":  # the id of a sentence, which is no annotation
            note = Note(id="", line=number, column=1, kind=pair[1], text=cells.unescape_text(pair[2], 3))
            self.reading.annotations.notes.append(note)

    def _add_row(self, line: str, number: int) -> None:
        fields = line.split("\t")
        if len(fields) == self.header.width + 1 and not fields[-1]:
            fields.pop()  # a tab ends each field, also the last
        row = self._row(fields, number)
        if row is None:
            return
        if not self.open or not self.sentences:
            self._open_without_text(row)
        self.rows[row.id] = row
        self.sentences[-1].rows.append(row)

    def _row(self, fields: list[str], number: int) -> Row | None:
        """Return a row, None after a finding. Cells that are missing count as empty; the finding names them."""
        match = _ID.fullmatch(fields[0])
        if not match or len(fields) < FIRST_COLUMN:
            message = f"found {fields[0][:40]!r}; expected a row: 1-2<TAB>BEGIN-END<TAB>token<TAB>cells"
            self.reading.fault("E131", message, number, 1)
            return None
        offsets = _OFFSETS.fullmatch(fields[1])
        if not offsets:
            message = f"row {fields[0]}: found the offsets {fields[1][:40]!r}; expected BEGIN-END"
            self.reading.fault("E131", message, number, len(fields[0]) + 2)
            return None
        if fields[0] in self.rows:
            message = f"a second row {fields[0]}; the first is on line {self.rows[fields[0]].line}"
            first = self.reading.other(f"the first row {fields[0]} is here", self.rows[fields[0]].line)
            self.reading.fault("E131", message, number, 1, related=[first])
            return None
        if len(fields) != self.header.width:
            message = f"row {fields[0]} has {counted(len(fields), 'field')}; expected {self.header.width}"
            self.reading.fault("E131", f"{message}, as the head declares", number, 1)
            fields = [*fields, *[cells.NOTHING] * (self.header.width - len(fields))]
        return self._placed(match, fields, number, int(offsets["begin"]), int(offsets["end"]))

    def _placed(self, match: re.Match[str], fields: list[str], number: int, begin: int, end: int) -> Row | None:
        if not match["piece"]:
            self.tokens += 1
            return Row(fields[0], number, fields, begin, end, self.tokens - 1, (begin, end))
        token = self.rows.get(match["token"])
        if token is None:
            message = f"row {fields[0]} is a piece of the token {match['token']}, which has no row above it"
            self.reading.fault("E131", message, number, 1)
            return None
        if not token.begin <= begin <= end <= token.end:
            message = f"row {fields[0]} has the offsets {fields[1]}, outside its token's {token.begin}-{token.end}"
            self.reading.fault("E221", message, number, len(fields[0]) + 2)
        return Row(fields[0], number, fields, begin, end, token.token, token.whole)

    def _open_without_text(self, row: Row) -> None:
        message = f"row {row.id} has no sentence: expected a line #Text= above its first token"
        self.reading.fault("E131", message, row.line, 1)
        self.sentences.append(Sentence(row.line))
        self.open = True
