"""A released version never changes, and releases.toml says which there are."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from samples import ARTICLE
from standoff import build
from standoff.errors import ConfigError, OutputError
from standoff.files import staging
from standoff.release import versions
from standoff.tables import shards
from test_build import ANN, files_of, small_corpus

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
SETTINGS = '[corpus]\nname = "small"\nlicense = "cc-by-4.0"\nversion = "1.2.3"\nrelease_date = "2026-11-01"\n'


@pytest.fixture
def root(corpus: Corpus) -> Path:
    return corpus(small_corpus() | {"corpus.toml": SETTINGS})


def other_content(root: Path) -> None:
    (root / "annotations/a1/brat.ann").write_text(ANN.replace("T1\tPLACE", "T1\tTOWN"))


def test_a_version_is_frozen_and_recorded(root: Path, run: Run, tmp_path: Path) -> None:
    status, out, _ = run("build", root, "--release", "--out", tmp_path / "out")
    assert status == 0
    assert "version: 1.2.3 is released; commit releases.toml" in out
    release = tmp_path / "out/1.2.3"
    facts = json.loads((release / "manifest.json").read_bytes())
    recorded = tomllib.loads((root / "releases.toml").read_text())
    assert recorded == {
        "1.2.3": {
            "content_digest": facts["content_digest"],
            "build_digest": shards.sha256_of(release / "manifest.json"),
            "release_date": "2026-11-01",
            "configs": {name: entry["content_digest"] for name, entry in facts["configs"].items()},
        }
    }
    assert versions.read(root)["1.2.3"].content_digest == facts["content_digest"]
    assert not (tmp_path / "out/dev").exists()
    assert run("verify", release)[0] == 0


def test_the_record_is_no_input_of_the_release(root: Path, tmp_path: Path) -> None:
    first = build.build(root, tmp_path / "one", release=True)
    second = build.build(root, tmp_path / "two", release=True)
    assert first.release and second.release and second.frozen
    assert files_of(first.release) == files_of(second.release)
    assert (second.frozen.new, second.frozen.placed, second.frozen.other_bytes) == (False, True, False)


def test_the_same_content_changes_nothing(root: Path, run: Run, tmp_path: Path) -> None:
    build.build(root, tmp_path / "out", release=True)
    release = tmp_path / "out/1.2.3"
    before, record, inode = files_of(release), (root / "releases.toml").read_bytes(), release.stat().st_ino
    (root / "corpus.toml").write_text(SETTINGS + 'description = "another sentence on the card"\n')
    status, out, _ = run("build", root, "--release", "--out", tmp_path / "out")
    assert (status, "nothing has changed" in out) == (0, True)
    assert (files_of(release), (root / "releases.toml").read_bytes()) == (before, record)
    assert release.stat().st_ino == inode


def test_other_content_ends_with_status_2_and_says_what_must_rise(root: Path, run: Run, tmp_path: Path) -> None:
    build.build(root, tmp_path / "out", release=True)
    before, record = files_of(tmp_path / "out"), (root / "releases.toml").read_bytes()
    other_content(root)
    status, out, err = run("build", root, "--release", "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    line = err.splitlines()[-1]
    assert "1.2.3 is released with other content, and a released version never changes" in line
    assert "the label PLACE of spans is" in line
    assert "at least the part major: 2.0.0" in line
    assert (files_of(tmp_path / "out"), (root / "releases.toml").read_bytes()) == (before, record)
    assert run("build", root, "--out", tmp_path / "out")[0] == 0
    (root / "corpus.toml").write_text(SETTINGS.replace("1.2.3", "2.0.0"))
    assert run("build", root, "--release", "--out", tmp_path / "out")[0] == 0
    assert sorted(versions.read(root)) == ["1.2.3", "2.0.0"]


def test_without_the_old_folder_it_says_which_configs_differ(root: Path, run: Run, tmp_path: Path) -> None:
    build.build(root, tmp_path / "out", release=True)
    other_content(root)
    status, _, err = run("build", root, "--release", "--out", tmp_path / "elsewhere")
    assert status == 2
    assert "the rows of annotations, documents, events, provenance, relations, spans differ" not in err
    assert "documents" in err and "spans" in err and "it is not known how" in err
    assert not (tmp_path / "elsewhere/1.2.3").exists()


def test_versions_are_recorded_in_their_order(root: Path, tmp_path: Path) -> None:
    for version in ("1.10.0", "1.9.0", "0.1.0"):
        (root / "corpus.toml").write_text(SETTINGS.replace("1.2.3", version))
        build.build(root, tmp_path / "out", release=True)
    assert list(tomllib.loads((root / "releases.toml").read_text())) == ["0.1.0", "1.9.0", "1.10.0"]


def test_a_kill_between_record_and_folder_is_completed_by_the_same_command(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(staging, "publish", killed)
        build.build(root, tmp_path / "out", release=True)
    assert not (tmp_path / "out/1.2.3").exists()
    record = (root / "releases.toml").read_bytes()
    outcome = build.build(root, tmp_path / "out", release=True)
    assert outcome.frozen and outcome.frozen.placed and not outcome.frozen.new
    assert (root / "releases.toml").read_bytes() == record


@pytest.mark.parametrize("earlier", [True, False])
def test_where_the_folder_cannot_be_placed_the_record_is_taken_back(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    if earlier:
        (root / "corpus.toml").write_text(SETTINGS.replace("1.2.3", "1.0.0"))
        build.build(root, tmp_path / "out", release=True)
        (root / "corpus.toml").write_text(SETTINGS)
    before = files_of(root)

    def full(fresh: Path, target: Path, *, replace: bool = True) -> None:
        raise OutputError(target, "No space left on device")

    monkeypatch.setattr(staging, "publish", full)
    with pytest.raises(OutputError):
        build.build(root, tmp_path / "out", release=True)
    assert files_of(root) == before


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("what", ["nothing", "damaged", "other"])
def test_a_folder_in_the_way_stays_and_is_named(
    root: Path, run: Run, tmp_path: Path, what: str, recorded: bool
) -> None:
    build.build(root, tmp_path / "out", release=True)
    release = tmp_path / "out/1.2.3"
    if what == "nothing":
        shutil.rmtree(release)
        release.mkdir()
    elif what == "damaged":
        (release / "README.md").write_text("mine")
    else:
        other_content(root)
        shutil.rmtree(release)
        (root / "releases.toml").rename(tmp_path / "kept")
        build.build(root, tmp_path / "out", release=True)
        (tmp_path / "kept").rename(root / "releases.toml")
        (root / "annotations/a1/brat.ann").write_text(ANN)
    if not recorded:
        (root / "releases.toml").unlink()
    before = files_of(tmp_path)
    status, out, err = run("build", root, "--release", "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert f"{release}: error:" in err
    assert "remove it and build again, else raise the version" in err
    assert files_of(tmp_path) == before


def test_a_whole_folder_without_a_record_is_recorded(root: Path, tmp_path: Path) -> None:
    build.build(root, tmp_path / "out", release=True)
    record = (root / "releases.toml").read_bytes()
    (root / "releases.toml").unlink()
    outcome = build.build(root, tmp_path / "out", release=True)
    assert outcome.frozen and outcome.frozen.new and not outcome.frozen.placed
    assert (root / "releases.toml").read_bytes() == record


@pytest.mark.parametrize(
    ("settings", "options", "message"),
    [
        (SETTINGS.replace('version = "1.2.3"\n', ""), [], "has no version to release"),
        (SETTINGS, ["--configs", "spans"], "a version is released whole"),
        (SETTINGS, ["--texts", "."], "may not be published"),
    ],
)
def test_what_cannot_be_released(
    root: Path, run: Run, tmp_path: Path, settings: str, options: list[str], message: str
) -> None:
    (root / "corpus.toml").write_text(settings)
    status, out, err = run("build", root, "--release", "--out", tmp_path / "out", *options)
    assert (status, out, message in err) == (2, "", True)
    assert not (tmp_path / "out/1.2.3").exists()


@pytest.mark.parametrize(
    "text", ["[", '["1.0"]\ncontent_digest = "x"\n', '["1.0.0"]\ncontent_digest = "x"\n', "x = 1\n", "\xff"]
)
def test_a_record_that_cannot_be_read_is_one_clear_line(root: Path, run: Run, tmp_path: Path, text: str) -> None:
    (root / "releases.toml").write_bytes(text.encode("latin-1"))
    status, _, err = run("build", root, "--release", "--out", tmp_path / "out")
    assert status == 2
    assert "releases.toml" in err and "Traceback" not in err
    assert not (tmp_path / "out/1.2.3").exists()


def test_verify_compares_a_frozen_version_with_the_record_of_the_corpus(
    root: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build(root, tmp_path / "out", release=True)
    monkeypatch.chdir(root)
    release = tmp_path / "out/1.2.3"
    assert run("verify", release)[0] == 0
    other_content(root)
    (root / "releases.toml").rename(root / "kept")
    build.build(root, tmp_path / "two", release=True)
    (root / "kept").rename(root / "releases.toml")
    status, out, _ = run("verify", tmp_path / "two/1.2.3")
    assert status == 1
    assert "error[E159] its rows are not those that releases.toml records for 1.2.3" in out
    monkeypatch.chdir(tmp_path / "out")  # a folder in which no corpus is
    assert run("verify", tmp_path / "two/1.2.3")[0] == 0


def test_an_unusable_version_is_refused_before_anything_is_written(corpus: Corpus, tmp_path: Path) -> None:
    root = corpus({"raw/a.txt": ARTICLE, "corpus.toml": '[corpus]\nname = "x"\nversion = "../up"\n'})
    with pytest.raises(ConfigError):
        build.build(root, tmp_path / "out", release=True)
    assert not (tmp_path / "up").exists()


def test_a_version_that_loses_much_is_refused_unless_it_is_allowed(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"raw/{name}.txt": f"A text called {name}.\n" for name in "abcde"}
    settings = '[corpus]\nname = "x"\nversion = "{}.0.0"\n'
    root = corpus({**files, "corpus.toml": settings.format(1)})
    assert run("build", root, "--release", "--out", tmp_path / "out")[0] == 0
    (root / "raw/e.txt").unlink()
    (root / "corpus.toml").write_text(settings.format(2), encoding="utf-8")
    status, _, err = run("build", root, "--release", "--out", tmp_path / "out")
    assert status == 2 and "documents 20.0%" in err and "--max-loss 21" in err
    assert not (tmp_path / "out/2.0.0").exists() and "2.0.0" not in (root / "releases.toml").read_text()
    assert run("build", root, "--release", "--out", tmp_path / "out", "--max-loss", 21)[0] == 0
    assert (tmp_path / "out/2.0.0/manifest.json").is_file()


def released_as(root: Path, run: Run, tmp_path: Path, version: str, *options: object) -> tuple[int, str, str]:
    (root / "corpus.toml").write_text(SETTINGS.replace("1.2.3", version))
    return run("build", root, "--release", "--out", tmp_path / "out", *options)


@pytest.mark.parametrize(
    ("before", "small", "enough", "part"),
    [("1.2.3", "1.3.0", "2.0.0", "major"), ("0.2.3", "0.2.4", "0.3.0", "minor")],
)
def test_a_version_that_rises_too_little_is_refused_and_told_what_to_write(
    root: Path, run: Run, tmp_path: Path, before: str, small: str, enough: str, part: str
) -> None:
    assert released_as(root, run, tmp_path, before)[0] == 0
    other_content(root)
    record = (root / "releases.toml").read_bytes()
    status, out, err = released_as(root, run, tmp_path, small)
    assert (status, out) == (2, "")
    line = err.splitlines()[-1]
    assert line.startswith(f"{root / 'corpus.toml'}:4:1: error: {small} is too small a step from {before}: ")
    assert f"the {part} part must rise" in line
    assert "because the label PLACE of spans is gone (" in line and " in brat had it)" in line
    assert f'Write version = "{enough}"' in line
    assert not (tmp_path / "out" / small).exists() and (root / "releases.toml").read_bytes() == record
    status, out, _ = released_as(root, run, tmp_path, enough)
    assert (status, f"step: {before} -> {enough}, {enough} at least: " in out) == (0, True)


def test_a_new_document_asks_for_a_minor_version_and_a_correction_for_a_patch(
    root: Path, run: Run, tmp_path: Path
) -> None:
    assert released_as(root, run, tmp_path, "1.2.3")[0] == 0
    (root / "raw/new.txt").write_text(ARTICLE)
    with (root / "splits.csv").open("a") as file:
        file.write("new,train\n")
    status, _, err = released_as(root, run, tmp_path, "1.2.4")
    assert (status, "the minor part must rise, because 1 new document: new" in err) == (2, True)
    assert released_as(root, run, tmp_path, "1.3.0")[0] == 0
    path = root / "annotations/a1/native.json"
    path.write_text(path.read_text().replace('"CT+"', '"PR+"'))
    status, out, err = released_as(root, run, tmp_path, "1.3.1")
    assert (status, "step: 1.3.0 -> 1.3.1, 1.3.1 at least: corrections only" in out) == (0, True), err


def test_what_was_overruled_is_recorded_and_says_why(root: Path, run: Run, tmp_path: Path) -> None:
    assert released_as(root, run, tmp_path, "1.2.3")[0] == 0
    other_content(root)
    status, out, _ = released_as(root, run, tmp_path, "1.2.4", "--overrule", 'Nobody has "used" it.')
    assert (status, "step: 1.2.3 -> 1.2.4, 2.0.0 overruled: the label PLACE" in out) == (0, True)
    recorded = tomllib.loads((root / "releases.toml").read_text())
    assert "overruled" not in recorded["1.2.3"]
    assert recorded["1.2.4"]["overruled"]["asked"] == "2.0.0"
    assert recorded["1.2.4"]["overruled"]["why"] == 'Nobody has "used" it.'
    assert released_as(root, run, tmp_path, "1.2.4")[0] == 0
    assert tomllib.loads((root / "releases.toml").read_text()) == recorded
    assert released_as(root, run, tmp_path, "1.2.5", "--overrule", "in vain")[0] == 0
    assert "overruled" not in tomllib.loads((root / "releases.toml").read_text())["1.2.5"]
    assert run("build", root, "--out", tmp_path / "out", "--overrule", "x")[0] == 2


@pytest.mark.parametrize("there", [True, False])
def test_without_the_folder_before_the_step_is_not_checked_and_that_is_said(
    root: Path, run: Run, tmp_path: Path, there: bool
) -> None:
    assert released_as(root, run, tmp_path, "1.2.3")[0] == 0
    if there:
        (tmp_path / "out/1.2.3/README.md").write_text("mine")
    else:
        shutil.rmtree(tmp_path / "out/1.2.3")
    other_content(root)
    status, _, err = released_as(root, run, tmp_path, "1.2.4")
    assert (status, "how far the version must rise was not checked" in err) == (0, True)
    assert ("is not as it was recorded" in err, "is not there" in err) == (there, not there)
