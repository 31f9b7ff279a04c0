"""metadata.csv and the fields of raw records -> Metadata."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from pathlib import Path

from standoff.articles.jsonl import FIELDS
from standoff.errors import InputError
from standoff.files import csvfile
from standoff.finding import Finding, Related
from standoff.model import Metadata
from standoff.spelling import counted, did_you_mean

FILE = "metadata.csv"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(path: Path, shown: str) -> tuple[dict[str, list[tuple[str, str]]], dict[str, int], list[Finding]]:
    """Return the fields of each document, the line of each, and what is wrong with the table.

    The separator is a comma (RFC 4180); semicolons and tabs, as spreadsheet programs save them, are read too,
    and a finding says so. Raises InputError if the file is not UTF-8 or has no `doc_id` column.
    """
    text = _decode(path, shown)
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count) if header else ","
    findings = []
    if separator != ",":
        name = {";": "semicolons", "\t": "tabs"}[separator]
        findings.append(
            Finding(
                "W107", shown, f"separated by {name}, as spreadsheet programs save it; read so. Expected commas", 1, 1
            )
        )
    try:
        return _rows(csvfile.rows(text, separator), shown, findings)
    except csvfile.BrokenTable as error:
        raise InputError(shown, f"not a valid CSV table: {error}", line=error.line, column=1, code="E106") from None


def of(fields: Iterable[tuple[str, str]], shown: str, line: int | None, doc_id: str) -> tuple[Metadata, list[Finding]]:
    """Make Metadata of named fields; a later field of the same name wins. A date that is none is a finding."""
    metadata, findings = Metadata(), []
    other: dict[str, str] = {}
    for name, value in fields:
        if name not in FIELDS:
            other[name] = value
        elif name == "published" and not _is_day(value):
            message = f"published is {value!r}; expected a day like 2021-07-05"
            findings.append(Finding("E106", shown, message, line, None, doc_id))
        else:
            setattr(metadata, name, value)
    metadata.other = list(other.items())
    return metadata, findings


def _decode(path: Path, shown: str) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(shown, f"cannot be read: {error.strerror}", code="E101") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8; save the table as UTF-8"
        raise InputError(shown, message, line=line, code="E101") from None


def _rows(
    table: Iterable[tuple[int, list[str]]], shown: str, findings: list[Finding]
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, int], list[Finding]]:
    rows: dict[str, list[tuple[str, str]]] = {}
    lines: dict[str, int] = {}
    header: list[str] | None = None
    for line, cells in table:
        if header is None:
            header = [cell.strip() for cell in cells]
            for name in sorted({name for name in header if name and header.count(name) > 1}):
                findings.append(Finding("E106", shown, f"two columns are called {name!r}; keep one", line, 1))
            if "doc_id" not in header:
                hint = did_you_mean("doc_id", header)
                message = f"no column doc_id{hint}; found {', '.join(header)}"
                raise InputError(shown, message, line=1, column=1, code="E106")
            continue
        if not any(cells):
            continue
        if len(cells) != len(header):
            found = f"this row has {counted(len(cells), 'field')}, the header {len(header)}"
            message = f'{found}; a cell that holds a comma stands in "quotes"'
            findings.append(Finding("E106", shown, message, line, 1))
            continue
        row = dict(zip(header, cells, strict=True))
        doc_id = row.pop("doc_id")
        if doc_id in rows:
            first = Related(shown, f"the first row for {doc_id!r} is here", lines[doc_id], 1)
            message = f"a second row for {doc_id!r}; keep one of them"
            findings.append(Finding("E106", shown, message, line, 1, doc_id, related=(first,)))
            continue
        rows[doc_id] = [(name, value.strip()) for name, value in row.items() if value.strip()]
        lines[doc_id] = line
    return rows, lines, findings


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False
