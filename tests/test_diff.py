"""`standoff diff`: 60 known edits of every kind are reported as what they are, and nothing else."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standoff.diff import changelog

from conftest import Run

Doc = dict[str, Any]
Edit = Callable[[Doc], list[tuple[str, str]]]

TEXT = (
    "Rebels hold the bridge\n\nHARNES — Rebels of the Grey Column shelled the Sorn bridge on Monday. Colonel Ilda "
    "Voren blamed the army. “They will pay”, Voren said. The Doliv council condemned the attack, and the council fled."
)


def mention(name: str, label: str, exact: str, nth: int | None = None, **more: Any) -> Doc:
    return {"id": name, "kind": "mention", "label": label, "exact": exact, **({"nth": nth} if nth else {}), **more}


BASE: Doc = {
    "version": 1,
    "layers": ["spans", "entities", "events", "attributions", "stance", "relations"],
    "spans": [
        mention("m1", "GROUP", "Rebels", 2), mention("m2", "GROUP", "the Grey Column"),
        mention("m3", "PLACE", "the Sorn bridge"), mention("m4", "PERSON", "Colonel Ilda Voren"),
        mention("m5", "PERSON", "Voren", 2), mention("m6", "GROUP", "the army"),
        mention("m7", "GROUP", "The Doliv council", form="name"), mention("m8", "GROUP", "the council"),
        {"id": "t1", "kind": "trigger", "label": "ATTACK", "exact": "shelled"},
        {"id": "t2", "kind": "trigger", "label": "FLEE", "exact": "fled"},
        {"id": "c1", "kind": "content", "exact": "“They will pay”"},
        {"id": "c2", "kind": "cue", "exact": "said"},
        {"id": "v1", "kind": "evidence", "exact": "condemned"},
    ],
    "entities": [
        {"id": "e1", "label": "GROUP", "mentions": ["m1"]}, {"id": "e2", "label": "GROUP", "mentions": ["m2"]},
        {"id": "e3", "label": "PLACE", "mentions": ["m3"]}, {"id": "e4", "label": "PERSON", "mentions": ["m4", "m5"]},
        {"id": "e5", "label": "GROUP", "mentions": ["m6"]}, {"id": "e6", "label": "GROUP", "mentions": ["m7", "m8"]},
    ],
    "events": [
        {"id": "ev1", "label": "ATTACK", "trigger": "t1", "arguments": [
            {"role": "Agent", "filler": "e1", "span": "m1"}, {"role": "Target", "filler": "e3", "span": "m3"}],
         "factuality": [{"source": "author", "value": "CT+"}]},
        {"id": "ev2", "label": "FLEE", "trigger": "t2", "arguments": [{"role": "Agent", "filler": "e6", "span": "m8"}],
         "factuality": [{"source": "author", "value": "CT+"}]},
    ],
    "attributions": [{"id": "q1", "source": "e4", "source_span": "m5", "cues": ["c2"], "contents": ["c1"],
                      "mode": "direct", "act": "SAY"}],
    "stance": [
        {"id": "s1", "holder": "e6", "target": "ev1", "label": "AGAINST", "evidence": ["v1"]},
        {"id": "s2", "holder": "e4", "target": "e5", "label": "AGAINST"},
    ],
    "relations": [{"id": "r1", "label": "PART_OF", "arguments": [{"role": "Arg1", "filler": "e1"},
                                                                 {"role": "Arg2", "filler": "e2"}]}],
    "normalizations": [{"id": "n1", "target": "e4", "resource": "Wikidata", "ref": "Q1"}],
    "notes": [{"id": "x1", "target": "m3", "text": "which bridge?"}],
}  # fmt: skip


def item(doc: Doc, name: str) -> Doc:
    return next(each for value in doc.values() if isinstance(value, list) for each in value
                if isinstance(each, dict) and each.get("id") == name)  # fmt: skip


def drop(doc: Doc, *names: str) -> None:
    for key, value in doc.items():
        if isinstance(value, list) and key != "layers":
            doc[key] = [each for each in value if each.get("id") not in names]


def span_added(doc: Doc) -> list[tuple[str, str]]:
    doc["spans"].append({"id": "w1", "kind": "time", "label": "DATE", "exact": "Monday"})
    return [("spans", "added")]


def span_removed(doc: Doc) -> list[tuple[str, str]]:
    drop(doc, "v1")
    item(doc, "s1").pop("evidence")
    return [("spans", "removed"), ("stance", "changed")]


def span_resized(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "m4").update(exact="Ilda Voren")
    return [("spans", "resized")]


def span_moved(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "m1").update(nth=1)
    return [("spans", "moved")]


def span_form(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "m7").update(form="nominal")
    return [("spans", "changed")]


def span_attribute(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "m8").update(attributes={"certainty": "low"})
    return [("spans", "changed")]


def kind_changed(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "v1").update(kind="other", label="REACTION")
    item(doc, "s1").pop("evidence")
    return [("spans", "changed"), ("spans", "relabelled"), ("stance", "changed")]


def entity_relabelled(doc: Doc) -> list[tuple[str, str]]:
    for name in ("e6", "m7", "m8"):
        item(doc, name).update(label="ORG")
    return [("entities", "relabelled")]


def entity_named(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "e4").update(name="Ilda Voren")
    return [("entities", "changed")]


def cluster_split(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "e4").update(mentions=["m4"])
    doc["entities"].append({"id": "e9", "label": "PERSON", "mentions": ["m5"]})
    return [("entities", "split")]


def cluster_merged(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "e1").update(mentions=["m1", "m2"])
    drop(doc, "e2", "r1")
    return [("entities", "merged"), ("relations", "removed")]


def event_relabelled(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "ev2").update(label="LEAVE")
    item(doc, "t2").update(label="LEAVE")
    return [("events", "relabelled")]


def event_removed(doc: Doc) -> list[tuple[str, str]]:
    drop(doc, "ev2", "t2")
    return [("events", "removed"), ("spans", "removed")]


def argument_added(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "ev1")["arguments"].append({"role": "Instrument", "filler": "e2"})
    return [("events", "argument_added")]


def argument_removed(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "ev1")["arguments"].pop()
    return [("events", "argument_removed")]


def argument_changed(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "ev1")["arguments"][0] = {"role": "Agent", "filler": "e5"}
    return [("events", "argument_changed")]


def factuality(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "ev1")["factuality"] = [{"source": "author", "value": "PR+"}, {"source": "q1", "value": "CT+"}]
    return [("events", "changed")]


def attribution_source(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "q1").update(source="e5", source_span="m6")
    return [("attributions", "changed"), ("attributions", "changed")]


def attribution_act(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "q1").update(act="THREATEN")
    return [("attributions", "changed")]


def stance_flipped(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "s2").update(label="FAVOR")
    return [("stance", "flipped")]


def stance_target(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "s1").update(target="e1")
    return [("stance", "changed")]


def stance_removed(doc: Doc) -> list[tuple[str, str]]:
    drop(doc, "s2")
    return [("stance", "removed")]


def stance_added(doc: Doc) -> list[tuple[str, str]]:
    doc["stance"].append({"id": "s9", "holder": "author", "target": "ev2", "label": "NEUTRAL"})
    return [("stance", "added")]


def relation_relabelled(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "r1").update(label="ALLY_OF")
    return [("relations", "relabelled")]


def relation_argument(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "r1")["arguments"][1]["filler"] = "e6"
    return [("relations", "argument_changed")]


def normalization(doc: Doc) -> list[tuple[str, str]]:
    item(doc, "n1").update(ref="Q2")
    return [("normalizations", "changed")]


def note(doc: Doc) -> list[tuple[str, str]]:
    drop(doc, "x1")
    doc["notes"].append({"id": "x2", "text": "read twice"})
    return [("notes", "removed"), ("notes", "added")]


def ids_only(doc: Doc) -> list[tuple[str, str]]:
    """Other ids for the same things are no change."""
    text = json.dumps(doc)
    for name in ("m1", "m2", "m3", "t1", "e1", "e3", "ev1"):
        text = text.replace(f'"{name}"', f'"new-{name}"')
    doc.update(json.loads(text))
    return []


EDITS: list[Edit] = [
    span_added, span_removed, span_resized, span_moved, span_form, span_attribute, kind_changed, entity_relabelled,
    entity_named, cluster_split, cluster_merged, event_relabelled, event_removed, argument_added, argument_removed,
    argument_changed, factuality, attribution_source, attribution_act, stance_flipped, stance_target, stance_removed,
    stance_added, relation_relabelled, relation_argument, normalization, note, ids_only,
]  # fmt: skip
PAIRS: list[tuple[Edit, Edit]] = [
    (span_added, stance_flipped), (span_resized, argument_added), (entity_named, note), (span_form, factuality),
    (attribution_act, relation_relabelled), (stance_target, normalization), (cluster_split, stance_removed),
    (event_relabelled, stance_added), (argument_changed, span_attribute), (span_moved, entity_named),
    (entity_relabelled, argument_removed), (relation_argument, attribution_source), (event_removed, ids_only),
    (cluster_merged, stance_flipped), (cluster_split, ids_only), (stance_flipped, ids_only),
]  # fmt: skip
CASES: list[tuple[Edit, ...]] = [*((edit,) for edit in EDITS), *PAIRS]


def corpus_of(root: Path, docs: dict[str, Doc], texts: dict[str, str] | None = None, settings: str = "") -> Path:
    for name, doc in docs.items():
        (root / "raw").mkdir(parents=True, exist_ok=True)
        (root / "annotations/a1").mkdir(parents=True, exist_ok=True)
        (root / f"raw/{name}.txt").write_text((texts or {}).get(name, TEXT), encoding="utf-8")
        (root / f"annotations/a1/{name}.json").write_text(json.dumps({"doc_id": name, **doc}), encoding="utf-8")
    (root / "corpus.toml").write_text(settings, encoding="utf-8")
    return root


def diff(run: Run, old: Path, new: Path, *options: object) -> dict[str, Any]:
    status, out, err = run("diff", old, new, "--json", *options)
    assert status == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_known_edits_of_every_kind_are_reported_and_nothing_else(run: Run, tmp_path: Path) -> None:
    assert sum(map(len, CASES)) == 60
    olds, news, expected = {}, {}, {}
    for number, edits in enumerate(CASES):
        name = f"d{number:02d}"
        olds[name], news[name] = copy.deepcopy(BASE), copy.deepcopy(BASE)
        expected[name] = Counter(change for edit in edits for change in edit(news[name]))
    found = diff(run, corpus_of(tmp_path / "old", olds), corpus_of(tmp_path / "new", news))
    for name, edits in zip(olds, CASES, strict=True):
        changes = [c for c in found["changes"] if c["doc_id"] == name]
        kinds = Counter((change["layer"], change["kind"]) for change in changes)
        assert kinds == expected[name], ([edit.__name__ for edit in edits], changes)
    assert not found["texts"] and not found["document_changes"] and not found["documents_added"]


def test_what_stands_elsewhere_because_the_text_was_edited_is_no_change_of_annotation(run: Run, tmp_path: Path) -> None:
    text = TEXT.replace("on Monday", "late on Monday 🌙").replace("Colonel Ilda Voren", "Colonel Voren")
    doc = copy.deepcopy(BASE)
    item(doc, "m4").update(exact="Colonel Voren")
    found = diff(run, corpus_of(tmp_path / "old", {"d": BASE}), corpus_of(tmp_path / "new", {"d": doc}, {"d": text}))
    assert found["changes"] == []
    assert [(t["doc_id"], t["edited"]) for t in found["texts"]] == [("d", 1)]
    assert found["texts"][0]["carried"] > 5 and found["version"]["part"] == "patch"


def test_documents_annotators_and_labels_decide_about_the_version(run: Run, tmp_path: Path) -> None:
    old = corpus_of(tmp_path / "old", {"d": BASE, "e": BASE}, settings='[corpus]\nversion = "1.2.3"\n')
    new = corpus_of(tmp_path / "new", {"d": BASE, "e": BASE, "f": BASE})
    found = diff(run, old, new)
    assert found["documents_added"] == ["f"]
    assert (found["version"]["part"], found["version"]["next"]) == ("minor", "1.3.0")
    found = diff(run, new, old)
    assert found["documents_removed"] == ["f"] and found["version"]["part"] == "major"
    assert found["losses"]["documents"] == pytest.approx(1 / 3)


def test_a_label_that_was_renamed_is_named_and_major(run: Run, tmp_path: Path) -> None:
    new = copy.deepcopy(BASE)
    item(new, "ev2").update(label="LEAVE")
    item(new, "t2").update(label="LEAVE")
    found = diff(run, corpus_of(tmp_path / "old", {"d": BASE}), corpus_of(tmp_path / "new", {"d": new}))
    assert found["version"]["part"] == "major"
    assert "the label FLEE of events is called LEAVE now" in found["version"]["reasons"]


def test_a_release_that_loses_too_much_fails(run: Run, tmp_path: Path) -> None:
    new = copy.deepcopy(BASE)
    stance_removed(new)
    sides = corpus_of(tmp_path / "old", {"d": BASE}), corpus_of(tmp_path / "new", {"d": new})
    assert run("diff", *sides, "--max-loss", 60)[0] == 0
    status, _, err = run("diff", *sides, "--max-loss", 10)
    assert status == 1 and "stance has lost 50.0%" in err


def test_an_annotator_who_withdrew_and_a_layer_that_is_no_longer_finished(run: Run, tmp_path: Path) -> None:
    old = corpus_of(tmp_path / "old", {"d": BASE}, settings='[annotations]\npublish = ["a1"]\n')
    (old / "annotations/a2").mkdir()
    (old / "annotations/a2/d.json").write_text(json.dumps({"doc_id": "d", **BASE}), encoding="utf-8")
    less = {key: value for key, value in BASE.items() if key != "relations"}
    less["layers"] = [layer for layer in BASE["layers"] if layer != "relations"]
    found = diff(run, old, corpus_of(tmp_path / "new", {"d": less}))
    assert found["annotators_withdrawn"] == ["a2"] and found["changes"] == []
    assert [(c["field"], c["annotator"]) for c in found["document_changes"]] == [("layers", "a1")]


def test_page_and_changelog(run: Run, tmp_path: Path) -> None:
    new = copy.deepcopy(BASE)
    stance_flipped(new)
    item(new, "e4").update(name="<script>alert(1)</script>\u202e")
    sides = corpus_of(tmp_path / "old", {"d": BASE}), corpus_of(tmp_path / "new", {"d": new})
    page, log = tmp_path / "diff.html", tmp_path / "CHANGELOG.md"
    log.write_text("# Changelog\n\n## [0.1.0]\n\nThe first.\n", encoding="utf-8")
    assert run("diff", *sides, "--html", page, "--changelog", log)[0] == 0
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "\u202e" not in html and "&lt;script&gt;" in html
    assert "http" not in html.partition("<style>")[2]
    assert log.read_text(encoding="utf-8").index("stance: 1 flipped") < log.read_text(encoding="utf-8").index("[0.1.0]")


def test_an_entry_is_put_first_and_replaces_its_own() -> None:
    text = changelog.insert("", "## [1.0.0]\n\nOne.\n")
    text = changelog.insert(text, "## [1.1.0]\n\nTwo.\n")
    text = changelog.insert(text, "## [1.1.0]\n\nThree.\n")
    assert text == "# Changelog\n\n## [1.1.0]\n\nThree.\n\n## [1.0.0]\n\nOne.\n"
    kept = changelog.insert("# C\n\n## [Unreleased]\n\nx\n", "## [1.0.0]\n\nOne.\n")
    assert kept == "# C\n\n## [Unreleased]\n\nx\n\n## [1.0.0]\n\nOne.\n"


def test_what_cannot_be_compared_is_one_line(run: Run, tmp_path: Path) -> None:
    good = corpus_of(tmp_path / "good", {"d": BASE})
    broken = corpus_of(tmp_path / "broken", {"d": {**BASE, "spans": [mention("m1", "X", "nowhere")]}})
    for other in (tmp_path / "nothing", tmp_path, broken):
        status, out, err = run("diff", good, other)
        assert status == 3 and out == "" and "Traceback" not in err
    assert run("diff", good, good, "--annotators", "a7")[0] == 2
