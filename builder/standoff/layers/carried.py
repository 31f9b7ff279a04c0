"""What an annotation tool has no place for, carried through it as JSON in a note of kind `Standoff`.

An export (`standoff.exports`) hangs such notes on items: the id of the item, its fields as they are read back without
the note (`was`) and as they should be (`is`), and whole items that the tool cannot hold. Here they are taken out of
what was read, and put back once it is in the layers. A field that was edited in the tool is no longer what it was,
and the edit stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from standoff.annotations import native
from standoff.annotations.reading import Reading
from standoff.errors import InputError
from standoff.files import jsonfile, schemafile
from standoff.model import (
    AUTHOR,
    ITEM_LISTS,
    LAYERS,
    Annotations,
    Attribute,
    Attribution,
    Entity,
    Event,
    Item,
    Note,
    Relation,
    Span,
    Stance,
)
from standoff.spelling import counted

KIND = "Standoff"
"""The kind of the notes, and the name of the attributes, that carry."""

IRI = "urn:standoff:carried"
"""What the kind is called where kinds are IRIs."""

KINDS = (KIND, IRI)

WHOLE = "StandoffDocument"
"""The name of the attribute of a document that carries."""

DOCUMENT = ""
"""The id of the document, among those of its items."""

Entry = dict[str, Any]


@dataclass(slots=True)
class Load:
    """What one item carries.

    `was` and `shall` are fields of its entry in the native format. An `anchor` is there only to carry, and goes;
    so does an item that is the `same` as another, to which all that refers to it belongs. `items` holds whole entries
    by layer; `made` changes to items that have no id of their own in the tool and rest on this one: an entity on a
    mention, an event on its trigger. `trigger` is what the trigger carries that an event implies. `document` is what is
    said of the document as a whole.
    """

    id: str | None = None
    same: str | None = None
    was: Entry = field(default_factory=dict)
    shall: Entry = field(default_factory=dict)
    anchor: bool = False
    items: dict[str, list[Entry]] = field(default_factory=dict)
    made: dict[str, list[Entry]] = field(default_factory=dict)
    trigger: Entry = field(default_factory=dict)
    document: Entry = field(default_factory=dict)

    def value(self) -> Entry:
        """Return the JSON object."""
        pairs = {
            "id": self.id, "same": self.same, "anchor": self.anchor, "was": self.was, "is": self.shall,
            "items": self.items, "made": self.made, "trigger": self.trigger, "document": self.document,
        }  # fmt: skip
        return {name: value for name, value in pairs.items() if value}

    def written(self) -> str:
        """Return the JSON object on one line, in ASCII; the empty string where there is nothing to carry."""
        value = self.value()
        return json.dumps(value) if value else ""


@dataclass(slots=True)
class Carried:
    """The loads of one file by the ids that its items have there, each with its note for messages."""

    loads: dict[str, Load] = field(default_factory=dict)
    notes: dict[str, Item] = field(default_factory=dict)


def take(reading: Reading) -> Carried:
    """Take the loads out of a reading, in place. A note that is not what an export writes is a finding, and stays."""
    carried, annotations = Carried(), reading.annotations
    for name in ITEM_LISTS:
        for item in getattr(annotations, name):
            texts = [value for key, value in item.attributes if key == KIND]
            if texts and _add(reading, carried, item.id, texts[0], item):
                item.attributes = [pair for pair in item.attributes if pair[0] != KIND]
    kept = []
    for note in annotations.notes:
        if note.kind not in KINDS or not _add(reading, carried, note.target or DOCUMENT, note.text, note):
            kept.append(note)
    annotations.notes = kept
    for pair in [pair for pair in annotations.attributes if pair[0] == WHOLE]:
        if _add(reading, carried, DOCUMENT, pair[1], Note(id="", text="")):
            annotations.attributes.remove(pair)
    for event in annotations.events:
        load = carried.loads.get(event.id)
        if load and load.trigger and event.trigger in carried.loads:
            message = f"{event.trigger} has a note {KIND} of its own, and {event.id} has another for it; its own stands"
            _fault(reading, event, message)
        elif load and load.trigger and event.trigger:
            carried.loads[event.trigger], carried.notes[event.trigger] = _load(load.trigger), event
    _unite(reading, carried)
    return carried


def restore(reading: Reading, carried: Carried) -> None:
    """Put what was carried back into annotations that are in the layers and have ids, in place."""
    if not carried.loads:
        return
    annotations = reading.annotations
    by_id = {item.id: item for layer in ITEM_LISTS for item in getattr(annotations, layer)}
    for name, load in carried.loads.items():
        if name not in by_id and name != DOCUMENT and (load.items or load.document):
            _fault(reading, carried.notes[name], f"{name} is gone, and with it {_named(load)} that its note carries")
    loads = {name: load for name, load in carried.loads.items() if name in by_id or name == DOCUMENT}
    made = [found for name, load in loads.items() for found in _rests(annotations, name, load)]
    names = {name: load.id for name, load in loads.items() if load.id}
    gone = [item for _, item, entry in made if entry.get("gone") is True]
    names |= {item.id: entry["id"] for _, item, entry in made if not any(item is each for each in gone)}
    _rename(annotations, names)
    _remove(annotations, {names.get(name, name) for name, load in loads.items() if load.anchor} | {i.id for i in gone})
    for name, load in loads.items():
        note = carried.notes[name]
        _change(reading, names.get(name, name), load.was, load.shall, note)
        for layer, entries in load.items.items():
            for entry in entries:
                _put(reading, layer, entry, note)
        _describe(annotations, load.document)
    for _, item, entry in made:
        _change(reading, item.id, entry.get("was", {}), entry.get("is", {}), item)


def entry_of(item: Item) -> Entry:
    """Return the entry of an item as loads compare them: in the native format, spans with offsets alone."""
    return native.plain(item, quotes=False, origin=False)


def _add(reading: Reading, carried: Carried, target: str, text: str, note: Item) -> bool:
    """Read a load; a target that has one already, or a text that is none, is a finding."""
    try:
        value = jsonfile.parse(text, reading.annotations.path, whole_numbers=True)
        load = _load(value)
    except (InputError, ValueError, TypeError):
        _fault(reading, note, f"the note {KIND} of {target} is not what an export writes; it stays a note")
        return False
    if target in carried.loads:
        _fault(reading, note, f"{target} has a second note {KIND}; it stays a note")
        return False
    carried.loads[target], carried.notes[target] = load, note
    return True


def _load(value: Any) -> Load:
    shapes: dict[str, type] = {
        "id": str, "same": str, "anchor": bool, "was": dict, "is": dict, "items": dict, "made": dict,
        "trigger": dict, "document": dict,
    }  # fmt: skip
    if not isinstance(value, dict) or not all(isinstance(value[key], shapes.get(key, _Nothing)) for key in value):
        raise ValueError("no load")
    for key in ("items", "made"):
        for layer, entries in value.get(key, {}).items():
            if layer not in ITEM_LISTS or not isinstance(entries, list):
                raise ValueError("no layer")
            if not all(_is_entry(entry, made=key == "made") for entry in entries):
                raise ValueError("no entries")
    if "trigger" in value:
        _load(value["trigger"])  # it is a load itself, which is taken out later
    return Load(**{"shall" if key == "is" else key: each for key, each in value.items()})


class _Nothing:
    """What no value is."""


def _is_entry(value: Any, *, made: bool) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        return False
    at = value.get("at")
    changes = [value.get("was", {}), value.get("is", {})]
    return not made or (isinstance(at, int) and at >= 0 and all(isinstance(change, dict) for change in changes))


def _named(load: Load) -> str:
    count = sum(map(len, load.items.values()))
    return counted(count, "item") if count else "what is said of the document"


def _rests(annotations: Annotations, name: str, load: Load) -> Iterator[tuple[str, Item, Entry]]:
    """Yield the items that were made of the item `name` by projection, with what is to be changed in each."""
    for layer, entries in load.made.items():
        resting = [item for item in getattr(annotations, layer) if name in ground(item)]
        for entry in entries:
            if entry["at"] < len(resting):
                yield layer, resting[entry["at"]], entry


def ground(item: Item) -> tuple[str, ...]:
    """Return the ids that an item without an id in the tool rests on, as `Load.made` has it."""
    if isinstance(item, Entity):
        return tuple(item.mentions)
    if isinstance(item, Event):
        return (item.trigger,) if item.trigger else ()
    if isinstance(item, Attribution):
        return tuple(item.cues[:1])
    if isinstance(item, Stance):
        return tuple(item.evidence[:1])
    if isinstance(item, Relation):
        return tuple(argument.filler for argument in item.arguments[:1] if argument.filler)
    target: str | None = getattr(item, "target", None)
    return (target,) if target else ()


def _unite(reading: Reading, carried: Carried) -> None:
    """Take out spans that are other spans once more; what refers to them refers to those."""
    annotations = reading.annotations
    origins = {load.id: name for name, load in carried.loads.items() if load.id}
    same = {name: origins[load.same] for name, load in carried.loads.items() if load.same in origins}
    for name, load in list(carried.loads.items()):
        if load.same and name not in same:
            _fault(reading, carried.notes[name], f"{name} is {load.same} once more, which is gone; it stays by itself")
        if load.same:
            del carried.loads[name]
    if same:
        annotations.spans = [span for span in annotations.spans if span.id not in same]
        for layer in ITEM_LISTS:
            for item in getattr(annotations, layer):
                refer(item, lambda name: same.get(name, name))


def _rename(annotations: Annotations, names: dict[str, str]) -> None:
    """Give items their ids; one that is not renamed and has a name that is now taken gets a free one."""
    taken = set(names.values())
    known = {item.id for layer in ITEM_LISTS for item in getattr(annotations, layer)} | taken
    for layer in ITEM_LISTS:
        for item in getattr(annotations, layer):
            if item.id in taken and item.id not in names:
                free = next(f"{item.id}.{n}" for n in range(2, len(known) + 3) if f"{item.id}.{n}" not in known)
                names = {**names, item.id: free}
                known.add(free)
    for layer in ITEM_LISTS:
        for item in getattr(annotations, layer):
            item.id = names.get(item.id, item.id)
            refer(item, lambda name: names.get(name, name))


def refer(item: Item, new: Callable[[str], str]) -> None:
    """Replace every id that an item refers to."""
    for name in ("trigger", "evidence", "source", "source_span", "parent", "holder", "target", "attribution"):
        value = getattr(item, name, None)
        if isinstance(value, str) and value != AUTHOR:
            setattr(item, name, new(value))
    for name in ("mentions", "cues", "contents", "evidence"):
        value = getattr(item, name, None)
        if isinstance(value, list):
            setattr(item, name, [new(each) for each in value])
    for argument in getattr(item, "arguments", ()):
        argument.filler = new(argument.filler) if argument.filler else argument.filler
        argument.span = new(argument.span) if argument.span else argument.span
    if hasattr(item, "factuality"):
        item.factuality = [(s if s == AUTHOR else new(s), value) for s, value in item.factuality]


def _remove(annotations: Annotations, gone: set[str]) -> None:
    """Take out what was there only to carry; nothing refers to it any more."""
    if not gone:
        return
    for layer in ITEM_LISTS:
        setattr(annotations, layer, [item for item in getattr(annotations, layer) if item.id not in gone])
    for event in annotations.events:
        event.trigger = None if event.trigger in gone else event.trigger
    for attribution in annotations.attributions:
        attribution.cues = [name for name in attribution.cues if name not in gone]
        attribution.contents = [name for name in attribution.contents if name not in gone]
    for stance in annotations.stance:
        stance.evidence = [name for name in stance.evidence if name not in gone]
    for entity in annotations.entities:
        entity.mentions = [name for name in entity.mentions if name not in gone]
    annotations.entities = [entity for entity in annotations.entities if entity.mentions]


def _change(reading: Reading, name: str, was: Entry, shall: Entry, note: Item) -> None:
    """Give an item those fields that are still what they were when the note was written."""
    for layer in ITEM_LISTS:
        items = getattr(reading.annotations, layer)
        for index, item in enumerate(items):
            if item.id == name and shall:
                entry = entry_of(item)
                for key in [key for key in shall if entry.get(key) == was.get(key)]:
                    entry.pop(key, None)
                    if shall[key] is not None:
                        entry[key] = shall[key]
                new = _built(reading, layer, entry, note, item)
                items[index] = new or item


def _put(reading: Reading, layer: str, entry: Entry, note: Item) -> None:
    item = _built(reading, layer, entry, note, note)
    if item is not None:
        item.raw_id = entry["id"]
        getattr(reading.annotations, layer).append(item)


def _built(reading: Reading, layer: str, entry: Entry, note: Item, origin: Item) -> Item | None:
    """Return the item of an entry, None after a finding where it does not fit the schema or its place."""
    whole = {"version": 1, "doc_id": "d", "layers": [], layer: [entry]}
    found = schemafile.problems(whole, "annotations")
    if found:
        _fault(reading, note, f"the note {KIND} does not fit {entry.get('id')}: {found[0][1]}")
        return None
    item = native.item_of(layer, entry, (origin.line or 1, origin.column or 1))
    item.raw_id, item.line, item.column, item.file = origin.raw_id, origin.line, origin.column, origin.file
    if isinstance(item, Span):
        item.fragments = [(quote.start or 0, quote.end or 0) for quote in item.quotes]
        item.quotes = []
        if not isinstance(origin, Span) or not _within(item, origin):
            _fault(reading, note, f"the note {KIND} moves {item.id} out of its place; the place of the tool stands")
            return None
        item.surface = origin.surface
    return item


def _within(item: Span, origin: Span) -> bool:
    return item.fragments == sorted(item.fragments) and (origin.start, origin.end) == (item.start, item.end)


def _describe(annotations: Annotations, document: Entry) -> None:
    layers, attributes = document.get("layers"), document.get("attributes")
    if isinstance(layers, list) and set(map(str, layers)) <= set(LAYERS):
        annotations.layers = [layer for layer in LAYERS if layer in layers or layer in _held(annotations)]
    if isinstance(attributes, dict):
        pairs: list[Attribute] = [(name, value) for name, value in attributes.items() if isinstance(value, str)]
        annotations.attributes = pairs


def _held(annotations: Annotations) -> set[str]:
    return {layer for layer in LAYERS if getattr(annotations, layer)}


def _fault(reading: Reading, note: Item, message: str) -> None:
    reading.fault("E411", message, note.line, note.column, None, note.file)
