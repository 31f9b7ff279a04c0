"""What the script of a page asks for and sends: plain JSON, taken with care."""

from __future__ import annotations

from typing import Any

from standoff.annotations import native
from standoff.files import schemafile
from standoff.model import FORMS, KINDS, MODES
from standoff.review import values as forms
from standoff.review.cards import Dealer
from standoff.review.case import Case
from standoff.review.decisions import OUT, OWN, Decision
from standoff.review.desk import Conflict, Desk, Refused, Undecided
from standoff.review.gold import LEFT_OUT
from standoff.review.matters import DOCUMENT
from standoff.review.pages import Press
from standoff.review.values import Value
from standoff.review.words import Speaker

Answer = tuple[int, dict[str, Any]]
"""Status and JSON object of an answer."""

LAYERS = ("spans", "entities", "events", "attributions", "stance", "relations", "normalizations", "notes")
"""The lists that an item can be added to."""


class BadRequest(ValueError):
    """A request that the script of our pages does not send."""


def describe(desk: Desk, doc_id: str, key: str, layer: str) -> Answer:
    """Return what the editor needs: the value of an item as it is now, what it may refer to, and the scheme's words."""
    case = desk.case(doc_id)
    value: Value = {}
    if key:
        if key not in case.outcomes:
            raise BadRequest("there is no such item; load the page again")
        matter = case.table.matters.get(key)
        layer = matter.layer if matter else case.draft.decisions[key].layer
        value = case.outcomes[key].value or (next(iter(matter.values.values())) if matter else {})
    if layer not in (*LAYERS, DOCUMENT):
        raise BadRequest(f"there is no layer {layer!r}")
    speaker = Speaker(case)
    items = [
        {"key": name, "layer": _layer(case, name), "kind": (outcome.value or {}).get("kind", ""),
         "words": speaker.title(name), "label": speaker.label(_layer(case, name), outcome.value or {})}
        for name, outcome in case.outcomes.items()
        if name not in (key, DOCUMENT) and (outcome.value is not None or outcome.is_open)
    ]  # fmt: skip
    return 200, {"layer": layer, "value": value, "fields": list(forms.FIELDS[layer]), "items": items,
                 "words": _scheme_words(desk), "title": speaker.called(layer, value, key) if value else ""}  # fmt: skip


def decide(desk: Desk, doc_id: str, sent: dict[str, Any]) -> Answer:
    """Keep a decision; `choice` is an annotator, `out`, `own` with a `value` or with `picks`, or null for none."""
    case = desk.case(doc_id)
    key, choice, note = sent.get("key"), sent.get("choice"), sent.get("note")
    if key == "new":
        layer = sent.get("layer")
        if layer not in LAYERS or choice != OWN:
            raise BadRequest("an item that is added needs a layer and a value")
        key = case.draft.next_key()
    elif isinstance(key, str) and key in case.outcomes:
        matter = case.table.matters.get(key)
        layer = matter.layer if matter else case.draft.decisions[key].layer
        known = [OUT, OWN, *(matter.values if matter else ())]
        if choice is not None and choice not in known:
            raise BadRequest("nobody of that name has this item")
    else:
        raise BadRequest("there is no such item; load the page again")
    former = case.draft.decisions.get(key)
    decision = Decision(key, layer, choice, note=former.note if former else "")
    if isinstance(note, str):
        decision.note = note.strip()
    if "choice" not in sent and former:
        decision.choice, decision.value = former.choice, former.value
    if choice == OWN:
        value = sent["value"] if "value" in sent else _mixed(case, key, sent.get("picks"))
        decision.value = _fitting(case, layer, value)
    others = []
    if sent.get("same") is True and choice not in (None, OWN):
        others = [Decision(name, layer, choice) for name in case.same(key)]
    return 200, _state(desk.decide(doc_id, _stamp(sent), decision, *others), key)


def save(desk: Desk, press: Press, doc_id: str, sent: dict[str, Any]) -> Answer:
    """Save the gold version; 409 where something is undecided or has changed, 422 where it would have errors."""
    try:
        case = desk.save(doc_id, _stamp(sent))
    except Undecided as error:
        return 409, {"message": error.message, "kind": "undecided", "first": press.page_of(doc_id, error.keys[0])}
    except Refused as error:
        dealer = Dealer(desk.case(doc_id))
        faults_in_words = [(key, _in_words(dealer.speaker, message)) for key, message in error.faults]
        faults = [{"anchor": dealer.anchors.get(key or ""), "message": message,
                   "page": press.page_of(doc_id, key) if key and n < _FEW else None}
                  for n, (key, message) in enumerate(faults_in_words)]  # fmt: skip
        return 422, {"message": error.message, "kind": "refused", "faults": faults}
    place = next(f.place for f in case.entry.annotations if f.annotator == desk.target)
    return 200, {**_state(case, None), "message": f"saved: {place}"}


def discard(desk: Desk, doc_id: str, sent: dict[str, Any]) -> Answer:
    """Remove the draft."""
    return 200, _state(desk.discard(doc_id, _stamp(sent)), None)


def conflict(error: Conflict) -> Answer:
    """Return the answer to a request that was made on what is no longer so."""
    return 409, {"message": error.message, "kind": "conflict"}


_FEW = 20


def _in_words(speaker: Speaker, message: str) -> str:
    """Return a message with the words of the item that it names by its key."""
    head, found, key = message.partition(LEFT_OUT)
    return f"{head}{found}{speaker.title(key)}" if found else message


def _state(case: Case, key: str | None) -> dict[str, Any]:
    """Return what a page shows of a document's state: its stamp, what is open, and the states of all disputed items."""
    dealer = Dealer(case)
    states = {dealer.anchors[m.key]: case.outcomes[m.key].state for m in case.table.disputed}
    if key in dealer.anchors:
        states[dealer.anchors[key]] = case.outcomes[key].state
    disputed = case.table.disputed
    return {
        "stamp": case.stamp, "states": states, "total": len(disputed), "draft": bool(case.draft.decisions),
        "done": sum(not case.outcomes[m.key].is_open for m in disputed), "anchor": dealer.anchors.get(key or ""),
    }  # fmt: skip


def _stamp(sent: dict[str, Any]) -> str:
    stamp = sent.get("stamp")
    if not isinstance(stamp, str):
        raise BadRequest("the request does not say which state of the document it means")
    return stamp


def _mixed(case: Case, key: str, picks: Any) -> Value:
    """Return the value as it is now with some fields replaced."""
    if not isinstance(picks, dict):
        raise BadRequest("neither a value nor picks were sent")
    matter = case.table.matters.get(key)
    value = case.outcomes[key].value
    if value is None:
        if matter is None:
            raise BadRequest("there is nothing to mix")
        value = next(iter(matter.values.values()))
    value = forms.copied(value)
    for name, content in picks.items():
        if not name.startswith("@") and matter and name not in forms.FIELDS[matter.layer]:
            raise BadRequest(f"there is no field {name!r}")
        forms.put(value, name, content)
    return value


def _fitting(case: Case, layer: str, value: Any) -> Value:
    """Return a value without what is empty in it, if it fits the schema; what it says is checked when gold is saved."""
    if not isinstance(value, dict):
        raise BadRequest("a value is an object")
    empty: tuple[object, ...] = (None, "", [], {})
    found: Value = {name: each for name, each in value.items() if each not in empty or name == "mentions"}
    unknown = set(found) - {*forms.FIELDS[layer], "attributes"}
    if unknown:
        raise BadRequest(f"{layer} have no {', '.join(sorted(unknown))}")
    try:
        named: list[object] = [key for _, key in forms.refers(found)]
        entry = found if layer == DOCUMENT else native.plain(forms.item(layer, found, "x", lambda key: "x"))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadRequest(f"this is not whole: {error}") from None
    for key in named:
        if not isinstance(key, str) or key not in case.outcomes:
            raise BadRequest(f"it names {key!r}, and there is no such item")
    file = {"version": 1, "doc_id": "x", "layers": [], **(entry if layer == DOCUMENT else {layer: [entry]})}
    for pointer, message in schemafile.problems(file, "annotations"):
        raise BadRequest(f"{pointer[-1] if pointer else 'the item'}: {message}")
    if any(start >= end for start, end in found.get("fragments", ())):
        raise BadRequest("a span runs from an offset to a later one")
    return found


def _layer(case: Case, key: str) -> str:
    matter = case.table.matters.get(key)
    return matter.layer if matter else case.draft.decisions[key].layer


def _scheme_words(desk: Desk) -> dict[str, Any]:
    """Return the words of the scheme, where there is one, that fields are chosen from."""
    scheme = desk.plan.scheme
    fixed = {"kind": list(KINDS), "form": list(FORMS), "mode": list(MODES)}
    if scheme.inferred:
        return {**fixed, "labels": {}, "roles": {}}
    labels: dict[str, Any] = {kind: list(scheme.span_labels(kind)) for kind in KINDS}
    labels |= {"entities": list(scheme.entities), "events": list(scheme.events), "stance": list(scheme.stance),
               "relations": list(scheme.relations)}  # fmt: skip
    types = {**scheme.events, **scheme.relations}
    return {
        **fixed, "labels": labels, "act": list(scheme.acts), "irrealis": list(scheme.irrealis),
        "factuality": list(scheme.factuality), "roles": {name: list(each.roles) for name, each in types.items()},
        "subtype": {name: list(each.subtypes) for name, each in types.items()},
    }  # fmt: skip
