"""The items of one version of a document -> cards: what each says, in words, and which spans it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from standoff.model import AUTHOR
from standoff.site.reading import Row, Source, Version

PREFIXES = {
    "spans": "s", "entities": "e", "events": "v", "attributions": "a", "stance": "t", "relations": "r",
    "normalizations": "z", "notes": "n",
}  # fmt: skip
"""First letter of the anchor of an item, a list each; its number in the list follows."""

_EXCERPT = 90
MENTIONS = 40
"""Mentions that the card of an entity names; the list of spans has them all."""


@dataclass(slots=True)
class Ref:
    """A pointer to an item: its words, its anchor on the page of its version, its layer and label."""

    text: str
    anchor: str | None = None
    layer: str = ""
    label: str = ""
    note: str = ""


@dataclass(slots=True)
class Card:
    """One item as it is shown. `spans` are numbers of spans; `place` is where in the text it belongs."""

    anchor: str
    layer: str
    id: str
    label: str
    title: Ref
    facts: list[tuple[str, list[Ref]]] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    origin: str = ""
    spans: list[int] = field(default_factory=list)
    place: int | None = None
    depth: int = 0
    holder: Ref | None = None
    target: Ref | None = None

    @property
    def cost(self) -> int:
        """About how many bytes of a page it takes."""
        refs = sum(95 + _size(ref.text) + _size(ref.note) for _, each in self.facts for ref in each)
        words = sum(45 + _size(name) + _size(value) for name, value in self.attributes)
        return 300 + refs + words + _size(self.title.text) + len(self.origin) + 8 * len(self.spans)



class Book:
    """A version of a document, with its items findable by id."""

    def __init__(self, source: Source, version: Version) -> None:
        self.source = source
        self.version = version

    @cached_property
    def spans(self) -> list[Row]:
        """The spans of the version."""
        return self.version.items("spans")

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each span, by id."""
        return {span["id"]: number for number, span in enumerate(self.spans)}

    @cached_property
    def found(self) -> dict[str, tuple[str, int, Row]]:
        """List, number and row of each item, by id."""
        lists = [name for name in PREFIXES if name not in ("normalizations", "notes")]
        return {
            row["id"]: (name, number, row)
            for name in reversed(lists)
            for number, row in enumerate(self.version.items(name))
        }

    def words(self, span: Row) -> str:
        """Return the words of a span, shortened in the middle; its offsets where there is no text."""
        text = span["text"]
        if text is None:
            return f"{span['start']}–{span['end']}"
        if len(text) <= _EXCERPT:
            return str(text)
        return excerpt(str(text), _EXCERPT)

    def ref(self, name: str | None) -> Ref:
        """Return the pointer to an item by its id."""
        if name == AUTHOR:
            return Ref("the author", None, "author")
        if name is None or name not in self.found:
            return Ref(name or "nobody named", None, "")
        layer, number, row = self.found[name]
        label = row.get("label") or row.get("act") or ""
        return Ref(self.title(layer, row), f"{PREFIXES[layer]}{number}", layer, label)

    def title(self, layer: str, row: Row) -> str:
        """Return what an item is called: its name, or the words that it stands on."""
        if layer == "spans":
            return self.words(row)
        if layer == "entities" and row["name"]:
            return str(row["name"])
        spans = [self.spans[number] for number in self.spans_of(layer, row)]
        if layer == "attributions":
            spans = [self.spans[self.number[name]] for name in row["contents"] if name in self.number] or spans
        return self.words(spans[0]) if spans else str(row["id"])

    def spans_of(self, layer: str, row: Row) -> list[int]:
        """Return the numbers of the spans that an item rests on, the first of them the one where it stands."""
        if layer == "spans":
            names = [row["id"]]
        elif layer == "entities":
            names = list(row["mentions"])
        elif layer == "events":
            names = [row["trigger"], row["evidence"], *(self._filled(a) for a in row["arguments"])]
        elif layer == "attributions":
            names = [*row["cues"], *row["contents"], row["source_span"]]
        elif layer == "stance":
            names = list(row["evidence"])
            names += [self.spans[number]["id"] for number in self.place_of(row["target"])]
        elif layer == "relations":
            return [number for argument in row["arguments"] for number in self.place_of(argument["filler"])]
        else:
            return self.place_of(row["target"])
        return list(dict.fromkeys(self.number[name] for name in names if name in self.number))

    def place_of(self, name: str | None) -> list[int]:
        """Return the number of the span where an item stands: its trigger, its first mention, its first cue."""
        if name not in self.found:
            return []
        layer, _, row = self.found[name]
        if layer in ("relations", "stance"):
            return []
        return self.spans_of(layer, row)[:1]

    def _filled(self, argument: Row) -> str | None:
        if argument["span"]:
            return str(argument["span"])
        filler: str = argument["filler"] or ""
        layer, _, row = self.found.get(filler, ("", 0, {}))
        if layer == "events":
            filler = row["trigger"] or row["evidence"]
            return None if filler is None else str(filler)
        return filler if layer == "spans" else None

    @cached_property
    def entity_of(self) -> dict[str, int]:
        """The number of the entity that a mention belongs to, by span id."""
        return {
            name: number for number, row in enumerate(self.version.items("entities")) for name in row["mentions"]
        }

    def cards(self, layer: str) -> list[Card]:
        """Return the cards of a list, in its order; attributions as a tree, each below its parent."""
        cards = [self._card(layer, number, row) for number, row in enumerate(self.version.items(layer))]
        return list(_nested(cards, self.version.items(layer))) if layer == "attributions" else cards

    def _card(self, layer: str, number: int, row: Row) -> Card:
        spans = self.spans_of(layer, row)
        label = row.get("label") or row.get("act") or row.get("kind") or row.get("resource") or ""
        card = Card(
            f"{PREFIXES[layer]}{number}", layer, row["id"], label, Ref(self.title(layer, row)),
            origin=self.version.origins.get((layer, row["id"]), ""), spans=spans,
            place=self.spans[spans[0]]["start"] if spans else None,
            attributes=[(entry["name"], entry["value"]) for entry in row.get("attributes") or ()],
        )  # fmt: skip
        if layer == "stance":
            card.holder, card.target = self.ref(row["holder"]), self.ref(row["target"])
        if layer == "attributions":
            card.holder = self.ref(row["source"] or row["source_span"])
        first = [self.number[name] for name in row.get("contents", ()) if name in self.number] or spans
        if first:
            card.title.anchor = f"s{first[0]}"
        card.facts = [(name, refs) for name, refs in self._facts(layer, row) if refs]
        return card

    def _facts(self, layer: str, row: Row) -> Iterator[tuple[str, list[Ref]]]:
        if layer == "spans":
            yield from self._facts_of_span(row)
        elif layer == "entities":
            yield from self._facts_of_entity(row)
        elif layer == "events":
            yield from self._facts_of_event(row)
        elif layer == "attributions":
            yield "cue", self._refs(row["cues"])
            yield "contents", self._refs(row["contents"]) if len(row["contents"]) > 1 else []
            yield "mode", _plain(row["mode"])
        elif layer == "stance":
            yield "evidence", self._refs(row["evidence"])
            yield "said in", self._refs([row["attribution"]])
            yield "explicit", _plain(row["explicit"] if row["explicit"] is None else "yes" if row["explicit"] else "no")
        elif layer == "relations":
            for argument in row["arguments"]:
                yield argument["role"], self._refs([argument["filler"]])
        elif layer == "normalizations":
            yield "of", self._refs([row["target"]])
            yield "entry", [Ref(row["ref"], note=row["text"] or "")]
        elif layer == "notes":
            yield "on", self._refs([row["target"]]) or [Ref("the document")]
            yield "note", [Ref(row["text"])]

    def _facts_of_span(self, row: Row) -> Iterator[tuple[str, list[Ref]]]:
        yield "form", _plain(row["form"])
        if row["id"] in self.entity_of:
            entity = self.version.items("entities")[self.entity_of[row["id"]]]
            yield "in", self._refs([entity["id"]])

    def _facts_of_entity(self, row: Row) -> Iterator[tuple[str, list[Ref]]]:
        shown = row["mentions"][:MENTIONS]
        more = len(row["mentions"]) - len(shown)
        yield "mentions", self._refs(shown) + ([Ref(f"and {more} more, in the list of spans")] if more else [])
        yield "known as", _plain(row["kb_id"])
        yield "how many", _plain(_range(row["count_min"], row["count_max"]))

    def _facts_of_event(self, row: Row) -> Iterator[tuple[str, list[Ref]]]:
        yield "type", _plain(row["subtype"])
        for role in dict.fromkeys(argument["role"] for argument in row["arguments"]):
            mine = [argument for argument in row["arguments"] if argument["role"] == role]
            yield role, [self._argument(argument) for argument in mine]
        yield "evidence", self._refs([row["evidence"]])
        for entry in row["factuality"]:
            source = self.ref(entry["source"])
            if source.layer == "attributions":
                source.note = "as attributed"
            yield "factuality", [Ref(entry["value"], None, "factuality"), source]
        yield "irrealis", _plain(row["irrealis"])
        days = _range(row["earliest"] and str(row["earliest"]), row["latest"] and str(row["latest"]))
        value = row["time_value"]
        yield "when", _plain(value if not days or days == value else f"{days} ({value})" if value else days)
        yield "how many", _plain(_range(row["count_min"], row["count_max"]))
        if row["same_as"]:
            yield "same event", [Ref(row["same_as"], None, "same_as")]

    def _argument(self, argument: Row) -> Ref:
        if argument["filler"] is None:
            return Ref("implicit" if argument["implicit"] else "nobody named", None, "implicit")
        found = self.ref(argument["filler"])
        if argument["span"] in self.number:
            span = self.spans[self.number[argument["span"]]]
            if span["text"] is not None and span["text"] != found.text:
                found.note = f"here: {self.words(span)}"
        return found

    def _refs(self, names: Sequence[str | None]) -> list[Ref]:
        return [self.ref(name) for name in names if name is not None]


def excerpt(text: str, length: int) -> str:
    """Return a text shortened in its middle, between words where there are any."""
    if len(text) <= length:
        return text
    head, tail = text[: length * 2 // 3], text[-length // 3 :]
    head = head.rpartition(" ")[0] or head
    tail = tail.partition(" ")[2] or tail
    return f"{head} … {tail}"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace")) if text else 0


def _plain(value: object) -> list[Ref]:
    return [] if value is None or value == "" else [Ref(str(value))]


def _range(low: object, high: object) -> str | None:
    if low is None and high is None:
        return None
    if low == high:
        return str(low)
    return f"{'…' if low is None else low} to {'…' if high is None else high}"


def _nested(cards: list[Card], rows: list[Row]) -> Iterator[Card]:
    """Yield attributions so that each follows its parent, with its depth; a circle of parents is broken."""
    below: dict[str | None, list[int]] = {}
    known = {row["id"] for row in rows}
    for number, row in enumerate(rows):
        below.setdefault(row["parent"] if row["parent"] in known else None, []).append(number)
    seen: set[int] = set()
    stack = [(number, 0) for number in reversed(below.get(None, []))]
    rest = list(range(len(rows)))
    while stack or len(seen) < len(rows):
        if not stack:
            stack = [(next(number for number in rest if number not in seen), 0)]
        number, depth = stack.pop()
        if number not in seen:
            seen.add(number)
            cards[number].depth = min(depth, 4)
            yield cards[number]
            stack += [(child, depth + 1) for child in reversed(below.get(rows[number]["id"], []))]
