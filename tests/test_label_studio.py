"""Label Studio: what becomes of each kind of result, of texts and fields, and of what is no finished work."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations.export import Export, Siblings
from standoff.annotations.label_studio import config as label_studio_config
from standoff.annotations.label_studio import reader as label_studio
from test_build import rows

from conftest import Run

TEXT = "Ilda Voren met the Column in Kassar."
Result = dict[str, Any]


def unpack(tasks: list[Any] | str, folder: Path) -> Export:
    text = tasks if isinstance(tasks, str) else json.dumps(tasks, ensure_ascii=False)
    return label_studio.unpack(text.encode("utf-8"), "x.json", Siblings(folder))


def region(name: str, first: int, last: int, *given: str, of: str = TEXT, **more: Any) -> Result:
    value = {"start": first, "end": last, "text": of[first:last], "labels": list(given), **more}
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def task(*results: Result, text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"text": text}, "annotations": [{"completed_by": 3, "result": list(results)}], **more}


def codes(export: Export) -> list[str]:
    return [f.code for f in export.findings] + [f.code for part in export.parts for f in part.reading.findings]


def test_a_region_with_two_labels_is_two_spans_of_one_region(tmp_path: Path) -> None:
    link = {"type": "relation", "from_id": "a", "to_id": "-b", "direction": "left", "labels": ["met", "knows"]}
    export = unpack([task(region("a", 0, 10, "PER", "VIP"), region("-b", 15, 25, "ORG"), link)], tmp_path)
    annotations = export.parts[0].reading.annotations
    assert [(s.id, s.raw_id, s.label, s.attributes) for s in annotations.spans] == [
        ("a", "a", "PER", [("region", "a")]),
        ("a.2", "a.2", "VIP", [("region", "a")]),
        ("m1", "-b", "ORG", []),
    ]
    assert [(r.label, [(a.role, a.filler) for a in r.arguments], r.attributes) for r in annotations.relations] == [
        (label, [("from", "a"), ("to", "m1")], [("direction", "left")]) for label in ("met", "knows")
    ]
    assert codes(export) == []


def test_controls_of_a_region_are_attributes_of_its_spans_and_others_of_the_document(tmp_path: Path) -> None:
    choice = {"id": "a", "from_name": "form", "to_name": "text", "type": "choices"}
    results = [
        {**choice, "value": {"start": 0, "end": 10, "text": "Ilda Voren", "choices": ["name", "full"]}},
        {**choice, "from_name": "sure", "type": "rating", "value": {"start": 0, "end": 10, "rating": 4}},
        {**choice, "from_name": "say", "type": "textarea", "value": {"start": 0, "end": 10, "text": ["a", "b"]}},
        region("a", 0, 10, "PER"),
        {**choice, "id": "z", "from_name": "topic", "value": {"choices": ["war"]}},
        {**choice, "id": "y", "from_name": "where", "type": "taxonomy", "value": {"taxonomy": [["Sorn", "Kassar"]]}},
        {**choice, "id": "x", "from_name": "words", "type": "number", "value": {"number": 7}},
    ]
    part = unpack([task(*results)], tmp_path).parts[0]
    assert part.reading.annotations.spans[0].attributes == [
        ("form", "name"), ("form", "full"), ("sure", "4"), ("say", "a"), ("say", "b"),
    ]  # fmt: skip
    assert part.reading.annotations.attributes == [("topic", "war"), ("where", "Sorn / Kassar"), ("words", "7")]
    assert part.held is not None
    assert (part.held["spans"], part.held["attributes"]) == (1, 8)
    assert part.reading.findings == []


def test_a_note_on_a_region_names_its_span(tmp_path: Path) -> None:
    results = [{**region("-a", 0, 10, "PER"), "meta": {"text": ["Who?"]}}]
    annotations = unpack([task(*results)], tmp_path).parts[0].reading.annotations
    assert [(note.text, note.target, note.kind) for note in annotations.notes] == [("Who?", "m1", "meta")]


@pytest.mark.parametrize(
    ("result", "where"),
    [
        (region("a", 0, 10, "PER", start="0"), "a: found"),
        (region("a", 0, 10, "PER", end=10.5), "a"),
        (region("a", 0, 10, "PER", end=-1), "a: found"),
        (region("a", 0, 10, "PER", labels=[]), "a: labels"),
        (region("a", 0, 10, "PER", labels="PER"), "a: labels"),
        ({"id": "a", "type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["PER"]}}, "a (rectanglelabels)"),
        ({"id": "a", "type": "choices", "value": {"choices": None}}, "choices: found"),
        ({"id": "a", "type": "labels"}, "found"),
        ("result", "found"),
        ({"type": "relation", "from_id": "a", "to_id": None, "labels": ["x"]}, "found"),
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_read_is_a_finding_at_its_place(result: Any, where: str, tmp_path: Path) -> None:
    good = region("g", 15, 25, "ORG")
    text = "[\n" + json.dumps(task(good)).replace("]}]}", ",\n" + json.dumps(result) + "]}]}") + "]"
    export = unpack(text, tmp_path)
    found = [*export.findings, *export.parts[0].reading.findings]
    assert [(finding.code, finding.line) for finding in found] == [("E103", 3)]
    assert found[0].message.startswith(where)
    assert [span.id for span in export.parts[0].reading.annotations.spans] == ["g"]


def test_choices_without_a_label_and_a_second_region_of_an_id_are_named(tmp_path: Path) -> None:
    choice = {"id": "n", "from_name": "form", "type": "choices", "value": {"start": 0, "end": 4, "choices": ["x"]}}
    export = unpack([task(region("a", 0, 10, "PER"), region("a", 15, 25, "ORG"), choice)], tmp_path)
    assert codes(export) == ["E302", "E301"]
    held = export.parts[0].held
    assert held is not None
    assert (held["spans"], held["attributes"]) == (2, 1)


def test_what_is_no_finished_work_is_set_aside_and_counted(tmp_path: Path) -> None:
    more = {"predictions": [{"result": [region("p", 0, 10, "PER")]}, 7], "drafts": [{}]}
    first = task(region("a", 0, 10, "PER"), **more)
    first["annotations"].append({"completed_by": 4, "was_cancelled": True, "result": [region("c", 0, 10, "PER")]})
    export = unpack([first, {**task(), "id": 2, "predictions": [8]}], tmp_path)
    assert [(f.code, f.message.split(":")[1].split(",")[0]) for f in export.findings] == [
        ("W122", " 3 in 2 tasks"), ("W122", " 1 in 1 task"), ("W122", " 1 in 1 task"),
    ]  # fmt: skip
    assert [(part.name, part.annotator) for part in export.parts] == [("1", "user-3"), ("2", "user-3")]


def test_a_task_without_annotations_is_a_text_alone(tmp_path: Path) -> None:
    export = unpack([{"id": 5, "data": {"text": TEXT}, "annotations": []}], tmp_path)
    assert [(part.name, part.bare, part.text) for part in export.parts] == [("5", True, TEXT)]


def test_ground_truth_is_an_attribute_and_no_annotator(tmp_path: Path) -> None:
    first = task(region("a", 0, 10, "PER"))
    first["annotations"][0]["ground_truth"] = True
    part = unpack([first], tmp_path).parts[0]
    assert (part.annotator, part.reading.annotations.attributes) == ("user-3", [("ground_truth", "true")])


def test_no_address_or_name_is_carried_over(tmp_path: Path) -> None:
    known = {"id": 4, "email": "z@example.org"}
    people = ["x@example.org", {"email": "y@example.org", "last_name": "Voren"}, known, None]
    tasks = [{"id": 1, "data": {"text": TEXT}, "annotations": [{"completed_by": who, "result": []} for who in people]}]
    export = unpack(tasks, tmp_path)
    assert [part.annotator for part in export.parts] == ["annotator-1", "annotator-2", "user-4", None]
    assert "example.org" not in repr(export)


@pytest.mark.parametrize("data", [{"image": "https://example.org/1.jpg"}, {"audio": "/data/1.wav"}, {"n": 1}, {}])
def test_tasks_without_a_text_are_one_finding(data: dict[str, Any], tmp_path: Path) -> None:
    export = unpack([{"id": n, "data": data, "annotations": []} for n in (1, 2, 3)], tmp_path)
    assert [(f.code, f.line) for f in export.findings] == [("E121", 1)]
    assert "not read: 3, the first here" in export.findings[0].message
    assert export.parts == []


def test_the_text_is_the_field_that_the_offsets_fit(tmp_path: Path) -> None:
    first = task(region("a", 0, 10, "PER"))
    title = "A visit to a town in the far north"
    first["data"] = {"title": title, "article": TEXT, "n": 3, "page": "https://example.org/"}
    part = unpack([first], tmp_path).parts[0]
    assert part.text == TEXT
    assert [name for name, _ in part.fields] == ["title", "n", "page"]


def test_fields_that_cannot_be_told_apart_need_the_configuration(tmp_path: Path) -> None:
    first = task(region("a", 0, 10, "PER"))
    first["data"] = {"left": TEXT, "right": TEXT}
    assert codes(unpack([first], tmp_path)) == ["E121"]
    (tmp_path / "config.xml").write_text('<View><Text name="text" value="$right"/></View>', encoding="utf-8")
    export = unpack([first], tmp_path)
    assert (codes(export), export.parts[0].text, list(export.companions)) == ([], TEXT, ["config.xml"])


def test_two_annotated_fields_are_two_documents(tmp_path: Path) -> None:
    title = "Kassar waits"
    second = {**region("b", 0, 6, "LOC", of=title), "to_name": "title"}
    link = {"type": "relation", "from_id": "b", "to_id": "b", "labels": ["is"]}
    first = task(region("a", 0, 10, "PER"), second, link)
    first["data"]["title"] = title
    export = unpack([first], tmp_path)
    assert [(part.name, part.text) for part in export.parts] == [("1/text", TEXT), ("1/title", title)]
    assert [len(part.reading.annotations.relations) for part in export.parts] == [0, 1]


def test_hypertext_is_read_by_global_offsets(tmp_path: Path) -> None:
    value = {"start": "/p[1]", "end": "/p[1]", "globalOffsets": {"start": 4, "end": 7}, "text": "met"}
    result = {**region("a", 0, 1), "type": "hypertextlabels", "value": {**value, "hypertextlabels": ["PER"]}}
    part = unpack([task(result, text="<p>Bo&amp;<b> met</b></p>")], tmp_path).parts[0]
    assert (part.text, part.reading.annotations.spans[0].fragments) == ("Bo& met", [(4, 7)])


def test_json_min_and_json_lines(tmp_path: Path) -> None:
    spans = [{"start": 0, "end": 10, "text": "Ilda Voren", "labels": ["PER"]}, 7]
    record = {"text": TEXT, "id": 9, "label": spans, "mood": "calm", "annotator": 4, "annotation_id": 1, "lead_time": 2}
    assert label_studio.sniff(json.dumps([record]).encode())
    export = unpack([record], tmp_path)
    part = export.parts[0]
    assert (part.name, part.annotator, part.fields, codes(export)) == ("9", "user-4", [("mood", "calm")], ["E103"])
    (tmp_path / "c.config.xml").write_text('<View><Choices name="mood" toName="t"/></View>', encoding="utf-8")
    assert unpack([record], tmp_path).parts[0].reading.annotations.attributes == [("mood", "calm")]
    lines = "\n".join(json.dumps({**task(region("a", 0, 10, "PER")), "id": n}) for n in (1, 2))
    assert [(part.name, part.line) for part in unpack(lines, tmp_path).parts] == [("1", 1), ("2", 2)]


CONFIG = """<View><Labels name="l" toName="t"><Label value="PER"/><Label value="GPE"/></Labels>
<Relations><Relation value="met"/></Relations><HyperText name="t" value="$html"/>
<Choices name="topic" toName="t"><Choice value="war"/><Choice value="x" alias="peace"/></Choices>
<Choices name="form" toName="t" perRegion="true"><Choice value="name"/></Choices></View>"""


def test_the_configuration_names_labels_that_nobody_used() -> None:
    found = label_studio_config.parse(CONFIG.encode())
    assert (found.texts, found.html, found.controls) == ({"t": "html"}, {"t"}, {"l", "topic", "form"})
    inventory = label_studio_config.read(CONFIG)
    assert (inventory.entities, list(inventory.relations)) == (["PER", "GPE"], ["met"])
    assert inventory.attributes == [("topic", ["document"], ["war", "peace"]), ("form", ["region"], ["name"])]


@pytest.mark.parametrize("text", ["<View>", '<!DOCTYPE a [<!ENTITY b "c">]><View>&b;</View>', "", "\x00"])
def test_a_configuration_that_is_none_is_a_finding_of_the_export(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text(text, encoding="utf-8")
    export = unpack([task(region("a", 0, 10, "PER"))], tmp_path)
    assert codes(export) == ["W113"]
    assert label_studio_config.read(text).entities == []


def test_init_takes_the_configuration_and_builds(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    text = "🔥 " + TEXT
    first = task(region("a", 3, 13, "PER", text="Ilda Voren"), text=text)
    (folder / "tasks.json").write_text(json.dumps([first]), encoding="utf-8")
    (folder / "config.xml").write_text(CONFIG.replace("HyperText", "Text").replace("$html", "$text"), encoding="utf-8")
    status, out, _ = run("inspect", folder, "--json")
    seen = json.loads(out)
    assert (status, seen["offsets"]["unit"], seen["findings"]) == (0, "UTF-16 units", [])
    assert run("init", tmp_path / "corpus", "--from", folder)[0] == 0
    scheme = (tmp_path / "corpus/scheme.toml").read_text(encoding="utf-8")
    assert all(word in scheme for word in ("PER", "GPE", "met", "topic", "form"))
    assert run("validate", tmp_path / "corpus")[:2] == (0, "")
    assert run("build", tmp_path / "corpus", "--out", tmp_path)[0] == 0
    assert [row["text"] for row in rows(tmp_path / "dev", "spans")] == ["Ilda Voren"]


def test_nerine_every_wrong_surface_is_named_and_nothing_is_lost(realdata: Path, run: Run, tmp_path: Path) -> None:
    name = "label_studio/nerine"
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    status, out, _ = run("inspect", realdata / name, "--json")
    seen = json.loads(out)
    assert (status, seen["documents"], seen["annotators"]) == (1, expected["tasks"], ["user-2"])
    assert seen["counts"]["spans"] == expected["text_spans"]
    wrong = [finding for finding in seen["findings"] if finding["code"] == "E203"]
    assert len(wrong) == expected["surface_mismatch"]
    source = next((realdata / name).rglob("*.json")).read_text(encoding="utf-8")
    lines = source.split("\n")
    for finding in wrong:
        held, _ = json.JSONDecoder().raw_decode(lines[finding["line"] - 1], finding["column"] - 1)
        assert held["value"]["text"] in finding["message"].replace("\\n", "\n")
    assert "@" not in "".join(finding["message"] for finding in seen["findings"] if finding["code"] != "E203")
    corpus = tmp_path / "corpus"
    run("init", corpus, "--from", realdata / name)
    run("validate", corpus, "--write-waivers")
    status, _, err = run("build", corpus, "--out", tmp_path)
    assert status == 0, err
    manifest = json.loads((tmp_path / "dev/manifest.json").read_text(encoding="utf-8"))
    kept = rows(tmp_path / "dev", "spans")
    assert len(kept) + len(manifest["excluded"]) == expected["text_spans"]
    assert Counter(entry["code"] for entry in manifest["excluded"]) == {"E203": expected["surface_mismatch"]}


DIALOGUE = [
    {"speaker": "Ilda 😀", "phrase": "Omar left.", "seconds": 3},
    {"speaker": "Omar", "phrase": "Runa left for Kassar."},
]
PARAGRAPHS = '<View><Paragraphs name="talk" value="$lines" nameKey="speaker" textKey="phrase"/>\
<ParagraphLabels name="label" toName="talk"><Label value="PER"/><Label value="NEVER"/></ParagraphLabels></View>'


def spoken(name: str, first: int, last: int, start: int, end: int, text: str) -> Result:
    value = {
        "start": str(first), "end": str(last), "startOffset": start, "endOffset": end, "text": text,
        "paragraphlabels": ["PER"],
    }  # fmt: skip
    return {"id": name, "from_name": "label", "to_name": "talk", "type": "paragraphlabels", "value": value}


@pytest.mark.parametrize("configured", [True, False])
def test_a_dialogue_is_a_text_with_a_line_an_utterance(configured: bool, run: Run, tmp_path: Path) -> None:
    keys = ("speaker", "phrase") if configured else ("author", "text")
    lines = [dict(zip((*keys, "seconds"), each.values(), strict=False)) for each in DIALOGUE]
    results = [
        spoken("a", 0, 0, 0, 4, "Omar"), spoken("b", 1, 1, 14, 20, "Kassar"), spoken("c", 0, 1, 5, 4, "left.\n\nRuna"),
        {"id": "a", "from_name": "sure", "to_name": "talk", "type": "choices",
         "value": {"start": "0", "end": "0", "startOffset": 0, "endOffset": 4, "choices": ["yes"]}},
    ]  # fmt: skip
    export = tmp_path / "export"
    export.mkdir()
    one = {"id": 1, "data": {"lines": lines, "url": "https://example.org"}, "annotations": [{"result": results}]}
    (export / "x.json").write_text(json.dumps([one]), encoding="utf-8")
    if configured:
        (export / "config.xml").write_text(PARAGRAPHS, encoding="utf-8")
    status, out, err = run("init", tmp_path / "corpus", "--from", export)
    assert status == 0, out + err
    assert "not read: seconds of utterances" in out
    assert run("build", tmp_path / "corpus", "--out", tmp_path / "dist")[0] == 0
    (document,) = rows(tmp_path / "dist/dev", "documents")
    assert document["text"] == "Ilda 😀: Omar left.\nOmar: Runa left for Kassar."
    assert [(span["id"], span["text"]) for span in document["spans"]] == [
        ("a", "Omar"), ("c", "left. Runa"), ("b", "Kassar"),
    ]  # fmt: skip
    assert document["spans"][0]["attributes"] == [{"name": "sure", "value": "yes"}]
    assert ("NEVER" in (tmp_path / "corpus/scheme.toml").read_text(encoding="utf-8")) == configured


@pytest.mark.parametrize(("first", "last", "start"), [("0", "9", 0), ("x", "0", 0), ("0", "0", "1")])
def test_a_place_that_is_in_no_utterance_is_a_finding(first: str, last: str, start: Any, tmp_path: Path) -> None:
    result = spoken("a", 0, 0, 0, 4, "Omar")
    result["value"] |= {"start": first, "end": last, "startOffset": start}
    lines = [{"author": "Ilda", "text": "Omar left."}]
    export = unpack([{"id": 1, "data": {"lines": lines}, "annotations": [{"result": [result]}]}], tmp_path)
    assert (codes(export), export.parts[0].reading.annotations.spans) == (["E103"], [])
    assert export.parts[0].held is not None and export.parts[0].held["spans"] == 1
