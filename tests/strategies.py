"""Documents with annotations in every layer, as hypothesis invents them: for round trips, and for fuzzing readers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from samples import PIECES, document
from standoff.annotations import Reading
from standoff.corpus import assembly
from standoff.corpus.config import Articles, Corpus, Dataset, Ids, Publication
from standoff.corpus.entries import AnnotationFile, Entry
from standoff.corpus.scheme import FIXED_LABELS, Scheme
from standoff.model import (
    AUTHOR,
    FORMS,
    ITEM_LISTS,
    KINDS,
    LAYERS,
    MODES,
    AnnotatedDocument,
    Annotations,
    Argument,
    Attribution,
    Document,
    Entity,
    Event,
    Fragment,
    Metadata,
    Normalization,
    Note,
    Relation,
    Span,
    Stance,
)

HARD = [*PIECES, "\u2028", "\x85", "\t", "\x0c", "\x00", "\n\n", "<", "&", "\"", "\\", "\ufffd", "A.", " Z"]
"""Pieces of text that tools and their file formats stumble over."""

hard_texts = st.lists(st.sampled_from(HARD), max_size=25).map("".join)
"""Texts of such pieces, as articles have them: no carriage return, no byte order mark."""

labels = st.sampled_from(["PERSON", "Person", "two words", "Größe", "CUE", "Attribution", "Stance", "a:b", "x|y", "中"])
words = st.sampled_from(
    ["yes", "no blank", " edges ", "1", "true", "Größe", "line\nbreak", "tab\t", '"q"', "😀", "a,b|c"]
)
names = st.sampled_from(["status", "two words", "Form", "Act", "label", "layer", "x-y", "Standoff", "article"])
attributes = st.dictionaries(names, words, max_size=2).map(lambda found: list(found.items()))
counts = st.none() | st.integers(0, 9)
days = st.none() | st.sampled_from(["2031-03-12", "2030-01-01"])


def fragments(length: int) -> st.SearchStrategy[list[Fragment]]:
    """Return pieces of a text, in order, that do not touch: mostly one."""
    most = min(6, length + 1)
    cuts = st.lists(st.integers(0, length), min_size=2, max_size=most, unique=True).map(sorted)
    return cuts.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))


@st.composite
def annotated(draw: st.DrawFn, text: st.SearchStrategy[str] = hard_texts) -> AnnotatedDocument:
    """Invent a document with annotations as a build of native files has them: all references lead somewhere."""
    made = document(draw(text))
    annotations = Annotations("d", "a1", "d.json", "0" * 64, text_sha256=made.text_sha256)
    annotations.attributes = draw(attributes)
    annotations.spans = draw(_spans(made)) if made.text_length else []
    _add_entities(draw, annotations)
    _add_events(draw, annotations)
    _add_attributions(draw, annotations)
    _add_stance(draw, annotations)
    _add_links(draw, annotations)
    finished = draw(st.sets(st.sampled_from(LAYERS)))
    annotations.layers = [layer for layer in LAYERS if layer in finished or getattr(annotations, layer)]
    return AnnotatedDocument(made, settled(annotations, made))


def settled(annotations: Annotations, made: Document) -> Annotations:
    """Return annotations as a build has them: mentions are in entities, arguments name entities."""
    reading = Reading(annotations)
    file = AnnotationFile(Path("-"), "-", "-", "native", "a1")
    corpus = Corpus(Path(), Dataset("d"), Articles(), Ids(), Publication(), [], {})
    entry = assembly.Assembled(Entry(made.id, metadata=Metadata()))
    assembly.shape(entry, reading, file, corpus, Scheme(inferred=True))
    return annotations


@st.composite
def _spans(draw: st.DrawFn, made: Document) -> list[Span]:
    found = []
    for number in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(KINDS))
        name = draw(st.sampled_from([f"{kind[0]}{number}", f"T{number + 1}", f"T{number + 101}.x"]))
        label = draw(labels) if kind in ("mention", "time", "quantity", "trigger") else FIXED_LABELS[kind]
        span = Span(id=name, raw_id=name, kind=kind, label=draw(st.just(label) | labels), attributes=draw(attributes))
        span.form = draw(st.none() | st.sampled_from(FORMS)) if kind == "mention" else None
        span.fragments = draw(fragments(made.text_length))
        span.surface = span.text_in(made.text or "")
        found.append(span)
    return found


def _ids(annotations: Annotations, *layers: str) -> list[str]:
    return [item.id for layer in layers for item in getattr(annotations, layer)]


def _of(annotations: Annotations, kind: str) -> list[str]:
    return [span.id for span in annotations.spans if span.kind == kind]


def _some(draw: st.DrawFn, names: list[str], most: int = 3) -> list[str]:
    return draw(st.lists(st.sampled_from(names), max_size=most, unique=True)) if names else []


def _one(draw: st.DrawFn, names: list[str]) -> str | None:
    return draw(st.none() | st.sampled_from(names)) if names else None


def _add_entities(draw: st.DrawFn, annotations: Annotations) -> None:
    free = _of(annotations, "mention")
    for number in range(draw(st.integers(0, 3))):
        mentions = _some(draw, free)
        if mentions:
            entity = Entity(id=f"e{number}", raw_id=f"e{number}", label=draw(labels), mentions=mentions)
            entity.name, entity.attributes = draw(st.none() | words), draw(attributes)
            entity.count_min, entity.count_max = draw(counts), draw(counts)
            annotations.entities.append(entity)
            free = [name for name in free if name not in mentions or draw(st.integers(0, 9)) == 0]


def _add_events(draw: st.DrawFn, annotations: Annotations) -> None:
    triggers, spans = _of(annotations, "trigger"), _ids(annotations, "spans")
    for number in range(draw(st.integers(0, 3))):
        trigger = _one(draw, triggers)
        event = Event(id=draw(st.sampled_from([f"E{number + 5}", f"ev{number}"])), label=draw(labels), trigger=trigger)
        event.evidence = None if trigger else _one(draw, spans)
        fillers = _ids(annotations, "spans", "entities", "events")
        for name in _some(draw, fillers):
            event.arguments.append(Argument(draw(labels), name))
        if draw(st.booleans()):
            event.arguments.insert(0, Argument(draw(labels), implicit=True))
        sources = [AUTHOR, *_ids(annotations, "entities")]
        event.factuality = [(name, draw(labels)) for name in _some(draw, sources)]
        event.irrealis, event.subtype, event.same_as = (draw(st.none() | labels) for _ in range(3))
        event.time_value, event.earliest, event.latest = draw(st.none() | labels), draw(days), draw(days)
        event.count_min, event.attributes = draw(counts), draw(attributes)
        annotations.events.append(event)


def _add_attributions(draw: st.DrawFn, annotations: Annotations) -> None:
    contents = _of(annotations, "content")
    for number in range(draw(st.integers(0, 2)) if contents else 0):
        item = Attribution(id=f"at{number}", source=_one(draw, _ids(annotations, "entities")))
        item.source_span = _one(draw, _of(annotations, "mention"))
        item.cues = _some(draw, _of(annotations, "cue"))
        item.contents = draw(st.lists(st.sampled_from(contents), min_size=1, max_size=3, unique=True))
        item.mode, item.act = draw(st.none() | st.sampled_from(MODES)), draw(st.none() | labels)
        item.parent, item.attributes = _one(draw, _ids(annotations, "attributions")), draw(attributes)
        annotations.attributions.append(item)


def _add_stance(draw: st.DrawFn, annotations: Annotations) -> None:
    targets = _ids(annotations, "entities", "events", "spans")
    for number in range(draw(st.integers(0, 2)) if targets else 0):
        holder = draw(st.sampled_from([AUTHOR, *_ids(annotations, "entities")]))
        item = Stance(id=f"s{number}", holder=holder, target=draw(st.sampled_from(targets)), label=draw(labels))
        item.evidence = _some(draw, _ids(annotations, "spans"))
        item.attribution, item.explicit = _one(draw, _ids(annotations, "attributions")), draw(st.none() | st.booleans())
        item.attributes = draw(attributes)
        annotations.stance.append(item)


def _add_links(draw: st.DrawFn, annotations: Annotations) -> None:
    targets = _ids(annotations, *ITEM_LISTS)
    for number in range(draw(st.integers(0, 3)) if targets else 0):
        arguments = [Argument(draw(labels), name) for name in _some(draw, targets)]
        if len(arguments) > 1:
            name = draw(st.sampled_from([f"R{number + 3}", f"r{number}"]))
            relation = Relation(id=name, label=draw(labels), arguments=arguments, attributes=draw(attributes))
            annotations.relations.append(relation)
    for number in range(draw(st.integers(0, 2)) if targets else 0):
        link = Normalization(id=f"N{number + 1}", target=draw(st.sampled_from(targets)), resource="Wikidata", ref="Q1")
        link.resource, link.text = draw(st.sampled_from(["Wikidata", "http://kb.example/"])), draw(st.none() | words)
        annotations.normalizations.append(link)
    for number in range(draw(st.integers(0, 2))):
        note = Note(id=f"n{number}", text=draw(words), target=_one(draw, targets))
        note.kind = draw(st.none() | st.sampled_from(["AnnotatorNotes", "two words", "Standoff"]))
        annotations.notes.append(note)


