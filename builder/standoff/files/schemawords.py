"""What a rule of JSON Schema asks for, in words that a person who writes a corpus.toml understands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from standoff.files.jsonfile import Fraction
from standoff.spelling import did_you_mean

FORMS = {
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a day like 2021-07-05",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$": "a moment like 2021-07-05T12:30:00Z",
    "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$": "a version like 1.2.0",
    "^[0-9a-f]{64}$": "a SHA-256 digest: 64 digits and letters a-f",
    "^(0|[1-9][0-9]*) [0-9a-f]{32}$": "a number, a blank and a digest of 32 digits and letters a-f",
    "^[A-Za-z][A-Za-z0-9_.-]{0,63}$": "an id: a letter, then up to 63 letters, digits, and . _ -",
    "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$": "a document id: a letter or digit, then up to 127 letters, digits, and . _ -",
    "^\\S(.*\\S)?$": "text in one line, without a blank at its begin or end",
    "[^ \\t\\r\\n]": "text that is more than blanks",
    "^[a-z0-9][a-z0-9-]*$": "a name of small letters, digits and -",
    "^[a-z0-9][a-z0-9._-]*$": "a name of small letters, digits, and . _ -",
    "^[a-z0-9][a-z0-9._-]{0,95}$": "a name of up to 96 small letters, digits, and . _ -",
    "^[A-Za-z0-9._-]+$": "letters, digits, and . _ -",
    "^[A-Za-z0-9._-]{1,4}$": "one to four letters, digits, or . _ -",
    "^(gold|a[1-9][0-9]*)$": "a published name of an annotator: gold, a1, a2 …",
    "^[a-z]{2,3}(-[A-Za-z0-9]+)*$": "the code of a language, such as en, ar or zh-Hant",
    "^(original|extended(\\|[A-Za-z0-9._/-]+)?|[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?)$": (
        "original, extended, extended|NAME, or the name of a dataset"
    ),
}
"""What the patterns of the schemas of files that people write ask for."""

_TYPES = {"object": "an object", "array": "a list", "string": "text", "integer": "a whole number", "null": "null"}


def of_value(error: Any) -> str:
    """Say what was found and what is expected, of an error of `jsonschema` about a value."""
    found, wanted = _short(error.instance), error.validator_value
    if error.validator == "enum":
        return _wrong_word(error)
    if error.validator == "dependentRequired":
        missing = {each for key, others in wanted.items() if key in error.instance for each in others}
        missing -= set(error.instance)
        keys = sorted(key for key in wanted if key in error.instance and missing & set(wanted[key]))
        return f"{_listed(keys)} cannot stand without {_listed(sorted(missing))}"
    explain = _EXPECTED.get(error.validator)
    return f"found {found}; expected {explain(wanted) if explain else 'another value'}"


def of_name(error: Any) -> str:
    """Say what is wrong with a key whose name is not allowed: by its form, or beside what else is given."""
    if error.validator in ("pattern", "minLength"):
        return f"found the name {_short(error.instance)}; expected {_EXPECTED[error.validator](error.validator_value)}"
    if error.validator == "enum":
        return f"found the name {_wrong_word(error).removeprefix('found ')}"
    steps = list(error.absolute_schema_path)
    rival = f"`{steps[steps.index('dependentSchemas') + 1]}`" if "dependentSchemas" in steps else "what else is given"
    return f"{error.instance!r} cannot stand beside {rival}"


def _wrong_word(error: Any) -> str:
    words = [str(word) for word in error.validator_value if word is not None]
    hint = did_you_mean(str(error.instance), words)
    return f"found {_short(error.instance)}{hint}; expected one of: {', '.join(words)}"


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, Fraction) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _choice(amount: str, choices: list[Any]) -> str:
    named = [_listed(choice["required"]) for choice in choices if "required" in choice]
    return f"{amount} one of: {'; '.join(named)}" if named else "something else"


def _listed(keys: list[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)


def _at_least(amount: int, one: str, many: str) -> str:
    return f"at least {amount} {one if amount == 1 else many}"


_EXPECTED: dict[str, Callable[[Any], str]] = {
    "type": lambda wanted: " or ".join(
        _TYPES.get(name, f"a {name}") for name in ([wanted] if isinstance(wanted, str) else wanted)
    ),
    "const": _short,
    "pattern": lambda wanted: FORMS.get(wanted, f"text of the form {wanted}"),
    "format": lambda wanted: {"date": "a day like 2021-07-05", "uri": "an address like https://…"}.get(wanted, wanted),
    "anyOf": lambda wanted: _choice("at least", wanted),
    "oneOf": lambda wanted: _choice("exactly", wanted),
    "minLength": lambda wanted: "some text" if wanted == 1 else f"at least {wanted} letters",
    "maxLength": lambda wanted: f"at most {wanted} letters",
    "minItems": lambda wanted: _at_least(wanted, "entry", "entries"),
    "maxItems": lambda wanted: f"no more than {wanted} of them",
    "minProperties": lambda wanted: _at_least(wanted, "key", "keys"),
    "uniqueItems": lambda wanted: "each entry once",
    "minimum": lambda wanted: f"{wanted} or more",
    "maximum": lambda wanted: f"{wanted} or less",
    "exclusiveMinimum": lambda wanted: f"more than {wanted}",
    "exclusiveMaximum": lambda wanted: f"less than {wanted}",
}
