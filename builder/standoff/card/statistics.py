"""Shards -> the numbers of the card: rows a config and split, labels a layer and split, documents a layer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff.model import LAYERS

LABELS = {
    "mentions": ("spans", "label", ("kind", "mention")),
    "entities": ("entities", "label", None),
    "events": ("events", "label", None),
    "author factuality of events": ("events", "author_factuality", None),
    "attribution acts": ("attributions", "act", None),
    "stance": ("stance", "label", None),
    "relations": ("relations", "label", None),
}
"""Table of the card -> config, column, and the rows that count."""

Table = dict[str, dict[str, int]]
"""Row name -> split -> number."""


def labels(folder: Path, what: str, splits: list[str]) -> Table:
    """Return how often each label of a table occurs a split, most frequent first."""
    config, column, condition = LABELS[what]
    counts: dict[str, Counter[str]] = {}
    for split in splits:
        for path in sorted((folder / config).glob(f"{split}-*.parquet")):
            table = pq.read_table(path, columns=[column, *([condition[0]] if condition else [])])
            if condition:
                table = table.filter(pc.equal(table[condition[0]], condition[1]))
            for entry in pc.value_counts(table[column]).to_pylist():
                if entry["values"] is not None:
                    counts.setdefault(entry["values"], Counter())[split] += entry["counts"]
    order = sorted(counts, key=lambda label: (-counts[label].total(), label))
    return {label: dict(counts[label]) for label in order}


def documents(folder: Path, splits: list[str]) -> Table:
    """Return the documents a split: all, those with text, the characters of their texts, and those with each layer."""
    rows: dict[str, Counter[str]] = {
        name: Counter()
        for name in ("documents", "with text", "characters", *(f"with the layer {layer}" for layer in LAYERS))
    }
    for split in splits:
        for path in sorted((folder / "documents").glob(f"{split}-*.parquet")):
            table = pq.read_table(path, columns=["text_status", "text_length", "layers"])
            rows["documents"][split] += table.num_rows
            rows["with text"][split] += pc.sum(pc.equal(table["text_status"], "included")).as_py() or 0
            rows["characters"][split] += pc.sum(table["text_length"]).as_py() or 0
            finished = Counter(pa.chunked_array(table["layers"]).combine_chunks().flatten().to_pylist())
            for layer in LAYERS:
                rows[f"with the layer {layer}"][split] += finished[layer]
    return {name: dict(counts) for name, counts in rows.items()}


def annotators(folder: Path, splits: list[str]) -> Table:
    """Return the documents a split that each annotator has, in `documents` (published) and `annotations`."""
    counts: dict[str, Counter[str]] = {}
    for config in ("documents", "annotations"):
        for split in splits:
            for path in sorted((folder / config).glob(f"{split}-*.parquet")):
                for name in pq.read_table(path, columns=["annotator"])["annotator"].to_pylist():
                    if name is not None:
                        counts.setdefault(f"{name} in {config}", Counter())[split] += 1
    return {name: dict(counts[name]) for name in sorted(counts)}
