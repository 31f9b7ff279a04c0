"""Output folders that appear as a whole: written beside their place, then renamed into it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standoff.errors import OutputError

_PREFIX = ".standoff-"
_OLD = "-old-"


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """Give a fresh folder beside `target`, and remove what is left of it at the end.

    What a killed build left behind is removed first. Raises OutputError where nothing can be written.
    """
    parent = target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(parent)
        fresh = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        fresh.chmod(0o755)
    except OSError as error:
        raise OutputError(parent, f"cannot be written: {error.strerror}; choose another folder with --out") from None
    try:
        yield fresh
    except OSError as error:
        raise OutputError(error.filename or fresh, f"cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def publish(fresh: Path, target: Path, *, durable: bool = True) -> None:
    """Put a finished folder in the place of `target`, by one exchange of names where the system has one.

    Otherwise the old folder is renamed away first; a kill between the two renames is mended by the next build. What
    is not `durable` is not forced to the disk: for folders that are easily made again.
    """
    for path in sorted(fresh.rglob("*")) if durable else ():
        if path.is_file():
            _sync(path)
    if target.exists() and not target.is_dir():
        raise OutputError(target, "is a file, and a folder would lie there; move it, or choose another --out")
    try:
        if not target.exists():
            fresh.rename(target)
        elif not _exchange(fresh, target):
            old = fresh.with_name(f"{fresh.name}{_OLD}{target.name}")
            target.rename(old)
            try:
                fresh.rename(target)
            except OSError:
                old.rename(target)
                raise
            shutil.rmtree(old, ignore_errors=True)
        if durable:
            _sync(target.parent)
    except OSError as error:
        raise OutputError(target, f"cannot be replaced: {error.strerror}") from None


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux renameat2, RENAME_EXCHANGE); False where that is not to be had."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(parent: Path) -> None:
    """Remove what builds that no longer run left; put a release back that was set aside and not replaced."""
    for path in parent.glob(f"{_PREFIX}*"):
        process = path.name.removeprefix(_PREFIX).split("-")[0]
        if process.isdigit() and not _is_running(int(process)):
            _, old, name = path.name.partition(_OLD)
            if old and not (parent / name).exists():
                path.rename(parent / name)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
