"""Spoiled files: whatever becomes of a sound file, a reader ends, in bounded time and memory, with declared errors.

Here some hundreds of cases a reader; `python3 scripts/test.py --fuzz` runs at least 10,000. A case that fails is
printed with its number, from which it is made again, and saved in a folder to look at.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from samples import folder
from standoff.annotations import FORMATS, Reading
from standoff.annotations.export import Siblings
from standoff.checks.codes import CODES
from standoff.cli import main
from standoff.errors import InputError
from standoff.finding import Finding

from mutations import MUTATIONS, Sound, mutated, sound_files

FULL = bool(os.environ.get("STANDOFF_FUZZ"))
CHUNK, CHUNKS = (1000, 10) if FULL else (250, 1)
SURVEYED = 10 if FULL else 5
"""One file of so many is surveyed, too, as `standoff inspect` does it."""

SECONDS = 10
"""A file that takes longer counts as a hang; they are of some thousand bytes."""

MEMORY = 512 * 1024 * 1024
"""Bytes of address space that one file may add to those of the process."""

KEPT = Path(tempfile.gettempdir()) / "standoff-fuzz"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="alarms and limits as POSIX has them")


class Hang(BaseException):
    """A file that takes too long."""


@cache
def sounds(name: str) -> list[Sound]:
    return sound_files(name)


def spoiled(name: str, number: int) -> tuple[Sound, list[str]]:
    """Make the case of a number: a file, in one case of six one beside it, spoiled."""
    chance = random.Random(f"{name} {number}")
    files = sounds(name)
    sound, other = chance.choice(files), chance.choice(files)
    made = Sound(sound.name, sound.data, dict(sound.beside))
    if made.beside and chance.random() < 1 / 6:
        beside = chance.choice(sorted(made.beside))
        made.beside[beside], done = mutated(made.beside[beside], other.data, chance)
        return made, [beside, *done]
    made.data, done = mutated(made.data, other.data, chance)
    return made, done


@contextmanager
def bounded() -> Iterator[None]:
    """Turn a hang into `Hang`, and what takes too much memory into MemoryError (on Linux)."""

    def stop(*_: object) -> None:
        raise Hang

    usual = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    faulthandler.dump_traceback_later(6 * SECONDS, exit=True, file=sys.__stderr__)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def laid(root: Path, made: Sound) -> Path:
    for name, data in {**made.beside, made.name: made.data}.items():
        (root / name).write_bytes(data)
    return root / made.name


def read(name: str, path: Path) -> str:
    """Read a file as a build does; returns what became of it. What is said has a code, a place and can be printed."""
    each = FORMATS[name]
    try:
        if each.unpack:
            export = each.unpack(path.read_bytes(), path.name, Siblings(path.parent))
            found = [*export.findings, *(finding for part in export.parts for finding in part.reading.findings)]
        else:
            assert each.read is not None
            reading = each.read(path.read_bytes(), "d", "a1", path.name)
            each.tally(reading, path.read_bytes())
            found = reading.findings
    except InputError as error:
        found = [Finding(error.code, str(error.path), error.message, error.line, error.column)]
        look(found)
        return "refused"
    look(found)
    return "findings" if found else "sound"


def look(found: list[Finding]) -> None:
    for finding in found:
        assert finding.code in CODES, f"no code: {finding}"
        assert finding.message and finding.path, f"nothing said: {finding}"
        assert (finding.line or 1) > 0 and (finding.column or 1) > 0, f"no place: {finding}"


def survey(root: Path) -> None:
    """Run `standoff inspect`: JSON in UTF-8, with status 2 where the settings beside the files are spoiled."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["inspect", str(root), "--json"])
    out.seek(0)
    err.seek(0)
    shown, said = out.read(), err.read()
    assert shown, f"status {status}: {said}"
    codes = {each["code"] for each in json.loads(shown)["findings"]}
    assert status in ((2,) if codes & {"E134", "E135"} else (0, 1, 3)), f"status {status}: {said}"
    assert codes <= set(CODES)


def fault(name: str, number: int, seen: Counter[str]) -> tuple[str, str] | None:
    """Run a case; returns the kind of failure and how to see it again, None if all is well."""
    made, done = spoiled(name, number)
    with folder() as root:
        path = laid(root, made)
        try:
            with bounded():
                seen[read(name, path)] += 1
                if number % SURVEYED == 0:
                    survey(root)
        except (Exception, Hang) as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((f"{f.filename}:{f.lineno}" for f in reversed(frames) if "standoff/" in f.filename), "?")
            kept = KEPT / f"{name}-{number}"
            kept.mkdir(parents=True, exist_ok=True)
            laid(kept, made)
            kind = f"{type(error).__name__} at {place}"
            return kind, f"{name} case {number} ({', '.join(done)}), kept in {kept}: {kind}: {str(error)[:300]}"
    return None


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", FORMATS)
def test_a_spoiled_file_is_read_or_named(name: str, chunk: int, capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()
    faults = [fault(name, number, seen) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
    kinds: dict[str, str] = {}
    for found in faults:
        if found:
            kinds.setdefault(*found)
    if FULL:
        with capsys.disabled():
            failed = len(faults) - faults.count(None)
            print(f"\n{name}, chunk {chunk}: {CHUNK} cases, {dict(sorted(seen.items()))}, failed {failed}")
    assert not kinds, "\n" + "\n".join(kinds.values())
    assert min(seen["refused"] + seen["findings"], seen["sound"]) > 0, "the mutations spoil all or nothing"


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_mutation_does_something(mutation: str) -> None:
    """And the same chance does the same again."""
    one, two = sounds("native")[:2]
    made = [MUTATIONS[mutation](one.data, two.data, random.Random(seed)) for seed in range(20)]
    assert any(data != one.data for data in made)
    assert made == [MUTATIONS[mutation](one.data, two.data, random.Random(seed)) for seed in range(20)]


def test_a_hang_and_a_glutton_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_fuzz.SECONDS", 0.05)
    with pytest.raises(Hang), bounded():
        while True:
            pass
    if sys.platform == "linux":
        monkeypatch.setattr("test_fuzz.SECONDS", 10)
        with pytest.raises(MemoryError), bounded():
            bytearray(2 * MEMORY)


def test_a_crash_is_named_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def read(data: bytes, doc_id: str, annotator: str, path: str) -> Reading:
        raise KeyError(doc_id)

    monkeypatch.setattr("test_fuzz.KEPT", tmp_path)
    monkeypatch.setitem(FORMATS, "brat", FORMATS["brat"]._replace(read=read))
    found = fault("brat", 1, Counter())
    assert found and found[0].startswith("KeyError") and "brat case 1 (" in found[1]
    made, _ = spoiled("brat", 1)
    assert (tmp_path / "brat-1" / made.name).read_bytes() == made.data
    assert found == fault("brat", 1, Counter()), "the same again"
