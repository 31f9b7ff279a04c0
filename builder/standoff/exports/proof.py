"""An export proves itself: what is written is read back, and what did not come back is carried, or a loss.

The reading is that of a build, with the reader that the format has, so that the ledger says what a user of the export
gets. What a tool has no place for is carried in notes (`standoff.layers.carried`) that are made of the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff import anchoring
from standoff.annotations import Reading
from standoff.corpus import assembly
from standoff.corpus.config import Articles, Corpus, Dataset, Ids, Publication
from standoff.corpus.entries import AnnotationFile
from standoff.corpus.entries import Entry as CatalogueEntry
from standoff.corpus.scheme import Scheme
from standoff.corpus.scheme import of as scheme_of
from standoff.exports import ledger as accounts
from standoff.exports import toolform
from standoff.exports.ledger import Ledger
from standoff.exports.names import Names
from standoff.exports.toolform import Form
from standoff.layers import carried, projection
from standoff.layers.carried import Entry, Load, entry_of
from standoff.model import ITEM_LISTS, LAYERS, AnnotatedDocument, Annotations, Document, Entity, Item, Metadata, Span

_ROUNDS = 6
RESTING = frozenset(("entities", "normalizations", "notes"))
"""Layers whose items have no id of their own in a tool: they are known by the mention or target that they rest on."""

ALL_BUT_SPANS = RESTING | {"events", "attributions", "stance", "relations"}
"""Those of a tool that knows spans and links alone."""

Render = Callable[[Document, Form, dict[str, Load]], Any]
Read = Callable[[Any, Document], Reading]


@dataclass(slots=True)
class Tool:
    """How a format is written and read back, one document at a time.

    `holds` says whether a value can stand in an attribute, `refuses` why a span cannot be written, if it cannot, and
    `declines` why a document cannot. `resting` are the layers whose items have no id there, `has_events` whether there
    are events, `has_document` whether something can be said of the document as a whole.
    """

    name: str
    render: Render
    read: Read
    holds: Callable[[str], bool]
    refuses: Callable[[Span, str], str | None] = lambda span, text: None
    declines: Callable[[str], str | None] = lambda text: None
    resting: frozenset[str] = RESTING
    has_events: bool = True
    has_document: bool = False
    names: Names = field(default_factory=Names)


def written(tool: Tool, source: AnnotatedDocument, ledger: Ledger) -> Any:
    """Return what a tool's format writes for a document, with notes that carry the rest; enter all losses.

    Returns None where the document cannot be written at all: its text may not be shown, or the format cannot hold it.
    """
    document, original = source.document, source.annotations
    ledger.enter(original)
    reason = accounts.WITHHELD if document.withheld or document.text is None else tool.declines(document.text)
    if reason:
        ledger.drop_all(original, reason)
        return None
    kept = _writable(tool, source, ledger)
    form = toolform.of(kept, tool.names, tool.holds)
    if not tool.has_events:
        form = toolform.without_events(form, tool.names)
    loads: dict[str, Load] = {name: Load(anchor=True) for name in form.anchors}
    for _ in range(_ROUNDS):
        output = tool.render(document, form, loads)
        back = read_back(tool, output, document)
        if not _learn(tool, loads, kept, back, form):
            break
    _enter_losses(ledger, kept, back)
    return output


def read_back(tool: Tool, output: Any, document: Document) -> Annotations:
    """Return the annotations that a build makes of what was written."""
    reading = tool.read(output, document)
    anchoring.anchor(reading, document)
    place = AnnotationFile(Path("-"), "-", "-", tool.name, reading.annotations.annotator)
    corpus = Corpus(Path(), Dataset("export"), Articles(), Ids(), Publication(), [], {})
    entry = CatalogueEntry(document.id, metadata=Metadata())
    assembly.shape(assembly.Assembled(entry), reading, place, corpus, scheme_for(tool.names))
    return reading.annotations


def nothing(document: Document) -> Reading:
    """Return the reading of a file without annotations."""
    return Reading(Annotations(document.id, "a1", "-", ""))


def scheme_for(names: Names) -> Scheme:
    """Return the scheme that leads from the names of a tool back to the layers."""
    scheme = scheme_of({"projection": names.projection()})
    scheme.inferred = True
    return scheme


def without(annotations: Annotations, gone: set[str], ledger: Ledger) -> Annotations:
    """Return a copy without some items, and without what cannot stand without them; enter the latter as losses."""
    if not gone:
        return annotations
    kept = deepcopy(annotations)
    projection.drop(kept, gone, Counter())
    for layer in ITEM_LISTS:
        left = {item.id: item for item in getattr(kept, layer)}
        for item in getattr(annotations, layer):
            if item.id not in left and item.id not in gone:
                ledger.lose(annotations, "dropped", layer, accounts.DANGLING, item.id)
            elif item.id in left and comparable(item) != comparable(left[item.id]):
                ledger.lose(annotations, "truncated", layer, accounts.DANGLING, item.id)
    return kept


def comparable(item: Item) -> Entry:
    """Return what must come back of an item: its entry, with attributes in any order."""
    return {**entry_of(item), "attributes": sorted(item.attributes)}


def _writable(tool: Tool, source: AnnotatedDocument, ledger: Ledger) -> Annotations:
    refused = {span.id: tool.refuses(span, source.document.text or "") for span in source.annotations.spans}
    gone = {name: reason for name, reason in refused.items() if reason}
    for name, reason in gone.items():
        ledger.lose(source.annotations, "dropped", "spans", reason, name)
    return without(source.annotations, set(gone), ledger)


def _learn(tool: Tool, loads: dict[str, Load], original: Annotations, back: Annotations, form: Form) -> bool:
    """Add to the loads what did not come back by itself; say whether there was anything that can be carried.

    Spans and entities first: once these are right, most of what refers to them is.
    """
    before = {name: load.written() for name, load in loads.items()}
    hosts = _Hosts(original, form, has_document=tool.has_document)
    for layers in (("spans", "entities"), ITEM_LISTS):
        for layer in layers:
            (_learn_resting if layer in tool.resting else _learn_own)(loads, layer, original, back, hosts)
        if any(load.written() != before.get(name, "") for name, load in loads.items()):
            return True
    if hosts.whole is not None and _said(back) != _said(original):
        loads.setdefault(hosts.whole, Load()).document = _said(original)
    return any(load.written() != before.get(name, "") for name, load in loads.items())


def _learn_own(loads: dict[str, Load], layer: str, original: Annotations, back: Annotations, hosts: _Hosts) -> None:
    """Match items by their ids; say what differs, and carry whole ones that did not come back."""
    found = {item.id: item for item in getattr(back, layer)}
    for item in getattr(original, layer):
        if item.id in found and not _is_carried(loads, layer, item):
            _change(loads.setdefault(item.id, Load()), found[item.id], item)
        elif item.id not in found and layer != "spans" and (host := hosts.of(item)) is not None:
            _carry(loads.setdefault(host, Load()), layer, item)


def _learn_resting(
    loads: dict[str, Load], layer: str, original: Annotations, back: Annotations, hosts: _Hosts
) -> None:
    """Match items by what they rest on, in order; say what differs, which are to go, and carry whole ones."""
    waiting: dict[str, list[Item]] = {}
    for item in getattr(back, layer):
        for name in carried.ground(item):
            waiting.setdefault(name, []).append(item)
    claimed: set[int] = set()
    by_id = {item.id: item for item in getattr(back, layer)}
    for item in getattr(original, layer):
        known = _made_entry(loads, layer, item)
        if known is not None and item.id in by_id:
            claimed.add(id(by_id[item.id]))
            _renew(known["was"], known["is"], *_differences(by_id[item.id], item))
            continue
        others = [(name, other) for name in hosts.grounds(item) for other in waiting.get(name, ())]
        free = [pair for pair in others if id(pair[1]) not in claimed]
        chosen = next((pair for pair in free if pair[1].id == item.id), None)
        if chosen is None and free and not _is_carried(loads, layer, item):
            chosen = free[0]
        if chosen is not None:
            host, other = chosen
            claimed.add(id(other))
            if comparable(other) != comparable(item) and not _is_carried(loads, layer, item):
                _make(loads.setdefault(host, Load()), layer, waiting[host].index(other), other, item)
        elif (host_of_all := hosts.of(item)) is not None:
            _carry(loads.setdefault(host_of_all, Load()), layer, item)
    for item in getattr(back, layer):
        names = carried.ground(item)
        if id(item) not in claimed and names and not _is_carried(loads, layer, item):
            gone = {"id": item.id, "at": waiting[names[0]].index(item), "gone": True}
            loads.setdefault(names[0], Load()).made.setdefault(layer, []).append(gone)


def _made_entry(loads: dict[str, Load], layer: str, item: Item) -> Entry | None:
    """Return what is to be made of an item of the tool, where that is known already to be this one."""
    entries = (entry for load in loads.values() for entry in load.made.get(layer, ()))
    return next((entry for entry in entries if entry["id"] == item.id and not entry.get("gone")), None)


def _is_carried(loads: dict[str, Load], layer: str, item: Item) -> bool:
    return any(entry["id"] == item.id for load in loads.values() for entry in load.items.get(layer, ()))


def _make(load: Load, layer: str, at: int, other: Item, item: Item) -> None:
    was, shall = _differences(other, item)
    load.made.setdefault(layer, []).append({"id": item.id, "at": at, "was": was, "is": shall})


def _change(load: Load, other: Item, item: Item) -> None:
    _renew(load.was, load.shall, *_differences(other, item))


def _renew(was: Entry, shall: Entry, new_was: Entry, new_shall: Entry) -> None:
    """Take over what differs now: a field that still does was not what it was thought to be."""
    for key in new_shall:
        was.pop(key, None)
    was |= new_was
    shall |= new_shall


def _differences(other: Item, item: Item) -> tuple[Entry, Entry]:
    """Return the fields that differ, as they were read and as they should be."""
    read, wanted = entry_of(other), entry_of(item)
    keys = [key for key in {**wanted, **read} if key != "id" and read.get(key) != wanted.get(key)]
    return {key: read[key] for key in keys if key in read}, {key: wanted.get(key) for key in keys}


def _carry(load: Load, layer: str, item: Item) -> None:
    entries = load.items.setdefault(layer, [])
    if all(entry["id"] != item.id for entry in entries):
        entries.append(entry_of(item))


class _Hosts:
    """The spans that carry items which a tool cannot hold: one that an item refers to, else the first.

    `whole` carries what is said of the document: the document itself where it can, else the first span.
    """

    def __init__(self, original: Annotations, form: Form, *, has_document: bool) -> None:
        spans = [span for span in form.annotations.spans if span.id not in form.anchors]
        self.spans = {span.id for span in spans}
        self.whole = carried.DOCUMENT if has_document else spans[0].id if spans else None
        self.items = {item.id: item for layer in ITEM_LISTS for item in getattr(original, layer)}
        self.resting = form.grounds()

    def grounds(self, item: Item) -> list[str]:
        """Return the spans that an item rests on in the tool."""
        return list(item.mentions) if isinstance(item, Entity) else self.resting.get(item.id, [])

    def of(self, item: Item) -> str | None:
        """Return the id of the span that carries an item."""
        seen, pending = set[str](), [item]
        while pending:
            for name in _references(pending.pop(0)):
                if name in self.spans:
                    return name
                if name in self.items and name not in seen:
                    seen.add(name)
                    pending.append(self.items[name])
        return self.whole


def _references(item: Item) -> Iterator[str]:
    """Yield the ids that an item refers to."""
    found: list[str] = []

    def note(name: str) -> str:
        found.append(name)
        return name

    carried.refer(item, note)
    yield from found


def _said(annotations: Annotations) -> Entry:
    """Return what is said of the document as a whole."""
    layers = [layer for layer in LAYERS if layer in (annotations.layers or ())]
    return {"layers": layers, "attributes": dict(annotations.attributes)}


def _enter_losses(ledger: Ledger, original: Annotations, back: Annotations) -> None:
    for layer in ITEM_LISTS:
        found = {item.id: comparable(item) for item in getattr(back, layer)}
        for item in getattr(original, layer):
            wanted = comparable(item)
            if item.id not in found:
                ledger.lose(original, "dropped", layer, "not expressible", item.id)
            elif found[item.id] != wanted:
                read = found[item.id]
                fields = sorted(key for key in {**wanted, **read} if read.get(key) != wanted.get(key))
                ledger.lose(original, "truncated", layer, f"not expressible: {', '.join(fields)}", item.id)
    said, meant = _said(back), _said(original)
    if said != meant:
        named = " and ".join(key for key in meant if said[key] != meant[key])
        ledger.lose(original, "truncated", accounts.DOCUMENTS, f"not expressible: {named}")
