"""A catalogue entry -> a document with all its annotations, anchored, projected and checked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff import anchoring, articles, checks
from standoff.anchoring import blanks
from standoff.annotations import Reading, tokens
from standoff.annotations.reading import in_text
from standoff.checks.codes import CODES
from standoff.corpus import exclusion, sources
from standoff.corpus.config import Corpus
from standoff.corpus.entries import AnnotationFile, ArticleFile, Entry
from standoff.corpus.scheme import FILE as SCHEME
from standoff.corpus.scheme import Scheme
from standoff.corpus.waivers import Waivers
from standoff.errors import InputError
from standoff.files import jsonfile, schemafile
from standoff.finding import Finding
from standoff.layers import carried, ordering, projection
from standoff.model import LAYERS, Annotations, Document, Section, SourceMap
from standoff.withholding import windows


@dataclass(slots=True)
class Input:
    """A file that was read: its path for the manifest, its digest, and the unit of its offsets if unusual."""

    path: str
    sha256: str
    offsets: str | None = None


@dataclass(slots=True)
class Notes:
    """What a build keeps of a document beside its rows.

    `ner_left_out` counts the spans without a tag, by reason; `text` is the digest of its text, None where it is empty.
    `unread` counts annotations of the document by what their files hold and no reader takes over.
    """

    findings: list[Finding] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    mapped: Counter[str] = field(default_factory=Counter)
    excluded: list[exclusion.LeftOut] = field(default_factory=list)
    shortened: list[exclusion.LeftOut] = field(default_factory=list)
    ner_left_out: Counter[str] = field(default_factory=Counter)
    text: str | None = None
    unread: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Assembled:
    """A document with each annotator's annotations. `unreadable` says that a whole file could not be read.

    `units` are the unit of the offsets of each annotation file, if unusual, and how many of its spans stand.
    """

    entry: Entry
    document: Document | None = None
    annotations: list[Annotations] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    mapped: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    units: list[tuple[AnnotationFile, str | None, int]] = field(default_factory=list)
    copies: dict[tuple[str, int | None], Document] = field(default_factory=dict)
    excluded: list[exclusion.LeftOut] = field(default_factory=list)
    shortened: list[exclusion.LeftOut] = field(default_factory=list)
    unreadable: bool = False

    @property
    def has_errors(self) -> bool:
        """True where a finding stops the build."""
        return self.document is None or any(finding.stops for finding in self.findings)

    def notes(self) -> Notes:
        """Return what a build keeps of the document."""
        text = self.document.text_sha256 if self.document and self.document.text_length else None
        return Notes(
            self.findings, self.inputs, self.mapped, self.excluded, self.shortened, text=text, unread=self.unread
        )


def assemble(
    entry: Entry,
    corpus: Corpus,
    scheme: Scheme,
    texts: Mapping[str, Path] | None = None,
    *,
    show_withheld: bool = False,
    waivers: Waivers | None = None,
) -> Assembled:
    """Read the article and every annotation file of an entry, and check them.

    `texts` maps digests of raw files to the user's own copies of withheld texts; with `show_withheld` such a
    text may stand in the rows. A file that cannot be read is a finding, and sets `unreadable`. What `waivers` cover
    is marked so, and items that they exclude are left out.
    """
    assembled = Assembled(entry)
    waivers = waivers or Waivers()
    try:
        assembled.document = _document(assembled, corpus, texts or {}, show_withheld)
    except InputError as error:
        _refuse(assembled, error)
    for file in entry.annotations:
        try:
            _add_annotations(assembled, file, corpus, scheme, waivers)
        except InputError as error:
            error.path = file.place
            _refuse(assembled, error)
    if not entry.annotations:
        place = entry.article.place if entry.article else entry.withheld_shown
        assembled.findings.append(
            Finding("W606", place, "nobody has annotated this document", None, None, entry.doc_id)
        )
    assembled.findings = [waivers.mark(finding) for finding in assembled.findings]
    return assembled


def published(assembled: list[Annotations], publish: list[str]) -> Annotations | None:
    """Return the annotations that stand in the config `documents`: the first in the order of `publish`.

    An annotator whose file holds nothing finished comes after all who have finished a layer. Without a rule a
    lone annotator is published.
    """
    order = publish or [annotations.annotator for annotations in assembled]
    listed = [annotations for annotations in assembled if annotations.annotator in order]
    return min(listed, key=lambda a: (not a.layers, order.index(a.annotator)), default=None)


def publication_fault(entry: Entry, publish: list[str]) -> str | None:
    """Return why it is not decided whose annotations are published, None where it is."""
    names = [file.annotator for file in entry.annotations]
    if not names:
        return None
    if not publish and len(names) > 1:
        rule = ", ".join(f'"{name}"' for name in names)
        found = f"{entry.doc_id} has annotations by {', '.join(names)}, and no rule says whose are published"
        return f"{found}; say it, the first who has a document: [annotations] publish = [{rule}]"
    if publish and not set(publish) & set(names):
        return f"{entry.doc_id} has annotations by {', '.join(names)}, and `publish` names none of them"
    return None


def _document(assembled: Assembled, corpus: Corpus, texts: Mapping[str, Path], show_withheld: bool) -> Document | None:
    entry = assembled.entry
    if entry.withheld or entry.must_withhold:
        return _withheld_document(assembled, corpus, texts, show_withheld)
    if entry.article is None:
        return None
    document = _article(assembled, entry.article, corpus)
    _note_input(assembled, entry.article, document)
    for copy in entry.copies:
        text = assembled.copies[copy.place, copy.part] = _article(assembled, copy, corpus)
        if _is_respaced(document, text, entry.article, copy):
            _note_input(assembled, copy, text)
            document.metadata.other = [pair for pair in document.metadata.other if pair != tokens.ORIGIN]
        else:
            _compare(assembled, document, text, copy)
    return document


def _is_respaced(document: Document, copy: Document, article: ArticleFile | None, file: ArticleFile) -> bool:
    """Say whether a text differs from the article in its blanks only, because one of the two is made of tokens."""
    ours, theirs = document.text or "", copy.text or ""
    rebuilt = file.rebuilt or (article is not None and article.rebuilt)
    return rebuilt and ours != theirs and blanks.differ_only(ours, theirs)


def _note_input(assembled: Assembled, file: ArticleFile, document: Document) -> None:
    """Note a file of an article; a text inside an export is noted with the annotations of that file."""
    if file.part is None:
        line = f":{file.record.line}" if file.record else ""
        assembled.inputs.append(Input(f"{file.shown}{line}", document.raw_sha256))


def _article(assembled: Assembled, file: ArticleFile, corpus: Corpus) -> Document:
    entry = assembled.entry
    known = replace(entry.metadata)
    document, findings = sources.read_article(entry.doc_id, file, known, corpus.articles)
    document.path = file.shown
    assembled.findings += [replace(finding, doc_id=entry.doc_id) for finding in findings]
    return document


def _compare(assembled: Assembled, document: Document, copy: Document, file: ArticleFile) -> None:
    _note_input(assembled, file, copy)
    article = assembled.entry.article
    if document.text != copy.text:
        ours, theirs = document.text or "", copy.text or ""
        pairs = zip(ours, theirs, strict=False)
        offset = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
        line, column = copy.place_of(offset) or (None, None)
        first = article.place if article else document.path
        message = (
            f"differs from {first} at character {offset}: "
            f"found {theirs[offset : offset + 20]!r}, expected {ours[offset : offset + 20]!r}"
        )
        related = [place._replace(path=first) for place in in_text(document, offset, "the article goes on so here")]
        finding = Finding("E605", file.place, message, line, column, document.id, related=tuple(related))
        assembled.findings.append(finding)


def _withheld_document(
    assembled: Assembled, corpus: Corpus, texts: Mapping[str, Path], show_withheld: bool
) -> Document | None:
    entry = assembled.entry
    if entry.withheld is None:
        shown = entry.article.place if entry.article else "corpus.toml"
        message = (
            f"{entry.doc_id} is withheld and has no withheld/{entry.doc_id}.json; `standoff anchor --write` makes it"
        )
        assembled.findings.append(Finding("E115", shown, message, None, None, entry.doc_id))
        return None
    record = _withheld_record(assembled, entry.withheld)
    if record is None:
        return None
    copy = texts.get(record["raw_sha256"])
    file = ArticleFile(copy, f"raw/{entry.doc_id}.txt") if copy else entry.article
    sections = [Section(**section) for section in record["sections"]]
    document = _article(assembled, file, corpus) if file else None
    if document is None and texts:
        message = "none of the texts that were given is that of this document, whose SHA-256 is raw_sha256 here"
        assembled.findings.append(Finding("W118", entry.withheld_shown, message, 1, 1, entry.doc_id))
    if document is None:
        return Document(
            id=entry.doc_id, text=None, text_sha256=record["text_sha256"], text_length=record["text_length"],
            raw_sha256=record["raw_sha256"], path=entry.withheld_shown, source_map=SourceMap([], 0),
            sections=sections, metadata=replace(entry.metadata), withheld=True,
        )  # fmt: skip
    document.withheld = not show_withheld
    if (document.raw_sha256, document.text_sha256) != (record["raw_sha256"], record["text_sha256"]):
        message = "the text that is here has other digests than raw_sha256 and text_sha256: it is not the one recorded"
        assembled.findings.append(Finding("E117", entry.withheld_shown, message, 1, 1, entry.doc_id))
    elif document.sections != sections:
        message = "the recorded sections are not those of the text; make the record anew with `standoff anchor --write`"
        assembled.findings.append(Finding("E117", entry.withheld_shown, message, 1, 1, entry.doc_id))
    elif not windows.of_record(record).fit(document.text or ""):
        message = "the recorded windows are not those of the text; make the record anew with `standoff anchor --write`"
        assembled.findings.append(Finding("E117", entry.withheld_shown, message, 1, 1, entry.doc_id))
    return document


def _withheld_record(assembled: Assembled, path: Path) -> dict[str, Any] | None:
    shown = assembled.entry.withheld_shown
    data = articles.read_bytes(path, shown)
    assembled.inputs.append(Input(shown, hashlib.sha256(data).hexdigest()))
    text = data.decode("utf-8", "replace")
    value: dict[str, Any] = jsonfile.parse(text, shown)
    for pointer, message in schemafile.problems(value, "withheld"):
        line, column = jsonfile.locate(text, pointer)
        field_name = "/" + "/".join(str(step) for step in pointer)
        problem = f"{field_name}: {message}" if pointer else message
        assembled.findings.append(Finding("E117", shown, problem, line, column, assembled.entry.doc_id))
        return None
    return value


def _add_annotations(
    assembled: Assembled, file: AnnotationFile, corpus: Corpus, scheme: Scheme, waivers: Waivers
) -> None:
    reading, part = sources.read_annotations(file, assembled.entry.doc_id)
    assembled.unread.update(f"{file.format}: {what}" for what in (part.unread if part else ()))
    unit = None
    if assembled.document and assembled.document.withheld:
        reading.findings = [replace(f, message=CODES[f.code].sentence, related=()) for f in reading.findings]
    document = assembled.document
    findings = reading.findings
    if document is None:
        findings = [finding.moved(exclusion.place_in(reading, file.place, {})) for finding in findings]
    else:
        leaving = exclusion.Leaving(reading, file.place, document, waivers, _articles(assembled.entry))
        counted_in = _counted_in(assembled, file) or document
        if part and part.text is not None and reading.annotations.text_sha256 is None:
            reading.annotations.text_sha256 = counted_in.text_sha256  # the file itself holds the text it was made on
        unit = anchoring.anchor(reading, counted_in)
        if counted_in.text is not None and document.text is not None and counted_in.text != document.text:
            blanks.move_spans(reading, counted_in.text, document.text)
            reading.annotations.text_sha256 = document.text_sha256
        assembled.units.append((file, unit, len(reading.annotations.spans)))
        leaving.first()
        shape(assembled, reading, file, corpus, scheme)
        leaving.lost()
        checks.run(reading, document, scheme)
        findings = leaving.settle(scheme)
        ordering.sort_items(reading.annotations)
        assembled.excluded += leaving.excluded
        assembled.shortened += leaving.shortened
    assembled.inputs.append(Input(file.shown, reading.annotations.file_sha256, unit))
    assembled.inputs += [Input(path, digest) for path, digest in reading.annotations.more_files]
    if part:
        assembled.inputs += [Input(path, digest) for path, digest in sources.companions(file)]
    assembled.annotations.append(reading.annotations)
    assembled.findings += findings


def _articles(entry: Entry) -> dict[str, str]:
    """Return the path in messages, by that in provenance, of each file that holds the article, and of scheme.toml."""
    places = {text.shown: text.place for text in (*reversed(entry.copies), entry.article) if text}
    return {SCHEME: SCHEME, **places}


def _counted_in(assembled: Assembled, file: AnnotationFile) -> Document | None:
    """Return the copy of the article beside or in an annotation file, if it has the words of the article."""
    copy = assembled.copies.get((file.beside.place, file.beside.part)) if file.beside else None
    document = assembled.document
    if copy is None or document is None or file.beside is None:
        return None
    same = copy.text == document.text or _is_respaced(document, copy, assembled.entry.article, file.beside)
    return copy if same else None


def shape(assembled: Assembled, reading: Reading, file: AnnotationFile, corpus: Corpus, scheme: Scheme) -> None:
    """Bring annotations into the layers of the scheme, with ids for all items."""
    annotations = reading.annotations
    held = carried.Carried() if file.format == "native" else carried.take(reading)
    if file.format != "native":
        assembled.mapped += projection.project(reading, scheme)
    projection.label_triggers(annotations)
    if annotations.layers is None:
        annotations.layers = _layers(annotations, file, corpus)
    ordering.name_items(annotations)
    assembled.mapped += projection.rename(annotations, scheme, imported=file.format != "native")
    projection.add_singletons(annotations)
    if any(entity.derived for entity in annotations.entities) and "entities" not in annotations.layers:
        annotations.layers = [*annotations.layers, "entities"]
    ordering.name_items(annotations)
    projection.refer_to_entities(annotations)
    carried.restore(reading, held)


def _layers(annotations: Annotations, file: AnnotationFile, corpus: Corpus) -> list[str]:
    """Return the layers that count as finished: as declared, or those that have items in this document."""
    declared = file.layers if file.layers is not None else corpus.annotations.layers
    if file.finished is not None and declared is None:
        return [layer for layer in LAYERS if layer in file.finished or getattr(annotations, layer)]
    if not annotations.has_items():
        return list(declared or LAYERS) if corpus.annotations.empty_files == "nothing_found" else []
    if declared is not None:
        return list(declared)
    return [layer for layer in LAYERS if getattr(annotations, layer)]


def _refuse(assembled: Assembled, error: InputError) -> None:
    assembled.unreadable = True
    code = error.code or "E101"
    path = error.path or assembled.entry.doc_id
    finding = Finding(code, path, error.message, error.line, error.column, assembled.entry.doc_id)
    assembled.findings.append(finding)
