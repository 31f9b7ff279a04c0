"""The JSON reader: strict, with the place of every fault and every value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from samples import quick
from standoff.errors import InputError
from standoff.files import jsonfile

keys = st.text(st.sampled_from('ab"\\/é😀\n\t{}[]:, '), max_size=4)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | keys
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return every path in a value with what it leads to."""
    found = [(path, value)]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in pairs:
        found += paths(child, (*path, step))
    return found


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        jsonfile.parse(text, "x.json")
    assert (caught.value.code, caught.value.path, caught.value.exit_code) == ("E102", "x.json", 3)
    return caught.value


@quick
@given(values, st.sampled_from([None, 0, 1, 4, "\t"]), st.booleans(), st.sampled_from(["", "\n\n", "  \t", "\r\n "]))
def test_locate_finds_the_first_character_of_every_value(
    value: Any, indent: int | str | None, escaped: bool, lead: str
) -> None:
    text = lead + json.dumps(value, indent=indent, ensure_ascii=escaped)
    assert jsonfile.parse(text, "x") == value
    lines = text.split("\n")
    for path, wanted in paths(value):
        line, column = jsonfile.locate(text, path)
        rest = "\n".join(lines[line - 1 :])[column - 1 :]
        found, _ = json.JSONDecoder().raw_decode(rest)
        assert (found, type(found)) == (wanted, type(wanted))


@quick
@given(st.dictionaries(keys, scalars, min_size=1, max_size=5), st.sampled_from([None, 1]))
def test_locate_key_finds_the_key(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps([value], indent=indent)
    for key in value:
        line, column = jsonfile.locate_key(text, [0], key)
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
        assert json.JSONDecoder().raw_decode(rest)[0] == key


def test_locate_gives_the_nearest_parent_of_a_place_that_is_not_there() -> None:
    text = '{\n "a": [1, 2]\n}'
    assert jsonfile.locate(text, ["a", 7]) == jsonfile.locate(text, ["a"]) == (2, 7)
    assert jsonfile.locate(text, ["b"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1, "a": 2}', 1, 10),
        ('{\n "b": {"x": 1,\n  "x": 1}}', 3, 3),
        ('[{"a": 1}, {"a": 1, "b": 2, "\\u0061": 3}]', 1, 29),
        ('{"a": }', 1, 7),
        ("", 1, 1),
        ('{"a": 1} x', 1, 10),
        ('{\n "a": "\\ud800"\n}', 2, 8),
    ],
)
def test_a_fault_is_named_with_line_and_column(text: str, line: int, column: int) -> None:
    error = refused(text)
    assert (error.line, error.column) == (line, column) or (error.line, error.column - 1) == (line, column)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "[" + "9" * 5000 + "]", "-" + "1" * 5000])
def test_what_is_no_json_number_is_refused(text: str) -> None:
    assert refused(text).line == 1


def test_deep_nesting_is_refused_without_a_crash() -> None:
    assert "nested" in refused("[" * 100_000 + "]" * 100_000).message
    assert "nested" in refused('{"a":' * 100_000 + "1" + "}" * 100_000).message


def test_pairs_of_surrogates_and_escaped_backslashes_are_no_fault() -> None:
    assert jsonfile.parse('["\\ud83d\\ude00", "\\\\ud83d"]', "x") == ["😀", "\\ud83d"]


@pytest.mark.parametrize("before", ['"\\ud83d\\ude00"', '"\\\\ud800"'])
def test_the_lone_surrogate_is_named_and_not_a_pair_before_it(before: str) -> None:
    assert refused(f'[{before},\n "\\ud800"]').line == 2


def test_message_and_place_of_a_repeated_key_belong_together() -> None:
    error = refused('{"a": 1, "b": {"x": 1,\n"x": 2}, \n"a": 3}')
    assert (error.line, '"x"' in error.message) in [(2, True), (3, False)]


@pytest.mark.parametrize("text", ['[{"a": 1, "a": 2}', '[{"a": 1, "a": 2}, oops]', '{"x": {"a": 1, "a": 1} "y"'])
def test_a_repeated_key_before_a_syntax_error_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("text", ["[1e999]", "[" + "9" * 5000 + ".5]"])
def test_a_number_that_becomes_infinity_is_refused(text: str) -> None:
    refused(text)


@quick
@given(values, st.data())
def test_any_damaged_json_is_a_value_or_an_input_error(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assume(text)
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.sampled_from(["", '"', "{", "]", ",", "NaN", "\\ud800"])) + text[at + 1 :]
    try:
        jsonfile.parse(damaged, "x")
    except InputError as error:
        assert error.line is not None


def test_a_pair_of_surrogate_escapes_beside_a_number_with_a_point() -> None:
    value = jsonfile.parse(r'{"a": "\ud83c\udf09", "b": 0.10}', "x.json", whole_numbers=True)
    assert (value["a"], str(value["b"])) == ("🌉", "0.10")
