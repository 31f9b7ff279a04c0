"""The records of withheld texts that travel in a release: withheld.json, the same with or without the texts at hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from standoff import articles
from standoff.corpus.entries import Entry
from standoff.errors import InputError
from standoff.files import jsonfile, schemafile

FILE = "withheld.json"
"""Its name in a release; there is none where no text is withheld."""

SCHEMA = "withheld-texts"


def records(entries: Iterable[Entry], copies: Mapping[str, Path] | None) -> dict[str, dict[str, Any]]:
    """Return the records of the documents whose text a build leaves out, by document id.

    `copies` maps digests of raw files to the user's own; None where no text is to be filled in. The records were
    checked before.
    """
    found = {}
    for entry in entries:
        if entry.withheld:
            record = json.loads(articles.read_bytes(entry.withheld, entry.withheld_shown))
            if copies is None or (entry.article is None and record["raw_sha256"] not in copies):
                found[entry.doc_id] = record
    return found


def write(folder: Path, found: dict[str, dict[str, Any]]) -> None:
    """Write withheld.json into a release; nothing where no text is withheld."""
    if found:
        value = {"version": 1, "documents": dict(sorted(found.items()))}
        (folder / FILE).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8", newline="\n")


def read(release: Path) -> dict[str, dict[str, Any]]:
    """Return the records of a release by document id, none without the file. Raises InputError if it is not valid."""
    path = release / FILE
    if not path.exists():
        return {}
    value = jsonfile.parse(articles.read_bytes(path, str(path)).decode("utf-8", "replace"), str(path))
    problems = schemafile.problems(value, SCHEMA)
    if not problems:
        problems = [
            (("documents", doc_id, *pointer), message)
            for doc_id, record in value["documents"].items()
            for pointer, message in schemafile.problems(record, "withheld")
        ]
    for pointer, message in problems:
        raise InputError(path, f"{'/'.join(str(step) for step in pointer)}: {message}")
    documents: dict[str, dict[str, Any]] = value["documents"]
    return documents


def copies_by_digest(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by the SHA-256 of their bytes. Raises InputError if there is no such folder."""
    if not folder.is_dir():
        raise InputError(folder, "there is no such folder of texts")
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    except OSError as error:
        raise InputError(error.filename or folder, f"cannot be read: {error.strerror}") from None
