"""Where items stand in the text: the order of rows, and the ids of items that came without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from standoff.model import ITEM_LISTS, LAYERS, Annotations, Fragment, Relation, Span

NOWHERE: Fragment = (1 << 60, 1 << 60)
"""The place of an item without one: such items come last."""

PREFIXES = {
    "spans": "m",
    "entities": "e",
    "events": "ev",
    "attributions": "at",
    "stance": "st",
    "relations": "r",
    "normalizations": "nm",
    "notes": "n",
}
"""What generated ids begin with, a list each."""


class Places:
    """The (start, end) of every item of one annotator's annotations, in code points."""

    def __init__(self, annotations: Annotations) -> None:
        self.by_id: dict[str, Fragment] = {span.id: _extent(span) for span in annotations.spans}
        self.relations = {relation.id: relation for relation in annotations.relations if relation.id}
        for layer in LAYERS[1:]:
            place = self.rule(layer)
            for item in getattr(annotations, layer):
                if item.id:
                    self.by_id.setdefault(item.id, place(item))

    def rule(self, layer: str) -> Callable[[Any], Fragment]:
        """Return what gives an item of a layer its place: its first mention, trigger or words, or what it points to."""
        by_id = self.by_id
        rules: dict[str, Callable[[Any], Fragment]] = {
            "spans": _extent,
            "entities": lambda item: self.first(item.mentions),
            "events": lambda item: by_id.get(item.trigger or item.evidence or "", NOWHERE),
            "attributions": lambda item: self.first([*item.cues, *item.contents]),
            "stance": lambda item: self.first(item.evidence),
            "relations": self.of_relation,
        }
        return rules.get(layer, lambda item: by_id.get(item.target or "", NOWHERE))

    def of_relation(self, relation: Relation) -> Fragment:
        """Return the place of what a relation begins with, through chains of relations."""
        seen: set[str] = set()
        while relation.arguments:
            name = relation.arguments[0].filler or ""
            if name in self.by_id or name not in self.relations or name in seen:
                return self.by_id.get(name, NOWHERE)
            seen.add(name)
            relation = self.relations[name]
        return NOWHERE

    def first(self, span_ids: Iterable[str]) -> Fragment:
        """Return the first of the places of some spans."""
        return min((self.by_id.get(name, NOWHERE) for name in span_ids), default=NOWHERE)


def _extent(span: Span) -> Fragment:
    fragments = span.fragments
    return (fragments[0][0], fragments[-1][1]) if fragments else NOWHERE


def name_items(annotations: Annotations) -> None:
    """Give every item without an id its layer's prefix and the next free number, in the order of the text."""
    if all(item.id for layer in ITEM_LISTS for item in getattr(annotations, layer)):
        return
    taken = {item.id for layer in ITEM_LISTS for item in getattr(annotations, layer)}
    for layer in ITEM_LISTS:
        nameless = [item for item in getattr(annotations, layer) if not item.id]
        if not nameless:
            continue
        place = Places(annotations).rule(layer)
        nameless.sort(key=lambda item: (*place(item), getattr(item, "label", ""), item.line or 0))
        number = 0
        for item in nameless:
            number += 1
            while f"{PREFIXES[layer]}{number}" in taken:
                number += 1
            item.id = f"{PREFIXES[layer]}{number}"
            taken.add(item.id)


def sort_items(annotations: Annotations) -> Places:
    """Sort every list by (first start, end, id), and the span ids in items by their places; returns the places."""
    places = Places(annotations)
    for layer in ITEM_LISTS:
        place = places.rule(layer)
        getattr(annotations, layer).sort(key=lambda item: (place(item), item.id))
    at = places.by_id
    for entity in annotations.entities:
        if len(entity.mentions) > 1:
            entity.mentions.sort(key=lambda name: (at.get(name, NOWHERE), name))
    return places
