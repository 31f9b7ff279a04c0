"""AnnotatedDocument -> rows of every config: tuples in the order of the columns of the row schemas.

This is the only module that knows column names and their order. What stands in a row of a withheld document is
decided in one place, `Rows.text`: without it no surface, sentence, token or title is made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from standoff.model import (
    AUTHOR,
    ITEM_LISTS,
    LAYERS,
    Annotations,
    Argument,
    Attribution,
    Document,
    Entity,
    Event,
    Fragment,
    Item,
    Span,
    Stance,
)
from standoff.tables import ner, segmentation

Row = tuple[Any, ...]


class Rows:
    """The rows of one document with one annotator's annotations (None: nobody annotated it).

    The lists of the annotations must be sorted (`ordering.sort_items`).
    """

    def __init__(self, document: Document, annotations: Annotations | None) -> None:
        self.document = document
        self.annotations = annotations or Annotations(document.id, "", "", "", layers=[])
        self.annotator = annotations.annotator if annotations else None
        self.text = None if document.withheld else document.text
        self.finished = set(self.annotations.layers or ())
        self.left_out: Counter[str] = Counter()
        metadata = document.metadata
        self.title = metadata.title if self.text is not None else None
        self.lead = (
            document.id, self.title, metadata.published, metadata.publisher, metadata.license,
            metadata.story_id or document.id, self.annotator,
        )  # fmt: skip

    def documents(self) -> Iterator[Row]:
        """Yield the one document row."""
        document, annotations, metadata = self.document, self.annotations, self.document.metadata
        layers = [layer for layer in LAYERS if layer in self.finished]
        yield (
            document.id, self.title, self.text, "included" if self.text is not None else "withheld",
            document.text_sha256, document.text_length, metadata.language, metadata.published,
            metadata.dateline if self.text is not None else None, metadata.publisher, metadata.url, metadata.license,
            metadata.story_id or document.id, self.annotator, self.annotator == "gold", layers,
            metadata.other, annotations.attributes,
            [(section.kind, section.start, section.end) for section in document.sections],
            self.layer("spans", self.span_items), self.layer("entities", self.entity_items),
            self.layer("events", self.event_items), self.layer("attributions", self.attribution_items),
            self.layer("stance", self.stance_items), self.layer("relations", self.relation_items),
            self.normalization_items(),
            [(n.id, n.target, n.kind, n.text) for n in annotations.notes],
            [(each.by, each.at, each.of) for each in annotations.adjudication],
        )  # fmt: skip

    def spans(self) -> Iterator[Row]:
        """Yield a row a span."""
        for span in self.annotations.spans if "spans" in self.finished else ():
            sentence, start = self.sentence(span.start)
            yield (
                *self.lead, span.id, span.kind, span.label, span.form, span.start, span.end, self.surface(span),
                span.fragments, sentence, start, span.attributes,
            )  # fmt: skip

    def entities(self) -> Iterator[Row]:
        """Yield a row an entity."""
        for entity in self.annotations.entities if "entities" in self.finished else ():
            mentions = [self.by_id[name] for name in entity.mentions]
            yield (
                *self.lead, entity.id, entity.label, entity.name, entity.kb_id, entity.derived, entity.count_min,
                entity.count_max, [(m.id, m.form, m.start, m.end, self.surface(m)) for m in mentions],
                entity.attributes,
            )  # fmt: skip

    def events(self) -> Iterator[Row]:
        """Yield a row an event mention."""
        for event in self.annotations.events if "events" in self.finished else ():
            trigger = self.by_id.get(event.trigger or "")
            place = trigger or self.by_id.get(event.evidence or "")
            sentence, sentence_start = self.sentence(place.start) if place else (None, None)
            yield (
                *self.lead, event.id, event.label, event.subtype, *self.piece(trigger), sentence, sentence_start,
                [self.argument(argument) for argument in event.arguments],
                next((value for source, value in event.factuality if source == AUTHOR), None),
                [(source, self.source_name(source), value) for source, value in event.factuality],
                event.irrealis, event.time_value, event.earliest, event.latest, event.count_min, event.count_max,
                event.same_as, event.attributes,
            )  # fmt: skip

    def attributions(self) -> Iterator[Row]:
        """Yield a row an attribution."""
        for item in self.annotations.attributions if "attributions" in self.finished else ():
            source = self.entity_by_id.get(item.source or "")
            contents = [self.by_id[name] for name in item.contents]
            yield (
                *self.lead, item.id, item.source, source.name if source else None, source.label if source else None,
                self.joined([self.by_id[name] for name in item.cues]), self.joined(contents),
                [(span.start, span.end, self.surface(span)) for span in contents],
                item.mode, item.act, item.parent, item.attributes,
            )  # fmt: skip

    def stance(self) -> Iterator[Row]:
        """Yield a row a stance."""
        for item in self.annotations.stance if "stance" in self.finished else ():
            kind, _, name, span = self.target(item.target)
            evidence = [self.by_id[key] for key in item.evidence if key in self.by_id]
            passage, passage_start = self.passage(item, evidence)
            yield (
                *self.lead, item.id, item.holder, "author" if item.holder == AUTHOR else "entity",
                self.source_name(item.holder), item.target, kind, name, self.surface(span), item.label, item.explicit,
                [(s.start, s.end, self.surface(s)) for s in evidence], passage, passage_start, item.attribution,
                item.attributes,
            )  # fmt: skip

    def relations(self) -> Iterator[Row]:
        """Yield a row a relation."""
        for item in self.annotations.relations if "relations" in self.finished else ():
            arguments = []
            for argument in item.arguments:
                kind, _, _, span = self.target(argument.filler or "")
                arguments.append((argument.role, argument.filler, kind, *self.piece(span)))
            yield (*self.lead, item.id, item.label, arguments, item.attributes)

    def ner(self) -> Iterator[Row]:
        """Yield a row a sentence, with a BIO tag a token; withheld texts and documents without spans have none."""
        if self.text is None or "spans" not in self.finished:
            return
        mentions = [span for span in self.annotations.spans if span.kind == "mention"]
        chosen = ner.by_sentence(ner.choose(mentions, self.leave), self.sentences, self.leave)
        for number, ((start, end), found) in enumerate(zip(self.sentences, chosen, strict=True), 1):
            tokens = segmentation.tokens(self.text, start, end)
            yield (
                *self.lead, f"{self.document.id}-{number}", start, end, self.text[start:end],
                [self.text[first:last] for first, last in tokens],
                [first for first, _ in tokens], [last for _, last in tokens],
                ner.tags(tokens, found, end, self.leave),
            )  # fmt: skip

    def leave(self, reason: str, span: Span) -> None:
        """Count a mention that no tag shows."""
        self.left_out[reason] += 1

    def provenance(self) -> Iterator[Row]:
        """Yield a row an item: the file, line and raw id that it comes from."""
        annotations = self.annotations
        for layer in ITEM_LISTS:
            if layer in self.finished or layer not in LAYERS:
                for item in getattr(annotations, layer):
                    path, digest = annotations.origin_of(item)
                    yield (
                        annotations.doc_id, annotations.annotator, layer, item.id,
                        path, item.line, item.column, item.raw_id, digest, item.taken_from or [], item.edited,
                    )  # fmt: skip

    # The lists of the document row.

    def layer(self, name: str, items: Any) -> list[Row] | None:
        """Return the items of a layer, or None if the annotator did not finish it."""
        return items() if name in self.finished else None

    def span_items(self) -> list[Row]:
        """Return the span structs."""
        return [
            (s.id, s.kind, s.label, s.form, s.start, s.end, self.surface(s), s.fragments, s.attributes)
            for s in self.annotations.spans
        ]

    def entity_items(self) -> list[Row]:
        """Return the entity structs."""
        return [
            (e.id, e.label, e.name, e.kb_id, e.derived, e.mentions, e.count_min, e.count_max, e.attributes)
            for e in self.annotations.entities
        ]

    def event_items(self) -> list[Row]:
        """Return the event structs."""
        return [
            (
                e.id, e.label, e.subtype, e.trigger, e.evidence,
                [(a.role, a.filler, a.span, a.implicit) for a in e.arguments], e.factuality, e.irrealis,
                e.time_value, e.earliest, e.latest, e.count_min, e.count_max, e.same_as, e.attributes,
            )
            for e in self.annotations.events
        ]  # fmt: skip

    def attribution_items(self) -> list[Row]:
        """Return the attribution structs."""
        return [
            (a.id, a.source, a.source_span, a.cues, a.contents, a.mode, a.act, a.parent, a.attributes)
            for a in self.annotations.attributions
        ]

    def stance_items(self) -> list[Row]:
        """Return the stance structs."""
        return [
            (s.id, s.holder, s.target, s.label, s.evidence, s.attribution, s.explicit, s.attributes)
            for s in self.annotations.stance
        ]

    def relation_items(self) -> list[Row]:
        """Return the relation structs."""
        return [
            (r.id, r.label, [(a.role, a.filler) for a in r.arguments], r.attributes) for r in self.annotations.relations
        ]

    def normalization_items(self) -> list[Row]:
        """Return the normalization structs; the name of the entry may be words of the text."""
        shown = self.text is not None
        return [(n.id, n.target, n.resource, n.ref, n.text if shown else None) for n in self.annotations.normalizations]

    # What several configs need.

    @cached_property
    def by_id(self) -> dict[str, Span]:
        """The spans by id."""
        return {span.id: span for span in self.annotations.spans}

    @cached_property
    def entity_by_id(self) -> dict[str, Entity]:
        """The entities by id."""
        return {entity.id: entity for entity in self.annotations.entities}

    @cached_property
    def others(self) -> dict[str, tuple[str, Item]]:
        """Events, attributions, stance and relations by id, each with its kind."""
        kinds = {"events": "event", "attributions": "attribution", "stance": "stance", "relations": "relation"}
        return {item.id: (kind, item) for layer, kind in kinds.items() for item in getattr(self.annotations, layer)}

    @cached_property
    def sentences(self) -> list[Fragment]:
        """The sentences of the text."""
        return segmentation.sentences(self.text) if self.text is not None else []

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where the sentences start."""
        return [start for start, _ in self.sentences]

    def surface(self, span: Span | None) -> str | None:
        """Return the text that a span covers, None without a text."""
        return span.text_in(self.text) if span is not None and self.text is not None else None

    def sentence(self, offset: int) -> tuple[str | None, int | None]:
        """Return the sentence at an offset, and its start."""
        place = self.sentence_at(offset)
        if place is None or self.text is None:
            return None, None
        return self.text[place[0] : place[1]], place[0]

    def sentence_at(self, offset: int) -> Fragment | None:
        """Return the sentence that holds an offset, None between sentences or without a text."""
        index = bisect_right(self.sentence_starts, offset) - 1
        if index < 0 or offset >= self.sentences[index][1]:
            return None
        return self.sentences[index]

    def passage(self, item: Stance, evidence: list[Span]) -> tuple[str | None, int | None]:
        """Return the sentences that hold the evidence of a stance, or the contents of its attribution."""
        attribution = self.others.get(item.attribution or "", (None, None))[1]
        if not evidence and isinstance(attribution, Attribution):
            evidence = [self.by_id[name] for name in attribution.contents]
        if not evidence or self.text is None or not self.sentences:
            return None, None
        first = max(bisect_right(self.sentence_starts, min(span.start for span in evidence)) - 1, 0)
        last = max(bisect_right(self.sentence_starts, max(span.end for span in evidence) - 1) - 1, 0)
        start, end = self.sentences[first][0], self.sentences[last][1]
        return self.text[start:end], start

    def joined(self, spans: list[Span]) -> str | None:
        """Return the texts of some spans in text order, joined by an ellipsis."""
        if self.text is None or not spans:
            return None
        return " … ".join(span.text_in(self.text) for span in sorted(spans, key=lambda span: span.start))

    def source_name(self, source: str) -> str | None:
        """Return the canonical name behind `author`, an entity id or an attribution id."""
        other = self.others.get(source)
        if other and isinstance(other[1], Attribution):
            source = other[1].source or ""
        entity = self.entity_by_id.get(source)
        return entity.name if entity else None

    def target(self, name: str) -> tuple[str, str, str | None, Span | None]:
        """Return kind, label, canonical name and place of an item; the place of an entity is its first mention."""
        if name in self.by_id:
            span = self.by_id[name]
            return span.kind, span.label, None, span
        if name in self.entity_by_id:
            entity = self.entity_by_id[name]
            return "entity", entity.label, entity.name, self.by_id.get(entity.mentions[0]) if entity.mentions else None
        kind, item = self.others[name]
        if isinstance(item, Event):
            return kind, item.label, None, self.by_id.get(item.trigger or item.evidence or "")
        if isinstance(item, Attribution):
            return kind, item.act or "", None, self.by_id[item.contents[0]] if item.contents else None
        return kind, getattr(item, "label", ""), None, None

    def argument(self, argument: Argument) -> Row:
        """Return the argument struct of the config `events`."""
        if argument.filler is None:
            return (argument.role, None, None, None, None, None, None, None, None, argument.implicit)
        kind, label, name, place = self.target(argument.filler)
        shown = self.by_id.get(argument.span or "") if argument.span or kind == "entity" else place
        text, start, end = self.piece(shown)
        return (argument.role, argument.filler, kind, label, name, argument.span, start, end, text, argument.implicit)

    def piece(self, span: Span | None) -> tuple[str | None, int | None, int | None]:
        """Return text, start and end of a span."""
        return (self.surface(span), span.start, span.end) if span else (None, None, None)
