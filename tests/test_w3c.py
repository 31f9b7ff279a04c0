"""W3C Web Annotations: selectors become places, bodies labels and notes; what breaks the model is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test_build import rows

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TEXT = "Harnes 🚀 denied it. Ilda Voren left Harnes.\n"
CASE = ROOT / "tests/cases/valid/w3c-selectors-and-bodies"


def quote(words: str, **more: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": words, **more}


def position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def annotation(name: str, selector: Any, tag: str = "PERSON", **more: Any) -> dict[str, Any]:
    target = {"source": "https://example.org/harnes", "selector": selector}
    body = {"type": "TextualBody", "purpose": "tagging", "value": tag}
    return {"@context": CONTEXT, "id": f"urn:x:{name}", "type": "Annotation", "body": body, "target": target, **more}


GOOD = annotation("good", quote("Ilda Voren"))


@pytest.fixture
def inspected(corpus: Corpus, run: Run) -> Callable[..., tuple[int, dict[str, Any]]]:
    def inspect(*values: Any, **files: str | bytes) -> tuple[int, dict[str, Any]]:
        """Inspect a list of annotations, a text, or files by name."""
        text = values[0] if values and isinstance(values[0], str) else json.dumps(list(values))
        named = {f"x/{name}.json": data for name, data in files.items()} or {"x/page.json": text}
        root = corpus({"x/harnes.txt": TEXT, **named})
        status, out, err = run("inspect", root / "x", "--json")
        assert "Traceback" not in err
        found = json.loads(out)
        found["findings"] = [f for f in found["findings"] if f["code"] != "W606"]
        return status, found

    return inspect


Inspected = Callable[..., tuple[int, dict[str, Any]]]


def places(found: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(f["code"], f["path"], f["line"]) for f in found["findings"]]


def test_the_case_comes_out_whole(run: Run, tmp_path: Path) -> None:
    assert run("build", CASE, "--out", tmp_path)[0] == 0
    row = rows(tmp_path / "dev", "documents")[0]
    marked = {span["label"]: (span["kind"], span["text"]) for span in row["spans"]}
    assert marked == {
        "ARMED_GROUP": ("mention", "The Grey Column"),
        "PERSON": ("mention", "Ilda Voren"),
        "CUE_WORD": ("mention", "told"),
        "threat": ("mention", "They will pay"),
        "FACILITY": ("mention", "the Sorn bridge"),
        "7": ("mention", "the Sorn bridge"),
        "Facility": ("mention", "The bridge"),
        "highlighting": ("other", "stands"),
    }
    names = {span["id"]: span["label"] for span in row["spans"]}
    assert row["attributes"] == [{"name": "tagging", "value": "war"}, {"name": "tagging", "value": "shelling"}]
    relation = row["relations"][0]
    assert (relation["label"], [names[a["filler"]] for a in relation["arguments"]]) == (
        "SHELLS",
        ["ARMED_GROUP", "FACILITY"],
    )
    assert {(names[link["target"]], link["ref"]) for link in row["normalizations"]} == {
        ("PERSON", "https://kb.example.org/entity/Q1"),
        ("Facility", "https://kb.example.org/type/Facility"),
        ("7", "https://example.org/note/7"),
    }
    assert [(names.get(note["target"]), note["kind"], note["text"]) for note in row["notes"]] == [
        ("PERSON", "commenting", "Is this her rank?"),
        ("PERSON", "replying", "Yes."),
        (None, "describing", "Short."),
    ]


def test_positions_count_code_points_unless_quotes_prove_another_unit(inspected: Inspected) -> None:
    at = TEXT.index("Ilda")
    status, found = inspected(annotation("a", [position(at, at + 10), quote("Ilda Voren")]))
    assert (status, found["offsets"]["unit"]) == (0, "code points")
    status, found = inspected(annotation("a", [position(at + 1, at + 11), quote("Ilda Voren")]))
    assert (status, found["offsets"]["unit"]) == (0, "UTF-16 units")
    assert inspected(annotation("a", position(at, at + 10)))[1]["offsets"]["spans_proved"] == 1


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        (quote("Doliv"), "E205"),
        (quote("Harnes"), "E206"),
        (quote("Harnes", suffix="!"), "E205"),
        (position(5, 500), "E202"),
        (position(5, 5), "E204"),
        ([position(0, 6), quote("Doliv")], "E203"),
        ([position(0, 6), position(0, 7)], "E217"),
        ([quote("Harnes"), quote("Ilda")], "E217"),
        ({"type": "CssSelector", "value": "p"}, "E217"),
        ({"type": "FragmentSelector", "value": "p1", "refinedBy": position(0, 6)}, "E217"),
        ("https://example.org/selector", "E217"),
        ({"type": "FragmentSelector", "value": "t=30,60"}, "W127"),
        ({"type": "DataPositionSelector", "start": 0, "end": 6}, "W127"),
        ({"type": "SvgSelector", "id": "https://example.org/svg"}, "W127"),
        ({"type": "RangeSelector", "startSelector": quote("Ilda"), "endSelector": position(9, 12)}, "E217"),
        ({"type": "RangeSelector", "startSelector": quote("Ilda"), "endSelector": quote("denied")}, "E205"),
        ({"type": "RangeSelector", "startSelector": quote("denied"), "endSelector": quote("e")}, "E206"),
    ],
)
def test_a_place_that_cannot_be_found_is_named(inspected: Inspected, selector: Any, code: str) -> None:
    status, found = inspected(GOOD, annotation("a", selector))
    assert [(f["code"], f["path"], f["line"]) for f in found["findings"]] == [(code, "page.json", 1)]
    assert (status, found["offsets"]["spans_proved"]) == (0 if code == "W127" else 1, 1)


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ({**position(9, 19), "refinedBy": position(0, 6)}, "denied"),
        ({**quote("denied it"), "refinedBy": quote("it")}, "it"),
        ({**quote("Ilda Voren"), "refinedBy": position(5, 10)}, "Voren"),
        ({"type": "RangeSelector", "startSelector": position(20, 24), "endSelector": position(31, 33)}, "Ilda Voren "),
        ([{"type": "XPathSelector", "value": "/p"}, quote("Harnes", prefix="left ")], "Harnes"),
        ({"type": "RangeSelector", "startSelector": quote("Ilda"), "endSelector": quote(" left")}, "Ilda Voren"),
    ],
)
def test_selectors_refine_each_other(corpus: Corpus, run: Run, selector: Any, words: str) -> None:
    source = '[[sources]]\npath = "page.json"\nformat = "w3c"\n'
    page = json.dumps([annotation("a", selector, "X")])
    root = corpus({"corpus.toml": source, "page.json": page, "raw/example.org__harnes.txt": TEXT})
    status, _, err = run("build", root, "--out", root / "out", "--configs", "documents")
    assert status == 0, err
    assert [span["text"] for span in rows(root / "out/dev", "documents")[0]["spans"]] == [words]


def test_a_target_without_a_source_is_of_the_text_of_its_name(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    marks = [annotation(n, quote(n), target={"selector": [quote(n)]}, id=f"#{n}") for n in ("denied", "Ilda")]
    root = corpus({"x/harnes.json": json.dumps(marks), "x/harnes.txt": TEXT})
    assert run("inspect", root / "x")[0] == 0
    marks[0]["creator"] = "urn:x:jane"
    (root / "x/harnes.json").write_text(json.dumps(marks), encoding="utf-8")
    assert run("inspect", root / "x")[0] == 0
    assert run("init", tmp_path / "new", "--from", root / "x")[0] == 0
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    found = [(row["doc_id"], row["annotator"]) for row in rows(tmp_path / "out/dev", "annotations")]
    assert sorted(found) == [("harnes", "a1"), ("harnes", "a2")]


def broken(**fields: Any) -> dict[str, Any]:
    return {key: value for key, value in annotation("a", quote("Harnes"), **fields).items() if value is not ...}


@pytest.mark.parametrize(
    ("value", "column_of"),
    [
        (broken(**{"@context": "fish"}), '"@context"'),
        (broken(**{"@context": ["https://example.org/other"]}), '"@context"'),
        (broken(**{"@context": ...}), "{"),
        (broken(id=7), '"id"'),
        (broken(id=["urn:x:1", "urn:x:2"]), '"id"'),
        (broken(id="two words"), '"id"'),
        (broken(type="Squirrel"), '"type"'),
        (broken(type=...), "{"),
        (broken(target=...), "{"),
        (broken(target=9), '"target"'),
        (broken(target=[]), "{"),
        (broken(target={"type": "SpecificResource"}), '"target"'),
        (broken(target={"source": "urn:x", "selector": {"type": "FragmentSelector"}}), '"selector"'),
        (broken(target={"source": "urn:x", "selector": {"type": "TextQuoteSelector", "exact": 5}}), '"exact"'),
        (broken(target={"source": "urn:x", "selector": {**quote("a"), "prefix": 5}}), '"prefix"'),
        (broken(target={"source": "urn:x", "selector": {**position(0, 5), "start": "0"}}), '"start"'),
        (broken(target={"source": "urn:x", "selector": {**position(0, 5), "end": 5.5}}), '"end"'),
        (broken(target={"source": "urn:x", "selector": position(-1, 5)}), '"start"'),
        (broken(target={"source": "urn:x", "selector": position(True, 5)}), '"start"'),
        (broken(body=9), '"body"'),
        (broken(body="not an IRI"), '"body"'),
        (broken(body={"type": "TextualBody"}), '"body"'),
        (broken(body={"type": "TextualBody", "value": ["a"]}), '"value"'),
        (broken(body={"items": ["urn:x"]}), '"body"'),
        (broken(body={"type": ["Choice", "List"], "items": ["urn:x"]}), '"body"'),
        (broken(body={"id": "urn:x", "textDirection": "squirrel"}), '"textDirection"'),
        (broken(bodyValue="and a body"), '"bodyValue"'),
        (broken(body=..., bodyValue=23), '"bodyValue"'),
        (broken(creator=6), '"creator"'),
        (broken(created="yesterday"), '"created"'),
        (broken(modified=["2031-01-28T12:00:00Z", "2031-01-28T12:00:01Z"]), '"modified"'),
        (broken(rights="not a uri"), '"rights"'),
        (broken(motivation={"a": 1}), '"motivation"'),
        (7, "7"),
        ([GOOD], "["),
    ],
)
def test_what_breaks_the_model_is_named_with_its_place(inspected: Inspected, value: Any, column_of: str) -> None:
    text = f"[{json.dumps(GOOD)},\n {json.dumps(value)}]"
    status, found = inspected(text)
    column = text.split("\n")[1].index(column_of, 1) + 1
    assert {(f["code"], f["line"], f["column"]) for f in found["findings"]} == {("E103", 2, column)}
    assert (status, found["offsets"]["spans_proved"]) == (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([GOOD])[:-9],
        json.dumps([GOOD]).replace('"type"', '"id"', 1),
        json.dumps([GOOD]).replace('"urn:x:good"', "NaN"),
        json.dumps([GOOD]).replace('"urn:x:good"', "1" * 5000),
        json.dumps([GOOD]).replace("urn:x:good", "\\ud800"),
        json.dumps([GOOD])[:-1] + ", " + "[" * 100_000,
    ],
)  # fmt: skip
def test_a_file_that_is_no_json_is_named(inspected: Inspected, text: str) -> None:
    status, found = inspected(text)
    assert (status, places(found)[0][0], found["format"]) == (3, "E102", "w3c")


def test_json_lines_are_read_line_by_line(corpus: Corpus, run: Run) -> None:
    lines = f"{json.dumps(GOOD)}\n{{broken\n\n{json.dumps(annotation('b', quote('denied')))}\n"
    root = corpus({"x/page.jsonl": lines, "x/harnes.txt": TEXT})
    status, out, _ = run("inspect", root / "x", "--json")
    found = json.loads(out)
    assert (status, places(found), found["counts"]["spans"]) == (1, [("E102", "page.jsonl", 2)], 2)


def test_deep_values_end_in_a_finding(inspected: Inspected) -> None:
    selector: dict[str, Any] = quote("Ilda")
    for _ in range(150):
        selector = {**quote("Ilda"), "refinedBy": selector}
    choice: Any = "urn:x"
    for _ in range(150):
        choice = {"type": "Choice", "items": [choice]}
    status, found = inspected(annotation("a", selector), annotation("b", quote("Ilda"), body=choice))
    assert (status, {f["code"] for f in found["findings"]}) == (1, {"E103"})


def test_files_with_one_annotation_are_one_set(inspected: Inspected, run: Run, tmp_path: Path) -> None:
    status, found = inspected(
        a=json.dumps(GOOD), b=json.dumps(annotation("b", quote("denied"))), c=json.dumps(GOOD)[:-1], d="{}"
    )
    assert (status, found["documents"], found["counts"]["spans"]) == (3, 1, 2)
    assert [place[:2] for place in places(found)] == [("E102", "c.json"), ("W113", "d.json")]
    source = tmp_path / "corpus/x"
    (source / "c.json").unlink()
    (source / "d.json").unlink()
    assert run("init", tmp_path / "new", "--from", source)[0] == 0
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    assert [(row["path"], row["raw_id"]) for row in rows(tmp_path / "out/dev", "provenance")] == [
        ("b.json", "urn:x:b"),
        ("a.json", "urn:x:good"),
    ]
    (tmp_path / "other").mkdir()
    (tmp_path / "other/z.json").write_text(json.dumps(annotation("z", quote("left"))), encoding="utf-8")
    (tmp_path / "other/y.json").write_text(json.dumps(annotation("y", quote("it"))), encoding="utf-8")
    status, out, err = run("import", tmp_path / "other", tmp_path / "new", "--annotator", "a3")
    assert (status, err.count("error[")) == (1, 1), out
    assert "error[E604]" in err, "two annotators, and no rule"
    settings = tmp_path / "new/corpus.toml"
    settings.write_text(settings.read_text() + '[annotations]\npublish = ["a1"]\n')
    assert run("validate", tmp_path / "new")[:2] == (0, "")


def test_creators_are_annotators_and_no_address_is_carried_over(inspected: Inspected, run: Run, tmp_path: Path) -> None:
    by = [{"name": "Jane Doe", "email": "mailto:jane@example.org"}, "acct:jane@example.org", "urn:x:jane"]
    items = [annotation(f"a{n}", quote("Ilda"), creator=creator) for n, creator in enumerate(by)]
    items.append(annotation("n", quote("Ilda"), creator={"id": "mailto:jane@example.org", "nickname": "jd"}))
    status, found = inspected(*items, annotation("nobody", quote("Ilda")))
    assert status == 0
    assert [name for name in found["annotators"] if "jane@" in name or "Jane" in name] == []
    assert {"a1", "jd", "urn:x:jane"} < set(found["annotators"])
    assert len(found["annotators"]) == 5
    source = tmp_path / "corpus/x"
    assert run("init", tmp_path / "new", "--from", source)[0] == 0
    assert run("build", tmp_path / "new", "--out", tmp_path / "out")[0] == 0
    assert {row["annotator"] for row in rows(tmp_path / "out/dev", "annotations")} == {"a1", "a2", "a3", "a4", "a5"}
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    written += [path for path in (tmp_path / "new").rglob("*") if path.is_file() and "exports" not in path.parts]
    assert [path for path in written if b"jane@" in path.read_bytes() or b"Jane" in path.read_bytes()] == []


def test_frames_and_contexts_are_no_annotations(corpus: Corpus, run: Run) -> None:
    frame = {"@context": CONTEXT, "type": "Annotation", "body": {"@embed": True}, "target": {"@embed": True}}
    context = {"@context": {"oa": "http://www.w3.org/ns/oa#", "Annotation": "oa:Annotation", "x": CONTEXT}}
    root = corpus({"x/frame.jsonld": json.dumps(frame), "x/context.jsonld": json.dumps(context)})
    status, out, _ = run("inspect", root / "x", "--json")
    assert (status, json.loads(out)["format"]) == (3, None)


def test_all_wrong_examples_of_the_working_group_are_named(realdata: Path, run: Run) -> None:
    folder = realdata / "w3c/web-annotation/model/wd2/examples"
    status, out, _ = run("inspect", folder / "incorrect", "--json")
    findings = json.loads(out)["findings"]
    assert status == 3
    assert {f["path"] for f in findings} >= {path.name for path in (folder / "incorrect").iterdir()}
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))["w3c/web-annotation"]
    assert sum(f["code"] == "E102" for f in findings) == expected["json_error"]
    right = json.loads(run("inspect", folder / "correct", "--json")[1])["findings"]
    assert {f["code"] for f in right} == {"E104", "E110", "E217", "W127"}, "the right ones break no model"
