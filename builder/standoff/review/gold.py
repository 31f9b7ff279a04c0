"""Outcomes -> the gold version: items with ids, whose work each was taken from, in an order that keeps diffs small."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from standoff.layers.ordering import NOWHERE, PREFIXES, Places
from standoff.model import (
    AUTHOR,
    ITEM_LISTS,
    LAYERS,
    Adjudication,
    Annotations,
    Attribute,
    Document,
    Entity,
    Item,
    Note,
)
from standoff.review import values as forms
from standoff.review.decisions import OWN, Decision, Outcome
from standoff.review.matters import DOCUMENT, Table
from standoff.review.values import Value

NOTE = "ADJUDICATION"
"""The kind of the notes that say why something was decided so."""

LEFT_OUT = " refers to what is left out: "
"""What is said of a field that names an item which is not in gold; the key of that item follows."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


@dataclass(slots=True)
class Gold:
    """A gold version in the making: `ids` are those of its items by key, `faults` what stands in the way, by key."""

    annotations: Annotations
    ids: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str | None, str]] = field(default_factory=list)


def make(
    document: Document, table: Table, outcomes: Mapping[str, Outcome], decided: Mapping[str, Decision],
    former: Annotations | None, target: str,
) -> Gold:  # fmt: skip
    """Return the gold version; what `former`, that before, has stays as it is, in its place, if it was not changed."""
    gold = Gold(Annotations(document.id, target, "", "", document.text_sha256))
    if former:
        gold.annotations.adjudication = list(former.adjudication)
    whole = outcomes.get(DOCUMENT)
    if whole and whole.value:
        gold.annotations.attributes = list(whole.value.get("attributes", {}).items())
    kept = {key: outcome for key, outcome in outcomes.items() if outcome.value is not None and key != DOCUMENT}
    layers = {key: _layer(key, table, decided) for key in kept}
    _name_all(gold, table, kept, layers, former, target)
    for key, outcome in kept.items():
        _add(gold, key, layers[key], outcome, table, target)
    _add_notes(gold, decided)
    at = Places(gold.annotations).by_id
    for entity in gold.annotations.entities:
        entity.mentions.sort(key=lambda name: (at.get(name, NOWHERE), name))
    for layer in ITEM_LISTS:
        _order(gold, layer, former)
    return gold


def finished(versions: Mapping[str, Annotations]) -> list[str]:
    """Return the layers that a gold version covers: all that somebody finished."""
    return [layer for layer in LAYERS if any(layer in (version.layers or ()) for version in versions.values())]


def sign(annotations: Annotations, by: str, at: str, of: list[Attribute]) -> None:
    """Add who decided, when, and on which files, in place; a later save of the same work replaces the earlier."""
    sittings = annotations.adjudication
    if sittings and (sittings[-1].by, sittings[-1].of) == (by, of):
        sittings = sittings[:-1]
    annotations.adjudication = [*sittings, Adjudication(by, at, of)]


def _layer(key: str, table: Table, decided: Mapping[str, Decision]) -> str:
    return table.matters[key].layer if key in table.matters else decided[key].layer


def _name_all(
    gold: Gold, table: Table, kept: Mapping[str, Outcome], layers: Mapping[str, str], former: Annotations | None,
    target: str,
) -> None:  # fmt: skip
    """Give every item its id: the one that it had, or that of whose version it is, or else the next free one."""
    taken = {AUTHOR, *(item.id for name in ITEM_LISTS for item in (getattr(former, name) if former else ()))}
    for key in kept:
        matter = table.matters.get(key)
        if matter and target in matter.members:
            gold.ids[key] = matter.members[target].id
    for key, outcome in kept.items():
        if key in gold.ids:
            continue
        matter = table.matters.get(key)
        members = matter.members if matter else {}
        names = [outcome.by, *members] if outcome.by in members else list(members)
        wanted = members[names[0]].id if names and names[0] else ""
        if wanted in taken or not _ID.fullmatch(wanted):
            number = 1
            while (wanted := f"{PREFIXES[layers[key]]}{number}") in taken:
                number += 1
        taken.add(wanted)
        gold.ids[key] = wanted


def _add(gold: Gold, key: str, layer: str, outcome: Outcome, table: Table, target: str) -> None:
    value = forms.copied(outcome.value or {})
    if layer == "entities":
        value["mentions"] = [mention for mention in value["mentions"] if mention in gold.ids]
    if any(other not in gold.ids for _, other in forms.refers(value)):
        _refer_to_mentions(gold, key, outcome, value, table)
    for name, other in forms.refers(value):
        if other not in gold.ids:
            gold.faults.append((key, f"{name}{LEFT_OUT}{other}"))
    matter = table.matters.get(key)
    former = matter.members.get(target) if matter else None
    item = forms.item(layer, value, gold.ids[key], lambda name: gold.ids.get(name, "gone"))
    if former is not None and outcome.by == target:
        item.line, item.column, item.raw_id = former.line, former.column, former.raw_id
        item.taken_from, item.edited, item.attributes = former.taken_from, former.edited, list(former.attributes)
    else:
        item.taken_from, item.edited = _origin(key, outcome, table, target)
    if isinstance(item, Entity) and isinstance(former, Entity):
        item.derived = former.derived
    item.attributes = [(name, _named(gold, key, layer, name, text, outcome, table)) for name, text in item.attributes]
    getattr(gold.annotations, layer).append(item)


def _named(gold: Gold, key: str, layer: str, name: str, text: str, outcome: Outcome, table: Table) -> str:
    """Return the value of an attribute; where it names an item by the id of whose version it is, the id in gold.

    What only others say in an undisputed field is taken over with a version, so that it may be theirs.
    """
    matter = table.matters.get(key)
    if (layer, name) not in table.refers or matter is None:
        return text
    holders = [who for who, value in matter.values.items() if forms.get(value, f"@{name}") == text]
    holders = [outcome.by] if outcome.by in holders else holders
    found = {table.keys[who, text] for who in holders if (who, text) in table.keys}
    if len(found) > 1:
        gold.faults.append((key, f"{name} is {text}, which is another item with {' and '.join(holders)}; edit it"))
    for other in found - gold.ids.keys():
        gold.faults.append((key, f"{name}{LEFT_OUT}{other}"))
    return gold.ids.get(next(iter(found)), text) if len(found) == 1 else text


def _refer_to_mentions(gold: Gold, key: str, outcome: Outcome, value: Value, table: Table) -> None:
    """Where a value names a cluster that is left out, let it name the mention, as one who had no such cluster did.

    Reading makes an entity of its own of a lone mention.
    """
    matter, by = table.matters.get(key), outcome.by
    for name, item in matter.members.items() if matter else ():
        if matter is None or by is None or (by != name and not (by in matter.values and matter.alike(name, by))):
            continue
        own = forms.of(item, partial(_lone_key, table, name))
        for each in {where for where, other in forms.refers(value) if other not in gold.ids}:
            content = forms.get(own, each)
            if all(other in gold.ids for where, other in forms.refers(own) if where == each):
                forms.put(value, each, content)


def _lone_key(table: Table, name: str, item: str) -> str:
    return table.lone.get((name, item)) or table.keys.get((name, item), item)


def _origin(key: str, outcome: Outcome, table: Table, target: str) -> tuple[list[Attribute] | None, bool]:
    """Return whose items an item was taken from, and whether it is like none of them."""
    matter = table.matters.get(key)
    members = {name: item.id for name, item in matter.members.items() if name != target} if matter else {}
    if matter is None or outcome.by == OWN or outcome.by not in members:
        return list(members.items()) or None, True
    label = (outcome.value or {}).get("label")
    like = [(name, each) for name, each in members.items() if matter.alike(name, outcome.by)
            and (not matter.named_by or matter.values[name].get("label") == label)]  # fmt: skip
    return (like, False) if like else (list(members.items()), True)


def _add_notes(gold: Gold, decided: Mapping[str, Decision]) -> None:
    """Add the adjudicator's remarks; that on an item which is left out is one on the document, and names the item."""
    taken = {item.id for name in ITEM_LISTS for item in getattr(gold.annotations, name)}
    number = 0
    for key, each in decided.items():
        if each.note:
            while (name := f"n{(number := number + 1)}") in taken:
                pass
            target = gold.ids.get(key)
            gold.annotations.notes.append(
                Note(id=name, target=target, kind=NOTE, text=each.note if target else f"{key}: {each.note}")
            )


def _order(gold: Gold, layer: str, former: Annotations | None) -> None:
    """Order a list as its file was; what is new comes after what stands before it in the text."""
    items: list[Item] = getattr(gold.annotations, layer)
    places = Places(gold.annotations)
    rule = places.rule(layer)
    known = {item.id: rank for rank, item in enumerate(_as_filed(getattr(former, layer) if former else []))}
    old = sorted((item for item in items if item.id in known), key=lambda item: known[item.id])
    new = sorted((item for item in items if item.id not in known), key=lambda item: (rule(item), item.id))
    for item in reversed(new):
        before = [rank for rank, other in enumerate(old) if rule(other) <= rule(item)]
        old.insert(before[-1] + 1 if before else 0, item)
    getattr(gold.annotations, layer)[:] = old


def _as_filed(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.line or 0, item.column or 0))
