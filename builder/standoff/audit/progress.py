"""Who has done what, and how an annotator's habits change from the first documents to the last."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from standoff.audit.listing import Cell, Listing, Target, columns
from standoff.audit.material import Material
from standoff.diff.sides import Work
from standoff.model import LAYERS

_LEAST = 10
"""Least documents of an annotator for drift to be looked for."""

_LEVEL = 0.01


def coverage(material: Material) -> Listing:
    """List, for each document and annotator, the items of each finished layer; a dash where it is not finished."""
    by_document: dict[str, list[Work]] = defaultdict(list)
    for work in material.all_works:
        by_document[work.doc_id].append(work)
    rows = []
    for doc_id, article in material.articles.items():
        works = by_document[doc_id]
        for work in works:
            cells = [Cell(f"{len(work.items(layer)):,}" if work.has(layer) else "–") for layer in LAYERS]
            rows.append([Cell(doc_id, Target(doc_id)), Cell(article.split), Cell(work.annotator), *cells])
        if not works:
            nothing = [Cell("–")] * len(LAYERS)
            rows.append([Cell(doc_id, Target(doc_id)), Cell(article.split), Cell("nobody"), *nothing])
    what = "Items of each layer that an annotator finished in a document; – where the layer is not finished."
    heads = columns("Document", "Split?", "Annotator?", *(f"{layer}#" for layer in LAYERS))
    return Listing("progress", "Progress", what, heads, rows, weight=0)


def summary(material: Material) -> dict[str, dict[str, int]]:
    """Return, for each annotator, in how many documents each layer is finished, and how many files have no item."""
    found: dict[str, dict[str, int]] = {}
    for work in sorted(material.all_works, key=lambda w: (w.annotator == "gold", len(w.annotator), w.annotator)):
        counts = found.setdefault(work.annotator, dict.fromkeys(("documents", *LAYERS, "empty"), 0))
        counts["documents"] += 1
        counts["empty"] += not any(work.items(layer) for layer in LAYERS)
        for layer in LAYERS:
            counts[layer] += work.has(layer)
    return found


def drift(material: Material) -> Listing:
    """List labels that an annotator uses more, or less, in the later half of the documents than in the earlier.

    Documents are ordered by the day of publication, else by id. Rates (per 1,000 characters) of the halves are compared
    by the rank-sum test (Mann and Whitney 1947, normal approximation with ties), at a level that is divided by the
    number of labels (Bonferroni).
    """
    rows = []
    for annotator in [*material.annotators, "gold"]:
        works = [w for w in material.all_works if w.annotator == annotator and w.has("spans")]
        works.sort(key=lambda w: (str(w.row["published"] or "9999"), w.doc_id))
        if len(works) < _LEAST:
            continue
        half = len(works) // 2
        labels = sorted({(span["kind"], span["label"]) for work in works for span in work.items("spans")})
        for kind, label in labels:
            rates = [_rate(work, kind, label) for work in works]
            chance = _rank_sum(rates[:half], rates[half:])
            if chance * len(labels) < _LEVEL:
                early, late = sum(rates[:half]) / half, sum(rates[half:]) / (len(works) - half)
                rows.append((chance, [Cell(annotator), Cell(kind), Cell(label), Cell(f"{early:.2f}"),
                                      Cell(f"{late:.2f}"), Cell(f"{chance * len(labels):.4f}")]))  # fmt: skip
    rows.sort(key=lambda each: each[0])
    what = (
        "Labels whose rate (per 1,000 characters) differs between the earlier and the later half of an annotator's "
        "documents, more than chance explains: habits that drifted, guidelines that changed, or other topics."
    )
    heads = columns("Annotator?", "Kind?", "Label", "Earlier#", "Later#", "Chance#")
    return Listing(
        "drift", "Habits that changed", what, heads, [row for _, row in rows],
        mend="Compare early and late documents, and write down what holds.", weight=2,
    )  # fmt: skip


def sample(material: Material, number: int, seed: int) -> list[tuple[str, list[str]]]:
    """Return documents to be annotated by somebody more, with those who have them: of those that one annotator has.

    The order is that of a hash of seed and id: a larger sample of one seed holds the smaller one.
    """
    having: dict[str, set[str]] = defaultdict(set)
    for work in material.all_works:
        if work.annotator != "gold" and any(work.has(layer) for layer in LAYERS):
            having[work.doc_id].add(work.annotator)
    single = [doc_id for doc_id, names in having.items() if len(names) == 1]
    single.sort(key=lambda doc_id: hashlib.sha256(f"{seed}\n{doc_id}".encode()).hexdigest())
    return [(doc_id, sorted(having[doc_id])) for doc_id in single[:number]]


def _rate(work: Work, kind: str, label: str) -> float:
    number: int = sum(span["kind"] == kind and span["label"] == label for span in work.items("spans"))
    return float(1000 * number / max(int(work.row["text_length"]), 1))


def _rank_sum(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the two-sided chance that two samples of one distribution differ so much."""
    values = sorted([*first, *second])
    ties = Counter(values)
    rank: dict[float, float] = {}
    below = 0
    for value in sorted(ties):
        rank[value] = below + (ties[value] + 1) / 2
        below += ties[value]
    n, m = len(first), len(second)
    total = n + m
    excess = sum(t**3 - t for t in ties.values()) / (total * (total - 1))
    spread = math.sqrt(n * m / 12 * (total + 1 - excess))
    if not spread:
        return 1.0
    distance = abs(sum(rank[value] for value in first) - n * (total + 1) / 2)
    return math.erfc(max(distance - 0.5, 0.0) / spread / math.sqrt(2))
