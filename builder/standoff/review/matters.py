"""The versions of a document -> matters: which items are one, and in what the annotators differ.

Items are paired as `standoff diff` pairs them, never by their ids. Every item of a version belongs to one matter, and
what cannot be in dispute (who is called what where nobody said it) makes none.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from standoff.audit.disagreements import with_ids
from standoff.diff import compare
from standoff.diff.pairing import Pairing
from standoff.diff.sides import Row, Work
from standoff.layers.ordering import NOWHERE, Places
from standoff.model import AUTHOR, ITEM_LISTS, LAYERS, Annotations, Document, Entity, Fragment, Item, Span
from standoff.review import values as forms
from standoff.review.values import Value
from standoff.tables import columns
from standoff.tables.rows import Rows

DOCUMENT = "document"
"""The layer, and the key, of what is said of the document as a whole."""

_SILENT = ("form", "name", "kb_id", "source_span", "time_value", "earliest", "latest", "count_min", "count_max",
           "same_as", "explicit")  # fmt: skip
"""Fields in which a version that fills them nowhere in the document has no say; attributes are others."""

_RESTING = ("trigger", "cue", "content", "evidence")
"""Kinds of spans that are there for another item."""


@dataclass(slots=True)
class Matter:
    """One thing to decide: what each version says of it, by annotator.

    `lacking` are annotators who looked for it and have it not, `differing` the fields in which those who have it
    differ. `hosts` are the keys of the items that a span is there for. `named_by` are items that have the label of this
    one in every version: the mentions of an entity, the events of a trigger.
    """

    key: str
    layer: str
    members: dict[str, Item] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    named_by: list[str] = field(default_factory=list)
    place: Fragment = NOWHERE

    @property
    def disputed(self) -> bool:
        """True where annotators differ."""
        return bool(self.lacking or self.differing)

    def alike(self, one: str, other: str) -> bool:
        """Say whether two annotators who have it say the same."""
        return all(
            forms.comparable(name, forms.get(self.values[one], name))
            == forms.comparable(name, forms.get(self.values[other], name))
            for name in self.differing
        )


@dataclass(slots=True)
class Table:
    """All matters of a document, in the order of the text, and the key of each version's items.

    `spans` are the keys of each annotator's spans. `lone` has the key of the mention for each entity that was derived
    of one, by annotator and id. `refers` are attributes whose values are ids, as (layer, name).
    """

    matters: dict[str, Matter] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    annotators: list[str] = field(default_factory=list)
    spans: dict[str, set[str]] = field(default_factory=dict)
    lone: dict[tuple[str, str], str] = field(default_factory=dict)
    refers: Collection[tuple[str, str]] = ()

    @property
    def disputed(self) -> list[Matter]:
        """The matters in which annotators differ."""
        return [matter for matter in self.matters.values() if matter.disputed]


def gather(
    document: Document, versions: Sequence[Annotations], target: str, refers: Collection[tuple[str, str]] = ()
) -> Table:
    """Return the matters of the versions of a document; that of `target` is a decision, and disputes nothing."""
    ordered = sorted(versions, key=lambda v: (v.annotator == target, len(v.annotator), v.annotator))
    keys = _paired(document, ordered)
    table = Table(keys=keys, annotators=[v.annotator for v in ordered if v.annotator != target], refers=refers)
    for version in ordered:
        table.spans[version.annotator] = {keys[version.annotator, span.id] for span in version.spans}
    table.lone = _canonical(keys, ordered)
    found: dict[str, Matter] = {}
    for version in ordered:
        _add(found, keys, version)
    whole = _whole(ordered)
    order = {layer: rank for rank, layer in enumerate(ITEM_LISTS)}
    table.matters = {m.key: m for m in sorted(found.values(), key=lambda m: (m.place, order[m.layer], m.key))}
    if whole.values:
        table.matters[DOCUMENT] = whole
    _Dispute([v for v in ordered if v.annotator != target], table).settle()
    return table


def row_of(document: Document, annotations: Annotations) -> Row:
    """Return a document row as a dict, as a release would have it."""
    rows = list(Rows(document, annotations).documents())
    found: list[Row] = columns.table("documents", rows).to_pylist()
    return found[0]


def _paired(document: Document, versions: Sequence[Annotations]) -> dict[tuple[str, str], str]:
    """Return the key of every item: of the first version that has it. Each version is paired with all before it."""
    union: Row = {**dict.fromkeys(LAYERS, None), **{name: [] for name in ITEM_LISTS}}
    keys: dict[tuple[str, str], str] = {}
    for version in versions:
        work = Work(document.id, version.annotator, row_of(document, version), published=False)
        pairing = Pairing(Work(document.id, "", union, published=False), work, None)
        for layer, of_layer in compare.LAYERS:
            if work.has(layer):
                of_layer(pairing)
            if layer == "entities":
                _join_lone(pairing)
        names = {AUTHOR: AUTHOR}
        for key, name in pairing.same.items():
            names.setdefault(name, key)
        for layer in ITEM_LISTS:
            for row in work.items(layer):
                names.setdefault(row["id"], f"{version.annotator}:{row['id']}")
        new = set(names.values()) - {row["id"] for layer in ITEM_LISTS for row in union[layer]}
        for layer in ITEM_LISTS:
            renamed = [with_ids(row, partial(_renamed, names)) for row in work.items(layer)]
            union[layer] += [row for row in renamed if row["id"] in new]
        keys |= {(version.annotator, name): key for name, key in names.items() if name != AUTHOR}
    return keys


def _join_lone(pairing: Pairing) -> None:
    """Let what names a lone mention name the cluster that the mention has with others, so that it pairs with theirs."""
    key_of = {name: key for key, name in pairing.same.items()}
    cluster_of = {mention: row["id"] for row in pairing.old.items("entities") for mention in row["mentions"]}
    joined = {}
    for row in pairing.new.items("entities"):
        cluster = cluster_of.get(key_of.get(row["mentions"][0], "")) if row["derived"] and row["mentions"] else None
        if cluster in pairing.same:
            joined[row["id"]] = pairing.same[cluster]
    new = pairing.new.row
    for layer in ("attributions", "events", "stance", "relations"):
        new[layer] = new[layer] and [with_ids(row, partial(_renamed, joined)) for row in new[layer]]


def _renamed(names: Mapping[str, str], name: str) -> str:
    return names.get(name, name)


def _canonical(keys: dict[tuple[str, str], str], versions: Sequence[Annotations]) -> dict[tuple[str, str], str]:
    """Let what names an entity that was derived of a mention name the cluster that has the mention, or the mention.

    Returns the mention for (annotator, id) of each.
    """
    lone: dict[tuple[str, str], str] = {}
    cluster_of: dict[str, str] = {}
    real: set[str] = set()
    for version in versions:
        for entity in version.entities:
            if not is_derived(entity):
                real.add(keys[version.annotator, entity.id])
                for name in entity.mentions:
                    mention = keys.get((version.annotator, name), name)
                    cluster_of.setdefault(mention, keys[version.annotator, entity.id])
    for version in versions:
        for entity in version.entities:
            key = keys[version.annotator, entity.id]
            if is_derived(entity):
                mention = keys[version.annotator, entity.mentions[0]]
                if key not in real:
                    keys[version.annotator, entity.id] = cluster_of.get(mention, mention)
                lone[version.annotator, entity.id] = mention
    return lone


def is_derived(entity: Entity) -> bool:
    """Say whether an entity was made of a lone mention when the file was read, and stands in no file itself."""
    return entity.derived and len(entity.mentions) == 1 and entity.raw_id != entity.id


def _add(found: dict[str, Matter], keys: dict[tuple[str, str], str], version: Annotations) -> None:
    places = Places(version)
    for layer in ITEM_LISTS:
        place = places.rule(layer)
        for item in getattr(version, layer):
            if isinstance(item, Entity) and is_derived(item):
                continue
            key = keys[version.annotator, item.id]
            matter = found.setdefault(key, Matter(key, layer))
            matter.members[version.annotator] = item
            matter.values[version.annotator] = forms.of(item, lambda name: keys.get((version.annotator, name), name))
            matter.place = min(matter.place, place(item))


def _whole(versions: Iterable[Annotations]) -> Matter:
    matter = Matter(DOCUMENT, DOCUMENT)
    for version in versions:
        if version.attributes:
            matter.values[version.annotator] = {"attributes": dict(version.attributes)}
    return matter


class _Dispute:
    """What is in dispute between annotators, layer by layer."""

    def __init__(self, versions: Sequence[Annotations], table: Table) -> None:
        self.versions = {version.annotator: version for version in versions}
        self.table = table
        self.matters = table.matters
        self.voters = {layer: [v.annotator for v in versions if _looked(v, layer)] for layer in LAYERS}
        self.spoken = {(v.annotator, layer, name) for v in versions for layer in LAYERS
                       for item in getattr(v, layer) for name in _spoken(item)}  # fmt: skip
        self.cluster_of: dict[tuple[str, str], str] = {}
        for matter in self.matters.values():
            if matter.layer == "entities":
                for name, value in matter.values.items():
                    self.cluster_of |= {(name, mention): matter.key for mention in value["mentions"]}

    def settle(self) -> None:
        """Fill in what is lacking and differing in each matter."""
        self._find_hosts()
        for matter in self.matters.values():
            if matter.layer == "notes":
                continue
            present = [name for name in self.table.annotators if name in matter.values]
            voters = self.voters.get(matter.layer, self.table.annotators)
            absent = [name for name in voters if name not in present] if present else []
            if matter.layer == "entities":
                matter.lacking = [name for name in absent if self._clusters_otherwise(matter, name)]
            elif matter.layer in LAYERS:
                matter.lacking = absent
            matter.differing = list(self._differing(matter, present))

    def _has_say(self, annotator: str, layer: str, name: str) -> bool:
        """Say whether an annotator fills a field anywhere, where it is one in which one can be silent."""
        can_be_silent = name in _SILENT or name.startswith("@")
        return not can_be_silent or layer == DOCUMENT or (annotator, layer, name) in self.spoken

    def _find_hosts(self) -> None:
        for matter in self.matters.values():
            for name, key in [pair for value in matter.values.values() for pair in forms.refers(value)]:
                other = self.matters.get(key)
                if name in ("trigger", "cues", "contents", "evidence") and other and _kinds(other) <= set(_RESTING):
                    other.hosts += [matter.key] if matter.key not in other.hosts else []
        for matter in self.matters.values():
            if matter.layer == "entities" and self._named_by_mentions(matter):
                matter.named_by = list(dict.fromkeys(m for v in matter.values.values() for m in v["mentions"]))
            elif _kinds(matter) == {"trigger"} and matter.hosts and self._named_by_events(matter):
                matter.named_by = matter.hosts

    def _named_by_mentions(self, matter: Matter) -> bool:
        """Say whether each version gives an entity the label of its mentions, so that the label is decided there."""
        return all(
            {self.matters[m].values[name]["label"] for m in value["mentions"] if m in self.matters} == {value["label"]}
            for name, value in matter.values.items()
        )

    def _named_by_events(self, matter: Matter) -> bool:
        hosts = [self.matters[key] for key in matter.hosts if self.matters[key].layer == "events"]
        return bool(hosts) and all(
            host.values[name]["label"] == value["label"]
            for name, value in matter.values.items()
            for host in hosts
            if name in host.values
        )

    def _clusters_otherwise(self, matter: Matter, name: str) -> bool:
        """Say whether somebody without such an entity has its mentions, and put them elsewhere, or together nowhere."""
        mentions = {mention for value in matter.values.values() for mention in value["mentions"]}
        held = mentions & self.table.spans[name]
        return len(held) > 1 or any((name, mention) in self.cluster_of for mention in held)

    def _differing(self, matter: Matter, present: Sequence[str]) -> Iterator[str]:
        for name in forms.fields_of(matter.layer, [matter.values[each] for each in present]):
            voters = [each for each in present if self._has_say(each, matter.layer, name)]
            if name == "label" and matter.named_by:
                continue
            found = [forms.comparable(name, forms.get(matter.values[each], name)) for each in voters]
            if (matter.layer, name[1:]) in self.table.refers:
                pairs = zip(voters, found, strict=True)
                found = [self.table.keys.get((who, str(value)), value) for who, value in pairs]
            if name == "mentions":
                shared = set.intersection(*(self.table.spans[each] for each in voters)) if voters else set()
                found = [[mention for mention in each or () if mention in shared] for each in found]
            if any(each != found[0] for each in found[1:]):
                yield name


def _spoken(item: Item) -> list[str]:
    """Return which of the fields, in which one can be silent, an item fills."""
    filled = [name for name in _SILENT if getattr(item, name, None) is not None]
    return [*filled, *(f"@{name}" for name, _ in item.attributes)]


def _looked(version: Annotations, layer: str) -> bool:
    """Say whether an annotator finished a layer; entities that are all derived were not annotated."""
    if layer == "entities" and version.entities and all(map(is_derived, version.entities)):
        return False
    return layer in (version.layers or ())


def _kinds(matter: Matter) -> set[str]:
    return {value["kind"] for value in matter.values.values()} if matter.layer == "spans" else {""}


def signature(document: Document, matter: Matter) -> Hashable:
    """Return what is the same for all spans that raise one question: the same words, and who says what of them.

    None for items that are no spans, and where bounds differ: there the words around count.
    """
    if matter.layer != "spans" or "fragments" in matter.differing:
        return None
    said = frozenset((name, value["kind"], value["label"]) for name, value in matter.values.items())
    words = text_of(document, next(iter(matter.values.values()))).casefold()
    return said, tuple(matter.lacking), tuple(matter.differing), words


def text_of(document: Document, value: Value) -> str:
    """Return the words of a span's value; offsets where the text may not be shown."""
    pieces: list[Any] = value["fragments"]
    if document.text is None or document.withheld:
        return ", ".join(f"{start}–{end}" for start, end in pieces)
    return Span(id="", kind="", label="", fragments=[(p[0], p[1]) for p in pieces]).text_in(document.text)
