"""What the types of UIMA tools mean: the layers of INCEpTION, WebAnno and DKPro Core, by type name and features.

CAS XMI, CAS JSON and WebAnno TSV hold the same types, so the same rules read them all and the same annotation gets
the same label from each. Type names are those of DKPro Core and of the INCEpTION user guide ("Layers").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from standoff.model import Attribute

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
NAMED_ENTITY = _DKPRO + "ner.type.NamedEntity"
DEPENDENCY = _DKPRO + "syntax.type.dependency.Dependency"
DOCUMENT = "uima.tcas.DocumentAnnotation"

TOKEN = ("other", "Token")
"""Kind and label of the span that is made of a token because a relation or slot refers to it."""

ENDS = (("Governor", "Dependent"), ("source", "target"))
"""The pairs of features that make a type a relation layer: each holds the annotation at one end."""

_SEGMENTATION = {"Token", "Sentence"}
_TAGSETS = {_DKPRO + "metadata.type.TagsetDescription", _DKPRO + "metadata.type.TagDescription"}
_MAIN = {
    NAMED_ENTITY: "value",
    _DKPRO + "lexmorph.type.pos.POS": "PosValue",
    _DKPRO + "lexmorph.type.morph.MorphologicalFeatures": None,
    _DKPRO + "segmentation.type.Lemma": None,
    _DKPRO + "segmentation.type.Stem": None,
    _DKPRO + "segmentation.type.SurfaceForm": None,
    _DKPRO + "segmentation.type.TokenForm": None,
    _DKPRO + "syntax.type.chunk.Chunk": "chunkValue",
    _DKPRO + "syntax.type.constituent.Constituent": "constituentType",
    _DKPRO + "semantics.type.SemPred": "category",
    _DKPRO + "anomaly.type.Anomaly": "category",
    DEPENDENCY: "DependencyType",
}
METADATA_FIELD = _DKPRO + "metadata.type.MetaDataStringField"
"""A field of the document as two features, `key` and `value`."""

_MAIN_NAMES = ("value", "label", "entity")
_UNMARKED = {NAMED_ENTITY, DEPENDENCY}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_LABEL = re.compile(r"\S(.*\S)?")
_OF_THE_MACHINE = {"isLastSegment", "documentBaseUri"}


class Kind(Enum):
    """What the feature structures of a type are."""

    SEGMENTATION = "tokens and sentences, which are no annotations"
    DOCUMENT = "what is known of the document"
    TAGSET = "the name of a tagset that a layer uses"
    SPAN = "an annotation of a piece of the text"
    SLOTS = "a piece of the text with links to others: a trigger and its event"
    RELATION = "a labelled link between two annotations"
    CHAIN = "an entity: the head of a chain of mentions"
    CHAIN_LINK = "a mention in a chain"
    LINK = "a link from a slot to its filler"
    LABEL = "a label of the document as a whole"


@dataclass(slots=True)
class Description:
    """The label of an annotation, its attributes, and its entries of knowledge bases as (resource, reference).

    Of a SLOTS layer, the trigger has the label, and the event the label, the attributes and the arguments.
    """

    label: str
    attributes: list[Attribute] = field(default_factory=list)
    entries: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Layer:
    """A type and what it declares.

    `ancestors` are the names of its supertypes, nearest first; `values` the features that hold plain values,
    `strings` those of them that hold text; `references` the features that hold other feature structures, one or
    many; `has_offsets` says that it has a begin and an end.
    """

    type_name: str
    ancestors: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    has_offsets: bool = True

    @cached_property
    def name(self) -> str:
        """The short name: `NamedEntity`."""
        return short_name(self.type_name)

    @cached_property
    def lineage(self) -> tuple[str, ...]:
        """The type and its ancestors."""
        return (self.type_name, *self.ancestors)

    @cached_property
    def ends(self) -> tuple[str, str] | None:
        """The features of both ends of a relation, None for other layers."""
        return next((pair for pair in ENDS if all(name in self.references for name in pair)), None)

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The features that link to fillers."""
        return tuple(name for name in self.references if name not in (self.ends or ()))

    @cached_property
    def kind(self) -> Kind:
        """What the feature structures of this type are."""
        if DOCUMENT in self.lineage or METADATA_FIELD in self.lineage or self.name == "DocumentMetaData":
            return Kind.DOCUMENT
        if any(each in _TAGSETS for each in self.lineage):
            return Kind.TAGSET
        if self.has_offsets:
            return self._kind_of_piece()
        if "first" in self.references and self.name.endswith("Chain"):
            return Kind.CHAIN
        return Kind.LINK if "target" in self.references else Kind.LABEL

    def _kind_of_piece(self) -> Kind:
        if any(short_name(each) in _SEGMENTATION for each in self.lineage):
            return Kind.SEGMENTATION
        if "next" in self.references and self.name.endswith("Link"):
            return Kind.CHAIN_LINK
        if self.ends:
            return Kind.RELATION
        return Kind.SLOTS if self.references else Kind.SPAN

    @cached_property
    def main_feature(self) -> str | None:
        """The feature whose value is the label: the layer's known one, `value`, `label`, `entity`, or its only text."""
        known = next((each for each in self.lineage if each in _MAIN), None)
        if known:
            return _MAIN[known]
        named = next((name for name in _MAIN_NAMES if name in self.values), None)
        return named or (self.strings[0] if len(self.strings) == 1 else None)

    def described(self, values: Mapping[str, str]) -> Description:
        """Return what the plain values of an annotation say of it.

        Where the label is a value, an attribute `layer` keeps the layer, but for NamedEntity and Dependency, whose
        labels stand for themselves. A value that cannot be a label (a blank at an end, a line break) stays a value.
        """
        label = values.get(self.main_feature) if self.main_feature else None
        label = label if label and _LABEL.fullmatch(label) else None
        told = Description(label or self.name)
        if label and self.type_name not in _UNMARKED:
            told.attributes.append(("layer", self.name))
        for name, value in values.items():
            entry = knowledge_base_entry(name, value)
            if entry:
                told.entries.append(entry)
            elif not label or name != self.main_feature:
                told.attributes.append((name, value))
        return told

    def role(self, feature: str, role: str | None) -> str:
        """Return the role of an argument: the link's own, behind its feature where the layer has several."""
        if not role:
            return feature
        return f"{feature}.{role}" if len(self.slots) > 1 else role


def short_name(type_name: str) -> str:
    """Return the last part of a type name, without the brackets of an array type."""
    return type_name.rpartition(".")[2].removesuffix("[]")


def chain_described(chain: str, links: Sequence[Mapping[str, str]]) -> tuple[Description, list[Description]]:
    """Return what is said of an entity, and of each of its mentions, from the plain values of the links of a chain.

    `chain` is the type name of the chain or of its links. Entity and mentions have one label: the `referenceType`
    that the links agree on, else the name of the layer; then a link's own `referenceType` is an attribute of its
    mention.
    """
    name = short_name(chain)
    name = name.removesuffix("Chain").removesuffix("Link") or name
    types = {values["referenceType"] for values in links if _LABEL.fullmatch(values.get("referenceType", ""))}
    label = types.pop() if len(types) == 1 else None
    entity = Description(label or name, [("layer", name)] if label else [])
    mentions = [
        Description(entity.label, [(key, text) for key, text in values.items() if key != "referenceType" or not label])
        for values in links
    ]
    return entity, mentions


def knowledge_base_entry(feature: str, value: str) -> tuple[str, str] | None:
    """Return resource and reference where a feature links to a knowledge base, as `identifier` of NamedEntity does.

    An IRI is cut behind its last `/` or `#`: (`http://www.wikidata.org/entity/`, `Q42`).
    """
    if feature != "identifier" or not _IRI.fullmatch(value):
        return None
    cut = max(value.rfind("/"), value.rfind("#"), value.find(":")) + 1
    return (value[:cut], value[cut:]) if cut < len(value) else None


def document_fields(values: Mapping[str, str]) -> list[Attribute]:
    """Return the fields of a document, under the names of metadata.csv, from the features of DocumentMetaData.

    A title that is the document's file name (its `documentId`) is none, nor is the language `x-unspecified` one.
    Places on the machine of the export (`file:` URIs) and what tells of its running alone are left out.
    """
    fields = []
    for name, value in values.items():
        if name in _OF_THE_MACHINE or value.startswith("file:") or (name, value) == ("language", "x-unspecified"):
            continue
        if name == "documentTitle":
            fields.append(("documentTitle" if value == values.get("documentId") else "title", value))
        else:
            fields.append(("url" if name == "documentUri" else name, value))
    return fields


def document_labels(layer: Layer, values: Mapping[str, str]) -> list[Attribute]:
    """Return the labels that a feature structure without a place gives its document, as INCEpTION's metadata layers do.

    The main feature stands under the name of the layer, the others behind it: `Genre`, `Genre.certainty`.
    """
    if not values:
        return [(layer.name, "true")]
    return [
        (layer.name if name == layer.main_feature else f"{layer.name}.{name}", value) for name, value in values.items()
    ]
