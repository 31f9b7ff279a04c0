"""Disagreements -> a folder for an adjudicator: a table, and the documents with all versions for brat."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from standoff.audit.disagreements import Disagreement
from standoff.exports import brat
from standoff.exports import source as sources
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.exports.source import Choice

TABLE, COLLECTION = "disagreements.csv", "brat"

_HEAD = (
    "doc_id", "start", "sentence", "layer", "difference", "first_annotator", "first_says", "first_place",
    "second_annotator", "second_says", "second_place", "has_gold", "decision",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@")


def write(release: Path, found: Sequence[Disagreement], folder: Path) -> Ledger:
    """Write `disagreements.csv` and, if a document may be shown, `brat/<annotator>/`; returns what brat could not hold.

    Only documents with disagreements are in the collection. `decision` is an empty column to be filled in.
    """
    (folder / TABLE).write_text(table(found), encoding="utf-8", newline="")
    ledger = Ledger()
    documents = sorted({each.doc_id for each in found})
    if not documents:
        return ledger
    names = sorted({name for each in found for name in (each.first, each.second)})
    collection = Folder(folder / COLLECTION, annotators=True)
    collection.path.mkdir()
    choice = Choice(annotators=names, documents=documents)
    source = sources.of(release)
    brat.export(collection.watched(sources.documents(source, choice), lambda done: None), collection, ledger)
    return ledger


def table(found: Sequence[Disagreement]) -> str:
    """Return the disagreements as CSV (RFC 4180), in which no cell is a formula and no character is hidden."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(_HEAD)
    for d in found:
        values = (
            d.doc_id, d.start, d.sentence, d.layer, d.what, d.first, d.one, d.one_place, d.second, d.other,
            d.other_place, "yes" if d.adjudicated else "no", None,
        )  # fmt: skip
        writer.writerow([cell(value) for value in values])
    return output.getvalue()


def cell(value: object) -> str:
    """Return a value as a spreadsheet may show it: what it would take for a formula gets an apostrophe before it.

    Characters that nobody sees (control characters, marks of direction) are written as escapes.
    """
    text = "" if value is None else str(value)
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    return "'" + text if text.lstrip().startswith(_FORMULA) else text
