"""The one CSV reader: rows with the line they begin on (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator


class BrokenTable(ValueError):
    """The quoting of a table is broken; `line` says where, from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def rows(text: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins, from 1, and its cells. Raises BrokenTable where quoting is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BrokenTable(str(error), line) from None
        if cells is None:
            return
        yield line, cells
        line = reader.line_num + 1
