"""Checks within the layers: events, attributions, stance, entities, and what was finished at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from standoff.checks.subject import Fault, Subject
from standoff.model import AUTHOR, LAYERS, Entity, Event

_QUOTATION_MARK = re.compile("[\"'“”„‟‘’‚«»‹›「」『』〝〞]")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def unfinished_layer(subject: Subject) -> Iterator[Fault]:
    """A document has items in a layer that its annotator did not finish."""
    finished = subject.annotations.layers or []
    for layer in LAYERS:
        items = getattr(subject.annotations, layer)
        if items and layer not in finished:
            found = "there is an item" if len(items) == 1 else f"there are {len(items)} items"
            message = f"{found} in the layer {layer}, and `layers` does not name it; add {layer} there, or remove them"
            yield items[0], message, ("layers", "`layers` is here")


def no_trigger(subject: Subject) -> Iterator[Fault]:
    """An event has neither a trigger nor a piece of evidence."""
    for event in subject.annotations.events:
        if event.trigger is None and event.evidence is None:
            yield event, f"{event.id}: {event.label} has neither a trigger nor a piece of evidence"


def two_values(subject: Subject) -> Iterator[Fault]:
    """One source has two factuality values for one event."""
    for event in subject.annotations.events:
        sources = [source for source, _ in event.factuality]
        for source in sorted({source for source in sources if sources.count(source) > 1}):
            message = f"{event.id}: {source} has {sources.count(source)} factuality values; keep one of them"
            yield event, message, *subject.others(f"the source {source} is here", source)


def backwards(subject: Subject) -> Iterator[Fault]:
    """A date is none, or a range runs backwards."""
    for event in subject.annotations.events:
        for day in (event.earliest, event.latest):
            if day is not None and not _is_day(day):
                yield event, f"{event.id}: {day} is no day of the calendar"
        if event.earliest and event.latest and event.earliest > event.latest:
            yield event, f"{event.id}: earliest {event.earliest} is after latest {event.latest}"
    counted: list[Entity | Event] = [*subject.annotations.entities, *subject.annotations.events]
    for item in counted:
        if item.count_min is not None and item.count_max is not None and item.count_min > item.count_max:
            yield item, f"{item.id}: count_min {item.count_min} is more than count_max {item.count_max}"


def own_target(subject: Subject) -> Iterator[Fault]:
    """The holder and the target of a stance are the same."""
    for stance in subject.annotations.stance:
        if stance.holder == stance.target:
            message = f"{stance.id}: {stance.holder} is both holder and target; expected two different ones"
            yield stance, message, *subject.others(f"{stance.holder} is here", stance.holder)


def unquoted_quotation(subject: Subject) -> Iterator[Fault]:
    """A direct quotation has no quotation marks, neither in its content nor beside it."""
    text = subject.document.text or ""
    for attribution in subject.annotations.attributions if text else ():
        contents = [subject.spans[name] for name in attribution.contents if name in subject.spans]
        if (
            attribution.mode == "direct"
            and contents
            and not any(
                _QUOTATION_MARK.search(text, max(0, start - 1), end + 1)
                for span in contents
                for start, end in span.fragments
            )
        ):
            message = (
                f"{attribution.id} is a direct quotation, and its content has no quotation marks; "
                "extend the content to them, or call the mode indirect"
            )
            yield attribution, message, *((span, f"the content {span.id} is here") for span in contents)


def other_label(subject: Subject) -> Iterator[Fault]:
    """A mention has another label than its entity."""
    for entity in subject.annotations.entities:
        for name in entity.mentions:
            mention = subject.spans.get(name)
            if mention and mention.label != entity.label:
                yield (
                    mention,
                    f"{name} {subject.text(mention)} is {mention.label}, its entity {entity.id} is {entity.label}",
                    (entity, f"the entity {entity.id} is here"),
                )


def no_author_value(subject: Subject) -> Iterator[Fault]:
    """An event does not say whether the author takes it as fact, in a document where others do."""
    events = subject.annotations.events
    if any(event.factuality for event in events):
        for event in events:
            if all(source != AUTHOR for source, _ in event.factuality):
                yield event, f"{event.id}: {event.label} has no factuality value of the author"


def lone_trigger(subject: Subject) -> Iterator[Fault]:
    """A trigger belongs to no event."""
    used = {event.trigger for event in subject.annotations.events} | {
        event.evidence for event in subject.annotations.events
    }
    if "events" in (subject.annotations.layers or ()):
        for span in subject.annotations.spans:
            if span.kind == "trigger" and span.id not in used:
                yield span, f"{span.id} {subject.text(span)} is the trigger of no event"


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False
