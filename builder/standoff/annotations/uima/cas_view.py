"""One view of a CAS -> the annotations of one document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from standoff.annotations.reading import Reading, tally
from standoff.annotations.uima.structures import Cas, Structure
from standoff.annotations.uima.types import (
    DEPENDENCY,
    METADATA_FIELD,
    TOKEN,
    Description,
    Kind,
    Layer,
    chain_described,
    document_fields,
    document_labels,
    short_name,
)
from standoff.model import Argument, Attribute, Entity, Event, Item, Normalization, Relation, Span
from standoff.spelling import counted

_OFFSET = re.compile(r"[0-9]{1,9}")
_IDS = {
    Kind.SPAN: "m", Kind.SLOTS: "ev", Kind.RELATION: "r", Kind.CHAIN: "e", Kind.CHAIN_LINK: "m",
}  # fmt: skip
_PLACED = {Kind.SPAN, Kind.SLOTS, Kind.CHAIN_LINK}


class View:
    """The structures of a view, in the order of the file, and the annotations that they become."""

    def __init__(self, cas: Cas, layers: dict[str, Layer], structures: list[Structure], reading: Reading) -> None:
        self.cas, self.layers, self.structures, self.reading = cas, layers, structures, reading
        self.annotations = reading.annotations
        self.fields: list[Attribute] = []
        self.items: dict[str, str] = {}
        self.here = {each.id for each in structures}
        self.used_links: set[str] = set()
        self.tokens = 0
        self.failed: Counter[str] = Counter()

    def read(self, members: list[str] | None) -> None:
        """Turn every structure into what it is. `members` are those in the index of the view, None if it has none."""
        placed = [each for each in self.structures if self.kind(each) not in _PLACED or self.has_place(each)]
        for each in placed:
            if self.kind(each) in _IDS:
                self.items[each.id] = f"{_IDS[self.kind(each)]}{each.id}"
        chained = self.add_chains([each for each in placed if self.kind(each) is Kind.CHAIN])
        for each in placed:
            if each.id not in chained:
                self.add(each)
        self.note_idle_links()
        self.note_unindexed(set(members) if members is not None else None)

    def held(self) -> Counter[str]:
        """Count what the view holds: tokens are no spans, whatever refers to them, and what failed is there, too."""
        counts = tally(self.reading, b"")
        counts["spans"] -= self.tokens
        counts.update(self.failed)
        return counts

    def kind(self, structure: Structure) -> Kind:
        return self.layers[structure.type_name].kind

    def has_place(self, structure: Structure) -> bool:
        wrong = next(
            (
                (name, value)
                for name, value in (("begin", structure.begin), ("end", structure.end))
                if value is None or not _OFFSET.fullmatch(value)
            ),
            None,
        )
        if wrong is None:
            return True
        name, value = wrong
        found = "nothing" if value is None else repr(value[:40])
        item = f"{_IDS.get(self.kind(structure), '')}{structure.id}"
        message = f"{structure.place}: {name} is {found}; expected a number of UTF-16 units from 0"
        self.fault("E103", structure, message, item)
        self.failed["spans"] += 1
        self.failed["mentions"] += self.kind(structure) is not Kind.SLOTS
        return False

    def add(self, structure: Structure) -> None:
        """Add a structure that is in no chain."""
        layer = self.layers[structure.type_name]
        values = dict(structure.values)
        if layer.kind is Kind.SPAN or layer.kind is Kind.CHAIN_LINK:
            self.add_span(structure, self.described(structure))
        elif layer.kind is Kind.SLOTS:
            self.add_slots(structure, layer)
        elif layer.kind is Kind.RELATION:
            self.add_relation(structure, layer)
        elif layer.kind is Kind.DOCUMENT:
            if METADATA_FIELD in layer.lineage:
                self.fields.append((values.get("key", layer.name), values.get("value", "")))
            else:
                self.fields += document_fields(values)
        elif layer.kind is Kind.TAGSET:
            if "layer" in values and "name" in values:
                self.fields.append((f"tagset.{short_name(values['layer'])}", values["name"]))
        elif layer.kind is Kind.LABEL:
            self.annotations.attributes += document_labels(layer, values)
            if any(structure.references.values()):
                names = ", ".join(name for name, ids in structure.references.items() if ids)
                message = f"{structure.place} has no place in the text; its links ({names}) are not read"
                self.fault("W126", structure, message)

    def described(self, structure: Structure) -> Description:
        """Return what the values of an annotation say; of a feature with several, each becomes an attribute."""
        times = Counter(name for name, _ in structure.values)
        told = self.layers[structure.type_name].described({n: v for n, v in structure.values if times[n] == 1})
        told.attributes += [(name, value) for name, value in structure.values if times[name] > 1]
        return told

    def add_span(self, structure: Structure, told: Description, kind: str = "mention") -> Span:
        prefix = "t" if kind == "trigger" else "m"
        span = Span(**_common(structure, prefix), kind=kind, label=told.label, fragments=[_extent(structure)])
        self.annotations.spans.append(span)
        if kind != "trigger":
            span.attributes = told.attributes
            self.add_entries(structure, span, told)
        return span

    def add_slots(self, structure: Structure, layer: Layer) -> None:
        told = self.described(structure)
        trigger = self.add_span(structure, told, "trigger")
        event = Event(**_common(structure, "ev"), label=told.label, trigger=trigger.id)
        event.attributes = told.attributes
        self.annotations.events.append(event)
        self.add_entries(structure, event, told)
        for feature in layer.slots:
            for target in structure.references.get(feature, ()):
                event.arguments += self.argument(structure, layer, feature, target, event)

    def argument(
        self, structure: Structure, layer: Layer, feature: str, target: str, item: Item
    ) -> Iterator[Argument]:
        """Yield the argument that a reference is, directly or through a link with a role."""
        link = self.cas.structures.get(target)
        if link is None or link.is_built_in or self.kind(link) is not Kind.LINK:
            role, fillers = layer.role(feature, None), [target]
        else:
            self.used_links.add(link.id)
            values = dict(link.values)
            role, fillers = layer.role(feature, values.pop("role", None)), link.references.get("target", [])
            item.attributes += [(f"{feature}.{name}", value) for name, value in values.items()]
            if not fillers:
                self.fault("E404", structure, f"{item.id}: the slot {role} is empty; fill it or remove it", item.id)
        for filler in fillers:
            name = self.filler(structure, filler, f"the role {role} of {item.id}", item.id)
            if name:
                yield Argument(role, name)

    def add_relation(self, structure: Structure, layer: Layer) -> None:
        told = self.described(structure)
        relation = Relation(**_common(structure, "r"), label=told.label)
        relation.attributes = told.attributes
        self.annotations.relations.append(relation)
        for end in layer.ends or ():
            targets = structure.references.get(end, [])
            if not targets:
                self.fault("E404", structure, f"{relation.id} has no {end}; a relation has two ends", relation.id)
            for target in targets:
                meant = self.part_of_speech(target) if DEPENDENCY in layer.lineage else target
                name = self.filler(structure, meant, f"the {end} of {relation.id}", relation.id)
                relation.arguments += [Argument(end, name)] if name else []
        for feature in layer.slots:
            for target in structure.references.get(feature, ()):
                relation.arguments += self.argument(structure, layer, feature, target, relation)
        self.add_entries(structure, relation, told)

    def part_of_speech(self, token: str) -> str:
        """Return the part of speech of a token, which a dependency is about, where it has one."""
        structure = self.cas.structures.get(token)
        return next(iter(structure.references.get("pos", ())), token) if structure else token

    def add_chains(self, heads: list[Structure]) -> set[str]:
        """Add the entities with their mentions; return the structures that they are."""
        done: set[str] = set()
        for head in heads:
            links = self.links_of(head)
            entity, mentions = chain_described(head.type_name, [dict(link.values) for link in links])
            for link, told in zip(links, mentions, strict=True):
                if link.id not in done:
                    self.add_span(link, told)
            done |= {head.id, *(link.id for link in links)}
            attributes = [*entity.attributes, *head.values]
            item = Entity(**_common(head, "e"), label=entity.label, mentions=[self.items[link.id] for link in links])
            item.attributes = attributes
            self.annotations.entities.append(item)
        return done

    def links_of(self, head: Structure) -> list[Structure]:
        """Return the mentions of a chain in their order."""
        links: list[Structure] = []
        source, feature, seen = head, "first", {head.id}
        while target := next(iter(source.references.get(feature, ())), None):
            if target in seen:
                message = f"the chain {head.place} leads back to {target}; it is read up to there"
                self.fault("E304", source, message, others=[self.cas.structures[target]])
                break
            seen.add(target)
            link = self.cas.structures.get(target)
            if link is None or link.id not in self.items or self.kind(link) is not Kind.CHAIN_LINK:
                message = f"the chain {head.place} goes on at {target}, and there is no mention of this id"
                self.fault("E301", source, message)
                break
            links.append(link)
            source, feature = link, "next"
        return links

    def add_entries(self, structure: Structure, item: Item, told: Description) -> None:
        for resource, ref in told.entries:
            link = Normalization(**_common(structure, ""), target=item.id, resource=resource, ref=ref)
            self.annotations.normalizations.append(link)

    def filler(self, structure: Structure, target: str, what: str, item: str) -> str | None:
        """Return the item that a reference leads to; tokens and sentences that are referred to become spans."""
        if target in self.items:
            return self.items[target]
        found = self.cas.structures.get(target)
        if found is None:
            message = f"{what} is {target}, and there is no {target} in this file"
        elif target not in self.here:
            message = f"{what} is {found.place}, which is in another view"
        elif self.kind(found) in (Kind.SEGMENTATION, Kind.DOCUMENT) and self.has_place(found):
            self.items[target] = f"m{target}"
            label = self.layers[found.type_name].name
            self.add_span(found, Description(label), TOKEN[0])
            self.tokens += 1
            return self.items[target]
        else:
            message = f"{what} is {found.place}, which is no annotation of the text"
        self.fault("E301", structure, message, item, [found] if found else [])
        return None

    def note_idle_links(self) -> None:
        for each in self.structures:
            if self.kind(each) is Kind.LINK and each.id not in self.used_links:
                self.fault("W126", each, f"the link {each.place} belongs to no annotation; it is not read")

    def note_unindexed(self, members: set[str] | None) -> None:
        """Note once that annotations are in no index: tools show only what is in one."""
        outside = [each for each in self.structures if members is not None and each.id not in members]
        outside = [each for each in outside if self.kind(each) in _IDS]
        if outside:
            names = ", ".join(each.place for each in outside[:3]) + (" …" if len(outside) > 3 else "")
            message = f"{counted(len(outside), 'annotation')} in no index of the view; tools may not show them: {names}"
            self.fault("W126", outside[0], message, others=outside[1:3])

    def fault(
        self, code: str, structure: Structure, message: str, item: str | None = None, others: Sequence[Structure] = ()
    ) -> None:
        related = [self.reading.other(f"{each.place} is here", each.line, each.column) for each in others]
        self.reading.fault(code, message, structure.line, structure.column, item, related=related)


def _common(structure: Structure, prefix: str) -> dict[str, Any]:
    return {
        "id": f"{prefix}{structure.id}" if prefix else "",
        "raw_id": structure.id if structure.numbered else None,
        "line": structure.line,
        "column": structure.column,
    }


def _extent(structure: Structure) -> tuple[int, int]:
    return int(structure.begin or 0), int(structure.end or 0)
