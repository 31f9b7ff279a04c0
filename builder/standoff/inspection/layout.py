"""The files of an export -> documents and annotators: who annotated what, and which text belongs to it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field

from standoff import articles
from standoff.annotations import FORMATS
from standoff.catalogue import AnnotationFile, ArticleFile, Entry, is_safe, replaced
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.inspection.files import Found, Listing

LONE = "a1"
"""The annotator of an export that names none."""

_PUBLISHED = re.compile(r"gold|a[1-9][0-9]*")
_SUFFIX = re.compile(r"(?P<stem>.+)(?:__|[._-])(?P<annotator>[^._-]+)")
Parts = tuple[str, ...]


@dataclass(slots=True)
class Layout:
    """The documents of an export with their files; `files` holds also those that are second for an annotator."""

    entries: dict[str, Entry] = field(default_factory=dict)
    files: list[tuple[str, AnnotationFile]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def annotators(self) -> list[str]:
        """The names of the annotators, as the export has them."""
        return sorted({file.annotator for _, file in self.files})

    def entry(self, doc_id: str) -> Entry:
        """Return the entry of a document, a new one where there is none."""
        return self.entries.setdefault(doc_id, Entry(doc_id))


def of(listing: Listing) -> Layout:
    """Find documents and annotators.

    Annotators are folders that hold annotations of the same documents, or, where no annotation file has a text of its
    own name, the ends of file names after the name of a text. A text lies beside its annotations, or is the
    one of their name elsewhere.
    """
    layout, texts = Layout(), _Texts(listing.texts)
    named = _by_folder(listing.annotations, texts) or _by_suffix(listing.annotations, texts)
    if named is None:
        start = len(_common([file.folder for file in listing.annotations]))
        named = [(LONE, (*file.folder[start:], file.stem)) for file in listing.annotations]
    used: set[str] = set()
    for file, (annotator, parts) in zip(listing.annotations, named, strict=True):
        _add(layout, file, annotator, parts, texts, used)
    _add_bare_texts(layout, [text for text in listing.texts if text.below not in used])
    _refuse_twins(layout)
    return layout


class _Texts:
    """The texts of an export, by where they lie and by name."""

    def __init__(self, texts: list[Found]) -> None:
        start = len(_common([text.folder for text in texts]))
        self.placed = {(text.folder, text.stem): text for text in texts}
        self.tails: dict[Parts, Found] = {(*text.folder[start:], text.stem): text for text in texts}
        self.stems: dict[str, list[Found]] = defaultdict(list)
        for text in texts:
            self.stems[text.stem].append(text)

    def beside(self, file: Found) -> Found | None:
        return self.placed.get((file.folder, file.stem))

    def elsewhere(self, parts: Parts) -> Found | None:
        """Return the text of a document that does not lie beside its annotations."""
        alone = self.stems.get(parts[-1], [])
        return self.tails.get(parts) or (alone[0] if len(alone) == 1 else None)


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
    """Say whether files of one name can be about one document: no two of them lie beside different texts."""
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


def _add(layout: Layout, file: Found, annotator: str, parts: Parts, texts: _Texts, used: set[str]) -> None:
    doc_id = replaced("__".join(parts))
    annotated = AnnotationFile(file.path, file.below, file.below, file.format or "", annotator)
    layout.files.append((doc_id, annotated))
    if not is_safe(doc_id):
        message = f"the document id {doc_id[:140]!r} is no safe file name, or a reserved one; rename the file"
        layout.findings.append(Finding("E108", file.below, message))
    entry = layout.entry(doc_id)
    earlier = next((other for other in entry.annotations if other.annotator == annotator), None)
    if earlier:
        message = f"{annotator} has annotated {doc_id!r} already, in {earlier.place}; keep one of the two"
        layout.findings.append(Finding("E110", file.below, message, None, None, doc_id))
        return
    entry.annotations.append(annotated)
    beside = texts.beside(file)
    text = beside or texts.placed.get((file.folder, parts[-1])) or texts.elsewhere(parts)
    if text:
        used.add(text.below)
        article = ArticleFile(text.path, text.below)
        annotated.beside = article if beside else None
        if entry.article is None:
            entry.article = article
        elif article.place not in (entry.article.place, *(copy.place for copy in entry.copies)):
            entry.copies.append(article)
    elif entry.article is None:
        suffix = FORMATS[annotated.format].suffix
        message = f"there is no article for it: expected {file.path.name.removesuffix(suffix)}.txt beside it"
        layout.findings.append(Finding("E104", file.below, message, None, None, doc_id))


def _add_bare_texts(layout: Layout, texts: list[Found]) -> None:
    """Add the texts that nobody has annotated."""
    start = len(_common([text.folder for text in texts]))
    for text in texts:
        doc_id = replaced("__".join((*text.folder[start:], text.stem)))
        entry = layout.entry(doc_id)
        if entry.article is None:
            entry.article = ArticleFile(text.path, text.below)
        else:
            message = f"a second text with the id {doc_id!r}; the first is {entry.article.place}"
            layout.findings.append(Finding("E109", text.below, message, None, None, doc_id))


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
