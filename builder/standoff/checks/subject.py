"""What a check receives: a document with one annotator's annotations, indexed by id, and the scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from standoff.corpus.scheme import Scheme
from standoff.model import ITEM_LISTS, Annotations, Attribution, Document, Entity, Event, Item, Span


class AttributeOf(NamedTuple):
    """An attribute of an item, by name."""

    item: Item
    name: str


class InText(NamedTuple):
    """An offset in the text."""

    offset: int


class InScheme(NamedTuple):
    """A place in scheme.toml, as the keys that lead to it."""

    pointer: tuple[str, ...]


Culprit = Item | AttributeOf | str | None
"""What is at fault: an item, its attribute, a key of the file, or None: the file."""

Other = tuple[Item | InText | InScheme | str, str]
"""Another place that a fault is about (an item, a place in text or scheme, a key of the file) and what to say there."""

Fault = tuple[Culprit, str, *tuple[Other, ...]]
"""What is at fault, the message, and the other places that it is about, the nearest to the fault first."""

Check = Callable[["Subject"], Iterator[Fault]]
"""A rule: a generator of faults, which knows neither its code nor where items stand in the file."""


@dataclass(slots=True)
class Subject:
    """A document with one annotator's annotations. `failed` holds ids that other findings took out already."""

    document: Document
    annotations: Annotations
    scheme: Scheme
    failed: set[str]
    spans: dict[str, Span] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    attributions: dict[str, Attribution] = field(default_factory=dict)
    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        annotations = self.annotations
        self.spans = {span.id: span for span in annotations.spans}
        self.entities = {entity.id: entity for entity in annotations.entities}
        self.events = {event.id: event for event in annotations.events}
        self.attributions = {attribution.id: attribution for attribution in annotations.attributions}
        kinds = self.kinds
        for link in annotations.normalizations:
            kinds[link.id] = ("normalization", link.resource)
        for note in annotations.notes:
            kinds[note.id] = ("note", note.kind or "")
        for relation in annotations.relations:
            kinds[relation.id] = ("relation", relation.label)
        for stance in annotations.stance:
            kinds[stance.id] = ("stance", stance.label)
        for attribution in annotations.attributions:
            kinds[attribution.id] = ("attribution", attribution.act or "")
        for event in annotations.events:
            kinds[event.id] = ("event", event.label)
        for entity in annotations.entities:
            kinds[entity.id] = ("entity", entity.label)
        for span in annotations.spans:
            kinds[span.id] = (span.kind, span.label)

    def others(self, what: str, *names: str | None) -> Iterator[Other]:
        """Yield the items that have these ids, each with what is to be said of it."""
        for name in names:
            for layer in ITEM_LISTS if name else ():
                yield from ((item, what) for item in getattr(self.annotations, layer) if item.id == name)

    def text(self, span: Span) -> str:
        """Return a short quotation of a span for a message; only its id where the text is withheld."""
        if self.document.withheld or self.document.text is None or not span.fragments:
            return span.id
        text = span.text_in(self.document.text)
        return repr(text if len(text) <= 40 else text[:37] + "…")
