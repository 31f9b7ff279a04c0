"""The JSON Schemas of `schema/`: where they are, and what they say of a value."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Problem = tuple[tuple[str | int, ...], str]
"""Where in the value (keys and indexes), and what is wrong there."""


@cache
def folder() -> Path:
    """Return the folder of the schemas: package data in an installed wheel, `schema/` in a checkout."""
    packaged = Path(__file__).parent / "schema"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schema"


@cache
def load(name: str) -> dict[str, Any]:
    """Return the schema `schema/<name>.schema.json`."""
    schema: dict[str, Any] = json.loads((folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def problems(value: Any, name: str) -> list[Problem]:
    """Return what is wrong with a value, in the order of the value; empty if it fits the schema.

    A compiled validator accepts quickly; only where it does not is `jsonschema` asked for the reasons.
    """
    if _quick(name).is_valid(value):
        return []
    from jsonschema import Draft202012Validator

    found = [problem for error in Draft202012Validator(load(name)).iter_errors(value) for problem in _explain(error)]
    return sorted(set(found), key=lambda problem: [str(step).rjust(8) for step in problem[0]])


def did_you_mean(word: str, known: Iterator[str] | list[str]) -> str:
    """Return ` (did you mean …?)` if a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


@cache
def _quick(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(load(name))


def _explain(error: Any) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    rule = error.validator
    if rule == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                hint = did_you_mean(str(key), known)
                yield (*path, str(key)), f"unknown key {key!r}{hint}; expected one of: {', '.join(known)}"
    elif rule == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        yield path, f"{', '.join(repr(key) for key in missing)} is missing"
    elif rule == "enum":
        words = [str(word) for word in error.validator_value if word is not None]
        hint = did_you_mean(str(error.instance), words)
        yield path, f"found {_short(error.instance)}{hint}; expected one of: {', '.join(words)}"
    elif rule == "type":
        yield path, f"found {_short(error.instance)}; expected {_types(error.validator_value)}"
    elif rule == "const":
        yield path, f"found {_short(error.instance)}; expected {_short(error.validator_value)}"
    elif rule == "pattern":
        yield path, f"found {_short(error.instance)}; expected text of the form {error.validator_value}"
    elif rule in ("anyOf", "oneOf"):
        choices = [" and ".join(choice["required"]) for choice in error.validator_value if "required" in choice]
        wanted = "one of: " + "; ".join(choices) if choices else "something else"
        yield path, f"found {_short(error.instance)}; expected {'exactly ' if rule == 'oneOf' else 'at least '}{wanted}"
    elif rule == "dependentRequired":
        yield path, f"found {_short(error.instance)}; {error.message}"
    elif error.validator_value is False or error.schema is False:
        yield path[:-1], f"{path[-1]!r} cannot stand beside `fragments`"
    else:
        yield path, f"{error.message[:200]}"


def _types(value: str | list[str]) -> str:
    names = [value] if isinstance(value, str) else value
    words = {"object": "an object", "array": "a list", "string": "text", "integer": "a whole number", "null": "null"}
    return " or ".join(words.get(name, f"a {name}") for name in names)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
