"""Hostile files in every format: `inspect` prints its object, names the fault, and never a traceback.

Each format has one sound file here, made of a case; everything else is damage done to that.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from standoff.annotations import FORMATS, LYING

from conftest import ROOT, Run

CASES = ROOT / "tests/cases/valid"
LARGE = 200_000


def sound_files() -> dict[str, Path]:
    """Return a sound file of each format: the first of its suffix and looks in a valid case that names it as a source.

    A case of a format whose files lie in annotations/ is named after it.
    """
    found: dict[str, Path] = {}
    for name, each in FORMATS.items():
        for case in sorted(CASES.iterdir()):
            is_named = f'format = "{name}"' in (case / "corpus.toml").read_text(encoding="utf-8")
            if name in found or not (is_named or (name in LYING and case.name.startswith(f"{name}-"))):
                continue
            files = sorted(path for path in case.rglob("*") if path.suffix in each.suffixes and path.is_file())
            sound = [path for path in files if path.stat().st_size > 40 and each.sniff(path.read_bytes())]
            if sound:
                found[name] = sound[0]
    return found


SOUND = sound_files()


def test_every_format_is_here() -> None:
    assert set(FORMATS) - set(SOUND) == set(), "give the format a valid case"


def _doubled_key(data: bytes) -> bytes:
    start = data.find(b'{"') + 1 or data.find(b"{") + 1
    end = data.find(b":", start)
    return data[:start] + data[start:end] + b": 1, " + data[start:] if 0 < start < end else data + data


def _number(digits: bytes) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        places = (i for i, byte in enumerate(data) if chr(byte).isdigit() and data[i - 1 : i] in (b" ", b":", b'"'))
        at = next(places, len(data))
        return data[:at] + digits + data[at:]

    return damage


def _entities(data: bytes) -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">{levels}]>'
    root = data.find(b"<", data.find(b"?>") + 1)
    return bomb.encode() + data[root:] if data.lstrip().startswith(b"<") else bomb.encode() + b"<x>&e9;</x>"


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "blank": lambda data: b" \n\t\n",
    "truncated": lambda data: data[: len(data) * 2 // 3],
    "cut in the last byte": lambda data: data.rstrip()[:-1],
    "binary": lambda data: bytes(range(256)) * 64,
    "binary after the head": lambda data: data[: len(data) // 2] + bytes(range(256)),
    "Latin-1": lambda data: data.replace(b"e", "é".encode("latin-1"), 3),
    "Latin-1 at the end": lambda data: data + "é".encode("latin-1"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode("utf-8", "replace").encode("utf-16"),
    "NUL": lambda data: data.replace(b"e", b"\0", 5),
    "NUL escape": lambda data: data.replace(b"e", b"\\u0000", 5),
    "line separator": lambda data: data.replace(b" ", "\u2028".encode(), 3),
    "lone surrogate": lambda data: data.replace(b"e", b"\xed\xa0\x80", 2),
    "lone surrogate escape": lambda data: data.replace(b": \"", b": \"\\ud800", 3),
    "nested lists": lambda data: b"[" * LARGE,
    "nested objects": lambda data: b'{"a":' * LARGE,
    "nested after the head": lambda data: data.rstrip()[:-1] + b"," + b"[" * LARGE,
    "nested tags": lambda data: b"<a>" * LARGE,
    "doubled key": _doubled_key,
    "NaN": _number(b"NaN"),
    "infinite": _number(b"1e999"),
    "5,000 digits": _number(b"1" * 5000),
    "huge offset": _number(b"9" * 18),
    "negative": _number(b"-"),
    "entity bomb": _entities,
    "one long line": lambda data: data.replace(b"\n", b" ") * 20,
    "twice": lambda data: data + data,
    "texts for numbers": lambda data: data.replace(b": 1", b': "1').replace(b"1,", b'1",'),
    "lists for texts": lambda data: data.replace(b': "', b': ["').replace(b'",', b'"],'),
    "null for all": lambda data: data.replace(b': "', b': null, "'),
}  # fmt: skip


def _inspect(run: Run, path: Path) -> tuple[int, dict[str, object]]:
    status, out, err = run("inspect", path, "--json")
    assert "Traceback" not in err
    assert status in (0, 1, 3)
    found = json.loads(out)
    assert set(found) >= {"format", "documents", "annotators", "counts", "labels", "offsets", "findings"}
    assert (status != 0) == any(f["severity"] == "error" for f in found["findings"])
    return status, found


def _folder(tmp_path: Path, name: str, data: bytes) -> Path:
    """Write a damaged file, with all that lies beside the sound one and the articles, into a folder of its own."""
    folder, sound = tmp_path / "export", SOUND[name]
    folder.mkdir()
    articles = CASES / sound.relative_to(CASES).parts[0] / "raw"
    for other in [*(articles.glob("*.txt") if articles.is_dir() else ()), *sound.parent.iterdir()]:
        if other.is_file() and other.name != "corpus.toml":
            (folder / other.name).write_bytes(other.read_bytes())
    (folder / sound.name).write_bytes(data)
    return folder


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", SOUND)
def test_damage_is_named_and_ends(name: str, damage: str, run: Run, tmp_path: Path) -> None:
    folder = _folder(tmp_path, name, DAMAGE[damage](SOUND[name].read_bytes()))
    _inspect(run, folder)
    _inspect(run, folder / SOUND[name].name)
    status, _, err = run("init", tmp_path / "new", "--from", folder)
    assert (status in (0, 1, 2, 3), "Traceback" in err) == (True, False), (status, err)
    if status < 2:
        status, _, err = run("validate", tmp_path / "new")
        assert (status in (0, 1, 3), "Traceback" in err) == (True, False), (status, err)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", [name for name in SOUND if FORMATS[name].unpack])
def test_damage_of_a_file_beside_it_is_named_and_ends(name: str, damage: str, run: Run, tmp_path: Path) -> None:
    folder = _folder(tmp_path, name, SOUND[name].read_bytes())
    for path in sorted(folder.iterdir()):
        if path.name != SOUND[name].name:
            data = path.read_bytes()
            path.write_bytes(DAMAGE[damage](data))
            _inspect(run, folder)
            path.write_bytes(data)


@pytest.mark.parametrize("name", SOUND)
def test_every_cut_is_named_and_ends(name: str, run: Run, tmp_path: Path) -> None:
    data = SOUND[name].read_bytes()
    folder = _folder(tmp_path, name, data)
    for end in range(0, len(data), max(len(data) // 25, 1)):
        (folder / SOUND[name].name).write_bytes(data[:end])
        _inspect(run, folder)


@pytest.mark.parametrize("name", SOUND)
def test_links_are_named(name: str, run: Run, tmp_path: Path) -> None:
    folder = _folder(tmp_path, name, SOUND[name].read_bytes())
    suffix = SOUND[name].suffix
    os.symlink(folder / "nowhere", folder / f"lost{suffix}")
    os.symlink(folder, folder / "circle")
    os.mkfifo(folder / f"pipe{suffix}")
    status, found = _inspect(run, folder)
    named = {f["path"] for f in found["findings"]}  # type: ignore[attr-defined, index]
    assert (status, named >= {f"lost{suffix}", "circle", f"pipe{suffix}"}) == (3, True)


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()


def _bad_zips(sound: bytes) -> Iterator[bytes]:
    yield sound[: len(sound) // 2]
    yield sound[:4]
    yield sound[:-1]
    yield sound[: len(sound) // 3] + b"\0" * 40 + sound[len(sound) // 3 + 40 :]
    for name in ("../out.json", "/out.json", "C:\\out.json", "a/../../out.json"):
        packed = io.BytesIO(sound)
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr(zipfile.ZipInfo(name), b"x")
        yield packed.getvalue()


@pytest.mark.parametrize("name", SOUND)
def test_of_a_bad_zip_nothing_is_read(name: str, run: Run, tmp_path: Path) -> None:
    sound = _zipped(_folder(tmp_path, name, SOUND[name].read_bytes()))
    packed = tmp_path / "export.zip"
    packed.write_bytes(sound)
    assert _inspect(run, packed)[1]["documents"]
    for data in _bad_zips(sound):
        packed.write_bytes(data)
        status, found = _inspect(run, packed)
        assert (status, found["documents"]) == (3, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "export.zip"]
