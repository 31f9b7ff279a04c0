"""Changes of spans: relabelled, resized, moved, added, removed, or with another form or attribute."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from standoff.anchoring.moves import Move
from standoff.diff import fields
from standoff.diff.pairing import Pairing, Sides, overlap
from standoff.diff.sides import Row, attributes_of, fragments_of


def compare(pairing: Pairing) -> None:
    """Pair the spans of both sides, and note what changed.

    Equal are spans of one kind whose words stand where the alignment of the texts puts them. Then, in this order, those
    with another label, with another kind, with other bounds around shared words, and with the same words elsewhere.
    """
    olds, news = pairing.old.items("spans"), pairing.new.items("spans")
    keys = [_keys(pairing, names) for names in (("kind", "label", "form"), ("kind", "label"), ("kind",), ())]
    pairs, olds, news = pairing.match(olds, news, keys)
    resized = _overlapping(pairing, olds, news)
    taken = {id(row) for pair in resized for row in pair}
    olds, news = [row for row in olds if id(row) not in taken], [row for row in news if id(row) not in taken]
    moved, olds, news = pairing.match(olds, news, [(_as_named, _as_named)])
    for old, new in resized:
        pairing.same[old["id"]] = new["id"]
        if not _carries(pairing, old, new):
            pairing.note("spans", "resized", old, new, show, "fragments")
    for old, new in moved:
        before, after = (f"{show(row, pairing.sides(old=row is old))} at {row['start']}" for row in (old, new))
        pairing.note("spans", "moved", old, new, show, "fragments", before, after)
    for old, new in [*pairs, *resized, *moved]:
        _compare_fields(pairing, old, new)
    statuses = [pairing.move_of(old).status for old, _ in [*pairs, *resized]]
    pairing.carried, pairing.edited = statuses.count("moved"), statuses.count("edited")
    for old in olds:
        pairing.note("spans", "removed", old, None, show)
    for new in news:
        pairing.note("spans", "added", None, new, show)


def show(span: Row, sides: Sides) -> str:
    """Return a span as a person reads it."""
    kind = "" if span["kind"] == "mention" else f"{span['kind']} "
    return f"{kind}{span['label']} {sides.text_of(span['id'])}"


def _keys(pairing: Pairing, names: tuple[str, ...]) -> tuple[Callable[[Row], Hashable], Callable[[Row], Hashable]]:
    return lambda row: _key(row, pairing.move_of(row), names), lambda row: _key(row, None, names)


def _key(span: Row, move: Move | None, names: tuple[str, ...]) -> Hashable:
    """Return where a span stands in the new text, with the named fields; None for one that has no place there."""
    places = fragments_of(span) if move is None else tuple(sorted(move.fragments))
    return (places, *(span[name] for name in names)) if places else None


def _as_named(span: Row) -> Hashable:
    """Return what is left to know a span by that marks other words: its id, and what it is."""
    return span["id"], span["kind"], span["label"], span["text"]


def _overlapping(pairing: Pairing, olds: list[Row], news: list[Row]) -> list[tuple[Row, Row]]:
    """Pair spans of one kind that share words: first those of one label, then those of one id, that share most."""
    ranked = []
    for old in olds:
        places = tuple(pairing.move_of(old).fragments)
        for new in news:
            shared = overlap(places, fragments_of(new))
            if shared and old["kind"] == new["kind"]:
                key = (old["label"] != new["label"], old["id"] != new["id"], -shared, old["start"], new["start"])
                ranked.append((key, old, new))
    pairs: list[tuple[Row, Row]] = []
    taken: set[int] = set()
    for _, old, new in sorted(ranked, key=lambda each: each[0]):
        if id(old) not in taken and id(new) not in taken:
            taken |= {id(old), id(new)}
            pairs.append((old, new))
    return pairs


def _carries(pairing: Pairing, old: Row, new: Row) -> bool:
    """Say whether a span has other bounds only because its own words were edited with the text."""
    return pairing.move_of(old).status == "edited" and (old["kind"], old["label"]) == (new["kind"], new["label"])


def _compare_fields(pairing: Pairing, old: Row, new: Row) -> None:
    if old["label"] != new["label"]:
        pairing.note("spans", "relabelled", old, new, show, "label")
    for name in ("kind", "form"):
        if old[name] != new[name]:
            pairing.note("spans", "changed", old, new, show, name, fields.shown(old[name]), fields.shown(new[name]))
    fields.compare_attributes(pairing, "spans", old, new, show, attributes_of(old), attributes_of(new))
