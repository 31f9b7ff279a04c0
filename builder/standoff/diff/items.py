"""Changes of events, attributions, stance, relations, normalizations and notes, by what they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any

from standoff.diff import fields
from standoff.diff.fields import Show
from standoff.diff.pairing import Pairing, Sides
from standoff.diff.sides import Row, attributes_of

Reference = Callable[[str | None], Hashable]
Key = Callable[[Row, Reference], Hashable]


def events(pairing: Pairing) -> None:
    """Pair events by trigger and label, then by trigger, by label and arguments, and by id."""
    keys: list[Key] = [
        lambda e, known: (known(e["trigger"] or e["evidence"]), e["label"]) if e["trigger"] or e["evidence"] else None,
        lambda e, known: known(e["trigger"] or e["evidence"]),
        lambda e, known: (e["label"], frozenset(_arguments(e, known))) if e["arguments"] else None,
        lambda e, known: (e["id"], e["label"]),
    ]
    for old, new in _paired(pairing, "events", keys, show_event):
        if old["label"] != new["label"]:
            folded = pairing.fold({new["trigger"]})
            pairing.note("events", "relabelled", old, new, show_event, "label", with_it=folded)
        _compare_arguments(pairing, "events", old, new, show_event)
        _compare_factuality(pairing, old, new)
        for name in ("trigger", "evidence"):
            _compare_reference(pairing, "events", old, new, show_event, name)
        plain = ("subtype", "irrealis", "time_value", "earliest", "latest", "count_min", "count_max", "same_as")
        fields.compare_values(pairing, "events", old, new, show_event, plain)
        _compare_attributes(pairing, "events", old, new, show_event)


def attributions(pairing: Pairing) -> None:
    """Pair attributions by contents and cues, then by either, then by id."""
    keys: list[Key] = [
        lambda a, known: (_all(a["contents"], known), _all(a["cues"], known)) if a["contents"] else None,
        lambda a, known: _all(a["contents"], known),
        lambda a, known: _all(a["cues"], known),
        lambda a, known: a["id"],
    ]
    for old, new in _paired(pairing, "attributions", keys, show_attribution):
        for name in ("source", "source_span", "parent"):
            _compare_reference(pairing, "attributions", old, new, show_attribution, name)
        for name in ("cues", "contents"):
            values = [pairing.known(each) for each in old[name]], list(new[name])
            fields.compare_sets(pairing, "attributions", old, new, show_attribution, name, values)
        fields.compare_values(pairing, "attributions", old, new, show_attribution, ("mode", "act"))
        _compare_attributes(pairing, "attributions", old, new, show_attribution)


def stance(pairing: Pairing) -> None:
    """Pair stances by holder, target, label and evidence, then with ever less of that, then by id."""
    keys: list[Key] = [
        lambda s, known: (known(s["holder"]), known(s["target"]), s["label"], _all(s["evidence"], known)),
        lambda s, known: (known(s["holder"]), known(s["target"]), s["label"]),
        lambda s, known: (known(s["holder"]), known(s["target"])),
        lambda s, known: s["id"],
    ]
    for old, new in _paired(pairing, "stance", keys, show_stance):
        if old["label"] != new["label"]:
            pairing.note("stance", "flipped", old, new, show_stance, "label")
        for name in ("holder", "target", "attribution"):
            _compare_reference(pairing, "stance", old, new, show_stance, name)
        values = [pairing.known(each) for each in old["evidence"] or ()], list(new["evidence"] or ())
        fields.compare_sets(pairing, "stance", old, new, show_stance, "evidence", values)
        fields.compare_values(pairing, "stance", old, new, show_stance, ("explicit",))
        _compare_attributes(pairing, "stance", old, new, show_stance)


def relations(pairing: Pairing) -> None:
    """Pair relations by label and arguments, then by arguments, then by id."""
    keys: list[Key] = [
        lambda r, known: (r["label"], frozenset(_arguments(r, known))),
        lambda r, known: frozenset(_arguments(r, known)),
        lambda r, known: r["id"],
    ]
    for old, new in _paired(pairing, "relations", keys, show_relation):
        if old["label"] != new["label"]:
            pairing.note("relations", "relabelled", old, new, show_relation, "label")
        _compare_arguments(pairing, "relations", old, new, show_relation)
        _compare_attributes(pairing, "relations", old, new, show_relation)


def normalizations(pairing: Pairing) -> None:
    """Pair normalizations by target and entry, then by target and resource, then by id."""
    keys: list[Key] = [
        lambda n, known: (known(n["target"]), n["resource"], n["ref"]),
        lambda n, known: (known(n["target"]), n["resource"]),
        lambda n, known: n["id"],
    ]
    for old, new in _paired(pairing, "normalizations", keys, show_normalization):
        _compare_reference(pairing, "normalizations", old, new, show_normalization, "target")
        fields.compare_values(
            pairing, "normalizations", old, new, show_normalization, ("resource", "ref", "text")
        )


def notes(pairing: Pairing) -> None:
    """Pair notes by target, kind and text, then by target and kind, then by id."""
    keys: list[Key] = [
        lambda n, known: (known(n["target"]), n["kind"], n["text"]),
        lambda n, known: (known(n["target"]), n["kind"]),
        lambda n, known: n["id"],
    ]
    for old, new in _paired(pairing, "notes", keys, show_note):
        _compare_reference(pairing, "notes", old, new, show_note, "target")
        fields.compare_values(pairing, "notes", old, new, show_note, ("kind", "text"))


def show_event(event: Row, sides: Sides) -> str:
    """Return an event as a person reads it: its type, trigger and arguments."""
    trigger = sides.text_of(event["trigger"] or event["evidence"]) if event["trigger"] or event["evidence"] else ""
    return f"{event['label']} {trigger}".rstrip() + _shown_arguments(event, sides)


def show_attribution(item: Row, sides: Sides) -> str:
    """Return who says what, with which words."""
    cues = ", ".join(sides.text_of(name) for name in item["cues"])
    contents = ", ".join(sides.text_of(name) for name in item["contents"])
    return f"{sides.text_of(item['source'])} {cues or item['act'] or '—'}: {contents or '—'}"


def show_stance(item: Row, sides: Sides) -> str:
    """Return who holds which stance towards what."""
    return f"{sides.text_of(item['holder'])} {item['label']} {sides.text_of(item['target'])}"


def show_relation(item: Row, sides: Sides) -> str:
    """Return a relation with its arguments."""
    return f"{item['label']}{_shown_arguments(item, sides)}"


def show_normalization(item: Row, sides: Sides) -> str:
    """Return what a normalization links."""
    return f"{sides.text_of(item['target'])} = {item['resource']}:{item['ref']}"


def show_note(item: Row, sides: Sides) -> str:
    """Return a note with what it is about."""
    target = sides.text_of(item["target"]) if item["target"] else "the document"
    return f"{item['kind'] or 'note'} on {target}: {item['text']}"


def _paired(pairing: Pairing, layer: str, keys: list[Key], show: Show) -> list[tuple[Row, Row]]:
    """Pair the items of a layer by the keys; note those that are new or gone."""
    as_is: Reference = lambda name: name  # noqa: E731
    both = [
        (lambda row, key=key: key(row, pairing.known), lambda row, key=key: key(row, as_is)) for key in keys
    ]
    pairs, left, right = pairing.match(pairing.old.items(layer), pairing.new.items(layer), both)
    for old in left:
        pairing.note(layer, "removed", old, None, show)
    for new in right:
        pairing.note(layer, "added", None, new, show)
    return pairs


def _all(names: list[str] | None, known: Reference) -> Hashable:
    return frozenset(known(name) for name in names or ()) or None


def _arguments(item: Row, known: Reference) -> list[tuple[Any, ...]]:
    return [(each["role"], known(each["filler"]), bool(each.get("implicit"))) for each in item["arguments"]]


def _compare_arguments(pairing: Pairing, layer: str, old: Row, new: Row, show: Show) -> None:
    """Note arguments that came and went; where one of a role did both, its filler has changed."""
    before, after = _arguments(old, pairing.known), _arguments(new, lambda name: name)
    gone = _without(list(zip(before, old["arguments"], strict=True)), Counter(after))
    came = _without(list(zip(after, new["arguments"], strict=True)), Counter(before))
    sides = pairing.sides(old=True), pairing.sides(old=False)
    for argument in list(gone):
        other = next((each for each in came if each["role"] == argument["role"]), None)
        if other is not None:
            gone.remove(argument)
            came.remove(other)
            texts = f"{show(old, sides[0])}: {_shown(argument, sides[0])}", _shown(other, sides[1])
            pairing.note(layer, "argument_changed", old, new, show, argument["role"], *texts)
    for argument in gone:
        text = f"{show(old, sides[0])}: {_shown(argument, sides[0])}"
        pairing.note(layer, "argument_removed", old, new, show, argument["role"], text)
    for argument in came:
        text = f"{show(new, sides[1])}: {_shown(argument, sides[1])}"
        pairing.note(layer, "argument_added", old, new, show, argument["role"], None, text)


def _without(arguments: list[tuple[tuple[Any, ...], Row]], others: Counter[tuple[Any, ...]]) -> list[Row]:
    left = []
    for key, argument in arguments:
        if others[key]:
            others[key] -= 1
        else:
            left.append(argument)
    return left


def _compare_factuality(pairing: Pairing, old: Row, new: Row) -> None:
    before = [(pairing.known(row["source"]), row["value"]) for row in old["factuality"] or ()]
    after: list[tuple[Hashable, str]] = [(row["source"], row["value"]) for row in new["factuality"] or ()]
    if Counter(before) == Counter(after):
        return
    sides = pairing.sides(old=True), pairing.sides(old=False)
    texts = [", ".join(f"{side.text_of(row['source'])} {row['value']}" for row in item["factuality"] or ()) or "nothing"
             for side, item in zip(sides, (old, new), strict=True)]  # fmt: skip
    before_text = f"{show_event(old, sides[0])}: factuality {texts[0]}"
    pairing.note("events", "changed", old, new, show_event, "factuality", before_text, texts[1])


def _compare_reference(pairing: Pairing, layer: str, old: Row, new: Row, show: Show, name: str) -> None:
    """Note a field with a reference that leads elsewhere; what it led to may be gone, which is a change of its own."""
    if pairing.known(old[name]) != new[name]:
        before = f"{show(old, pairing.sides(old=True))}: {name} {_referred(old[name], pairing.sides(old=True))}"
        pairing.note(layer, "changed", old, new, show, name, before, _referred(new[name], pairing.sides(old=False)))


def _referred(name: str | None, sides: Sides) -> str:
    return "nothing" if name is None else sides.text_of(name)


def _compare_attributes(pairing: Pairing, layer: str, old: Row, new: Row, show: Show) -> None:
    fields.compare_attributes(pairing, layer, old, new, show, attributes_of(old), attributes_of(new))


def _shown(argument: Row, sides: Sides) -> str:
    filler = "implicit" if argument.get("implicit") else sides.text_of(argument["filler"])
    return f"{argument['role']} {filler}"


def _shown_arguments(item: Row, sides: Sides) -> str:
    return f" ({', '.join(_shown(each, sides) for each in item['arguments'])})" if item["arguments"] else ""
