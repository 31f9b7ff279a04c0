"""`standoff anchor` where an article was edited after its annotation: proposals, and what is written on demand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
TEXT = "Rebels shell the bridge\n\nRebels shelled the Sorn bridge on Monday. Colonel Voren denied it. Voren left."
SPANS = [
    {"id": "m1", "kind": "mention", "label": "PER", "exact": "Colonel Voren"},
    {"id": "m2", "kind": "mention", "label": "PER", "exact": "Voren", "nth": 2},
    {"id": "m3", "kind": "mention", "label": "LOC", "exact": "the Sorn bridge"},
]


@pytest.fixture
def anchored(corpus: Corpus, run: Run) -> Path:
    """A corpus whose one file was anchored, and which keeps the text of that."""
    file = {"version": 1, "doc_id": "ferry", "layers": ["spans"], "spans": SPANS}
    root = corpus({"raw/ferry.txt": TEXT, "annotations/a1/ferry.json": json.dumps(file)})
    assert run("anchor", root, "--write")[0] == 0
    return root


def spans_of(root: Path) -> dict[str, str]:
    """Return the words of each span by the offsets of the file, which must be those that it quotes."""
    text = (root / "raw/ferry.txt").read_text(encoding="utf-8")
    spans = json.loads((root / "annotations/a1/ferry.json").read_text(encoding="utf-8"))["spans"]
    assert all(text[span["start"] : span["end"]] == span["exact"] for span in spans)
    return {span["id"]: span["exact"] for span in spans}


def test_build_refuses_a_text_that_its_annotations_were_not_made_on(anchored: Path, run: Run, tmp_path: Path) -> None:
    (anchored / "raw/ferry.txt").write_text(TEXT.replace("Rebels", "The rebels"), encoding="utf-8")
    status, _, err = run("build", anchored, "--out", tmp_path / "dist")
    assert status == 1 and "E201" in err and not (tmp_path / "dist/dev").exists()


def test_spans_move_with_their_words_when_somebody_says_so(anchored: Path, run: Run) -> None:
    (anchored / "raw/ferry.txt").write_text(TEXT.replace("on Monday", "on Monday, at dawn 🌅"), encoding="utf-8")
    before = (anchored / "annotations/a1/ferry.json").read_bytes()
    status, out, _ = run("anchor", anchored)
    assert status == 0 and "1 exact, 2 moved" in out and ".texts/" in out
    assert (anchored / "annotations/a1/ferry.json").read_bytes() == before
    assert run("anchor", anchored, "--write")[0] == 0
    assert spans_of(anchored) == {"m1": "Colonel Voren", "m2": "Voren", "m3": "the Sorn bridge"}
    assert run("validate", anchored)[0] == 0


def test_an_edited_span_waits_until_it_is_accepted(anchored: Path, run: Run) -> None:
    (anchored / "raw/ferry.txt").write_text(TEXT.replace("Colonel Voren", "Colonel I. Voren"), encoding="utf-8")
    status, out, _ = run("anchor", anchored, "--write")
    assert status == 1 and "'Colonel Voren' -> 'Colonel I. Voren'" in out and "--accept edited" in out
    assert run("anchor", anchored, "--write", "--accept", "edited")[0] == 0
    assert spans_of(anchored)["m1"] == "Colonel I. Voren"


def test_a_lost_span_keeps_the_file_as_it_is_and_is_named(anchored: Path, run: Run) -> None:
    before = (anchored / "annotations/a1/ferry.json").read_bytes()
    (anchored / "raw/ferry.txt").write_text(TEXT.replace(" Voren left.", ""), encoding="utf-8")
    status, out, _ = run("anchor", anchored, "--write", "--accept", "edited")
    assert status == 1 and "lost" in out and "m2" in out
    assert (anchored / "annotations/a1/ferry.json").read_bytes() == before


def test_json_has_both_texts_of_every_span(anchored: Path, run: Run) -> None:
    (anchored / "raw/ferry.txt").write_text("News: " + TEXT, encoding="utf-8")
    file = json.loads(run("anchor", anchored, "--json")[1])["files"][0]
    assert file["counts"]["moved"] == 3 and file["sound"]
    first = file["spans"][0]
    assert first["old"]["text"] == first["new"]["text"] == "Colonel Voren"
    assert first["new"]["fragments"][0][0] == first["old"]["fragments"][0][0] + 6


def test_without_the_old_text_a_quote_decides_if_it_stands_once(anchored: Path, run: Run) -> None:
    (anchored / "raw/ferry.txt").write_text("News: " + TEXT, encoding="utf-8")
    for path in (anchored / ".texts").iterdir():
        path.unlink()
    status, out, _ = run("anchor", anchored, "--old", anchored / "annotations", "--write")
    assert status == 1 and "its old text is nowhere" in out and "ambiguous m2" in out and "m1" not in out


def test_old_texts_are_found_in_a_release_and_brat_files_are_moved(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    sorn, bridge, voren = TEXT.index("Sorn"), TEXT.index("bridge on"), TEXT.index("Colonel")

    def lines(shift: int) -> str:
        places = f"{sorn + shift} {sorn + shift + 4};{bridge + shift} {bridge + shift + 6}"
        return (
            f"T1\tPER {voren + shift} {voren + shift + 13}\tColonel Voren\r\n"
            f"T2\tLOC {places}\tSorn bridge\r\n#1\tNote T1\tsure?\r\n"
        )

    root = corpus({"annotations/a1/ferry.ann": lines(0), "annotations/a1/ferry.txt": TEXT})
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
    (root / "annotations/a1/ferry.txt").write_text(TEXT.replace("Rebels", "The rebels"), encoding="utf-8")
    assert run("validate", root)[0] == 1
    assert run("anchor", root, "--old", tmp_path / "dist/dev", "--write")[0] == 0
    assert (root / "annotations/a1/ferry.ann").read_bytes().decode() == lines(8)
    assert run("validate", root)[0] == 0


def test_old_articles_in_a_folder_serve_too(anchored: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/ferry.txt").write_text(TEXT, encoding="utf-8")
    for path in (anchored / ".texts").iterdir():
        path.unlink()
    (anchored / "raw/ferry.txt").write_text("News: " + TEXT, encoding="utf-8")
    assert run("anchor", anchored, "--old", tmp_path / "old", "--write")[0] == 0
    assert spans_of(anchored)["m2"] == "Voren"
    assert run("anchor", anchored, "--old", tmp_path / "nowhere")[0] == 3
