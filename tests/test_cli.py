"""The contract of the command line: exit status, standard output and error, --json."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from samples import ARTICLE
from standoff.checks.codes import CODES
from standoff.corpus import planning
from standoff.files import staging

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
GOOD: dict[str, str | bytes] = {"raw/a.txt": ARTICLE, "annotations/a1/a.ann": "T1\tPLACE 10 16\tKassar\n"}
WRONG: dict[str, str | bytes] = {**GOOD, "annotations/a1/a.ann": "T1\tPLACE 10 16\tKasar\nT2\tPLACE 0 8\tBridge a\n"}
SOFT: dict[str, str | bytes] = {**GOOD, "annotations/a1/a.ann": "T2\tPLACE 0 8\tBridge a\n"}
NATIVE = """\
{"version":1,"doc_id":"a","layers":["spans"],
"spans":[{"id":"m1","kind":"mention","label":"X","exact":"WORD"}]}
"""
LINE = re.compile(r"\S.*?(:\d+(:\d+)?)?: (error|warning)\[[EW]\d{3}\] .+|  \S.*?(:\d+(:\d+)?)?: note: .+")


@pytest.mark.parametrize(
    ("files", "arguments", "status"),
    [
        (GOOD, [], 0),
        (SOFT, [], 0),
        (SOFT, ["--fail-on", "warning"], 1),
        (WRONG, [], 1),
        (WRONG, ["--fail-on", "never"], 0),
        ({**GOOD, "corpus.toml": "x"}, [], 2),
        ({**GOOD, "raw/b.txt": "x", "annotations/a1/b.json": "{"}, [], 3),
        ({**GOOD, "raw/b.txt": b"\xff"}, ["--fail-on", "never"], 3),
    ],
)
def test_status_of_validate(
    corpus: Corpus, run: Run, files: dict[str, str | bytes], arguments: list[str], status: int
) -> None:
    found, out, _ = run("validate", corpus(files), *arguments)
    assert found == status
    assert all(LINE.fullmatch(line) for line in out.splitlines())


def test_json_of_validate(corpus: Corpus, run: Run) -> None:
    status, out, err = run("validate", corpus(WRONG), "--json")
    shown = json.loads(out)
    assert (status, err, shown["documents"]) == (1, "", 1)
    first = shown["findings"][0]
    assert (first["code"], first["severity"], first["line"], first["column"]) == ("E203", "error", 1, 1)
    assert (first["path"], first["doc_id"], first["item"]) == ("annotations/a1/a.ann", "a", "T1")
    assert first["related"] == [{"path": "raw/a.txt", "message": "the text has 'Kassar' here", "line": 1, "column": 11}]
    keys = {"code", "severity", "path", "line", "column", "doc_id", "item", "message", "waived", "related"}
    assert set(first) == keys


def test_json_of_build(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    status, out, err = run("build", corpus(GOOD), "--out", tmp_path, "--json")
    shown = json.loads(out)
    assert (status, err) == (0, "")
    assert shown["release"] == str(tmp_path / "dev")
    assert shown["rows"]["documents"] == {"train": 1}
    assert shown["findings"] == []
    status, out, _ = run("build", corpus(WRONG), "--out", tmp_path, "--json")
    assert (status, json.loads(out)["release"]) == (1, None)


def test_build_prints_the_release_and_a_line_that_loads_it(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    status, out, err = run("build", corpus(GOOD), "--out", tmp_path)
    assert (status, err) == (0, "")
    assert f"release: {tmp_path / 'dev'}" in out.splitlines()
    line = out.splitlines()[-1].removeprefix("load it: ")
    loaded: dict[str, object] = {}
    exec(f"import datasets; datasets.disable_progress_bars(); {line.replace('; ', '; found = ')}", loaded)
    assert loaded["found"]["train"].num_rows == 1  # type: ignore[index]


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["frobnicate"], ["build", "--workers", "many"], ["validate", "--fail-on", "maybe"], ["build", "a", "b"],
        ["explain", "E999"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_status_2(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err


@pytest.mark.parametrize(("names", "words"), [("spans,entitys", "did you mean 'entities'"), (",", "no config")])
def test_an_unknown_config_ends_with_status_2(corpus: Corpus, run: Run, names: str, words: str) -> None:
    status, _, err = run("build", corpus(GOOD), "--configs", names)
    assert (status, words in err) == (2, True)


def test_missing_folders(run: Run, tmp_path: Path, corpus: Corpus) -> None:
    assert run("validate", tmp_path / "none")[0] == 2
    assert run("build", corpus(GOOD), "--out", tmp_path / "o", "--texts", tmp_path / "none")[0] == 3
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("where", ["plan", "build"])
def test_an_interrupt_ends_with_status_130_and_keeps_what_was_there(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    root = corpus(GOOD)
    assert run("build", root, "--out", tmp_path)[0] == 0
    before = (tmp_path / "dev/manifest.json").read_bytes()

    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*{"plan": (planning, "plan"), "build": (staging, "publish")}[where], interrupted)
    status, out, err = run("build", root, "--out", tmp_path)
    assert (status, out, err) == (130, "", "interrupted\n")
    assert (tmp_path / "dev/manifest.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".state", "corpus", "dev"]


def test_without_a_terminal_a_sound_corpus_is_built_in_silence(corpus: Corpus, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "standoff", "build", str(corpus(GOOD)), "--out", str(tmp_path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_without_a_terminal_a_sound_corpus_is_validated_in_silence(corpus: Corpus, run: Run) -> None:
    root = corpus(GOOD)
    assert run("validate", root) == (0, "", f"{root}: 1 document, 1 annotator: no findings\n")


def test_a_reader_that_goes_away_is_no_error(corpus: Corpus) -> None:
    lines = "".join(f"T{number}\tX 0 6\tKassar\n" for number in range(5000))
    root = corpus({"raw/a.txt": ARTICLE, "annotations/a1/a.ann": lines})
    command = f"{sys.executable} -m standoff validate {root} --max-errors 0 | head -1"
    shown = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "E203" in shown.stdout
    assert "Traceback" not in shown.stderr


def test_explain_lists_every_code_and_explains_each(run: Run) -> None:
    status, out, _ = run("explain")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(CODES)
    assert all(re.fullmatch(r"[EW][1-6]\d\d", code) for code in CODES)
    status, out, _ = run("explain", "e203")
    assert (status, out.startswith("E203"), "What to do" in out) == (0, True, True)


def test_the_default_corpus_is_the_folder_corpus_else_the_working_directory(
    corpus: Corpus, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = corpus(WRONG)
    monkeypatch.chdir(root.parent)
    assert run("validate")[1].startswith("corpus/annotations/a1/a.ann:1:1: ")
    monkeypatch.chdir(root)
    assert run("validate")[1].startswith("annotations/a1/a.ann:1:1: ")


def test_findings_are_sorted_by_place_and_the_same_each_time(corpus: Corpus) -> None:
    files = {f"annotations/a1/{name}.ann": f"{'x' * 3}\nT1\tX 0 99\tx\n" for name in "cab"}
    root = corpus({**files, **{f"raw/{name}.txt": "text" for name in "abc"}})
    shown = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "standoff", "validate", str(root)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        shown.add(subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout)
    (out,) = shown
    places = [line.split(": ")[0] for line in out.splitlines()]
    assert len(places) == 6
    assert places == sorted(places)


def test_version_and_help(run: Run) -> None:
    from standoff import __version__

    assert run("--version") == (0, f"standoff {__version__}\n", "")
    for verb in ("validate", "anchor", "split", "build", "verify", "where", "explain"):
        status, out, _ = run(verb, "--help")
        assert (status, "usage: standoff" in out) == (0, True)


def test_anchor_says_what_it_would_do_and_does_it_only_on_demand(corpus: Corpus, run: Run) -> None:
    native = NATIVE.replace("WORD", "KASSAR")
    root = corpus({"raw/a.txt": ARTICLE, "annotations/a1/a.json": native})
    path = root / "annotations/a1/a.json"
    assert run("anchor", root)[:2] == (0, f"{path}: would be written\n")
    assert path.read_text() == native
    assert run("anchor", root, "--write")[:2] == (0, f"{path}: written\n")
    written = json.loads(path.read_text())
    assert written["spans"] == [
        {"id": "m1", "kind": "mention", "label": "X", "exact": "KASSAR", "start": 26, "end": 32}
    ]
    assert run("anchor", root, "--write")[:2] == (0, "")
    assert run("validate", root)[0] == 0


def test_anchor_leaves_a_file_with_a_fault_as_it_is(corpus: Corpus, run: Run) -> None:
    native = NATIVE.replace("WORD", "None")
    root = corpus({"raw/a.txt": ARTICLE, "annotations/a1/a.json": native})
    status, _, err = run("anchor", root, "--write")
    assert (status, "error[E205]" in err) == (1, True)
    assert (root / "annotations/a1/a.json").read_text() == native
