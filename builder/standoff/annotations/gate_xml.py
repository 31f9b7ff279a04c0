"""GATE XML -> spans, relations and document attributes.

Format: https://gate.ac.uk/userguide/sec:corpora:xml. `TextWithNodes` holds the text, with an empty element at each
place where an annotation begins or ends; the ids of these count UTF-16 units. An annotation is where its nodes stand.
Features become attributes; the name of the annotation set the attribute `annotation_set`, none for the default set.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import UNITS, Reading, tally
from standoff.errors import InputError
from standoff.finding import Related
from standoff.model import Annotations, Argument, Attribute, Relation, Span

if TYPE_CHECKING:
    from lxml import etree

SET = "annotation_set"
"""The attribute of an item that says from which named annotation set it is."""

SEGMENTS = {"Token", "SpaceToken", "Sentence", "Split", "paragraph", "DEFAULT_TOKEN"}
"""The types by which GATE cuts a text in pieces: spans of kind `other`, all else are mentions."""

_ROOT = re.compile(rb"<(?:[A-Za-z]\w*:)?GateDocument[\s>/]")
_WRAPPED = "gate.corpora.ObjectWrapper"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_FIELDS = {"gate.SourceURL": "url"}
_URL = re.compile(r"https?://\S+")
_CODE_POINTS, _UTF_16, _ = UNITS


def sniff(data: bytes) -> bool:
    """Say whether an XML file has the element GateDocument near its beginning."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return _ROOT.search(data[:4096]) is not None


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read a file: one part. An annotation without a place or a type is a finding, and reading goes on.

    Raises InputError if the file is no well-formed XML, has a DTD, or no text.
    """
    root = _parsed(data, path)
    body = root.find("TextWithNodes")
    if body is None:
        raise InputError(path, "has no element TextWithNodes, and so no text", line=root.sourceline, code="E101")
    reading = Reading(Annotations("", "", path, hashlib.sha256(data).hexdigest()))
    document = _Document(reading, body)
    for features in root.findall("GateDocumentFeatures"):
        reading.annotations.attributes += document.features(features)
    for group in root.iter("AnnotationSet"):
        document.add_set(group)
    for element in root.iter("Relation"):
        document.add_relation(element)
    held = tally(reading, b"")
    held.update(document.lost)
    fields = [(_FIELDS[k], v) for k, v in reading.annotations.attributes if k in _FIELDS and _URL.fullmatch(v)]
    return Export([Part(reading, text=document.text, fields=fields, held=held)])


def _parser() -> etree.XMLParser:
    """Return a parser that fetches nothing, expands nothing, and has limits."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_pis=True, remove_comments=True
    )


def _parsed(data: bytes, path: str) -> etree._Element:
    from lxml import etree

    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        message = f"is no well-formed XML: {error.msg}"
        raise InputError(path, message, line=line or None, column=column or None, code="E101") from None
    if root.getroottree().docinfo.internalDTD is not None:
        message = "has a DOCTYPE, which GATE does not write and which is not read; take it out, entities written out"
        raise InputError(path, message, line=1, code="E101")
    if root.tag != "GateDocument":
        message = f"found the root element {root.tag!s}; expected GateDocument"
        raise InputError(path, message, line=root.sourceline, code="E101")
    return root


class _Document:
    """The text of a file with its nodes, and what stands at them."""

    def __init__(self, reading: Reading, body: etree._Element) -> None:
        self.reading = reading
        self.lost: Counter[str] = Counter()
        self.seen: dict[str, int] = {}
        pieces = [body.text or ""]
        self.nodes: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        length = len(pieces[0])
        for node in body.iter("*"):
            if node is not body:
                self._add_node(node, length)
                pieces += [node.text or "", node.tail or ""]
                length += len(pieces[-2]) + len(pieces[-1])
        self.text = "".join(pieces)
        self._count()

    def _add_node(self, node: etree._Element, offset: int) -> None:
        name = node.get("id")
        if node.tag != "Node" or name is None:
            self._fault("E105", f"found <{node.tag!s}> in the text; expected <Node id=…/>; its words are text", node)
        elif name in self.nodes:
            first = self.reading.other(f"the first node {name} is here", self.lines[name])
            message = f"the node {name} stands in the text already; save the document in GATE again"
            self._fault("E302", message, node, related=[first])
        else:
            self.nodes[name], self.lines[name] = offset, node.sourceline or 1

    def _count(self) -> None:
        """Say in which unit the ids of the nodes count; where in none, that is a finding, and their places hold."""
        ends = [0]
        for letter in self.text:
            ends.append(ends[-1] + (2 if letter > "\uffff" else 1))
        in_units = {name: ends[offset] for name, offset in self.nodes.items()}
        for unit, places in ((_UTF_16, in_units), (_CODE_POINTS, self.nodes)):
            if all(name == str(place) for name, place in places.items()):
                self.nodes, self.reading.unit = places, unit
                return
        name, place = next((name, place) for name, place in in_units.items() if name != str(place))
        message = f"the node {name} stands at {place} (in UTF-16 units); annotations are read from where nodes stand"
        self.reading.fault("W145", message, self.lines[name], 1)
        self.nodes, self.reading.unit = in_units, _UTF_16

    def add_set(self, group: etree._Element) -> None:
        """Add the annotations of a set."""
        name = group.get("Name")
        for element in group.iterchildren("Annotation"):
            span = self._span(element)
            if span is None:
                self.lost.update(spans=1, mentions=1)
                continue
            span.attributes = ([(SET, name)] if name else []) + self.features(element)
            self.reading.annotations.spans.append(span)

    def _span(self, element: etree._Element) -> Span | None:
        label, first, last = (element.get(name) for name in ("Type", "StartNode", "EndNode"))
        raw_id = element.get("Id")
        if not label or first is None or last is None:
            self._fault("E105", "found an annotation without Type, StartNode or EndNode", element, raw_id)
            return None
        missing = next((name for name in (first, last) if name not in self.nodes), None)
        if missing is not None:
            message = f"the annotation {label} names the node {missing}, and the text has no such node"
            self._fault("E301", message, element, raw_id)
            return None
        return Span(
            id=self._id("a", raw_id, element), raw_id=raw_id, line=element.sourceline, column=1,
            kind="other" if label in SEGMENTS else "mention", label=label,
            fragments=[(self.nodes[first], self.nodes[last])],
        )  # fmt: skip

    def _id(self, letter: str, raw_id: str | None, element: etree._Element) -> str:
        """Return `a7` for the annotation 7; one that is there twice is a finding, and named anew."""
        if raw_id is None:
            return ""
        if raw_id in self.seen:
            first = self.reading.other(f"the first {raw_id} is here", self.seen[raw_id])
            message = f"the id {raw_id} stands on line {self.seen[raw_id]} already; give this one another"
            self._fault("E302", message, element, raw_id, related=[first])
            return ""
        self.seen[raw_id] = element.sourceline or 0
        return f"{letter}{raw_id}" if raw_id.isascii() and raw_id.isdecimal() else ""

    def add_relation(self, element: etree._Element) -> None:
        """Add a relation: its members, in order, are Arg1, Arg2 and so on."""
        raw_id, label = element.get("Id"), element.get("Type")
        members = [name for name in (element.get("Members") or "").split(";") if name]
        if not label or not members:
            self._fault("E105", "found a relation without Type or Members", element, raw_id)
            self.lost.update(relations=1)
            return
        group = element.getparent()
        name = group.get("Name") if group is not None else None
        arguments = [Argument(f"Arg{number}", f"a{member}") for number, member in enumerate(members, 1)]
        relation = Relation(
            id=self._id("r", raw_id, element), raw_id=raw_id, line=element.sourceline, column=1, label=label,
            arguments=arguments, attributes=([(SET, name)] if name else []) + self.features(element),
        )  # fmt: skip
        self.reading.annotations.relations.append(relation)

    def features(self, element: etree._Element) -> list[Attribute]:
        """Return the features of an annotation or of the document; one without a name is a finding."""
        found = []
        for feature in element.iterchildren("Feature"):
            name = (feature.findtext("Name") or "").strip()
            if name:
                found.append((name, _value(feature.find("Value"))))
            else:
                self._fault("E105", "found a feature without a name; it is not read", feature)
        return found

    def _fault(
        self, code: str, message: str, element: etree._Element, item: str | None = None, related: Sequence[Related] = ()
    ) -> None:
        self.reading.fault(code, message, element.sourceline, 1, item, related=related)


def _value(element: etree._Element | None) -> str:
    """Return the value of a feature; a collection, which GATE writes as XML within XML, as JSON."""
    from lxml import etree

    text = "" if element is None else element.text or ""
    if element is None or element.get("className") != _WRAPPED:
        return text
    try:
        inner = etree.fromstring(_DECLARATION.sub("", text), _parser()).find("value")
    except (etree.XMLSyntaxError, ValueError):
        return text
    if inner is None or any(each.get("reference") for each in inner.iter()):
        return text  # a value that stands elsewhere: as it is written
    value = _plain(inner, inner.get("class") or "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(element: etree._Element, kind: str) -> Any:
    children = list(element)
    if kind.endswith("map"):
        pairs = [list(entry) for entry in children]
        return {str(_plain(p[0], str(p[0].tag))): _plain(p[1], str(p[1].tag)) for p in pairs if len(p) == 2}
    if children or kind.endswith(("list", "set", "array")):
        return [_plain(child, str(child.tag)) for child in children]
    text = element.text or ""
    if kind in ("int", "long", "short") and _WHOLE.fullmatch(text):
        return int(text)
    return text == "true" if kind == "boolean" else text
