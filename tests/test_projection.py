"""[projection] and [map]: what a tool exported becomes the layers of the scheme, and every loss is counted."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import codes, quick, reading, span
from standoff.annotations import Reading
from standoff.annotations.brat import reader as brat
from standoff.corpus import scheme
from standoff.layers import projection
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

from conftest import Run

FILE = """\
T1\tPerson 0 1\ta
T2\tPerson 2 3\tb
T3\tSays 4 5\tc
T4\tWords 6 7\td
T5\tLikes 8 9\te
T6\tPerson 10 11\tf
T7\tDate 12 13\tg
T8\tHit 14 15\th
E1\tSays:T3 Who:T1 What:T4
E2\tLikes:T5 Holder:T1 Target:T2
E3\tHit:T8 Who:T1
A1\tAct E1 DENY
A2\tPolarity E2 AGAINST
A3\tExplicit E2 yes
A4\tDoubt E2
A5\tForm T1 name
A6\tCertain E3 CT-
A7\tMode E1 direct
A8\tHypothetical E3 future
R1\tCoref Arg1:T1 Arg2:T2
*\tEquiv T2 T6
R2\tNear Arg1:T1 Arg2:T6
N1\tReference T1 Wikidata:Q1\tA
#1\tAnnotatorNotes T1\tnote
"""

SCHEME: dict[str, Any] = {
    "version": 1,
    "spans": {"time": {"DATE": "x"}},
    "projection": {
        "spans": {"Date": {"kind": "time", "label": "DATE"}, "Words": {"kind": "content", "label": "CONTENT"}},
        "events": {
            "Says": {
                "layer": "attributions", "act": "Act", "mode": "Mode", "roles": {"Who": "source", "What": "content"},
            },
            "Likes": {
                "layer": "stance", "label": "Polarity", "explicit": "Explicit",
                "roles": {"Holder": "holder", "Target": "target"},
            },
        },
        "relations": {"Coref": {"layer": "entities"}, "Equiv": {"layer": "entities"}},
        "attributes": {
            "Form": {"field": "form"}, "Certain": {"field": "factuality"}, "Hypothetical": {"field": "irrealis"},
        },
    },
}  # fmt: skip


def read(text: str = FILE) -> Reading:
    found = brat.read(text.encode(), "d", "a1", "d.ann")
    assert found.findings == []
    return found


def projected(text: str = FILE) -> Reading:
    found = read(text)
    projection.project(found, scheme.of(SCHEME))
    return found


def test_an_event_becomes_an_attribution() -> None:
    made = projected().annotations
    (attribution,) = made.attributions
    assert (attribution.id, attribution.source, attribution.source_span) == ("E1", "T1", "T1")
    assert (attribution.cues, attribution.contents) == (["T3"], ["T4"])
    assert (attribution.act, attribution.mode, attribution.attributes) == ("DENY", "direct", [])
    kinds = {one.id: (one.kind, one.label) for one in made.spans}
    assert (kinds["T3"], kinds["T4"], kinds["T7"]) == (("cue", "CUE"), ("content", "CONTENT"), ("time", "DATE"))


def test_an_event_becomes_a_stance() -> None:
    (stance,) = projected().annotations.stance
    assert (stance.id, stance.holder, stance.target, stance.label) == ("E2", "T1", "T2", "AGAINST")
    assert (stance.explicit, stance.evidence, stance.attributes) == (True, ["T5"], [("Doubt", "true")])


def test_a_stance_is_the_authors_where_the_projection_has_no_role_for_a_holder() -> None:
    likes = {**SCHEME["projection"]["events"]["Likes"], "roles": {"Target": "target"}}
    found = read(FILE.replace("Holder:T1 ", ""))
    projection.project(found, scheme.of({"version": 1, "projection": {"events": {"Likes": likes}}}))
    assert [(stance.holder, stance.target) for stance in found.annotations.stance] == [("author", "T2")]
    assert found.findings == []


def test_coreference_and_equiv_become_one_entity() -> None:
    made = projected().annotations
    assert [sorted(entity.mentions) for entity in made.entities] == [["T1", "T2", "T6"]]
    assert (made.entities[0].label, made.entities[0].derived) == ("Person", False)
    assert [relation.id for relation in made.relations] == ["R2"]


def test_attributes_become_fields() -> None:
    made = projected().annotations
    assert made.spans[0].form == "name"
    (event,) = made.events
    assert (event.factuality, event.irrealis, event.attributes) == ([("author", "CT-")], "future", [])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Who:T1 What:T4", "Whom:T1 What:T4", "E402"),
        ("Who:T1 What:T4", "Who:T1 Who2:T2 What:T4", "E402"),
        ("A2\tPolarity E2 AGAINST\n", "", "E404"),
        (" Target:T2", "", "E404"),
        ("Holder:T1 ", "", "E404"),
    ],
)
def test_what_does_not_fit_the_projection_is_a_finding(old: str, new: str, code: str) -> None:
    assert old in FILE
    assert codes(projected(FILE.replace(old, new))) == [code]


def test_what_is_not_projected_stays_what_it_was() -> None:
    found = read()
    before = [(name, [item.id for item in getattr(found.annotations, name)]) for name in ITEM_LISTS]
    projection.project(found, scheme.of({"version": 1}))
    assert [(name, [item.id for item in getattr(found.annotations, name)]) for name in ITEM_LISTS] == before
    assert found.findings == []


def sample() -> Annotations:
    """Every layer, with every kind of reference to the mention m1."""
    return reading(
        [span("m1", (0, 1), label="A"), span("m2", (2, 3), label="B"), span("t1", (4, 5), kind="trigger", label="E"),
         span("c1", (6, 7), kind="content", label="CONTENT"), span("c2", (8, 9), kind="content", label="CONTENT")],
        entities=[Entity(id="e1", label="A", mentions=["m1"]), Entity(id="e2", label="B", mentions=["m1", "m2"])],
        events=[
            Event(id="ev1", label="E", trigger="t1", arguments=[Argument("R", "e1"), Argument("R", "e2", "m1")],
                  factuality=[("author", "CT+"), ("e1", "CT-")]),
            Event(id="ev2", label="F", evidence="m1"),
        ],
        attributions=[
            Attribution(id="at1", source="e1", contents=["c1"], act="SAY"),
            Attribution(id="at2", source="e2", contents=["c2"], act="DENY", parent="at1"),
            Attribution(id="at3", contents=["c1", "c2"], act="SAY"),
        ],
        stance=[Stance(id="s1", holder="e2", target="ev2", label="FOR"),
                Stance(id="s2", holder="author", target="e2", label="FOR")],
        relations=[Relation(id="r1", label="Near", arguments=[Argument("a", "m1"), Argument("b", "m2")])],
        normalizations=[Normalization(id="n1", target="m1", resource="W", ref="Q")],
        notes=[Note(id="no1", text="x", target="r1"), Note(id="no2", text="y")],
    ).annotations  # fmt: skip


def size(made: Annotations) -> int:
    return sum(len(getattr(made, name)) for name in ITEM_LISTS)


def items_counted(counts: Counter[str]) -> int:
    """Return how many items were counted; arguments and factuality values are parts of items."""
    return sum(number for what, number in counts.items() if not what.startswith(("arguments ", "factuality ")))


def mapped(made: Annotations, **tables: dict[str, Any]) -> Counter[str]:
    return projection.rename(made, scheme.of({"version": 1, "map": tables}), imported=True)


def test_a_label_is_renamed_and_counted() -> None:
    made = sample()
    counts = mapped(made, spans={"A": "B"}, attributions={"SAY": "STATE"}, stance={"FOR": "PRO"})
    assert [one.label for one in made.spans[:2]] == ["B", "B"]
    assert [one.act for one in made.attributions] == ["STATE", "DENY", "STATE"]
    assert counts == Counter({"spans A -> B": 1, "attributions SAY -> STATE": 2, "stance FOR -> PRO": 2})


def test_a_dropped_item_takes_with_it_what_cannot_stand_without_it() -> None:
    made = sample()
    counts = mapped(made, spans={"A": False})
    left = {name: [item.id for item in getattr(made, name)] for name in ITEM_LISTS}
    assert left == {
        "spans": ["m2", "t1", "c1", "c2"],
        "entities": ["e2"],
        "events": ["ev1"],
        "attributions": ["at3"],
        "stance": ["s2"],
        "relations": [],
        "normalizations": [],
        "notes": ["no2"],
    }
    assert made.entities[0].mentions == ["m2"]
    assert made.events[0].factuality == [("author", "CT+")]
    assert counts["spans A -> dropped"] == 1
    assert items_counted(counts) == size(sample()) - size(made)
    assert counts["arguments dropped with what they depend on"] == 2
    assert counts["factuality values dropped with what they depend on"] == 1


ids = ["m1", "m2", "t1", "c1", "e1", "e2", "ev1", "at1", "at2", "s1", "r1"]


@quick
@given(st.sets(st.sampled_from(ids), min_size=1, max_size=4))
def test_items_in_are_items_left_and_items_counted_and_no_reference_dangles(dropped: set[str]) -> None:
    made, counts = sample(), Counter[str]()
    projection.drop(made, set(dropped), counts)
    assert size(sample()) == size(made) + items_counted(counts) + len(dropped)
    known = {item.id for name in ITEM_LISTS for item in getattr(made, name)} | {"author"}
    used = {name for entity in made.entities for name in entity.mentions}
    used |= {a.filler for event in made.events for a in event.arguments} | {event.trigger for event in made.events}
    used |= {source for event in made.events for source, _ in event.factuality}
    used |= {name for one in made.attributions for name in (one.source, one.parent, *one.contents)}
    used |= {name for one in made.stance for name in (one.holder, one.target)}
    used |= {a.filler for relation in made.relations for a in relation.arguments}
    used |= {one.target for one in [*made.normalizations, *made.notes]}
    assert used - known - {None} == set()


def test_dropping_items_without_an_id_drops_no_others(
    corpus: Callable[[dict[str, str]], Path], run: Run, tmp_path: Path
) -> None:
    """Equiv lines, notes and clusters have no id in the file."""
    settings = (
        'version = 1\n[entities]\nX = "x"\nY = "y"\n[relations.Equiv]\n'
        '[relations.Equiv.roles]\nMember = { fillers = ["any"] }\n'
    )
    lines = "T1\tX 0 1\ta\nT2\tX 2 3\tb\nT3\tY 4 5\tc\n*\tEquiv T1 T2\n*\tEquiv T2 T3\n#1\tNote T1\tnote\n# remark\n"
    tables = {
        "[map.relations]\nEquiv = false\n": {"relations Equiv -> dropped": 2},
        '[map.entities]\nX = false\n[projection.relations]\nEquiv = { layer = "entities" }\n': {
            "entities X -> dropped": 1,
            "relations Equiv -> entities": 2,
        },
    }
    for number, (table, counts) in enumerate(tables.items()):
        root = corpus({"raw/d.txt": "a b c", "scheme.toml": settings + table, "annotations/a1/d.ann": lines})
        status, out, err = run("build", root, "--out", tmp_path / str(number))
        assert status == 0, out + err
        release = tmp_path / str(number) / "dev"
        (row,) = pq.read_table(release / "documents").to_pylist()
        assert sorted(note["text"] for note in row["notes"]) == ["note", "remark"]
        assert [span["id"] for span in row["spans"]] == ["T1", "T2", "T3"]
        assert json.loads((release / "manifest.json").read_text())["left_out"]["mapped"] == counts


def test_mentions_in_no_cluster_become_derived_singletons_where_entities_are_annotated() -> None:
    made = projected(FILE + "T20\tPerson 16 17\ti\n").annotations
    made.layers = ["spans", "entities"]
    before = len(made.entities)
    projection.add_singletons(made)
    derived = made.entities[before:]
    assert [(entity.mentions, entity.label, entity.derived) for entity in derived] == [(["T20"], "Person", True)]
    projection.add_singletons(made)
    assert len(made.entities) == before + 1
    clustered = sorted(name for entity in made.entities for name in entity.mentions)
    assert clustered == sorted(one.id for one in made.spans if one.kind == "mention")


def test_without_clusters_or_holders_nothing_is_derived() -> None:
    made = read("T1\tPerson 0 1\ta\n").annotations
    projection.add_singletons(made)
    assert made.entities == []


def test_a_bare_mention_as_holder_becomes_a_derived_entity_and_is_named() -> None:
    made = reading(
        [span("m1", (0, 1)), span("m2", (2, 3))],
        stance=[Stance(id="s1", holder="m1", target="m2", label="FOR")],
        attributions=[Attribution(id="a", source="m2", contents=[])],
    ).annotations
    projection.add_singletons(made)
    for number, entity in enumerate(made.entities, 1):
        entity.id = f"e{number}"
    projection.refer_to_entities(made)
    assert [(entity.mentions, entity.derived) for entity in made.entities] == [(["m1"], True), (["m2"], True)]
    assert (made.stance[0].holder, made.stance[0].target) == ("e1", "e2")
    assert (made.attributions[0].source, made.attributions[0].source_span) == ("e2", "m2")


def test_the_clusters_do_not_depend_on_the_order_of_the_links() -> None:
    pairs = [("T1", "T2"), ("T6", "T2"), ("T7", "T8"), ("T1", "T6")]
    lines = FILE.splitlines()[:8]
    for seed in range(6):
        random.Random(seed).shuffle(pairs)
        text = "\n".join([*lines, *(f"R{n}\tCoref Arg1:{a} Arg2:{b}" for n, (a, b) in enumerate(pairs, 1))])
        entities = projected(text).annotations.entities
        assert sorted(sorted(entity.mentions) for entity in entities) == [["T1", "T2", "T6"], ["T7", "T8"]]


BRAT_SCHEME = scheme.of(
    {
        "version": 1,
        "projection": {
            "events": {"Says": {"layer": "attributions", "roles": {"Who": "source", "What": "content"}, "act": "Act"}},
            "relations": {"Coref": {"layer": "entities"}},
        },
    }
)
LINKED = b"T1\tX 0 1\ta\nT2\tX 2 3\tb\nT3\tX 4 5\tc\n"


def test_links_that_become_one_entity_are_counted_and_leave_it_their_attributes() -> None:
    data = LINKED + b"R1\tCoref A:T1 B:T2\nR2\tCoref A:T2 B:T3\nA1\tSure R2 no\n"
    reading = brat.read(data, "d", "a1", "d.ann")
    assert projection.project(reading, BRAT_SCHEME) == {"relations Coref -> entities": 2}
    (entity,) = reading.annotations.entities
    assert (sorted(entity.mentions), entity.attributes) == (["T1", "T2", "T3"], [("Sure", "no")])


def test_a_second_value_of_an_attribute_that_becomes_a_field_is_a_finding() -> None:
    data = LINKED + b"E1\tSays:T1 Who:T2 What:T3\nA1\tAct E1 STATE\nA2\tAct E1 DENY\n"
    reading = brat.read(data, "d", "a1", "d.ann")
    projection.project(reading, BRAT_SCHEME)
    assert [finding.code for finding in reading.findings] == ["E409"]


def test_factuality_that_goes_with_a_dropped_source_is_counted() -> None:
    annotations = Annotations("d", "a1", "d.json", "")
    annotations.entities = [Entity(id="e1", label="X", mentions=["m1"])]
    annotations.events = [Event(id="v1", label="Y", trigger="t1", factuality=[("author", "CT+"), ("e1", "CT-")])]
    counts: Counter[str] = Counter()
    projection.drop(annotations, {"e1"}, counts)
    assert annotations.events[0].factuality == [("author", "CT+")]
    assert counts["factuality values dropped with what they depend on"] == 1
