"""A corpus folder, such as one of `export --to native`, is an export like any other: `inspect`, `init` and `import`."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test_build import rows
from test_inspect import inspected

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
LAYERS = ["spans", "entities", "events", "attributions", "stance", "relations"]


def native(doc_id: str, *quotes: str) -> str:
    spans = [{"id": f"m{n}", "kind": "mention", "label": "PER", "exact": quote} for n, quote in enumerate(quotes, 1)]
    return json.dumps({"version": 1, "doc_id": doc_id, "layers": LAYERS, "spans": spans})


def record(doc_id: str, text: str, **fields: Any) -> str:
    return json.dumps({"id": doc_id, "text": text, **fields}) + "\n"


FILES: dict[str, str | bytes] = {
    "corpus.toml": '[[articles.cuts]]\nline = "Share this page"\n',
    "raw/wire.jsonl": record("quay", "Ilda left.\n\nOmar stayed.", publisher="Doliv Courier", desk="foreign")
    + record("port", "Omar left."),
    "raw/2031/gate.txt": "Share this page\nRuna left.\n",
    "raw/metadata.csv": "doc_id,license,words\nport,cc-by-4.0,2\n2031__gate,cc0-1.0,2\n",
    "annotations/a1/quay.json": native("quay", "Ilda", "Omar"),
    "annotations/a1/port.json": native("port", "Omar"),
    "annotations/a1/2031__gate.json": native("2031__gate", "Runa"),
}


@pytest.fixture
def given(corpus: Corpus) -> Path:
    return corpus(FILES)


def test_a_corpus_is_inspected_as_it_is_built(given: Path, run: Run) -> None:
    value = inspected(run, given)
    assert (value["format"], value["documents"], value["annotators"]) == ("native", 3, ["a1"])
    assert (value["counts"]["spans"], value["findings"], value["other"]) == (4, [], [])
    _, out, _ = run("inspect", given)
    assert "4 of 4 spans proved" in out


def test_a_corpus_may_hold_an_export_that_is_one(given: Path, run: Run, tmp_path: Path) -> None:
    assert run("export", given, "--to", "native", "--out", given / "dist/x")[0] == 0
    assert inspected(run, given)["documents"] == 3


def test_the_corpus_that_comes_with_it_is_healthy(run: Run) -> None:
    value = inspected(run, ROOT / "corpus")
    assert value["documents"] == 13
    assert [finding for finding in value["findings"] if finding["severity"] == "error"] == []


def test_a_zip_with_a_corpus_in_a_folder_is_one(given: Path, run: Run, tmp_path: Path) -> None:
    (given / "annotations/a1/port.json").write_text(native("port", "Nobody"), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as packed:
        for path in sorted(given.rglob("*")):
            packed.write(path, f"mine/{path.relative_to(given)}")
    value = inspected(run, tmp_path / "mine.zip", 1)
    assert [(f["code"], f["path"]) for f in value["findings"]] == [("E205", "mine/annotations/a1/port.json")]


def test_records_of_articles_are_read_without_a_corpus_toml(given: Path, run: Run, tmp_path: Path) -> None:
    (given / "corpus.toml").unlink()
    (given / "raw/metadata.csv").unlink()
    shutil.rmtree(given / "raw/2031")
    (given / "annotations/a1/2031__gate.json").unlink()
    with (given / "raw/wire.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "lost"}\n')
    value = inspected(run, given, 1)
    assert (value["documents"], value["counts"]["spans"]) == (2, 3)
    assert [(f["code"], f["path"], f["line"]) for f in value["findings"]] == [("E111", "raw/wire.jsonl", 3)]
    assert run("init", tmp_path / "project", "--from", given)[0] == 1
    assert (tmp_path / "project/raw/wire.jsonl").read_bytes() == (given / "raw/wire.jsonl").read_bytes()


def test_init_copies_a_corpus_as_it_stands(given: Path, run: Run, tmp_path: Path) -> None:
    (given / ".gitignore").write_text("raw/quay.txt\n", encoding="utf-8")
    status, out, err = run("init", tmp_path / "project", "--from", given)
    assert (status, "copied as it stands" in out) == (0, True), err
    for name, content in FILES.items():
        assert (tmp_path / "project" / name).read_bytes().decode() == content
    assert (tmp_path / "project/.gitignore").read_text(encoding="utf-8") == "raw/quay.txt\n"
    assert (tmp_path / "project/scheme.toml").is_file()
    for root, out_folder in ((given, "one"), (tmp_path / "project", "two")):
        assert run("build", root, "--out", tmp_path / out_folder)[0] == 0
    documents = [rows(tmp_path / name / "dev", "documents") for name in ("one", "two")]
    assert documents[0] == documents[1]
    assert [row["license"] for row in documents[0]] == ["cc0-1.0", "cc-by-4.0", None]


def test_a_source_outside_of_the_corpus_is_not_copied_silently(given: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (given / "corpus.toml").write_text('[[sources]]\npath = "../out"\nformat = "brat"\n', encoding="utf-8")
    status, _, err = run("init", tmp_path / "project", "--from", given)
    assert (status, "'../out' lies outside of this corpus" in err) == (2, True)
    assert not (tmp_path / "project").exists()


def test_a_corpus_is_imported_into_another(given: Path, run: Run, tmp_path: Path) -> None:
    root = tmp_path / "mine"
    (root / "raw").mkdir(parents=True)
    (root / "corpus.toml").write_text('[annotations]\npublish = ["a1", "a2"]\n', encoding="utf-8")
    (root / "raw/port.txt").write_text("Omar left.", encoding="utf-8")
    (root / "raw/wire.jsonl").write_text(record("pier", "Nobody."), encoding="utf-8")
    (given / "corpus.toml").write_text("", encoding="utf-8")
    (given / "raw/2031/gate.txt").write_text("Runa left.\n", encoding="utf-8")
    status, out, err = run("import", given, root, "--annotator", "a2")
    assert status == 0, out + err
    assert (root / "raw/wire-2.jsonl").read_text(encoding="utf-8").startswith('{"id": "quay"')
    assert "port" not in (root / "raw/wire-2.jsonl").read_text(encoding="utf-8")
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    found = {row["doc_id"]: row for row in rows(tmp_path / "dist/dev", "documents")}
    assert {name: len(row["spans"] or ()) for name, row in found.items()} == {
        "2031__gate": 1, "pier": 0, "port": 1, "quay": 2,
    }  # fmt: skip
    assert (found["quay"]["publisher"], found["2031__gate"]["license"]) == ("Doliv Courier", "cc0-1.0")
    again = run("import", given, root, "--annotator", "a2")
    assert (again[0], "new " in again[1], "replaced" in again[1]) == (0, False, False)


def test_a_text_with_cuts_is_imported_as_it_was_read(given: Path, run: Run, tmp_path: Path) -> None:
    root = tmp_path / "mine"
    root.mkdir()
    (root / "corpus.toml").write_text("", encoding="utf-8")
    assert run("import", given, root, "--annotator", "a1")[0] == 0
    assert (root / "raw/2031__gate.txt").read_text(encoding="utf-8") == "Runa left.\n"
    found = rows(tmp_path / "dist/dev", "documents") if run("build", root, "--out", tmp_path / "dist")[0] == 0 else []
    assert [(row["doc_id"], row["publisher"]) for row in found] == [
        ("2031__gate", None), ("port", None), ("quay", "Doliv Courier"),
    ]  # fmt: skip


COREF = """#begin document (quay); part 000
quay 0 0 Ilda NNP (TOP(S(NP*) - - - - (PERSON) (ARG0*) (0)
quay 0 1 left VBD (VP*))) leave 01 1 - * (V*) -

#end document
"""


def test_what_no_reader_takes_over_is_said_by_every_verb(run: Run, tmp_path: Path) -> None:
    (tmp_path / "quay.conll").write_text(COREF, encoding="utf-8")
    for arguments in (("inspect",), ("init", tmp_path / "project", "--from")):
        _, out, _ = run(*arguments, tmp_path / "quay.conll")
        assert "remark      not read: " in out
    _, out, _ = run("import", tmp_path / "quay.conll", tmp_path / "project", "--annotator", "a1", "--dry-run")
    assert "remark      not read: " in out
    status, out, err = run("build", tmp_path / "project", "--out", tmp_path / "dist")
    assert (status, "not read: conll_coref: sense (1 document)" in out) == (0, True), out + err
    held = json.loads((tmp_path / "dist/dev/manifest.json").read_text(encoding="utf-8"))["left_out"]["unread"]
    assert held["conll_coref: sense"] == 1
    card = (tmp_path / "dist/dev/README.md").read_text(encoding="utf-8").replace("\\", "")
    assert "not taken over: conll_coref: sense: 1 document." in card
    _, out, _ = run("build", tmp_path / "project", "--out", tmp_path / "dist")
    assert "not read: conll_coref: sense (1 document)" in out, "what was reused is counted, too"
