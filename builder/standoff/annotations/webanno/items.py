"""Annotations of WebAnno TSV -> spans, events, relations and entities, by the meaning of their types."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from standoff.annotations.reading import Reading, tally
from standoff.annotations.uima import types as uima_types
from standoff.annotations.uima.types import DEPENDENCY, ENDS, Description, Kind, Layer
from standoff.annotations.webanno.cells import Reference
from standoff.annotations.webanno.header import CHAINS, RELATIONS, TsvLayer, Use
from standoff.annotations.webanno.marks import Mark, Marks, Place
from standoff.annotations.webanno.rows import Row
from standoff.annotations.webanno.text import Rebuilt
from standoff.model import Argument, Entity, Event, Item, Normalization, Relation, Span

_TOKEN_TYPE = "Token"


def add(reading: Reading, marks: Marks, text: Rebuilt) -> Counter[str]:
    """Add all annotations to a reading; a reference that leads nowhere is a finding (E301).

    Returns what the file holds: relations and arguments with such a fault are counted, tokens made spans are not.
    """
    items = _Items(reading, marks, text)
    items.add_spans()
    items.add_chains()
    ends = [items.ends_of(relation) for relation in marks.relations]
    fillers = {mark: items.fillers_of(mark) for mark in items.triggers}
    items.name_spans()
    items.add_events()
    items.add_relations(ends)
    items.add_arguments(fillers)
    return items.held()


class _Items:
    """The items of one file in the making. A token that something refers to is a span, under the id of its row."""

    def __init__(self, reading: Reading, marks: Marks, text: Rebuilt) -> None:
        self.reading = reading
        self.marks = marks
        self.text = text
        self.layers: dict[str, Layer] = {}
        self.spans: dict[Mark | str, Span] = {}
        self.told: dict[Mark, Description] = {}
        self.triggers: list[Mark] = []
        self.events: dict[Mark, Event] = {}
        self.relations: dict[Mark, Relation] = {}
        self.chains: list[tuple[Description, list[Mark]]] = []

    def layer(self, declared: TsvLayer) -> Layer:
        """Return the meaning of a layer."""
        if declared.type_name not in self.layers:
            same = [each for each in (*self.marks.found, *self.marks.relations) if each.layer is declared]
            self.layers[declared.type_name] = _layer(declared, same)
        return self.layers[declared.type_name]

    def held(self) -> Counter[str]:
        """Count what the file holds."""
        counts = tally(self.reading, b"")
        counts["spans"] = len(self.told)
        counts["relations"] = len(self.marks.relations)
        counts["arguments"] = sum(len(links) for mark in self.triggers for links in mark.links.values())
        return counts

    def add_spans(self) -> None:
        """Make a span of each annotation that is no mention in a chain."""
        for mark in self.marks.found:
            if mark.layer.kind != CHAINS:
                layer = self.layer(mark.layer)
                self.told[mark] = layer.described(_values(mark))
                slots = layer.kind is Kind.SLOTS
                self.add_span(mark, "trigger" if slots else "mention", self.told[mark].label)
                if slots:
                    self.triggers.append(mark)

    def add_chains(self) -> None:
        """Make a span of each mention in a chain."""
        chains: dict[tuple[str, int], list[Mark]] = defaultdict(list)
        for mark in self.marks.found:
            if mark.layer.kind == CHAINS:
                chains[mark.layer.type_name, mark.chain].append(mark)
        for (type_name, _), found in chains.items():
            links = sorted(found, key=lambda link: link.index)
            entity, mentions = uima_types.chain_described(type_name, [_values(link) for link in links])
            for link, told in zip(links, mentions, strict=True):
                self.told[link] = told
                self.add_span(link, "mention", told.label)
            self.chains.append((entity, links))

    def add_span(self, mark: Mark, kind: str, label: str) -> None:
        """Make the span of an annotation; one that crosses a gap of unknown blanks has no surface text."""
        fragments = mark.fragments()
        self.spans[mark] = Span(
            id="", raw_id=mark.name, line=mark.place[0], column=mark.place[1],
            kind=kind, label=label, fragments=[*fragments], surface=self.surface(fragments),
        )  # fmt: skip

    def surface(self, fragments: Sequence[tuple[int, int]]) -> str | None:
        """Return the text of fragments as the file has it, None where a part of it is only guessed."""
        for begin, end in fragments:
            if any(begin < stop and start < end for start, stop in self.text.wide_gaps):
                return None
        text = " ".join(self.text.slice(begin, end) for begin, end in fragments)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def ends_of(self, relation: Mark) -> tuple[Mark | Row, Mark | Row] | None:
        """Return what a relation comes from and leads to, None after a finding."""
        base = relation.base
        assert base is not None
        target = relation.layer.of(Use.BASE)[0].target
        own = Reference(relation.rows[0].id, base.own)
        found = [self.resolve(end, self.joined(relation, end, target), relation.place) for end in (base, own)]
        return (found[0], found[1]) if found[0] and found[1] else None

    def joined(self, relation: Mark, end: Reference, target: str) -> str:
        """Return the type at an end: a dependency is about a part of speech where its token has one, else the token."""
        if relation.layer.type_name == DEPENDENCY and isinstance(self.marks.resolve(end, target), str):
            return _TOKEN_TYPE
        return target

    def fillers_of(self, mark: Mark) -> list[tuple[str, Mark | Row]]:
        """Return role and filler of each link of a slot host; one that leads nowhere is a finding."""
        layer = self.layer(mark.layer)
        targets = {column.feature: column.target for column in mark.layer.of(Use.TARGET)}
        found = []
        for feature, links in mark.links.items():
            for link in links:
                filler = self.resolve(link.target, targets[feature], link.place)
                if filler:
                    found.append((layer.role(feature, link.role), filler))
        return found

    def resolve(self, reference: Reference, type_name: str, place: Place) -> Mark | Row | None:
        """Return what a reference means; a token becomes a span."""
        found = self.marks.resolve(reference, type_name)
        if isinstance(found, str):
            self.reading.fault("E301", f"found a reference to {reference}, and {found}", *place)
            return None
        if isinstance(found, Row) and found.id not in self.spans:
            kind, label = uima_types.TOKEN
            self.spans[found.id] = Span(
                id="", raw_id=found.id, line=found.line, column=1,
                kind=kind, label=label, fragments=[(found.begin, found.end)], surface=found.surface,
            )  # fmt: skip
        return found

    def name_spans(self) -> None:
        """Give each span an id, in the order of the text, and its attributes."""
        ranked = sorted(self.spans.values(), key=lambda span: (span.start, span.end, span.label, span.line or 0))
        for rank, span in enumerate(ranked, 1):
            span.id = f"m{rank}"
        self.reading.annotations.spans += self.spans.values()
        for mark, told in self.told.items():
            if mark not in self.triggers:
                self.describe(self.spans[mark], told, mark)
        for entity, links in self.chains:
            self.add_entity(entity, links)

    def add_entity(self, told: Description, links: list[Mark]) -> None:
        """Add the entity of a chain."""
        line, column = links[0].place
        entity = Entity(
            id="", line=line, column=column, label=told.label, mentions=[self.spans[link].id for link in links]
        )
        entity.attributes = [*told.attributes]
        self.reading.annotations.entities.append(entity)

    def add_events(self) -> None:
        """Add the event of each slot host, in the order of the text."""
        ranked = sorted(self.triggers, key=lambda mark: (self.spans[mark].start, self.spans[mark].end, mark.place))
        for rank, mark in enumerate(ranked, 1):
            line, column = mark.place
            told = self.told[mark]
            event = Event(id=f"ev{rank}", raw_id=mark.name, line=line, column=column, label=told.label)
            event.trigger = self.spans[mark].id
            self.describe(event, told, mark)
            self.events[mark] = event
            self.reading.annotations.events.append(event)

    def add_relations(self, ends: Iterable[tuple[Mark | Row, Mark | Row] | None]) -> None:
        """Add the relations that have both ends."""
        for mark, pair in zip(self.marks.relations, ends, strict=True):
            if pair:
                line, column = mark.place
                told = self.layer(mark.layer).described(_values(mark))
                relation = Relation(
                    id=f"r{len(self.relations) + 1}", raw_id=mark.name, line=line, column=column, label=told.label
                )
                self.relations[mark] = relation
                self.describe(relation, told, mark)
                self.reading.annotations.relations.append(relation)
        for mark, pair in zip(self.marks.relations, ends, strict=True):
            if pair:
                names = zip(ENDS[0], pair, strict=True)
                self.relations[mark].arguments = [Argument(role, self.id_of(end)) for role, end in names]

    def add_arguments(self, fillers: dict[Mark, list[tuple[str, Mark | Row]]]) -> None:
        """Give the events their arguments."""
        for mark, found in fillers.items():
            self.events[mark].arguments = [Argument(role, self.id_of(filler)) for role, filler in found]

    def id_of(self, found: Mark | Row) -> str:
        """Return the id of what a reference means: the event of a slot host, not its trigger."""
        if isinstance(found, Row):
            return self.spans[found.id].id
        if found in self.events:
            return self.events[found].id
        return self.relations[found].id if found in self.relations else self.spans[found].id

    def describe(self, item: Item, told: Description, mark: Mark) -> None:
        """Give an item its attributes with their places, and its entries of knowledge bases."""
        item.attributes += told.attributes
        for name, _ in told.attributes:
            self.reading.places[item.id, name] = mark.places.get(name, mark.place)
        for resource, reference in told.entries:
            line, column = mark.place
            entry = Normalization(id="", line=line, column=column, target=item.id, resource=resource, ref=reference)
            self.reading.annotations.normalizations.append(entry)


def _values(mark: Mark) -> dict[str, str]:
    return {name: text for name, text in mark.values.items() if text is not None}


def _layer(declared: TsvLayer, marks: Iterable[Mark]) -> Layer:
    """Return a layer as the head declares it; which of its features hold text is seen from their values.

    The file does not say it: a feature whose values all are numbers, or true and false, is taken as none of text.
    """
    values = tuple(column.feature for column in declared.columns if column.use in _PLAIN)
    seen: dict[str, set[str]] = defaultdict(set)
    for mark in marks:
        for name, text in _values(mark).items():
            seen[name].add(text)
    strings = tuple(name for name in values if not seen[name] or not all(map(_is_no_text, seen[name])))
    references = tuple(column.feature for column in declared.of(Use.TARGET))
    if declared.kind == RELATIONS:
        references = ENDS[0]
    return Layer(declared.type_name, (), values, strings, references)


_PLAIN = (Use.VALUE, Use.CHAIN_TYPE, Use.CHAIN_LINK)


def _is_no_text(value: str) -> bool:
    number = value.removeprefix("-").replace(".", "", 1)
    return value in ("true", "false") or (number.isascii() and number.isdigit())
