"""Source labels -> the fixed layers, as scheme.toml declares under [projection] and [map].

An imported event may become an attribution or a stance, a coreference relation an entity, an attribute a field.
What is not projected stays what it was. Native files speak the scheme's own words, and only [map] touches them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from standoff.annotations.reading import Reading
from standoff.corpus.scheme import EventProjection, Scheme
from standoff.layers import arguments, chains
from standoff.model import (
    AUTHOR,
    ITEM_LISTS,
    Annotations,
    Argument,
    Attribute,
    Attribution,
    Entity,
    Event,
    Item,
    Relation,
    Span,
    Stance,
)
from standoff.spelling import did_you_mean

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
"""How an attribute of a tool says that something is so, or not."""


def project(reading: Reading, scheme: Scheme) -> Counter[str]:
    """Turn what a tool exported into the layers of the scheme, in place; returns how many items became entities.

    Those, links and marks of chains, are counted because they are no items of their own any more: several of them make
    one entity.
    """
    annotations = reading.annotations
    chained = chains.take(annotations, scheme)
    for span in annotations.spans:
        _project_span(span, scheme)
    arguments.from_relations(annotations, scheme)
    if scheme.project_events:
        _project_events(reading, scheme)
    for layer in ("spans", "events"):
        for item in getattr(annotations, layer):
            _project_attributes(reading, item, scheme)
    clusters = [r for r in annotations.relations if scheme.project_relations.get(r.label) == "entities"]
    if clusters:
        annotations.relations = [
            r for r in annotations.relations if scheme.project_relations.get(r.label) != "entities"
        ]
    if clusters or chained:
        annotations.entities += _entities_of([*clusters, *(link for _, link in chained)], annotations)
    counts = Counter(f"relations {link.label} -> entities" for link in clusters)
    for rule, link in chained:
        counts[f"spans {rule} -> entities"] += len(link.arguments)
    return counts


def label_triggers(annotations: Annotations) -> None:
    """Give triggers without a label the label of their event."""
    labels = {event.trigger: event.label for event in annotations.events if event.trigger}
    for span in annotations.spans:
        if span.kind == "trigger" and not span.label:
            span.label = labels.get(span.id, "")


def rename(annotations: Annotations, scheme: Scheme, *, imported: bool) -> Counter[str]:
    """Apply [map]: rename labels, or drop items, which must have ids; returns how often each rule was applied.

    A dropped item takes with it what cannot stand without it; that is counted, too.
    """
    counts: Counter[str] = Counter()
    dropped: set[str] = set()
    for layer, table in scheme.renames.items():
        for item in getattr(annotations, layer):
            label = getattr(item, "act" if layer == "attributions" else "label")
            if label in table:
                new = table[label]
                counts[f"{layer} {label} -> {new if new is not None else 'dropped'}"] += 1
                if new is None:
                    dropped.add(item.id)
                else:
                    setattr(item, "act" if layer == "attributions" else "label", new)
        _rename_with(annotations, layer, table, imported)
    if dropped:
        drop(annotations, dropped, counts)
    return counts


def _rename_with(annotations: Annotations, layer: str, table: dict[str, str | None], imported: bool) -> None:
    """Rename what takes its label from renamed items: the triggers of events, the entities made of mentions."""
    followers: list[Span] | list[Entity] = []
    if layer == "events":
        followers = [span for span in annotations.spans if span.kind == "trigger"]
    elif layer == "spans" and imported:
        followers = annotations.entities
    for item in followers:
        item.label = table.get(item.label) or item.label


def drop(annotations: Annotations, dropped: set[str], counts: Counter[str]) -> None:
    """Take out the items with these ids, and all that cannot stand without them, each counted by its layer."""
    pending = dropped
    while pending:
        dropped = dropped | pending
        pending = set()
        for layer in ITEM_LISTS[1:]:
            for item in getattr(annotations, layer):
                before = _parts(item)
                if item.id not in dropped and _falls(item, dropped):
                    pending.add(item.id)
                    counts[f"{layer} dropped with what they depend on"] += 1
                else:
                    for part, number in (before - _parts(item)).items():
                        counts[f"{part} dropped with what they depend on"] += number
    for layer in ITEM_LISTS:
        setattr(annotations, layer, [item for item in getattr(annotations, layer) if item.id not in dropped])


def add_singletons(annotations: Annotations) -> None:
    """Make an entity of every mention that is in no cluster, where entities are annotated or a holder needs one.

    An entity made so is marked `derived`, and takes the line of its mention.
    """
    needed = {attribution.source for attribution in annotations.attributions} | {s.holder for s in annotations.stance}
    mentions = {span.id for span in annotations.spans if span.kind == "mention"}
    declared = "entities" in (annotations.layers or ())
    if not declared and not annotations.entities and not needed & mentions:
        return
    clustered = {mention for entity in annotations.entities for mention in entity.mentions}
    for span in annotations.spans:
        if span.kind == "mention" and span.id not in clustered:
            annotations.entities.append(
                Entity(
                    id="",
                    raw_id=span.raw_id,
                    line=span.line,
                    column=span.column,
                    label=span.label,
                    mentions=[span.id],
                    derived=True,
                )
            )


def refer_to_entities(annotations: Annotations) -> None:
    """Let arguments, sources, holders and targets that name a bare mention name its entity instead."""
    entity_of = {mention: entity.id for entity in annotations.entities for mention in entity.mentions}
    if not entity_of:
        return
    for event in annotations.events:
        for argument in event.arguments:
            if argument.filler in entity_of:
                argument.span = argument.span or argument.filler
                argument.filler = entity_of[argument.filler]
        event.factuality = [(entity_of.get(source, source), value) for source, value in event.factuality]
    for attribution in annotations.attributions:
        if attribution.source in entity_of:
            attribution.source_span = attribution.source_span or attribution.source
            attribution.source = entity_of[attribution.source]
    for stance in annotations.stance:
        stance.holder = entity_of.get(stance.holder, stance.holder)
        stance.target = entity_of.get(stance.target, stance.target)


def _project_span(span: Span, scheme: Scheme) -> None:
    rule = scheme.project_spans.get(span.label)
    if rule:
        span.kind, span.label, span.form = rule.kind, rule.label or span.label, rule.form
    elif span.kind == "mention":
        span.kind = scheme.kind_of(span.label) or "mention"


def _project_events(reading: Reading, scheme: Scheme) -> None:
    annotations = reading.annotations
    spans = {span.id: span for span in annotations.spans}
    kept = [event for event in annotations.events if event.label not in scheme.project_events]
    triggers = _Triggers(annotations, {event.trigger for event in kept})
    for event in annotations.events:
        rule = scheme.project_events.get(event.label)
        if rule is None:
            continue
        trigger = spans.get(event.trigger or "")
        if rule.layer == "attributions":
            cue = triggers.as_kind(trigger, "cue", "CUE") if trigger else None
            annotations.attributions.append(_attribution(reading, event, rule, cue))
        else:
            evidence = triggers.as_kind(trigger, "evidence", "EVIDENCE") if trigger else None
            stance = _stance(reading, event, rule, evidence)
            if stance:
                annotations.stance.append(stance)
    annotations.events = kept


class _Triggers:
    """The triggers of projected events, which become cues and pieces of evidence."""

    def __init__(self, annotations: Annotations, staying: set[str | None]) -> None:
        self.annotations = annotations
        self.taken = staying

    def as_kind(self, span: Span, kind: str, label: str) -> str:
        """Give a trigger its new kind, or a copy of it, where it stays a trigger or has another new kind already.

        Returns the id of the span: `T7`, or `T7.cue` for a copy.
        """
        if span.id not in self.taken or span.kind == kind:
            self.taken.add(span.id)
            span.kind, span.label = kind, label
            return span.id
        name = f"{span.id}.{kind}"
        if all(other.id != name for other in self.annotations.spans):
            self.annotations.spans.append(replace(span, id=name, kind=kind, label=label, attributes=[]))
        return name


def _fields(reading: Reading, event: Event, rule: EventProjection) -> dict[str, list[str]]:
    """Return the fillers of an event by the field that its projection names for their role."""
    fields: dict[str, list[str]] = {}
    for argument in event.arguments:
        name = rule.roles.get(argument.role) or rule.roles.get(argument.role.rstrip("0123456789"))
        if name is None:
            hint, known = did_you_mean(argument.role, rule.roles), ", ".join(rule.roles)
            message = f"{event.id}: {event.label} has no role {argument.role!r}{hint}; expected one of: {known}"
            reading.fault("E402", message, event.line, event.column, event.id)
        elif argument.filler:
            fields.setdefault(name, []).append(argument.filler)
    return fields


def _one(reading: Reading, event: Event, fields: dict[str, list[str]], name: str) -> str | None:
    values = fields.get(name, [])
    if len(values) > 1:
        message = f"{event.id}: {len(values)} fillers for {name}, which takes one: {', '.join(values)}"
        reading.fault("E402", message, event.line, event.column, event.id)
    return values[0] if values else None


def _value(reading: Reading, event: Event, name: str | None) -> str | None:
    """Return the value of an attribute that becomes a field; two different ones are a finding."""
    values = list(dict.fromkeys(value for key, value in event.attributes if key == name))
    if len(values) > 1:
        message = f"{event.id}: {name} is {' and '.join(repr(value) for value in values)}; keep one of them"
        line, column = reading.places.get((event.id, str(name)), (event.line, event.column))
        reading.fault("E409", message, line, column, event.id)
    return values[0] if values else None


def _attribution(reading: Reading, event: Event, rule: EventProjection, trigger: str | None) -> Attribution:
    fields = _fields(reading, event, rule)
    cues = fields.get("cue", [])
    if trigger:
        cues = [trigger, *(cue for cue in cues if cue != event.trigger)]
    source = _one(reading, event, fields, "source")
    taken = {rule.act, rule.mode}
    return Attribution(
        id=event.id,
        raw_id=event.raw_id,
        line=event.line,
        column=event.column,
        source=source,
        source_span=source,
        cues=cues,
        contents=fields.get("content", []),
        act=_value(reading, event, rule.act),
        mode=_value(reading, event, rule.mode),
        parent=_one(reading, event, fields, "parent"),
        attributes=[pair for pair in event.attributes if pair[0] not in taken],
    )


def _stance(reading: Reading, event: Event, rule: EventProjection, trigger: str | None) -> Stance | None:
    fields = _fields(reading, event, rule)
    evidence = fields.get("evidence", [])
    if trigger:
        evidence = [trigger, *(span for span in evidence if span != event.trigger)]
    label, target = _value(reading, event, rule.label), _one(reading, event, fields, "target")
    if label is None or target is None:
        missing = "a target" if target is None else f"the attribute {rule.label}"
        reading.fault("E404", f"{event.id}: {event.label} has not {missing}", event.line, event.column, event.id)
        return None
    holder = _one(reading, event, fields, "holder")
    if holder is None and "holder" in rule.roles.values():
        reading.fault("E404", f"{event.id}: {event.label} has no holder", event.line, event.column, event.id)
        return None
    explicit = _value(reading, event, rule.explicit)
    if explicit not in (None, *_TRUTH):
        message = f"{event.id}: {rule.explicit} is {explicit!r}; expected one of: {', '.join(_TRUTH)}"
        line, column = reading.places.get((event.id, rule.explicit or ""), (event.line, event.column))
        reading.fault("E405", message, line, column, event.id)
    taken = {rule.label, rule.explicit}
    return Stance(
        id=event.id,
        raw_id=event.raw_id,
        line=event.line,
        column=event.column,
        holder=holder or AUTHOR,
        target=target,
        label=label,
        evidence=evidence,
        attribution=_one(reading, event, fields, "attribution"),
        explicit=_TRUTH.get(explicit or ""),
        attributes=[pair for pair in event.attributes if pair[0] not in taken],
    )


def _project_attributes(reading: Reading, item: Span | Event, scheme: Scheme) -> None:
    if not scheme.project_attributes:
        return
    kept = []
    for name, value in item.attributes:
        target = scheme.project_attributes.get(name)
        if target == "factuality" and isinstance(item, Event):
            item.factuality.append((AUTHOR, value))
        elif target == "implicit" and isinstance(item, Event):
            item.arguments.append(Argument(value, implicit=True))
        elif target and hasattr(item, target):
            earlier = getattr(item, target)
            if earlier not in (None, value):
                message = f"{item.id}: {name} is {earlier!r} and {value!r}; keep one of them"
                line, column = reading.places.get((item.id, name), (item.line, item.column))
                reading.fault("E409", message, line, column, item.id)
            setattr(item, target, value)
        else:
            kept.append((name, value))
    item.attributes = kept


def _entities_of(links: list[Relation], annotations: Annotations) -> list[Entity]:
    """Return one entity for each group of mentions that the links connect (union of pairs)."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for link in links:
        members = [argument.filler for argument in link.arguments if argument.filler]
        for member in members:
            parent[root(member)] = root(members[0])
    groups: dict[str, list[str]] = {}
    for name in parent:
        groups.setdefault(root(name), []).append(name)
    labels = {span.id: span.label for span in annotations.spans}
    attributes: dict[str, list[Attribute]] = {}
    for link in links:
        attributes.setdefault(root(str(link.arguments[0].filler)), []).extend(link.attributes)
    first_link = {root(str(link.arguments[0].filler)): link for link in reversed(links)}
    return [
        Entity(
            id="",
            raw_id=first_link[group].raw_id,
            line=first_link[group].line,
            column=first_link[group].column,
            label=next((labels[member] for member in members if member in labels), ""),
            mentions=members,
            attributes=attributes.get(group, []),
        )
        for group, members in groups.items()
    ]


def _parts(item: Item) -> Counter[str]:
    """Return how many arguments and factuality values an item has: they go where it can stand without them."""
    return Counter(
        {
            "arguments": len(getattr(item, "arguments", ())),
            "factuality values": len(getattr(item, "factuality", ())),
        }
    )


def _falls(item: Item, dropped: set[str]) -> bool:
    """Say whether an item cannot stand without the dropped ones; loosen it from them where it can."""
    if isinstance(item, Entity):
        item.mentions = [mention for mention in item.mentions if mention not in dropped]
        return not item.mentions
    if isinstance(item, Event):
        item.arguments = [a for a in item.arguments if a.filler not in dropped and a.span not in dropped]
        item.factuality = [row for row in item.factuality if row[0] not in dropped]
        return item.trigger in dropped or item.evidence in dropped
    if isinstance(item, Attribution):
        item.cues = [cue for cue in item.cues if cue not in dropped]
        item.contents = [content for content in item.contents if content not in dropped]
        return not item.contents or bool({item.source, item.source_span, item.parent} & dropped)
    if isinstance(item, Stance):
        item.evidence = [span for span in item.evidence if span not in dropped]
        return bool({item.holder, item.target, item.attribution} & dropped)
    if isinstance(item, Relation):
        return any(argument.filler in dropped for argument in item.arguments)
    return getattr(item, "target", None) in dropped
