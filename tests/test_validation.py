"""Validating is streaming: a document's findings are out before the next one is read, and nothing of it is kept."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.corpus import assembly, planning
from standoff.corpus.entries import Entry
from standoff.corpus.validation import Validation
from standoff.model import Document

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

TEXT = "Bridge\n\nGunners shelled the bridge at Kassar.\n"
HALF = "T1\tThing 28 32\tbrid\n"
"""Half a word, W210."""

OUTSIDE = "T2\tThing 30 300\tx\n"
"""After the end of the text, E202."""


def many(count: int, **more: str | bytes) -> dict[str, str | bytes]:
    """Make documents d00, d01 …, each with half a word and a span outside its text."""
    files: dict[str, str | bytes] = {}
    for number in range(count):
        files[f"raw/d{number:02}.txt"] = f"{TEXT}{number}\n"
        files[f"annotations/a1/d{number:02}.ann"] = HALF + OUTSIDE
    return files | more


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes as POSIX has them")
@pytest.mark.parametrize("form", ["text", "github"])
def test_the_first_finding_is_out_before_the_last_document_can_be_read(corpus: Corpus, form: str) -> None:
    root = corpus(many(3))
    last = root / "annotations/a1/d02.ann"
    last.unlink()
    os.mkfifo(last)
    command = [sys.executable, "-m", "standoff", "validate", str(root), "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(2)]
        assert process.poll() is None, "it waits for the last document"
        last.write_text(OUTSIDE, encoding="utf-8")
        rest = process.stdout.readlines()
    assert process.returncode == 1
    assert all("/d00." in line or "/d01." in line for line in lines)
    assert any("d02.ann" in line and "E202" in line for line in rest)


@pytest.mark.parametrize("workers", [1, 2])
def test_findings_come_document_by_document_and_those_of_all_at_last(corpus: Corpus, run: Run, workers: int) -> None:
    files = many(30, **{"raw/.hidden": "", "raw/picture.png": "x"})
    files |= {"splits.csv": "story_id,split\n" + "".join(f"d{n:02},train\n" for n in range(29)) + "d29,test\n"}
    files |= {"raw/d29.txt": files["raw/d00.txt"]}
    files |= {"waivers.toml": '[[waivers]]\ncode = "E203"\ndocument = "d00"\nreason = "x"\n'}
    status, out, _ = run("validate", corpus(files), "--workers", workers, "--max-errors", 0)
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    shown = [line.split(": ")[0].split("/corpus/")[1].split(":")[0] for line in lines]
    documents = [f"annotations/a1/d{number:02}.ann" for number in range(30) for _ in range(2)]
    assert (status, shown) == (1, ["raw/picture.png", *documents, "raw/d29.txt", "waivers.toml"])


def test_the_same_findings_in_all_forms(corpus: Corpus, run: Run) -> None:
    root = corpus(many(3))
    lines = run("validate", root)[1].splitlines()
    for form in ("json", "sarif"):
        out = run("validate", root, "--format", form)[1]
        assert out.count("W210") - out.count('"id": "W210"') == sum("W210" in line for line in lines) == 3
        assert out.count("E202") - out.count('"id": "E202"') == 3


def test_nothing_of_a_document_is_kept_when_the_next_one_is_read(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planning.plan(corpus(many(40)))
    assemble, alive = assembly.assemble, []

    def watched(entry: Entry, *arguments: object, **named: object) -> assembly.Assembled:
        alive.append(sum(isinstance(found, Document | assembly.Assembled) for found in gc.get_objects()))
        return assemble(entry, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(assembly, "assemble", watched)
    gc.collect()
    gc.disable()
    try:
        count = sum(len(batch) for batch in Validation(plan).findings())
    finally:
        gc.enable()
    assert count == 80
    assert len(alive) == 40
    assert max(alive) == alive[0], "documents that were checked before are still there"


def test_findings_of_a_file_of_many_documents_are_counted_in_the_end(corpus: Corpus, run: Run) -> None:
    tasks = "".join(
        f'{{"id": {number}, "text": "Gunners shelled Kassar {number:02}.", "label": [[16, 20, "PLACE"]]}}\n'
        for number in range(8)
    )
    toml = '[[sources]]\npath = "tasks.jsonl"\nformat = "doccano"\n'
    root = corpus({"corpus.toml": toml, "tasks.jsonl": tasks})
    status, out, _ = run("validate", root)
    lines = out.splitlines()
    assert (status, len(lines)) == (0, 6)
    assert all("W210" in line for line in lines)
    assert lines[-1] == f"{root}/tasks.jsonl: … and 3 more W210"
    assert len(run("validate", root, "--max-errors", 0)[1].splitlines()) == 8
    assert run("validate", root, "--max-errors", 2)[1].splitlines()[-1].startswith("… and 6 more;")


def test_validating_needs_neither_arrow_nor_the_loader(corpus: Corpus) -> None:
    code = (
        "import sys, standoff.cli; standoff.cli.main(['validate', sys.argv[1]]); "
        "print([name for name in ('pyarrow', 'numpy', 'datasets', 'yaml', 'jinja2') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(corpus(many(1)))]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"
