"""Changes of single fields of items that are on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from standoff.diff.pairing import Pairing, Sides
from standoff.diff.sides import Row

Show = Callable[[Row, Sides], str]


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def compare_values(pairing: Pairing, layer: str, old: Row, new: Row, show: Show, names: tuple[str, ...]) -> None:
    """Note the fields, of those that hold plain values, that differ."""
    for name in names:
        if old[name] != new[name]:
            before, after = f"{show(old, pairing.sides(old=True))}: {name} {shown(old[name])}", shown(new[name])
            pairing.note(layer, "changed", old, new, show, name, before, after)


def compare_attributes(
    pairing: Pairing,
    layer: str,
    old: Row,
    new: Row,
    show: Show,
    before: list[tuple[str, str]],
    after: list[tuple[str, str]],
) -> None:
    """Note the attributes that came, went, or have another value: each name once."""
    left, right = Counter(before), Counter(after)
    gone, came = left - right, right - left
    for name in sorted({name for name, _ in [*gone, *came]}):
        was, is_ = [value for key, value in gone if key == name], [value for key, value in came if key == name]
        text = f"{show(old, pairing.sides(old=True))}: {name} {', '.join(sorted(was)) or 'not given'}"
        pairing.note(layer, "changed", old, new, show, name, text, ", ".join(sorted(is_)) or "not given")


def compare_sets(
    pairing: Pairing, layer: str, old: Row, new: Row, show: Show, name: str, values: tuple[list[Any], list[Any]]
) -> None:
    """Note a field of references if they differ; `values` are those of the old item, as known now, and of the new."""
    before, after = values
    if Counter(before) != Counter(after):
        sides = pairing.sides(old=True), pairing.sides(old=False)
        texts = [", ".join(side.text_of(each) for each in row[name] or ()) or "nothing"
                 for side, row in zip(sides, (old, new), strict=True)]  # fmt: skip
        pairing.note(layer, "changed", old, new, show, name, f"{show(old, sides[0])}: {name} {texts[0]}", texts[1])
