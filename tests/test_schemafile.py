"""The JSON Schemas themselves, and what is said of values that do not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from samples import quick
from standoff.files import schemafile, schemawords

from conftest import ROOT

SCHEMAS = sorted((ROOT / "schema").glob("*.schema.json"))


CONDITIONS = ("if", "then", "else", "dependentSchemas")
"""Keywords whose sub-schemas narrow fields that are stated elsewhere."""


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield (path, schema of the property, schema that holds it) for every property anywhere in a schema."""
    if isinstance(schema, dict):
        for name, child in schema.get("properties", {}).items():
            yield f"{path}/{name}", child, schema
        for key, child in schema.items():
            if key not in CONDITIONS:
                yield from properties(child, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, child in enumerate(schema):
            yield from properties(child, f"{path}/{number}")


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_valid_has_a_versioned_id_and_describes_every_field(path: Path) -> None:
    schema = load(path)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    name = path.name.removesuffix(".schema.json")
    assert re.fullmatch(rf"urn:standoff:schema:{name}:[1-9][0-9]*", schema["$id"])
    assert schema["description"]
    bare = [
        place
        for place, entry, _ in properties(schema)
        if isinstance(entry, dict) and not entry.get("description") and "$ref" not in entry
    ]
    assert bare == []


def test_every_form_that_a_person_may_miss_is_said_in_words() -> None:
    """Of the files that people write; a pattern must not be shown to them."""
    patterns = set()
    for name in ("corpus", "scheme", "waivers", "annotations", "withheld", "releases"):
        text = (ROOT / f"schema/{name}.schema.json").read_text(encoding="utf-8")
        patterns |= {json.loads(found) for found in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text)}
    assert patterns and patterns - set(schemawords.FORMS) == set()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("corpus", {"corpus": {"version": "1.2"}}, 'found "1.2"; expected a version like 1.2.0'),
        ("corpus", {"corpus": {"name": "Our Corpus"}}, "expected a name of up to 96 small letters, digits, and . _ -"),
        ("corpus", {"splits": {"train": -1}}, "found -1; expected 0 or more"),
        ("corpus", {"sources": [{"path": "x", "format": "brad"}]}, "(did you mean 'brat'?)"),
        ("corpus", {"sources": [{"path": "x", "fromat": "brat"}]}, "unknown key 'fromat' (did you mean 'format'?)"),
        ("scheme", {"version": 1, "entities": {" P": "x"}}, 'found the name " P"; expected text in one line'),
        ("scheme", {"version": 1, "map": {"Spans": {}}}, "(did you mean 'spans'?)"),
        ("annotations", {"spans": [{"id": "m", "kind": "cue", "start": 1}]}, "`start` cannot stand without `end`"),
        ("annotations", {"layers": ["spans", "spans"]}, "expected each entry once"),
        ("annotations", {"relations": [{"id": "r", "label": "x", "arguments": []}]}, "expected at least 2 entries"),
        ("annotations", {"relations": [{"id": "r", "label": "", "arguments": []}]}, 'found ""; expected some text'),
        ("annotations", {"version": 2}, "found 2; expected 1"),
    ],
)
def test_what_does_not_fit_is_said_in_words(name: str, value: dict[str, Any], message: str) -> None:
    said = [text for _, text in schemafile.problems(value, name)]
    assert any(message in text for text in said), said
    assert not any("^" in text or "[" in text.replace("found [", "") for text in said if "found {" not in text), said


def test_referenced_definitions_are_described() -> None:
    for path in SCHEMAS:
        schema = load(path)
        for place, entry, _ in properties(schema):
            if isinstance(entry, dict) and "$ref" in entry and not entry.get("description"):
                assert schema["$defs"][entry["$ref"].removeprefix("#/$defs/")]["description"], (path.name, place)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_objects_with_named_fields_take_no_others(path: Path) -> None:
    for place, _, holder in properties(load(path)):
        assert holder.get("additionalProperties") is False, place


def test_every_row_field_is_required_and_has_an_arrow_type() -> None:
    for name in ("document", "configs"):
        for place, entry, holder in properties(load(ROOT / f"schema/{name}.schema.json")):
            field = place.rsplit("/", 1)[1]
            assert field in holder["required"], place
            assert "x-arrow" in entry or "items" in entry or "properties" in entry, place
            assert (entry.get("x-arrow") == "date32") == (entry.get("format") == "date"), place


def test_there_is_a_schema_for_all_that_people_write_and_the_program_reads() -> None:
    names = {path.name.removesuffix(".schema.json") for path in SCHEMAS}
    assert {"document", "configs", "annotations", "corpus", "scheme", "manifest", "waivers", "withheld"} <= names


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_no_schema_reads_a_pattern_in_two_ways(path: Path) -> None:
    """`\\d` and `\\w` mean other characters to Python than to the quick validator."""
    for place, entry, _ in properties(load(path)):
        pattern = entry.get("pattern", "") if isinstance(entry, dict) else ""
        assert not re.search(r"\\[dDwWbB]", pattern), place


KEYS = ["id", "kind", "label", "exact", "start", "end", "spans", "version"]
plain = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.sampled_from(["", "m1", "mention", "X"])
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=8,
)


@quick
@given(values)
def test_the_quick_validator_and_jsonschema_agree(value: Any) -> None:
    whole = {"version": 1, "doc_id": "d", "layers": [], "spans": value if isinstance(value, list) else [value]}
    refused = not Draft202012Validator(schemafile.load("annotations")).is_valid(whole)
    assert bool(schemafile.problems(whole, "annotations")) == refused


@quick
@given(values)
def test_a_problem_points_into_the_value_or_at_what_is_missing_there(value: Any) -> None:
    whole = {"version": 1, "doc_id": "d", "layers": [], "spans": [value]}
    for pointer, message in schemafile.problems(whole, "annotations"):
        inner: Any = whole
        for step in pointer:
            inner = inner[step]
        assert message
        assert "\n" not in message


def test_did_you_mean_names_a_close_word_only() -> None:
    assert "'mention'" in schemafile.did_you_mean("mentoin", ["mention", "trigger"])
    assert schemafile.did_you_mean("zzz", ["mention", "trigger"]) == ""
