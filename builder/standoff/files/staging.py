"""Output that appears as a whole: written beside its place, then put there by one rename; one writer at a time."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from standoff.errors import OutputError

_PREFIX = ".standoff-"
_OLD = "-old-"
_LOCK = ".standoff-lock"
_LEFTOVER = re.compile(r"\.standoff-(\d+)-")
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}

Waiting = Callable[[], None]
"""Told once that another process is writing into the same folder."""


@contextmanager
def folder(target: Path, waiting: Waiting = lambda: None) -> Iterator[Path]:
    """Give a fresh folder beside `target`, and remove what is left of it at the end.

    Only one process at a time writes beside `target`: another one waits for it. What a killed process left behind is
    removed first. Raises OutputError where nothing can be written.
    """
    parent = target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(parent, waiting)
    except OSError as error:
        raise OutputError(parent, f"cannot be written: {error.strerror}; choose another folder") from None
    fresh = None
    try:
        _remove_leftovers(parent, alone=lock is not None)
        fresh = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        fresh.chmod(0o755)
        yield fresh
    except OSError as error:
        raise OutputError(error.filename or fresh or parent, f"cannot be written: {error.strerror or error}") from None
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            with suppress(OSError):
                (parent / _LOCK).unlink()
            os.close(lock)


def publish(fresh: Path, target: Path, *, replace: bool = True, durable: bool = True) -> None:
    """Put a finished folder in the place of `target`, by one exchange of names where the system has one.

    Otherwise the old folder is renamed away first; a kill between the two renames is mended by the next build. Without
    `replace` there must be nothing at `target`. Every byte is on the disk before a name changes, unless it need not be
    `durable`: pages that are easily made again.
    """
    try:
        for path in [*sorted(fresh.rglob("*")), fresh] if durable else ():
            sync(path)
        if target.exists() and not target.is_dir():
            raise OutputError(target, "is a file, and a folder would lie there; move it, or choose another --out")
        if target.exists() and not replace:
            raise OutputError(target, "is there already, and is not replaced")
        if not target.exists():
            fresh.rename(target)
        elif not _exchange(fresh, target):
            _rename_twice(fresh, target)
        if durable:
            sync(target.parent)
    except OSError as error:
        raise OutputError(target, f"cannot be replaced: {error.strerror or error}") from None


def write(path: Path, data: bytes) -> None:
    """Replace a file at once, so that a kill leaves the old one or the new one. Raises OutputError."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise OutputError(path, f"cannot be written: {error.strerror or error}") from None


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; folders cannot be waited for on Windows."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename_twice(fresh: Path, target: Path) -> None:
    old = fresh.with_name(f"{fresh.name}{_OLD}{target.name}")
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux renameat2, RENAME_EXCHANGE); False where that is not to be had."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _locked(parent: Path, waiting: Waiting) -> int | None:
    """Return the descriptor of the lock file of a folder, locked; None where the file system knows no locks.

    The system gives the lock back when its holder dies, however it dies. Whoever is done removes the file, so that
    one who waited may hold the lock of a file that is no longer there: then it tries again.
    """
    while True:
        descriptor = os.open(parent / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(descriptor, waiting)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _NO_LOCKS:
                (parent / _LOCK).unlink(missing_ok=True)
                return None
            raise
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(parent / _LOCK)):
                return descriptor
        os.close(descriptor)


def _lock(descriptor: int, waiting: Waiting) -> None:
    if sys.platform == "win32":
        raise OSError(errno.ENOSYS, "no lock that a waiting process could take")
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _remove_leftovers(parent: Path, *, alone: bool) -> None:
    """Remove what builds that no longer run left; put a release back that was set aside and not replaced.

    Whoever is `alone` holds the lock, so nothing here belongs to a build that runs. Elsewhere the number of the
    process in the name must tell.
    """
    for path in sorted(parent.glob(f"{_PREFIX}*")):
        match = _LEFTOVER.match(path.name)
        if not match or (not alone and _is_running(int(match[1]))):
            continue
        _, old, name = path.name.partition(_OLD)
        if old and not (parent / name).exists():
            path.rename(parent / name)
        else:
            _remove(path)


def _remove(path: Path) -> None:
    """Remove a folder; a worker of the killed build may put one more file into it before it notices."""
    for _ in range(3):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(0.05)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
