"""Which item of one annotator is which of another, so that what refers to them can be compared."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from standoff.audit.views import View
from standoff.model import AUTHOR


class Matched:
    """Two views of a document, with their entities and events aligned one to one.

    `entities` and `events` are pairs: ids of entities, numbers in `View.triggers`. `of_first` and `of_second` turn
    an id into a name that both sides share: equal names are the same thing.
    """

    def __init__(self, first: View, second: View, entities: dict[str, str], events: Sequence[tuple[int, int]]) -> None:
        self.events = events
        self._names: tuple[dict[str, Hashable], dict[str, Hashable]] = ({}, {})
        for side, (view, names) in enumerate(zip((first, second), self._names, strict=True)):
            names |= {AUTHOR: AUTHOR}
            names |= {name: ("span", extent) for name, extent in view.extents.items()}
            names |= {row["id"]: (side, row["id"]) for row in (*view.rows["entities"], *view.rows["events"])}
        for number, (one, other) in enumerate(entities.items()):
            self._names[0][one] = self._names[1][other] = ("entity", number)
        for number, (i, j) in enumerate(events):
            one, other = first.triggers[i][0]["id"], second.triggers[j][0]["id"]
            self._names[0][one] = self._names[1][other] = ("event", number)

    def of_first(self, name: str | None) -> Hashable:
        """Return the shared name of an item of the first annotator; None for None (an implicit argument)."""
        return None if name is None else self._names[0].get(name, (0, name))

    def of_second(self, name: str | None) -> Hashable:
        """Return the shared name of an item of the second annotator."""
        return None if name is None else self._names[1].get(name, (1, name))
