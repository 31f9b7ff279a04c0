"""Withheld texts: the same release with or without the text at hand, and none of its words in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from test_build import files_of, rows

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

SECRET = (
    "Zefram bridge shelled\r\n\r\nKASSAR — Gunners of the Vireck brigade shelled the old bridge at Tornhul on Monday. "
    "“We shall return,” said Zefram.\r\nLeave a Reply\r\n"
)
NATIVE = {
    "version": 1, "doc_id": "secret", "layers": ["spans", "entities", "attributions", "stance"],
    "spans": [
        {"id": "m1", "kind": "mention", "label": "PERSON", "exact": "Zefram", "nth": 2},
        {"id": "m2", "kind": "mention", "label": "FACILITY", "fragments": [{"exact": "the old"}, {"exact": "Tornhul"}]},
        {"id": "c1", "kind": "content", "exact": "“We shall return,”"},
        {"id": "u1", "kind": "cue", "exact": "said"},
    ],
    "entities": [{"id": "e1", "label": "PERSON", "name": "Z.", "mentions": ["m1"]}],
    "attributions": [{"id": "a1", "source": "e1", "contents": ["c1"], "cues": ["u1"], "mode": "direct"}],
    "stance": [{"id": "s1", "holder": "e1", "target": "m2", "label": "AGAINST", "evidence": ["c1"]}],
}  # fmt: skip
SETTINGS = '[articles]\nwithhold = ["secret"]\n[[articles.cuts]]\nfrom = "Leave a Reply"\n'


def prepared(corpus: Corpus, run: Run, name: str = "secret.json", content: str | None = None) -> Path:
    """A corpus with a withheld and an open document, anchored while the text was there; the text is there still."""
    root = corpus(
        {
            "corpus.toml": SETTINGS,
            "raw/secret.txt": SECRET,
            "raw/open.txt": "An open text.\n",
            "raw/metadata.csv": "doc_id,published,title\nsecret,2021-07-05,Zefram speaks of war\n",
            f"annotations/a1/{name}": json.dumps(NATIVE) if content is None else content,
        }
    )
    status, out, err = run("anchor", root, "--write")
    assert status == 0, out + err
    return root


def test_the_release_is_the_same_with_the_text_and_without(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = prepared(corpus, run)
    assert run("build", root, "--out", tmp_path / "with")[0] == 0
    (root / "raw/secret.txt").unlink()
    assert run("build", root, "--out", tmp_path / "without")[0] == 0
    assert files_of(tmp_path / "with/dev") == files_of(tmp_path / "without/dev")
    row = rows(tmp_path / "without/dev", "documents")[1]
    assert (row["doc_id"], row["text"], row["title"], row["dateline"], row["text_status"]) == (
        "secret", None, None, None, "withheld",
    )  # fmt: skip
    assert row["text_length"] == len(SECRET.replace("\r\n", "\n").removesuffix("Leave a Reply\n"))
    assert [(span["id"], span["text"]) for span in row["spans"]] == [
        ("m2", None),
        ("c1", None),
        ("u1", None),
        ("m1", None),
    ]
    assert {one["doc_id"] for one in rows(tmp_path / "without/dev", "ner")} == {"open"} or not rows(
        tmp_path / "without/dev", "ner"
    )


def test_nothing_of_the_text_is_in_the_release_the_annotations_or_the_record(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    root = prepared(corpus, run)
    assert run("build", root, "--out", tmp_path / "out")[0] == 0
    assert run("verify", tmp_path / "out/dev")[0] == 0
    written = [root / "annotations/a1/secret.json", root / "withheld/secret.json"]
    shown = "".join(path.read_text(encoding="utf-8") for path in written)
    release = tmp_path / "out/dev"
    shown += "".join((release / name).read_text(encoding="utf-8") for name in ("README.md", "manifest.json"))
    for folder in sorted(path for path in release.iterdir() if path.is_dir()):
        shown += json.dumps(rows(release, folder.name), default=str, ensure_ascii=False)
    for word in ("Vireck", "Tornhul", "Gunners", "return", "KASSAR", "Zefram speaks"):
        assert word not in shown


def test_with_the_users_copy_the_text_is_there_and_every_span_proves_itself(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    root = prepared(corpus, run)
    copies = tmp_path / "copies/deep"
    copies.mkdir(parents=True)
    (root / "raw/secret.txt").rename(copies / "any name.html")
    status, _, err = run("build", root, "--out", tmp_path / "out", "--texts", tmp_path / "copies")
    assert status == 0, err
    assert not (tmp_path / "out/dev").exists()
    release = tmp_path / "out/dev-with-texts"
    assert json.loads((release / "manifest.json").read_text())["publishable"] is False
    row = rows(release, "documents")[1]
    assert row["text"].startswith("Zefram bridge shelled\n\nKASSAR")
    assert [span["text"] for span in row["spans"]] == ["the old Tornhul", "“We shall return,”", "said", "Zefram"]
    assert run("verify", release)[0] == 0


def test_another_text_than_the_recorded_one_is_a_finding_without_its_words(corpus: Corpus, run: Run) -> None:
    root = prepared(corpus, run)
    (root / "raw/secret.txt").write_text(SECRET.replace("Monday", "Sunday"), encoding="utf-8", newline="")
    status, out, err = run("validate", root)
    assert (status, "error[E117]" in out) == (1, True)
    assert not [word for word in ("Sunday", "Monday", "Vireck", "Tornhul") if word in out + err]


TEXT = SECRET.replace("\r\n", "\n")


@pytest.mark.parametrize("unit", ["text", "raw", "utf-8"])
def test_a_brat_file_without_surface_texts_gives_the_same_release_with_the_text_and_without(
    corpus: Corpus, run: Run, tmp_path: Path, unit: str
) -> None:
    """Without surface texts no unit can be proved, so the offsets must be read alike, or refused alike."""
    at = {"text": TEXT, "raw": SECRET}.get(unit, TEXT).index("Vireck")
    if unit == "utf-8":
        at = len(TEXT[:at].encode())
    root = prepared(corpus, run, "secret.ann", f"T1\tORG {at} {at + 6}\n")
    with_text = run("build", root, "--out", tmp_path / "with")[0]
    (root / "raw/secret.txt").unlink()
    assert run("build", root, "--out", tmp_path / "without")[0] == with_text
    assert with_text == 0 or unit != "text"
    if with_text == 0:
        assert files_of(tmp_path / "with/dev") == files_of(tmp_path / "without/dev")


def test_surface_texts_on_a_withheld_document_are_refused(corpus: Corpus, run: Run) -> None:
    at = TEXT.index("Vireck")
    root = prepared(corpus, run, "secret.ann", f"T1\tORG {at} {at + 6}\tVireck\n")
    status, out, err = run("validate", root)
    assert (status, "error[E214]" in out) == (1, True)
    assert "Vireck" not in out + err
