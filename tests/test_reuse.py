"""What is reused of the build before changes no byte, and a damaged shard is not reused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from samples import ARTICLE, folder
from standoff import build
from standoff.corpus import assembly, planning
from standoff.release import reuse
from standoff.tables import shards
from test_build import files_of

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
NAMES = [f"d{number}" for number in range(7)]
TEXTS = [ARTICLE, ARTICLE.replace("Nobody", "No one"), "Bridge\n\nGunners shelled the bridge at Kassar. 😀 Kassar.\n"]
MARKS = ["", "T1\tPLACE {0} {1}\tKassar\n", "T1\tPLACE {0} {1}\tKassar\n#1\tAnnotatorNotes T1\tcheck\n",
         "T3\tOTHER {0} {1}\tKassar\nT1\tPLACE {0} {1}\tKassar\nR1\tNEAR Arg1:T1 Arg2:T3\n"]  # fmt: skip
SCHEME = """version = 1
[entities]
{0} = ""
OTHER = ""
[relations.NEAR.roles]
Arg1 = {{ fillers = ["any"] }}
Arg2 = {{ fillers = ["any"] }}
[map.spans]
PLACE = "{0}"
"""
CONFIGS = ("documents", "annotations", "spans", "ner", "provenance")


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
        (self.root / "scheme.toml").write_text(SCHEME.format(label))

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
    st.tuples(st.just("scheme"), st.sampled_from(["TOWN", "CITY"])),
    st.tuples(st.just("waived"), st.sampled_from(["old", "known"])),
    st.tuples(
        st.just("settings"),
        st.sampled_from(
            ['[annotations]\npublish = ["a2", "a1"]\n', '[corpus]\nname = "y"\n[annotations]\npublish = ["a1"]\n']
        ),
    ),
)


rounds = st.lists(st.lists(edit, min_size=1, max_size=3), min_size=1, max_size=3)


@given(rounds=rounds, size=st.sampled_from([90, 10**6]))
@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
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
            one = build.build(edits.root, parent / "one", configs=CONFIGS)
            two = build.build(edits.root, parent / "two", configs=CONFIGS, reusing=False)
            assert [str(finding) for finding in one.findings] == [str(finding) for finding in two.findings]
            assert (one.rows, one.release is None) == (two.rows, two.release is None)
            if one.release and two.release:
                assert files_of(one.release) == files_of(two.release)
                assert two.reused == 0


@pytest.fixture
def edits(tmp_path: Path) -> Edits:
    made = Edits(tmp_path / "corpus")
    made.written()
    return made


def rebuilt(edits: Edits, out: Path) -> build.Outcome:
    """Build again, and see that a full build writes the same."""
    edits.written()
    outcome = build.build(edits.root, out, configs=CONFIGS)
    full = build.build(edits.root, out.parent / "full", configs=CONFIGS, reusing=False)
    assert outcome.release and full.release, outcome.findings
    assert files_of(outcome.release) == files_of(full.release)
    return outcome


def test_only_what_changed_is_assembled(edits: Edits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rebuilt(edits, tmp_path / "out").reused == 0
    seen: list[str] = []
    real = assembly.assemble

    def watched(entry: object, *arguments: object, **more: object) -> object:
        seen.append(entry.doc_id)  # type: ignore[attr-defined]
        return real(entry, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(assembly, "assemble", watched)
    assert build.build(edits.root, tmp_path / "out", configs=CONFIGS).reused == 4
    assert seen == []
    edits.document("d1", 1, 2)
    assert build.build(edits.root, tmp_path / "out", configs=CONFIGS).reused == 3
    assert seen == ["d1"]
    edits.settings('[corpus]\nname = "x"\ndescription = "new"\n[annotations]\npublish = ["a1", "a2"]\n')
    assert build.build(edits.root, tmp_path / "out", configs=CONFIGS).reused == 4
    assert seen == ["d1"]


def test_a_shard_that_is_as_before_is_linked_and_a_release_has_copies(edits: Edits, tmp_path: Path) -> None:
    edits.settings('[corpus]\nname = "x"\nversion = "1.0.0"\n')
    build.build(edits.root, tmp_path / "out")
    dev = tmp_path / "out/dev/spans/train-00000-of-00001.parquet"
    inode = dev.stat().st_ino
    assert build.build(edits.root, tmp_path / "out", release=True).reused == 4
    frozen = tmp_path / "out/1.0.0/spans/train-00000-of-00001.parquet"
    assert frozen.read_bytes() == dev.read_bytes()
    assert frozen.stat().st_ino != inode
    build.build(edits.root, tmp_path / "out")
    assert dev.stat().st_ino == inode


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("damage", ["flip", "truncate", "remove"])
def test_a_damaged_shard_is_noticed_and_built_anew(
    edits: Edits, tmp_path: Path, run: Run, damage: str, changed: bool
) -> None:
    rebuilt(edits, tmp_path / "out")
    path = tmp_path / "out/dev/spans/train-00000-of-00001.parquet"
    data = path.read_bytes()
    if damage == "flip":
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif damage == "truncate":
        path.write_bytes(data[:-1])
    else:
        path.unlink()
    if changed:
        edits.document("d1", 1, 2)
    outcome = rebuilt(edits, tmp_path / "out")
    assert (outcome.reused, outcome.damaged) == (0, [path])
    path.write_bytes(b"")
    status, _, err = run("build", edits.root, "--out", tmp_path / "out", "--configs", ",".join(CONFIGS))
    assert status == 0
    assert f"warning: {path} was not as the build before wrote it" in err


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state.write_bytes(b""),
        lambda state: state.write_bytes(state.read_bytes().replace(b"W606", b"W607", 1)),
        lambda state: state.write_bytes(state.read_bytes()[:-9]),
        lambda state: state.unlink(),
        lambda state: (state.parents[1] / "dev/manifest.json").write_bytes(b"{}"),
        lambda state: shutil.rmtree(state.parents[1] / "dev"),
    ],
)
def test_a_state_that_is_damaged_or_of_another_release_is_not_used(
    edits: Edits, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    (edits.root / "raw/alone.txt").write_text(ARTICLE)
    edits.splits["alone"] = "train"
    rebuilt(edits, tmp_path / "out")
    damage(tmp_path / "out" / reuse.FOLDER / "dev.json")
    assert rebuilt(edits, tmp_path / "out").reused == 0
    assert rebuilt(edits, tmp_path / "out").reused == 5


def test_a_file_that_changes_while_it_is_built_is_built_anew_next_time(
    edits: Edits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assembly.assemble

    def disturbed(entry: object, *arguments: object, **more: object) -> object:
        found = real(entry, *arguments, **more)  # type: ignore[arg-type]
        if entry.doc_id == "d2":  # type: ignore[attr-defined]
            edits.document("d2", 2, 3)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(assembly, "assemble", disturbed)
        build.build(edits.root, tmp_path / "out", configs=CONFIGS)
    assert rebuilt(edits, tmp_path / "out").reused == 3


def test_records_of_one_file_are_reused_one_by_one(corpus: Corpus, tmp_path: Path) -> None:
    records = [{"id": f"r{number}", "text": ARTICLE} for number in range(3)]
    root = corpus({"raw/all.jsonl": "".join(json.dumps(record) + "\n" for record in records)})
    build.build(root, tmp_path / "out")
    records[1]["text"] = ARTICLE.replace("Nobody", "No one at all")
    (root / "raw/all.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    outcome = build.build(root, tmp_path / "out")
    full = build.build(root, tmp_path / "full", reusing=False)
    assert outcome.release and full.release
    assert outcome.reused == 2
    assert files_of(outcome.release) == files_of(full.release)


@pytest.mark.parametrize(
    "case",
    [
        "alias-of-a-real-name", "json-lines-with-metadata", "map-renames-and-drops", "source-in-another-folder",
        "story-of-two-documents", "waived-with-exclude", "withheld-with-its-text", "withheld-without-its-text",
    ],
)  # fmt: skip
def test_what_a_manifest_says_of_reused_documents_comes_out_of_the_state(tmp_path: Path, case: str) -> None:
    """Left out items, mapped labels, inputs and findings, beside the rows."""
    parent = Path(shutil.copytree(ROOT / "tests/cases/valid" / case, tmp_path / "case"))
    root = parent if (parent / "corpus.toml").is_file() else parent / "corpus"
    first = build.build(root, tmp_path / "out")
    assert first.release, first.findings
    before = files_of(first.release)
    again = build.build(root, tmp_path / "out")
    assert again.reused == len(planning.plan(root).entries)
    assert files_of(tmp_path / "out/dev") == before
    assert again.findings == first.findings


def test_other_code_builds_everything_anew(edits: Edits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from standoff.release import keys

    rebuilt(edits, tmp_path / "out")
    monkeypatch.setattr(keys, "software", lambda: "another version")
    assert rebuilt(edits, tmp_path / "out").reused == 0


def test_no_reuse_is_said_on_the_command_line(edits: Edits, tmp_path: Path, run: Run) -> None:
    command = ("build", edits.root, "--out", tmp_path / "out")
    assert "reused:" not in run(*command)[1]
    assert "reused: 4 of 4 documents" in run(*command)[1]
    assert "reused:" not in run(*command, "--no-reuse")[1]
    assert sorted(os.listdir(tmp_path / "out")) == [".state", "dev"]
