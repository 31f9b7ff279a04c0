"""re3d's three files of records: every field, every fault with its place; and the example of CONTRIBUTING.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import re3d
from test_build import rows

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
TEXT = "Harnes 🚀\u2028denied it.\n\nIlda Voren met Harnes."
HEAD = {"_id": "5F1", "sourceName": "Doliv Courier", "sourceUrl": "https://example.org/a", "title": "Denied"}
CASE = ROOT / "tests/cases/valid/re3d-mentions-and-relations/exports"


def entity(begin: Any, end: Any, kind: Any = "Location", **more: Any) -> dict[str, Any]:
    words = TEXT[begin:end] if isinstance(begin, int) and isinstance(end, int) else "Harnes"
    fields = {"_id": f"5F1-{begin}", "begin": begin, "end": end, "type": kind, "value": words, "documentId": "5F1"}
    return {**fields, **more}


def relation(one: tuple[int, int], other: tuple[int, int], **more: Any) -> dict[str, Any]:
    ends = {"sourceBegin": one[0], "sourceEnd": one[1], "targetBegin": other[0], "targetEnd": other[1]}
    return {"_id": "5F1-r", **ends, "type": "CommWith", "documentId": "5F1", **more}


def lines(*records: Any) -> str:
    return "".join(record if isinstance(record, str) else json.dumps(record) + "\n" for record in records)


@pytest.fixture
def inspected(corpus: Corpus, run: Run) -> Callable[..., tuple[int, dict[str, Any]]]:
    def inspect(entities: str, relations: str | bytes | None = None) -> tuple[int, dict[str, Any]]:
        texts: dict[str, str | bytes] = {"x/documents.json": lines({**HEAD, "text": TEXT}), "x/entities.json": entities}
        if relations is not None:
            texts["x/relations.json"] = relations
        root = corpus(texts)
        status, out, err = run("inspect", root / "x", "--json")
        assert "Traceback" not in err
        return status, json.loads(out)

    return inspect


Inspected = Callable[..., tuple[int, dict[str, Any]]]


def places(found: dict[str, Any]) -> list[tuple[str, str, int | None, int | None]]:
    return [(f["code"], f["path"], f["line"], f["column"]) for f in found["findings"]]


def test_every_field_is_in_the_rows(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "new", "--from", CASE)[0] == 0
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    first = next(row for row in rows(tmp_path / "out/dev", "documents") if row["doc_id"] == "5F01")
    assert (first["title"], first["publisher"]) == ("Rebels shell the bridge", "Doliv Courier")
    assert first["metadata"] == [{"name": "wordCount", "value": "18"}]
    bridge = next(span for span in first["spans"] if span["text"] == "the Sorn bridge")
    assert (bridge["kind"], bridge["label"]) == ("mention", "Location")
    assert bridge["attributes"] == [{"name": "confidence", "value": "0.98"}]
    ends = {span["id"]: span["text"] for span in first["spans"]}
    assert [(r["label"], [ends[a["filler"]] for a in r["arguments"]]) for r in first["relations"]] == [
        ("FightingAgainst", ["The Grey Column", "the Sorn bridge"]),
        ("CoLocated", ["the Sorn bridge", "Doliv"]),
    ]
    names = [each["name"] for each in first["relations"][0]["attributes"]]
    assert names == ["begin", "end", "value", "confidence"]
    proved = rows(tmp_path / "out/dev", "provenance")
    assert {(row["path"], row["line"], row["raw_id"]) for row in proved if row["layer"] == "relations"} == {
        ("relations.json", 1, "5F01-25-51-FightingAgainst"),
        ("relations.json", 2, "5F01-51-70-CoLocated"),
    }


def test_offsets_count_code_points_and_utf_16_is_told_apart(inspected: Inspected) -> None:
    at = TEXT.index("Ilda")
    assert inspected(lines(entity(at, at + 4)))[1]["offsets"]["unit"] == "code points"
    shifted = entity(at + 1, at + 5, value="Ilda")
    assert inspected(lines(shifted))[1]["offsets"]["unit"] == "UTF-16 units"


def test_of_two_mentions_the_one_of_higher_confidence_is_an_end(inspected: Inspected) -> None:
    entities = lines(entity(0, 6, confidence=0), entity(0, 6, "Organisation", confidence=0.9), entity(21, 31, "Person"))
    status, found = inspected(entities, lines(relation((21, 31), (0, 6))))
    assert (status, places(found)) == (0, [("W307", "relations.json", 1, 1)])
    assert "Organisation (line 2) is taken" in found["findings"][0]["message"]
    assert found["counts"]["relations"] == 1


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (entity("0", 6), ("E103", "begin")),
        (entity(0, 6.5), ("E103", "end")),
        (entity(True, 6), ("E103", "begin")),
        (entity(0, 6, ["Location"]), ("E103", "type")),
        (entity(0, 6, value=None), ("E103", "value")),
        (entity(0, 6, value=7), ("E103", "value")),
        (entity(0, 6, documentId="5F9"), ("E301", "documentId")),
        (entity(0, 6, documentId={"a": 1}), ("E301", "documentId")),
        (entity(0, 99), ("E202", 1)),
        (entity(6, 0, value="Harnes"), ("E204", 1)),
        (entity(-5, 6, value="Harnes"), ("E203", 1)),
        (entity(0, 6, value="Doliv"), ("E203", 1)),
        ("[]\n", ("E103", 1)),
        ("7\n", ("E103", 1)),
        ('{"_id": "a", "_id": "b"}\n', ("E102", 14)),
        ('{"_id": NaN}\n', ("E102", 1)),
        ('{"_id": "\\ud800"}\n', ("E102", 10)),
        ('{"begin": ' + "1" * 5000 + "}\n", ("E102", 1)),
        ('{"_id": "a"\n', ("E102", 12)),
        ("[" * 100_000 + "\n", ("E102", 1)),
    ],
)  # fmt: skip
def test_a_wrong_record_is_named_and_the_others_are_read(
    inspected: Inspected, record: Any, place: tuple[str, int | str]
) -> None:
    code, column = place
    column = json.dumps(record).index(f'"{column}"') + 1 if isinstance(column, str) else column
    status, found = inspected(lines(entity(0, 6), record, entity(21, 31)))
    assert (status, places(found)) == (1, [(code, "entities.json", 2, column)])
    assert found["offsets"]["spans_proved"] == 2


def test_an_end_without_a_mention_is_named(inspected: Inspected) -> None:
    there, nowhere = relation((0, 6), (21, 31), source="Doliv"), relation((0, 6), (7, 9))
    status, found = inspected(lines(entity(0, 6), entity(21, 31)), lines(there, nowhere))
    assert status == 1
    assert places(found) == [("E301", "relations.json", 1, 129), ("E301", "relations.json", 2, 1)]
    assert found["counts"]["relations"] == 2


def test_mongodb_extended_json_is_understood(inspected: Inspected) -> None:
    record = {**entity(0, 6), "begin": {"$numberInt": "0"}, "end": {"$numberLong": "6"}, "_id": {"$oid": "5f"}}
    assert inspected(lines(record))[0] == 0


def test_the_other_files_alone_have_no_documents(corpus: Corpus, run: Run) -> None:
    root = corpus({"x/entities.json": lines(entity(0, 6))})
    status, out, _ = run("inspect", root / "x", "--json")
    found = json.loads(out)
    assert (status, places(found)[0]) == (1, ("E104", "entities.json", 1, 1))


def test_documents_alone_are_said_to_have_no_annotations(corpus: Corpus, run: Run) -> None:
    root = corpus({"x/documents.json": lines({**HEAD, "text": TEXT}, {**HEAD, "text": "again"}, {"_id": "5F2"})})
    status, out, _ = run("inspect", root / "x", "--json")
    assert (status, [f["code"] for f in json.loads(out)["findings"]]) == (1, ["W606", "E109", "E103"])


def test_a_file_beside_it_in_latin_1_is_named_itself(inspected: Inspected) -> None:
    status, found = inspected(lines(entity(0, 6)), b'{"_id": "1"}\n{"_id": "caf\xe9"}\n')
    assert status == 3
    assert ("E101", "relations.json", 2, 13) in places(found)


def test_the_example_of_contributing_is_the_reader_and_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page[page.index("## Add a format") : page.index("## Add a check")]
    source = Path(re3d.__file__).read_text(encoding="utf-8")
    blocks = re.findall(r"   ```(\w*)\n(.*?)   ```\n", section, re.DOTALL)
    code = [re.sub(r"(?m)^   ", "", block) for kind, block in blocks if kind == "python"]
    assert len(code) == 2
    assert [block for block in code if block not in source] == []
    shown = [re.sub(r"(?m)^   ", "", block) for kind, block in blocks if kind == ""]
    monkeypatch.chdir(ROOT)
    assert [run("inspect", CASE.relative_to(ROOT))[1]] == shown


@pytest.mark.parametrize("name", ["UK Government", "US State Department"])
def test_counts_are_those_of_an_independent_script(realdata: Path, run: Run, tmp_path: Path, name: str) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[f"re3d/{name}"]
    status, out, _ = run("inspect", realdata / "re3d" / name, "--json")
    found = json.loads(out)
    assert (status, found["documents"]) == (0, expected["docs"])
    assert (found["counts"]["spans"], found["counts"]["relations"]) == (expected["entities"], expected["relations"])
    assert sum(f["code"] == "W216" for f in found["findings"]) == expected["surface_mismatch"]
    run("init", tmp_path / "new", "--from", realdata / "re3d" / name)
    assert run("build", tmp_path / "new", "--out", tmp_path / "out", "--configs", "documents")[0] == 0
    built = rows(tmp_path / "out/dev", "documents")
    assert sum(len(row["spans"] or ()) for row in built) == expected["entities"]
    assert sum(len(row["relations"] or ()) for row in built) == expected["relations"]
