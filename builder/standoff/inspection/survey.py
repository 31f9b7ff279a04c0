"""An export -> what it holds and what is wrong in it. Counts are those of the files, before any projection."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff import articles
from standoff.annotations import FORMATS, Reading
from standoff.annotations.reading import tally
from standoff.articles import html
from standoff.corpus import assembly, sources
from standoff.corpus.config import Articles, Corpus, Dataset, Ids, Publication
from standoff.corpus.entries import AnnotationFile, ArticleFile
from standoff.corpus.scheme import FILE as SCHEME
from standoff.corpus.scheme import Scheme
from standoff.corpus.scheme import read as read_scheme
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.inspection import corpora, files, layout
from standoff.inspection.corpora import Given
from standoff.inspection.layout import Layout
from standoff.model import LAYERS, Document, Relation

COUNTS = (
    "spans", "discontinuous", "entities", "mentions", "events", "arguments",
    "attributions", "stance", "relations", "attributes", "normalizations", "notes",
)  # fmt: skip
"""The keys of the counts, in their order."""

CODE_POINTS = "code points"


@dataclass(slots=True)
class Part:
    """What the files of one format hold.

    `units` counts files by the unit of their offsets, of those alone in which units can be told apart;
    `unclear` counts the others, `proved` the spans that stand in their texts. `remarks` say how files were
    understood, and how often.
    """

    format: str
    documents: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    units: Counter[str] = field(default_factory=Counter)
    unclear: int = 0
    proved: int = 0
    findings: list[Finding] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    @property
    def unit(self) -> str | None:
        """The unit of the offsets: `mixed` if files differ, None where no span tells."""
        if len(self.units) > 1:
            return "mixed"
        return next(iter(self.units), CODE_POINTS if self.unclear else None)


@dataclass(slots=True)
class Survey:
    """All that is known of an export; `findings` has those of the parts, too; `scheme` is a scheme.toml in it.

    `given` is the corpus that the export is, if it is one.
    """

    root: Path
    layout: Layout
    parts: dict[str, Part]
    assembled: list[assembly.Assembled]
    other: list[tuple[str, str]]
    findings: list[Finding]
    unreadable: bool
    scheme: Path | None = None
    given: Given | None = None

    def projecting(self) -> Scheme:
        """Return a scheme that accepts every label, with the projection of the scheme.toml that lies in the export.

        Raises ConfigError where that file does not fit its schema.
        """
        given = read_scheme(self.scheme.parent) if self.scheme else Scheme()
        return replace(given, inferred=True, renames={})

    @property
    def format(self) -> str | None:
        """The format, `mixed` if there are several, None if there are no annotations."""
        return "mixed" if len(self.parts) > 1 else next(iter(self.parts), None)


def of(path: Path) -> Survey:
    """Survey a folder or a file. What cannot be read is a finding, and sets `unreadable`; the rest is read.

    Raises ConfigError where the export is a corpus folder whose settings cannot be used, or its scheme.toml cannot.
    """
    listing = files.of(path)
    given = corpora.find(path, listing)
    survey = _of_corpus(path, given) if given else _of_export(path, listing)
    for doc_id, file in survey.layout.files:
        _count(survey, doc_id, file)
    survey.assembled = assemble(survey, survey.projecting())
    for assembled in survey.assembled:
        survey.findings += assembled.findings
        survey.unreadable = survey.unreadable or assembled.unreadable
        _note_units(survey, assembled)
    survey.findings = sorted(set(survey.findings), key=lambda finding: finding.order)
    _share_findings(survey)
    if given and given.prefix:
        for held in (survey.findings, *(part.findings for part in survey.parts.values())):
            held[:] = [replace(finding, path=f"{given.prefix}{finding.path}") for finding in held]
    return survey


def _of_export(path: Path, listing: files.Listing) -> Survey:
    found = layout.of(listing)
    unreadable = listing.unreadable or found.unreadable
    survey = Survey(path, found, {}, [], listing.other, [*listing.findings, *found.findings], unreadable)
    survey.scheme = scheme_beside(path)
    for annotated in listing.annotations:
        survey.parts.setdefault(str(annotated.format), Part(str(annotated.format)))
    return survey


def _of_corpus(path: Path, given: Given) -> Survey:
    found = corpora.layout(given)
    scheme = given.corpus.root / SCHEME
    survey = Survey(path, found, {}, [], [], [*found.findings], found.unreadable, given=given)
    survey.scheme = scheme if scheme.is_file() else None
    return survey


def pages_of(survey: Survey) -> list[tuple[str, ArticleFile]]:
    """Return the documents whose article is a saved page."""
    entries = sorted(survey.layout.entries.items())
    return [(doc_id, e.article) for doc_id, e in entries if e.article and e.article.format == html.FORMAT]


def assemble(survey: Survey, scheme: Scheme) -> list[assembly.Assembled]:
    """Read every document with its annotations, as a build with this scheme would."""
    corpus = Corpus(survey.root, Dataset("export"), Articles(), Ids(), Publication(), [], {})
    corpus, known = (survey.given.corpus, survey.given.waivers) if survey.given else (corpus, None)
    entries = sorted(survey.layout.entries.items())
    return [assembly.assemble(entry, corpus, scheme, waivers=known) for _, entry in entries]


def scheme_beside(path: Path) -> Path | None:
    """Return the scheme.toml of an export that Standoff wrote: the only one in a folder."""
    found = sorted(path.rglob(SCHEME)) if path.is_dir() else []
    return found[0] if len(found) == 1 else None


def raw_reading(doc_id: str, file: AnnotationFile) -> tuple[Reading, Counter[str], list[str]] | None:
    """Read annotations as they stand, spans not yet proved, with what the file holds, and remarks on it.

    None where it cannot be read.
    """
    try:
        reading, part = sources.read_annotations(file, doc_id)
        if part is not None:
            return reading, part.held if part.held is not None else tally(reading, b""), part.remarks
        data = articles.read_bytes(file.path, file.shown)
        return reading, FORMATS[file.format].tally(reading, data), []
    except InputError:
        return None  # assembling names the fault


def _count(survey: Survey, doc_id: str, file: AnnotationFile) -> None:
    part = survey.parts.setdefault(file.format, Part(file.format))
    part.documents.add(doc_id)
    part.annotators.add(file.annotator)
    read = raw_reading(doc_id, file)
    if read is None:
        return
    reading, held, remarks = read
    part.counts.update(held)
    part.remarks.update(remarks)
    annotations = reading.annotations
    labels = part.labels
    for layer in LAYERS:
        for item in getattr(annotations, layer):
            label = getattr(item, "act" if layer == "attributions" else "label") or "(none)"
            labels["equivalences" if is_equivalence(item) else layer][label] += 1
            labels["attributes"].update(name for name, _ in item.attributes)
    labels["attributes"].update(name for name, _ in annotations.attributes)
    labels["normalizations"].update(link.resource for link in annotations.normalizations)
    labels["notes"].update(note.kind or "(none)" for note in annotations.notes)


def is_equivalence(item: object) -> bool:
    """Say whether an item is a set of equals, such as an Equiv line: a relation without an id."""
    return isinstance(item, Relation) and item.raw_id is None and not item.id


def _note_units(survey: Survey, assembled: assembly.Assembled) -> None:
    document = assembled.document
    if document is None:
        return
    for file, unit, spans in assembled.units:
        if not spans:
            continue
        part = survey.parts[file.format]
        part.proved += spans
        if unit is None and not _tells_units_apart(document):
            part.unclear += 1
        else:
            part.units[unit or CODE_POINTS] += 1


def _tells_units_apart(document: Document) -> bool:
    """Say whether code points of a text are another count than UTF-16 units, or than those of the raw file."""
    return document.raw is not None or any(letter > "\uffff" for letter in document.text or "")


def _share_findings(survey: Survey) -> None:
    """Give each part the findings of its files, and of the texts of its documents."""
    formats: dict[str, set[str]] = defaultdict(set)
    for doc_id, file in survey.layout.files:
        formats[file.place].add(file.format)
        entry = survey.layout.entries[doc_id]
        for text in (entry.article, *entry.copies):
            if text:
                formats[text.place].add(file.format)
    for finding in survey.findings:
        for name in formats.get(finding.path, ()):
            survey.parts[name].findings.append(finding)
