"""Changes of documents themselves: which are there, their texts, metadata, labels, splits and finished layers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from standoff.anchoring.alignment import Alignment
from standoff.diff.changes import Difference, DocumentChange, Labels
from standoff.diff.fields import shown
from standoff.diff.sides import DOCUMENT_FIELDS, Row, Side, Work, attributes_of
from standoff.model import LAYERS

_CONTEXT = 30


def compare(old: Side, new: Side, difference: Difference) -> None:
    """Note what differs in documents, annotators and labels; texts and annotations are compared elsewhere."""
    difference.documents_added = sorted(new.documents.keys() - old.documents.keys())
    difference.documents_removed = sorted(old.documents.keys() - new.documents.keys())
    difference.annotators_added = sorted(new.annotators - old.annotators)
    difference.annotators_withdrawn = sorted(old.annotators - new.annotators)
    both = old.documents.keys() & new.documents.keys()
    difference.work_added = _work(new, old, both)
    difference.work_removed = _work(old, new, both)
    for doc_id in sorted(both):
        difference.document_changes += _document(doc_id, old, new)
    difference.labels = list(_labels(old.manifest, new.manifest))
    schemas = [side.manifest["built_with"]["schema"] for side in (old, new)]
    difference.schema_changed = schemas[0] != schemas[1]
    difference.configs = _rows(old.manifest, new.manifest)


def alignment_of(old: Row, new: Row) -> Alignment | None:
    """Return how one text became the other, None where they are equal, or one of them is withheld."""
    if old["text_sha256"] == new["text_sha256"] or old["text"] is None or new["text"] is None:
        return None
    return Alignment(old["text"], new["text"])


def first_difference(old: Row, new: Row) -> tuple[str | None, str | None]:
    """Return a few words of both texts from their first difference on; none of a withheld text."""
    before, after = old["text"], new["text"]
    if before is None or after is None:
        return None, None
    pairs = enumerate(zip(before, after, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(before), len(after)))
    start = max(at - _CONTEXT // 3, 0)
    return before[start : at + _CONTEXT], after[start : at + _CONTEXT]


def finished(old: Work, new: Work) -> Iterator[DocumentChange]:
    """Yield the layers that one side has finished and the other has not, and other labels of the document."""
    before, after = ([layer for layer in LAYERS if each.has(layer)] for each in (old, new))
    if before != after:
        layers = ", ".join(before) or "none", ", ".join(after) or "none"
        yield DocumentChange(new.doc_id, "layers", *layers, new.annotator)
    left, right = dict(attributes_of(old.row)), dict(attributes_of(new.row))
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            yield DocumentChange(new.doc_id, name, left.get(name), right.get(name), new.annotator)


def _work(of: Side, other: Side, documents: Any) -> list[tuple[str, str]]:
    """Return the documents that an annotator, known to both sides, has on one side only."""
    return sorted(
        (doc_id, annotator)
        for doc_id, annotator in of.work.keys() - other.work.keys()
        if doc_id in documents and annotator in other.annotators
    )


def _document(doc_id: str, old: Side, new: Side) -> Iterator[DocumentChange]:
    if old.split_of[doc_id] != new.split_of[doc_id]:
        yield DocumentChange(doc_id, "split", old.split_of[doc_id], new.split_of[doc_id])
    before, after = old.documents[doc_id], new.documents[doc_id]
    same_text = before["text_sha256"] == after["text_sha256"]
    for name in DOCUMENT_FIELDS:
        if before[name] != after[name] and (same_text or name not in ("sections", "title", "dateline")):
            yield DocumentChange(doc_id, name, _plain(before[name]), _plain(after[name]))
    if before["annotator"] != after["annotator"]:
        yield DocumentChange(doc_id, "annotator", _plain(before["annotator"]), _plain(after["annotator"]))


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else shown(value)


def _labels(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Labels]:
    """Yield the columns whose labels differ, by the class labels that the manifests declare."""
    before, after = old["scheme"]["labels"], new["scheme"]["labels"]
    for config in sorted((before.keys() | after.keys()) - {"ner"}):  # tags of ner follow from the labels of spans
        left = [label for labels in before.get(config, {}).values() for label in labels]
        right = [label for labels in after.get(config, {}).values() for label in labels]
        kept = [label for label in right if label in left]
        found = Labels(
            config,
            [label for label in right if label not in left],
            [label for label in left if label not in right],
            kept != [label for label in left if label in right] or right[: len(kept)] != kept,
            next(_renumbered(left, right), None),
        )
        if found.added or found.removed or found.reordered:
            yield found


def _renumbered(left: list[str], right: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the labels that have another number now, with both."""
    numbers = {label: number for number, label in enumerate(left)}
    yield from ((label, numbers[label], at) for at, label in enumerate(right) if numbers.get(label, at) != at)


def _rows(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return the rows of each config on both sides."""

    def rows(manifest: dict[str, Any], config: str) -> int:
        splits = manifest["configs"].get(config, {}).get("splits", {})
        return sum(each["rows"] for each in splits.values())

    names = sorted(old["configs"].keys() | new["configs"].keys())
    return {name: (rows(old, name), rows(new, name)) for name in names}
