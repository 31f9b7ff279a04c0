"""A release proves itself, and every damage is found."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from standoff import build, verify
from test_build import small_corpus

from conftest import Run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the small corpus, built once."""
    parent = tmp_path_factory.mktemp("release")
    for name, content in {**small_corpus(), "DATASHEET.md": "# Datasheet\n"}.items():
        (parent / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (parent / "corpus" / name).write_text(str(content), encoding="utf-8", newline="")
    outcome = build.build(parent / "corpus", parent / "out", configs=("documents", "spans", "ner"))
    assert outcome.release is not None, outcome.findings
    return outcome.release


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be damaged."""
    return Path(shutil.copytree(built, tmp_path / "release"))


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the loading, which takes seconds and is no part of what the test is about."""
    monkeypatch.setattr(verify, "_loads", lambda *arguments: iter(()))


def test_a_sound_release_is_proved(release: Path, run: Run) -> None:
    assert run("verify", release) == (0, f"{release}: proved\n", "")


@pytest.mark.usefixtures("unloaded")
def test_one_changed_byte_in_any_file_but_the_manifest_is_found(release: Path) -> None:
    chance = random.Random(7)
    files = [path for path in sorted(release.rglob("*")) if path.is_file() and path.name != "manifest.json"]
    assert {path.suffix for path in files} == {".parquet", ".md", ".json", ".svg"}
    for path in files:
        data = path.read_bytes()
        places = {len(data) - 1, chance.randrange(len(data)), chance.randrange(len(data))}
        for at in places:
            path.write_bytes(data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :])
            name = path.relative_to(release).as_posix()
            assert name in {finding.path for finding in verify.verify(release)}, (name, at)
        path.write_bytes(data)
    assert verify.verify(release) == []


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-7]), "E151"),
        (lambda path: path.write_bytes(b""), "E151"),
        (lambda path: path.unlink(), "E152"),
        (lambda path: shutil.copy(path, path.with_name("train-00001-of-00002.parquet")), "E153"),
        (lambda path: (path.parent / ".hidden").write_text("x"), "E153"),
        (lambda path: path.rename(path.with_name("test-00000-of-00009.parquet")), "E152"),
    ],
)
def test_truncated_missing_and_extra_files_are_found(
    release: Path, run: Run, damage: Callable[[Path], object], code: str
) -> None:
    damage(release / "spans/train-00000-of-00001.parquet")
    status, out, err = run("verify", release)
    assert status == 1
    assert f"error[{code}]" in out
    assert "Traceback" not in err


def test_without_a_manifest_nothing_can_be_proved(release: Path, run: Run, tmp_path: Path) -> None:
    (release / "manifest.json").unlink()
    assert run("verify", release)[0] == 3
    assert run("verify", tmp_path / "nothing")[0] == 3


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[]", b"{}", b'{"version": 2}', b"null"])
def test_a_manifest_that_cannot_be_read_is_a_damage_like_any_other(release: Path, run: Run, data: bytes) -> None:
    (release / "manifest.json").write_bytes(data)
    status, out, err = run("verify", release)
    assert "Traceback" not in err
    assert (status, "manifest.json" in out + err) == (1, True)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of all texts and numbers in a manifest."""
    if isinstance(value, dict):
        return [found for key, child in value.items() for found in places(child, (*path, key))]
    if isinstance(value, list):
        return [found for key, child in enumerate(value) for found in places(child, (*path, key))]
    return [path] if isinstance(value, str | int) else []


def unproved(release: Path) -> list[str]:
    """Change one value of each sort in the manifest in turn; return those whose change is not found."""
    path = release / "manifest.json"
    before = path.read_bytes()
    found = []
    sorts = {(place[0], place[-1]): place for place in places(json.loads(before))}
    for place in sorts.values():
        value = json.loads(before)
        inner = value
        for step in place[:-1]:
            inner = inner[step]
        old = inner[place[-1]]
        if isinstance(old, str) and old:
            inner[place[-1]] = old[:-1] + ("0" if old[-1] != "0" else "1")
        else:
            inner[place[-1]] = (not old) if isinstance(old, bool) else old + 1 if isinstance(old, int) else "x"
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        try:
            if not verify.verify(release):
                found.append("/".join(str(step) for step in place))
        except verify.InputError:
            pass
    path.write_bytes(before)
    return found


@pytest.fixture(scope="module")
def unseen(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What can be changed in the manifest without `verify` finding it."""
    copy = Path(shutil.copytree(built, tmp_path_factory.mktemp("copy") / "release"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "_loads", lambda *arguments: iter(()))
        return unproved(copy)


def test_a_change_anywhere_in_the_manifest_is_found(unseen: list[str]) -> None:
    assert unseen == []


@pytest.mark.usefixtures("unloaded")
def test_a_blank_added_to_the_manifest_is_found(release: Path) -> None:
    path = release / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    assert verify.verify(release) != []


@pytest.mark.usefixtures("unloaded")
def test_json_of_verify(release: Path, run: Run) -> None:
    (release / "stray").write_text("x")
    status, out, err = run("verify", release, "--json")
    shown = json.loads(out)
    assert (status, err) == (1, "")
    assert shown["release"] == str(release)
    assert shown["findings"] == [
        {
            "code": "E153", "severity": "error", "path": "stray", "line": None, "column": None, "doc_id": None,
            "item": None, "message": shown["findings"][0]["message"], "waived": None, "related": [],
        }
    ]  # fmt: skip
