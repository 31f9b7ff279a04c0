"""The layers -> what annotation tools know: labelled spans, events, relations, attributes, links and notes.

This is the inverse of `standoff.layers.projection`. Entities become links between mentions, attributions and stances
events. What does not come back by itself is found by reading back (`exports.proof`), and not decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from standoff.exports import names as naming
from standoff.exports.names import Names, is_safe
from standoff.layers.carried import KIND, WHOLE
from standoff.model import (
    AUTHOR,
    Annotations,
    Argument,
    Attribute,
    Attribution,
    Entity,
    Event,
    Fragment,
    Item,
    Relation,
    Span,
    Stance,
)

COMMENT = "AnnotatorNotes"
"""The kind of notes that have none, as brat calls it."""

_FIELDS = (("Irrealis", "irrealis"), ("Subtype", "subtype"), ("SameAs", "same_as"), ("Time", "time_value"))

_IN_NOTE = "see-note"
"""The label of a stance whose own cannot stand in an attribute."""


@dataclass(slots=True)
class Form:
    """Annotations in the words of a tool; ids are those of the layers.

    `anchors` are spans that only hold an event. `triggers` are those of events that are drawn as links.
    """

    annotations: Annotations
    anchors: set[str] = field(default_factory=set)
    triggers: dict[str, str] = field(default_factory=dict)

    def grounds(self) -> dict[str, list[str]]:
        """Return the spans that items rest on here, if they do, by the ids of the items."""
        made = self.annotations
        found = {name: [trigger] for name, trigger in self.triggers.items()}
        found |= {link.id: [str(link.arguments[0].filler)] for link in made.relations if link.id}
        found |= {link.id: [link.target] for link in made.normalizations}
        return found | {note.id: [str(note.target)] for note in made.notes}


def of(annotations: Annotations, names: Names, holds: Callable[[str], bool]) -> Form:
    """Return annotations in the words of a tool; `holds` says whether a value can stand in an attribute there.

    What has no form of its own (an entity of one mention, a relation of three) is left out.
    """
    return _Maker(annotations, names, holds).form()


def without_events(form: Form, names: Names) -> Form:
    """Return a form for tools without events: links from triggers to what fills their roles.

    A trigger has the attributes of its event. A second event of one trigger is left out, and one without a trigger.
    """
    made = replace(form.annotations, events=[], relations=list(form.annotations.relations))
    made.spans = [span for span in made.spans if span.id not in form.anchors]
    spans = {span.id: span for span in made.spans}
    of_event: dict[str, str] = {}
    kept = []
    for event in form.annotations.events:
        if event.trigger in spans and event.trigger not in of_event.values():
            of_event[event.id] = str(event.trigger)
            kept.append(event)
    for event in kept:
        trigger = spans[of_event[event.id]]
        trigger.attributes = event.attributes
        for argument in event.arguments:
            filler = of_event.get(str(argument.filler), str(argument.filler))
            if filler in spans:
                ends = [Argument("from", trigger.id), Argument("to", filler)]
                made.relations.append(Relation(id="", label=names.role(argument.role), arguments=ends))
    for link in made.normalizations:
        link.target = of_event.get(link.target, link.target)
    for note in made.notes:
        note.target = of_event.get(str(note.target), note.target)
    made.relations = [each for each in made.relations if all(a.filler in spans for a in each.arguments)]
    made.normalizations = [link for link in made.normalizations if link.target in spans]
    made.notes = [note for note in made.notes if note.target in spans]
    return Form(made, set(), of_event)


class _Maker:
    def __init__(self, annotations: Annotations, names: Names, holds: Callable[[str], bool]) -> None:
        self.source, self.names, self.holds = annotations, names, holds
        self.spans = {span.id: replace(span, attributes=[]) for span in annotations.spans}
        self.entities = {entity.id: entity for entity in annotations.entities}
        self.events = {item.id for item in (*annotations.events, *annotations.attributions, *annotations.stance)}
        self.kinds = {span.id: span.kind for span in annotations.spans}
        self.anchors: set[str] = set()
        self.known = {item.id for item in (*annotations.spans, *annotations.entities, *annotations.relations)}
        self.known |= self.events

    def form(self) -> Form:
        made = replace(self.source, entities=[], attributions=[], stance=[], attributes=[])
        for span in self.source.spans:
            new = self.spans[span.id]
            new.label = self.names.span(span.kind, span.label)
            new.attributes = self.attributes(span)
            if span.form:
                self.add(new, "Form", span.form)
        found = [self.event(item) for item in self.source.events]
        found += [self.attribution(item) for item in self.source.attributions]
        found += [self.stance(item) for item in self.source.stance]
        made.events = [event for event in found if event]
        self.events = {event.id for event in made.events}
        for event in made.events:
            event.arguments = [argument for argument in event.arguments if self.place(argument.filler)]
        made.relations = [link for item in self.source.relations if (link := self.relation(item))]
        made.relations += self.links()
        made.spans = list(self.spans.values())
        targets = {*self.spans, *self.events} - self.anchors
        made.normalizations = [replace(link) for link in self.source.normalizations if link.target in targets]
        noted = targets | {link.id for link in made.relations if link.id}
        made.notes = [
            replace(note, kind=note.kind or COMMENT) for note in self.source.notes if note.target in noted
        ]  # fmt: skip
        return Form(made, self.anchors)

    def attributes(self, item: Item) -> list[Attribute]:
        """Return the attributes that a tool can hold: one value a name, no name that is a field's."""
        fields = {*naming.FIELDS, naming.ACT, naming.MODE, naming.LABEL, naming.EXPLICIT, KIND, WHOLE}
        reserved = fields | self.names.reserved
        return [
            (name, value) for name, value in item.attributes
            if is_safe(name) and name not in reserved and self.holds(value)
        ]  # fmt: skip

    def add(self, item: Item, name: str, value: str | None) -> None:
        if value and self.holds(value):
            item.attributes.append((self.names.use(name) if name in naming.FIELDS else name, value))

    def place(self, name: str | None) -> str | None:
        """Return the span or event that stands for an item in a tool: of an entity its first mention."""
        if name in self.entities:
            return next((mention for mention in self.entities[name].mentions if mention in self.spans), None)
        return name if name in self.spans or name in self.events else None

    def trigger(self, item: Item, wanted: list[str | None], kind: str, label: str) -> str | None:
        """Return the span that an event can stand on: the first one wanted, if of the right kind, else an anchor there.

        The span gets the name of the event.
        """
        first = wanted[0] if wanted else None
        if first is not None and self.kinds.get(first) == kind:
            self.spans[first].label = label
            return first
        places = [found for name in wanted if (found := self.place(name)) in self.spans]
        return self.anchor(item, self.spans[str(places[0])].fragments, label) if places else None

    def anchor(self, item: Item, fragments: list[Fragment], label: str) -> str:
        name = f"{item.id}.anchor"
        while name in self.known:
            name += "_"
        self.known.add(name)
        self.anchors.add(name)
        self.spans[name] = Span(id=name, kind="trigger", label=label, fragments=list(fragments))
        return name

    def event(self, item: Event) -> Event | None:
        label = self.names.event(item.label)
        trigger = item.trigger if item.trigger in self.spans else None
        if trigger is None:
            fillers = [argument.span or argument.filler for argument in item.arguments]
            trigger = self.trigger(item, [item.evidence, *fillers], "", label)
        if trigger is None:
            return None
        made = Event(id=item.id, label=label, trigger=trigger, attributes=self.attributes(item))
        for argument in item.arguments:
            if argument.implicit and argument.filler is None:
                self.add(made, "Implicit", argument.role)
            else:
                self.fill(made, argument.role, argument.span or argument.filler)
        for name, key in _FIELDS:
            self.add(made, name, getattr(item, key))
        self.add(made, "Factuality", next((value for source, value in item.factuality if source == AUTHOR), None))
        return made

    def fill(self, event: Event, role: str, name: str | None) -> None:
        place = self.place(name)
        if place is not None and is_safe(role):
            event.arguments.append(Argument(role, place))

    def attribution(self, item: Attribution) -> Event | None:
        wanted = [*item.cues, *item.contents, item.source_span, item.source]
        trigger = self.trigger(item, wanted, "cue", naming.ATTRIBUTION)
        if trigger is None:
            return None
        made = Event(id=item.id, label=self.names.use(naming.ATTRIBUTION), trigger=trigger)
        made.attributes = self.attributes(item)
        self.fill(made, "Source", item.source_span or item.source)
        for name in item.contents:
            self.fill(made, "Content", name)
        for name in item.cues:
            if name != trigger:
                self.fill(made, "Cue", name)
        self.fill(made, "Within", item.parent)
        self.add(made, naming.ACT, item.act)
        self.add(made, naming.MODE, item.mode)
        return made

    def stance(self, item: Stance) -> Event | None:
        if not self.holds(_IN_NOTE):
            return None
        label = naming.AUTHOR_STANCE if item.holder == AUTHOR else naming.STANCE
        trigger = self.trigger(item, [*item.evidence, item.target, item.holder], "evidence", label)
        if trigger is None:
            return None
        made = Event(id=item.id, label=self.names.use(label), trigger=trigger, attributes=self.attributes(item))
        if item.holder != AUTHOR:
            self.fill(made, "Holder", item.holder)
        self.fill(made, "Target", item.target)
        for name in item.evidence:
            if name != trigger:
                self.fill(made, "Evidence", name)
        self.fill(made, "In", item.attribution)
        self.add(made, naming.LABEL, item.label if self.holds(item.label) else _IN_NOTE)
        self.add(made, naming.EXPLICIT, None if item.explicit is None else str(item.explicit).lower())
        return made

    def relation(self, item: Relation) -> Relation | None:
        """Return a relation between two places; others have no form in a tool."""
        places = [self.place(argument.filler) for argument in item.arguments]
        roles = [argument.role for argument in item.arguments]
        if len(places) != 2 or None in places or not all(is_safe(role) for role in roles):
            return None
        arguments = [Argument(role, place) for role, place in zip(roles, places, strict=True)]
        return Relation(id=item.id, label=self.names.relation(item.label), arguments=arguments)

    def links(self) -> list[Relation]:
        """Return the links of entities, from mention to mention; one whose mention is another's, too, has none."""
        uses = Counter(name for entity in self.source.entities for name in entity.mentions)
        found = []
        for entity in self.source.entities:
            if all(uses[name] == 1 and name in self.spans for name in entity.mentions):
                found += self.chain(entity)
        return found

    def chain(self, entity: Entity) -> list[Relation]:
        pairs = zip(entity.mentions, entity.mentions[1:], strict=False)
        return [
            Relation(
                id="", label=self.names.use(naming.COREFERENCE),
                arguments=[Argument("Arg1", first), Argument("Arg2", second)],
            )
            for first, second in pairs
        ]  # fmt: skip
