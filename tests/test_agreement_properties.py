"""Whatever annotators do, every measure is symmetric, blind to the words for labels, and 1 for identical work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.audit import agreement
from standoff.audit.views import LAYERS, View
from test_agreement import span, values

LABELS = ("PERSON", "PLACE", "ATTACK", "CT+", "Uu", "war", "vote")
SIZE = 60

places = st.tuples(st.integers(0, SIZE - 12), st.integers(1, 11)).map(lambda found: (found[0], sum(found)))
subsets = st.lists(st.integers(0, 5), max_size=3, unique=True)


@st.composite
def views(draw: st.DrawFn, doc_id: str, annotator: str) -> View:
    """Return one annotator's work on one document: spans of all kinds, and items in every layer that refer to them."""
    label = st.sampled_from(LABELS[:3])
    mentions = [span(f"m{n}", *draw(places), draw(label)) for n in range(draw(st.integers(0, 6)))]
    names = [each["id"] for each in mentions]
    triggers = [span(f"t{n}", *draw(places), draw(label), "trigger") for n in range(draw(st.integers(0, 2)))]
    said = [span(f"c{n}", *draw(places), "CONTENT", "content") for n in range(draw(st.integers(0, 2)))]
    cluster = [draw(st.integers(0, 2)) for _ in names]
    entities = [
        {"id": f"e{n}", "label": "PERSON", "mentions": [m for m, k in zip(names, cluster, strict=True) if k == n]}
        for n in sorted(set(cluster))
    ]
    anything = st.sampled_from([*names, *(e["id"] for e in entities), None])
    events = [
        {
            "id": f"v{n}", "label": draw(label), "trigger": each["id"], "evidence": None,
            "arguments": [{"role": "Agent", "filler": draw(anything), "span": None}],
            "factuality": [{"source": "author", "value": draw(st.sampled_from(LABELS[3:5]))}],
        }
        for n, each in enumerate(triggers)
    ]  # fmt: skip
    sources = st.sampled_from([None, *(e["id"] for e in entities)])
    attributions = [
        {"id": f"a{n}", "source": draw(sources), "cues": [], "contents": [each["id"]]} for n, each in enumerate(said)
    ]
    stance = [
        {"id": f"s{n}", "holder": "author", "target": each["id"], "label": draw(label)}
        for n, each in enumerate(entities)
        if draw(st.booleans())
    ]
    rows = dict(zip(LAYERS, ([*mentions, *triggers, *said], entities, events, attributions, stance), strict=True))
    finished = frozenset(LAYERS) if draw(st.integers(0, 4)) else frozenset({"spans"})
    return View(doc_id, annotator, SIZE, finished, rows, {"topic": draw(st.sampled_from(LABELS[5:]))})


def work(*annotators: str, documents: int = 2) -> st.SearchStrategy[list[View]]:
    """Return the work of some annotators on some documents."""
    return st.tuples(*(views(f"d{n}", who) for n in range(documents) for who in annotators)).map(list)


def report(found: list[View], *, with_gamma: bool = True) -> dict[str, Any]:
    return agreement.agreement(found, bootstrap=3, with_gamma=with_gamma)


def turned(found: list[View], annotators: dict[str, str]) -> list[View]:
    """Return the same work by annotators with other names, and so in another order."""
    return [replace(each, annotator=annotators[each.annotator]) for each in found]


def renamed(found: Any, words: dict[str, str]) -> Any:
    """Return rows, or attributes, with other words for the labels and values."""
    if isinstance(found, dict):
        return {key: renamed(value, words) for key, value in found.items()}
    if isinstance(found, list):
        return [renamed(each, words) for each in found]
    return words.get(found, found) if isinstance(found, str) else found


@settings(max_examples=25, deadline=None)
@given(work("a1", "a2", "a3"))
def test_annotators_may_change_places(found: list[View]) -> None:
    others = turned(found, {"a1": "b3", "a2": "b2", "a3": "b1"})
    one, other = report(found, with_gamma=False), report(others, with_gamma=False)
    assert values(one) == values(other)
    assert values(one, "all") == values(other, "all")


@settings(max_examples=10, deadline=None)
@given(work("a1", "a2"))
def test_two_annotators_may_change_places_in_gamma_too(found: list[View]) -> None:
    assert values(report(found)) == values(report(turned(found, {"a1": "b2", "a2": "b1"})))


@settings(max_examples=3, deadline=None)
@given(work("a1", "a2", "a3", documents=1))
def test_three_annotators_may_change_places_in_gamma_too(found: list[View]) -> None:
    one, other = report(found), report(turned(found, {"a1": "b2", "a2": "b3", "a3": "b1"}))
    assert values(one, "all")["spans", None, "gamma"] == values(other, "all")["spans", None, "gamma"]


@settings(max_examples=25, deadline=None)
@given(work("a1", "a2"), st.permutations(LABELS))
def test_labels_may_have_other_names(found: list[View], order: list[str]) -> None:
    words = dict(zip(LABELS, order, strict=True))
    changed = [
        replace(each, rows=renamed(each.rows, words), attributes=renamed(each.attributes, words)) for each in found
    ]
    one, other = values(report(found)), values(report(changed))
    assert {key: value for key, value in one.items() if not key[1]} == {k: v for k, v in other.items() if not k[1]}
    for (layer, label, measure), value in one.items():
        if label and layer == "spans":
            kind, _, word = label.partition(" ")
            assert other[layer, f"{kind} {words.get(word, word)}", measure] == value


@settings(max_examples=25, deadline=None)
@given(work("a1"))
def test_identical_work_agrees_wholly_where_anything_can_be_said(found: list[View]) -> None:
    rows = report([*found, *(replace(each, annotator="a2") for each in found)])["measures"]
    assert {(row["measure"], row["value"]) for row in rows if row["value"] not in (1.0, None)} == set()
    assert all(row["reason"] for row in rows if row["value"] is None)
    exact = [row["value"] for row in rows if row["measure"] == "exact" and not row["label"]]
    assert exact[-1] == (1.0 if any(each.rows["spans"] for each in found) else None)


@settings(max_examples=25, deadline=None)
@given(work("a1", "a2"))
def test_no_value_is_above_one_and_no_f1_below_zero(found: list[View]) -> None:
    for row in report(found)["measures"]:
        if row["value"] is not None:
            assert row["value"] <= 1.0
            lowest = 0.0 if agreement.name_of(row).endswith("F1") or row["layer"] == "entities" else -float("inf")
            assert row["value"] >= lowest
            assert row["low"] is None or row["low"] <= row["high"]
