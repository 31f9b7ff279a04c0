"""The cells of WebAnno TSV: stacked values, disambiguation ids, links, chains, and the escapes of values and texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTHING = "_"
"""What stands where there is no annotation, or a link feature without links."""

NO_VALUE = "*"
"""What stands where an annotation has no value."""

_BODY = r"(?P<body>(?:\\.|[^\\\[\]])*)"
_STACKED = re.compile(rf"(?s){_BODY}(?:\[(?P<id>[0-9]{{1,9}})\])?")
_CHAINED = re.compile(r"(?s)(?P<body>(?:\\.|[^\\])*?)->(?P<chain>[0-9]{1,9})-(?P<index>[0-9]{1,9})")
_UNIT = r"(?P<unit>[0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?)"
_REFERENCE = re.compile(rf"{_UNIT}(?:\[(?P<id>[0-9]{{1,9}})\])?")
_RELATION = re.compile(rf"{_UNIT}(?:\[(?P<source>[0-9]{{1,9}})_(?P<target>[0-9]{{1,9}})\])?")
_VALUE_ESCAPE = re.compile(r"(?s)\\(.)")
_VALUE_ESCAPED = {"t": "\t", "n": "\n", **{letter: letter for letter in "\\[]|_;*-"}}
_TEXT_ESCAPE = re.compile(r"(?s)\\(.)")
_TEXT_ESCAPED = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b", "\\": "\\"}
_JAVA_ESCAPE = re.compile(r"(?s)\\(u+[0-9A-Fa-f]{4}|[0-3]?[0-7]{1,2}|.)")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(slots=True, frozen=True)
class Value:
    """A value of a stack: its text (None for no value), whether there is nothing, and its disambiguation id (or 0)."""

    text: str | None
    nothing: bool
    id: int
    body: str = ""


@dataclass(slots=True, frozen=True)
class Reference:
    """Where a link leads or a relation comes from: the id of a row, and disambiguation ids, 0 where there is none.

    `own` is the id of the annotation in the row of a relation.
    """

    unit: str
    id: int = 0
    own: int = 0

    def __str__(self) -> str:
        return self.unit + (f"[{self.id}]" if self.id else "")


def split(cell: str, separator: str) -> list[str]:
    """Split a cell at a separator that no backslash escapes."""
    if "\\" not in cell:
        return cell.split(separator)
    pieces, start = [], 0
    for match in re.finditer(rf"(?s)\\.|{re.escape(separator)}", cell):
        if match[0] == separator:
            pieces.append(cell[start : match.start()])
            start = match.end()
    return [*pieces, cell[start:]]


def value(entry: str) -> Value | None:
    """Read `PER`, `PER[3]`, `*` or `_`; None if it is none of these."""
    match = _STACKED.fullmatch(entry)
    if not match or not match["body"]:
        return None
    body = match["body"]
    return Value(None if body in (NO_VALUE, NOTHING) else unescape(body), body == NOTHING, int(match["id"] or 0), body)


def chained(entry: str) -> tuple[str | None, int, int] | None:
    """Read `anaphoric->2-1`: the kind of the link, the number of the chain and of the mention in it."""
    match = _CHAINED.fullmatch(entry)
    if not match:
        return None
    body = match["body"]
    return None if body in (NO_VALUE, NOTHING) else unescape(body), int(match["chain"]), int(match["index"])


def reference(entry: str) -> Reference | None:
    """Read `1-3`, `1-3.1` or `1-3[2]`."""
    match = _REFERENCE.fullmatch(entry)
    return Reference(match["unit"], int(match["id"] or 0)) if match else None


def base(entry: str) -> Reference | None:
    """Read `1-3` or `1-3[2_0]`: the id of the annotation that a relation comes from, then of that in its own row."""
    match = _RELATION.fullmatch(entry)
    return Reference(match["unit"], int(match["source"] or 0), int(match["target"] or 0)) if match else None


def unescape(body: str) -> str:
    r"""Return a value without its escapes; a backslash that escapes nothing stays.

    `\->` is `->`: its backslash stands before the hyphen.
    """
    if "\\" not in body:
        return body
    return _VALUE_ESCAPE.sub(lambda match: _VALUE_ESCAPED.get(match[1], match[0]), body)


def unescape_text(line: str, minor: int) -> str:
    """Return a line of text without its escapes: those of Java up to version 3.1, then those of control characters."""
    if "\\" not in line:
        return line
    if minor <= 1:
        plain = _JAVA_ESCAPE.sub(_java_character, line)
        return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain)
    return _TEXT_ESCAPE.sub(_control_character, line)


def _control_character(match: re.Match[str]) -> str:
    letter = match[1]
    return letter if letter < " " else _TEXT_ESCAPED.get(letter, match[0])


def _java_character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "u" and len(code) > 1:
        return chr(int(code.lstrip("u"), 16))
    if code[0] in "01234567":
        return chr(int(code, 8))
    return {**_TEXT_ESCAPED, '"': '"', "'": "'"}.get(code, match[0])
