"""Prodigy: answers, annotators, tokens with inclusive ends, relations, and what a row says of its whole text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import prodigy
from standoff.annotations.export import Export, Siblings
from test_build import rows

from conftest import Run

TEXT = "TGX-4 met Ilda Voren"
TOKENS = [
    {"text": text, "start": start, "end": start + len(text), "id": number}
    for number, (text, start) in enumerate([("TGX", 0), ("-", 3), ("4", 4), ("met", 6), ("Ilda", 10), ("Voren", 15)])
]
FOLDER = "prodigy/explosion-projects/tutorials"
SETS = {
    "prodigy/rel_component": "rel_component/assets",
    "prodigy/ner_drugs/drugs_eval": "ner_drugs/assets/drugs_eval.jsonl",
}


def row(**fields: Any) -> dict[str, Any]:
    return {"text": TEXT, "_input_hash": -1, "tokens": TOKENS, "answer": "accept", **fields}


def unpack(*given: dict[str, Any]) -> Export:
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in given)
    return prodigy.unpack(text.encode("utf-8"), "x.jsonl", Siblings(Path()))


def test_offsets_come_from_the_span_or_its_tokens_and_tokens_prove_them() -> None:
    spans = [
        {"start": 10, "end": 20, "label": "PER", "token_start": 4, "token_end": 5},
        {"label": "UNIT", "token_start": 0, "token_end": 2},
        {"start": 6, "end": 9, "label": "ACT", "text": "saw"},
        {"start": 6, "end": 9, "label": "BARE", "kb_id": "Q1", "score": 0.5},
    ]
    reading = unpack(row(spans=spans)).parts[0].reading
    assert [(s.fragments, s.surface, s.attributes) for s in reading.annotations.spans] == [
        ([(10, 20)], "Ilda Voren", []),
        ([(0, 5)], "TGX-4", []),
        ([(6, 9)], "saw", []),
        ([(6, 9)], None, [("kb_id", "Q1")]),
    ]
    assert reading.findings == []


def test_relations_find_their_spans_by_place_then_by_token_and_else_make_one() -> None:
    person = {"start": 10, "end": 20, "label": "PER"}
    spans = [{"start": 0, "end": 5, "label": "UNIT"}, {**person, "token_start": 4, "token_end": 5}]
    wrong = {"start": 0, "end": 5, "token_start": 2, "token_end": 2, "label": "UNIT"}
    links = [
        {"head": 2, "child": 5, "head_span": wrong, "child_span": person, "label": "met"},
        {"head": 5, "child": 3, "label": "by"},
        {"head": 3, "child": 0, "label": "of"},
    ]
    part = unpack(row(spans=spans, relations=links)).parts[0]
    annotations = part.reading.annotations
    assert [(s.id, s.kind, s.label) for s in annotations.spans] == [
        ("m1", "mention", "UNIT"), ("m3", "mention", "PER"), ("m2", "other", "TOKEN"),
    ]  # fmt: skip
    assert [(r.label, [(a.role, a.filler) for a in r.arguments]) for r in annotations.relations] == [
        ("met", [("head", "m1"), ("child", "m3")]),
        ("by", [("head", "m3"), ("child", "m2")]),
        ("of", [("head", "m2"), ("child", "m1")]),
    ]
    assert part.held is not None
    assert (part.held["spans"], part.held["relations"]) == (2, 3)


def test_only_accepted_rows_are_annotations_and_the_others_are_named() -> None:
    span = [{"start": 0, "end": 5, "label": "UNIT"}]
    export = unpack(row(spans=span), row(spans=span * 2, answer="reject"), row(answer="ignore"), row(answer="perhaps"))
    assert [(f.code, f.line, f.column is not None) for f in export.findings] == [
        ("W122", 2, True), ("W122", 3, True), ("E103", 4, True),
    ]  # fmt: skip
    assert "reject" in export.findings[0].message
    assert "spans: 2" in export.findings[0].message
    assert [len(part.reading.annotations.spans) for part in export.parts] == [1]


def test_rows_of_one_text_and_annotator_are_one_part() -> None:
    one, other = [{"start": 0, "end": 5, "label": "UNIT"}], [{"start": 10, "end": 20, "label": "PER"}]
    export = unpack(
        row(spans=one, _annotator_id="news-ilse", meta={"desk": "home"}, page=3),
        row(spans=other, _annotator_id="news-otto"),
        row(spans=other, _annotator_id="news-ilse"),
        row(text="Another.", _input_hash=5),
    )
    assert [(part.name, part.annotator, part.line) for part in export.parts] == [
        ("input-ffffffff", "news-ilse", 1),
        ("input-ffffffff", "news-otto", 2),
        ("input-00000005", None, 4),
    ]
    assert [span.line for span in export.parts[0].reading.annotations.spans] == [1, 3]
    assert export.parts[0].fields == [("desk", "home"), ("page", "3")]


@pytest.mark.parametrize(
    ("fields", "annotator"),
    [
        ({"_annotator_id": "a-jane", "_session_id": "b"}, "a-jane"),
        ({"_session_id": "a-jane"}, "a-jane"),
        ({"_session_id": "2031-03-11_08-00-00"}, None),
        ({"_session_id": "news-2031-03-11_08-00-00"}, None),
        ({"_annotator_id": "news-x@example.org"}, "annotator-1"),
        ({"_annotator_id": None}, None),
        ({}, None),
    ],
)
def test_annotators_are_names_but_no_times_and_no_addresses(fields: dict[str, Any], annotator: str | None) -> None:
    assert unpack(row(**fields)).parts[0].annotator == annotator


def test_choices_labels_and_categories_are_document_attributes() -> None:
    options = [{"id": "war", "text": "War"}]
    part = unpack(row(options=options, accept=["war", 2], label="NEWS", cats={"calm": 0.5})).parts[0]
    assert part.reading.annotations.attributes == [
        ("label", "NEWS"), ("accept", "war"), ("accept", "2"), ("cats.calm", "0.5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("view", "layers"),
    [("ner_manual", ["spans"]), ("relations", ["spans", "relations"]), ("ner", None), ("choice", None), (None, None)],
)
def test_a_manual_interface_says_what_is_finished(view: str | None, layers: list[str] | None) -> None:
    assert unpack(row(_view_id=view)).parts[0].reading.annotations.layers == layers


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({"spans": [{"start": 0, "end": 5}]}, "spans"),
        ({"spans": [{"start": "0", "end": 5, "label": "X"}]}, "spans"),
        ({"spans": [{"token_start": 4, "token_end": 9, "label": "X"}]}, "spans"),
        ({"spans": [{"token_start": 5, "token_end": 4, "label": "X"}]}, "spans"),
        ({"spans": ["UNIT"]}, "spans"),
        ({"relations": [{"head": 0, "child": 99, "label": "x"}]}, "relations"),
        ({"relations": [{"head": 0, "child": 1}]}, "relations"),
        ({"cats": ["calm"]}, "attributes"),
        ({"spans": {"start": 0}}, None),
        ({"tokens": 7}, None),
        ({"meta": "x"}, None),
        ({"_input_hash": "x"}, None),
    ],
)
def test_a_wrong_field_is_a_finding_with_its_place_and_is_counted(fields: dict[str, Any], lost: str | None) -> None:
    part = unpack(row(**fields)).parts[0]
    assert [(finding.code, finding.line) for finding in part.reading.findings] == [("E103", 1)]
    assert part.reading.findings[0].column
    if lost:
        assert part.held is not None
        assert part.held[lost] == 1


def test_rows_without_a_text_are_named() -> None:
    export = unpack({"image": "x.jpg", "_input_hash": 1, "answer": "accept"}, row())
    assert [(finding.code, finding.line) for finding in export.findings] == [("E121", 1)]
    assert len(export.parts) == 1


def test_patterns_are_no_annotations(run: Run, tmp_path: Path) -> None:
    (tmp_path / "patterns.jsonl").write_text('{"label": "PER", "pattern": [{"lower": "bo"}]}\n', encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(json.dumps(row()) + "\n", encoding="utf-8")
    seen = json.loads(run("inspect", tmp_path, "--json")[1])
    assert seen["other"] == [{"path": "patterns.jsonl", "what": "match patterns of Prodigy, no annotations"}]
    assert (seen["format"], seen["findings"]) == ("prodigy", [])


@pytest.mark.parametrize("name", list(SETS))
def test_the_real_files_build_without_a_loss(name: str, realdata: Path, run: Run, tmp_path: Path) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    path = realdata / FOLDER / SETS[name]
    seen = json.loads(run("inspect", path, "--json")[1])
    assert seen["documents"] == expected["rows"]
    assert {each["code"] for each in seen["findings"]} <= {"W506"}  # relations that stand twice in the file
    counts = {layer: expected.get(layer, 0) for layer in ("spans", "relations")}
    assert {layer: seen["counts"][layer] for layer in counts} == counts
    assert run("init", tmp_path / "corpus", "--from", path)[0] == 0
    assert run("build", tmp_path / "corpus", "--out", tmp_path)[0] == 0
    assert len(rows(tmp_path / "dev", "documents")) == expected["rows"]
    assert len(rows(tmp_path / "dev", "provenance")) == sum(counts.values())
