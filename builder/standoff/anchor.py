"""Native files anchored by quotes -> the same files with offsets, in canonical form; records of withheld texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from standoff import anchoring, articles, catalogue, config, jsonfile, schemafile, sources
from standoff.annotations import native
from standoff.config import Corpus
from standoff.entries import ArticleFile, Entry
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Document


@dataclass(slots=True)
class Proposal:
    """A file as it would be written. `findings` that are errors say why it cannot be."""

    path: Path
    shown: str
    text: str
    changed: bool
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """True where the file can be written."""
        return not any(finding.severity == "error" for finding in self.findings)


def propose(root: Path, texts: Mapping[str, Path]) -> Iterator[Proposal]:
    """Yield every native file, and every record of a withheld text, as `standoff anchor --write` would write it.

    `texts` maps digests of raw files to copies of withheld texts. A withheld document without its text at hand
    is left alone. Files of other formats keep the form of their tool.
    """
    corpus = config.read(root)
    for entry in catalogue.of(corpus).entries:
        document = _text_of(entry, corpus, texts)
        if document is None:
            continue
        if entry.must_withhold:
            yield _record(entry, corpus, document)
        for file in entry.annotations:
            if file.format == "native":
                yield _anchored(file.path, file.place, file.annotator, document)


def _text_of(entry: Entry, corpus: Corpus, texts: Mapping[str, Path]) -> Document | None:
    """Return the document with its text; of a withheld one, from the user's copy with the recorded digest."""
    file = entry.article
    if file is None and entry.withheld:
        data = articles.read_bytes(entry.withheld, entry.withheld_shown)
        known = jsonfile.parse(data.decode("utf-8", "replace"), entry.withheld_shown)
        for pointer, message in schemafile.problems(known, "withheld"):
            field_name = "/" + "/".join(str(step) for step in pointer)
            raise InputError(entry.withheld_shown, f"{field_name}: {message}", code="E117")
        copy = texts.get(known["raw_sha256"])
        file = ArticleFile(copy, entry.withheld_shown) if copy else None
    elif file is None and entry.must_withhold and len(texts) == 1:
        file = ArticleFile(next(iter(texts.values())), f"raw/{entry.doc_id}.txt")
    if file is None:
        return None
    document, _ = sources.read_article(entry.doc_id, file, entry.metadata, corpus.articles)
    document.withheld = entry.must_withhold or entry.withheld is not None
    return document


def _record(entry: Entry, corpus: Corpus, document: Document) -> Proposal:
    cuts, position = [], 0
    for start, end, _ in [*document.source_map.segments, (document.source_map.raw_length, 0, 0)]:
        if start > position:
            cuts.append({"start": position, "end": start})
        position = end
    record = {
        "version": 1,
        "raw_sha256": document.raw_sha256,
        "text_sha256": document.text_sha256,
        "text_length": document.text_length,
        "cuts": cuts,
        "sections": [{"kind": s.kind, "start": s.start, "end": s.end} for s in document.sections],
    }
    path = corpus.root / "withheld" / f"{entry.doc_id}.json"
    text = json.dumps(record, indent=1) + "\n"
    old = path.read_text(encoding="utf-8") if path.is_file() else None
    return Proposal(path, f"withheld/{entry.doc_id}.json", text, text != old)


def _anchored(path: Path, shown: str, annotator: str, document: Document) -> Proposal:
    data = articles.read_bytes(path, shown)
    try:
        reading = native.read(data, document.id, annotator, shown)
    except InputError as error:
        return Proposal(path, shown, "", False, [Finding(error.code, shown, error.message, error.line, error.column)])
    anchoring.anchor(reading, document)
    reading.annotations.text_sha256 = document.text_sha256
    if document.text is not None and not document.withheld:
        for span in reading.annotations.spans:
            for quote in span.quotes:
                quote.exact = document.text[quote.start : quote.end]
    text = native.write(reading.annotations, quotes=not document.withheld)
    return Proposal(path, shown, text, text.encode("utf-8") != data, reading.findings)
