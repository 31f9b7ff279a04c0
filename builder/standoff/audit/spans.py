"""Agreement on spans: exact and relaxed F1, alpha over characters, alpha_u, a label each, and confusions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from standoff.audit import extents, gamma, unitizing
from standoff.audit.extents import Extent
from standoff.audit.statistics import Counts, Key, match
from standoff.audit.views import View

MISSED = "missed"
GAMMA = Key("spans", "gamma", "gamma")
_SAME_LABEL = 1e-3
"""Lets a span of the same label win where two overlap a span alike."""


def label_of(kind: str, label: str) -> str:
    """Return how a label is named in a report: with the kind of span, since two kinds can share a label."""
    return f"{kind} {label}"


def labels(views: Iterable[View]) -> set[str]:
    """Return the labels that anybody used."""
    return {label_of(span["kind"], span["label"]) for view in views for span in view.rows["spans"]}


def counts(first: View, second: View, inventory: Iterable[str], *, with_units: bool) -> dict[Key, Counts]:
    """Return what a document adds to each measure. A label of the inventory that neither used counts as agreement.

    `with_units` asks for alpha_u, which is defined for a study of two annotators.
    """
    sides = [_by_label(view) for view in (first, second)]
    found: dict[Key, Counts] = {}
    exact, relaxed, size = Counter[str](), Counter[str](), Counter[str]()
    cut: dict[Hashable, float] = {"units": 0}
    for label in sorted(inventory):
        one, other = sides[0].get(label, []), sides[1].get(label, [])
        found[Key("spans", "alpha", "alpha", label)] = _characters(one, other, first.size)
        if with_units:
            pieces = [unitizing.apart((e[0][0], e[-1][1]) for e in side) for side in (one, other)]
            units: dict[Hashable, float] = unitizing.counts(pieces[0], pieces[1], first.size, label)
            number = len(pieces[0]) + len(pieces[1])
            found[Key("spans", "alpha_u", "alpha_u", label)] = {**units, "units": number}
            cut |= {**units, "units": cut["units"] + number}
        if one or other:
            exact[label] = (Counter(one) & Counter(other)).total()
            relaxed[label] = len(extents.align(one, other))
            size[label] = len(one) + len(other)
            found[Key("spans", "exact", "f1", label)] = match(exact[label], len(one), len(other))
            found[Key("spans", "relaxed", "f1", label)] = match(relaxed[label], len(one), len(other))
    numbers = [sum(map(len, side.values())) for side in sides]
    found[Key("spans", "exact", "f1")] = match(exact.total(), *numbers)
    found[Key("spans", "relaxed", "f1")] = match(relaxed.total(), *numbers)
    if with_units:
        found[Key("spans", "alpha_u", "alpha_u")] = cut
    return found


def unified(views: Sequence[View], seed: int) -> Counts:
    """Return what a document adds to gamma, over all its annotators; units go from first to last fragment."""
    sides = [
        [(view.extents[s["id"]][0][0], view.extents[s["id"]][-1][1], label_of(s["kind"], s["label"]))
         for s in view.rows["spans"]]
        for view in views
    ]  # fmt: skip
    return gamma.counts(sides, views[0].size, f"{seed} {views[0].doc_id}")


def confusion(first: View, second: View) -> Counter[tuple[str, str]]:
    """Return how often a span of the first annotator's label stands where the second has one of another, or none.

    Spans of one kind are aligned one to one by overlap, whatever their labels; equal labels are in it too.
    """
    found: Counter[tuple[str, str]] = Counter()
    for kind in sorted({span["kind"] for view in (first, second) for span in view.rows["spans"]}):
        sides = [
            [(label_of(kind, s["label"]), view.extents[s["id"]]) for s in view.rows["spans"] if s["kind"] == kind]
            for view in (first, second)
        ]
        one, other = sides
        pairs = extents.align(
            [extent for _, extent in one],
            [extent for _, extent in other],
            lambda i, j, one=one, other=other: _SAME_LABEL * (one[i][0] == other[j][0]),  # type: ignore[misc]
        )
        found.update((one[i][0], other[j][0]) for i, j in pairs)
        aligned = [{pair[side] for pair in pairs} for side in (0, 1)]
        found.update((label, MISSED) for i, (label, _) in enumerate(one) if i not in aligned[0])
        found.update((MISSED, label) for j, (label, _) in enumerate(other) if j not in aligned[1])
    return found


def _by_label(view: View) -> dict[str, list[Extent]]:
    found: dict[str, list[Extent]] = defaultdict(list)
    for span in view.rows["spans"]:
        found[label_of(span["kind"], span["label"])].append(view.extents[span["id"]])
    return found


def _characters(one: list[Extent], other: list[Extent], size: int) -> dict[Hashable, float]:
    """Return the coincidences of two annotators' answers to `is this character within the label?`."""
    covered = [extents.merged(piece for extent in side for piece in extent) for side in (one, other)]
    both = extents.common(covered[0], covered[1])
    either = extents.length(covered[0]) + extents.length(covered[1]) - both
    return {
        (True, True): 2 * both,
        (True, False): either - both,
        (False, True): either - both,
        (False, False): 2 * (size - either),
        "units": size,
    }
