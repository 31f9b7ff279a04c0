"""Checks of what refers to what: ids that exist, are unique, and name an item of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.checks.subject import Fault, Subject
from standoff.model import AUTHOR, ITEM_LISTS, Item
from standoff.spelling import did_you_mean

_SHORT = 3
"""Ids up to this length, such as `T12`, are like each other without being meant for each other."""

Reference = tuple[Item, str, str, str]
"""The item, the field, the id it names, and the kinds that it may name, separated by blanks (empty: any)."""


def duplicate_id(subject: Subject) -> Iterator[Fault]:
    """Two items of one document have the same id, in whatever layers."""
    seen: dict[str, Item] = {}
    for layer in ITEM_LISTS:
        for item in getattr(subject.annotations, layer):
            first = seen.setdefault(item.id, item)
            if first is not item:
                where = f" on line {first.line}" if first.line else ""
                message = f"the id {item.id} is taken already{where}; give one of the two another"
                yield item, message, (first, f"the first {item.id} is here")


def reserved_id(subject: Subject) -> Iterator[Fault]:
    """An item has the id `author`, which is reserved."""
    for layer in ITEM_LISTS:
        for item in getattr(subject.annotations, layer):
            if item.id == AUTHOR:
                yield item, f"found the id {AUTHOR!r}; it is reserved for the writer of the article; expected another"


def dangling(subject: Subject) -> Iterator[Fault]:
    """An annotation refers to an id that does not exist."""
    for item, field, name, _ in _references(subject):
        if name not in subject.kinds and name not in subject.failed:
            hint = did_you_mean(name, subject.kinds) if len(name) > _SHORT else ""
            yield item, f"{item.id}: {field} is {name}, and there is no {name} in this file{hint}"


def wrong_kind(subject: Subject) -> Iterator[Fault]:
    """An annotation refers to an item of the wrong kind."""
    for item, field, name, kinds in _references(subject):
        found = subject.kinds.get(name)
        if found and kinds and found[0] not in kinds.split():
            wanted = kinds.replace(_ANY_SPAN, "span").replace(" ", " or ")
            message = f"{item.id}: {field} is {name}, which is of the kind {found[0]}; expected {wanted}"
            yield item, message, *subject.others(f"{name} is here", name)


def attribution_cycle(subject: Subject) -> Iterator[Fault]:
    """Attributions stand within each other in a circle; named at the first of its items in the file."""
    done: set[str] = set()
    for attribution in subject.annotations.attributions:
        path: list[str] = []
        current: str | None = attribution.id
        while current in subject.attributions and current not in done and current not in path:
            path.append(current)
            current = subject.attributions[current].parent
        if current in path:
            circle = path[path.index(current) :]
            message = (
                f"the attributions {' -> '.join([*circle, circle[0]])} stand within each other; "
                "take out the `parent` of one of them"
            )
            others = [subject.attributions[name] for name in circle if name != attribution.id]
            yield attribution, message, *((each, f"{each.id} has the parent {each.parent}") for each in others)
        done.update(path)


def shared_mention(subject: Subject) -> Iterator[Fault]:
    """A mention belongs to two entities."""
    owner: dict[str, str] = {}
    for entity in subject.annotations.entities:
        for mention in entity.mentions:
            first = owner.setdefault(mention, entity.id)
            if first != entity.id:
                message = f"{mention} is a mention of {first} and of {entity.id}; keep it in one of them"
                yield entity, message, *subject.others(f"{first} has it, too", first)


_ANY_SPAN = "mention trigger content cue time quantity evidence other"
_FILLERS = f"entity event attribution stance relation {_ANY_SPAN}"
"""What has a place of its own; a note or a normalization is only about something else."""


def _references(subject: Subject) -> Iterator[Reference]:
    annotations = subject.annotations
    yield from _attribute_references(subject)
    for entity in annotations.entities:
        for name in entity.mentions:
            yield entity, "a mention", name, "mention"
    yield from _event_references(subject)
    for attribution in annotations.attributions:
        yield from _given(attribution, "source", attribution.source, "entity")
        yield from _given(attribution, "source_span", attribution.source_span, "mention")
        for name in attribution.cues:
            yield attribution, "a cue", name, "cue"
        for name in attribution.contents:
            yield attribution, "a content", name, "content"
        yield from _given(attribution, "parent", attribution.parent, "attribution")
    for stance in annotations.stance:
        if stance.holder != AUTHOR:
            yield stance, "the holder", stance.holder, "entity"
        yield stance, "the target", stance.target, f"entity event {_ANY_SPAN}"
        for name in stance.evidence:
            yield stance, "a piece of evidence", name, _ANY_SPAN
        yield from _given(stance, "attribution", stance.attribution, "attribution")
    for relation in annotations.relations:
        for argument in relation.arguments:
            yield relation, argument.role, argument.filler or "", _FILLERS
    for link in annotations.normalizations:
        yield link, "the target", link.target, ""
    for note in annotations.notes:
        yield from _given(note, "the target", note.target, "")


def _event_references(subject: Subject) -> Iterator[Reference]:
    for event in subject.annotations.events:
        yield from _given(event, "trigger", event.trigger, "trigger")
        yield from _given(event, "evidence", event.evidence, _ANY_SPAN)
        for argument in event.arguments:
            yield from _given(event, argument.role, argument.filler, _FILLERS)
            yield from _given(event, f"the span of {argument.role}", argument.span, _ANY_SPAN)
        for source, _ in event.factuality:
            if source != AUTHOR:
                yield event, "a source of factuality", source, "entity attribution"


def _attribute_references(subject: Subject) -> Iterator[Reference]:
    for (layer, name), kinds in subject.scheme.refers.items():
        values = subject.scheme.attributes[layer][name] or ()
        for item in getattr(subject.annotations, layer, ()):
            for found, value in item.attributes:
                if found == name and value not in values:
                    yield item, name, value, " ".join(kinds)


def _given(item: Item, field: str, name: str | None, kinds: str) -> Iterator[Reference]:
    if name is not None:
        yield item, field, name, kinds
