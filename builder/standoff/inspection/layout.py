"""The files of an export -> documents and annotators: who annotated what, and which text belongs to it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from standoff import articles
from standoff.articles import metadata
from standoff.corpus import sources
from standoff.corpus.entries import AnnotationFile, ArticleFile, Entry, is_safe, replaced
from standoff.errors import InputError
from standoff.finding import Finding, Related
from standoff.inspection import exports, project
from standoff.inspection.exports import LONE
from standoff.inspection.files import Found, Listing
from standoff.inspection.project import Project
from standoff.model import LAYERS

_PUBLISHED = re.compile(r"gold|a[1-9][0-9]*")
_SUFFIX = re.compile(r"(?P<stem>.+)(?:__|[._-])(?P<annotator>[^._-]+)")
Parts = tuple[str, ...]


@dataclass(slots=True)
class Layout:
    """The documents of an export with their files; `files` holds also those that are second for an annotator.

    `lost` are the annotation files that gave no document at all, each with an error. `replaced` says that documents
    in files of several had to get another id than their name.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    files: list[tuple[str, AnnotationFile]] = field(default_factory=list)
    lost: list[Found] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: bool = False
    replaced: bool = False

    @property
    def annotators(self) -> list[str]:
        """The names of the annotators, as the export has them."""
        return sorted({file.annotator for _, file in self.files})

    def entry(self, doc_id: str) -> Entry:
        """Return the entry of a document, a new one where there is none."""
        return self.entries.setdefault(doc_id, Entry(doc_id))


def of(listing: Listing) -> Layout:
    """Find documents and annotators.

    The export of an INCEpTION project says both. Else annotators are folders that hold annotations of the same
    documents, or files of one folder that hold one text, or, where no annotation file has a text of its own name, the
    ends of file names after the name of a text. A text lies beside its annotations, or is the one of their name
    elsewhere.
    """
    inception = project.of(listing)
    found = exports.sort(listing)
    layout, texts = Layout(lost=found.lost, findings=found.findings, unreadable=found.unreadable), _Texts(listing.texts)
    texts.inside = {below: opened.headers[0].digest for below, opened in found.opened.items() if opened.headers}
    used: set[tuple[str, int]] = set()
    for file, (annotator, parts) in zip(found.single, _named(found.single, texts, inception), strict=True):
        annotated = AnnotationFile(file.path, file.below, file.below, file.format or "", annotator)
        if file.below in found.opened:
            annotated.part = 0
            annotated.beside = exports.text_of(file, found.opened[file.below].headers[0], 0)
        _add(layout, annotated, parts, texts.beside(file), texts, used)
    for name, annotated, header in exports.parts(found):
        parts = tuple(name.strip("/").split("/"))
        if header.bare:
            _add_text_inside(layout, annotated, parts)
        else:
            _add(layout, annotated, parts, None, texts, used, header.line)
    _add_bare_texts(layout, [text for text in listing.texts if text.place not in used])
    _refuse_twins(layout)
    _add_metadata(layout)
    if inception:
        layout.findings += inception.findings
        layout.unreadable = layout.unreadable or bool(inception.findings)
        _mark_finished(layout, inception)
    return layout


def _named(files: list[Found], texts: _Texts, inception: Project | None) -> list[tuple[str, Parts]]:
    """Return annotator and document of each file that holds one."""
    if inception:
        return [inception.owner(file.below) for file in files]
    named = _by_document(files, texts) or _by_folder(files, texts) or _by_suffix(files, texts)
    if named is None:
        start = len(_common([file.folder for file in files]))
        named = [(LONE, (*file.folder[start:], file.stem)) for file in files]
    return named


def _mark_finished(layout: Layout, inception: Project) -> None:
    """Note which layers are finished in the files that the tool calls so: those that have items anywhere.

    A file that is not finished is a finding.
    """
    seen: set[str] = set()
    for doc_id, file in layout.files:
        try:
            annotations = sources.read_annotations(file, doc_id)[0].annotations
        except InputError:
            continue  # assembling names the fault
        seen |= {layer for layer in LAYERS if getattr(annotations, layer)}
    for doc_id, file in layout.files:
        state = inception.state(file.place)
        if inception.is_finished(file.place):
            file.finished = [layer for layer in LAYERS if layer in seen]
        elif state:
            file.unfinished = True
            message = f"{file.annotator} has not finished {doc_id!r}: its state is {state}"
            layout.findings.append(Finding("W133", file.place, message, None, None, doc_id))


class _Texts:
    """The texts of an export, by where they lie and by name."""

    def __init__(self, texts: list[Found]) -> None:
        start = len(_common([text.folder for text in texts]))
        self.placed = {(text.folder, text.stem): text for text in texts}
        self.tails: dict[Parts, Found] = {_parts(text, start): text for text in texts}
        self.stems: dict[str, list[Found]] = defaultdict(list)
        for text in texts:
            self.stems[text.stem].append(text)
        self.inside: dict[str, str | None] = {}

    def beside(self, file: Found) -> Found | None:
        return self.placed.get((file.folder, file.stem))

    def elsewhere(self, parts: Parts) -> Found | None:
        """Return the text of a document that does not lie beside its annotations."""
        alone = self.stems.get(parts[-1], [])
        return self.tails.get(parts) or (alone[0] if len(alone) == 1 else None)


def _by_document(files: list[Found], texts: _Texts) -> list[tuple[str, Parts]] | None:
    """Take `bridge/jane.tsv` and `bridge/ilda.tsv` as two annotators, if the files of each folder hold one text."""
    folders: dict[Parts, list[str | None]] = defaultdict(list)
    for file in files:
        folders[file.folder].append(texts.inside.get(file.below))
    if not all(len(set(held)) == 1 and held[0] is not None for held in folders.values()):
        return None
    if all(len(held) == 1 for held in folders.values()):
        return None
    start = min(len(_common([*folders])), min(len(folder) for folder in folders) - 1)
    names = project.document_ids({folder[-1] for folder in folders if folder})
    return [
        (file.stem, (*file.folder[max(start, 0) : -1], names[file.folder[-1]]) if file.folder else (exports.UNNAMED,))
        for file in files
    ]


def _by_folder(files: list[Found], texts: _Texts) -> list[tuple[str, Parts]] | None:
    start = len(_common([file.folder for file in files]))
    if any(len(file.folder) == start for file in files):
        return None
    owners: dict[Parts, list[Found]] = defaultdict(list)
    for file in files:
        owners[(*file.folder[start + 1 :], file.stem)].append(file)
    folders = {file.folder[start] for file in files}
    sharing = {
        file.folder[start]
        for group in owners.values()
        if len({file.folder[start] for file in group}) > 1 and _same_text(group, texts)
        for file in group
    }
    if 2 * len(sharing) <= len(folders) and not all(_PUBLISHED.fullmatch(name) for name in folders):
        return None
    return [(file.folder[start], (*file.folder[start + 1 :], file.stem)) for file in files]


def _same_text(group: list[Found], texts: _Texts) -> bool:
    """Say whether files of one name can be about one document: no two of them hold, or lie beside, different texts."""
    if len({texts.inside.get(file.below) for file in group} - {None}) > 1:
        return False
    beside = [text for text in map(texts.beside, group) if text]
    return len({_digest(text) for text in beside} - {None}) < 2


def _digest(text: Found) -> bytes | None:
    """Return a digest of a text whatever its line ends, None where it cannot be read, which assembling names."""
    try:
        data = articles.read_bytes(text.path, text.below)
    except InputError:
        return None
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).digest()


def _by_suffix(files: list[Found], texts: _Texts) -> list[tuple[str, Parts]] | None:
    """Take `bridge.jane.ann` and `bridge.ilda.ann` beside `bridge.txt` as two annotators, if all files are so."""
    start = len(_common([file.folder for file in files]))
    named = []
    for file in files:
        match = _SUFFIX.fullmatch(file.stem)
        if texts.beside(file) or not match:
            return None
        parts = (*file.folder[start:], match["stem"])
        if not (texts.placed.get((file.folder, match["stem"])) or texts.elsewhere(parts)):
            return None
        named.append((match["annotator"], parts))
    if len({annotator for annotator, _ in named}) == 1:
        return [(LONE, parts) for _, parts in named]  # an ending that all files have names no annotator
    return named or None


def _add(
    layout: Layout, annotated: AnnotationFile, parts: Parts, beside: Found | None, texts: _Texts,
    used: set[tuple[str, int]], line: int | None = None,
) -> None:  # fmt: skip
    """Add an annotation file to its document, with the texts that it holds or that belong to it."""
    doc_id, annotator = replaced("__".join(parts)), annotated.annotator
    layout.files.append((doc_id, annotated))
    layout.replaced = layout.replaced or (annotated.part is not None and doc_id != "__".join(parts))
    if not is_safe(doc_id):
        message = f"the document id {doc_id[:140]!r} is no safe file name, or a reserved one; rename the file"
        layout.findings.append(Finding("E108", annotated.place, message, line))
    entry = layout.entry(doc_id)
    earlier = next((other for other in entry.annotations if other.annotator == annotator), None)
    if earlier:
        message = f"{annotator} has annotated {doc_id!r} already, in {earlier.place}; keep one of the two"
        related = (Related(earlier.place, f"the first file of {annotator} is here"),)
        layout.findings.append(Finding("E110", annotated.place, message, line, None, doc_id, related=related))
        return
    entry.annotations.append(annotated)
    folder = PurePosixPath(annotated.shown).parent.parts
    text = beside or texts.placed.get((folder, parts[-1])) or texts.elsewhere(parts)
    if text:
        used.add(text.place)
        article = _article(text)
        if beside and annotated.beside is None:
            annotated.beside = article
        _add_text(entry, article)
    if annotated.beside and annotated.beside.part is not None:
        _add_text(entry, annotated.beside)
    if entry.article is None:
        name = annotated.path.with_suffix(".txt").name if annotated.part is None else f"{parts[-1]}.txt"
        whose = "it" if annotated.part is None else repr(parts[-1])
        message = f"there is no article for {whose}: expected {name} beside it"
        layout.findings.append(Finding("E104", annotated.place, message, None, None, doc_id))


def _add_text_inside(layout: Layout, file: AnnotationFile, parts: Parts) -> None:
    """Add the text of a part that nobody has annotated."""
    doc_id = replaced("__".join(parts))
    layout.replaced = layout.replaced or doc_id != "__".join(parts)
    if file.beside:
        _add_text(layout.entry(doc_id), file.beside)


def _add_text(entry: Entry, article: ArticleFile) -> None:
    """Make a text the article of a document, or a copy to compare with that."""
    known = [(text.place, text.part) for text in (entry.article, *entry.copies) if text]
    if entry.article is None:
        entry.article = article
    elif (article.place, article.part) not in known:
        entry.copies.append(article)
        if entry.article.rebuilt and not article.rebuilt:
            entry.article, entry.copies[-1] = article, entry.article


def _add_bare_texts(layout: Layout, texts: list[Found]) -> None:
    """Add the texts that nobody has annotated."""
    start = len(_common([text.folder for text in texts]))
    for text in texts:
        doc_id = replaced("__".join(_parts(text, start)))
        entry = layout.entry(doc_id)
        if entry.article is None:
            entry.article = _article(text)
        else:
            message = f"a second text with the id {doc_id!r}; the first is {entry.article.place}"
            related = (Related(entry.article.place, f"the first {doc_id!r} is here"),)
            line = text.place[1] or None
            layout.findings.append(Finding("E109", text.below, message, line, None, doc_id, related=related))


def _parts(text: Found, start: int) -> Parts:
    """Return the parts of the name of a text's document; the id of a record stands as it is."""
    return (text.stem,) if text.record else (*text.folder[start:], text.stem)


def _article(text: Found) -> ArticleFile:
    return ArticleFile(text.path, text.below, text.record, format=text.format or "")


def _add_metadata(layout: Layout) -> None:
    """Take what records of articles say besides the text."""
    for doc_id, entry in layout.entries.items():
        if entry.article and (record := entry.article.record):
            place = (entry.article.place, record.line)
            entry.metadata, findings = metadata.of(record.fields, *place, doc_id)
            entry.metadata_place = place
            layout.findings += findings


def _refuse_twins(layout: Layout) -> None:
    first: dict[str, str] = {}
    for doc_id in sorted(layout.entries):
        other = first.setdefault(doc_id.lower(), doc_id)
        if other != doc_id:
            entry = layout.entries[doc_id]
            place = entry.annotations[0].place if entry.annotations else doc_id
            message = f"the ids {other!r} and {doc_id!r} differ by case only, and are one file on many systems"
            layout.findings.append(Finding("E109", place, message, None, None, doc_id))


def _common(folders: list[Parts]) -> Parts:
    """Return the folders that all paths begin with."""
    if not folders:
        return ()
    first, last = min(folders), max(folders)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]
