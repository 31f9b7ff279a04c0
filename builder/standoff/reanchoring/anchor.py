"""Native files anchored by quotes -> the same files with offsets, in canonical form; records of withheld texts.

Files that were made on a former text of their document come with a relocation: where each span stands now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from standoff import anchoring, articles
from standoff.annotations import Reading, native
from standoff.annotations.brat import moves as brat_moves
from standoff.corpus import catalogue, config, sources
from standoff.corpus.config import Corpus
from standoff.corpus.entries import AnnotationFile, ArticleFile, Entry
from standoff.errors import InputError
from standoff.files import jsonfile, schemafile
from standoff.finding import Finding
from standoff.model import Document, Fragment, Metadata
from standoff.reanchoring import former, relocation
from standoff.reanchoring.former import FormerTexts
from standoff.reanchoring.relocation import Relocated, Relocation
from standoff.withholding import windows


@dataclass(slots=True)
class Proposal:
    """A file as it would be written. `findings` that are errors, and spans that are `open`, say why it cannot be.

    `relocation` is there where the text of the document is another than the one that the file was made on. A copy of a
    text, kept for the day when it is edited, `is_copy`.
    """

    path: Path
    shown: str
    text: str
    changed: bool
    findings: list[Finding] = field(default_factory=list)
    relocation: Relocation | None = None
    accepted: Sequence[str] = ()
    is_copy: bool = False

    @property
    def open(self) -> list[Relocated]:
        """The spans that a person has to look at before the file can be written."""
        return self.relocation.open(self.accepted) if self.relocation else []

    @property
    def is_sound(self) -> bool:
        """True where the file can be written."""
        return not self.open and not any(finding.severity == "error" for finding in self.findings)


def propose(
    root: Path, texts: Mapping[str, Path], former_places: Sequence[Path] = (), accepted: Sequence[str] = ()
) -> Iterator[Proposal]:
    """Yield every native file, and every record of a withheld text, as `standoff anchor --write` would write it.

    `texts` maps digests of raw files to copies of withheld texts. A withheld document without its text at hand
    is left alone. Files of other formats keep the form of their tool, but those of brat whose text has changed: their
    offsets are moved. Former texts are looked for in `former_places` (releases, folders of old articles); spans of a
    status in `accepted` need no further look. Raises InputError where a place is no folder.
    """
    corpus = config.read(root)
    known = FormerTexts(corpus, former_places)
    for entry in catalogue.of(corpus).entries:
        document = _text_of(entry, corpus, texts)
        if document is None:
            continue
        if entry.must_withhold:
            yield record_of(entry, corpus, document)
        for file in entry.annotations:
            if file.format == "native":
                yield _anchored(file, document, known, accepted)
            elif file.format == "brat" and document.text is not None and not document.withheld:
                moved = _moved_brat(file, document, known, accepted)
                if moved:
                    yield moved
        if document.text is not None and not document.withheld and any(f.format == "native" for f in entry.annotations):
            kept = former.keep(root, document.text, document.text_sha256)
            if kept:
                yield Proposal(kept[0], str(kept[0].relative_to(root)), kept[1], True, is_copy=True)


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


def record_of(entry: Entry, corpus: Corpus, document: Document) -> Proposal:
    """Return the record of a withheld text: digests, cuts, sections and windows, none of its words."""
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
        **({} if corpus.articles.encoding == "utf-8" else {"encoding": corpus.articles.encoding}),
    }
    findings: list[Finding] = []
    starts = list(windows.tiles(document.text_length))
    if corpus.articles.windows == "annotations":
        starts += windows.at_edges(document.text_length, _stretches(entry, document, findings))
    record["windows"] = windows.written(document.text or "", document.text_sha256, starts)
    path = corpus.root / "withheld" / f"{entry.doc_id}.json"
    text = json.dumps(record, indent=1) + "\n"
    old = path.read_text(encoding="utf-8") if path.is_file() else None
    return Proposal(path, f"withheld/{entry.doc_id}.json", text, text != old, findings)


def _stretches(entry: Entry, document: Document, findings: list[Finding]) -> Iterator[Fragment]:
    """Yield the fragments of every annotator's spans. A file that cannot be read is a finding: its windows lack."""
    for file in entry.annotations:
        try:
            reading, _ = sources.read_annotations(file, document.id)
        except InputError as error:
            code = error.code or "E101"
            findings.append(Finding(code, file.place, error.message, error.line, error.column, document.id))
            continue
        anchoring.anchor(reading, document)
        for span in reading.annotations.spans:
            yield from span.fragments


def _anchored(file: AnnotationFile, document: Document, known: FormerTexts, accepted: Sequence[str]) -> Proposal:
    path, shown = file.path, file.place
    data = articles.read_bytes(path, shown)
    try:
        reading = native.read(data, document.id, file.annotator, shown)
    except InputError as error:
        return Proposal(path, shown, "", False, [Finding(error.code, shown, error.message, error.line, error.column)])
    relocated = _relocation(reading, document, known)
    if relocated and relocated.open(accepted):
        return Proposal(path, shown, "", False, reading.findings, relocated, accepted)
    anchoring.anchor(reading, document)
    reading.annotations.text_sha256 = document.text_sha256
    if document.text is not None and not document.withheld:
        for span in reading.annotations.spans:
            for quote in span.quotes:
                quote.exact = document.text[quote.start : quote.end]
    text = native.write(reading.annotations, quotes=not document.withheld)
    return Proposal(path, shown, text, text.encode("utf-8") != data, reading.findings, relocated, accepted)


def _relocation(reading: Reading, document: Document, known: FormerTexts) -> Relocation | None:
    """Move the spans of a file that was made on another text of its document, where that is to be had."""
    made_on = reading.annotations.text_sha256
    if document.text is None or document.withheld or made_on in (None, document.text_sha256):
        return None
    found = relocation.of_quotes(reading, document, known.by_digest(str(made_on)))
    relocation.apply(found)
    reading.annotations.text_sha256 = None
    return found


def _moved_brat(
    file: AnnotationFile, document: Document, known: FormerTexts, accepted: Sequence[str]
) -> Proposal | None:
    """Return a file of brat's with the offsets of its document's new text, None where it fits that already.

    brat does not say which text its offsets belong to: it is the former one on which every span proves itself.
    """
    if _reading_on(file, document):
        return None
    for text in known.of_document(document.id):
        settings = config.Articles()
        old, _ = articles.freeze(document.id, text.text, text.text_sha256, file.place, Metadata(), settings)
        reading = _reading_on(file, old)
        if reading:
            found = relocation.of_offsets(reading, document, text)
            data = articles.read_bytes(file.path, file.place)
            moved = brat_moves.write(data, document, [(each.span, each.move.fragments) for each in found.spans])
            return Proposal(file.path, file.place, moved, True, [], found, accepted)
    return None


def _reading_on(file: AnnotationFile, document: Document) -> Reading | None:
    """Read a file of a tool and anchor it in a text; None where a span does not prove itself there."""
    reading, _ = sources.read_annotations(file, document.id)
    read = len(reading.findings)
    anchoring.anchor(reading, document)
    return reading if len(reading.findings) == read else None
