"""Annotations -> W3C Web Annotations (JSON-LD): an AnnotationPage a document, with its text beside it.

Model: https://www.w3.org/TR/annotation-model/. A span is an annotation whose tagging body is the label; it has a
TextPositionSelector (code points) and a TextQuoteSelector. A link is an annotation of two annotations, the tag says
what it is; events are links from their triggers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from standoff.annotations import FORMATS, Reading
from standoff.errors import InputError
from standoff.exports import proof
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.exports.names import Names
from standoff.exports.siblings import Beside
from standoff.exports.toolform import Form
from standoff.layers.carried import DOCUMENT, IRI, Load
from standoff.model import AnnotatedDocument, Document, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_AROUND = 32
"""Characters before and after a quote that tell it from others."""


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write <doc_id>.jsonld and <doc_id>.txt."""
    made = tool()
    for source in documents:
        page = proof.written(made, source, ledger)
        if page is None or source.document.text is None:
            continue
        below = folder.of(source)
        for item in page["items"]:
            item["creator"] = {"type": "Person", "nickname": source.annotations.annotator}
        (below / f"{source.document.id}.txt").write_bytes(source.document.text.encode())
        (below / f"{source.document.id}.jsonld").write_bytes(_written(page))
    folder.write_scheme(made.names.projection())


def tool() -> proof.Tool:
    """Return how pages are written and read back."""
    return proof.Tool(
        "w3c", render, read, lambda value: False, refuses, resting=proof.ALL_BUT_SPANS, has_events=False,
        has_document=True, names=Names(any=True),
    )  # fmt: skip


def refuses(span: Span, text: str) -> str | None:
    """Return why a span cannot be written, None where it can: labels are bodies, and these are stripped."""
    return None if span.label.strip() == span.label else "the label has blanks at its ends"


def render(document: Document, form: Form, loads: dict[str, Load]) -> dict[str, Any]:
    """Return the page of a document."""
    items = [_span(span, document, form, loads.get(span.id, Load())) for span in form.annotations.spans]
    for number, link in enumerate(form.annotations.relations, 1):
        ends = [_iri(document, str(argument.filler)) for argument in link.arguments]
        name = _iri(document, link.id or f"link-{number}")
        items.append({"id": name, "type": "Annotation", "body": _body("tagging", link.label), "target": ends})
    if whole := loads.get(DOCUMENT, Load()).written():
        name = _iri(document, "document")
        items.append({"id": name, "type": "Annotation", "body": _body(IRI, whole), "target": _source(document)})
    if not items:  # a page without any says of nobody that he looked
        said = Load(document={"layers": form.annotations.layers or [], "attributes": {}}).written()
        name = _iri(document, "document")
        items.append({"id": name, "type": "Annotation", "body": _body(IRI, said), "target": _source(document)})
    return {"@context": CONTEXT, "id": _iri(document, "page"), "type": "AnnotationPage", "items": items}


def read(page: dict[str, Any], document: Document) -> Reading:
    """Read back what `render` returned. Raises InputError where it is not one part."""
    unpack = FORMATS["w3c"].unpack
    parts = unpack(_written(page), f"{document.id}.jsonld", Beside()).parts if unpack else []
    if len(parts) > 1 or (parts and parts[0].name != document.id):
        raise InputError(document.id, "cannot be read back as it was written: it is another document")
    return parts[0].reading if parts else proof.nothing(document)


def _span(span: Span, document: Document, form: Form, load: Load) -> dict[str, Any]:
    text = document.text or ""
    bodies = [_body("tagging", span.label)]
    bodies += [_body("commenting", note.text) for note in form.annotations.notes if note.target == span.id]
    bodies.append(_body(IRI, replace(load, id=span.id).written()))
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[span.start : span.end],
        "prefix": text[max(span.start - _AROUND, 0) : span.start],
        "suffix": text[span.end : span.end + _AROUND],
    }
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    return {
        "id": _iri(document, span.id),
        "type": "Annotation",
        "body": bodies,
        "target": {"source": _source(document), "selector": [position, quote]},
    }


def _body(purpose: str, value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _iri(document: Document, name: str) -> str:
    return f"urn:standoff:{document.id}:{name}"


def _source(document: Document) -> str:
    return f"{document.id}.txt"


def _written(page: dict[str, Any]) -> bytes:
    return json.dumps(page, ensure_ascii=False, indent=1).encode() + b"\n"
