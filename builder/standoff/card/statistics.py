"""Shards -> the numbers of the card, each counted a split: documents, texts, labels, annotators, agreement."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff.audit import agreement, views
from standoff.model import LAYERS

SPLITS = ("train", "validation", "test")

LABELS = {
    "Kinds of spans": ("spans", "kind", None),
    "Mentions": ("spans", "label", ("kind", "mention")),
    "Entities": ("entities", "label", None),
    "Events": ("events", "label", None),
    "Roles of arguments": ("events", "arguments.list.element.role", None),
    "Author factuality of events": ("events", "author_factuality", None),
    "Attribution acts": ("attributions", "act", None),
    "Stance": ("stance", "label", None),
    "Relations": ("relations", "label", None),
}
"""Table of the card -> config, column (of a list of records: the path to a field), and the rows that count."""

ABOUT = {"publisher": "publisher", "language": "language", "license": "licence of the text"}
"""Columns of documents that have a table, and how it calls them."""

MOST_COMPARED = 200
"""Documents on which a card compares annotators, so that it stays a small part of a build."""

Counts = dict[str, Counter[str]]
"""Row name -> split -> number, in the order of the rows."""


@dataclass(slots=True)
class Numbers:
    """All numbers of a card. `lengths` has the characters of each text a split, sorted, of included texts alone.

    `periods` counts documents a month of publication, or a year where they span more than two years. `coverage` says
    how many documents each annotator finished a layer on. `agreement` has rows as `standoff agreement --json`, none
    where no two annotators finished a layer of the same document; it is of `MOST_COMPARED` at most of the `shared`
    documents, which several annotators have.
    """

    splits: list[str]
    documents: Counts = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)
    periods: Counts = field(default_factory=dict)
    about: dict[str, Counts] = field(default_factory=dict)
    coverage: dict[str, Counter[str]] = field(default_factory=dict)
    labels: dict[str, Counts] = field(default_factory=dict)
    agreement: list[dict[str, Any]] = field(default_factory=list)
    shared: int = 0

    @property
    def total(self) -> int:
        """The number of documents."""
        return self.documents["documents"].total() if self.documents else 0


def count(folder: Path, splits: Sequence[str]) -> Numbers:
    """Count everything that the card says of the shards in a folder."""
    numbers = Numbers(list(splits))
    _documents(folder, numbers)
    _texts(folder, numbers)
    _coverage(folder, numbers)
    for title in LABELS:
        found = _labels(folder, title, numbers.splits)
        if found:
            numbers.labels[title] = found
    _agreement(folder, numbers)
    return numbers


def tables(folder: Path, config: str, split: str, columns: list[str]) -> Iterator[pa.Table]:
    """Yield some columns of the shards of a config and split, shard by shard."""
    for path in sorted((folder / config).glob(f"{split}-*.parquet")):
        with pq.ParquetFile(path) as file:
            yield file.read(columns=columns)


def _documents(folder: Path, numbers: Numbers) -> None:
    names = ["text_status", "text_length", "published", *ABOUT]
    documents: Counts = {name: Counter() for name in ("documents", "with text", "characters")}
    about: dict[str, Counts] = {name: {} for name in ABOUT}
    months: Counts = {}
    for split in numbers.splits:
        for table in tables(folder, "documents", split, names):
            included = pc.equal(table["text_status"], "included")
            lengths = table["text_length"].filter(included).to_pylist()
            documents["documents"][split] += table.num_rows
            documents["with text"][split] += len(lengths)
            documents["characters"][split] += sum(lengths)
            numbers.lengths.setdefault(split, []).extend(lengths)
            for name in ABOUT:
                _add(about[name], table[name], split)
            _add(months, pc.strftime(table["published"], format="%Y-%m"), split)
    if documents["documents"]:
        numbers.documents = documents
        numbers.lengths = {split: sorted(lengths) for split, lengths in numbers.lengths.items() if lengths}
        numbers.about = {name: _by_number(counts) for name, counts in about.items() if set(counts) - {""}}
        numbers.periods = _periods(months)


def _texts(folder: Path, numbers: Numbers) -> None:
    """Count sentences and tokens, as the config `ner` has them."""
    sentences, tokens = Counter[str](), Counter[str]()
    for split in numbers.splits:
        for table in tables(folder, "ner", split, ["token_starts"]):
            sentences[split] += table.num_rows
            tokens[split] += pc.sum(pc.list_value_length(table["token_starts"])).as_py() or 0
    if numbers.documents and sentences:
        numbers.documents |= {"sentences": sentences, "tokens": tokens}


def _coverage(folder: Path, numbers: Numbers) -> None:
    """Count documents an annotator and layer: gold from `documents`, all others from `annotations` if it is built."""
    alone = not (folder / "annotations").is_dir()
    for config in ("documents", "annotations"):
        for split in numbers.splits:
            for table in tables(folder, config, split, ["annotator", "layers"]):
                for name, layers in zip(table["annotator"].to_pylist(), table["layers"].to_pylist(), strict=True):
                    published = alone or config == "annotations" or name == agreement.GOLD
                    if name is not None and published:
                        numbers.coverage.setdefault(name, Counter()).update(["documents", *(layers or ())])
    order = sorted(numbers.coverage, key=lambda name: (name != agreement.GOLD, len(name), name))
    numbers.coverage = {name: numbers.coverage[name] for name in order}


def _labels(folder: Path, title: str, splits: Sequence[str]) -> Counts:
    config, column, condition = LABELS[title]
    counts: Counts = {}
    for split in splits:
        for table in tables(folder, config, split, [column, *([condition[0]] if condition else [])]):
            kept = table.filter(pc.equal(table[condition[0]], condition[1])) if condition else table
            _add(counts, _values(kept[column.split(".")[0]]), split)
    counts.pop("", None)
    return _by_number(counts)


def _values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column, or of a column of lists of records with one field the values of this field."""
    if pa.types.is_list(column.type):
        return pc.struct_field(pc.list_flatten(column), 0)
    return column


def _add(counts: Counts, column: pa.ChunkedArray, split: str) -> None:
    """Count the values of a column; null counts as the empty name."""
    for entry in pc.value_counts(column).to_pylist():
        counts.setdefault(entry["values"] or "", Counter())[split] += entry["counts"]


def _by_number(counts: Counts) -> Counts:
    order = sorted(counts, key=lambda name: (name == "", -counts[name].total(), name))
    return {name: counts[name] for name in order}


def _periods(months: Counts) -> Counts:
    """Return the documents a month, or a year where the months span more than two years, gaps included as zeros."""
    known = sorted(month for month in months if month)
    if not known:
        return {}
    first, last = (int(month[:-3]) * 12 + int(month[-2:]) - 1 for month in (known[0], known[-1]))
    if last - first < 24:
        names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    else:
        names = [f"{year:04}" for year in range(first // 12, last // 12 + 1)]
    counts: Counts = {name: Counter() for name in names}
    for month in known:
        counts[month if month in counts else month[:-3]].update(months[month])
    if "" in months:
        counts[""] = months[""]
    return counts


def _agreement(folder: Path, numbers: Numbers) -> None:
    """Compare the annotators on the shared documents, of many on those whose ids have the lowest SHA-256."""
    seen: Counter[str] = Counter()
    for split in SPLITS:
        for table in tables(folder, "annotations", split, ["doc_id"]):
            seen.update(table["doc_id"].to_pylist())
    shared = [doc_id for doc_id, number in seen.items() if number > 1]
    if not shared:
        return
    drawn = sorted(shared, key=lambda doc_id: hashlib.sha256(doc_id.encode()).digest())[:MOST_COMPARED]
    measures = agreement.agreement(views.read(folder, False, drawn))["measures"]
    numbers.agreement = [row for row in measures if row["value"] is not None]
    numbers.shared = len(shared)


def layers(counted: Counter[str]) -> list[int]:
    """Return the documents a layer of one annotator's coverage, in the order of the layers."""
    return [counted[layer] for layer in LAYERS]
