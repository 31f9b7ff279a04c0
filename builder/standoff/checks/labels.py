"""Checks against the scheme: labels, roles, fillers, required roles, attributes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from standoff.checks.subject import AttributeOf, Fault, InScheme, Other, Subject
from standoff.corpus.scheme import ItemType
from standoff.model import FORMS, MODES, Event, Item, Relation
from standoff.spelling import closest, did_you_mean


def unknown_label(subject: Subject) -> Iterator[Fault]:
    """A label is not in the scheme."""
    scheme, annotations = subject.scheme, subject.annotations
    if scheme.inferred:
        return
    blamed = {(event.trigger, event.label) for event in annotations.events}
    for span in annotations.spans:
        known = scheme.span_labels(span.kind)
        if span.label not in known and (span.id, span.label) not in blamed:
            table = ("entities",) if span.kind == "mention" else ("spans", span.kind)
            yield _unknown(span, f"the {span.kind} label", span.label, known, *table)
    for entity in annotations.entities:
        if not entity.derived and entity.label not in scheme.entities:
            yield _unknown(entity, "the entity label", entity.label, scheme.entities, "entities")
    for event in annotations.events:
        yield from _unknown_in_event(subject, event)
    for attribution in annotations.attributions:
        if attribution.act is not None and attribution.act not in scheme.acts:
            yield _unknown(attribution, "the act", attribution.act, scheme.acts, "acts")
    for stance in annotations.stance:
        if stance.label not in scheme.stance:
            yield _unknown(stance, "the stance label", stance.label, scheme.stance, "stance", "labels")
    for relation in annotations.relations:
        if relation.label not in scheme.relations:
            yield _unknown(relation, "the relation label", relation.label, scheme.relations, "relations")


def unknown_role(subject: Subject) -> Iterator[Fault]:
    """An event or relation has a role that its type does not have."""
    for item, item_type in _typed(subject):
        for argument in item.arguments:
            if argument.role not in item_type.roles:
                hint = did_you_mean(argument.role, item_type.roles)
                known = ", ".join(item_type.roles)
                message = f"{item.id}: {item.label} has no role {argument.role!r}{hint}; expected one of: {known}"
                yield item, message, (_declared(item), f"{item.label} is declared here")


def wrong_filler(subject: Subject) -> Iterator[Fault]:
    """A role is filled by something that may not fill it."""
    kinds = subject.kinds
    for item, item_type in _typed(subject):
        for argument in item.arguments:
            role = item_type.roles.get(argument.role)
            found = kinds.get(argument.filler or "")
            if role and found and not role.admits(*found):
                wanted = ", ".join(sorted(role.fillers))
                filler = f"{argument.filler} ({' '.join(found)})"
                message = f"{item.id}: {argument.role} of {item.label} is {filler}; expected {wanted}"
                declared: Other = _declared(item, argument.role), f"{argument.role} is declared here"
                others = [*subject.others(f"{argument.filler} is here", argument.filler), declared]
                yield item, message, *others


def missing_role(subject: Subject) -> Iterator[Fault]:
    """A required role is neither filled nor marked implicit, or an attribution has no content.

    A role that is missing because it is misspelt is named once, by its misspelling.
    """
    for attribution in subject.annotations.attributions:
        if not attribution.contents:
            yield attribution, f"{attribution.id}: an attribution needs a content; mark the words that are attributed"
    for item, item_type in _typed(subject):
        present = {argument.role for argument in item.arguments}
        for unknown in present - item_type.roles.keys():
            present = present | {closest(unknown, item_type.roles) or unknown}
        for name, role in item_type.roles.items():
            if role.required and name not in present:
                message = f"{item.id}: {item.label} needs the role {name}; fill it, or mark it as implicit"
                yield item, message, (_declared(item, name), f"{name} is declared here")


def unknown_value(subject: Subject) -> Iterator[Fault]:
    """A form or mode is none of the fixed ones, or an attribute or one of its values is not in the scheme."""
    for span in subject.annotations.spans:
        if span.form not in FORMS and span.form is not None:
            yield AttributeOf(span, "Form"), f"{span.id}: form is {_choice(span.form, FORMS)}"
    for attribution in subject.annotations.attributions:
        if attribution.mode not in MODES and attribution.mode is not None:
            yield AttributeOf(attribution, "Mode"), f"{attribution.id}: mode is {_choice(attribution.mode, MODES)}"
    scheme = subject.scheme
    if scheme.inferred:
        return
    for name, value in subject.annotations.attributes:
        yield from _attribute_faults(subject, None, "documents", name, value)
    for layer in ("spans", "entities", "events", "attributions", "stance", "relations"):
        for item in getattr(subject.annotations, layer):
            for name, value in item.attributes:
                yield from _attribute_faults(subject, item, layer, name, value)


def _attribute_faults(subject: Subject, item: Item | None, layer: str, name: str, value: str) -> Iterator[Fault]:
    known = subject.scheme.attributes.get(layer, {})
    who = f"{item.id}: " if item else ""
    culprit = AttributeOf(item, name) if item else "attributes"
    if name not in known:
        hint = did_you_mean(name, known)
        expected = f"expected one of: {', '.join(known)}" if known else "the scheme has none there"
        yield culprit, f"{who}{layer} have no attribute {name!r}{hint}; {expected}"
        return
    values = known[name]
    if values is not None and value not in values and (layer, name) not in subject.scheme.refers:
        declared = InScheme(("attributes", layer, name)), f"{name} is declared here"
        yield culprit, f"{who}{name} is {_choice(value, values)}", declared


def _choice(value: str, known: Collection[str]) -> str:
    hint = did_you_mean(value, known)
    return f"{value!r}{hint}; expected one of: {', '.join(known)}"


def _unknown_in_event(subject: Subject, event: Event) -> Iterator[Fault]:
    scheme = subject.scheme
    event_type = scheme.events.get(event.label)
    if event_type is None:
        yield _unknown(event, "the event label", event.label, scheme.events, "events")
        return
    if event.subtype is not None and event.subtype not in event_type.subtypes:
        what = f"the subtype of {event.label}"
        yield _unknown(event, what, event.subtype, event_type.subtypes, "events", event.label, "subtypes")
    if event.irrealis is not None and event.irrealis not in scheme.irrealis:
        yield _unknown(event, "irrealis", event.irrealis, scheme.irrealis, "irrealis")
    for _, value in event.factuality:
        if value not in scheme.factuality:
            yield _unknown(event, "the factuality value", value, scheme.factuality, "factuality")


def _unknown(item: Item, what: str, label: str, known: Collection[str], *table: str) -> Fault:
    hint = did_you_mean(label, known)
    choices = ", ".join(list(known)[:12]) + (" …" if len(known) > 12 else "")
    expected = f"; expected one of: {choices}" if known else "; the scheme has none"
    message = f"{item.id}: {what} {label!r} is not in the scheme{hint}{expected}"
    return (item, message, (InScheme(table), "those of the scheme are declared here")) if known else (item, message)


def _declared(item: Event | Relation, *role: str) -> InScheme:
    """Return where the type of an item, or a role of it, stands in scheme.toml."""
    table = "events" if isinstance(item, Event) else "relations"
    return InScheme((table, item.label, *(step for name in role for step in ("roles", name))))


def _typed(subject: Subject) -> Iterator[tuple[Event | Relation, ItemType]]:
    if subject.scheme.inferred:
        return
    for event in subject.annotations.events:
        if event.label in subject.scheme.events:
            yield event, subject.scheme.events[event.label]
    for relation in subject.annotations.relations:
        if relation.label in subject.scheme.relations:
            yield relation, subject.scheme.relations[relation.label]
