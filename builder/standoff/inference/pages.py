"""Saved pages of an export -> what metadata.csv says of their articles, and copies of the pages if wanted."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from standoff.articles import html, metadata
from standoff.articles.jsonl import FIELDS
from standoff.corpus.entries import Entry
from standoff.errors import InputError
from standoff.files import csvfile
from standoff.inference import texts
from standoff.inspection import Survey
from standoff.inspection.survey import pages_of

FOLDER = "pages"
"""Where the pages themselves are kept, if they are."""

Row = dict[str, str]


def write(survey: Survey, folder: Path, known: Collection[str], old: str, *, keep: bool) -> None:
    """Write raw/metadata.csv with a row for each new article of a page, after those of the table that was there.

    So has an article of a corpus that is imported, and of which that knows more. With `keep` the pages are copied to
    pages/. A page that cannot be read is left out; the survey has its finding.
    """
    rows = [_row(doc_id, entry) for doc_id, entry in _described(survey) if doc_id not in known]
    for doc_id, article in pages_of(survey):
        if doc_id in known:
            continue
        try:
            page = html.read(article.path, article.place)
        except InputError:
            continue
        rows.append({"doc_id": doc_id, **dict(page.fields)})
        if keep:
            (folder / FOLDER).mkdir(exist_ok=True)
            (folder / FOLDER / f"{doc_id}{article.path.suffix}").write_bytes(article.path.read_bytes())
    if rows:
        target = folder / "raw" / metadata.FILE
        target.parent.mkdir(exist_ok=True)
        target.write_text(joined(old, rows), encoding="utf-8", newline="")


def _described(survey: Survey) -> Iterator[tuple[str, Entry]]:
    """Yield the documents of which a table says something, or a record that does not go into the corpus as one."""
    for doc_id, entry in sorted(survey.layout.entries.items()):
        told = entry.article is None or texts.is_record(survey, doc_id, entry)
        in_table = entry.metadata_place[0].endswith(metadata.FILE)
        if (in_table or not told) and _row(doc_id, entry).keys() != {"doc_id"}:
            yield doc_id, entry


def _row(doc_id: str, entry: Entry) -> Row:
    told = [(name, getattr(entry.metadata, name)) for name in FIELDS]
    return {"doc_id": doc_id, **{name: value for name, value in (*told, *entry.metadata.other) if value}}


def joined(old: str, rows: list[Row]) -> str:
    """Return a table of metadata with more rows, and columns where they need some; a document keeps its old row."""
    there = [cells for _, cells in csvfile.rows(old, _separator(old))] if old else []
    header = [*there[0]] if there else ["doc_id"]
    place = header.index("doc_id") if "doc_id" in header else 0
    taken = {cells[place] for cells in there[1:] if len(cells) > place}
    fresh = [row for row in rows if row["doc_id"] not in taken]
    added = [name for name in dict.fromkeys(name for row in fresh for name in row) if name not in header]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header, *added])
    writer.writerows([*cells, *([""] * len(added))] for cells in there[1:] if cells)
    writer.writerows([row.get(name, "") for name in (*header, *added)] for row in fresh)
    return text.getvalue()


def _separator(old: str) -> str:
    header = old.split("\n", 1)[0]
    return max(",;\t", key=header.count) if header else ","
