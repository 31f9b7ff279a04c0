"""doccano exports -> parts: JSON lines or a JSON array, in the three dialects of its versions.

`label` or `labels` with [start, end, label]; `entities` and `relations` with ids; `annotations` with a user each.
Labels of a whole text are document attributes. Nothing records the text of a span: words tell what offsets count.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from standoff.annotations import records, words
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.people import People
from standoff.annotations.reading import Reading, count_held
from standoff.annotations.records import Node, free_id, give_ids, whole_number
from standoff.finding import Finding
from standoff.model import Annotations, Argument, Attribute, Note, Relation, Span

_TEXTS = ("text", "data")
_LABELS = ("label", "labels", "cats")
_ITEMS = ("label", "labels", "cats", "entities", "relations", "annotations", "Comments", "comments")
_PERSONAL = {"annotation_approver", "user", "username", "approver"}
_NO_FIELDS = {"id", *_TEXTS, *_ITEMS, *_PERSONAL}


def sniff(data: bytes) -> bool:
    """Say whether a file is an export: its first object has a text and a list of labels."""
    keys = records.first_keys(data)
    has_text = any(keys.get(key) == '"' for key in _TEXTS)
    return has_text and any(keys.get(key) == "[" for key in _ITEMS) and not keys.keys() & {"answer", "_input_hash"}


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one export: a part for each record, or each user of a record that names users.

    Raises InputError if the file cannot be parsed as a whole.
    """
    export = Export()
    digest, people = hashlib.sha256(data).hexdigest(), People()
    for rank, node in enumerate(records.read(data, path, export.findings), 1):
        text = next((found for key in _TEXTS if (found := node.get(key))), None)
        if text is None or not isinstance(text.value, str):
            _, message, line, column = (text or node).fault("`text`, the text of the record")
            export.findings.append(Finding("E121", path, message, line, column))
        else:
            export.parts += _parts(node, rank, text.value, path, digest, people)
    words.tell_unit(export.parts)
    return export


def _parts(node: Node, rank: int, text: str, path: str, digest: str, people: People) -> list[Part]:
    """Return the parts of a record; one for each user where its annotations name users."""
    held = node.get("annotations")
    groups: dict[str | None, list[Node]] = {}
    for each in held.items() if held else []:
        user = each.value.get("user") if isinstance(each.value, dict) else None
        groups.setdefault(people.key(user), []).append(each)
    own, several = node.value.get("id"), len(groups) > 1
    name = str(own)[:128] if isinstance(own, int | str) and own != "" else f"record-{rank}" if several else None
    found: list[Part] = []
    for user, group in (groups or {None: []}).items():
        record = _Record(Reading(Annotations("", "", path, digest)))
        if not found:
            record.add(node)
        for each in group:
            record.annotation(each)
        record.finish()
        part = Part(record.reading, name, user, text, _fields(node), node.place[0])
        part.held = count_held(record.reading, record.lost)
        found.append(part)
    return found


class _Record:
    """The items of one record by one user, in the making; `lost` counts those that could not be read."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.annotations = reading.annotations
        self.spans: dict[str, Span] = {}
        self.links: list[Node] = []
        self.lost: Counter[str] = Counter()

    def add(self, node: Node) -> None:
        """Take what the record says by itself, whoever said it."""
        for fault in records.wrong_types(node, {"id": (int, str), "meta": (dict, str, list)}):
            self.reading.fault(*fault)
        for key in _LABELS:
            for each in self.list_of(node, key):
                if isinstance(each.value, list):
                    self.triple(each)
                else:
                    self.label(each, key)
        for each in self.list_of(node, "entities"):
            if isinstance(each.value, list):
                self.triple(each)
            else:
                self.entity(each)
        for key in ("Comments", "comments"):
            for each in self.list_of(node, key):
                self.note(each, "comment", ("comment", "text"))
        self.links = self.list_of(node, "relations")
        self.list_of(node, "annotations")

    def list_of(self, node: Node, key: str) -> list[Node]:
        held = node.get(key)
        if held is None:
            return []
        if isinstance(held.value, str) and key in _LABELS:
            return [held]
        if not isinstance(held.value, list):
            self.fault(held, f"{key}: a list")
        return held.items()

    def fault(self, node: Node, expected: str, lost: str = "", item: Any = None) -> None:
        self.reading.fault(*node.fault(expected), None if item is None else str(item))
        if lost:
            self.lost[lost] += 1

    def triple(self, node: Node) -> None:
        """`[start, end, label]`."""
        start, end, label = node.value if len(node.value) == 3 else (None, None, None)
        self.span(node, start, end, label, None)

    def entity(self, node: Node) -> None:
        """An object with `id`, `label`, `start_offset` and `end_offset`."""
        value = node.value if isinstance(node.value, dict) else {}
        self.span(node, value.get("start_offset"), value.get("end_offset"), value.get("label"), value.get("id"))

    def span(self, node: Node, start: Any, end: Any, label: Any, name: Any) -> None:
        line, column = node.place
        key = None if name is None else str(name)
        if not (whole_number(start) and whole_number(end) and _is_label(label)):
            self.fault(node, "start and end, whole numbers, and a label", "spans", name)
        elif key in self.spans:
            message = f"the id {key} stands on line {self.spans[key].line} already; give this one another"
            first = self.reading.other_item(self.spans[key], f"the first {key} is here")
            self.reading.fault("E302", message, line, column, key, related=[first])
            self.lost["spans"] += 1
        else:
            span = Span(
                id="", raw_id=key, line=line, column=column,
                kind="mention", label=str(label), fragments=[(start, end)],
            )  # fmt: skip
            self.annotations.spans.append(span)
            if key is not None:
                self.spans[key] = span

    def label(self, node: Node, key: str) -> None:
        """A label of the whole text."""
        if _is_label(node.value):
            self.annotations.attributes.append((key, str(node.value)))
        else:
            self.fault(node, "a label, or [start, end, label]", "attributes")

    def annotation(self, node: Node) -> None:
        """An item of `annotations`: a span, a label of the text, or a text that was written for it."""
        value = node.value
        for fault in records.wrong_types(node, {"user": (int, str)}):
            self.reading.fault(*fault)
        if not isinstance(value, dict):
            self.fault(node, "an object with `label` or `text`", "spans")
        elif "start_offset" in value or "end_offset" in value:
            self.entity(node)
        elif "label" in value:
            held = node.get("label")
            self.label(held or node, "label")
        else:
            self.note(node, "text", ("text",))

    def note(self, node: Node, kind: str, keys: tuple[str, ...]) -> None:
        value = node.value
        text = next((value[key] for key in keys if key in value), None) if isinstance(value, dict) else value
        line, column = node.place
        if isinstance(text, str):
            self.annotations.notes.append(Note(id="", line=line, column=column, kind=kind, text=text))
        else:
            self.fault(node, f"{kind}: a text", "notes")

    def finish(self) -> None:
        """Give the spans ids, and make the relations between them."""
        give_ids(self.annotations.spans)
        taken = {span.id for span in self.annotations.spans} | {"author"}
        for rank, node in enumerate(self.links, 1):
            value = node.value if isinstance(node.value, dict) else {}
            ends, label = [value.get("from_id"), value.get("to_id")], value.get("type", value.get("label"))
            if any(end is None or isinstance(end, list | dict) for end in ends) or not _is_label(label):
                self.fault(node, "from_id, to_id and type of a relation", "relations", value.get("id"))
                continue
            line, column = node.place
            name = free_id("r", rank, taken)
            fillers = [self.spans[str(end)].id if str(end) in self.spans else str(end) for end in ends]
            arguments = [Argument(role, filler) for role, filler in zip(("from", "to"), fillers, strict=True)]
            raw = str(value["id"]) if value.get("id") is not None else name
            self.annotations.relations.append(
                Relation(id=name, raw_id=raw, line=line, column=column, label=str(label), arguments=arguments)
            )


def _is_label(value: Any) -> bool:
    return (isinstance(value, str) and bool(value)) or whole_number(value)


def _fields(node: Node) -> list[Attribute]:
    """Return what a record says of its text: `meta` and `metadata` key by key, and all keys that are not known."""
    pairs: list[tuple[str, Any]] = []
    for key, value in node.value.items():
        if key in ("meta", "metadata") and isinstance(value, dict):
            pairs += value.items()
        elif key not in _NO_FIELDS:
            pairs.append((key, value))
    return records.fields(pairs)
