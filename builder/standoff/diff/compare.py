"""Two releases -> their difference; reads like a table of contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from standoff.diff import clusters, documents, items, spans
from standoff.diff.changes import Difference, TextChange
from standoff.diff.pairing import Pairing
from standoff.diff.sides import Row, Side, Work

LAYERS: tuple[tuple[str, Callable[[Pairing], None]], ...] = (
    ("spans", spans.compare),
    ("entities", clusters.compare),
    ("attributions", items.attributions),
    ("events", items.events),
    ("stance", items.stance),
    ("relations", items.relations),
    ("normalizations", items.normalizations),
    ("notes", items.notes),
)
"""The layers in the order in which they are compared: each refers to itself and to those before it alone."""


def compare(
    old: Side, new: Side, annotators: Sequence[str] = (), progress: Callable[[int], None] | None = None
) -> Difference:
    """Return what differs between two releases, in the work of some annotators, or of all.

    A layer that one side has not annotated in a document is no change of its items, but of the finished layers.
    """
    difference = Difference(old.name, new.name)
    documents.compare(old, new, difference)
    pairs: dict[str, list[tuple[Work, Work]]] = {}
    for key in sorted(old.work.keys() & new.work.keys()):
        if not annotators or key[1] in annotators:
            pairs.setdefault(key[0], []).append((old.work[key], new.work[key]))
    for doc_id in sorted(old.documents.keys() & new.documents.keys()):
        _compare_document(old.documents[doc_id], new.documents[doc_id], pairs.get(doc_id, []), difference)
        if progress:
            progress(1)
    return difference


def outline(old: Side, new: Side) -> Difference:
    """Return what differs in documents, labels and finished layers: all that a minor or major version can ask for.

    Of both sides the columns `sides.OUTLINE` are enough. What differs in texts and items is not looked at.
    """
    difference = Difference(old.name, new.name)
    documents.compare(old, new, difference)
    for key in sorted(old.work.keys() & new.work.keys()):
        difference.document_changes += documents.finished(old.work[key], new.work[key])
    return difference


def _compare_document(before: Row, after: Row, pairs: list[tuple[Work, Work]], difference: Difference) -> None:
    alignment = documents.alignment_of(before, after)
    carried = edited = 0
    for old, new in pairs:
        pairing = Pairing(old, new, alignment)
        difference.document_changes += documents.finished(old, new)
        for layer, of_layer in LAYERS:
            if old.has(layer) and new.has(layer):
                of_layer(pairing)
        difference.changes += pairing.changes
        carried, edited = carried + pairing.carried, edited + pairing.edited
    if before["text_sha256"] != after["text_sha256"]:
        share = alignment.share if alignment else 0.0
        first = documents.first_difference(before, after)
        difference.texts.append(TextChange(str(after["doc_id"]), share, *first, carried, edited))
