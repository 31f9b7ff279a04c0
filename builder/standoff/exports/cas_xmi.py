"""Annotations -> UIMA CAS XMI with TypeSystem.xml, in the layers of INCEpTION; offsets are UTF-16 units.

Mentions are NamedEntity, other spans webanno.custom.Passage, entities coreference chains, events webanno.custom.Event
with links that have roles, relations webanno.custom.Relation. Format: UIMA reference manual, "XMI CAS Serialization
Reference"; dkpro-cassis writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from standoff.annotations import FORMATS, Reading
from standoff.errors import InputError
from standoff.exports import proof
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.exports.names import Names
from standoff.exports.siblings import Beside
from standoff.exports.toolform import Form
from standoff.layers.carried import DOCUMENT, KIND, WHOLE, Load
from standoff.model import AnnotatedDocument, Document, Event, Fragment, Span
from standoff.tables import segmentation

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
ENTITY = _DKPRO + "ner.type.NamedEntity"
SENTENCE, TOKEN = _DKPRO + "segmentation.type.Sentence", _DKPRO + "segmentation.type.Token"
CHAIN, LINK = _DKPRO + "coref.type.CoreferenceChain", _DKPRO + "coref.type.CoreferenceLink"
PASSAGE, EVENT, ARGUMENT = "webanno.custom.Passage", "webanno.custom.Event", "webanno.custom.EventArgumentsLink"
RELATION, ABOUT = "webanno.custom.Relation", f"webanno.custom.{WHOLE}"

_FEATURE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset(
    ("begin", "end", "sofa", "value", "label", "identifier", "arguments", "layer", "self", "type", "xmiID")
)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Types:
    """The features that attributes need, a set a layer, and the type system that has them."""

    features: dict[str, dict[str, None]] = field(default_factory=lambda: {ENTITY: {}, PASSAGE: {}, EVENT: {}})

    def system(self) -> Any:
        """Return the `cassis.TypeSystem`."""
        import cassis

        made = cassis.TypeSystem()
        annotation, text = "uima.tcas.Annotation", "uima.cas.String"
        for name, label in ((ENTITY, "value"), (PASSAGE, "label"), (EVENT, "label"), (RELATION, "label")):
            layer = made.create_type(name, annotation)
            for feature in (label, KIND, *self.features.get(name, ())):
                made.create_feature(layer, feature, text)
        made.create_feature(made.get_type(ENTITY), "identifier", text)
        for feature in ("Governor", "Dependent"):
            made.create_feature(made.get_type(RELATION), feature, annotation)
        link = made.create_type(ARGUMENT, "uima.cas.TOP")
        made.create_feature(link, "role", text)
        made.create_feature(link, "target", annotation)
        made.create_feature(
            made.get_type(EVENT), "arguments", "uima.cas.FSArray", elementType=ARGUMENT, multipleReferencesAllowed=False
        )
        mention = made.create_type(LINK, annotation)
        for feature, kind in (("next", LINK), ("referenceType", text), ("referenceRelation", text), (KIND, text)):
            made.create_feature(mention, feature, kind)
        made.create_feature(made.create_type(CHAIN, "uima.cas.AnnotationBase"), "first", LINK)
        made.create_feature(made.create_type(ABOUT, "uima.cas.AnnotationBase"), "value", text)
        for name in (SENTENCE, TOKEN):
            made.create_type(name, annotation)
        return made


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write <doc_id>.xmi, and TypeSystem.xml."""
    types = Types()
    made = tool(types)
    places: dict[str, Any] = {}
    for source in documents:
        data = proof.written(made, source, ledger)
        if data is not None:
            place = folder.of(source)
            places[str(place)] = place
            (place / f"{source.document.id}.xmi").write_bytes(data)
    for place in places.values():
        (place / "TypeSystem.xml").write_bytes(_described(types.system()))
    folder.write_scheme(made.names.projection())


def tool(types: Types | None = None) -> proof.Tool:
    """Return how XMI is written and read back; `types` grows with the attributes that are written."""
    known = types or Types()
    return proof.Tool(
        "cas_xmi", lambda *given: render(known, *given), lambda data, document: read(known, data, document),
        _holds, declines=declines, has_document=True, names=Names(any=True, reserved=_RESERVED),
    )  # fmt: skip


def declines(text: str) -> str | None:
    """Return why XML cannot hold a text, None where it can."""
    found = _NO_XML.search(text)
    return f"XML cannot hold the character U+{ord(found[0]):04X}" if found else None


def render(types: Types, document: Document, form: Form, loads: dict[str, Load]) -> bytes:
    """Return the XMI of a document."""
    return _Writer(types, document, form, loads).written()


def read(types: Types, data: bytes, document: Document) -> Reading:
    """Read back what `render` returned. Raises InputError where it is not one part with the text."""
    unpack = FORMATS["cas_xmi"].unpack
    beside = Beside(files=(("TypeSystem.xml", _described(types.system())),))
    parts = unpack(data, f"{document.id}.xmi", beside).parts if unpack else []
    if len(parts) != 1 or parts[0].text != document.text:
        raise InputError(document.id, "cannot be read back as it was written: its text is another one")
    return parts[0].reading


class _Writer:
    """The structures of one document; `made` are those of the items."""

    def __init__(self, types: Types, document: Document, form: Form, loads: dict[str, Load]) -> None:
        self.types, self.document, self.form, self.loads = types, document, form, loads
        self.annotations = form.annotations
        self.spans = {span.id: span for span in self.annotations.spans}
        self.made: dict[str, Any] = {}
        for span in self.annotations.spans:
            self.note_features(ENTITY if span.kind == "mention" else PASSAGE, span.attributes)
        for event in self.annotations.events:
            self.note_features(EVENT, event.attributes)
        self.system = types.system()
        import cassis

        self.cas = cassis.Cas(self.system)
        self.cas.sofa_string = document.text
        self.cas.sofa_mime = "text/plain"

    def note_features(self, layer: str, attributes: list[tuple[str, str]]) -> None:
        self.types.features[layer].update((name, None) for name, _ in attributes if _FEATURE.fullmatch(name))

    def written(self) -> bytes:
        text = self.document.text or ""
        for start, end in segmentation.sentences(text):
            self.add(SENTENCE, (start, end))
            for place in segmentation.tokens(text, start, end):
                self.add(TOKEN, place)
        triggers = {event.trigger for event in self.annotations.events}
        for span in self.annotations.spans:
            if span.id not in triggers:
                self.add_span(span)
        claimed: set[str] = set()
        for event in self.annotations.events:
            self.add_event(event, claimed)
        for event in self.annotations.events:
            self.link(event)
        self.add_relations()
        self.add_chains()
        if whole := self.loads.get(DOCUMENT, Load()).written():
            self.cas.add(self.system.get_type(ABOUT)(value=whole))
        data: str = self.cas.to_xmi()
        return data.encode()

    def add(self, name: str, place: Fragment, **values: Any) -> Any:
        given = {key: value for key, value in values.items() if value}
        structure = self.system.get_type(name)(begin=place[0], end=place[1], **given)
        self.cas.add(structure)
        return structure

    def load(self, name: str, **more: Any) -> str:
        """Return what an item carries: its id, which is a number in XMI, and the rest."""
        return replace(self.loads.get(name, Load()), id=name, **more).written()

    def add_span(self, span: Span) -> None:
        values: dict[str, Any] = {KIND: self.load(span.id), **_features(span.attributes)}
        if span.kind == "mention":
            name, values["value"], values["identifier"] = ENTITY, span.label, self.identifier(span)
        else:
            name, values["label"] = PASSAGE, span.label
        self.made[span.id] = self.add(name, (span.start, span.end), **values)

    def identifier(self, span: Span) -> str | None:
        """Return the IRI of the first link to a knowledge base that is one."""
        links = [link for link in self.annotations.normalizations if link.target == span.id]
        iris = [link.resource + link.ref for link in links if re.fullmatch(r"[a-z]+://\S+[/#]", link.resource)]
        return iris[0] if iris and not re.search(r"[/#\s]", iris[0].removeprefix(links[0].resource)) else None

    def add_event(self, event: Event, claimed: set[str]) -> None:
        """Add an event, which implies its trigger: that is the span, once more the span, or only an anchor."""
        name = str(event.trigger)
        trigger = self.spans[name]
        implied = replace(self.loads.get(name, Load()), id=name)
        if name in self.form.anchors:
            implied = Load(anchor=True)
        elif name in claimed:
            implied = Load(same=name)
        claimed.add(name)
        values = {"label": event.label, KIND: self.load(event.id, trigger=implied.value())}
        place = (trigger.start, trigger.end)
        self.made[event.id] = self.add(EVENT, place, **values, **_features(event.attributes))

    def link(self, event: Event) -> None:
        """Add the links from an event to what fills its roles."""
        kind, links = self.system.get_type(ARGUMENT), []
        for argument in event.arguments:
            filler = self.made.get(str(argument.filler))
            if filler is not None:
                links.append(kind(role=argument.role, target=filler))
        if links:
            array = self.system.get_type("uima.cas.FSArray")
            self.made[event.id].arguments = array(elements=links)

    def add_relations(self) -> None:
        for item in self.annotations.relations:
            ends: list[Any] = [self.made.get(str(argument.filler)) for argument in item.arguments]
            if item.id and None not in ends:
                values = {"label": item.label, KIND: self.load(item.id), "Governor": ends[0], "Dependent": ends[1]}
                self.add(RELATION, (ends[1].begin, ends[1].end), **values)

    def add_chains(self) -> None:
        """Add a chain for each entity whose mentions are linked; its links are the mentions once more."""
        following = {
            str(link.arguments[0].filler): str(link.arguments[1].filler)
            for link in self.annotations.relations if not link.id
        }  # fmt: skip
        for first in [name for name in following if name not in following.values()]:
            names = [first]
            while names[-1] in following:
                names.append(following[names[-1]])
            label = self.spans[first].label
            links = [
                self.add(
                    LINK, (self.spans[name].start, self.spans[name].end), referenceType=label,
                    **{KIND: Load(same=name).written()},
                )
                for name in names
            ]  # fmt: skip
            for one, other in pairwise(links):
                one.next = other
            self.cas.add(self.system.get_type(CHAIN)(first=links[0]))


def _features(attributes: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in reversed(attributes) if _FEATURE.fullmatch(name)}


def _holds(value: str) -> bool:
    return bool(value) and not _NO_XML.search(value) and not any(letter in value for letter in "\t\n\r")


def _described(system: Any) -> bytes:
    data: str = system.to_xml()
    return data.encode()
