"""The one TOML reader: parsing, and the line of a key for messages (tomllib keeps no positions)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from standoff.errors import ConfigError

_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")
_HEADER = re.compile(r"\s*\[(\[)?([^\]]+)\]")


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


def locate(text: str, pointer: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column of the key that the pointer leads to, or of the nearest table above it."""
    best, best_depth = (1, 1), 0
    table: list[str | int] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            table = _table_path(header, counts)
            depth = _agreement(table, pointer)
            column = header.start(2) + 1
        else:
            key, separator, _ = line.partition("=")
            if not separator or key.lstrip().startswith("#"):
                continue
            path = [*table, *_split(key.strip())]
            depth = _agreement(path, pointer)
            column = len(key) - len(key.lstrip()) + 1
        if depth > best_depth:
            best, best_depth = (number, column), depth
    return best


def _table_path(header: re.Match[str], counts: dict[str, int]) -> list[str | int]:
    path: list[str | int] = [*_split(header[2])]
    if header[1]:
        name = header[2].strip()
        counts[name] = counts.get(name, -1) + 1
        path.append(counts[name])
    elif len(path) > 1 and str(path[0]) in counts:
        path.insert(1, counts[str(path[0])])
    return path


def _split(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]


def _agreement(path: Sequence[str | int], pointer: Sequence[str | int]) -> int:
    depth = 0
    for ours, theirs in zip(path, pointer, strict=False):
        if ours != theirs:
            return 0 if depth < len(path) else depth
        depth += 1
    return depth if depth == len(path) or depth == len(pointer) else 0
