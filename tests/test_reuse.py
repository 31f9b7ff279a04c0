"""What is reused of the build before changes no byte, and a damaged shard is not reused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import ARTICLE, folder
from test_build import ANN, NATIVE, files_of, small_corpus

from standoff import assembly, build, shards
from standoff.release import former

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
NAMES = [f"d{number}" for number in range(7)]
SCHEMES = [None, "version = 1\n[map.entities]\n", None]
TEXTS = [ARTICLE, ARTICLE.replace("Nobody", "No one"), "Bridge\n\nGunners shelled the bridge at Kassar. 😀 Kassar.\n"]
MARKS = ["", "T1\tPLACE {0} {1}\tKassar\n", "T1\tPLACE {0} {1}\tKassar\n#1\tAnnotatorNotes T1\tcheck\n",
         "T3\tOTHER {0} {1}\tKassar\nT1\tPLACE {0} {1}\tKassar\nR1\tNEAR Arg1:T1 Arg2:T3\n"]  # fmt: skip
SCHEME = """version = 1
[map.spans]
PLACE = "{0}"
"""


def annotated(text: str, mark: str) -> str:
    at = text.index("Kassar")
    return mark.format(at, at + 6)


class Edits:
    """A corpus folder, and every kind of edit that changes what a build reads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts: dict[str, str] = {}
        for name in ("raw", "annotations/a1", "annotations/a2"):
            (root / name).mkdir(parents=True)
        self.settings('[corpus]\nname = "x"\n[annotations]\npublish = ["a1", "a2"]\n')
        self.splits: dict[str, str] = {}
        self.metadata: dict[str, str] = {}
        for name in NAMES[:4]:
            self.document(name, 0, 1)

    def settings(self, text: str) -> None:
        (self.root / "corpus.toml").write_text(text)

    def document(self, name: str, text: int, mark: int) -> None:
        self.texts[name] = TEXTS[text]
        self.splits.setdefault(name, "train")
        (self.root / f"raw/{name}.txt").write_text(TEXTS[text])
        (self.root / f"annotations/a1/{name}.ann").write_text(annotated(TEXTS[text], MARKS[mark]))

    def second(self, name: str, mark: int) -> None:
        if name in self.texts:
            (self.root / f"annotations/a2/{name}.ann").write_text(annotated(self.texts[name], MARKS[mark]))

    def removed(self, name: str) -> None:
        if name in self.texts and len(self.texts) > 1:
            del self.texts[name], self.splits[name]
            self.metadata.pop(name, None)
            for path in self.root.rglob(f"{name}.*"):
                path.unlink()

    def moved(self, name: str, split: str) -> None:
        if name in self.splits:
            self.splits[name] = split

    def described(self, name: str, publisher: str) -> None:
        if name in self.texts:
            self.metadata[name] = publisher

    def scheme(self, label: str) -> None:
        (self.root / "scheme.toml").write_text(
            f'version = 1\n[mentions]\nlabels = ["{label}", "PLACE", "OTHER"]\n' if label else "version = 1\n"
        )

    def waived(self, reason: str) -> None:
        text = f'[[waivers]]\ncode = "W606"\nreason = "{reason}"\npath = "raw/d1.txt"\n'
        (self.root / "waivers.toml").write_text(text)

    def written(self) -> None:
        lines = [f"{name},{split}\n" for name, split in sorted(self.splits.items())]
        (self.root / "splits.csv").write_text("story_id,split\n" + "".join(lines))
        rows = [f"{name},{publisher}\n" for name, publisher in sorted(self.metadata.items())]
        (self.root / "raw/metadata.csv").write_text("doc_id,publisher\n" + "".join(rows))


name = st.sampled_from(NAMES)
edit = st.one_of(
    st.tuples(st.just("document"), name, st.integers(0, 2), st.integers(0, 3)),
    st.tuples(st.just("document"), name, st.integers(0, 2), st.integers(0, 3)),
    st.tuples(st.just("second"), name, st.integers(0, 3)),
    st.tuples(st.just("removed"), name),
    st.tuples(st.just("moved"), name, st.sampled_from(["train", "test", "validation"])),
    st.tuples(st.just("described"), name, st.sampled_from(["Courier", "Herald"])),
    st.tuples(st.just("waived"), st.sampled_from(["old", "known"])),
    st.tuples(
        st.just("settings"),
        st.sampled_from(['[annotations]\npublish = ["a2", "a1"]\n', '[corpus]\nname = "y"\n[annotations]\npublish = ["a1"]\n']),
    ),
)


@given(rounds=st.lists(st.lists(edit, min_size=1, max_size=3), min_size=1, max_size=3), size=st.sampled_from([90, 10**6]))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_after_any_edits_what_is_reused_and_built_anew_is_what_a_full_build_writes(
    rounds: list[list[tuple[object, ...]]], size: int
) -> None:
    with folder() as parent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "MEAN_TEXT_BYTES", size)
        edits = Edits(parent / "corpus")
        for edited in [[], *rounds]:
            for verb, *arguments in edited:
                getattr(edits, str(verb))(*arguments)
            edits.written()
            one = build.build(edits.root, parent / "one")
            two = build.build(edits.root, parent / "two", reuse=False)
            assert [str(finding) for finding in one.findings] == [str(finding) for finding in two.findings]
            assert (one.rows, one.release is None) == (two.rows, two.release is None)
            if one.release and two.release:
                assert files_of(one.release) == files_of(two.release)
                assert two.reused == 0
