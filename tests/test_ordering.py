"""The order of rows, and the ids of items that came without one: both from the text, not from the file."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from samples import quick, reading, span
from standoff.layers import ordering
from standoff.model import (
    ITEM_LISTS,
    Annotations,
    Argument,
    Attribution,
    Entity,
    Event,
    Normalization,
    Note,
    Relation,
    Stance,
)


def sample(shuffle: st.DrawFn | None = None) -> Annotations:
    """Items of every layer; with `shuffle` each list in another order."""
    made = reading(
        [span("m2", (4, 6)), span("m10", (4, 6)), span("m1", (9, 12)), span("t1", (0, 2), (20, 21)),
         span("c1", (4, 30))],
        entities=[Entity(id="e1", label="X", mentions=["m1"]), Entity(id="e2", label="X", mentions=["m1", "m10", "m2"]),
                  Entity(id="e0", label="X", mentions=[])],
        events=[Event(id="v1", label="E", evidence="m1"), Event(id="v2", label="E", trigger="t1"),
                Event(id="v0", label="E")],
        attributions=[Attribution(id="a1", contents=["c1"]), Attribution(id="a2", cues=["m1", "t1"], contents=["c1"])],
        stance=[Stance(id="s1", holder="e1", target="e2", label="F"),
                Stance(id="s2", holder="author", target="e1", label="F", evidence=["m1"])],
        relations=[Relation(id="r1", label="R", arguments=[Argument("a", "e1"), Argument("b", "m2")]),
                   Relation(id="r2", label="R", arguments=[Argument("a", "v2"), Argument("b", "m2")])],
        normalizations=[Normalization(id="n1", target="e1", resource="W", ref="1"),
                        Normalization(id="n2", target="t1", resource="W", ref="2")],
        notes=[Note(id="no3", text="x"), Note(id="no1", text="x", target="r1"), Note(id="no2", text="x", target="m2")],
    ).annotations  # fmt: skip
    if shuffle:
        for name in ITEM_LISTS:
            setattr(made, name, shuffle(st.permutations(getattr(made, name))))
    return made


def order(made: Annotations) -> dict[str, list[str]]:
    return {name: [item.id for item in getattr(made, name)] for name in ITEM_LISTS}


ORDER = {
    "spans": ["t1", "m10", "m2", "c1", "m1"],
    "entities": ["e2", "e1", "e0"],
    "events": ["v2", "v1", "v0"],
    "attributions": ["a2", "a1"],
    "stance": ["s2", "s1"],
    "relations": ["r2", "r1"],
    "normalizations": ["n2", "n1"],
    "notes": ["no2", "no1", "no3"],
}


@quick
@given(st.data())
def test_items_sort_by_start_end_and_id_whatever_their_order_in_the_file(data: st.DataObject) -> None:
    made = sample(data.draw)
    ordering.sort_items(made)
    assert order(made) == ORDER
    assert next(entity for entity in made.entities if entity.id == "e2").mentions == ["m10", "m2", "m1"]


def test_relations_between_relations_do_not_depend_on_the_order_of_the_file() -> None:
    relations = [
        Relation(id="r1", label="R", arguments=[Argument("a", "r2"), Argument("b", "m1")]),
        Relation(id="r2", label="R", arguments=[Argument("a", "r3"), Argument("b", "m1")]),
        Relation(id="r3", label="R", arguments=[Argument("a", "m1"), Argument("b", "m2")]),
        Relation(id="r4", label="R", arguments=[Argument("a", "m2"), Argument("b", "m1")]),
    ]
    orders = []
    for lists in (relations, relations[::-1]):
        made = reading([span("m1", (0, 1)), span("m2", (5, 6))], relations=list(lists)).annotations
        ordering.sort_items(made)
        orders.append(order(made))
    assert orders[0] == orders[1]


def test_ids_are_ordered_by_code_point() -> None:
    made = reading([span(name, (0, 1)) for name in ("b", "a10", "a2", "B", "a")]).annotations
    ordering.sort_items(made)
    assert order(made)["spans"] == ["B", "a", "a10", "a2", "b"]


def test_items_without_an_id_are_numbered_in_the_order_of_the_text() -> None:
    made = reading(
        [span("", (9, 10)), span("", (0, 4)), span("T1", (5, 6)), span("", (0, 2))],
        notes=[Note(id="", text="x", target="T1", line=7), Note(id="", text="y", line=2)],
        relations=[Relation(id="", label="Equiv", arguments=[Argument("a", "T1")])],
    ).annotations
    ordering.name_items(made)
    assert [(one.start, one.end, one.id) for one in made.spans] == [
        (9, 10, "m3"),
        (0, 4, "m2"),
        (5, 6, "T1"),
        (0, 2, "m1"),
    ]
    assert [note.id for note in made.notes] == ["n1", "n2"]
    assert [relation.id for relation in made.relations] == ["r1"]


def test_a_taken_id_gets_the_next_free_number() -> None:
    made = reading(
        [span("m1", (0, 1)), span("", (2, 3)), span("", (4, 5)), span("m3", (6, 7))],
        entities=[Entity(id="", label="X", mentions=["m1"])],
        notes=[Note(id="e1", text="an id of another layer is taken, too")],
    ).annotations
    ordering.name_items(made)
    assert [one.id for one in made.spans] == ["m1", "m2", "m4", "m3"]
    assert made.entities[0].id == "e2"


def test_ties_go_by_label_and_then_by_line() -> None:
    made = reading(
        [span("", (0, 1), label="B", line=1), span("", (0, 1), label="A", line=3), span("", (0, 1), label="A", line=2)]
    ).annotations
    ordering.name_items(made)
    assert [(one.id, one.line) for one in sorted(made.spans, key=lambda one: one.id)] == [
        ("m1", 2),
        ("m2", 3),
        ("m3", 1),
    ]


@quick
@given(st.lists(st.tuples(st.sampled_from(["", "m1", "m2", "T1"]), st.integers(0, 9)), max_size=8), st.randoms())
def test_generated_ids_are_unique_and_do_not_depend_on_the_order_of_the_file(
    items: list[tuple[str, int]], random: object
) -> None:
    seen: set[str] = set()
    spans = [
        span("" if name in seen or seen.add(name) else name, (start, start + 1), line=number)
        for number, (name, start) in enumerate(items)
    ]
    made = reading(list(spans)).annotations
    ordering.name_items(made)
    names = {one.line: one.id for one in made.spans}
    assert len(set(names.values())) == len(spans)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", name) for name in names.values())
    for one in spans:
        one.id = one.raw_id or ""
    shuffled = list(spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = reading(shuffled).annotations
    ordering.name_items(again)
    assert {one.line: one.id for one in again.spans} == names
