"""`standoff import`: one more source of a corpus, copied unchanged, and what it changes said."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.inference import addition
from test_build import rows

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
TEXT = "Ilda Voren met the Column in Kassar.\n"
A1 = "T1\tPER 0 10\tIlda Voren\n"


def brat(folder: Path, name: str, ann: str, text: str | None = TEXT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ann").write_text(ann, encoding="utf-8")
    if text is not None:
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def root(corpus: Corpus) -> Path:
    rule = '[annotations]\npublish = ["a2", "a1"]\n'
    return corpus({"corpus.toml": rule, "raw/visit.txt": TEXT, "annotations/a1/visit.ann": A1})


def test_a_second_annotator_is_added_and_the_corpus_builds(root: Path, run: Run, tmp_path: Path) -> None:
    export = brat(tmp_path / "jane", "visit", "T1\tPER 0 10\tIlda Voren\nT2\tGPE 29 35\tKassar\n")
    status, out, err = run("import", export, root, "--annotator", "a2")
    assert status == 0, err
    assert "annotations/a2/visit.ann" in out
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    assert [row["label"] for row in rows(tmp_path / "dist/dev", "spans")] == ["PER", "GPE"]


def test_an_export_without_a_name_asks_whose_it_is(root: Path, run: Run, tmp_path: Path) -> None:
    status, _, err = run("import", brat(tmp_path / "x", "visit", A1), root)
    assert status == 2
    assert "say whose it is: --annotator a2 (the corpus has a1)" in err


def test_a_dry_run_changes_nothing(root: Path, run: Run, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    status, out, _ = run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "a2", "--dry-run")
    assert (status, "would import 1 document\n" in out) == (0, True)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_the_second_import_replaces_and_says_so(root: Path, run: Run, tmp_path: Path) -> None:
    run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "a2")
    _, out, _ = run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "a2")
    assert "unchanged   2 files" in out
    changed = brat(tmp_path / "x", "visit", "T1\tGPE 29 35\tKassar\n")
    _, out, _ = run("import", changed, root, "--annotator", "a2")
    assert "replaced    1 file: annotations/a2/visit.ann" in out
    assert (root / "annotations/a2/visit.ann").read_text(encoding="utf-8") == "T1\tGPE 29 35\tKassar\n"


def test_a_document_of_another_name_is_known_by_its_text(root: Path, run: Run, tmp_path: Path) -> None:
    status, out, _ = run("import", brat(tmp_path / "x", "task-17", A1), root, "--annotator", "a2")
    assert (status, "matched     task-17 by its text: it is visit here" in out) == (0, True)
    assert (root / "annotations/a2/visit.ann").is_file()
    assert not (root / "raw/task-17.txt").exists()


def test_a_new_document_comes_with_its_article(root: Path, run: Run, tmp_path: Path) -> None:
    export = brat(tmp_path / "x", "other", "T1\tGPE 5 11\tKassar\n", "From Kassar.\n")
    status, out, _ = run("import", export, root, "--annotator", "a2")
    assert (status, "1 new ones: other" in out) == (0, True)
    assert (root / "raw/other.txt").read_text(encoding="utf-8") == "From Kassar.\n"


def test_another_text_under_the_same_name_is_an_error(root: Path, run: Run, tmp_path: Path) -> None:
    status, _, err = run("import", brat(tmp_path / "x", "visit", A1, "Ilda Voren left.\n"), root, "--annotator", "a2")
    assert (status, "error[E605]" in err) == (1, True)


def test_real_names_become_published_ones_and_the_key_is_ignored(root: Path, run: Run, tmp_path: Path) -> None:
    for name in ("jane", "omar"):
        brat(tmp_path / "x" / name, "visit", A1)
    status, out, err = run("import", tmp_path / "x", root)
    assert status == 0, err
    assert "annotators  a2, a3" in out
    assert (root / "annotators.csv").read_text(encoding="utf-8") == "jane,a2\nomar,a3\n"
    assert "annotators.csv" in (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "jane" not in out


def test_the_annotator_option_takes_a_published_name_only(root: Path, run: Run, tmp_path: Path) -> None:
    status, _, err = run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "jane")
    assert (status, "expected gold, a1, a2" in err) == (2, True)


def test_an_unreadable_file_imports_nothing(root: Path, run: Run, tmp_path: Path) -> None:
    export = brat(tmp_path / "x", "visit", A1)
    (export / "more.ann").write_bytes(b"T1\tPER 0 4\tR\xe9e\n")
    (export / "more.txt").write_bytes(b"Ree\n")
    status, _, err = run("import", export, root, "--annotator", "a2")
    assert status == 3, err
    assert not (root / "annotations/a2").exists()


def test_a_second_annotator_without_a_rule_whose_work_is_published_is_said(
    root: Path, run: Run, tmp_path: Path
) -> None:
    (root / "corpus.toml").write_text("", encoding="utf-8")
    status, _, err = run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "a2")
    assert (status, "error[E604]" in err) == (1, True)


def test_nothing_to_import_is_one_line(root: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    status, _, err = run("import", tmp_path / "x", root, "--annotator", "a2")
    assert (status, "holds no annotation file" in err) == (3, True)


def test_settings_stay_as_they_are_written(root: Path, run: Run, tmp_path: Path) -> None:
    text = "# my corpus\n[corpus]\nname = 'mine' # a comment\n"
    (root / "corpus.toml").write_text(text, encoding="utf-8")
    run("import", brat(tmp_path / "x", "visit", A1), root, "--annotator", "a2")
    assert (root / "corpus.toml").read_text(encoding="utf-8").startswith(text)
    assert tomllib.loads((root / "corpus.toml").read_text(encoding="utf-8"))["corpus"]["name"] == "mine"


def brat_project(root: Path) -> dict[Path, bytes]:
    """Return the files of a corpus, so that two states of it can be compared."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_dry_run_says_what_the_corpus_would_report(root: Path, run: Run, tmp_path: Path) -> None:
    before = brat_project(root)
    export = brat(tmp_path / "x", "visit", "T1\tPER 0 4\tOmar\n")
    status, out, err = run("import", export, root, "--annotator", "a2", "--dry-run")
    assert (status, f"{root}/annotations/a2/visit.ann:1:1: error[E203]" in err) == (1, True)
    assert "nothing was written" in out
    assert brat_project(root) == before


def test_strict_writes_nothing_that_has_errors(root: Path, run: Run, tmp_path: Path) -> None:
    before = brat_project(root)
    export = brat(tmp_path / "x", "visit", "T1\tPER 0 4\tOmar\n")
    assert run("import", export, root, "--annotator", "a2", "--strict")[0] == 1
    assert brat_project(root) == before
    assert run("import", export, root, "--annotator", "a2")[0] == 1
    assert (root / "annotations/a2/visit.ann").is_file()


@pytest.mark.parametrize(
    "settings", ["", "[annotations]\nempty_files = 'nothing_found'\n", "[annotations]\npublish = ['gold']\n"]
)
def test_the_rule_is_offered_and_written(settings: str, root: Path, run: Run, tmp_path: Path) -> None:
    (root / "corpus.toml").write_text(settings, encoding="utf-8")
    export = brat(tmp_path / "x", "visit", A1)
    _, out, _ = run("import", export, root, "--annotator", "a2", "--dry-run")
    order = ["gold", "a1", "a2"] if "publish" in settings else ["a1", "a2"]
    assert f"--publish {','.join(order)}" in out
    status, _, err = run("import", export, root, "--annotator", "a2", "--publish", ",".join(order))
    assert status == 0, err
    value = tomllib.loads((root / "corpus.toml").read_text(encoding="utf-8"))
    assert value["annotations"]["publish"] == order
    assert run("validate", root)[0] == 0


def test_a_write_that_fails_half_way_leaves_the_corpus_as_it_was(
    root: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = brat(tmp_path / "x", "visit", "T1\tGPE 29 35\tKassar\n")
    brat(tmp_path / "x", "other", "T1\tGPE 5 11\tKassar\n", "From Kassar.\n")
    before = brat_project(root)
    replace, count = addition.os.replace, []

    def failing(source: Path, target: Path) -> None:
        count.append(target)
        if len(count) == 3:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(addition.os, "replace", failing)
    status, _, err = run("import", export, root, "--annotator", "a1")
    assert (status, "nothing was imported" in err) == (4, True)
    assert brat_project(root) == before


def test_a_corpus_with_sources_outside_is_checked_as_it_lies(root: Path, run: Run, tmp_path: Path) -> None:
    outside = brat(root.parent / "outside", "more", A1.replace("29", "29"), TEXT)
    (root / "corpus.toml").write_text(
        f'[annotations]\npublish = ["a2", "a1"]\n[[sources]]\npath = "../{outside.name}"\nformat = "brat"\n',
        encoding="utf-8",
    )
    status, out, err = run("import", brat(tmp_path / "x", "more", A1, None), root, "--annotator", "a2")
    assert (status, "no findings" in out) == (0, True), err


XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<type:NamedEntity xmi:id="7" sofa="1" begin="0" end="10" value="PER"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text"
 sofaString="Ilda Voren met the Column in Kassar.&#10;"/>
<cas:View sofa="1" members="7"/></xmi:XMI>
"""


def test_files_that_lie_in_an_annotators_folder_are_still_read(root: Path, run: Run, tmp_path: Path) -> None:
    (root / "raw/other.txt").write_text(TEXT.replace("Ilda", "Omar"), encoding="utf-8")
    export = tmp_path / "x"
    export.mkdir()
    (export / "visit2.xmi").write_text(XMI.replace("Ilda", "Runa"), encoding="utf-8")
    status, out, err = run("import", export, root, "--annotator", "a1")
    assert (status, "exports/cas_xmi-a1" in out) == (0, True), err
    _, out, _ = run("inspect", root)
    assert "brat (1 document), cas_xmi (1 document)" in out
    lying = brat(tmp_path / "y", "other", A1.replace("Ilda", "Omar"), TEXT.replace("Ilda", "Omar"))
    assert run("import", lying, root, "--annotator", "a1")[0] == 0
    assert "brat (2 documents)" in run("inspect", root)[1]


def tasks(*names: str) -> str:
    value = {"start": 0, "end": 4, "text": "Ilda", "labels": ["PER"]}
    region = {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    annotation = {"completed_by": 1, "result": [region]}
    return json.dumps([
        {"id": n, "data": {"doc_id": name, "text": f"Ilda left {name}."}, "annotations": [annotation]}
        for n, name in enumerate(names)
    ])  # fmt: skip


def test_an_export_does_not_replace_one_of_its_name_that_holds_more(root: Path, run: Run, tmp_path: Path) -> None:
    export = tmp_path / "tasks.json"
    for names in (["quay", "port"], ["gate", "moor"], ["gate", "moor"]):
        export.write_text(tasks(*names), encoding="utf-8")
        status, out, err = run("import", export, root)
        assert status == 0, out + err
    assert "unchanged" in out
    assert (root / "exports/tasks.json").read_text(encoding="utf-8") == tasks("quay", "port")
    assert (root / "exports/2/tasks.json").read_text(encoding="utf-8") == tasks("gate", "moor")
    assert run("validate", root)[0] == 0
    before = brat_project(root)
    export.write_text(tasks("quay"), encoding="utf-8")
    status, _, err = run("import", export, root)
    assert (status, "holds what the new one of its name lacks (port by" in err) == (2, True)
    assert brat_project(root) == before
    export.write_text(tasks("quay", "port", "pier"), encoding="utf-8")
    assert run("import", export, root)[0] == 0
    assert (root / "exports/tasks.json").read_text(encoding="utf-8") == tasks("quay", "port", "pier")


def test_a_second_file_of_an_annotator_on_a_document_is_said_with_what_to_do(
    root: Path, run: Run, tmp_path: Path
) -> None:
    value = {"version": 1, "doc_id": "visit", "layers": ["spans"]}
    (tmp_path / "x").mkdir()
    (tmp_path / "x/visit.json").write_text(json.dumps(value), encoding="utf-8")
    status, out, err = run("import", tmp_path / "x", root, "--annotator", "a1", "--strict")
    assert (status, "error[E110]" in err, "name another --annotator" in out, "write-waivers" in out) == (
        1, True, True, False,
    )  # fmt: skip
