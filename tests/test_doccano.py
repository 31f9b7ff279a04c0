"""doccano: the three dialects, users, relations, and what the offsets count where nothing records a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import doccano
from standoff.annotations.export import Export, Siblings
from test_build import rows

from conftest import Run

TEXT = "Ilda Voren met the Column in Kassar."
FOLDER = "doccano/doccano-transformer"


def unpack(*records: dict[str, Any]) -> Export:
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return doccano.unpack(text.encode("utf-8"), "x.jsonl", Siblings(Path()))


def only(record: dict[str, Any]) -> Any:
    return unpack(record).parts[0].reading


@pytest.mark.parametrize("key", ["label", "labels", "entities"])
def test_triples_are_spans_under_every_key(key: str) -> None:
    reading = only({"id": 1, "text": TEXT, key: [[15, 25, "ORG"], [0, 10, "PER"]]})
    assert [(s.id, s.label, s.fragments, s.line) for s in reading.annotations.spans] == [
        ("m2", "ORG", [(15, 25)], 1),
        ("m1", "PER", [(0, 10)], 1),
    ]
    assert reading.findings == []


def test_entities_and_relations_keep_their_numbers_as_raw_ids() -> None:
    entities = [
        {"id": 7, "label": "ORG", "start_offset": 15, "end_offset": 25},
        {"id": 8, "label": "PER", "start_offset": 0, "end_offset": 10},
    ]
    links = [{"id": 3, "from_id": 8, "to_id": 7, "type": "met"}, {"id": 4, "from_id": 8, "to_id": 99, "type": "met"}]
    annotations = only({"id": 1, "text": TEXT, "entities": entities, "relations": links}).annotations
    assert [(s.id, s.raw_id) for s in annotations.spans] == [("m2", "7"), ("m1", "8")]
    assert [(r.id, r.raw_id, [a.filler for a in r.arguments]) for r in annotations.relations] == [
        ("r1", "3", ["m1", "m2"]),
        ("r2", "4", ["m1", "99"]),
    ]


def test_labels_of_a_text_comments_and_fields() -> None:
    record = {"id": "a", "data": TEXT, "label": ["war", "peace"], "cats": ["x"], "Comments": ["One.", {"text": "Two."}],
              "meta": {"desk": "home", "none": None}, "page": 3, "annotation_approver": "Somebody"}  # fmt: skip
    part = unpack(record).parts[0]
    annotations = part.reading.annotations
    assert annotations.attributes == [("label", "war"), ("label", "peace"), ("cats", "x")]
    assert [(note.kind, note.text) for note in annotations.notes] == [("comment", "One."), ("comment", "Two.")]
    assert (part.name, part.fields) == ("a", [("desk", "home"), ("page", "3")])
    assert "Somebody" not in repr(part)


def test_each_user_of_a_record_is_an_annotator() -> None:
    found = [
        {"label": 2, "start_offset": 0, "end_offset": 10, "user": 1},
        {"label": 4, "user": 2},
        {"text": "Bonjour", "user": 2},
    ]
    first, second = unpack({"text": TEXT, "annotations": found}).parts
    assert (first.name, first.annotator, second.name, second.annotator) == ("record-1", "user-1", "record-1", "user-2")
    assert [span.label for span in first.reading.annotations.spans] == ["2"]
    assert second.reading.annotations.attributes == [("label", "4")]
    assert [note.text for note in second.reading.annotations.notes] == ["Bonjour"]


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ({"label": [[0, "x", "PER"]]}, "spans"),
        ({"label": [[0, 10]]}, "spans"),
        ({"label": [[0, 10, ""]]}, "spans"),
        ({"label": [[0, 10.0, "PER"]]}, "spans"),
        ({"label": [[True, 10, "PER"]]}, "spans"),
        ({"label": [None]}, "attributes"),
        ({"entities": [{"id": 1, "label": "PER"}]}, "spans"),
        ({"entities": ["PER"]}, "spans"),
        ({"relations": [{"id": 1, "from_id": 2}]}, "relations"),
        ({"relations": [7]}, "relations"),
        ({"Comments": [{"who": "x"}]}, "notes"),
        ({"annotations": [7]}, "spans"),
        ({"entities": {"id": 1}}, None),
        ({"meta": 7}, None),
    ],
)
def test_a_wrong_field_is_a_finding_with_its_place_and_is_counted(field: dict[str, Any], kept: str | None) -> None:
    key = next(iter(field))
    part = unpack({"id": 1, "text": TEXT, **field}).parts[0]
    assert [(finding.code, finding.line) for finding in part.reading.findings] == [("E103", 1)]
    column = part.reading.findings[0].column
    assert column is not None
    assert column > json.dumps({"id": 1, "text": TEXT}).index(TEXT) + len(TEXT)
    assert part.held is not None
    assert part.held[kept or "spans"] == (1 if kept else 0)
    assert key


def test_a_second_entity_of_one_id_is_named() -> None:
    entity = {"id": 7, "label": "ORG", "start_offset": 15, "end_offset": 25}
    reading = only({"id": 1, "text": TEXT, "entities": [entity, entity]})
    assert [finding.code for finding in reading.findings] == ["E302"]


@pytest.mark.parametrize("text", [None, 7, ["a"]])
def test_a_record_without_a_text_is_named(text: Any) -> None:
    export = unpack({"id": 1, "text": text, "label": []}, {"id": 2, "text": TEXT, "label": []})
    assert [(finding.code, finding.line) for finding in export.findings] == [("E121", 1)]
    assert [part.name for part in export.parts] == ["2"]


EMOJI = "🔥 Ilda Voren 🔥 met Bo."


@pytest.mark.parametrize(
    ("places", "unit"),
    [
        ([(2, 12), (19, 21)], "code points"),
        ([(3, 13), (21, 23)], "UTF-16 units"),
        ([(0, 1)], "code points"),
        ([(0, 2)], "UTF-16 units"),
    ],
)
def test_borders_of_words_tell_the_unit(places: list[tuple[int, int]], unit: str) -> None:
    reading = only({"id": 1, "text": EMOJI, "label": [[*place, "X"] for place in places]})
    assert (reading.unit, reading.undecided) == (unit, False)


def test_the_unit_is_that_of_the_file_and_a_tie_is_refused(run: Run, tmp_path: Path) -> None:
    unclear = {"id": 1, "text": "🌧🌧🌧🌧 - - -", "label": [[9, 10, "X"]]}
    assert [part.reading.unit for part in unpack(unclear, {"id": 2, "text": EMOJI, "label": [[3, 13, "X"]]}).parts] == [
        "UTF-16 units",
        "UTF-16 units",
    ]
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "all.jsonl").write_text(json.dumps(unclear) + "\n", encoding="utf-8")
    source = '[[sources]]\npath = "all.jsonl"\nformat = "doccano"\n'
    (root / "corpus.toml").write_text(source, encoding="utf-8")
    status, out, _ = run("validate", root)
    assert (status, "[E213]" in out) == (1, True)
    for unit, place in (("code points", 9), ("UTF-16 units", 5)):
        (root / "corpus.toml").write_text(f'{source}offsets = "{unit}"\n', encoding="utf-8")
        assert run("build", root, "--out", tmp_path)[0] == 0
        assert [row["start"] for row in rows(tmp_path / "dev", "spans")] == [place]


def test_a_zip_with_a_file_for_each_user_becomes_a_corpus(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, labels in (("jane", [[0, 10, "PER"]]), ("otto", [[0, 10, "PER"], [29, 35, "LOC"]])):
        record = {"id": 1, "text": TEXT, "label": labels}
        (folder / f"{name}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert json.loads(run("inspect", folder, "--json")[1])["annotators"] == ["jane", "otto"]
    assert run("init", tmp_path / "corpus", "--from", folder)[0] == 0
    assert run("validate", tmp_path / "corpus")[:2] == (0, "")
    assert run("build", tmp_path / "corpus", "--out", tmp_path)[0] == 0
    assert sorted(row["annotator"] for row in rows(tmp_path / "dev", "annotations")) == ["a1", "a2"]


def test_the_real_files_are_counted_as_a_script_counts_them(realdata: Path, run: Run, tmp_path: Path) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[FOLDER]
    for name, counts in expected.items():
        path = next((realdata / FOLDER).rglob(name))
        seen = json.loads(run("inspect", path, "--json")[1])
        assert (seen["format"], seen["documents"]) == ("doccano", counts["rows"])
        assert (seen["counts"]["spans"], seen["findings"]) == (counts["spans"], [])
        if "annotation_users" in counts:
            assert seen["annotators"] == [f"user-{user}" for user in counts["annotation_users"]]
            assert run("init", tmp_path / "corpus", "--from", path)[0] == 0
            assert run("build", tmp_path / "corpus", "--out", tmp_path)[0] == 0
            assert len(rows(tmp_path / "dev", "provenance")) == counts["spans"]


def test_offsets_count_in_the_text_as_the_export_has_it(run: Run, tmp_path: Path) -> None:
    record = {"id": 1, "text": "Bo left\r\nagain.", "label": [[9, 14, "X"]]}
    (tmp_path / "all.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert run("init", tmp_path / "corpus", "--from", tmp_path / "all.jsonl")[0] == 0
    assert run("build", tmp_path / "corpus", "--out", tmp_path)[0] == 0
    assert [row["text"] for row in rows(tmp_path / "dev", "spans")] == ["again"]
