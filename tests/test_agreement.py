"""`standoff agreement`: properties of the whole report, and the command on releases that are built for it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from standoff.audit import agreement, gamma, spans
from standoff.audit.views import LAYERS, View

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
LABELS = ("PERSON", "PLACE", "ORG")


def span(name: str, start: int, end: int, label: str = "PERSON", kind: str = "mention") -> dict[str, Any]:
    return {"id": name, "kind": kind, "label": label, "fragments": [{"start": start, "end": end}]}


def event(name: str, trigger: str, label: str, filler: str, value: str) -> dict[str, Any]:
    return {
        "id": name, "label": label, "trigger": trigger, "evidence": None,
        "arguments": [
            {"role": "Agent", "filler": filler, "span": None}, {"role": "Place", "filler": None, "span": None},
        ],
        "factuality": [{"source": "author", "value": value}],
    }  # fmt: skip


def view(doc_id: str, annotator: str, seed: int) -> View:
    """Return a seeded view with nested spans, clusters, events, attributions and stance."""
    rng = random.Random(seed)
    mentions = []
    for number in range(24):
        start = rng.randrange(0, 900)
        mentions.append(span(f"m{number}", start, start + rng.randint(1, 40), rng.choice(LABELS)))
    triggers = [span(f"t{n}", 60 * n, 60 * n + 8, rng.choice(("ATTACK", "MEET")), "trigger") for n in range(6)]
    said = [span(f"c{n}", 200 * n, 200 * n + rng.randint(50, 60), "CONTENT", "content") for n in range(3)]
    entities = [{"id": f"e{n}", "label": "PERSON", "mentions": [f"m{3 * n + k}" for k in range(3)]} for n in range(8)]
    events = [
        event(f"v{n}", f"t{n}", triggers[n]["label"], f"e{rng.randrange(8)}", rng.choice(("CT+", "Uu")))
        for n in range(6)
    ]
    attributions = [{"id": f"a{n}", "source": f"e{n}", "cues": [], "contents": [f"c{n}"]} for n in range(3)]
    stance = [
        {"id": f"s{n}", "holder": "author", "target": f"e{n}", "label": rng.choice(("FAVOR", "AGAINST"))}
        for n in range(4)
    ]
    rows = dict(zip(LAYERS, ([*mentions, *triggers, *said], entities, events, attributions, stance), strict=True))
    return View(doc_id, annotator, 1000, frozenset(LAYERS), rows, {"topic": rng.choice(("war", "vote"))})


def jittered(one: View, annotator: str, seed: int) -> View:
    """Return another annotator's view: some spans moved, some relabelled, some left out of their clusters."""
    rng = random.Random(seed)
    changed = []
    for each in one.rows["spans"]:
        piece = each["fragments"][0]
        end = piece["end"] + (rng.random() < 0.2)
        label = rng.choice(LABELS) if each["kind"] == "mention" and rng.random() < 0.2 else each["label"]
        changed.append(span(each["id"], piece["start"], end, label, each["kind"]))
    entities = [{**each, "mentions": each["mentions"][: rng.randint(1, 3)]} for each in one.rows["entities"]]
    rows = {**one.rows, "spans": changed, "entities": entities, "stance": one.rows["stance"][1:]}
    return View(one.doc_id, annotator, one.size, one.layers, rows, {"topic": rng.choice(("war", "vote"))})


def pair(annotators: tuple[str, str] = ("a1", "a2"), documents: int = 5) -> list[View]:
    ones = [view(f"d{n}", annotators[0], n) for n in range(documents)]
    return [*ones, *(jittered(one, annotators[1], 100 + n) for n, one in enumerate(ones))]


def values(report: dict[str, Any], between: str = "mean") -> dict[tuple[Any, ...], Any]:
    return {
        (row["layer"], row["label"], row["measure"]): (row["value"], row.get("low"), row.get("high"), row["documents"])
        for row in report["measures"]
        if row["between"] == between and "documents" in row
    }


def test_identical_work_agrees_wholly() -> None:
    ones = [view(f"d{n}", "a1", n) for n in range(4)]
    report = agreement.agreement([*ones, *(replace(one, annotator="a2") for one in ones)], bootstrap=20)
    found = {key: value[0] for key, value in values(report).items()}
    assert {key for key, value in found.items() if value not in (1.0, None)} == set()
    assert found["entities", None, "LEA"] == found["stance", None, "holder and target"] == 1.0
    assert found["attributions", None, "cue"] is None, "nobody marked a cue"
    assert all(row["first"] == row["second"] for each in report["confusions"] for row in each["spans"])


def test_the_order_of_annotators_makes_no_difference() -> None:
    one = agreement.agreement(pair(("a1", "a2")), bootstrap=30)
    other = agreement.agreement(pair(("z1", "a2")), bootstrap=30)
    assert one["pairs"] == [["a1", "a2"]]
    assert other["pairs"] == [["a2", "z1"]]
    assert values(one) == values(other)
    assert values(one, "all") == values(other, "all")
    assert 0 < values(one)["spans", None, "exact"][0] < values(one)["spans", None, "relaxed"][0] < 1
    turned = {(row["second"], row["first"]): row["times"] for row in other["confusions"][0]["spans"]}
    assert {(row["first"], row["second"]): row["times"] for row in one["confusions"][0]["spans"]} == turned


def test_other_words_for_the_labels_make_no_difference() -> None:
    words = {"PERSON": "P", "PLACE": "Z", "ORG": "A", "ATTACK": "M", "MEET": "B", "CONTENT": "C"}
    renamed = []
    for each in pair():
        rows = {
            layer: [{**row, "label": words[row["label"]]} if row.get("label") in words else row for row in found]
            for layer, found in each.rows.items()
        }
        renamed.append(replace(each, rows=rows))
    before, after = values(agreement.agreement(pair())), values(agreement.agreement(renamed))
    assert {key: value for key, value in before.items() if not key[1]} == {
        key: value for key, value in after.items() if not key[1]
    }
    assert before["spans", "mention PLACE", "alpha"] == after["spans", "mention Z", "alpha"]


def test_a_document_without_annotations_or_of_one_alone_changes_nothing() -> None:
    unfinished = [View("x", name, 500, frozenset(), {layer: [] for layer in LAYERS}) for name in ("a1", "a2")]
    before = agreement.agreement(pair(), bootstrap=0)
    assert values(agreement.agreement([*pair(), *unfinished], bootstrap=0)) == values(before)
    alone = agreement.agreement([*pair(), view("y", "a1", 77)], bootstrap=25)
    assert values(alone) == values(agreement.agreement(pair(), bootstrap=25)), "intervals too"


def test_an_empty_layer_counts_and_an_unfinished_one_does_not() -> None:
    ones = [view("d0", "a1", 0), replace(view("d0", "a2", 0), rows={layer: [] for layer in LAYERS})]
    found = values(agreement.agreement(ones, bootstrap=0))
    assert found["spans", None, "exact"] == (0.0, None, None, 1)
    assert found["spans", "mention PERSON", "alpha"][0] < 0
    partly = [ones[0], replace(ones[1], layers=frozenset({"spans"}))]
    assert {key[0] for key in values(agreement.agreement(partly, bootstrap=0))} == {"spans"}


def test_no_variation_is_null_with_a_reason() -> None:
    ones = [view("d0", name, 0) for name in ("a1", "a2")]
    for each in ones:
        each.rows["events"] = [{**row, "label": "ATTACK"} for row in each.rows["events"]]
    rows = agreement.agreement(ones)["measures"]
    found = next(row for row in rows if row["measure"] == "type" and row["between"] == "mean")
    assert (found["value"], found["reason"], found["units"]) == (None, "no variation", 6)
    topic = next(row for row in rows if row["layer"] == "documents" and row["measure"] == "AC1")
    assert (topic["value"], topic["reason"]) == (None, "no variation")


def test_three_annotators() -> None:
    ones = pair()
    third = [jittered(one, "a3", 200 + n) for n, one in enumerate(ones[:3])]
    report = agreement.agreement([*ones, *third], bootstrap=50)
    assert report["pairs"] == [["a1", "a2"], ["a1", "a3"], ["a2", "a3"]]
    assert [each["spans"] for each in report["shared"]] == [5, 3, 3]
    refused = next(row for row in report["measures"] if row["measure"] == "alpha_u")
    assert refused["value"] is None
    assert "defined for two" in refused["reason"]
    of_pairs = [row["value"] for row in report["measures"] if row["measure"] == "exact" and not row["label"]]
    assert of_pairs[3] == pytest.approx(sum(of_pairs[:3]) / 3, abs=1e-5), "the mean comes last"


def test_alpha_of_all_is_krippendorff_s_over_the_characters() -> None:
    from standoff.audit.alpha import alpha

    ones = pair(documents=2)
    views = [*ones, *(jittered(one, "a3", 300 + n) for n, one in enumerate(ones[:2]))]
    units = []
    for doc_id in ("d0", "d1"):
        sides = [each for each in views if each.doc_id == doc_id]
        for place in range(1000):
            units.append([
                any(s["label"] == "ORG" and s["fragments"][0]["start"] <= place < s["fragments"][0]["end"]
                    for s in side.rows["spans"])
                for side in sides
            ])  # fmt: skip
    found = values(agreement.agreement(views, bootstrap=0), "all")
    assert found["spans", "mention ORG", "alpha"][0] == pytest.approx(alpha(units), abs=1e-6)


def test_attributes_of_documents() -> None:
    found = values(agreement.agreement(pair(documents=12), bootstrap=50), "all")
    for measure in ("agreement", "alpha", "Cohen", "Fleiss", "AC1"):
        value, low, high, documents = found["documents", "topic", measure]
        assert low <= value <= high
        assert documents == 12


def test_confusions_name_what_was_missed() -> None:
    one, other = view("d0", "a1", 0), view("d0", "a2", 0)
    one.rows["spans"] = [span("m0", 0, 5), span("m1", 10, 20, "PLACE"), span("m2", 10, 20, "ORG")]
    other.rows["spans"] = [span("m0", 1, 5, "ORG"), span("m1", 10, 20, "ORG"), span("m2", 30, 31, "ORG")]
    assert dict(spans.confusion(one, other)) == {
        ("mention PERSON", "mention ORG"): 1,
        ("mention ORG", "mention ORG"): 1,
        ("mention PLACE", "missed"): 1,
        ("missed", "mention ORG"): 1,
    }


TEXT = "Bridge falls\n\nMara Voss met Ilo Tern in Kassar on Monday.\n"
FIRST = "T1\tPERSON 14 23\tMara Voss\nT2\tPERSON 28 36\tIlo Tern\nT3\tPLACE 40 46\tKassar\n"
SECOND = "T1\tPERSON 14 23\tMara Voss\nT2\tORG 28 36\tIlo Tern\n"
FILES: dict[str, str | bytes] = {
    "corpus.toml": '[annotations]\npublish = ["gold", "a1"]\n',
    "raw/a.txt": TEXT,
    "annotations/a1/a.ann": FIRST,
    "annotations/a2/a.ann": SECOND,
}


def release_of(corpus: Corpus, run: Run, tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    status, _, err = run("build", corpus(files), "--out", tmp_path / "dist")
    assert status == 0, err
    return tmp_path / "dist/dev"


def test_the_command_prints_tables_for_people(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    status, out, err = run("agreement", release_of(corpus, run, tmp_path, FILES))
    assert (status, err) == (0, "")
    assert out.startswith("a1 – a2: shared documents: spans 1\n")
    assert "mention PERSON" in out
    assert "0.400" in out, "exact F1: one span of three and one of two"
    assert all(len(line) <= 120 for line in out.splitlines())


def test_the_command_prints_one_json_object(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = release_of(corpus, run, tmp_path, FILES)
    status, out, _ = run("agreement", release, "--json", "--annotators", "a2,a1", "--bootstrap", "0")
    shown = json.loads(out)
    assert (status, shown["annotators"], shown["bootstrap"]) == (0, ["a1", "a2"], 0)
    exact = next(row for row in shown["measures"] if row["measure"] == "exact" and row["label"] is None)
    assert exact == {
        "layer": "spans", "label": None, "measure": "exact", "between": ["a1", "a2"],
        "value": 0.4, "low": None, "high": None, "documents": 1, "units": 5,
    }  # fmt: skip
    assert run("agreement", release, "--json")[1] == run("agreement", release, "--json")[1]


def test_gold_is_compared_with_each(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = release_of(corpus, run, tmp_path, {**FILES, "annotations/gold/a.ann": FIRST})
    shown = json.loads(run("agreement", release, "--json", "--gold")[1])
    assert shown["pairs"] == [["a1", "gold"], ["a2", "gold"]]
    exact = [row["value"] for row in shown["measures"] if row["measure"] == "exact" and row["label"] is None]
    assert exact == [1.0, 0.4, 0.7]


@pytest.mark.parametrize(
    ("files", "arguments", "expected"),
    [
        ({"annotations/a2/a.ann": ""}, [], "finished no layer of the same document"),
        ({}, ["--annotators", "a1"], "only a1 is there to compare"),
        ({}, ["--gold"], "has no gold"),
    ],
)
def test_where_nobody_can_be_compared_a_line_says_so(
    corpus: Corpus, run: Run, tmp_path: Path, files: dict[str, str | bytes], arguments: list[str], expected: str
) -> None:
    status, out, err = run("agreement", release_of(corpus, run, tmp_path, {**FILES, **files}), *arguments)
    assert (status, err) == (0, "")
    assert expected in out
    assert len(out.splitlines()) == 1


def test_gamma_on_request(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = release_of(corpus, run, tmp_path, FILES)
    assert "gamma" not in run("agreement", release)[1]
    status, out, err = run("agreement", release, "--gamma")
    assert (status, err) == (0, "")
    assert re.search(r"^ +gamma +0\.\d{3} ", out, re.MULTILINE)
    rows = json.loads(run("agreement", release, "--gamma", "--json")[1])["measures"]
    found = [row for row in rows if row["measure"] == "gamma"]
    assert [row["between"] for row in found] == [["a1", "a2"], "mean", "all"]
    assert {(row["value"], row["documents"], row["units"]) for row in found} == {(found[0]["value"], 1, 5)}


def test_gamma_of_three_annotators_aligns_all_of_them_at_once() -> None:
    ones = pair(documents=1)
    report = agreement.agreement([*ones, jittered(ones[0], "a3", 200)], bootstrap=0, with_gamma=True)
    rows = [row for row in report["measures"] if row["measure"] == "gamma"]
    assert [row["between"] for row in rows] == [["a1", "a2"], ["a1", "a3"], ["a2", "a3"], "mean", "all"]
    assert 0 < rows[-1]["value"] < 1
    assert rows[-1]["value"] != rows[-2]["value"]
    assert rows[-1]["units"] == 3 * len(ones[0].rows["spans"])


def test_without_the_extra_a_line_says_what_gamma_needs(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gamma, "find_spec", lambda name: None)
    status, out, err = run("agreement", release_of(corpus, run, tmp_path, FILES), "--gamma")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert 'pip install "standoff[gamma]"' in err


def test_wrong_usage(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    release = release_of(corpus, run, tmp_path, FILES)
    status, out, err = run("agreement", release, "--annotators", "a1,b2")
    assert (status, out) == (2, "")
    assert "there is no annotator 'b2'" in err
    assert run("agreement", release, "--bootstrap", "-1")[0] == 2
    assert run("agreement", tmp_path)[0] == 3
    shard = next((release / "annotations").glob("*.parquet"))
    shard.write_bytes(shard.read_bytes()[:100])
    status, out, err = run("agreement", release)
    assert (status, out) == (3, "")
    assert "cannot be read" in err


def test_a_withheld_document_counts_by_its_offsets(run: Run, tmp_path: Path) -> None:
    assert run("build", ROOT / "corpus", "--out", tmp_path)[0] == 0
    shown = json.loads(run("agreement", tmp_path / "dev", "--gold", "--json", "--bootstrap", "0")[1])
    gold = {path.stem for path in (ROOT / "corpus/annotations/gold").iterdir()}
    first = {path.stem for path in (ROOT / "corpus/annotations/a1").iterdir()}
    assert (ROOT / "corpus/withheld/militia-revenge-2021.json").is_file()
    assert "militia-revenge-2021" in gold & first
    shared = {tuple(each["between"]): each["spans"] for each in shown["shared"]}
    assert shared["a1", "gold"] == len(gold & first)


def test_control_characters_of_a_label_are_shown_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    from standoff.cli.agreement import _print

    ones = pair(documents=1)
    ones[1].rows["spans"][0]["label"] = "\x1b[31m\u202ered\n"
    _print(agreement.agreement(ones, bootstrap=0), False)
    out = capsys.readouterr().out
    assert "\\x1b[31m\\u202ered\\n" in out
    assert not {"\x1b", "\u202e"} & set(out)
