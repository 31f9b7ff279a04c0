"""What an item says, apart from its ids: fields that can be compared, mixed and edited, with keys for references.

A key names an item of the document whoever marked it (`a1:m3`): items that are one have one key. A value is the entry
of an item in the native format without its id; spans have `fragments` as pairs of offsets.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from standoff.annotations import native
from standoff.layers import carried
from standoff.model import AUTHOR, Item, Span

Value = dict[str, Any]
Rename = Callable[[str], str]

FIELDS: dict[str, tuple[str, ...]] = {
    "document": (),
    "spans": ("kind", "label", "form", "fragments"),
    "entities": ("label", "name", "kb_id", "mentions", "count_min", "count_max"),
    "events": ("label", "subtype", "trigger", "evidence", "arguments", "factuality", "irrealis", "time_value",
               "earliest", "latest", "count_min", "count_max", "same_as"),
    "attributions": ("source", "source_span", "cues", "contents", "mode", "act", "parent"),
    "stance": ("holder", "target", "label", "evidence", "attribution", "explicit"),
    "relations": ("label", "arguments"),
    "normalizations": ("target", "resource", "ref", "text"),
    "notes": ("target", "kind", "text"),
}  # fmt: skip
"""The fields of an item of each list, in the order of the native format; attributes are fields, too, as `@name`."""

LISTS = {"mentions", "arguments", "factuality", "cues", "contents"}
"""Fields whose elements can be taken one by one; the evidence of a stance is one, that of an event is not."""

REFERENCES = {"trigger", "evidence", "source", "source_span", "parent", "holder", "target", "attribution", "mentions",
              "cues", "contents"}  # fmt: skip
"""Fields that name other items, or lists of them."""


def of(item: Item, key_of: Rename) -> Value:
    """Return the value of an item; `key_of` gives the key of what it refers to."""
    plain = _plain(item)
    carried.refer(plain, key_of)
    value = native.plain(plain, quotes=False, origin=False)
    del value["id"]
    if isinstance(item, Span):
        for name in ("start", "end", "fragments"):
            value.pop(name, None)
        value["label"] = item.label
        value["fragments"] = [list(piece) for piece in item.fragments]
    return value


def item(layer: str, value: Value, name: str, id_of: Rename) -> Item:
    """Return the item of a value, under an id; `id_of` gives the id of what a key names.

    Raises KeyError, TypeError or ValueError where the value has not the shape of its layer; `fits` says so before.
    """
    entry = {**copy.deepcopy(value), "id": name}
    if layer == "spans":
        pieces = [{"start": start, "end": end} for start, end in entry.pop("fragments")]
        entry |= pieces[0] if len(pieces) == 1 else {"fragments": pieces}
    made = native.item_of(layer, entry, (1, 1))
    made.line = made.column = made.raw_id = None
    if isinstance(made, Span):
        made.fragments = [(piece[0], piece[1]) for piece in value["fragments"]]
        made.quotes = []
    carried.refer(made, id_of)
    return made


def fields_of(layer: str, values: Iterable[Value]) -> list[str]:
    """Return the names of all fields of some values: those of the layer, then attributes as `@name`."""
    names = [name for value in values for name in value.get("attributes", {})]
    return [*FIELDS[layer], *(f"@{name}" for name in dict.fromkeys(names))]


def get(value: Value, name: str) -> Any:
    """Return a field, None where it is empty."""
    if name.startswith("@"):
        return value.get("attributes", {}).get(name[1:])
    found = value.get(name)
    return None if found == [] else found


def put(value: Value, name: str, content: Any) -> None:
    """Set a field, in place; None empties it."""
    holder, key = (value.setdefault("attributes", {}), name[1:]) if name.startswith("@") else (value, name)
    holder.pop(key, None)
    if content is not None and content != []:
        holder[key] = content
    elif key == "mentions" and holder is value:
        holder[key] = []
    if not value.get("attributes", True):
        del value["attributes"]


def comparable(name: str, content: Any) -> Any:
    """Return a field as it is compared: the order of elements says nothing, nor does the mention that fills a role."""
    if isinstance(content, list) and name != "fragments":
        return sorted((frozen(each) for each in content), key=repr)
    return content


def copied(value: Value) -> Value:
    """Return a copy of a value that may be changed."""
    return copy.deepcopy(value)


def refers(value: Value) -> list[tuple[str, str]]:
    """Return the keys that a value names, each with the field that does."""
    found = []
    for name in REFERENCES:
        content = value.get(name)
        found += [(name, each) for each in (content if isinstance(content, list) else [content]) if each is not None]
    for argument in value.get("arguments", ()):
        found += [("arguments", argument[key]) for key in ("filler", "span") if argument.get(key)]
    found += [("factuality", each["source"]) for each in value.get("factuality", ())]
    return [(name, key) for name, key in found if key != AUTHOR]


def _plain(item: Item) -> Item:
    """Return a copy of an item that may be changed; the quotes of a span stay with the original."""
    plain = copy.deepcopy(item) if not isinstance(item, Span) else copy.copy(item)
    if isinstance(plain, Span):
        plain.quotes = []
    return plain


def frozen(element: Any) -> Any:
    """Return an element of a list as it is compared: without the mention that fills a role here."""
    if not isinstance(element, dict):
        return element
    return tuple(sorted((name, content) for name, content in element.items() if name != "span"))
