"""`standoff where`: from an item of a release back to its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from samples import ARTICLE

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
ANN = "T1\tPLACE 10 16\tKassar\nT2\tPERSON 35 42\tGunners\n"
NATIVE = """\
{"version": 1, "doc_id": "a", "layers": ["spans", "entities"],
"spans": [{"id": "m1", "kind": "mention", "label": "PLACE", "exact": "KASSAR"},
 {"id": "T1", "kind": "mention", "label": "PLACE", "exact": "Gunners"}],
"entities": [{"id": "e1", "label": "PLACE", "name": "Kassar", "mentions": ["m1"]}]}
"""
FILES: dict[str, str | bytes] = {
    "corpus.toml": '[annotations]\npublish = ["gold", "a1"]\n',
    "raw/a.txt": ARTICLE,
    "raw/bridge.txt": "The bridge fell.\n",
    "raw/lonely.txt": "Nobody has annotated this.\n",
    "annotations/a1/a.ann": ANN,
    "annotations/a1/bridge.ann": "T1\tX 4 10\tbridge\n",
    "annotations/gold/a.json": NATIVE,
}


@pytest.fixture
def built(corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A corpus and its release; the working directory is another one."""
    root = corpus(FILES)
    status, _, err = run("build", root, "--out", tmp_path / "dist")
    assert status == 0, err
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return root, tmp_path / "dist/dev"


def test_an_item_is_found_with_its_line(built: tuple[Path, Path], run: Run) -> None:
    root, release = built
    status, out, err = run("where", release, "a", "T2", "--corpus", root)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "annotations/a1/a.ann:2:1",
        "  annotator  a1",
        "  layer      spans",
        "  id         T2",
        "  raw id     T2",
        f"  sha256     {hashlib.sha256(ANN.encode()).hexdigest()}",
        f"  file       {root / 'annotations/a1/a.ann'}",
        "     2 | T2\\tPERSON 35 42\\tGunners",
        "       | ^",
    ]


def test_every_annotator_of_the_item_is_named(built: tuple[Path, Path], run: Run) -> None:
    root, release = built
    out = run("where", release, "a", "T1", "--corpus", root)[1]
    assert [line for line in out.splitlines() if not line.startswith(" ")] == [
        "annotations/a1/a.ann:1:1",
        "annotations/gold/a.json:3:2",
    ]
    out = run("where", release, "a", "T1", "--annotator", "gold")[1]
    assert [line for line in out.splitlines() if not line.startswith(" ")] == ["annotations/gold/a.json:3:2"]


def test_json_of_where(built: tuple[Path, Path], run: Run) -> None:
    root, release = built
    shown = json.loads(run("where", release, "a", "e1", "--corpus", root, "--json")[1])
    assert shown == {
        "release": str(release),
        "origins": [
            {
                "doc_id": "a",
                "annotator": "gold",
                "layer": "entities",
                "id": "e1",
                "path": "annotations/gold/a.json",
                "line": 4,
                "column": 14,
                "raw_id": "e1",
                "file_sha256": hashlib.sha256(NATIVE.encode()).hexdigest(),
                "taken_from": [],
                "edited": False,
                "state": "unchanged",
                "file": str(root / "annotations/gold/a.json"),
                "text": NATIVE.splitlines()[3],
            }
        ],
    }


def test_every_published_item_is_found(built: tuple[Path, Path], run: Run) -> None:
    """Derived entities too, which have a place of their own or none."""
    import pyarrow.parquet as pq

    root, release = built
    rows = [row for path in (release / "provenance").iterdir() for row in pq.read_table(path).to_pylist()]
    assert {row["layer"] for row in rows} >= {"spans", "entities"}
    for row in rows:
        options = ["--annotator", row["annotator"], "--corpus", root, "--json"]
        found = json.loads(run("where", release, row["doc_id"], row["id"], *options)[1])["origins"]
        (mine,) = [origin for origin in found if origin["layer"] == row["layer"]]
        assert mine.items() >= row.items()
        assert (mine["state"], mine["text"] is None) == ("unchanged", row["line"] is None)


def test_a_file_that_changed_since_shows_no_line(built: tuple[Path, Path], run: Run) -> None:
    root, release = built
    (root / "annotations/a1/a.ann").write_text(f"T9\tX 0 6\tBridge\n{ANN}", encoding="utf-8")
    status, out, _ = run("where", release, "a", "T2", "--corpus", root)
    assert (status, "a.ann has changed since the release was built" in out, " | " in out) == (0, True, False)
    (root / "annotations/a1/a.ann").unlink()
    status, out, _ = run("where", release, "a", "T2", "--corpus", root)
    assert (status, f"there is no such file below {root}" in out, " | " in out) == (0, True, False)
    found = json.loads(run("where", release, "a", "T2", "--corpus", root, "--json")[1])["origins"][0]
    assert (found["state"], found["file"], found["text"]) == ("missing", None, None)


def test_the_corpus_at_hand_is_the_default(built: tuple[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root, release = built
    out = run("where", release, "a", "T2")[1]
    assert ("no corpus is at hand" in out, " | " in out) == (True, False)
    assert json.loads(run("where", release, "a", "T2", "--json")[1])["origins"][0]["state"] is None
    for folder in (root, root.parent):
        monkeypatch.chdir(folder)
        assert "     2 | T2" in run("where", release, "a", "T2")[1]
    (root / "corpus.toml").write_text("x", encoding="utf-8")
    status, out, err = run("where", release, "a", "T2")
    assert (status, out.startswith("annotations/a1/a.ann:2:1\n"), "corpus.toml" in err) == (0, True, True)
    assert run("where", release, "a", "T2", "--corpus", root)[0] == 2


def test_a_source_outside_is_found_through_the_settings(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    """Paths of a source are relative to it, and annotators of a folder may have an alias."""
    (tmp_path / "export/deep").mkdir(parents=True)
    (tmp_path / "export/deep/a.ann").write_text(ANN, encoding="utf-8")
    (tmp_path / "export/deep/a.txt").write_text(ARTICLE, encoding="utf-8")
    settings = '[[sources]]\npath = "../export"\nformat = "brat"\nannotator = "a7"\n'
    root = corpus({"corpus.toml": settings})
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    out = run("where", tmp_path / "dist/dev", "deep__a", "T2", "--corpus", root)[1]
    assert (out.startswith("deep/a.ann:2:1\n"), "     2 | T2" in out) == (True, True)


def test_long_lines_and_controls_are_shown_safely(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    spans = [{"id": f"m{n}", "kind": "mention", "label": "X", "start": n, "end": n + 1} for n in range(60)]
    native = json.dumps({"version": 1, "doc_id": "a", "layers": ["spans"], "spans": spans})
    root = corpus({"raw/a.txt": "x" * 60, "annotations/a1/a.json": native})
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    out = run("where", tmp_path / "dist/dev", "a", "m55", "--corpus", root)[1]
    line, caret = out.splitlines()[-2:]
    assert len(line) < 1100
    assert line[caret.index("^") :].startswith('{"id": "m55"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["brige", "T1"], "there is no document 'brige' (did you mean 'bridge'?)"),
        (["zzz", "T1"], "there is no document 'zzz'"),
        (["lonely", "T1"], "lonely has no items: nobody has annotated it"),
        (["a", "T22"], "a has no item 'T22' (did you mean 'T2'?)"),
        (["a", "m1", "--annotator", "a1"], "a has no item 'm1'"),
        (
            ["a", "T1", "--annotator", "god"],
            "a has no items by 'god' (did you mean 'gold'?); expected one of: a1, gold",
        ),
    ],
)
def test_what_there_is_not_ends_with_status_2_and_one_line(
    built: tuple[Path, Path], run: Run, arguments: list[str], words: str
) -> None:
    status, out, err = run("where", built[1], *arguments)
    assert (status, out, err) == (2, "", f"{built[1]}: error: {words}\n")


def test_a_folder_that_is_no_release_or_a_damaged_one_ends_with_status_3(
    built: tuple[Path, Path], run: Run, tmp_path: Path
) -> None:
    root, release = built
    assert run("where", tmp_path / "none", "a", "T1")[0] == 3
    assert run("where", root, "a", "T1")[0] == 3
    (shard,) = (release / "provenance").glob("*.parquet")
    shard.write_bytes(shard.read_bytes()[:100])
    status, out, err = run("where", release, "a", "T1")
    assert (status, out, "standoff verify" in err, "Traceback" in err) == (3, "", True, False)
    assert run("build", root, "--out", tmp_path / "few", "--configs", "documents")[0] == 0
    status, _, err = run("where", tmp_path / "few/dev", "a", "T1")
    assert (status, "holds no config 'provenance'" in err) == (3, True)


def test_an_id_given_anew_is_found_by_the_id_in_the_file(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    """The published id of an item may differ from its raw id: then the hint names it."""
    import pyarrow.parquet as pq

    relation = "*\tEquiv T1 T2\n"
    root = corpus(
        {"raw/a.txt": ARTICLE, "annotations/a1/a.ann": f"T1\tP 10 16\tKassar\nT2\tP 26 32\tKASSAR\n{relation}"}
    )
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    rows = [row for path in (tmp_path / "dist/dev/provenance").iterdir() for row in pq.read_table(path).to_pylist()]
    for row in rows:
        if row["raw_id"] and row["raw_id"] not in {other["id"] for other in rows}:
            err = run("where", tmp_path / "dist/dev", "a", row["raw_id"])[2]
            assert f"did you mean {row['id']!r}" in err
