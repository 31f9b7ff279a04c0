"""Sound files of every format, and ways to spoil them: what editors, scripts, disks and people do to a file.

The same seed gives the same file. A mutation is a function of a file, of another file of its format, and of chance.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from samples import folder
from standoff.annotations import FORMATS, LYING
from standoff.exports import brat, cas_xmi, label_studio, native, w3c
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.model import AnnotatedDocument
from strategies import annotated

from conftest import ROOT

CASES = ROOT / "tests/cases"
INVENTED = {"native": native, "brat": brat, "cas_xmi": cas_xmi, "label_studio": label_studio, "w3c": w3c}
ODD = [
    "\ufeff", "\0", "\u2028", "\x85", "\x0b", "\x1c", "\u200d", "\u0301", "\u202e", "\u00a0", "😀", "\U0010ffff",
    "\ufffe", "İ", "ß", "٣", "²", "\r", "\r\n", "\t", "\n", " ", "\\ud800", "\\u0000", "&#0;", "&#xD800;", "&lt;",
    "]]>",
]  # fmt: skip
"""Characters and escapes that readers stumble over."""

BROKEN = [b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xf5\x80\x80\x80", b"\x80", b"\xc0\xaf", b"\xfe\xff"]
"""Bytes that are no UTF-8."""

NUMBERS = [
    "0", "-1", "1", "2", "0007", "1_0", "+5", "1.5", "1e3", "1e999", "NaN", "-0", "", "٣", "²", "0x10", "99999",
    str(2**31), str(2**63), str(2**64), "9" * 30, "1" * 5000,
]  # fmt: skip
"""Numbers, and what only looks like one."""

VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e308, "", "x", "\ud800", "\0", "1", [], {}, [[]], [None], [{}], {"": ""},
    {"id": 1}, ["x", 1], {"start": "0"},
]  # fmt: skip
"""What may stand in JSON in the place of anything."""

MARKS = "\"'[]{}()<>&|#*;:,=/\\_-\t.@"


@dataclass(slots=True)
class Sound:
    """A file of a format, and those that lie beside it."""

    name: str
    data: bytes
    beside: dict[str, bytes] = field(default_factory=dict)


Mutation = Callable[[bytes, bytes, random.Random], bytes]


def sound_files(name: str) -> list[Sound]:
    """Return the files of a format in the cases, with valid and invalid content, and those that an export writes."""
    each, found = FORMATS[name], []
    for case in sorted([*(CASES / "valid").iterdir(), *(CASES / "invalid").iterdir()]):
        is_named = name in LYING or f'format = "{name}"' in (case / "corpus.toml").read_text("utf-8", "replace")
        for path in sorted(case.rglob("*")) if is_named else ():
            if path.is_file() and path.suffix in each.suffixes and path.stat().st_size < 20_000:
                data = path.read_bytes()
                if each.sniff(data):
                    found.append(Sound(path.name, data, _beside(case, path)))
    return found + list(_invented(name))


def _beside(case: Path, path: Path) -> dict[str, bytes]:
    others = [*sorted(path.parent.iterdir()), *sorted((case / "raw").glob("*.txt"))]
    return {other.name: other.read_bytes() for other in others if other.is_file() and other != path}


def _invented(name: str) -> Iterator[Sound]:
    """Yield exports of invented documents with annotations in every layer."""
    documents: list[AnnotatedDocument] = []

    @settings(
        max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(annotated())
    def invent(source: AnnotatedDocument) -> None:
        documents.append(source)

    if name in INVENTED:
        invent()
    for source in documents:
        with folder() as root:
            INVENTED[name].export([source], Folder(root), Ledger())
            files = {path.name: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
        fitting = [path for path in files if Path(path).suffix in FORMATS[name].suffixes]
        for path in fitting:
            if FORMATS[name].sniff(files[path]):
                yield Sound(path, files[path], {key: data for key, data in files.items() if key != path})


def mutated(data: bytes, other: bytes, chance: random.Random) -> tuple[bytes, list[str]]:
    """Spoil a file in one to five ways; returns it with the names of what was done."""
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        name = chance.choice(_fitting(data) if chance.random() < 0.6 else list(MUTATIONS))
        data = MUTATIONS[name](data, other, chance)[:100_000]
        done.append(name)
    return data, done


def _fitting(data: bytes) -> list[str]:
    """Return the mutations that mostly leave a file of its kind one that can be parsed, so that readers get far."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n")[:1]
    if start in (b"{", b"["):
        return ["JSON"]
    notes = ["JSON"] * 4 if b"\t{" in data else []
    return ["XML"] if start == b"<" else ["lines", "fields", "number", "word", *notes]


def _span(data: bytes, chance: random.Random, most: int = 60) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.randint(0, most))


def _flip(data: bytes, other: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data)) if data else 0
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :] if data else data


def _random_bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance, 8)
    return data[:start] + chance.randbytes(chance.randint(0, 8)) + data[end:]


def _delete(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _double(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance, 300)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 50)) + data[end:]


def _truncate(data: bytes, other: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return chance.choice((data[:at], data[at:]))


def _splice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    first, last = _span(other, chance, 400)
    return chance.choice((data[:start] + other[first:], data[:start] + other[first:last] + data[end:], data + other))


def _insert(data: bytes, what: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + what + data[at:]


def _odd(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return _insert(data, chance.choice(ODD).encode(), chance)


def _odd_for_a_character(data: bytes, other: bytes, chance: random.Random) -> bytes:
    found = sorted(set(data))
    what = chance.choice(ODD).encode()
    return data.replace(bytes([chance.choice(found)]), what, chance.choice((1, 3, 20))) if found else what


def _broken(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return _insert(data, chance.choice(BROKEN), chance)


def _encoding(data: bytes, other: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "utf-7")), "replace")


def _line_ends(data: bytes, other: bytes, chance: random.Random) -> bytes:
    old, new = chance.choice((b"\n", b"\r\n", b"\n\n")), chance.choice((b"\r", b"\r\n", b" ", b"\n\n\n", b""))
    return data.replace(old, new, chance.choice((-1, 1, 3)))


def _pieces(data: bytes, other: bytes, chance: random.Random, sign: bytes) -> bytes:
    """Delete, double, move, swap or borrow one of the pieces between two signs."""
    pieces, foreign = data.split(sign), other.split(sign)
    one, two = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    kind = chance.randrange(5)
    if kind == 0:
        del pieces[one]
    elif kind == 1:
        pieces.insert(two, pieces[one])
    elif kind == 2:
        pieces.insert(two, pieces.pop(one))
    elif kind == 3:
        pieces[one], pieces[two] = pieces[two], pieces[one]
    else:
        pieces[one] = chance.choice(foreign)
    return sign.join(pieces)


def _lines(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return _pieces(data, other, chance, b"\n")


def _fields(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Change the fields of one line, or those of the whole file."""
    sign = chance.choice((b"\t", b"\t", b" ", b"|", b";", b",", b":", b"-", b"=", b"<", b'"', b"_"))
    if chance.random() < 0.3:
        return _pieces(data, other, chance, sign)
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = _pieces(lines[at], chance.choice(other.split(b"\n")), chance, sign)
    return b"\n".join(lines)


def _found(data: bytes, pattern: bytes, chance: random.Random) -> tuple[int, int] | None:
    found = [match.span() for match in re.finditer(pattern, data)]
    return chance.choice(found) if found else None


def _number(data: bytes, other: bytes, chance: random.Random) -> bytes:
    place = _found(data, rb"[0-9]+", chance)
    if place is None:
        return data
    digits = data[slice(*place)]
    near = str(int(digits[:30]) + chance.choice((-1, 1, 10))).encode()
    new = chance.choice((near, chance.choice(NUMBERS).encode()))
    return data[: place[0]] + new + data[place[1] :]


def _mark(data: bytes, other: bytes, chance: random.Random) -> bytes:
    place = _found(data, b"[" + re.escape(MARKS).encode() + b"]", chance)
    if place is None:
        return data
    new = chance.choice((b"", b"", data[slice(*place)] * 2, chance.choice(MARKS).encode()))
    return data[: place[0]] + new + data[place[1] :]


def _word(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Misspell a word, or put another in its place: keys, ids, labels, tags."""
    origin = chance.choice((data, other))
    place, second = _found(data, rb"[\w.]+", chance), _found(origin, rb"[\w.]+", chance)
    if place is None or second is None:
        return data
    word = data[slice(*place)]
    new = chance.choice((word[1:], word.upper(), word + b"x", b"", origin[slice(*second)], origin[slice(*second)]))
    if chance.random() < 0.3:
        return data.replace(word, new)
    return data[: place[0]] + new + data[place[1] :]


def _json(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Change a value, key or entry of a JSON file, of a line of JSON, or of JSON that ends a line; else a mark."""
    places = [match.start() for match in re.finditer(rb"^[{\[]|(?<=\t)\{", data, re.MULTILINE)]
    start = chance.choice(places) if places else 0
    end = data.find(b"\n", start) if start in places else -1
    for first, last in ((0, len(data)), (start, len(data) if end < 0 else end)):
        try:
            value = json.loads(data[first:last])
        except (ValueError, RecursionError):
            continue
        return data[:first] + json.dumps(_changed(value, chance)).encode() + data[last:]
    return _mark(data, other, chance)


def _changed(value: Any, chance: random.Random) -> Any:
    """Return a JSON value with one place changed, mostly deep in it; a text that is JSON itself is one."""
    if isinstance(value, str) and value.startswith("{") and chance.random() < 0.8:
        with suppress(ValueError, RecursionError):
            return json.dumps(_changed(json.loads(value), chance))
    if not isinstance(value, dict | list) or not value or chance.random() < 0.05:
        return chance.choice((chance.choice(VALUES), [value], {"a": value}, str(value)))
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key, second = chance.choice(keys), chance.choice(keys)
    if chance.random() < 0.75:
        value[key] = _changed(value[key], chance)
    elif chance.random() < 0.4:
        del value[key]
    elif isinstance(value, dict):
        value[chance.choice((key + "x", key[1:], key.upper(), second))] = value.pop(key)
    else:
        value.insert(second, chance.choice((value[key], chance.choice(VALUES))))
    return value


def _xml(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Change, rename, double or delete an attribute, or delete or double an element; other files lose a mark."""
    kind = chance.randrange(7)
    if kind >= 5:
        place = _found(data, rb"<[^<>?!/]+/>|<([\w.:]+)[^<>]*>[^<>]*</\1>", chance)
        if place is None:
            return _mark(data, other, chance)
        element = data[slice(*place)]
        return data[: place[0]] + (element * 2 if kind == 5 else b"") + data[place[1] :]
    place = _found(data, rb'\s[\w.:]+="[^"<>]*"', chance)
    origin = chance.choice((data, other))
    second = _found(origin, rb'"[^"<>]*"', chance)
    if place is None or second is None:
        return _mark(data, other, chance)
    name, _, value = data[slice(*place)].partition(b"=")
    if kind < 3:
        odd = chance.choice((chance.choice(NUMBERS), chance.choice(ODD)))
        value = chance.choice((f'"{odd}"'.encode(), origin[slice(*second)]))
    changed = b"" if kind == 3 else (name + b"x" if kind == 4 else name) + b"=" + value
    return data[: place[0]] + changed + data[place[1] :]


MUTATIONS: dict[str, Mutation] = {
    "flip a bit": _flip, "random bytes": _random_bytes, "delete": _delete, "double": _double, "truncate": _truncate,
    "splice": _splice, "odd character": _odd, "odd for a character": _odd_for_a_character, "no UTF-8": _broken,
    "encoding": _encoding, "line ends": _line_ends, "lines": _lines, "fields": _fields, "number": _number,
    "mark": _mark, "word": _word, "JSON": _json, "XML": _xml,
}  # fmt: skip
"""Ways to spoil a file."""
