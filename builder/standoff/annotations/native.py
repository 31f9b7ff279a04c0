"""The native format (`schema/annotations.schema.json`) <-> Annotations."""

from __future__ import annotations

import json
from typing import Any

from standoff.annotations.reading import Reading, start
from standoff.corpus.scheme import FIXED_LABELS
from standoff.files import jsonfile, schemafile
from standoff.model import (
    ITEM_LISTS,
    Adjudication,
    Annotations,
    Argument,
    Attribution,
    Entity,
    Event,
    Item,
    Normalization,
    Note,
    Quote,
    Relation,
    Span,
    Stance,
)

_COMMON = ("id", "attributes", "taken_from", "edited")
_QUOTE_KEYS = ("exact", "nth", "prefix", "suffix", "start", "end")


def read(data: bytes, doc_id: str, annotator: str, path: str) -> Reading:
    """Read one native file. Spans keep their quotes; `standoff.anchoring` turns them into offsets.

    Raises InputError if the file is no UTF-8 or no JSON. Where it does not fit the schema every fault is a
    finding with its place, and the items that do fit are read.
    """
    reading, text = start(data, doc_id, annotator, path)
    value = jsonfile.parse(text, path, whole_numbers=True)
    found = schemafile.problems(value, "annotations")
    for pointer, message in found:
        line, column = _place(text, pointer, value)
        item = _item_id(value, pointer)
        reading.fault("E103", f"{_named(pointer, item)}: {message}" if pointer else message, line, column, item)
    if not isinstance(value, dict):
        return reading
    broken = {tuple(pointer[:2]) for pointer, _ in found}
    if value.get("doc_id") != doc_id and ("doc_id",) not in broken and "doc_id" in value:
        line, column = jsonfile.locate(text, ["doc_id"])
        reading.fault("E116", f"doc_id is {value['doc_id']!r}, and the file's name says {doc_id!r}", line, column)
    reading.places = {
        str(key): jsonfile.place_of(text, offset) for key, offset, _ in jsonfile.children(text, _first(text))
    }
    _fill(reading.annotations, value, text, broken)
    return reading


def sniff(data: bytes) -> bool:
    """Say whether a JSON file is meant as one of ours, sound or not: it names a document, and layers or a list."""
    keys = [b'"doc_id"', b'"layers"', b'"spans"', b'"version"']
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and sum(key in data for key in keys) >= 2


def write(annotations: Annotations, *, quotes: bool = True) -> str:
    """Return the canonical form of a native file: keys in the order of the schema, one item a line.

    Spans are written with offsets; with `quotes` also with the exact text that they were proved by. For a
    withheld text `quotes` must be False.
    """
    head: list[str] = ['  "version": 1', f'  "doc_id": {json.dumps(annotations.doc_id)}']
    if annotations.text_sha256:
        head.append(f'  "text_sha256": {json.dumps(annotations.text_sha256)}')
    head.append(f'  "layers": {json.dumps(annotations.layers or [])}')
    if annotations.adjudication:
        lines = ",\n".join(f"    {_compact(_plain_sitting(each))}" for each in annotations.adjudication)
        head.append(f'  "adjudication": [\n{lines}\n  ]')
    if annotations.attributes:
        head.append(f'  "attributes": {_compact(dict(annotations.attributes))}')
    for name in ITEM_LISTS:
        items = getattr(annotations, name)
        if items:
            lines = ",\n".join(f"    {_compact(plain(item, quotes=quotes))}" for item in items)
            head.append(f'  "{name}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(head) + "\n}\n"


def item_of(layer: str, entry: dict[str, Any], place: jsonfile.Place) -> Item:
    """Return the item of an entry of a list, which must fit the schema. A span has its quotes, and no fragments yet."""
    return _READ[layer](entry, place)


def plain(item: Item, *, quotes: bool = True, origin: bool = True) -> dict[str, Any]:
    """Return the entry of an item, without its empty fields.

    A span without quotes has its offsets alone. Without `origin` it does not say whose item it was taken from.
    """
    if isinstance(item, Span):
        found = _plain_span(item, quotes)
    elif isinstance(item, Event):
        found = _plain_event(item)
    elif isinstance(item, Relation):
        arguments = [{"role": argument.role, "filler": argument.filler} for argument in item.arguments]
        found = {"label": item.label, "arguments": arguments}
    else:
        found = {name: getattr(item, name) for name in _FIELDS[type(item)]}
    if isinstance(item, Entity):
        found["derived"] = True if item.derived else None
    kept = {name: value for name, value in found.items() if value is not None and (value != [] or name == "mentions")}
    if item.attributes:
        kept["attributes"] = dict(item.attributes)
    if origin and item.taken_from:
        kept["taken_from"] = dict(item.taken_from)
    if origin and item.edited:
        kept["edited"] = True
    return {"id": item.id, **kept}


def _fill(annotations: Annotations, value: dict[str, Any], text: str, broken: set[tuple[str | int, ...]]) -> None:
    annotations.text_sha256 = value.get("text_sha256") if ("text_sha256",) not in broken else None
    if "layers" in value:  # without it, which is a finding, the layers that have items serve
        annotations.layers = list(value["layers"]) if not any(key[:1] == ("layers",) for key in broken) else []
    if not any(key[:1] == ("attributes",) for key in broken):
        annotations.attributes = list(value.get("attributes", {}).items())
    annotations.adjudication = [
        Adjudication(each["by"], each["at"], list(each.get("of", {}).items()))
        for index, each in enumerate(value.get("adjudication", ()))
        if not {("adjudication",), ("adjudication", index)} & broken
    ]
    lists = {key: offset for key, _, offset in jsonfile.children(text, _first(text))}
    for name in ITEM_LISTS:
        if not isinstance(value.get(name), list) or (name,) in broken:
            continue
        places = jsonfile.places_within(text, lists[name])
        items = getattr(annotations, name)
        for index, (entry, place) in enumerate(zip(value[name], places, strict=True)):
            if (name, index) not in broken:
                items.append(item_of(name, entry, place))


def _common(entry: dict[str, Any], place: jsonfile.Place) -> dict[str, Any]:
    return {
        "id": entry["id"],
        "raw_id": entry["id"],
        "line": place[0],
        "column": place[1],
        "attributes": list(entry.get("attributes", {}).items()),
        "taken_from": list(entry["taken_from"].items()) if "taken_from" in entry else None,
        "edited": entry.get("edited", False),
    }


def _span(entry: dict[str, Any], place: jsonfile.Place) -> Span:
    kind = entry["kind"]
    pieces = entry.get("fragments") or [entry]
    return Span(
        **_common(entry, place),
        kind=kind,
        label=entry.get("label") or FIXED_LABELS.get(kind, ""),
        form=entry.get("form"),
        surface=entry.get("exact") if "fragments" in entry else None,
        quotes=[Quote(**{key: piece[key] for key in _QUOTE_KEYS if key in piece}) for piece in pieces],
    )


def _rest(entry: dict[str, Any], *skip: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in _COMMON and key not in skip}


def _entity(entry: dict[str, Any], place: jsonfile.Place) -> Entity:
    return Entity(**_common(entry, place), **_rest(entry))


def _event(entry: dict[str, Any], place: jsonfile.Place) -> Event:
    return Event(
        **_common(entry, place),
        **_rest(entry, "arguments", "factuality"),
        arguments=[Argument(**argument) for argument in entry.get("arguments", [])],
        factuality=[(row["source"], row["value"]) for row in entry.get("factuality", [])],
    )


def _attribution(entry: dict[str, Any], place: jsonfile.Place) -> Attribution:
    return Attribution(**_common(entry, place), **_rest(entry))


def _stance(entry: dict[str, Any], place: jsonfile.Place) -> Stance:
    return Stance(**_common(entry, place), **_rest(entry))


def _relation(entry: dict[str, Any], place: jsonfile.Place) -> Relation:
    arguments = [Argument(**argument) for argument in entry["arguments"]]
    return Relation(**_common(entry, place), label=entry["label"], arguments=arguments)


def _normalization(entry: dict[str, Any], place: jsonfile.Place) -> Normalization:
    return Normalization(**_common(entry, place), **_rest(entry))


def _note(entry: dict[str, Any], place: jsonfile.Place) -> Note:
    return Note(**_common(entry, place), **_rest(entry))


_READ = {
    "spans": _span,
    "entities": _entity,
    "events": _event,
    "attributions": _attribution,
    "stance": _stance,
    "relations": _relation,
    "normalizations": _normalization,
    "notes": _note,
}

_FIELDS = {
    Entity: ("label", "name", "kb_id", "mentions", "count_min", "count_max"),
    Attribution: ("source", "source_span", "cues", "contents", "mode", "act", "parent"),
    Stance: ("holder", "target", "label", "evidence", "attribution", "explicit"),
    Normalization: ("target", "resource", "ref", "text"),
    Note: ("target", "kind", "text"),
}


def _plain_sitting(each: Adjudication) -> dict[str, Any]:
    return {"by": each.by, "at": each.at, **({"of": dict(each.of)} if each.of else {})}


def _plain_span(span: Span, quotes: bool) -> dict[str, Any]:
    label = None if FIXED_LABELS.get(span.kind) == span.label or not span.label else span.label
    plain: dict[str, Any] = {"kind": span.kind, "label": label, "form": span.form}
    anchors = span.quotes or [Quote(start=start, end=end) for start, end in span.fragments]
    pieces = [_plain_piece(quote, quotes) for quote in anchors]
    return {**plain, **pieces[0]} if len(pieces) == 1 else {**plain, "fragments": pieces}


def _plain_piece(quote: Quote, quotes: bool) -> dict[str, Any]:
    exact = {"exact": quote.exact} if quotes and quote.exact is not None else {}
    return {**exact, "start": quote.start, "end": quote.end}


def _plain_event(event: Event) -> dict[str, Any]:
    arguments = [
        {
            "role": argument.role,
            **({"filler": argument.filler} if argument.filler else {}),
            **({"span": argument.span} if argument.span else {}),
            **({"implicit": True} if argument.implicit else {}),
        }
        for argument in event.arguments
    ]
    names = ("irrealis", "time_value", "earliest", "latest", "count_min", "count_max", "same_as")
    return {
        **{name: getattr(event, name) for name in ("label", "subtype", "trigger", "evidence")},
        "arguments": arguments,
        "factuality": [{"source": source, "value": value} for source, value in event.factuality],
        **{name: getattr(event, name) for name in names},
    }


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _place(text: str, pointer: tuple[str | int, ...], value: Any) -> jsonfile.Place:
    """Return the place of a fault: of the key where the key itself is the fault."""
    parent = value
    for step in pointer[:-1]:
        parent = parent[step]
    if pointer and isinstance(parent, dict) and pointer[-1] in parent:
        return jsonfile.locate_key(text, pointer[:-1], str(pointer[-1]))
    return jsonfile.locate(text, pointer)


def _first(text: str) -> int:
    """Return the offset of the first character that is no blank."""
    return len(text) - len(text.lstrip(" \t\r\n"))


def _item_id(value: Any, pointer: tuple[str | int, ...]) -> str | None:
    """Return the id of the item that a pointer leads into, as far as it has one."""
    if len(pointer) < 2 or pointer[0] not in ITEM_LISTS:
        return None
    entry = value[pointer[0]][pointer[1]]
    name = entry.get("id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _named(pointer: tuple[str | int, ...], item: str | None) -> str:
    """Return how a message names a place: `m1.start`, or `spans[0].start` of an item without an id."""
    steps = pointer if item is None else (item, *pointer[2:])
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
