"""What is said twice and not alike: entities and their mentions, one name in many documents, tellings of one event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from standoff.audit.listing import Cell, Listing, columns
from standoff.audit.material import Material
from standoff.audit.variation import PRONOUNS
from standoff.diff.sides import Row, Work

_PLACES = ("place", "location", "site")
"""Names of roles that say where something happened, in small letters."""

_FEW = 3
"""Mentions from which an entity is no slip for its size."""

_ARTICLES = frozenset(("the", "a", "an"))

Telling = tuple[Work, Row]


def mentions(material: Material) -> Listing:
    """List mentions with another label than their entity."""
    rows = []
    for work in material.works:
        spans = {span["id"]: span for span in work.items("spans")}
        for entity in work.items("entities"):
            for name in entity["mentions"]:
                span = spans.get(name)
                if span is None or span["label"] == entity["label"]:
                    continue
                words = material.articles[work.doc_id].context(span["start"], span["end"])
                rows.append([
                    Cell(words, style="words"), Cell(span["label"]), Cell(entity["label"]),
                    Cell(_name(entity, spans), style="words"), Cell(str(len(entity["mentions"]))),
                    material.place_cell(work, "spans", name),
                ])  # fmt: skip
    what = "A mention and its entity have different labels: one of them is wrong, or it refers to something else."
    heads = columns("Mention", "Its label?", "Label of entity?", "Entity", "Mentions#", "Place")
    return Listing(
        "mentions", "Mentions that disagree with their entity", what, heads, rows,
        mend="Mend the label of one of them, or take the mention out of the entity.", weight=5,
    )  # fmt: skip


def scattered(material: Material) -> Listing:
    """List names of one document whose mentions are in several entities; small entities first, then small shares.

    A name is what its form says, without forms words with capitals that are no pronoun. A mention in no chain that a
    relation links to something (a predicate, an apposition) was looked at, and does not count.
    """
    rows = []
    for work in material.works:
        linked = {each["filler"] for relation in work.items("relations") for each in relation["arguments"]}
        entities = [e for e in work.items("entities") if not (e["derived"] and linked & {e["id"], *e["mentions"]})]
        owner = {name: entity for entity in entities for name in entity["mentions"]}
        places: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for span in work.items("spans"):
            if span["id"] in owner and span["text"] and is_name(span):
                places[span["label"], span["text"]][owner[span["id"]]["id"]].append(span)
        for (label, text), by_entity in places.items():
            total = sum(map(len, by_entity.values()))
            if len(by_entity) < 2 or total == len(by_entity) > 2:  # never twice the same: a word for many things
                continue
            usual, *others = sorted(by_entity, key=lambda name: (-len(by_entity[name]), name))
            for name in others:
                span = by_entity[name][0]
                entity = owner[span["id"]]
                size = f"{len(by_entity[name])} of {total}"
                row = [
                    Cell(text, style="words"), Cell(label), Cell(f"{len(by_entity[usual])} of {total}"), Cell(size),
                    Cell(str(len(entity["mentions"]))), material.place_cell(work, "spans", span["id"]),
                    Cell(material.articles[work.doc_id].context(span["start"], span["end"]), style="words"),
                ]  # fmt: skip
                rows.append((min(len(entity["mentions"]), _FEW), len(by_entity[name]) / total, -total, work.doc_id,
                             span["start"], row))  # fmt: skip
    rows.sort(key=lambda each: each[:5])
    what = (
        "One name in one document, in different entities: a link was missed, or two namesakes are told apart. A name "
        "that nearly always is one entity, and once a small other one, is likeliest to be a slip."
    )
    heads = columns("Name", "Label?", "In one entity", "In this one", "Mentions of it#", "Place", "In context")
    return Listing(
        "scattered", "One name in several entities", what, heads, [row[5] for row in rows],
        mend="Join the entities, or leave namesakes apart.", weight=6,
    )  # fmt: skip


def names(material: Material) -> Listing:
    """List names, or entries of a knowledge base, that are entities of different labels in different documents."""
    known: dict[tuple[str, str], list[Telling]] = defaultdict(list)
    for work in material.works:
        for entity in work.items("entities"):
            if entity["kb_id"] or entity["name"]:
                key = ("entry", entity["kb_id"]) if entity["kb_id"] else ("name", entity["name"].casefold())
                known[key].append((work, entity))
    rows = []
    for (_, name), found in sorted(known.items()):
        counts = Counter(entity["label"] for _, entity in found)
        if len(counts) > 1:
            rare = min(counts, key=lambda label: (counts[label], label))
            work, entity = next(telling for telling in found if telling[1]["label"] == rare)
            row = [Cell(entity["name"] or name, style="words"),
                   Cell(", ".join(f"{label} {n}" for label, n in counts.most_common())), Cell(rare),
                   material.place_cell(work, "entities", entity["id"])]  # fmt: skip
            rows.append((-len(found), row))
    rows.sort(key=lambda each: each[0])
    what = "One name, or one entry of a knowledge base, with different labels in different documents."
    heads = columns("Name", "Labels", "Rarest label?", "One place of it")
    return Listing(
        "names", "Names with more than one label", what, heads, [row for _, row in rows],
        mend="Mend the rarer label, or leave it where the name means something else.", weight=5,
    )  # fmt: skip


def happenings(material: Material) -> Listing:
    """List tellings of one event (`same_as`) that contradict each other in type, place, date or number."""
    told: dict[str, list[Telling]] = defaultdict(list)
    for work in material.works:
        for event in work.items("events"):
            if event["same_as"]:
                told[event["same_as"]].append((work, event))
    rows = []
    for name, tellings in sorted(told.items()):
        for fact, values, one, other in _contradictions(tellings):
            rows.append([
                Cell(name), Cell(fact), Cell(values[0]), material.place_cell(one[0], "events", one[1]["id"]),
                Cell(values[1]), material.place_cell(other[0], "events", other[1]["id"]),
            ])  # fmt: skip
    what = (
        "Events that are marked as one and the same (same_as), and that cannot both be told rightly: other types, "
        "places without anything in common, days that exclude each other, other numbers. Sources may contradict each "
        "other; then the annotation is right, and this says so."
    )
    heads = columns("Event", "What?", "One says", "Place", "Another says", "Its place")
    return Listing(
        "happenings", "Tellings that contradict each other", what, heads, rows,
        mend="Mend one of the two, take out same_as, or leave what the sources contradict.", weight=6,
    )  # fmt: skip


def is_name(span: Row) -> bool:
    """Say whether a mention is a name: by its form, else by the capitals of its words."""
    if span["form"] is not None:
        return bool(span["form"] == "name")
    words = [word for word in span["text"].split() if word[0].isalpha()]
    large = [word[0].isupper() or word[0].lower() == word[0].upper() for word in words]
    return bool(words) and large[0] and large[-1] and words[0].lower() not in PRONOUNS | _ARTICLES


def _contradictions(tellings: list[Telling]) -> Iterator[tuple[str, tuple[str, str], Telling, Telling]]:
    """Yield each contradiction once: between the first telling of each value."""
    facts: tuple[tuple[str, Callable[[Telling], Any], Callable[[Any, Any], bool], Callable[[Any], str]], ...] = (
        ("type", lambda t: t[1]["label"], lambda a, b: a != b, str),
        ("place", _places, lambda a, b: not a & b, lambda value: ", ".join(sorted(value))),
        ("date", lambda t: _range(t[1]["earliest"], t[1]["latest"]), _apart, _shown),
        ("number", lambda t: _range(t[1]["count_min"], t[1]["count_max"]), _apart, _shown),
    )
    for fact, value_of, differ, show in facts:
        first: dict[Any, Telling] = {}
        for telling in tellings:
            value = value_of(telling)
            if value:
                first.setdefault(value, telling)
        for one, other in combinations(first, 2):
            if differ(one, other):
                yield fact, (show(one), show(other)), first[one], first[other]


def _range(low: Any, high: Any) -> tuple[Any, ...]:
    """Return a range as a pair, an end that is not told as None; the empty tuple for nothing."""
    return () if low is None and high is None else (low, high)


def _apart(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Say whether two ranges exclude each other; an open end excludes nothing ("since April", "at least five")."""
    return any(
        high is not None and low is not None and high < low for high, low in ((one[1], other[0]), (other[1], one[0]))
    )


def _shown(value: tuple[Any, ...]) -> str:
    low, high = value
    return f"from {low}" if high is None else f"up to {high}" if low is None else f"{low} to {high}"


def _places(telling: Telling) -> frozenset[str]:
    """Return the names of where a telling says that it happened."""
    work, event = telling
    fillers = {argument["filler"] for argument in event["arguments"] if argument["role"].lower() in _PLACES}
    return frozenset(e["kb_id"] or e["name"] for e in work.items("entities")
                     if e["id"] in fillers and (e["kb_id"] or e["name"]))  # fmt: skip


def _name(entity: Row, spans: dict[str, Row]) -> str:
    texts = (spans[name]["text"] for name in entity["mentions"] if name in spans)
    return str(entity["name"] or next((text for text in texts if text), entity["id"]))
