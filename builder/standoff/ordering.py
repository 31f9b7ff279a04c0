"""Where items stand in the text: the order of rows, and the ids of items that came without one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from standoff.model import (
    ITEM_LISTS,
    Annotations,
    Attribution,
    Entity,
    Event,
    Fragment,
    Item,
    Normalization,
    Note,
    Relation,
    Span,
    Stance,
)

NOWHERE: Fragment = (1 << 60, 1 << 60)
"""The place of an item without one: such items come last."""

WELL_FORMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")

_PREFIXES = {
    "spans": "m",
    "entities": "e",
    "events": "ev",
    "attributions": "at",
    "stance": "st",
    "relations": "r",
    "normalizations": "nm",
    "notes": "n",
}


class Places:
    """The (start, end) of every item of one annotator's annotations, in code points."""

    def __init__(self, annotations: Annotations) -> None:
        self.by_id: dict[str, Fragment] = {}
        for span in annotations.spans:
            if span.fragments:
                self.by_id[span.id] = (span.start, span.end)
        for layer in ("entities", "events", "attributions", "stance", "relations"):
            for item in getattr(annotations, layer):
                if item.id:
                    self.by_id.setdefault(item.id, self.of(item))

    def of(self, item: Item) -> Fragment:
        """Return the place of an item: of its first mention, its trigger, its first words, or what it points to."""
        by_id = self.by_id
        if isinstance(item, Span):
            return (item.start, item.end) if item.fragments else NOWHERE
        if isinstance(item, Entity):
            return self.first(item.mentions)
        if isinstance(item, Event):
            return by_id.get(item.trigger or item.evidence or "", NOWHERE)
        if isinstance(item, Attribution):
            return self.first([*item.cues, *item.contents])
        if isinstance(item, Stance):
            return self.first(item.evidence)
        if isinstance(item, Relation):
            return by_id.get(item.arguments[0].filler or "", NOWHERE) if item.arguments else NOWHERE
        if isinstance(item, Normalization | Note):
            return by_id.get(item.target or "", NOWHERE)
        return NOWHERE

    def first(self, span_ids: Iterable[str]) -> Fragment:
        """Return the first of the places of some spans."""
        return min((self.by_id.get(name, NOWHERE) for name in span_ids), default=NOWHERE)


def name_items(annotations: Annotations) -> None:
    """Give every item without an id its layer's prefix and the next free number, in the order of the text."""
    if all(item.id for layer in ITEM_LISTS for item in getattr(annotations, layer)):
        return
    taken = {item.id for layer in ITEM_LISTS for item in getattr(annotations, layer)}
    for layer in ITEM_LISTS:
        nameless = [item for item in getattr(annotations, layer) if not item.id]
        if not nameless:
            continue
        places = Places(annotations)
        nameless.sort(key=lambda item: (*places.of(item), getattr(item, "label", ""), item.line or 0))
        number = 0
        for item in nameless:
            number += 1
            while f"{_PREFIXES[layer]}{number}" in taken:
                number += 1
            item.id = f"{_PREFIXES[layer]}{number}"
            taken.add(item.id)


def sort_items(annotations: Annotations) -> Places:
    """Sort every list by (first start, end, id), and the span ids in items by their places; returns the places."""
    places = Places(annotations)
    for layer in ITEM_LISTS:
        items = getattr(annotations, layer)
        items.sort(key=lambda item: (places.of(item), item.id))
    at = places.by_id
    for entity in annotations.entities:
        if len(entity.mentions) > 1:
            entity.mentions.sort(key=lambda name: (at.get(name, NOWHERE), name))
    return places
