"""Agreement on attributions (source, cue, content) and on stance (who toward whom, and which)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from standoff.audit import extents
from standoff.audit.events import coded
from standoff.audit.extents import Extent
from standoff.audit.references import Matched
from standoff.audit.statistics import Counts, Key, match
from standoff.audit.views import View


def attributions(first: View, second: View, matched: Matched) -> dict[Key, Counts]:
    """Return what a document adds: cues and contents by extent, sources on attributions whose contents overlap."""
    found: dict[Key, Counts] = {}
    for name, field in (("cue", "cues"), ("content", "contents")):
        one, other = _extents(first, field), _extents(second, field)
        both = (Counter(one) & Counter(other)).total()
        found[Key("attributions", name, "f1")] = match(both, len(one), len(other))
        aligned = len(extents.align(one, other))
        found[Key("attributions", f"{name}, relaxed", "f1")] = match(aligned, len(one), len(other))
    rows = first.rows["attributions"], second.rows["attributions"]
    places = [[_place(view, row) for row in view.rows["attributions"]] for view in (first, second)]
    pairs = extents.align(places[0], places[1])
    sources = [(matched.of_first(rows[0][i]["source"]), matched.of_second(rows[1][j]["source"])) for i, j in pairs]
    sizes = [sum(row["source"] is not None for row in side) for side in rows]
    agreed = sum(one is not None and one == other for one, other in sources)
    found[Key("attributions", "source", "f1")] = match(agreed, *sizes)
    return found


def stance(first: View, second: View, matched: Matched, order: Sequence[str]) -> dict[Key, Counts]:
    """Return what a document adds: existence of holder-target pairs, and labels of those that both have.

    `order` is that of the labels for the ordinal alpha; a pair with a label that is not in it does not count there.
    """
    one = _stances(first.rows["stance"], matched.of_first)
    other = _stances(second.rows["stance"], matched.of_second)
    both = sorted(one.keys() & other.keys(), key=repr)
    labels = [pair for key in both for pair in zip(sorted(one[key]), sorted(other[key]), strict=False)]
    place = {label: number for number, label in enumerate(order)}
    found: dict[Key, Counts] = {
        Key("stance", "holder and target", "f1"): match(len(both), len(one), len(other)),
        Key("stance", "label", "alpha"): coded(labels),
    }
    if order:
        ranked = coded((place.get(a), place.get(b)) for a, b in labels)
        found[Key("stance", "label, ordinal", "ordinal alpha")] = ranked
    return found


def _stances(rows: list[dict[str, Any]], named: Any) -> dict[tuple[Hashable, Hashable], list[str]]:
    found: dict[tuple[Hashable, Hashable], list[str]] = {}
    for row in rows:
        found.setdefault((named(row["holder"]), named(row["target"])), []).append(row["label"])
    return found


def _joined(view: View, names: Sequence[str]) -> Extent:
    return extents.merged(piece for name in names for piece in view.extents.get(name, ()))


def _extents(view: View, field: str) -> list[Extent]:
    return [_joined(view, row[field]) for row in view.rows["attributions"] if row[field]]


def _place(view: View, row: dict[str, Any]) -> Extent:
    return _joined(view, row["contents"] or row["cues"])
