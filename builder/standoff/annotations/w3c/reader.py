"""W3C Web Annotations (JSON-LD) -> parts: one annotation, a page, a collection, a list, or JSON lines.

Model: https://www.w3.org/TR/annotation-model/. A document is what targets have as their source; the annotator is the
creator. No context and no page is fetched. Files with one annotation each are read together with those beside them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading, tally
from standoff.annotations.w3c import model
from standoff.annotations.w3c.files import Node, beside, is_single, nodes, sniff
from standoff.annotations.w3c.selectors import Anchor, NotText, Unfollowable, anchor
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Annotations, Argument, Attribute, Item, Normalization, Note, Relation, Span

_TAGS = ("tagging", "classifying")
_NOT_TEXT = {"Image", "Video", "Sound", "Audio", "Dataset", "StillImage", "MovingImage"}
_LONGEST = 120


@dataclass(slots=True)
class _Body:
    """What is said: a text, or the IRI of what says it, and what for."""

    purpose: str
    text: str | None
    iri: str | None


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Unpack a file of annotations: a part for each document and creator.

    A file with one annotation is read with the others of its folder, by the first of them. Raises InputError if a
    file that stands for itself is not UTF-8 or no JSON.
    """
    export = Export()
    files = {path: data}
    if is_single(data):
        files |= beside(PurePosixPath(path).name, siblings)
        if files.get("") is not None:
            return export
        export.companions = {name: hashlib.sha256(each).hexdigest() for name, each in files.items() if name != path}
    found: list[Node] = []
    for number, (name, each) in enumerate(files.items()):
        try:
            found += nodes(each, number, name, export)
        except InputError as error:
            if len(files) == 1:
                raise
            export.findings.append(Finding(error.code or "E102", name, error.message, error.line, error.column))
            export.unreadable = True
    _Reader(export, list(files), hashlib.sha256(data).hexdigest()).add(found)
    return export


@dataclass(slots=True)
class _Reader:
    """The parts in the making. `files` are the names of the files, the first being the one that is unpacked.

    `lost` counts, by part, the places that cannot be followed: the file holds a span there all the same.
    """

    export: Export
    files: list[str]
    digest: str
    parts: dict[tuple[str, str | None], Part] = field(default_factory=dict)
    marked: dict[str, list[tuple[Part, Item | None]]] = field(default_factory=dict)
    lost: Counter[int] = field(default_factory=Counter)

    def add(self, nodes: list[Node]) -> None:
        """Add annotations: those of texts first, then those of other annotations of the file."""
        sound = []
        known = {name for node in nodes if (name := model.identity(node.value)) and isinstance(node.value, dict)}
        for node in nodes:
            found = list(model.problems(node.value, inherited=node.inherited))
            for pointer, message in found:
                self.fault("E103", message, node, pointer)
            if not found:
                sound.append((node, [model.identity(target) for target in _targets(node.value)]))
        for node, names in sound:
            if not all(name in known for name in names):
                self.add_annotation(node)
        for node, names in sound:
            if all(name in known for name in names):
                self.add_reference(node, [str(name) for name in names])
        for part in self.export.parts:
            part.held = tally(part.reading, b"") + Counter(spans=self.lost[id(part)])
        if len(self.parts) > 1:  # a part without a name would be a document of its own
            for part in self.export.parts:
                part.name = part.name or PurePosixPath(self.files[0]).stem

    def fault(self, code: str, message: str, node: Node, pointer: model.Pointer = ()) -> None:
        """Note a fault of an annotation that belongs to no document."""
        place, name = node.place(pointer), model.identity(node.value)
        self.export.findings.append(Finding(code, self.files[node.file], message, *place, None, name))

    def part(self, source: str, person: str | None) -> Part:
        """Return the part of a document and a creator, a new one where there is none."""
        key = (document_name(source), person)
        if key not in self.parts:
            annotations = Annotations(key[0], "", self.files[0], self.digest)
            annotations.more_files = list(self.export.companions.items())
            self.parts[key] = Part(Reading(annotations), key[0] or None, person)
            self.export.parts.append(self.parts[key])
        return self.parts[key]

    def add_annotation(self, node: Node) -> None:
        """Add what an annotation says of each of its targets."""
        for pointer, target in model.members(node.value["target"], ("target",)):
            source, selectors = _source(target)
            if not source and len(self.files) > 1:
                source = PurePosixPath(self.files[node.file]).stem
            kinds = {*model.types(target), *(model.types(target.get("source")) if isinstance(target, dict) else ())}
            try:
                if kinds & _NOT_TEXT or not _is_text_format(target):
                    raise NotText(f"the target {source!r} is {', '.join(sorted(kinds & _NOT_TEXT)) or 'no text'}")
                place = anchor(selectors) if selectors else None
            except NotText as error:
                self.fault("W127", str(error), node, pointer)
                continue
            except Unfollowable as error:
                part = self.part(source, _person(node.value))
                name = model.identity(node.value)
                part.reading.fault("E217", str(error), *node.place(pointer), name, node.file)
                self.lost[id(part)] += 1
                continue
            self.add_target(self.part(source, _person(node.value)), node, place)

    def add_target(self, part: Part, node: Node, place: Anchor | None) -> None:
        """Add a span for each tag, with notes and links; what is about the whole text is of the document."""
        annotations, value = part.reading.annotations, node.value
        bodies = _bodies(value)
        tags = [(body.purpose, label) for body in bodies if body.purpose in _TAGS and (label := _label(body))]
        spans: list[Span] = []
        if place is None:
            annotations.attributes += tags if bodies else [(_motivation(value) or "annotation", "true")]
        else:
            spans = _spans(place, [label for _, label in tags], node, len(annotations.spans))
            annotations.spans += spans
        items = list(_said(bodies, {span.label: span.id for span in reversed(spans)}, node))
        annotations.normalizations += [item for item in items if isinstance(item, Normalization)]
        annotations.notes += [item for item in items if isinstance(item, Note)]
        if name := model.identity(value):
            self.marked.setdefault(name, []).append((part, spans[0] if spans else None))

    def add_reference(self, node: Node, names: list[str]) -> None:
        """Add what is said of other annotations: of one a note, of two a relation."""
        ends = [self.marked[name][0] for name in names if name in self.marked]
        spans = [item.id for _, item in ends if item is not None]
        if len(ends) < len(names) or not ends or len({id(part) for part, _ in ends}) > 1:
            message = "the annotations that it is about were not read, or are of several documents or creators"
            self.fault("E301", message, node, ("target",))
            return
        annotations = ends[0][0].reading.annotations
        bodies = _bodies(node.value)
        if len(spans) == len(names) == 2:
            label = next((label for body in bodies if body.purpose in _TAGS and (label := _label(body))), None)
            arguments = [Argument("source", spans[0]), Argument("target", spans[1])]
            label = label or _motivation(node.value) or "linking"
            relation = Relation(**_common(node), label=label, arguments=arguments, attributes=_times(node))
            annotations.relations.append(relation)
            bodies = [body for body in bodies if body.purpose not in _TAGS]
            spans = []
        target = spans[0] if spans else None
        annotations.notes += [_note(body, target, node) for body in bodies]


def document_name(source: str) -> str:
    """Return the name of the document that a source is: its IRI without scheme, fragment and suffix of a page."""
    name = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:/*", "", source.split("#", 1)[0]).strip("/")
    name = re.sub(r"\.(txt|html?|xhtml)$", "", name)
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 10]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return name


def _targets(value: dict[str, Any]) -> list[Any]:
    return [target for _, target in model.members(value.get("target"), ("target",))]


def _source(target: Any) -> tuple[str, Any]:
    """Return the IRI of what a target is about, and its selectors; a fragment of an IRI is one."""
    fields = target if isinstance(target, dict) else {}
    selectors = fields.get("selector")
    source = model.identity(fields.get("source", target))
    if source is None:
        return "", selectors
    whole, _, fragment = source.partition("#")
    if fragment and not selectors:
        selectors = {"type": "FragmentSelector", "value": fragment}
    return whole or source, selectors


def _is_text_format(target: Any) -> bool:
    """Say whether the media types that a target names, if it does, can be of a text."""
    fields = target if isinstance(target, dict) else {}
    source = fields.get("source")
    each = [fields, source if isinstance(source, dict) else {}]
    formats = [name for one in each for name in model.listed(one.get("format"))]
    return not any(name.startswith(("image/", "audio/", "video/")) for name in formats)


def _person(value: dict[str, Any]) -> str | None:
    """Return a name for the creators: a nickname or an IRI; what could be an address or a real name as a digest."""
    found = []
    for creator in model.listed(value.get("creator")):
        fields = creator if isinstance(creator, dict) else {}
        name = fields.get("nickname") or model.identity(creator) or fields.get("name") or fields.get("email")
        if not isinstance(name, str):
            continue
        is_open = name in (fields.get("nickname"), model.identity(creator)) and "@" not in name
        found.append(name if is_open else f"creator-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}")
    return "+".join(found) or None


def _motivation(value: dict[str, Any]) -> str | None:
    return next(iter(model.words(value, "motivation")), None)


def _bodies(value: dict[str, Any]) -> list[_Body]:
    """Return what an annotation says; a body without a purpose has the motivation of the annotation, or comments."""
    default = _motivation(value) or "commenting"
    found = [_Body(default, value["bodyValue"], None)] if "bodyValue" in value else []
    for _, body in model.members(value.get("body"), ("body",)):
        purpose, text, iri = default, None, model.identity(body)
        if isinstance(body, dict):
            purpose = next(iter(model.words(body, "purpose")), default)
            text = body["value"] if isinstance(body.get("value"), str) else None
            iri = model.identity(body.get("source")) or iri
        found.append(_Body(purpose, text, None if text is not None else iri))
    return found


def _label(body: _Body) -> str | None:
    """Return the label that a tag gives: its text, or the end of its IRI."""
    if body.text is not None:
        return body.text.strip() or None
    return re.split(r"[/#:]", (body.iri or "").rstrip("/#"))[-1] or body.iri


def _common(node: Node) -> dict[str, Any]:
    """Return the fields of an item that stands for an annotation."""
    name = model.identity(node.value)
    return {"id": "", "raw_id": name, "line": node.line, "column": node.column, "file": node.file}


def _times(node: Node) -> list[Attribute]:
    return [(key, str(node.value[key])) for key in ("created", "modified") if key in node.value]


def _spans(place: Anchor, labels: list[str], node: Node, taken: int) -> list[Span]:
    """Return a mention for each tag; without tags one span of the kind `other`, called after the motivation."""
    found = []
    motivation = _motivation(node.value)
    for number, label in enumerate(dict.fromkeys(labels) or [motivation or "annotation"], taken + 1):
        span = Span(**_common(node), kind="mention" if labels else "other", label=label, attributes=_times(node))
        span.id = f"m{number}"
        if labels and motivation:
            span.attributes.insert(0, ("motivation", motivation))
        if place.position is not None:
            span.fragments = [place.position]
            span.surface = place.quote.exact if place.quote else None
        elif place.quote is not None:
            span.quotes = [replace(place.quote)]
        found.append(span)
    return found


def _said(bodies: list[_Body], spans: dict[str, str], node: Node) -> Iterator[Item]:
    """Yield a link for each IRI that classifies or identifies a span, and a note for each other body.

    `spans` are the ids of the spans by their labels, that of the first one last.
    """
    first = list(spans.values())[-1] if spans else None
    for body in bodies:
        target = spans.get(_label(body) or "", first) if body.purpose in _TAGS else first
        if body.iri is not None and target is not None and body.purpose in (*_TAGS, "identifying"):
            resource, _, _ = body.iri.rpartition("/")
            yield Normalization(**_common(node), target=target, resource=resource or body.iri, ref=body.iri)
        elif body.purpose not in _TAGS:
            yield _note(body, target, node)


def _note(body: _Body, target: str | None, node: Node) -> Note:
    return Note(**_common(node), target=target, kind=body.purpose, text=body.text or body.iri or "")


__all__ = ["document_name", "sniff", "unpack"]
