"""One annotator's annotations on a withheld text -> the same on a copy of it, and what became of each item."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from standoff.hydrate.runs import Runs
from standoff.layers import ordering, projection
from standoff.model import ITEM_LISTS, Annotations, Fragment, Item, Span

STATUSES = ("exact", "moved", "shortened", "ambiguous", "lost")
"""From best to worst. A span is exact (same place), moved, ambiguous (several places fit) or lost (no proof).

Any other item is as the worst that it refers to; shortened if it lost a part that it can do without, else lost.
"""

LEFT_OUT = ("ambiguous", "lost")
"""What has no sure place, and is not in the hydrated release."""


@dataclass(slots=True, frozen=True)
class Fate:
    """What became of an item. `near` is where in the copy a span must lie that was not found, if that is known."""

    annotator: str
    layer: str
    id: str
    status: str
    near: Fragment | None = None


def place(annotations: Annotations, runs: Runs) -> list[Fate]:
    """Move annotations to a copy, in place; items without a sure place go, with all that cannot stand without them.

    Returns the fate of every item: items in = items out + those of a status in LEFT_OUT.
    """
    statuses, near = _spans(annotations.spans, runs)
    before = {(layer, item.id): copy.deepcopy(item) for layer, item in _items(annotations)}
    projection.drop(annotations, {name for name, status in statuses.items() if status in LEFT_OUT}, Counter())
    after = {(layer, item.id): item for layer, item in _items(annotations)}
    for (layer, name), item in before.items():
        if layer != "spans":
            left = after.get((layer, name))
            statuses[name] = "lost" if left is None else "exact" if left == item else "shortened"
    _spread(statuses, before)
    ordering.sort_items(annotations)
    return [Fate(annotations.annotator, layer, name, statuses[name], near.get(name)) for layer, name in before]


def _spans(spans: list[Span], runs: Runs) -> tuple[dict[str, str], dict[str, Fragment]]:
    """Give spans their new fragments where all are sure; return the status of each, and where lost ones may be."""
    statuses: dict[str, str] = {}
    near: dict[str, Fragment] = {}
    for span in spans:
        places = [runs.place(start, end) for start, end in span.fragments]
        status = max((each.status for each in places), key=STATUSES.index)
        found = [each.at for each in places if each.at]
        if status not in LEFT_OUT and found != sorted(found):
            status = "lost"  # its fragments changed their order, and read otherwise now
        statuses[span.id] = status
        if status not in LEFT_OUT:
            span.fragments, span.surface = found, None
        elif gap := runs.near(span.start, span.end):
            near[span.id] = gap
    return statuses, near


def _spread(statuses: dict[str, str], items: dict[tuple[str, str], Item]) -> None:
    """Call an item moved if something that it refers to, however far, moved."""
    refers = {name: [each for each in references(item) if each in statuses] for (_, name), item in items.items()}
    changed = True
    while changed:
        moved = [
            name
            for name, others in refers.items()
            if statuses[name] == "exact" and any(statuses[other] in ("moved", "shortened") for other in others)
        ]
        statuses |= dict.fromkeys(moved, "moved")
        changed = bool(moved)


def references(item: Item) -> Iterator[str]:
    """Yield the ids that an item refers to."""
    for name in ("trigger", "source", "source_span", "parent", "holder", "target", "attribution", "evidence"):
        value = getattr(item, name, None)
        if isinstance(value, str):
            yield value
    for name in ("mentions", "cues", "contents", "evidence"):
        value = getattr(item, name, None)
        if isinstance(value, list):
            yield from value
    for argument in getattr(item, "arguments", ()):
        yield from (name for name in (argument.filler, argument.span) if name)
    yield from (source for source, _ in getattr(item, "factuality", ()))


def _items(annotations: Annotations) -> Iterator[tuple[str, Item]]:
    for layer in ITEM_LISTS:
        for item in getattr(annotations, layer):
            yield layer, item
