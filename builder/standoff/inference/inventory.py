"""Annotations -> the labels, roles, fillers, attributes and values that are in them, as the tables of a scheme.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from standoff.annotations.configuration import Inventory
from standoff.checks.subject import Subject
from standoff.corpus.scheme import FIXED_LABELS, Scheme, fits
from standoff.model import Annotations, Argument, Document, Event, Relation

_OPEN = 50
"""An attribute with more values than this is open: any text may stand there."""

_LAYERS = ("spans", "entities", "events", "attributions", "stance", "relations")
_ITEMS = frozenset(("event", "attribution", "stance", "relation"))


@dataclass(slots=True)
class TypeSeen:
    """An event or relation type: fillers by role, how often it was seen, and each role; subtypes."""

    roles: dict[str, dict[str, None]] = field(default_factory=dict)
    seen: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    subtypes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Seen:
    """All that was seen, each table in the order of the configuration, then of the documents."""

    entities: dict[str, None] = field(default_factory=dict)
    spans: dict[str, dict[str, None]] = field(default_factory=dict)
    events: dict[str, TypeSeen] = field(default_factory=dict)
    relations: dict[str, TypeSeen] = field(default_factory=dict)
    words: dict[str, dict[str, None]] = field(default_factory=dict)
    attributes: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)

    def attribute(self, layer: str, name: str, values: Iterable[str]) -> None:
        """Note an attribute of a layer and values of it."""
        self.attributes.setdefault(layer, {}).setdefault(name, {}).update(dict.fromkeys(values))


def add_configured(seen: Seen, configured: Inventory, skipped: Iterable[str]) -> None:
    """Add the types of a tool's own configuration but those skipped, which become something else."""
    left_out = set(skipped)
    seen.entities.update(dict.fromkeys(configured.entities))
    for mine, theirs in ((seen.events, configured.events), (seen.relations, configured.relations)):
        for label, item in theirs.items():
            if label in left_out:
                continue
            known = mine.setdefault(label, TypeSeen())
            known.required |= item.required
            for role, fillers in item.roles.items():
                known.roles.setdefault(role, {}).update(dict.fromkeys(fillers))
    for name, places, values in configured.attributes:
        for layer in sorted({_layer_of(place, configured) for place in places} - {""}):
            seen.attribute(layer, name, values)


def _layer_of(place: str, configured: Inventory) -> str:
    if place == "document":
        return "documents"
    if place in ("<EVENT>", "event") or place in configured.events:
        return "events"
    if place in ("<RELATION>", "relation") or place in configured.relations:
        return "relations"
    return "spans"


def add(seen: Seen, annotations: Annotations, document: Document) -> None:
    """Add what is in one annotator's annotations, which are projected and have ids."""
    for span in annotations.spans:
        _add_span(seen, span.kind, span.label)
    for entity in annotations.entities:
        seen.entities.setdefault(entity.label)
    kinds = Subject(document, annotations, Scheme(inferred=True), set()).kinds
    for event in annotations.events:
        _add_typed(seen.events, event, kinds)
        _add_words(seen, "factuality", [value for _, value in event.factuality])
        _add_words(seen, "irrealis", [event.irrealis])
        if event.subtype:
            seen.events[event.label].subtypes.setdefault(event.subtype)
    for relation in annotations.relations:
        _add_typed(seen.relations, relation, kinds)
    _add_words(seen, "acts", [attribution.act for attribution in annotations.attributions])
    _add_words(seen, "stance", [stance.label for stance in annotations.stance])
    for name, value in annotations.attributes:
        seen.attribute("documents", name, [value])
    for layer in _LAYERS:
        for item in getattr(annotations, layer):
            for name, value in item.attributes:
                seen.attribute(layer, name, [value])


def add_unproved(seen: Seen, annotations: Annotations, projected: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the labels of spans that did not prove themselves, so that they are known once they are mended."""
    forms = [form for form, rule in projected.items() if "layer" in rule]
    other = {span.label for span in annotations.spans if any(fits(span.label, form) for form in forms)} | set(projected)
    triggers = {event.trigger for event in annotations.events}
    known = {label for labels in seen.spans.values() for label in labels} | set(FIXED_LABELS.values())
    for span in annotations.spans:
        if span.kind == "mention" and span.label not in known | other and span.id not in triggers:
            seen.entities.setdefault(span.label)


def _add_span(seen: Seen, kind: str, label: str) -> None:
    if kind == "mention":
        seen.entities.setdefault(label)
    elif kind == "trigger" and label:  # one of no event has none
        seen.events.setdefault(label, TypeSeen())
    elif label:
        seen.spans.setdefault(kind, {}).setdefault(label)


def _add_typed(table: dict[str, TypeSeen], item: Event | Relation, kinds: dict[str, tuple[str, str]]) -> None:
    known = table.setdefault(item.label, TypeSeen())
    known.seen += 1
    for role in {argument.role for argument in item.arguments}:
        known.filled[role] = known.filled.get(role, 0) + 1
    for argument in item.arguments:
        fillers = known.roles.setdefault(argument.role, {})
        filler = _filler(argument, kinds)
        if filler:
            fillers.setdefault(filler)


def _filler(argument: Argument, kinds: dict[str, tuple[str, str]]) -> str | None:
    found = kinds.get(argument.filler or "")
    if found is None:
        return None
    kind, label = found
    return label if kind in ("mention", "entity") and label else kind


def _add_words(seen: Seen, table: str, words: Iterable[str | None]) -> None:
    seen.words.setdefault(table, {}).update(dict.fromkeys(word for word in words if word))


def tables(seen: Seen) -> dict[str, Any]:
    """Return the tables of a scheme.toml; a description is left empty for people to fill in."""
    value: dict[str, Any] = {"entities": dict.fromkeys(seen.entities, "")}
    value["spans"] = {kind: dict.fromkeys(labels, "") for kind, labels in seen.spans.items()}
    value["events"] = {label: _typed(item) for label, item in seen.events.items()}
    for name in ("acts", "factuality", "irrealis"):
        value[name] = dict.fromkeys(seen.words.get(name, {}), "")
    stance = dict.fromkeys(seen.words.get("stance", {}), "")
    value["stance"] = {"labels": stance} if stance else {}
    value["relations"] = {label: _typed(item) for label, item in seen.relations.items()}
    value["attributes"] = {
        layer: {name: {"values": list(values)} if len(values) <= _OPEN else {} for name, values in names.items()}
        for layer, names in seen.attributes.items()
    }
    return {name: table for name, table in value.items() if table}


def _typed(item: TypeSeen) -> dict[str, Any]:
    value: dict[str, Any] = {"description": ""}
    if item.subtypes:
        value["subtypes"] = list(item.subtypes)
    roles: dict[str, Any] = {}
    for role, fillers in item.roles.items():
        roles[role] = {"fillers": list(fillers) or ["any"]}
        if role in item.required and item.filled.get(role, 0) == item.seen:
            roles[role]["required"] = True
    if roles:
        value["roles"] = roles
    return value
