"""A JSON lines file of articles -> records: one object a line, with `id`, `text` and what else is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff import jsonfile
from standoff.errors import InputError
from standoff.finding import Finding

FIELDS = ("title", "language", "published", "dateline", "publisher", "url", "license", "story_id", "split")
"""The keys of a record that have a column of their own; every other key goes to `metadata`."""


@dataclass(slots=True)
class Record:
    """One article of the file: its id, what is known of it, and where its line lies (bytes)."""

    doc_id: str
    fields: list[tuple[str, str]]
    line: int
    offset: int
    size: int


def index(path: Path, shown: str) -> tuple[list[Record], list[Finding]]:
    """Return where each article of the file lies, without keeping their texts.

    A line that is no JSON object with an `id` and a `text` is a finding. Raises InputError if the file cannot
    be opened.
    """
    records: list[Record] = []
    findings: list[Finding] = []
    offset = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        value = parse(line, shown, number)
                        records.append(Record(str(value["id"]), list(fields(value)), number, offset, len(line)))
                    except InputError as error:
                        findings.append(Finding("E111", shown, error.message, number, error.column))
                offset += len(line)
    except OSError as error:
        raise InputError(shown, f"cannot be read: {error.strerror}", code="E101") from None
    return records, findings


def parse(line: bytes, shown: str, number: int) -> dict[str, Any]:
    """Return the record of one line. Raises InputError where it is none."""
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(shown, f"not UTF-8 at byte {error.start} of the line", line=number, column=1) from None
    value = jsonfile.parse(text, shown)
    if not isinstance(value, dict):
        raise InputError(shown, "expected one JSON object a line, with `id` and `text`", line=number, column=1)
    for key, kinds in (("id", (str, int)), ("text", (str,))):
        if not isinstance(value.get(key), kinds) or isinstance(value.get(key), bool):
            raise InputError(shown, f"expected {key!r} as text in this record", line=number, column=1)
    return value


def fields(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the metadata of a record as text, in the order of the file."""
    for key, value in record.items():
        if key not in ("id", "text") and value is not None:
            yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
