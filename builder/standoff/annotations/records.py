"""The records of a JSON export, one array of objects or one object a line, each value with its place."""

from __future__ import annotations

import datetime
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeGuard

from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.files.jsonfile import Place
from standoff.finding import Finding
from standoff.model import Attribute, Span

_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"(?:\s*:\s*(?=(.)))?|([\[{])|([\]}])', re.DOTALL)
_WELL_FORMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_MOST = 10**12
_TYPES = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}
Types = dict[str, tuple[type, ...]]
"""Keys of an object, and the types that their values may have."""

Fault = tuple[str, str, int, int]
"""Code, message, line and column."""

_SHOWN = 60


class Source:
    """A JSON text, and where its lines begin. `first` is the number of its first line in the file."""

    __slots__ = ("_starts", "first", "text")

    def __init__(self, text: str, first: int = 1) -> None:
        self.text = text
        self.first = first
        self._starts: list[int] | None = None

    def place(self, offset: int) -> Place:
        """Return line and column of an offset; lines end with LF alone."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, offset) - 1
        return self.first + line, offset - self._starts[line] + 1


class Node:
    """A value of a JSON text. Where it stands is found when it is asked for, with the places of its neighbours."""

    __slots__ = ("_key", "_offset", "_parent", "_places", "_source", "value")

    def __init__(
        self,
        value: Any,
        source: Source,
        offset: int | None = None,
        parent: Node | None = None,
        key: str | int = "",
    ) -> None:
        self.value = value
        self._source = source
        self._offset = offset
        self._parent = parent
        self._key = key
        self._places: dict[str | int, int] | None = None

    @property
    def offset(self) -> int:
        """The offset of the value in the text of its source."""
        if self._offset is None:
            assert self._parent is not None
            self._offset = self._parent.places()[self._key]
        return self._offset

    @property
    def place(self) -> Place:
        """Line and column of the value in the file."""
        return self._source.place(self.offset)

    def places(self) -> dict[str | int, int]:
        """Return the offsets of the values in an object or array, by key or index."""
        if self._places is None:
            self._places = {key: value for key, _, value in jsonfile.children(self._source.text, self.offset)}
        return self._places

    def get(self, key: str) -> Node | None:
        """Return the value of a key of an object; None where there is none, or null."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return None if value is None else Node(value, self._source, None, self, key)

    def items(self) -> list[Node]:
        """Return the values of an array; of anything else there are none."""
        values = self.value if isinstance(self.value, list) else []
        return [Node(value, self._source, None, self, index) for index, value in enumerate(values)]

    def wrapped(self, key: str) -> Node:
        """Return an object that has the value under a key, and stands in its place."""
        return Node({key: self.value}, self._source, self.offset)

    def fault(self, expected: str, what: str = "") -> Fault:
        """Return code, message, line and column for a value that is not what was expected; `what` names it.

        The value is shown, but for what may hold an address of a person.
        """
        shown = json.dumps(self.value, ensure_ascii=False)
        if "@" in shown:
            shown = f"an object with {', '.join(self.value)}" if isinstance(self.value, dict) else "something else"
        shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
        return "E103", f"{what}: found {shown}; expected {expected}".removeprefix(": "), *self.place


def read(data: bytes, path: str, findings: list[Finding]) -> list[Node]:
    """Return the objects of an array, or one a line; what is none of them is a finding.

    Raises InputError if a file that is one array or one object cannot be parsed.
    """
    data = data.removeprefix(_BOM)
    lines = [line for line in data.split(b"\n") if line.strip()]
    if not lines or data.lstrip()[:1] == b"[" or not lines[0].rstrip().endswith(b"}"):
        return _of_whole(data, path, findings)
    return _of_lines(data, path, findings)


def _of_whole(data: bytes, path: str, findings: list[Finding]) -> list[Node]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8; export or save the file as UTF-8"
        raise InputError(path, message, line=line, column=column, code="E101") from None
    whole = Node(jsonfile.parse(text, path), Source(text), len(text) - len(text.lstrip(" \t\r\n")))
    found = whole.items() if isinstance(whole.value, list) else [whole]
    return [node for node in found if _is_object(node, path, findings)]


def _of_lines(data: bytes, path: str, findings: list[Finding]) -> list[Node]:
    found = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            text = line.decode("utf-8")
            node = Node(jsonfile.parse(text, path), Source(text, number), len(text) - len(text.lstrip(" \t\r\n")))
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode("utf-8")) + 1
            message = f"byte 0x{line[error.start]:02x} is not valid UTF-8; the record is not read"
            findings.append(Finding("E105", path, message, number, column))
        except InputError as error:
            message = f"{error.message}; the record is not read"
            findings.append(Finding("E105", path, message, number, error.column or 1))
        else:
            if _is_object(node, path, findings):
                found.append(node)
    return found


def _is_object(node: Node, path: str, findings: list[Finding]) -> bool:
    if isinstance(node.value, dict):
        return True
    code, message, line, column = node.fault("an object, one a record")
    findings.append(Finding(code, path, message, line, column))
    return False


def first_keys(head: bytes) -> dict[str, str]:
    """Return the keys of the first object of a JSON text, which may be cut off, with the first letter of each value."""
    if head.removeprefix(_BOM).lstrip()[:1] not in (b"{", b"["):
        return {}
    keys: dict[str, str] = {}
    depth = base = 0
    for match in _TOKEN.finditer(head):
        if match[3]:
            depth += 1
            base = base or (depth if match[3] == b"{" else 0)
        elif match[4]:
            depth -= 1
            if depth < base or depth <= 0:
                break
        elif match[2] and depth == base:
            keys[match[1].decode("utf-8", "replace")] = match[2].decode("latin-1")
    return keys if base <= 2 else {}


def wrong_types(node: Node, expected: Types) -> Iterator[Fault]:
    """Yield a fault for each key of an object whose value is there, not null, and of none of the types expected."""
    for key, types in expected.items():
        held = node.get(key)
        if held is not None and type(held.value) not in types:
            yield held.fault(f"{key}: {' or '.join(_TYPES[each] for each in types)}")


def whole_number(value: Any) -> TypeGuard[int]:
    """Say whether a value can be an offset or an index: a whole number from 0 that is not absurdly large."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST


def as_text(value: Any) -> str:
    """Return a value as the text of an attribute: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def fields(pairs: Iterable[tuple[str, Any]]) -> list[Attribute]:
    """Return what an export says of an article as metadata, all values as text; what is empty says nothing.

    A day of publication or a split that is none in the sense of metadata.csv keeps its value under another name.
    """
    found = []
    for name, value in pairs:
        if value not in (None, "", {}, []):
            text = as_text(value)
            fits = name not in _CHECKED or _CHECKED[name](text)
            found.append((name if fits else f"{name}_in_export", text))
    return found


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


_CHECKED: dict[str, Callable[[str], bool]] = {
    "published": _is_day,
    "split": lambda text: text in ("train", "validation", "test"),
}


def give_ids(spans: Iterable[Span], prefix: str = "m") -> None:
    """Give spans their own id where that is well-formed and unique, else a prefix and a number.

    Numbers follow start, end and label; equals keep the order of the file. A taken id gets the next free one.
    """
    taken: set[str] = {"author"}
    nameless = []
    for span in spans:
        name = span.raw_id or ""
        if _WELL_FORMED.fullmatch(name) and name not in taken:
            span.id = name
            taken.add(name)
        else:
            nameless.append(span)
    number = 0
    for span in sorted(nameless, key=lambda each: (each.fragments, each.label)):
        number += 1
        while f"{prefix}{number}" in taken:
            number += 1
        span.id = f"{prefix}{number}"
        taken.add(span.id)


def free_id(prefix: str, rank: int, taken: set[str]) -> str:
    """Return an id that is not taken, and take it: the prefix and the rank, or the next number."""
    while f"{prefix}{rank}" in taken:
        rank += 1
    taken.add(f"{prefix}{rank}")
    return f"{prefix}{rank}"
