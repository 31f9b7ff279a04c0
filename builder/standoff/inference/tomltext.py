"""Tables -> TOML text: scalars and small tables on a line, the rest under headers."""

from __future__ import annotations

import json
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(value: dict[str, Any], inline: int = 2) -> str:
    """Return TOML. Tables deeper than `inline` headers stand on one line."""
    return "\n".join(_table(value, (), inline)).strip() + "\n"


def _table(value: dict[str, Any], path: tuple[str, ...], inline: int) -> list[str]:
    below = {key: each for key, each in value.items() if isinstance(each, dict) and len(path) < inline}
    rows = {key: each for key, each in value.items() if not path and each and _is_tables(each)}
    plain = {key: each for key, each in value.items() if key not in below and key not in rows}
    lines = [f"{_key(key)} = {scalar(each)}" for key, each in plain.items()]
    if path and (lines or not below):
        lines = ["", f"[{'.'.join(_key(part) for part in path)}]", *lines]
    for key, each in below.items():
        deep = inline + 1 if not path and key in ("events", "relations") else inline
        lines += _table(each, (*path, key), deep)
    for key, tables in rows.items():
        for table in tables:
            lines += ["", f"[[{_key(key)}]]", *(f"{_key(name)} = {scalar(each)}" for name, each in table.items())]
    return lines


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def scalar(value: Any) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {scalar(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(scalar(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def rule(names: list[str]) -> str:
    """Return the rule whose work is published, as a person can put it into corpus.toml."""
    return f"[annotations] publish = {scalar(names)}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else scalar(key)
