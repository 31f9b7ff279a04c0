"""Which item of one side is which of the other, in one annotator's work on one document, for all layers together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from standoff.anchoring import moves
from standoff.anchoring.alignment import Alignment
from standoff.anchoring.moves import Move
from standoff.diff.changes import Change
from standoff.diff.sides import Fragments, Row, Work, fragments_of
from standoff.model import AUTHOR


@dataclass
class Pairing:
    """Two rows of one annotator on one document, and what is known of them so far.

    `alignment` is None where the text did not change, or is not there. `same` maps ids of old items to those of new
    ones, all layers together. `carried` counts spans that stand elsewhere with their words, `edited` those whose words
    were changed with the text.
    """

    old: Work
    new: Work
    alignment: Alignment | None
    same: dict[str, str] = field(default_factory=lambda: {AUTHOR: AUTHOR})
    changes: list[Change] = field(default_factory=list)
    carried: int = 0
    edited: int = 0

    def __post_init__(self) -> None:
        self.old_spans = {span["id"]: span for span in self.old.items("spans")}
        self.new_spans = {span["id"]: span for span in self.new.items("spans")}
        self.moves: dict[str, Move] = {}

    def move_of(self, span: Row) -> Move:
        """Return where an old span stands in the new text."""
        name = span["id"]
        if name not in self.moves:
            places = list(fragments_of(span))
            found = moves.of_span(self.alignment, places) if self.alignment else Move("exact", places)
            self.moves[name] = found
        return self.moves[name]

    def note(
        self,
        layer: str,
        kind: str,
        old: Row | None,
        new: Row | None,
        show: Callable[[Row, Sides], str],
        field_name: str | None = None,
        before: str | None = None,
        after: str | None = None,
        with_it: int = 0,
    ) -> None:
        """Note a change; what is shown of either side is the item, unless it is given."""
        before = show(old, self.sides(old=True)) if before is None and old else before
        after = show(new, self.sides(old=False)) if after is None and new else after
        self.changes.append(
            Change(
                layer, kind, self.new.doc_id, self.new.annotator,
                old["id"] if old else None, new["id"] if new else None,
                before, after, field_name, self._start(old, new), _labels(old, new, field_name), with_it,
            )
        )  # fmt: skip

    def fold(self, names: set[str | None]) -> int:
        """Take out the new labels of some spans, by new ids, that follow from that of their item; returns how many."""
        kept = [c for c in self.changes if (c.layer, c.kind) != ("spans", "relabelled") or c.new not in names]
        folded = len(self.changes) - len(kept)
        self.changes = kept
        return folded

    def sides(self, *, old: bool) -> Sides:
        """Return the names of the items of one side, for showing."""
        return Sides(self.old if old else self.new, self.old_spans if old else self.new_spans)

    def _start(self, old: Row | None, new: Row | None) -> int | None:
        for item, sides in ((new, self.sides(old=False)), (old, self.sides(old=True))):
            if item is not None and (place := sides.start_of(item)) is not None:
                return place
        return None

    def known(self, name: str | None) -> Hashable:
        """Return the new id of what an old item refers to; of what is gone, a token that nothing new equals."""
        return None if name is None else self.same.get(name, ("gone", name))

    def match(
        self,
        old: Iterable[Row],
        new: Iterable[Row],
        keys: Sequence[tuple[Callable[[Row], Hashable], Callable[[Row], Hashable]]],
    ) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
        """Pair items that have equal keys, by the first pair of keys, then the rest by the next, and so on.

        Each key is (of an old item, of a new one); None never matches. Of several with one key those with one id go
        together, the others in their order. Returns the pairs, old items without one, and new items without one.
        """
        left, right, pairs = list(old), list(new), []
        for old_key, new_key in keys:
            for one, other in _equal(left, right, old_key, new_key):
                pairs.append((one, other))
                self.same[one["id"]] = other["id"]
            taken = {id(row) for pair in pairs for row in pair}
            left = [row for row in left if id(row) not in taken]
            right = [row for row in right if id(row) not in taken]
        return pairs, left, right


def _equal(
    left: list[Row], right: list[Row], old_key: Callable[[Row], Hashable], new_key: Callable[[Row], Hashable]
) -> Iterator[tuple[Row, Row]]:
    waiting: dict[Hashable, list[Row]] = {}
    for row in right:
        waiting.setdefault(new_key(row), []).append(row)
    groups: dict[Hashable, list[Row]] = {}
    for row in left:
        groups.setdefault(old_key(row), []).append(row)
    for key, olds in groups.items():
        news = waiting.get(key, []) if key is not None else []
        named = {row["id"]: row for row in news}
        first = [(row, named[row["id"]]) for row in olds if row["id"] in named]
        yield from first
        done = {row["id"] for row, _ in first}
        yield from zip(
            [row for row in olds if row["id"] not in done], [row for row in news if row["id"] not in done], strict=False
        )


def _labels(old: Row | None, new: Row | None, name: str | None) -> tuple[str, str] | None:
    """Return the labels of both sides where the change is one of the label."""
    return (old[name], new[name]) if old and new and name in ("label", "act") else None


@dataclass(slots=True)
class Sides:
    """The items of one side by id, as far as they are shown."""

    work: Work
    spans: dict[str, Row]

    def text_of(self, name: str | None) -> str:
        """Return what a person calls an item: the words of a span, the name of an entity, the trigger of an event."""
        if name is None:
            return "nobody"
        if name in self.spans:
            return _words(self.spans[name])
        for layer in ("entities", "events", "attributions"):
            for item in self.work.items(layer):
                if item["id"] == name:
                    return self._named(layer, item)
        return name

    def _named(self, layer: str, item: Row) -> str:
        if layer == "entities":
            return item["name"] or next((self.text_of(m) for m in item["mentions"]), item["id"])
        if layer == "events":
            return f"{item['label']} {self.text_of(item['trigger'] or item['evidence'] or item['id'])}"
        return next((self.text_of(cue) for cue in [*item["cues"], *item["contents"]]), str(item["id"]))

    def start_of(self, item: Row) -> int | None:
        """Return where an item begins: at its first span."""
        if "start" in item and "fragments" in item:
            return int(item["start"])
        names = [item.get("trigger"), item.get("evidence"), item.get("target"), item.get("source_span")]
        names += [*(item.get("mentions") or ()), *(item.get("cues") or ()), *(item.get("contents") or ())]
        names += [argument["filler"] for argument in item.get("arguments") or ()]
        places = [self.spans[name]["start"] for name in names if isinstance(name, str) and name in self.spans]
        return min(places, default=None)


def _words(span: Row) -> str:
    return f"“{span['text']}”" if span["text"] is not None else f"{span['start']}–{span['end']}"


def overlap(one: Fragments, other: Fragments) -> int:
    """Return how many code points two extents share."""
    return sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
