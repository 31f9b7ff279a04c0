"""Output folders appear as a whole, and whatever happens the old one or the new one is there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from standoff.errors import OutputError
from standoff.files import staging


def dead_process() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def old_release(parent: Path) -> Path:
    target = parent / "dev"
    target.mkdir(parents=True)
    (target / "old").write_text("old")
    return target


def publish(target: Path) -> None:
    with staging.folder(target) as fresh:
        (fresh / "sub").mkdir()
        (fresh / "sub/new").write_text("new")
        staging.publish(fresh, target)


@pytest.mark.parametrize("exchange", [True, False])
def test_a_finished_folder_replaces_the_old_one_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(staging, "_exchange", lambda one, other: False)
    target = old_release(tmp_path)
    publish(target)
    assert [path.name for path in target.rglob("*")] == ["sub", "new"]
    assert os.listdir(tmp_path) == ["dev"]
    assert target.stat().st_mode & 0o777 == 0o755


def test_missing_parents_are_made(tmp_path: Path) -> None:
    publish(tmp_path / "a/b/dev")
    assert (tmp_path / "a/b/dev/sub/new").read_text() == "new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_failure_keeps_the_old_folder_and_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    target = old_release(tmp_path)
    with pytest.raises((error, OutputError)), staging.folder(target) as fresh:
        (fresh / "half").write_text("x")
        raise error("stop")
    assert [path.name for path in target.iterdir()] == ["old"]
    assert os.listdir(tmp_path) == ["dev"]


def test_without_an_exchange_a_failing_rename_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = old_release(tmp_path)
    monkeypatch.setattr(staging, "_exchange", lambda one, other: False)
    rename = Path.rename
    with pytest.raises(OutputError), staging.folder(target) as fresh:
        fails = fresh

        def broken(self: Path, other: Path) -> Path:
            if self == fails:
                raise OSError(28, "No space left on device")
            return rename(self, other)

        monkeypatch.setattr(Path, "rename", broken)
        staging.publish(fresh, target)
    assert [path.name for path in target.iterdir()] == ["old"]
    assert os.listdir(tmp_path) == ["dev"]


def test_whoever_holds_the_lock_removes_all_leftovers_and_nothing_else(tmp_path: Path) -> None:
    """The number in the name may be that of a living process again, or of this one."""
    dead = tmp_path / f".standoff-{dead_process()}-abc"
    living = tmp_path / f".standoff-{os.getpid()}-abc"
    other = tmp_path / ".standoff-notes"
    for path in (dead, living, other):
        path.mkdir()
        (path / "x").write_text("x")
    publish(tmp_path / "dev")
    assert sorted(os.listdir(tmp_path)) == [other.name, "dev"]


def test_where_there_are_no_locks_the_leftovers_of_living_processes_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, waiting: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(staging, "_lock", no_locks)
    dead = tmp_path / f".standoff-{dead_process()}-abc"
    living = tmp_path / f".standoff-{os.getppid()}-abc"
    for path in (dead, living):
        path.mkdir()
    publish(tmp_path / "dev")
    assert sorted(os.listdir(tmp_path)) == [living.name, "dev"]


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    told = threading.Event()
    done: list[str] = []

    def second() -> None:
        with staging.folder(tmp_path / "dev", told.set) as fresh:
            (fresh / "second").touch()
            staging.publish(fresh, tmp_path / "dev")
        done.append("second")

    with staging.folder(tmp_path / "dev") as fresh:
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(20)
        (fresh / "first").touch()
        staging.publish(fresh, tmp_path / "dev")
        done.append("first")
    thread.join(20)
    assert done == ["first", "second"]
    assert os.listdir(tmp_path) == ["dev"]
    assert os.listdir(tmp_path / "dev") == ["second"]


def test_a_release_that_was_set_aside_and_not_replaced_is_put_back(tmp_path: Path) -> None:
    aside = tmp_path / f".standoff-{dead_process()}-abc-old-dev"
    aside.mkdir()
    (aside / "old").write_text("old")
    with staging.folder(tmp_path / "dev"):
        assert (tmp_path / "dev/old").read_text() == "old"
    assert os.listdir(tmp_path) == ["dev"]


def test_a_release_that_was_set_aside_and_replaced_is_removed(tmp_path: Path) -> None:
    target = old_release(tmp_path)
    aside = tmp_path / f".standoff-{dead_process()}-abc-old-dev"
    aside.mkdir()
    with staging.folder(target):
        pass
    assert os.listdir(tmp_path) == ["dev"]
    assert (target / "old").read_text() == "old"


@pytest.mark.parametrize("where", ["out", "out/deeper"])
def test_a_file_in_the_way_is_an_output_error(tmp_path: Path, where: str) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError) as caught, staging.folder(tmp_path / where / "dev"):
        pass
    assert caught.value.exit_code == 4
    assert (tmp_path / "out").read_text() == "mine"
