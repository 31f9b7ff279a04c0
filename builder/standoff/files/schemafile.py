"""The JSON Schemas of `schema/`: where they are, and what they say of a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from standoff.files import schemawords
from standoff.spelling import closest, did_you_mean

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

Problem = tuple[Place, str]
"""Where in the value (keys and indexes), and what is wrong there."""


@cache
def folder() -> Path:
    """Return the folder of the schemas: package data in an installed wheel, `schema/` in a checkout."""
    packaged = Path(__file__).parents[1] / "schema"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "schema"


@cache
def load(name: str) -> dict[str, Any]:
    """Return the schema `schema/<name>.schema.json`."""
    schema: dict[str, Any] = json.loads((folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def problems(value: Any, name: str) -> list[Problem]:
    """Return what is wrong with a value, in the order of the value; empty if it fits the schema.

    A compiled validator accepts quickly; only where it does not is `jsonschema` asked for the reasons. A key that
    is missing because it is misspelt is named once, as the misspelt key.
    """
    if _accepts(value, name):
        return []
    from jsonschema import Draft202012Validator

    errors = list(Draft202012Validator(load(name)).iter_errors(value))
    misspelt = {found for error in errors if error.validator == "additionalProperties" for found in _misspelt(error)}
    found = [problem for error in errors for problem in _explain(error, misspelt)]
    if not errors:  # the two libraries differ: in Python, `$` lets a final newline pass
        message = "ends with a line break; expected none"
        found = [(tuple(error.instance_path), message) for error in _quick(name).iter_errors(value)]
    return sorted(set(found), key=lambda problem: [str(step).rjust(8) for step in problem[0]])


def _accepts(value: Any, name: str) -> bool:
    """Say whether a value surely fits; one that the compiled validator cannot take does not."""
    try:
        return bool(_quick(name).is_valid(value))
    except ValueError:
        return False


@cache
def _quick(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(load(name))


def _explain(error: Any, misspelt: set[Place]) -> Iterator[Problem]:
    """Say what was found and what was expected; each rule of JSON Schema in its own words."""
    path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        yield (*path, error.instance), schemawords.of_name(error)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
        yield from _unknown_keys(error, path)
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        missing = [key for key in missing if (*path, key) not in misspelt]
        if missing:
            yield path, f"{', '.join(repr(key) for key in missing)} is missing"
    else:
        yield path, schemawords.of_value(error)


def _misspelt(error: Any) -> Iterator[Place]:
    """Yield the places of the keys that unknown keys were probably meant to be."""
    known = list(error.schema.get("properties", {}))
    for key in error.instance if isinstance(error.instance, dict) else ():
        if key not in known:
            meant = closest(str(key), known)
            if meant is not None:
                yield (*error.absolute_path, meant)


def _unknown_keys(error: Any, path: Place) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            hint = did_you_mean(str(key), known)
            yield (*path, str(key)), f"unknown key {key!r}{hint}; expected one of: {', '.join(known)}"
