"""Annotations of a tool -> projection: what looks, by name and shape, like coreference, form, attribution or stance.

A hint is only kept by the caller where it brings no new error.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from standoff.corpus.scheme import fits
from standoff.inspection.survey import is_equivalence
from standoff.model import Annotations, Event, Fragment

Hint = tuple[str, str, dict[str, Any]]
"""The table of [projection], the imported label, and what it becomes."""

_COREFERENCE = re.compile(r"(?i)(equiv(alen(t|ce))?|co-?ref(er(ence|s|ent))?|ident(ity|ical)?|same[-_]?as|alias)")
_TYPED = re.compile(r"(?i)(ana|cata)(phora|phoric)?")
_OF_TYPED = re.compile(r"(?i)(ana|cata)(phora|phoric)?|appos(ition)?|pred(icative|ication)?|disc(ourse)?")
"""Links of a scheme that tells kinds of coreference apart, as GUM does: where it has the first, the others are, too."""

_STANCE = re.compile(r"(?i).*(stance|sentiment|attitude|opinion).*")
_ATTRIBUTION = re.compile(r"(?i).*(attribut|quot|reported[-_]?speech|source[-_]?event).*")
_STANCE_ROLES = {
    "holder": r"(?i).*(holder|source|speaker|opinionator).*",
    "target": r"(?i).*(target|topic|object|aspect).*",
    "evidence": r"(?i).*(evidence|expression|cue).*",
    "attribution": r"(?i)(in|within|attribution)",
}
_ATTRIBUTION_ROLES = {
    "source": r"(?i).*(source|speaker|holder|sayer|agent).*",
    "content": r"(?i).*(content|quot|statement|claim|message|said).*",
    "cue": r"(?i).*(cue|verb).*",
    "parent": r"(?i)(within|in|parent|nested[-_]?in)",
}
_LABEL = r"(?i)(polarity|stance|label|value|sentiment|attitude|orientation)"


_CHAIN = "*-#"
_FEWEST = 5
"""Least marks of chains, and least chains: fewer are labels that end in a number."""

_FORM = re.compile(r"(?i)(PROP|NAM|NAME|NOM|NOMINAL|PRON|PRO|PRONOUN)[-_](.+)")
_FORMS = {"PROP": "name", "NAM": "name", "NAME": "name", "NOM": "nominal", "NOMINAL": "nominal"}


def of_labels(all_annotations: Sequence[Annotations]) -> list[list[Hint]]:
    """Return what the labels of mentions say of chains, and of form: each a group that is kept as a whole, or not."""
    marks, labels = _chains(all_annotations)
    groups: list[list[Hint]] = [[("spans", _CHAIN, {"layer": "entities"})]] if marks else []
    forms = {label: found for label in labels if (found := _FORM.fullmatch(label))}
    rests = Counter(found[2] for found in forms.values())
    if labels and len(forms) == len(labels) and max(rests.values()) > 1:
        groups.append([("spans", label, _form(found[1], found[2])) for label, found in forms.items()])
    return groups


def _chains(all_annotations: Sequence[Annotations]) -> tuple[bool, dict[str, None]]:
    """Return whether labels that end in a number mark chains, each mark on a mention of its own; and other labels."""
    labels: dict[str, None] = {}
    marks, bare, chains = 0, 0, set()
    for number, each in enumerate(all_annotations):
        marked, others = Counter[tuple[Fragment, ...]](), Counter[tuple[Fragment, ...]]()
        for span in each.spans:
            if span.kind == "mention" and fits(span.label, _CHAIN):
                marked[tuple(span.fragments)] += 1
                chains.add((number, span.label))
            elif span.kind == "mention":
                others[tuple(span.fragments)] += 1
                labels.setdefault(span.label)
        marks += marked.total()
        bare += (marked - others).total()
    return not bare and min(marks, len(chains)) >= _FEWEST, labels


def _form(prefix: str, label: str) -> dict[str, Any]:
    return {"kind": "mention", "label": label, "form": _FORMS.get(prefix.upper(), "pronoun")}


def of(all_annotations: Iterable[Annotations], configured: Iterable[str]) -> list[Hint]:
    """Return the hints for annotations as a tool has them, and for relation types of its configuration."""
    linking: dict[str, bool] = {label: True for label in configured if _COREFERENCE.fullmatch(label)}
    events: dict[str, list[Event]] = defaultdict(list)
    spans: dict[str, dict[str, str]] = defaultdict(dict)
    all_annotations = list(all_annotations)
    names = {relation.label for each in all_annotations for relation in each.relations}
    if any(map(_COREFERENCE.fullmatch, names)) and any(map(_TYPED.fullmatch, names)):
        linking |= dict.fromkeys(filter(_OF_TYPED.fullmatch, sorted(names)), True)
    for each in all_annotations:
        mentions = {span.id: span.label for span in each.spans if span.kind == "mention"}
        for relation in each.relations:
            if _COREFERENCE.fullmatch(relation.label) or is_equivalence(relation) or relation.label in linking:
                links = all(argument.filler in mentions for argument in relation.arguments)
                linking[relation.label] = linking.get(relation.label, True) and links
        for event in each.events:
            events[event.label].append(event)
            for argument in event.arguments:
                label = mentions.get(argument.filler or "")
                if label:
                    spans[event.label].setdefault(argument.role + "\0" + label, label)
    hints: list[Hint] = [("relations", label, {"layer": "entities"}) for label, links in linking.items() if links]
    for label, found in events.items():
        hints += _event_hints(label, found, spans[label])
    return hints


def contents(hint: Hint, labels: dict[str, str]) -> list[Hint]:
    """Return the projections of the spans that are contents of an attribution: labels by role and label."""
    roles = {role for role, field in hint[2]["roles"].items() if field == "content"}
    found = {label for key, label in labels.items() if key.split("\0")[0].rstrip("0123456789") in roles}
    return [("spans", label, {"kind": "content"}) for label in sorted(found)]


def _event_hints(label: str, events: list[Event], labels: dict[str, str]) -> list[Hint]:
    if _STANCE.fullmatch(label):
        rule = _stance(events)
        return [("events", label, rule)] if rule else []
    if _ATTRIBUTION.fullmatch(label):
        rule = _attribution(events)
        return [*contents(("events", label, rule), labels), ("events", label, rule)] if rule else []
    return []


def _roles(events: list[Event], patterns: dict[str, str]) -> dict[str, str] | None:
    """Return which field each role fills, None where a role fits none of them."""
    roles: dict[str, str] = {}
    for name in sorted({argument.role.rstrip("0123456789") for event in events for argument in event.arguments}):
        field = next((field for field, pattern in patterns.items() if re.fullmatch(pattern, name)), None)
        if field is None:
            return None
        roles[name] = field
    return roles


def _names(events: list[Event]) -> set[str]:
    return {name for event in events for name, _ in event.attributes}


def _stance(events: list[Event]) -> dict[str, Any] | None:
    roles = _roles(events, _STANCE_ROLES)
    label = next((name for name in sorted(_names(events)) if re.fullmatch(_LABEL, name)), None)
    if roles is None or label is None or "target" not in roles.values():
        return None
    rule = {"layer": "stance", "roles": roles, "label": label}
    explicit = next((name for name in sorted(_names(events)) if name.lower() == "explicit"), None)
    return {**rule, "explicit": explicit} if explicit else rule


def _attribution(events: list[Event]) -> dict[str, Any] | None:
    roles = _roles(events, _ATTRIBUTION_ROLES)
    if roles is None or "content" not in roles.values():
        return None
    rule: dict[str, Any] = {"layer": "attributions", "roles": roles}
    for field, pattern in (("act", r"(?i)(speech[-_]?)?act"), ("mode", r"(?i)mode|style|directness")):
        name = next((name for name in sorted(_names(events)) if re.fullmatch(pattern, name)), None)
        if name:
            rule[field] = name
    return rule
