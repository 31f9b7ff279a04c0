"""Role links -> events: what tools without events draw as links from a trigger to the fillers of its roles.

Declared in scheme.toml: `[projection.relations] Attacker = { layer = "arguments" }`, beside the kind `trigger` of the
labels that triggers have. Every trigger is an event then, with the attributes of its span.
"""

from __future__ import annotations

from standoff.corpus.scheme import Scheme
from standoff.model import Annotations, Argument, Event, Span


def from_relations(annotations: Annotations, scheme: Scheme) -> None:
    """Make an event of every trigger, and an argument of every link that begins at one, in place.

    A filler that is a trigger stands for its event. A link that begins elsewhere stays a relation.
    """
    roles = {label for label, layer in scheme.project_relations.items() if layer == "arguments"}
    if not roles:
        return
    used = {event.trigger for event in annotations.events}
    events = {span.id: _event(span) for span in annotations.spans if span.kind == "trigger" and span.id not in used}
    kept = []
    for link in annotations.relations:
        ends = [argument.filler or "" for argument in link.arguments]
        if link.label in roles and len(ends) == 2 and ends[0] in events:
            filler = events[ends[1]].id if ends[1] in events else ends[1]
            events[ends[0]].arguments.append(Argument(link.label, filler))
        else:
            kept.append(link)
    annotations.relations = kept
    annotations.events += events.values()


def _event(span: Span) -> Event:
    event = Event(id=f"{span.id}.event", raw_id=span.raw_id, line=span.line, column=span.column, label=span.label)
    event.trigger, event.file, event.attributes = span.id, span.file, span.attributes
    span.attributes = []
    return event
