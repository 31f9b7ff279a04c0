"""A JSON lines file of articles -> records: one object a line, with `id`, `text` and what else is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff.errors import InputError
from standoff.files import jsonfile
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


def sniff(data: bytes) -> bool:
    """Say whether the first line that is not blank is an article."""
    line = next((each for each in data.split(b"\n") if each.strip()), b"")
    try:
        parse(line, "", 1)
    except InputError:
        return False
    return True


def index(path: Path, shown: str) -> tuple[list[Record], list[Finding]]:
    """Return where each article of the file lies, without keeping their texts.

    A line that is no JSON object with an `id` and a `text` is a finding, which names the id if there is one.
    Raises InputError if the file cannot be opened.
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
                        records.append(Record(value["id"], list(fields(value)), number, offset, len(line)))
                    except _NoArticle as error:
                        findings.append(Finding("E111", shown, error.message, number, error.column, error.doc_id))
                offset += len(line)
    except OSError as error:
        raise InputError(shown, f"cannot be read: {error.strerror}", code="E101") from None
    return records, findings


def parse(line: bytes, shown: str, number: int) -> dict[str, Any]:
    """Return the record of one line, its id as text. Raises InputError where it is none."""
    try:
        value = jsonfile.parse(line.decode("utf-8-sig" if number == 1 else "utf-8"), shown)
    except UnicodeDecodeError as error:
        raise _NoArticle(shown, f"not UTF-8 at byte {error.start} of the line", line=number, column=1) from None
    except InputError as error:
        raise _NoArticle(shown, error.message, line=number, column=error.column) from None
    if not isinstance(value, dict):
        raise _NoArticle(shown, "expected one JSON object a line, with `id` and `text`", line=number, column=1)
    name = value.get("id")
    known = str(name) if isinstance(name, str | int) and not isinstance(name, bool) else None
    if known is None or not isinstance(value.get("text"), str):
        key = "id" if known is None else "text"
        message = f"found no {key!r} that is text in this record; expected `id` and `text`"
        raise _NoArticle(shown, message, line=number, column=1, doc_id=known)
    return {**value, "id": known}


class _NoArticle(InputError):
    """A line that is no article; `doc_id` is its id, if it has one."""

    def __init__(self, *arguments: Any, doc_id: str | None = None, **places: Any) -> None:
        super().__init__(*arguments, **places)
        self.doc_id = doc_id


def fields(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the metadata of a record as text, in the order of the file."""
    for key, value in record.items():
        if key not in ("id", "text") and value not in (None, ""):
            yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
