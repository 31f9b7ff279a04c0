"""The one JSON reader: strict parsing, and the place of any value for messages and provenance.

RFC 8259 leaves open what a repeated key or NaN means; here both are refused, because a value would be lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from standoff.errors import InputError

Place = tuple[int, int]
"""Line and column, both from 1; columns count code points."""

_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_MAX_DIGITS = 400


class _DuplicateKey(ValueError):
    """An object has the same key twice."""


class Fraction:
    """A number with a point or an exponent, as it stands in the file: kept from passing for a whole number."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def parse(text: str, path: str, *, whole_numbers: bool = False) -> Any:
    """Parse one JSON document; with `whole_numbers`, other numbers come out as `Fraction`.

    Raises InputError with line and column if it is no JSON, has a repeated key, NaN or Infinity, a number of
    more than 400 digits, a lone surrogate, or nests too deeply.
    """
    try:
        value = (_WHOLE if whole_numbers else _STRICT).decode(text)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
        return value
    except json.JSONDecodeError as error:
        raise InputError(
            path, f"not valid JSON: {_in_words(error.msg)}", line=error.lineno, column=error.colno, code="E102"
        ) from None
    except _DuplicateKey as error:
        key, line, column = _duplicate(text, str(error))
        message = f"the key {key} stands twice in one object; keep one"
        raise InputError(path, message, line=line, column=column, code="E102") from None
    except UnicodeEncodeError:
        line, column = place_of(text, _lone_surrogate(text))
        message = "a lone surrogate escape is no character; write the whole pair or the character itself"
        raise InputError(path, message, line=line, column=column, code="E102") from None
    except RecursionError:
        raise InputError(path, "values are nested too deeply", line=1, code="E102") from None
    except ValueError as error:
        raise InputError(path, f"not valid JSON: {error}", line=1, code="E102") from None


_WORDS = {
    "Expecting value": "expected a value: text in double quotes, a number, a list, an object, true, false or null",
    "Expecting ',' delimiter": "expected a comma, or the bracket that closes the list or object",
    "Expecting ':' delimiter": "expected a colon between key and value",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes; none follows a last comma",
    "Illegal trailing comma before end of object": "found a comma after the last entry; remove it",
    "Illegal trailing comma before end of array": "found a comma after the last entry; remove it",
    "Unterminated string starting at": "the text that begins here has no closing double quote",
    "Invalid control character at": "found a line break or a control character within a text; expected an escape: \\n",
    "Invalid \\escape": "found a backslash that begins no escape; expected \\\\ for a backslash",
    "Invalid \\uXXXX escape": "expected four digits or letters a-f after \\u",
    "Extra data": "expected the end of the file; the first value ends before this",
}
"""What the parser of Python says, in words for whoever edits the file."""


def _in_words(message: str) -> str:
    return _WORDS.get(message.removesuffix(": "), message)


def place_of(text: str, offset: int) -> Place:
    """Return line and column of an offset."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def locate(text: str, pointer: Sequence[str | int]) -> Place:
    """Return the place of the value that a pointer of keys and indexes leads to, or of its nearest parent.

    `text` must be valid JSON.
    """
    return place_of(text, _offset_of(text, pointer))


def locate_key(text: str, pointer: Sequence[str | int], key: str) -> Place:
    """Return the place of a key of the object that the pointer leads to."""
    parent = _offset_of(text, pointer)
    for name, key_offset, _ in children(text, parent):
        if name == key:
            return place_of(text, key_offset)
    return place_of(text, parent)


def places(text: str, pointer: Sequence[str | int]) -> list[Place]:
    """Return the place of each value in the list or object that the pointer leads to, counting lines once."""
    return places_within(text, _offset_of(text, pointer))


def places_within(text: str, offset: int) -> list[Place]:
    """Return the place of each value in the list or object at `offset`, counting lines once."""
    found = []
    line, line_start = 1, 0
    position = 0
    for _, _, item in children(text, offset):
        newlines = text.count("\n", position, item)
        if newlines:
            line += newlines
            line_start = text.rfind("\n", 0, item) + 1
        position = item
        found.append((line, item - line_start + 1))
    return found


def children(text: str, offset: int) -> Iterator[tuple[str | int, int, int]]:
    """Yield (key or index, offset of the key, offset of the value) for the container at `offset`.

    Skips over the values with the C decoder, so that a walk down one path costs about as much as parsing.
    """
    is_object = text[offset] == "{"
    closing = "}" if is_object else "]"
    index, position = _skip(text, offset + 1), 0
    while text[index] != closing:
        key: str | int = position
        key_offset = index
        if is_object:
            key, index = _LENIENT.raw_decode(text, index)
            index = _skip(text, _skip(text, index) + 1)
        yield key, key_offset, index
        _, index = _LENIENT.raw_decode(text, index)
        index = _skip(text, index)
        if text[index] == ",":
            index = _skip(text, index + 1)
        position += 1


def _offset_of(text: str, pointer: Sequence[str | int]) -> int:
    offset = _skip(text, 0)
    for step in pointer:
        if text[offset] not in "{[":
            break
        found = next((value for key, _, value in children(text, offset) if key == step), None)
        if found is None:
            break
        offset = found
    return offset


def _skip(text: str, index: int) -> int:
    match = _SPACE.match(text, index)
    return match.end() if match else index


def _duplicate(text: str, key: str) -> tuple[str, int, int]:
    """Return a key that stands twice in one object, and the place where it does so for the second time.

    In a file that is broken further on, the walk ends early: then the key that was met first is named, at line 1.
    """
    pending = [_skip(text, 0)]
    try:
        while pending:
            seen = set()
            for name, key_offset, value_offset in children(text, pending.pop()):
                if name in seen:
                    return json.dumps(name, ensure_ascii=False), *place_of(text, key_offset)
                seen.add(name)
                if text[value_offset] in "{[":
                    pending.append(value_offset)
    except (IndexError, ValueError):
        return key, 1, 1
    return key, 1, 1


def _lone_surrogate(text: str) -> int:
    """Return the offset of the first escape of half a surrogate pair."""
    for match in _ESCAPES.finditer(text):
        if match["lone"]:
            return match.start()
    return 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKey(json.dumps(next(key for key in keys if keys.count(key) > 1), ensure_ascii=False))
    return result


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_bounded_int, parse_float=_finite
)
_WHOLE = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_bounded_int, parse_float=Fraction
)
_LENIENT = json.JSONDecoder(parse_int=len)
