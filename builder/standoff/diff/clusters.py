"""Changes of entities: clusters that were split or merged, that won or lost mentions, that are new or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from standoff.diff import fields
from standoff.diff.pairing import Pairing, Sides
from standoff.diff.sides import Row, attributes_of


def compare(pairing: Pairing) -> None:
    """Pair the entities of both sides by the mentions that they share, and note what changed.

    Mentions that are gone or new themselves are no change of their cluster; nor is an entity that was derived of one.
    """
    olds, news = pairing.old.items("entities"), pairing.new.items("entities")
    arrived = set(pairing.new_spans) - set(pairing.same.values())
    old_sets = {row["id"]: {pairing.same[name] for name in row["mentions"] if name in pairing.same} for row in olds}
    new_sets = {row["id"]: set(row["mentions"]) - arrived for row in news}
    whole = (lambda row: _set(old_sets[row["id"]]), lambda row: _set(new_sets[row["id"]]))
    named = (lambda row: row["id"] if not old_sets[row["id"]] else None,
             lambda row: row["id"] if not new_sets[row["id"]] else None)  # fmt: skip
    pairs, left, right = pairing.match(olds, news, [whole, named])
    links = [(old, new) for old in left for new in right if old_sets[old["id"]] & new_sets[new["id"]]]
    pairs += _regrouped(pairing, links, old_sets, new_sets)
    for old, new in pairs:
        _compare_fields(pairing, old, new)
    linked = {id(row) for pair in links for row in pair}
    for old in left:
        if id(old) not in linked and not old["derived"]:
            pairing.note("entities", "removed", old, None, show)
    for new in right:
        if id(new) not in linked and not new["derived"]:
            pairing.note("entities", "added", None, new, show)


def show(entity: Row, sides: Sides) -> str:
    """Return an entity as a person reads it."""
    count = len(entity["mentions"])
    return f"{entity['label']} {sides.text_of(entity['id'])} ({count} mention{'s' if count != 1 else ''})"


def _set(names: set[str]) -> Hashable:
    return frozenset(names) or None


def _regrouped(
    pairing: Pairing, links: list[tuple[Row, Row]], old_sets: dict[str, set[str]], new_sets: dict[str, set[str]]
) -> list[tuple[Row, Row]]:
    """Note splits and merges, and pair each old cluster with the new one that has most of its mentions."""
    ranked = sorted(links, key=lambda pair: (-len(old_sets[pair[0]["id"]] & new_sets[pair[1]["id"]]),
                                             pair[0]["id"] != pair[1]["id"]))  # fmt: skip
    pairs: list[tuple[Row, Row]] = []
    for old, new in ranked:
        if old["id"] not in pairing.same and new["id"] not in {other["id"] for _, other in pairs}:
            pairing.same[old["id"]] = new["id"]
            pairs.append((old, new))
    targets, origins = Counter(old["id"] for old, _ in links), Counter(new["id"] for _, new in links)
    by_id = {row["id"]: row for pair in links for row in pair[:1]}
    for name, count in targets.items():
        if count > 1:
            into = [new for old, new in links if old["id"] == name]
            _note_several(pairing, "split", by_id[name], into)
    for new in {id(new): new for _, new in links}.values():
        if origins[new["id"]] > 1:
            _note_several(pairing, "merged", [old for old, other in links if other is new], new)
    for old, new in links:
        if targets[old["id"]] == 1 and origins[new["id"]] == 1:
            pairing.note("entities", "members", old, new, show)
        pairing.same.setdefault(old["id"], new["id"])
    return pairs


def _note_several(pairing: Pairing, kind: str, old: Row | list[Row], new: Row | list[Row]) -> None:
    olds, news = old if isinstance(old, list) else [old], new if isinstance(new, list) else [new]
    before = "; ".join(show(row, pairing.sides(old=True)) for row in olds)
    after = "; ".join(show(row, pairing.sides(old=False)) for row in news)
    pairing.note("entities", kind, olds[0], news[0], show, "mentions", before, after)


def _compare_fields(pairing: Pairing, old: Row, new: Row) -> None:
    if old["label"] != new["label"] and not new["derived"]:
        folded = pairing.fold({pairing.same.get(name) for name in old["mentions"]})
        pairing.note("entities", "relabelled", old, new, show, "label", with_it=folded)
    fields.compare_values(pairing, "entities", old, new, show, ("name", "kb_id", "count_min", "count_max"))
    fields.compare_attributes(pairing, "entities", old, new, show, attributes_of(old), attributes_of(new))
