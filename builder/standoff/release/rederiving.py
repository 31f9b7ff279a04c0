"""Proves the rows of a release against each other: all follow from the texts and items of `documents`.

Digests only say that nothing has changed since they were made. Here every row is made once more, of the text and the
items of its document, and compared; and what `provenance` lists is compared with the items that there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from standoff import articles
from standoff.finding import Finding
from standoff.model import ITEM_LISTS
from standoff.release.shardwork import without_collector
from standoff.tables import columns, readback
from standoff.tables.rows import Row, Rows

CODE = "E160"
FLAT = ("spans", "entities", "events", "attributions", "stance", "relations", "ner")
"""Configs whose rows follow from those of `documents`. `annotations` has the items of the other annotators."""

_IDS = ["doc_id", "annotator", *(f"{layer}.list.element.id" for layer in ITEM_LISTS)]
"""What is read of documents to know which items they have."""

_BATCH = 100
_SHOWN = 40


def findings(release: Path, splits: Collection[str], configs: Collection[str]) -> Iterator[Finding]:
    """Yield what contradicts `documents` in some configs: the first row a config and split.

    The shards must be readable, with the columns of the schema, and the references in their rows must hold.
    """
    seen: set[str] = set()
    for split in sorted(splits):
        for name, made in (("documents", ("documents", *FLAT)), ("annotations", ("annotations",))):
            if name in configs:
                tapes = {each: _Tape(release, each, split) for each in made if each in configs}
                yield from _compared(release / name, split, tapes)
                yield from (found for tape in tapes.values() for found in tape.end())
        yield from _twice(release, split, seen)
        if "provenance" in configs:
            yield from _provenance(release, split, configs)


class _Tape:
    """The rows of a config in a split, in the order of its shards, as far as they are compared."""

    def __init__(self, release: Path, config: str, split: str) -> None:
        self.config = config
        self.release = release
        self.paths = sorted((release / config).glob(f"{split}-*.parquet"))
        self.path = Path(config)
        self.table = columns.arrow_schema(config).empty_table()
        self.is_wrong = False

    def compare(self, made: list[Row], hidden: set[str]) -> Iterator[Finding]:
        """Compare the next rows with those that are made; values of `hidden` documents are not shown."""
        wanted = columns.table(self.config, made)
        while wanted.num_rows and not self.is_wrong:
            found = self._next(wanted.num_rows)
            if not found.num_rows:
                yield self._wrong(f"{wanted[0][0]}: {wanted.num_rows} rows or more are missing")
                return
            piece, wanted = wanted.slice(0, found.num_rows), wanted.slice(found.num_rows)
            if not found.equals(piece):
                yield self._wrong(*_difference(found, piece, hidden))

    def end(self) -> Iterator[Finding]:
        """Say whether rows are left that nothing was compared with."""
        if not self.is_wrong and (rest := self._next(1)).num_rows:
            yield self._wrong(f"{rest[0][0]}: this row, and perhaps more, follows from no item")

    def _wrong(self, message: str, doc_id: str | None = None, item: str | None = None) -> Finding:
        self.is_wrong = True
        return Finding(CODE, self.path.as_posix(), message, doc_id=doc_id, item=item)

    def _next(self, most: int) -> pa.Table:
        """Return up to so many rows of one shard; none at the end."""
        while not self.table.num_rows and self.paths:
            path = self.paths.pop(0)
            self.path, self.table = path.relative_to(self.release), pq.read_table(path)
        found, self.table = self.table.slice(0, most), self.table.slice(most)
        return found


def _compared(folder: Path, split: str, tapes: dict[str, _Tape]) -> Iterator[Finding]:
    """Make rows of the rows of a folder, batch by batch, and compare them with those on the tapes."""
    rows = readback.rows(folder, split)
    while batch := list(islice(rows, _BATCH)):
        with without_collector():
            made = _made(batch, split, folder.name, list(tapes))
        hidden = {row["doc_id"] for row in batch if row["text"] is None}
        for name, tape in tapes.items():
            yield from tape.compare(made[name], hidden)
        place = tapes[folder.name].path.as_posix()
        for row in batch:
            yield from _text(row, place)


def _made(batch: list[dict[str, Any]], split: str, own: str, names: list[str]) -> dict[str, list[Row]]:
    """Return the rows of some configs that follow from rows of documents; `own` is the config of those themselves."""
    made: dict[str, list[Row]] = defaultdict(list)
    for row in batch:
        annotated = readback.annotated(row, split)
        whole = Rows(annotated.document, annotated.annotations if row["annotator"] is not None else None)
        for name in names:
            made[name] += whole.documents() if name == own else getattr(whole, name)()
    return made


def _text(row: dict[str, Any], place: str) -> Iterator[Finding]:
    """Compare what a row says of its text with the text."""
    if row["text"] is None:
        return
    said = {"text_sha256": articles.digest(row["text"]), "text_length": len(row["text"])}
    for name, value in said.items():
        if row[name] != value:
            message = f"{row['doc_id']}: {name} is {row[name]}; that of its text is {value}"
            yield Finding(CODE, place, message, doc_id=row["doc_id"])


def _difference(found: pa.Table, wanted: pa.Table, hidden: set[str]) -> tuple[str, str, str | None]:
    """Say where two tables of as many rows differ first: message, document and item."""
    pairs = zip(found.to_pylist(), wanted.to_pylist(), strict=True)
    one, other = next((one, other) for one, other in pairs if one != other)
    name = next(name for name in other if one[name] != other[name])
    item = other.get("id") or other.get("sentence_id")
    who = f"{other['doc_id']}: {item}: {name}" if item else f"{other['doc_id']}: {name}"
    if other["doc_id"] in hidden:
        return f"{who} is not what the items of the document give", other["doc_id"], item
    values = f"{who} is {_short(one[name], other[name])}; the items of the document give "
    return values + _short(other[name], one[name]), other["doc_id"], item


def _short(value: Any, other: Any) -> str:
    """Return a value as it is shown, from where it differs from another one if it is long."""
    text, rival = repr(value), repr(other)
    same = next((n for n, (a, b) in enumerate(zip(text, rival, strict=False)) if a != b), 0)
    start = max(0, same - _SHOWN // 2) if len(text) > _SHOWN else 0
    return ("…" if start else "") + text[start : start + _SHOWN] + ("…" if start + _SHOWN < len(text) else "")


def _twice(release: Path, split: str, seen: set[str]) -> Iterator[Finding]:
    """Yield documents that stand in `documents` more than once, in whatever split."""
    for path in sorted((release / "documents").glob(f"{split}-*.parquet")):
        for doc_id in pq.read_table(path, columns=["doc_id"])["doc_id"].to_pylist():
            if doc_id in seen:
                place = path.relative_to(release).as_posix()
                yield Finding(CODE, place, f"{doc_id} is in `documents` more than once", doc_id=doc_id)
            seen.add(doc_id)


def _provenance(release: Path, split: str, configs: Collection[str]) -> Iterator[Finding]:
    """Compare what `provenance` lists with the items that there are; a gold that is not published is not known."""
    listed = _Groups(release / "provenance", split, ["doc_id", "annotator", "layer", "id"])
    others = _Groups(release / "annotations", split, _IDS)
    for row in readback.rows(release / "documents", split, _IDS):
        said: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in listed.of(row["doc_id"]):
            said[each["annotator"]].append((each["layer"], each["id"]))
        known = {each["annotator"]: _items(each) for each in [row, *others.of(row["doc_id"])]}
        for annotator in sorted({*said, *known} - {None}):
            strange = annotator not in known and (annotator == "gold" or "annotations" not in configs)
            items, rows = Counter(known.get(annotator, [])), Counter(said[annotator])
            odd = sorted((items - rows) + (rows - items))
            if odd and not strange:
                layer, item = odd[0]
                what = f"{annotator} has {item} in {layer} {items[odd[0]]} times, and {rows[odd[0]]} rows name it"
                yield Finding(CODE, "provenance", f"{row['doc_id']}: {what}", doc_id=row["doc_id"], item=item)
    if extra := listed.next_id():
        yield Finding(CODE, "provenance", f"{extra}: {split} has no such document, or has it elsewhere", doc_id=extra)


def _items(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(layer, item["id"]) for layer in ITEM_LISTS for item in row[layer] or ()]


class _Groups:
    """The rows of a config in a split, given out document by document."""

    def __init__(self, folder: Path, split: str, names: list[str]) -> None:
        self.groups = groupby(readback.rows(folder, split, names), key=lambda row: row["doc_id"])
        self.waiting: tuple[str, list[dict[str, Any]]] | None = None

    def next_id(self) -> str | None:
        """Return the document whose rows come next."""
        if self.waiting is None:
            self.waiting = next(((doc_id, list(rows)) for doc_id, rows in self.groups), None)
        return self.waiting[0] if self.waiting else None

    def of(self, doc_id: str) -> list[dict[str, Any]]:
        """Return the rows of a document, if they come next."""
        if self.next_id() != doc_id or self.waiting is None:
            return []
        rows, self.waiting = self.waiting[1], None
        return rows
