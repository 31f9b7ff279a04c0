"""The one TOML reader: parsing, and the line of a key for messages (tomllib keeps no positions)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from standoff.errors import ConfigError

_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
_PARTS = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = re.compile(rf"\s*({_PARTS}(?:\s*\.\s*{_PARTS})*)\s*=")
_HEADER = re.compile(rf"\s*\[(\[)?\s*({_PARTS}(?:\s*\.\s*{_PARTS})*)\s*\]")
_PART = re.compile("\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_LONG_QUOTE = re.compile("\"{3}|'{3}")


def read(path: Path) -> tuple[dict[str, Any], str]:
    """Return the parsed file and its text. Raises ConfigError with line and column where it is no TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(path, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    try:
        return tomllib.loads(text.replace("\r\n", "\n")), text
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = _AT.search(message)
        line, column = (int(match[1]), int(match[2])) if match else (None, None)
        raise ConfigError(path, f"not valid TOML: {_AT.sub('', message)}", line=line, column=column) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, a value within a thousand others
        raise ConfigError(path, f"not valid TOML: {str(error).split(';')[0]}") from None


def text_of(value: str) -> str:
    """Return a text as a TOML basic string; its escapes are those of JSON, and DEL must be escaped, too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def locate(text: str, pointer: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column of the key that the pointer leads to, or of the nearest table above it."""
    best, best_depth = (1, 1), 0
    table: list[str | int] = []
    counts: dict[str, int] = {}
    for number, line in _statements(text):
        header = _HEADER.match(line)
        if header:
            table, path, column = [*_table_path(header, counts)], [*_table_path_so_far(header, counts)], header.start(2)
        else:
            key = _KEY.match(line)
            if not key:
                continue
            path, column = [*table, *_split(key[1])], key.start(1)
        depth = _agreement(path, pointer)
        if depth > best_depth:
            best, best_depth = (number, column + 1), depth
    return best


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which no multi-line string goes on, with their numbers."""
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            yield number, line
        for mark in _LONG_QUOTE.findall(line):
            inside = mark if not inside else "" if mark == inside else inside


def _table_path(header: re.Match[str], counts: dict[str, int]) -> list[str | int]:
    """Return the path of a header's table, and count it where it is one of an array of tables."""
    if header[1]:
        name = header[2].strip()
        counts[name] = counts.get(name, -1) + 1
    return _table_path_so_far(header, counts)


def _table_path_so_far(header: re.Match[str], counts: dict[str, int]) -> list[str | int]:
    """Return the path of a header's table, with the index of the last one of each array of tables on the way."""
    path: list[str | int] = []
    names = _split(header[2])
    for depth, name in enumerate(names, 1):
        path.append(name)
        joined = ".".join(names[:depth])
        if joined in counts:
            path.append(counts[joined])
    return path


def _split(key: str) -> list[str]:
    return [bare or double or single for double, single, bare in _PART.findall(key)]


def _agreement(path: Sequence[str | int], pointer: Sequence[str | int]) -> int:
    depth = 0
    for ours, theirs in zip(path, pointer, strict=False):
        if ours != theirs:
            return 0
        depth += 1
    return depth
