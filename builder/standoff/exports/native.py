"""Annotations -> native files, with the texts beside them: a corpus folder that builds as it is.

A withheld document has no text and no quotes, only offsets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from standoff import anchoring
from standoff.annotations import native
from standoff.exports import ledger as accounts
from standoff.exports import proof
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.inference import tomltext
from standoff.layers.carried import entry_of
from standoff.model import ITEM_LISTS, AnnotatedDocument, Annotations, Document, Quote

_COLUMNS = ("title", "language", "published", "dateline", "publisher", "url", "license", "story_id")


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write raw/, annotations/<annotator>/, withheld/, scheme.toml and corpus.toml."""
    names: dict[str, None] = {}
    withheld: dict[str, None] = {}
    seen: set[str] = set()
    for source in documents:
        document, annotations = source.document, source.annotations
        ledger.enter(annotations)
        shown = document.text is not None and not document.withheld
        place = folder.path / "annotations" / annotations.annotator
        place.mkdir(parents=True, exist_ok=True)
        text = render(document, annotations, quotes=shown)
        (place / f"{document.id}.json").write_bytes(text.encode())
        _enter_losses(text, source, ledger)
        names.setdefault(annotations.annotator)
        if document.id in seen:
            continue
        seen.add(document.id)
        if document.text is not None and shown:
            _write_article(folder, document, document.text)
        else:
            withheld.setdefault(document.id)
            _write_record(folder, document)
    _write_settings(folder, list(names), list(withheld))


def render(document: Document, annotations: Annotations, *, quotes: bool) -> str:
    """Return a native file: spans with offsets, and with `quotes` the text that proves them."""
    text = document.text if quotes else None
    spans = [
        replace(span, quotes=[
            Quote(exact=text[start:end] if text is not None else None, start=start, end=end)
            for start, end in span.fragments
        ])
        for span in annotations.spans
    ]  # fmt: skip
    links = [replace(link, text=link.text if quotes else None) for link in annotations.normalizations]
    whole = replace(annotations, spans=spans, normalizations=links, text_sha256=document.text_sha256)
    return native.write(whole, quotes=quotes)


def _enter_losses(text: str, source: AnnotatedDocument, ledger: Ledger) -> None:
    """Read a file back; what does not fit the native format, such as two values of one attribute, is a loss."""
    document, original = source.document, source.annotations
    reading = native.read(text.encode(), document.id, original.annotator, f"{document.id}.json")
    anchoring.anchor(reading, replace(document, withheld=False))
    for layer in ITEM_LISTS:
        found = {item.id: item for item in getattr(reading.annotations, layer)}
        for item in getattr(original, layer):
            back = found.get(item.id)
            if back is None:
                ledger.lose(original, "dropped", layer, "not expressible", item.id)
            elif proof.comparable(back) != proof.comparable(item):
                fields = [key for key in entry_of(item) if entry_of(back).get(key) != entry_of(item)[key]]
                ledger.lose(original, "truncated", layer, _reason(fields), item.id)
    if Counter(reading.annotations.attributes) != Counter(original.attributes):
        ledger.lose(original, "truncated", accounts.DOCUMENTS, _reason([]))


def _reason(fields: list[str]) -> str:
    return f"not expressible: {', '.join(fields)}" if fields else "not expressible: two values of one attribute"


def _write_article(folder: Folder, document: Document, text: str) -> None:
    """Append the article to raw/articles.jsonl: JSON keeps every character, and has room for what is known of it."""
    metadata = document.metadata
    record = {"id": document.id, "text": text, **{name: getattr(metadata, name) for name in _COLUMNS}}
    record |= {name: value for name, value in metadata.other if name not in record}
    if metadata.split:
        record["split"] = metadata.split
    (folder.path / "raw").mkdir(exist_ok=True)
    line = json.dumps({name: value for name, value in record.items() if value is not None}, ensure_ascii=False)
    with (folder.path / "raw" / "articles.jsonl").open("ab") as file:
        file.write(line.encode() + b"\n")


def _write_record(folder: Folder, document: Document) -> None:
    """Write the record of a withheld text: digests, length and parts."""
    record = {
        "version": 1,
        "raw_sha256": document.raw_sha256 or document.text_sha256,
        "text_sha256": document.text_sha256,
        "text_length": document.text_length,
        "cuts": [],
        "sections": [{"kind": s.kind, "start": s.start, "end": s.end} for s in document.sections],
    }
    (folder.path / "withheld").mkdir(exist_ok=True)
    (folder.path / "withheld" / f"{document.id}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _write_settings(folder: Folder, names: list[str], withheld: list[str]) -> None:
    order = sorted(names, key=lambda name: (name != "gold", len(name), name))
    value: dict[str, object] = {"articles": {"headline": "auto", "withhold": withheld}} if withheld else {}
    value["annotations"] = {"publish": order}
    folder.write("corpus.toml", tomltext.write(value))
    folder.write_scheme({})
