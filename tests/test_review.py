"""Adjudication: what is in dispute, what decisions become, and that nothing unsound or unasked for is written."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import native
from standoff.errors import ConfigError, InputError, OutputError
from standoff.review import api, decisions
from standoff.review.api import BadRequest
from standoff.review.case import Case
from standoff.review.decisions import Decision
from standoff.review.desk import Conflict, Desk, Refused, Undecided, checked
from standoff.review.pages import LARGEST, Press

import reviewcorpus as ferries
from conftest import Run

DOC = ferries.DOC
CHOICES = {"spans": "a2", "events": "a1", "stance": "a2"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return ferries.write(tmp_path / "corpus")


def gold_of(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / f"annotations/gold/{DOC}.json").read_text(encoding="utf-8"))
    return found


def decide(desk: Desk, key: str, choice: str | None, **more: Any) -> Case:
    case = desk.case(DOC)
    layer = more.pop("layer", None) or case.table.matters[key].layer
    return desk.decide(DOC, case.stamp, Decision(key, layer, choice, **more))


def decide_all(desk: Desk) -> Case:
    """Decide everything that is open: spans and stance by a2, events by a1; who has it not is not asked."""
    case = desk.case(DOC)
    while case.open:
        matter = case.table.matters[case.open[0]]
        wanted = CHOICES[matter.layer]
        case = decide(desk, matter.key, wanted if wanted in matter.values else next(iter(matter.values)))
    return case


def save(desk: Desk) -> Case:
    return desk.save(DOC, desk.case(DOC).stamp)


def by_id(file: dict[str, Any], layer: str) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in file[layer]}


def test_what_is_in_dispute_is_what_annotators_say_otherwise(root: Path) -> None:
    table = Desk(root).case(DOC).table
    found = {m.key: (m.layer, m.lacking, m.differing) for m in table.disputed}
    assert found == {
        "a2:x8": ("spans", ["a1"], []),
        "a1:m1": ("spans", [], ["fragments"]),
        "a1:m4": ("spans", [], ["label"]),  # its entity has the label of its mention: that is decided once
        "a1:t2": ("spans", ["a2"], []),
        "a1:ev1": ("events", [], ["subtype", "arguments"]),
        "a1:ev2": ("events", ["a2"], []),
        "a1:st1": ("stance", [], ["label"]),
    }
    assert table.keys["a2", "x1"] == "a1:m1"
    assert table.matters["a1:t2"].hosts == ["a1:ev2"]


def test_decisions_become_exactly_this_gold_file(root: Path) -> None:
    desk = Desk(root, by="r1")
    decide_all(desk)
    decide(desk, "a1:st1", "a2", note="He thanks them later.")
    case = save(desk)
    file = gold_of(root)
    assert case.state == "saved" and not case.open
    assert [s["id"] for s in file["spans"]] == ["x8", "x1", "t3", "v1", "m2", "m3", "t1", "x4", "m6", "t2", "m7", "m5"]
    spans = by_id(file, "spans")
    assert spans["x1"] == {
        "id": "x1", "kind": "mention", "label": "ORG", "exact": "dock union", **ferries.at("dock union"),
        "taken_from": {"a2": "x1"},
    }  # fmt: skip
    assert spans["m2"]["taken_from"] == {"a1": "m2", "a2": "m2"}
    assert spans["t2"]["taken_from"] == {"a1": "t2"}, "the trigger followed its event"
    assert by_id(file, "entities")["e1"]["mentions"] == ["x1"]
    assert by_id(file, "entities")["e4"] == {
        "id": "e4", "label": "FACILITY", "mentions": ["x4"], "taken_from": {"a2": "e4"}
    }  # fmt: skip
    events = by_id(file, "events")
    assert events["ev1"]["arguments"] == [{"role": "Thing", "filler": "e3"}, {"role": "Place", "filler": "e4"}]
    assert "subtype" not in events["ev1"]
    assert [a["filler"] for a in events["ev2"]["arguments"]] == ["m6", "m7"]
    assert file["stance"] == [
        {"id": "st1", "holder": "e1", "target": "e2", "label": "MIXED", "evidence": ["v1"], "taken_from": {"a2": "st1"}}
    ]
    assert file["notes"] == [{"id": "n1", "target": "st1", "kind": "ADJUDICATION", "text": "He thanks them later."}]
    assert file["attributes"] == {"topic": "accident"}
    (sitting,) = file["adjudication"]
    assert sitting["by"] == "r1" and sitting["of"] == {name: case.files[name] for name in ("a1", "a2")}


def test_gold_is_built_and_the_release_says_whose_it_was(root: Path, tmp_path: Path, run: Run) -> None:
    import pyarrow.parquet as pq

    desk = Desk(root, by="r1")
    decide_all(desk)
    save(desk)
    (root / "corpus.toml").write_text("[annotations]\npublish = ['gold']\n", encoding="utf-8")
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    release = tmp_path / "dist/dev"
    (row,) = pq.read_table(release / "documents").to_pylist()
    assert [(each["by"], [file["annotator"] for file in each["of"]]) for each in row["adjudication"]] == [
        ("r1", ["a1", "a2"])
    ]
    rows = pq.read_table(release / "provenance").to_pylist()
    found = {row["id"]: row for row in rows if row["annotator"] == "gold"}
    assert found["x1"]["taken_from"] == [{"annotator": "a2", "id": "x1"}]
    assert found["x1"]["edited"] is False
    assert run("verify", release)[0] == 0
    shown = run("where", release, DOC, "x1", "--annotator", "gold", "--corpus", root)[1]
    assert "taken from x1 of a2" in shown
    assert run("export", release, "--to", "native", "--annotator", "gold", "--out", tmp_path / "native")[0] == 0
    back = json.loads((tmp_path / f"native/annotations/gold/{DOC}.json").read_text(encoding="utf-8"))
    assert back["adjudication"] == gold_of(root)["adjudication"]


def test_anchoring_keeps_what_an_adjudication_has_written(root: Path, run: Run) -> None:
    desk = Desk(root)
    decide_all(desk)
    save(desk)
    before = (root / f"annotations/gold/{DOC}.json").read_bytes()
    (root / "corpus.toml").write_text("[annotations]\npublish = ['gold']\n", encoding="utf-8")
    assert run("anchor", root, "--write")[0] == 0
    assert (root / f"annotations/gold/{DOC}.json").read_bytes() == before


def test_a_mixture_takes_each_field_from_whom_one_likes(root: Path) -> None:
    desk = Desk(root)
    decide_all(desk)
    case = desk.case(DOC)
    picks = {"subtype": "accident", "arguments": [{"role": "Thing", "filler": "a1:e3"},
                                                  {"role": "Time", "filler": "a2:x8"}]}  # fmt: skip
    case.draft.decisions["a1:ev1"].choice = "a1"
    status, answer = api.decide(desk, DOC, {"stamp": case.stamp, "key": "a1:ev1", "choice": "own", "picks": picks})
    assert (status, answer["done"]) == (200, 7)
    save(desk)
    event = by_id(gold_of(root), "events")["ev1"]
    assert event["subtype"] == "accident"
    assert [(a["role"], a["filler"]) for a in event["arguments"]] == [("Thing", "e3"), ("Time", "x8")]
    assert event["edited"] is True and event["taken_from"] == {"a1": "ev1", "a2": "ev1"}


def test_items_are_edited_added_and_left_out(root: Path) -> None:
    desk = Desk(root)
    decide_all(desk)

    def send(**sent: Any) -> None:
        assert api.decide(desk, DOC, {"stamp": desk.case(DOC).stamp, **sent})[0] == 200

    at = ferries.at("🛟")
    send(key="new", layer="spans", choice="own",
         value={"kind": "other", "label": "SIGN", "fragments": [[at["start"], at["end"]]]})  # fmt: skip
    send(key="new", layer="stance", choice="own",
         value={"holder": "author", "target": "new:1", "label": "FAVOR", "attributes": {"sure": "no"}})  # fmt: skip
    pier = ferries.at("near Orre pier")
    send(key="a1:m4", choice="own",
         value={"kind": "mention", "label": "PLACE", "fragments": [[pier["start"], pier["end"]]]})  # fmt: skip
    send(key="a1:v1", choice="out")
    send(key="a1:st1", choice="out", note="Nobody says so.")
    save(desk)
    file = gold_of(root)
    spans = by_id(file, "spans")
    sign = next(s for s in file["spans"] if s["kind"] == "other")
    assert sign == {"id": sign["id"], "kind": "other", "label": "SIGN", "exact": "🛟", **at, "edited": True}
    pier_now = next(s for s in file["spans"] if s.get("exact") == "near Orre pier")
    assert pier_now["taken_from"] == {"a1": "m4", "a2": "x4"} and pier_now["edited"] is True
    assert "v1" not in spans
    (stance,) = file["stance"]
    assert (stance["holder"], stance["target"], stance["attributes"]) == ("author", sign["id"], {"sure": "no"})
    assert file["notes"] == [{"id": "n1", "kind": "ADJUDICATION", "text": "a1:st1: Nobody says so."}]
    assert Desk(root).case(DOC).open == []


def test_one_decision_serves_for_the_same_words_with_the_same_labels(tmp_path: Path) -> None:
    text = "Tarn spoke. tarn left. Tarn slept. Vik sang. Tarn"
    starts = [0, 12, 23, 35, 45]
    work: dict[str, Any] = {"version": 1, "doc_id": "t", "layers": ["spans"], "spans": [
        {"id": f"m{n}", "kind": "mention", "label": "PERSON", "start": start, "end": start + (3 if n == 3 else 4)}
        for n, start in enumerate(starts)]}  # fmt: skip
    other = {**work, "spans": [{**span, "label": "ORG"} for span in work["spans"]]}
    other["spans"][4]["label"] = "GPE"
    files = {"corpus.toml": "", "raw/t.txt": text, "annotations/a1/t.json": json.dumps(work),
             "annotations/a2/t.json": json.dumps(other)}  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    desk = Desk(tmp_path)
    page = Press(desk, "t").sheet("t", 1)
    assert page is not None and page.count(b"The same for 2 more") == 3
    sent = {"stamp": desk.case("t").stamp, "key": "a1:m1", "choice": "a2", "same": True}
    assert api.decide(desk, "t", sent)[1]["done"] == 3
    assert desk.case("t").open == ["a1:m3", "a1:m4"]


def test_a_document_half_done_is_kept_and_continued(root: Path) -> None:
    desk = Desk(root)
    decide(desk, "a1:m1", "a2")
    with pytest.raises(Undecided) as error:
        save(desk)
    assert "6 differences are not decided" in error.value.message
    assert not (root / "annotations/gold").exists()
    again = Desk(root).case(DOC)
    assert again.state == "begun" and "a1:m1" not in again.open and len(again.open) == 6
    assert again.outcomes["a1:m1"].by == "a2"
    decide_all(Desk(root))
    save(Desk(root))
    assert not (root / f".review/gold/{DOC}.json").exists()
    assert Desk(root).case(DOC).state == "saved"


def test_a_draft_is_no_input_and_no_fault_of_the_corpus(root: Path, run: Run) -> None:
    (root / "corpus.toml").write_text("[annotations]\npublish = ['a1']\n", encoding="utf-8")
    before = run("validate", root)
    decide(Desk(root), "a1:m1", "a2")
    assert (root / f".review/gold/{DOC}.json").is_file()
    assert run("validate", root) == before


def test_a_decision_taken_back_is_open_again(root: Path) -> None:
    desk = Desk(root)
    decide(desk, "a1:m1", "a2")
    assert decide(desk, "a1:m1", None).outcomes["a1:m1"].is_open
    assert desk.discard(DOC, desk.case(DOC).stamp).draft.decisions == {}


@pytest.mark.parametrize("changed", ["annotations/a2/ferry.json", "annotations/gold/ferry.json", "raw/ferry.txt"])
def test_a_file_that_changed_meanwhile_is_a_conflict_and_nothing_is_written(root: Path, changed: str) -> None:
    desk = Desk(root)
    decide_all(desk)
    save(desk)
    stamp = desk.case(DOC).stamp
    path = root / changed
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = (root / f"annotations/gold/{DOC}.json").read_bytes()
    matter = desk.case(DOC).table.matters["a1:m1"]
    with pytest.raises(Conflict, match="changed since this page was loaded"):
        desk.decide(DOC, stamp, Decision(matter.key, matter.layer, "a1"))
    with pytest.raises(Conflict):
        desk.save(DOC, stamp)
    assert (root / f"annotations/gold/{DOC}.json").read_bytes() == before


def test_a_second_window_does_not_overwrite_the_first(root: Path) -> None:
    desk = Desk(root)
    stamp = desk.case(DOC).stamp
    matter = desk.case(DOC).table.matters["a1:m1"]
    desk.decide(DOC, stamp, Decision(matter.key, matter.layer, "a1"))
    with pytest.raises(Conflict):
        desk.decide(DOC, stamp, Decision(matter.key, matter.layer, "a2"))
    assert desk.case(DOC).outcomes["a1:m1"].by == "a1"


def test_gold_that_changes_while_it_is_saved_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(root)
    decide_all(desk)
    real = Desk._faults

    def slow(self: Desk, *arguments: Any) -> Any:
        (root / "annotations/gold").mkdir()
        (root / f"annotations/gold/{DOC}.json").write_text("somebody else's", encoding="utf-8")
        return real(self, *arguments)

    monkeypatch.setattr(Desk, "_faults", slow)
    with pytest.raises(Conflict, match="was changed while it was saved"):
        save(desk)
    assert (root / f"annotations/gold/{DOC}.json").read_text(encoding="utf-8") == "somebody else's"


def test_a_save_that_would_have_errors_is_refused_at_its_item(root: Path) -> None:
    desk = Desk(root)
    decide_all(desk)
    decide(desk, "a1:t1", "out")
    with pytest.raises(Refused) as error:
        save(desk)
    assert error.value.faults[0] == ("a1:ev1", "trigger refers to what is left out: a1:t1")
    assert not (root / f"annotations/gold/{DOC}.json").exists()
    assert Desk(root).case(DOC).state == "begun"


def test_every_check_of_a_build_looks_at_what_is_saved(root: Path) -> None:
    types = "".join(f"[events.{name}]\ndescription = 'x'\n" for name in ("SINK", "RESCUE", "ACCUSE"))
    labels = ("ORG", "PERSON", "VEHICLE", "PLACE")
    entities = "[entities]\n" + "".join(f"{label} = 'x'\n" for label in labels)
    (root / "scheme.toml").write_text(f"version = 1\n{entities}{types}", encoding="utf-8")
    desk = Desk(root)
    decide_all(desk)
    with pytest.raises(Refused) as error:
        save(desk)
    found = dict(error.value.faults)
    assert "[E401]" in found["a1:m4"] and "FACILITY" in found["a1:m4"]
    assert not (root / "annotations/gold").exists()


def test_a_disk_that_fails_leaves_the_old_gold_and_the_draft(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(root)
    decide_all(desk)
    save(desk)
    before = (root / f"annotations/gold/{DOC}.json").read_bytes()
    decide(desk, "a1:m1", "a1")
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if "gold" in self.parts and "annotations" in self.parts:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        save(desk)
    assert (root / f"annotations/gold/{DOC}.json").read_bytes() == before
    assert desk.case(DOC).state == "begun"
    assert [path.name for path in (root / "annotations/gold").iterdir()] == [f"{DOC}.json"]


def test_gold_that_is_there_is_the_start_and_one_change_is_one_line(tmp_path: Path) -> None:
    gold = ferries.first()
    gold["spans"].reverse()
    del gold["notes"], gold["events"][1]
    gold["spans"] = [each for each in gold["spans"] if each["id"] != "t2"]
    root = ferries.write(tmp_path / "corpus", gold=gold)
    desk = Desk(root)
    case = desk.case(DOC)
    assert case.open == [] and case.state == "saved"
    assert case.outcomes["a1:ev2"].state == "gold" and case.outcomes["a1:ev2"].value is None
    save(desk)
    before = (root / f"annotations/gold/{DOC}.json").read_text(encoding="utf-8").splitlines()
    assert [s["id"] for s in gold_of(root)["spans"]] == [s["id"] for s in gold["spans"]]
    assert not any("taken_from" in line for line in before), "what nobody decided anew stays as it was"
    decide(desk, "a1:m4", "a2")
    save(desk)
    after = (root / f"annotations/gold/{DOC}.json").read_text(encoding="utf-8").splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ") and "adjudicator" not in line]
    assert [line[:2] for line in changed] == ["- ", "+ ", "- ", "+ "], "the span, and the entity that is named by it"
    assert '"FACILITY"' in changed[1] and '"taken_from": {"a2": "x4"}' in changed[1]


def test_decisions_on_what_has_changed_are_named_and_do_not_count(root: Path) -> None:
    desk = Desk(root)
    decide(desk, "a1:m1", "a2")
    work = ferries.second()
    work["spans"][0] |= {"id": "x99"}
    work["entities"][0]["mentions"] = ["x99"]
    (root / f"annotations/a2/{DOC}.json").write_text(json.dumps(work), encoding="utf-8")
    case = desk.case(DOC)
    assert "a1:m1" in case.open
    assert [each.key for each in case.draft.stale(case.table)] == ["a1:m1"]
    page = Press(desk, "t").sheet(DOC, 1)
    assert page is not None and "no longer fits" in page.decode()


def test_an_annotator_who_changes_a_file_after_gold_is_noticed(root: Path) -> None:
    desk = Desk(root)
    decide_all(desk)
    save(desk)
    path = root / f"annotations/a1/{DOC}.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    case = Desk(root).case(DOC)
    assert (case.state, case.changed_since, case.open) == ("changed", ["a1"], [])


def test_a_later_save_of_the_same_files_takes_the_place_of_the_earlier(root: Path) -> None:
    desk = Desk(root, by="r1")
    decide_all(desk)
    save(desk)
    decide(desk, "a1:m1", "a1")
    save(desk)
    assert [each["by"] for each in gold_of(root)["adjudication"]] == ["r1"]
    other = Desk(root, by="r2")
    decide(other, "a1:m1", "a2")
    save(other)
    assert [each["by"] for each in gold_of(root)["adjudication"]] == ["r1", "r2"]


def test_a_withheld_document_gets_no_quotes(root: Path, run: Run) -> None:
    (root / "corpus.toml").write_text(f"[articles]\nwithhold = ['{DOC}']\n", encoding="utf-8")
    assert run("anchor", root, "--write")[0] == 0
    for shown in (None, root / "raw"):
        desk = Desk(root, texts=shown)
        page = Press(desk, "t").sheet(DOC, 1)
        assert page is not None and ("trawler" in page.decode()) is (shown is not None)
    decide_all(desk)
    save(desk)
    assert all("exact" not in span and "start" in span for span in gold_of(root)["spans"])


def test_gold_of_another_tool_is_not_doubled(root: Path) -> None:
    (root / "annotations/gold").mkdir()
    (root / f"annotations/gold/{DOC}.ann").write_text("T1\tORG 26 36\tdock union\n", encoding="utf-8")
    desk = Desk(root)
    case = desk.case(DOC)
    assert case.blocked is not None and f"annotations/gold/{DOC}.ann (brat)" in case.blocked
    with pytest.raises(Conflict):
        desk.save(DOC, case.stamp)
    assert [path.name for path in (root / "annotations/gold").iterdir()] == [f"{DOC}.ann"]


def test_brat_and_native_are_compared_without_noise(tmp_path: Path) -> None:
    root = ferries.write(tmp_path / "corpus")
    lines = "".join(f"T{n}\t{label} {at['start']} {at['end']}\t{words}\n" for n, (label, words) in enumerate(
        [("ORG", "The dock union"), ("PERSON", "Mayor Tarn"), ("VEHICLE", "The ferry Alma")], 1)
        for at in [ferries.at(words)])  # fmt: skip
    (root / f"annotations/a2/{DOC}.json").unlink()
    (root / f"annotations/a2/{DOC}.ann").write_text(lines, encoding="utf-8")
    table = Desk(root).case(DOC).table
    assert {m.layer for m in table.disputed} == {"spans"}, "who has annotated no entities lacks none"
    assert not {"a1:m1", "a1:m2", "a1:m3"} & {m.key for m in table.disputed}


def test_an_attribute_with_two_values_is_named(tmp_path: Path) -> None:
    root = ferries.write(tmp_path / "corpus")
    (root / f"annotations/a2/{DOC}.json").unlink()
    at = ferries.at("Mayor Tarn")
    lines = f"T1\tPERSON {at['start']} {at['end']}\tMayor Tarn\nA1\tSure T1 yes\nA2\tSure T1 no\n"
    (root / f"annotations/a2/{DOC}.ann").write_text(lines, encoding="utf-8")
    page = Press(Desk(root), "t").sheet(DOC, 1)
    assert page is not None and "a2: T1 has several values of one attribute (Sure)" in page.decode()


def test_one_annotator_can_be_made_gold(tmp_path: Path) -> None:
    root = ferries.write(tmp_path / "corpus")
    (root / f"annotations/a2/{DOC}.json").unlink()
    desk = Desk(root)
    assert desk.case(DOC).table.disputed == []
    save(desk)
    assert by_id(gold_of(root), "spans")["m1"]["taken_from"] == {"a1": "m1"}


def test_a_cluster_that_is_left_out_leaves_its_mention_to_those_who_had_no_cluster(root: Path) -> None:
    work = ferries.second()
    work["entities"] = [each for each in work["entities"] if each["id"] != "e2"]
    work["events"][1]["arguments"][1]["filler"] = "m2"
    work["stance"][0] |= {"target": "m5", "label": "AGAINST"}
    (root / f"annotations/a2/{DOC}.json").write_text(json.dumps(work), encoding="utf-8")
    desk = Desk(root)
    assert "a1:e2" in desk.case(DOC).open
    assert not {"a1:ev3", "a1:st1"} & {m.key for m in desk.case(DOC).table.disputed}
    decide(desk, "a1:e2", "out")
    decide_all(desk)
    save(desk)
    file = gold_of(root)
    assert [a["filler"] for a in by_id(file, "events")["ev3"]["arguments"]] == ["e1", "m2"]
    assert file["stance"][0]["target"] == "m5"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"key": "a1:m9", "choice": "a1"}, "no such item"),
        ({"key": "a1:m1", "choice": "a7"}, "nobody of that name"),
        ({"key": "new", "layer": "wrong", "choice": "own", "value": {}}, "needs a layer"),
        ({"key": "a1:m1", "choice": "own"}, "neither a value nor picks"),
        ({"key": "a1:m1", "choice": "own", "value": []}, "an object"),
        ({"key": "a1:m1", "choice": "own", "value": {"kind": "mention", "fragments": [[0, 1]]}}, "label"),
        ({"key": "a1:m1", "choice": "own", "value": {"kind": "mention", "label": "X"}}, "not whole"),
        ({"key": "a1:m1", "choice": "own", "value": {"kind": "mention", "label": "X", "fragments": [[4, 4]]}}, "late"),
        ({"key": "a1:m1", "choice": "own", "value": {"kind": "x", "label": "X", "fragments": [[0, 1]]}}, "kind"),
        ({"key": "a1:m1", "choice": "own", "value": {"kind": "mention", "id": "m7"}}, "spans have no id"),
        ({"key": "a1:e1", "choice": "own", "value": {"label": "X", "mentions": [{}]}}, "no such item"),
        ({"key": "a1:e1", "choice": "own", "value": {"label": "X", "mentions": ["a1:zz"]}}, "no such item"),
        ({"key": "a1:ev1", "choice": "own", "picks": {"nonsense": 1}}, "no field"),
        ({"key": "a1:ev1", "choice": "own", "picks": {"arguments": [{"role": 1, "filler": "a1:e1"}]}}, "role"),
        ({"key": ["a1:m1"], "choice": "a1"}, "no such item"),
        ({"key": "a1:m1", "choice": ["a1"]}, "nobody of that name"),
    ],
)
def test_a_request_that_no_page_sends_is_refused(root: Path, sent: dict[str, Any], message: str) -> None:
    desk = Desk(root)
    with pytest.raises(BadRequest, match=message):
        api.decide(desk, DOC, {"stamp": desk.case(DOC).stamp, **sent})
    assert not (root / ".review").exists()


def test_a_draft_that_is_damaged_is_one_clear_line(root: Path) -> None:
    path = decisions.path_of(root, "gold", DOC)
    path.parent.mkdir(parents=True)
    for content in ("{", '{"version": 1}', '{"version": 2, "doc_id": "ferry"}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError) as error:
            Desk(root).case(DOC)
        assert str(path) in str(error.value)


def test_a_faulty_file_is_shown_with_its_line_and_the_rest_is_decided(root: Path) -> None:
    work = ferries.second()
    work["spans"][0]["exact"] = "other words"
    del work["entities"][0]
    work["events"], work["stance"] = [], []
    (root / f"annotations/a2/{DOC}.json").write_text(json.dumps(work, indent=1), encoding="utf-8")
    desk = Desk(root)
    page = Press(desk, "t").sheet(DOC, 1)
    assert page is not None and "E203" in page.decode()
    decide_all_by_first(desk)
    save(desk)
    assert gold_of(root)["spans"]


def decide_all_by_first(desk: Desk) -> None:
    case = desk.case(DOC)
    while case.open:
        case = decide(desk, case.open[0], next(iter(case.table.matters[case.open[0]].values)))


def test_a_long_document_has_pages_of_bounded_size(tmp_path: Path) -> None:
    text = "Title\n\n" + "\n".join(f"Line {n} of a long text with some words in it." for n in range(1500))
    places = [{"start": 7 + n * 5, "end": 10 + n * 5} for n in range(3000)]
    spans = [{"id": f"m{n}", "kind": "mention", "label": "L", **place} for n, place in enumerate(places)]
    other = [{**span, "label": "K" if n % 2 else "L"} for n, span in enumerate(spans)]
    root = tmp_path / "corpus"
    for name, content in {
        "corpus.toml": "", "raw/long.txt": text,
        "annotations/a1/long.json": json.dumps({"version": 1, "doc_id": "long", "layers": ["spans"], "spans": spans}),
        "annotations/a2/long.json": json.dumps({"version": 1, "doc_id": "long", "layers": ["spans"], "spans": other}),
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    press = Press(Desk(root), "t")
    pages = []
    while (page := press.sheet("long", len(pages) + 1)) is not None:
        pages.append(page)
    assert max(map(len, pages)) <= LARGEST
    assert sum(page.count(b'data-key="') for page in pages) == 3000


@pytest.mark.parametrize("name", ["gold", "a1", "a12"])
def test_published_names_can_be_decided_for(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize("name", ["Vik", "a0", "../x", "gold2", ""])
def test_other_names_cannot(name: str) -> None:
    with pytest.raises(ConfigError, match="--annotator"):
        checked(name)


def test_the_native_format_reads_what_it_writes_of_an_adjudication() -> None:
    digest = "0" * 64
    value = {
        "version": 1, "doc_id": "d", "layers": ["spans"],
        "adjudication": [{"by": "r1", "at": "2031-05-04T10:00:00Z", "of": {"a1": digest}}, {"by": "r2", "at": "x"}],
        "spans": [
            {"id": "m1", "kind": "mention", "label": "X", "start": 0, "end": 1, "taken_from": {"a1": "T1"}},
            {"id": "m2", "kind": "mention", "label": "X", "start": 0, "end": 1, "edited": True},
            {"id": "m3", "kind": "mention", "label": "X", "start": 0, "end": 1, "taken_from": {}},
        ],
    }  # fmt: skip
    reading = native.read(json.dumps(value, indent=1).encode(), "d", "gold", "d.json")
    assert [(f.code, f.line) for f in reading.findings] == [("E103", 45), ("E103", 17)]
    assert [each.by for each in reading.annotations.adjudication] == ["r1"]
    assert [(s.id, s.taken_from, s.edited) for s in reading.annotations.spans] == [
        ("m1", [("a1", "T1")], False), ("m2", None, True)
    ]  # fmt: skip
    written = json.loads(native.write(reading.annotations))
    assert written["adjudication"] == value["adjudication"][:1]
    assert written["spans"] == value["spans"][:2]




SCHEME = """version = 1
[entities]
ORG = ""
PERSON = ""
VEHICLE = ""
PLACE = ""
FACILITY = ""
[spans.time]
DATE = ""
[common_roles]
Thing = { fillers = ["any"] }
Place = { fillers = ["any"] }
Time = { fillers = ["any"] }
Saved = { fillers = ["any"] }
Saver = { fillers = ["any"] }
Accuser = { fillers = ["any"] }
Accused = { fillers = ["any"] }
[events.SINK]
subtypes = ["accident"]
[events.RESCUE]
[events.ACCUSE]
[stance.labels]
AGAINST = ""
MIXED = ""
[attributes.documents]
topic = {}
[attributes.spans]
mod = {}
anchor = { refers = ["event"] }
"""


def test_attributes_that_refer_name_the_items_of_gold(tmp_path: Path) -> None:
    one, other = ferries.first(), ferries.second()
    other["events"][0]["id"], other["events"][1]["id"] = "ev3", "ev1"  # what is ev3 with a1, and the other way round
    one["spans"].append(ferries.span("w1", "time", "DATE", "Monday", attributes={"anchor": "ev1", "mod": "x"}))
    other["spans"].append(ferries.span("w9", "time", "DATE", "Monday", attributes={"anchor": "ev3", "mod": "y"}))
    root = ferries.write(tmp_path / "corpus", a1=one, a2=other)
    (root / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    desk = Desk(root)
    assert desk.case(DOC).table.matters["a1:w1"].differing == ["@mod"], "both mean the sinking"
    decide(desk, "a1:w1", "a2")
    decide_all(desk)
    save(desk)
    file = gold_of(root)
    day = next(span for span in file["spans"] if span["kind"] == "time")
    assert by_id(file, "events")[day["attributes"]["anchor"]]["label"] == "SINK"
    assert day["attributes"]["mod"] == "y"


def test_an_attribute_that_another_gave_names_the_item_of_gold(tmp_path: Path) -> None:
    one, other = ferries.first(), ferries.second()
    one["events"][0]["id"], other["events"][0]["id"] = "ev9", "ev7"
    one["spans"].append(ferries.span("w1", "time", "DATE", "Monday", attributes={"anchor": "ev9"}))
    other["spans"].append(ferries.span("w9", "time", "DATE", "on Monday"))
    root = ferries.write(tmp_path / "corpus", a1=one, a2=other)
    (root / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    desk = Desk(root)
    for key in ("a1:ev9", "a1:w1"):
        decide(desk, key, "a2")
    decide_all(desk)
    save(desk)
    file = gold_of(root)
    day = next(span for span in file["spans"] if span["kind"] == "time")
    sunk = next(event for event in file["events"] if event["label"] == "SINK")
    assert (day["exact"], sunk["id"]) == ("on Monday", "ev7")
    assert day["attributes"]["anchor"] == "ev7"
