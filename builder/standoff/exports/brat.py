"""Annotations -> brat stand-off: `.txt` and `.ann`, with annotation.conf and scheme.toml beside them.

Format: https://brat.nlplab.org/standoff.html and configuration.html. Ids are letters and numbers, types have letters,
digits, hyphens and underscores, and no span runs over a line end: such a span has a fragment a line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from standoff.annotations import Reading
from standoff.annotations.brat import reader
from standoff.exports import proof
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.exports.names import COREFERENCE
from standoff.exports.toolform import Form
from standoff.layers.carried import KIND, Load
from standoff.model import AnnotatedDocument, Annotations, Document, Fragment, Item, Span

_VALUE = re.compile(r"[!-~\u00a1-\U0010ffff]+")
_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_BREAK = re.compile(f"[{_LINE_ENDS}]+")
_OWN = {letter: re.compile(rf"{letter}[1-9][0-9]{{0,8}}") for letter in "TERN"}
_LISTED = 50


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write a `.txt` and an `.ann` a document, and the configuration that brat and `standoff init` read."""
    made = tool()
    types = _Types()
    for source in documents:
        text = proof.written(made, source, ledger)
        if text is None or source.document.text is None:
            continue
        types.add(reader.read(text.encode(), source.document.id, "a1", "").annotations)
        below = folder.of(source)
        (below / f"{source.document.id}.txt").write_bytes(source.document.text.encode())
        (below / f"{source.document.id}.ann").write_bytes(text.encode())
    folder.write("annotation.conf", types.configuration())
    folder.write_scheme(made.names.projection())


def tool() -> proof.Tool:
    """Return how brat's files are written and read back."""
    return proof.Tool("brat", render, read, holds, refuses)


def holds(value: str) -> bool:
    """Say whether an attribute can have the value: characters that can be seen, no blank."""
    return bool(_VALUE.fullmatch(value)) and not any(letter.isspace() for letter in value)


def refuses(span: Span, text: str) -> str | None:
    """Return why brat cannot hold a span, None where it can."""
    pieces = [piece for fragment in span.fragments for piece in _pieces(fragment, text)]
    return None if pieces else "covers line ends alone"


def read(text: str, document: Document) -> Reading:
    """Read back what `render` returned."""
    return reader.read(text.encode(), document.id, "a1", f"{document.id}.ann")


def render(document: Document, form: Form, loads: dict[str, Load]) -> str:
    """Return the lines of an .ann file."""
    return _Lines(document.text or "", form.annotations, loads).written()


class _Lines:
    """The lines of one file; `ids` are brat's ids of the items."""

    def __init__(self, text: str, annotations: Annotations, loads: dict[str, Load]) -> None:
        self.text, self.annotations, self.loads = text, annotations, loads
        self.ids: dict[str, str] = {}
        self.lines: list[str] = []
        self.attributes = self.notes = 0

    def written(self) -> str:
        for letter, items in (("T", self.annotations.spans), ("E", self.annotations.events)):
            self.number(letter, items)
        links = [item for item in self.annotations.relations if not item.id]
        self.number("R", [item for item in self.annotations.relations if item.id])
        for span in self.annotations.spans:
            pieces = [piece for fragment in span.fragments for piece in _pieces(fragment, self.text)]
            places = ";".join(f"{start} {end}" for start, end in pieces)
            surface = " ".join(self.text[start:end] for start, end in pieces)
            self.lines.append(f"{self.ids[span.id]}\t{span.label} {places}\t{surface}")
        self.events()
        taken = set(self.ids.values())
        free = (name for n in range(1, 10**9) if (name := f"R{n}") not in taken)
        for relation in [*(item for item in self.annotations.relations if item.id), *links]:
            name = self.ids.get(relation.id) or next(free)
            pairs = " ".join(f"{a.role}:{self.ids[str(a.filler)]}" for a in relation.arguments)
            self.lines.append(f"{name}\t{relation.label} {pairs}")
        for item in (*self.annotations.spans, *self.annotations.events):
            for name, value in item.attributes:
                self.attributes += 1
                self.lines.append(f"A{self.attributes}\t{name} {self.ids[item.id]}" + f" {value}" * (value != "true"))
        self.links()
        for item in (*self.annotations.spans, *self.annotations.events, *self.annotations.relations):
            self.load(item)
        return "".join(f"{line}\n" for line in self.lines)

    def number(self, letter: str, items: Iterable[Item]) -> None:
        """Let items keep an id of brat's form, and number the others."""
        items = list(items)
        kept = {item.id for item in items if _OWN[letter].fullmatch(item.id)}
        free = (name for n in range(1, 10**9) if (name := f"{letter}{n}") not in kept)
        for item in items:
            self.ids[item.id] = item.id if item.id in kept else next(free)

    def events(self) -> None:
        """Write the events; brat numbers the fillers of one role."""
        for event in self.annotations.events:
            pieces = [f"{event.label}:{self.ids[str(event.trigger)]}"]
            counts: dict[str, int] = defaultdict(int)
            for argument in event.arguments:
                counts[argument.role] += 1
                number = counts[argument.role]
                role = argument.role + (str(number) if number > 1 else "")
                pieces.append(f"{role}:{self.ids[str(argument.filler)]}")
            self.lines.append(f"{self.ids[event.id]}\t{' '.join(pieces)}")

    def links(self) -> None:
        """Write links to outside resources, and notes: of those, what stands on one line."""
        links = [
            link for link in self.annotations.normalizations
            if holds(link.resource) and ":" not in link.resource and holds(link.ref) and _is_line(link.text)
        ]  # fmt: skip
        self.number("N", links)
        for link in links:
            tail = f"\t{link.text}" if link.text is not None else ""
            target = self.ids[link.target]
            self.lines.append(f"{self.ids[link.id]}\tReference {target} {link.resource}:{link.ref}{tail}")
        for note in self.annotations.notes:
            if note.kind and holds(note.kind) and note.kind != KIND and _is_line(note.text):
                self.notes += 1
                self.lines.append(f"#{self.notes}\t{note.kind} {self.ids[str(note.target)]}\t{note.text}")

    def load(self, item: Item) -> None:
        """Write the note that carries what the lines of an item do not say: first of all, an id of another form."""
        load = self.loads.get(item.id, Load())
        name = self.ids.get(item.id)
        if name is None:
            return
        if name != item.id and not load.anchor:
            load = replace(load, id=item.id)
        text = load.written()
        if text:
            self.notes += 1
            self.lines.append(f"#{self.notes}\t{KIND} {name}\t{text}")


@dataclass(slots=True)
class _Types:
    """What annotation.conf lists: types, roles with their fillers, attributes with their values."""

    entities: dict[str, None] = field(default_factory=dict)
    events: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    relations: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    attributes: dict[str, tuple[set[str], dict[str, None]]] = field(default_factory=dict)

    def add(self, annotations: Annotations) -> None:
        """Add what a file uses."""
        items: list[Any] = [*annotations.spans, *annotations.events]
        labels = {item.id: item.label for item in items}
        for event in annotations.events:
            self.roles(self.events.setdefault(event.label, {}), event, labels)
        for span in annotations.spans:
            if span.label not in self.events:
                self.entities.setdefault(span.label)
        for relation in annotations.relations:
            self.roles(self.relations.setdefault(relation.label, {}), relation, labels)
        for item in items:
            for name, value in item.attributes:
                places, values = self.attributes.setdefault(name, (set(), {}))
                places.add("<EVENT>" if labels[item.id] in self.events else "<ENTITY>")
                if not set("|,") & set(value):
                    values.setdefault(value)

    @staticmethod
    def roles(known: dict[str, dict[str, None]], item: Any, labels: dict[str, str]) -> None:
        for argument in item.arguments:
            known.setdefault(argument.role, {}).setdefault(labels[argument.filler])

    def configuration(self) -> str:
        """Return the text of an annotation.conf."""
        lines = ["[entities]", *(name for name in self.entities if name not in self.events), "", "[relations]"]
        for name, roles in self.relations.items():
            many = ", <REL-TYPE>:symmetric-transitive" if name == COREFERENCE else ""
            lines.append(f"{name}\t{', '.join(f'{role}:{self.fillers(found)}' for role, found in roles.items())}{many}")
        lines += ["", "[events]"]
        for name, roles in self.events.items():
            slots = ", ".join(f"{role}*:{self.fillers(found)}" for role, found in roles.items())
            lines.append(f"{name}\t{slots}".rstrip())
        lines += ["", "[attributes]"]
        for name, (places, values) in self.attributes.items():
            where = "|".join(sorted(places))
            shown = list(values)[:_LISTED]
            value = f", Value:{'|'.join(shown)}" if shown != ["true"] else ""
            lines.append(f"{name}\tArg:{where}{value}")
        return "\n".join(lines) + "\n"

    def fillers(self, found: Iterable[str]) -> str:
        return "|".join(found)


def _pieces(fragment: Fragment, text: str) -> list[Fragment]:
    """Return the parts of a fragment between line ends."""
    start, pieces = fragment[0], []
    for match in _BREAK.finditer(text, *fragment):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, fragment[1]))
    return [(first, last) for first, last in pieces if first < last]


def _is_line(text: str | None) -> bool:
    return text is None or not any(letter in text for letter in _LINE_ENDS)


