"""Ways to make a build fail at a chosen moment, and what must hold afterwards.

A build runs in a process of its own, forked from one that has imported everything: so a kill meets work, not imports.
In it the Nth write, fsync, rename, link, opening for writing, or folder-making can fail with "No space left on device".
Every file that Python or pyarrow writes goes through what is replaced here.
"""

from __future__ import annotations

import builtins
import errno
import io
import multiprocessing
import os
import pathlib
import random
import resource
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

KINDS = ("write", "fsync", "rename", "link", "mkdir", "open")
DEADLY = "any"
"""Before the Nth call of any kind the build is killed."""


class Faults:
    """Counts calls by kind, and lets one of them fail."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind, self.number = kind, number
        self.counts: Counter[str] = Counter()

    def meet(self, kind: str, path: object = None) -> None:
        self.counts[kind] += 1
        if self.kind == DEADLY and self.counts.total() == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == self.kind and self.counts[kind] == self.number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), None if path is None else str(path))

    def before(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **more: Any) -> Any:
            self.meet(kind, arguments[0] if isinstance(arguments[0], str | os.PathLike) else None)
            return function(*arguments, **more)

        return called

    def install(self) -> None:
        """Replace what changes the disk."""
        from standoff.files import staging

        for name in ("fsync", "rename", "replace", "link", "mkdir"):
            kind = "rename" if name == "replace" else name
            setattr(os, name, self.before(kind, getattr(os, name)))
        staging._exchange = self.before("rename", staging._exchange)
        real, faults = io.open, self

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                faults.meet("write", self.name)
                return super().write(data)

        def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
                   newline: Any = None, closefd: bool = True, opener: Any = None) -> Any:  # fmt: skip
            if not set(mode) & set("wax+") or isinstance(file, int):
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            faults.meet("open", file)
            raw = Raw(file, mode.replace("b", "").replace("t", ""))
            if buffering == 0:
                return raw
            binary = io.BufferedWriter(raw)
            return binary if "b" in mode else io.TextIOWrapper(binary, encoding, errors, newline)

        io.open = opened
        builtins.open = opened
        for name in ("sendfile", "copy_file_range"):
            if hasattr(os, name):
                setattr(os, name, self.before("write", getattr(os, name)))


@dataclass
class Shown:
    """How a build ended: exit status (negative: the signal), what it printed, and how many calls it made."""

    status: int
    text: str
    counts: dict[str, int]


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["standoff.build", "standoff.cli", "pyarrow.parquet", "yaml", "faults"])


def run(
    arguments: list[str], *, kind: str = "", number: int = 0, cap: int | None = None, kill: float | None = None
) -> Shown:
    """Run a command line of Standoff.

    `kind` and `number` say which call fails (`DEADLY`: before which it is killed), `cap` is the largest file (bytes)
    that it can write, and `kill` are the seconds after which it is killed. Returns once its workers have ended, too:
    they hold the pipe that it prints to.
    """
    printed, prints = _CONTEXT.Pipe(duplex=False)
    told, tells = _CONTEXT.Pipe(duplex=False)
    with printed, told:
        process = _CONTEXT.Process(target=_child, args=(arguments, kind, number, cap, prints, tells))
        process.start()
        prints.close()
        tells.close()
        process.join(kill)
        if process.exitcode is None and kill is not None:
            process.kill()
        process.join(120)
        assert process.exitcode is not None, "the build hangs"
        pieces = iter(lambda: os.read(printed.fileno(), 65536), b"")
        text = b"".join(pieces).decode()
        try:
            counts = told.recv()
        except EOFError:
            counts = {}
        return Shown(process.exitcode, text, counts)


def _child(
    arguments: list[str], kind: str, number: int, cap: int | None, prints: Connection, tells: Connection
) -> None:
    import standoff.cli

    os.dup2(prints.fileno(), 1)
    os.dup2(prints.fileno(), 2)
    prints.close()
    faults = Faults(kind, number)
    if kind:
        faults.install()
    if cap is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (cap, cap))
    status = standoff.cli.main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    tells.send(dict(faults.counts))
    raise SystemExit(status)


def killed(found: Counter[str]) -> int:
    """Return how many of the builds were killed before their end."""
    return sum(count for name, count in found.items() if name.startswith("killed"))


def copies(folder: pathlib.Path) -> dict[str, bytes]:
    """Return the files of a release by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Bench:
    """Two states of one corpus, the release of each, and a place where the second replaces the first."""

    def __init__(self, parent: pathlib.Path, old: pathlib.Path, new: pathlib.Path, options: list[str]) -> None:
        self.parent, self.old, self.new, self.options = parent, old, new, options
        self.releases: dict[str, dict[str, bytes]] = {}
        self.out = parent / "out"
        self.pristine = parent / "pristine"
        for name, corpus in (("old", old), ("new", new)):
            assert run(self.command(corpus, parent / name)).status == 0
            self.releases[name] = copies(parent / name / "dev")
        assert self.releases["old"] != self.releases["new"]
        assert run(self.command(old, self.pristine)).status == 0
        self.prove("old", parent / "old/dev")
        self.prove("new", parent / "new/dev")
        self.fresh()
        self.cleaned()

    def command(self, corpus: pathlib.Path, out: pathlib.Path) -> list[str]:
        return ["build", str(corpus), "--out", str(out), *self.options]

    def fresh(self) -> None:
        """Put the old release back, as it was."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.pristine, self.out)

    def prove(self, name: str, release: pathlib.Path) -> None:
        """Verify a release whole, with the loader: what is byte for byte the same needs no second proof."""
        shown = run(["verify", str(release)])
        assert shown.status == 0, (name, shown.text)

    def state(self) -> str:
        """Return which of the two whole releases lies there; fail if neither does."""
        found = copies(self.out / "dev")
        for name, files in self.releases.items():
            if found == files:
                return name
        raise AssertionError(f"neither the old nor the new release: {sorted(found)}")

    def cleaned(self) -> None:
        """Build again: the new release is there, and nothing is left over."""
        start = time.perf_counter()
        again = run(self.command(self.new, self.out))
        self.seconds = time.perf_counter() - start
        assert again.status == 0, again.text
        assert self.state() == "new"
        assert sorted(os.listdir(self.out)) == [".state", "dev"]
        assert os.listdir(self.out / ".state") == ["dev.json"]

    def kills(self, number: int, chance: random.Random, told: Callable[[Counter[str]], None]) -> Counter[str]:
        """Kill builds at random moments until so many were killed; return how often which release was there afterwards.

        The moments are of the time that the last build took, as a busy machine is slow and quick by turns. `told` hears
        of every 50 kills.
        """
        found: Counter[str] = Counter()
        while killed(found) < number:
            self.fresh()
            found[self.survived(kill=chance.uniform(0.0, self.seconds * 1.1))] += 1
            if killed(found) % 50 == 0:
                told(found)
        return found

    def kills_at_calls(self, numbers: Iterable[int]) -> Counter[str]:
        """Kill builds right before some of their calls, counted from 1; return the same."""
        found: Counter[str] = Counter()
        for number in numbers:
            self.fresh()
            found[self.survived(kind=DEADLY, number=number)] += 1
        return found

    def survived(self, **how: Any) -> str:
        """Run a build that is to be killed; return how it ended, and which whole release was there afterwards."""
        status = run(self.command(self.new, self.out), **how).status
        state = self.state()
        assert status in (0, -signal.SIGKILL)
        assert status != 0 or state == "new"
        self.cleaned()
        return f"{'ended' if status == 0 else 'killed'}, {state}"

    def calls(self) -> dict[str, int]:
        """Return how many calls of each kind a build makes."""
        self.fresh()
        counted = run(self.command(self.new, self.out), kind="none")
        assert counted.status == 0, counted.text
        return counted.counts

    def fails(self, kind: str, number: int) -> str:
        """Let one call fail; return how the build ended, and which release was there afterwards."""
        self.fresh()
        return self.judged(run(self.command(self.new, self.out), kind=kind, number=number), f"{kind} {number}")

    def capped(self, size: int) -> str:
        """Let no file be larger than this; return the same."""
        self.fresh()
        return self.judged(run(self.command(self.new, self.out), cap=size), f"at most {size} bytes")

    def judged(self, shown: Shown, what: str) -> str:
        """Judge a build that met a failure: exit 4 and one line, or a whole new release made in another way."""
        state = self.state()
        assert "Traceback" not in shown.text, (what, shown.text)
        assert shown.status in (0, 4), (what, shown.status, shown.text)
        assert shown.status == 4 or state == "new", (what, state)
        if shown.status == 4:
            errors = [line for line in shown.text.splitlines() if "error: " in line]
            assert len(errors) == 1, (what, shown.text)
        self.cleaned()
        return f"exit {shown.status}, {state}"
