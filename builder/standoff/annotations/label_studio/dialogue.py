"""A dialogue of Label Studio (tag Paragraphs) -> one text, a line an utterance, and the places of regions in it.

Format: https://labelstud.io/tags/paragraphs. A region names the first and the last utterance by number, and offsets
within these, UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from standoff.model import Fragment

AUTHOR, TEXT = "author", "text"
"""The keys of an utterance where the configuration names no others."""


@dataclass(slots=True)
class Dialogue:
    """The text, where each utterance is in it without its author (UTF-16 units), and keys that are not taken over."""

    text: str = ""
    places: list[Fragment] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def pieces(self, value: dict[str, Any]) -> list[Fragment] | None:
        """Return the places of a region, one for each utterance that it is in; None where it is not in them."""
        first, last = _number(value.get("start")), _number(value.get("end"))
        start, end = value.get("startOffset"), value.get("endOffset")
        if first is None or last is None or type(start) is not int or type(end) is not int:
            return None
        if not 0 <= first <= last < len(self.places):
            return None
        found = list(self.places[first : last + 1])
        found[-1] = (found[-1][0], self.places[last][0] + end)
        found[0] = (self.places[first][0] + start, found[0][1])
        return [(a, b) for a, b in found if a < b] or [(found[0][0], found[0][0])]


def of(value: Any, keys: tuple[str, str] = (AUTHOR, TEXT)) -> Dialogue | None:
    """Return the dialogue that a field holds: a list of utterances, each with a text; None where it is none."""
    author, text = keys
    if not isinstance(value, list) or not value:
        return None
    if not all(isinstance(each, dict) and isinstance(each.get(text), str) for each in value):
        return None
    made, units, lines = Dialogue(), 0, []
    for each in value:
        who = each.get(author)
        head = f"{who}: " if isinstance(who, str) and who else ""
        start = units + _units(head)
        made.places.append((start, start + _units(each[text])))
        lines.append(f"{head}{each[text]}")
        units = made.places[-1][1] + 1
    made.text = "\n".join(lines)
    made.unread = sorted({key for each in value for key in each} - {author, text})
    return made


def is_place(value: dict[str, Any]) -> bool:
    """Say whether the value of a result is a place in a dialogue: numbers of utterances, and offsets in them."""
    return "startOffset" in value and _number(value.get("start")) is not None


def dialogues(data: dict[str, Any], keys: Iterable[tuple[str, tuple[str, str]]]) -> dict[str, Dialogue]:
    """Return the fields of a task that hold dialogues; `keys` are those that the configuration names for fields."""
    named = dict(keys)
    found = {name: of(value, named.get(name, (AUTHOR, TEXT))) for name, value in data.items()}
    return {name: dialogue for name, dialogue in found.items() if dialogue}


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if type(value) in (int, str) and text.isascii() and text.isdecimal() else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
