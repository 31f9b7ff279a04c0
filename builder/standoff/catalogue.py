"""What a corpus folder holds: which documents, with which article and which annotation files; nothing is read yet."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from standoff import articles
from standoff.aliases import Aliases
from standoff.annotations import SUFFIXES
from standoff.articles import jsonl, metadata
from standoff.config import FILE, Corpus, Source
from standoff.errors import ConfigError
from standoff.finding import Finding
from standoff.model import Metadata

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_BESIDE = {"README.md", "LICENSE", metadata.FILE}
TOOL_CONFIG = {"annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf"}
"""Files of brat's own, which are no annotations."""


@dataclass(slots=True)
class ArticleFile:
    """Where an article is read from.

    `shown` is its path in manifests, `place` the one in messages: below the corpus, or absolute.
    """

    path: Path
    shown: str
    record: jsonl.Record | None = None
    place: str = ""

    def __post_init__(self) -> None:
        self.place = self.place or self.shown


@dataclass(slots=True)
class AnnotationFile:
    """Where one annotator's annotations on one document are read from.

    `shown` is its path in provenance, relative to its source; `place` the one in messages: below the corpus, or
    absolute. `beside` is the text that lies beside it, if one does: its offsets point into that.
    """

    path: Path
    shown: str
    place: str
    format: str
    annotator: str
    layers: list[str] | None = None
    beside: ArticleFile | None = None


@dataclass(slots=True)
class Entry:
    """One document: its article, further copies of the article, and its annotation files."""

    doc_id: str
    article: ArticleFile | None = None
    copies: list[ArticleFile] = field(default_factory=list)
    annotations: list[AnnotationFile] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    metadata_place: tuple[str, int | None] = ("", None)
    withheld: Path | None = None
    withheld_shown: str = ""
    must_withhold: bool = False
    size: int = 0

    @property
    def story_id(self) -> str:
        """The story; a document without one is a story of its own."""
        return self.metadata.story_id or self.doc_id


@dataclass(slots=True)
class Catalogue:
    """All documents of a corpus, by id, and what is wrong with the files as such."""

    entries: list[Entry]
    findings: list[Finding]


def of(corpus: Corpus) -> Catalogue:
    """List the documents of a corpus. Raises ConfigError where a source does not exist."""
    listing = _Listing(corpus)
    listing.add_raw()
    listing.add_withheld()
    listing.add_annotations()
    for source in corpus.sources:
        listing.add_source(source)
    listing.add_metadata()
    return listing.finish()


class _Listing:
    """A catalogue in the making."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.entries: dict[str, Entry] = {}
        self.findings: list[Finding] = []
        self.aliases = Aliases(corpus.root, self.findings)
        self.record_fields: dict[str, tuple[list[tuple[str, str]], str, int]] = {}

    def entry(self, doc_id: str) -> Entry:
        return self.entries.setdefault(doc_id, Entry(doc_id))

    def add_raw(self) -> None:
        root = self.corpus.raw
        for path, below in _files(root, "raw", self.findings):
            shown = f"raw/{below}"
            if path.suffix == ".txt":
                doc_id = self.doc_id(below, shown)
                if doc_id:
                    self.add_article(doc_id, ArticleFile(path, shown))
            elif path.suffix == ".jsonl":
                self.add_records(path, shown)
            elif path.name not in _BESIDE:
                message = "no article: expected .txt or .jsonl; move it elsewhere"
                self.findings.append(Finding("W113", shown, message))

    def add_records(self, path: Path, shown: str) -> None:
        records, findings = jsonl.index(path, shown)
        self.findings += findings
        for record in records:
            doc_id = self.safe_id(record.doc_id, shown, record.line)
            if doc_id:
                self.add_article(doc_id, ArticleFile(path, shown, record))
                self.record_fields[doc_id] = (record.fields, shown, record.line)

    def add_article(self, doc_id: str, file: ArticleFile) -> None:
        entry = self.entry(doc_id)
        if entry.article is not None:
            line = file.record.line if file.record else None
            message = f"a second article with the id {doc_id!r}; the first is {entry.article.place}"
            self.findings.append(Finding("E109", file.place, message, line, None, doc_id))
            return
        entry.article = file
        entry.size = file.record.size if file.record else file.path.stat().st_size

    def add_withheld(self) -> None:
        for path, below in _files(self.corpus.root / "withheld", "withheld", self.findings):
            shown = f"withheld/{below}"
            if path.suffix == ".json":
                doc_id = self.doc_id(below, shown)
                if doc_id:
                    self.entry(doc_id).withheld = path
                    self.entry(doc_id).withheld_shown = shown
            elif path.name not in _BESIDE:
                self.findings.append(Finding("W113", shown, "no record of a withheld text: expected .json"))

    def add_annotations(self) -> None:
        root = self.corpus.root / "annotations"
        named = {source.path.rstrip("/").removeprefix("./") for source in self.corpus.sources}
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            place = f"annotations/{folder.name}"
            if folder.name.startswith(".") or folder.name in _BESIDE or place in named:
                continue
            if not folder.is_dir():
                message = "lies beside the annotators' folders; put it into annotations/<annotator>/"
                self.findings.append(Finding("W113", place, message))
                continue
            annotator = self.aliases.published(folder.name)
            self.add_files(folder, f"annotations/{annotator}/", place, annotator, Source(place, ""))

    def add_source(self, source: Source) -> None:
        root = self.corpus.root / source.path
        if not root.exists():
            message = f"the source {source.path!r} does not exist; its path is relative to the corpus folder"
            raise ConfigError(self.corpus.root / "corpus.toml", message)
        place = source.path.rstrip("/")
        if source.annotators == "folders":
            for folder in sorted(child for child in root.iterdir() if child.is_dir()):
                annotator = self.aliases.published(folder.name)
                self.add_files(folder, f"{annotator}/", f"{place}/{folder.name}", annotator, source)
        elif root.is_file():
            self.add_files(root, "", str(PurePosixPath(place).parent), source.annotator or "a1", source)
        else:
            self.add_files(root, "", place, source.annotator or "a1", source)

    def add_files(self, root: Path, prefix: str, place: str, annotator: str, source: Source) -> None:
        """Add the annotation files below a folder.

        Paths in provenance are `prefix` and the path below the folder, paths in messages begin with `place`.
        """
        suffixes = {suffix: name for suffix, name in SUFFIXES.items() if source.format in ("", name)}
        texts: dict[str, ArticleFile] = {}
        annotated = set()
        for path, below in _files(root, place, self.findings):
            shown, where = f"{prefix}{below}", f"{place}/{below}"
            if path.suffix in suffixes:
                doc_id = self.doc_id(below, where)
                if doc_id:
                    layers = source.layers
                    file = AnnotationFile(path, shown, where, suffixes[path.suffix], annotator, layers)
                    self.add_annotation_file(doc_id, file)
                    annotated.add(doc_id)
            elif path.suffix == ".txt":
                doc_id = self.doc_id(below, where)
                if doc_id:
                    texts[doc_id] = ArticleFile(path, shown, None, where)
            elif path.name not in _BESIDE | TOOL_CONFIG:
                message = f"no annotation file: expected {' or '.join(suffixes)}; it is not read"
                self.findings.append(Finding("W113", where, message))
        for doc_id, text in texts.items():
            self.add_text_beside(doc_id, text, annotator if doc_id in annotated else None)

    def add_annotation_file(self, doc_id: str, file: AnnotationFile) -> None:
        entry = self.entry(doc_id)
        earlier = next((other for other in entry.annotations if other.annotator == file.annotator), None)
        if earlier:
            message = f"{file.annotator} has annotated {doc_id!r} already, in {earlier.place}; keep one of the two"
            self.findings.append(Finding("E110", file.place, message, None, None, doc_id))
        else:
            entry.annotations.append(file)

    def add_text_beside(self, doc_id: str, text: ArticleFile, annotator: str | None) -> None:
        for file in self.entry(doc_id).annotations if annotator else ():
            if file.annotator == annotator:
                file.beside = text
        if annotator is None:
            message = "a text without an annotation file beside it; if it is an article, put it into raw/"
            self.findings.append(Finding("W114", text.place, message, None, None, doc_id))
        elif self.entry(doc_id).article is None and self.entry(doc_id).withheld is None:
            self.add_article(doc_id, text)
        else:
            self.entry(doc_id).copies.append(text)

    def add_metadata(self) -> None:
        path = self.corpus.raw / metadata.FILE
        shown = f"raw/{metadata.FILE}"
        table: dict[str, list[tuple[str, str]]] = {}
        lines: dict[str, int] = {}
        if path.is_file():
            table, lines, findings = metadata.read(path, shown)
            self.findings += findings
        for doc_id in table.keys() - self.entries.keys():
            hint = articles.closest(doc_id, self.entries)
            message = f"there is no document {doc_id!r}{hint}"
            self.findings.append(Finding("E106", shown, message, lines[doc_id], 1, doc_id))
        for doc_id, entry in self.entries.items():
            given, record_shown, record_line = self.record_fields.get(doc_id, ([], shown, 0))
            _, findings = metadata.of(given, record_shown, record_line, doc_id)
            entry.metadata, more = metadata.of([*given, *table.get(doc_id, [])], shown, lines.get(doc_id), doc_id)
            entry.metadata_place = (shown, lines[doc_id]) if doc_id in lines else (record_shown, record_line or None)
            self.findings += findings or more

    def finish(self) -> Catalogue:
        withhold = set(self.corpus.articles.withhold)
        broken = {finding.doc_id for finding in self.findings if finding.code == "E111"}
        for entry in self.entries.values():
            if entry.withheld:
                entry.size = entry.withheld.stat().st_size
            entry.must_withhold = entry.doc_id in withhold or f"license:{entry.metadata.license}" in withhold
            if not entry.article and not entry.withheld and entry.doc_id not in broken:
                for file in entry.annotations:
                    message = f"there is no article for it: expected {entry.doc_id}.txt beside it or in raw/"
                    self.findings.append(Finding("E104", file.place, message, None, None, entry.doc_id))
        self.refuse_unknown_withheld(withhold)
        self.refuse_twins()
        return Catalogue([self.entries[doc_id] for doc_id in sorted(self.entries)], self.findings)

    def refuse_unknown_withheld(self, withhold: set[str]) -> None:
        for name in sorted(withhold):
            if not name.startswith("license:") and name not in self.entries:
                self.refuse_unknown(name, "[articles] withhold", "withhold")
        for cut in self.corpus.articles.cuts:
            for name in cut.documents or ():
                if name not in self.entries:
                    self.refuse_unknown(name, "[[articles.cuts]]", "cuts")

    def refuse_unknown(self, name: str, table: str, key: str) -> None:
        hint = articles.closest(name, self.entries)
        line, column = self.corpus.place("articles", key)
        message = f"{table} names {name!r}, and there is no such document{hint}"
        self.findings.append(Finding("E115", FILE, message, line, column))

    def refuse_twins(self) -> None:
        twins = defaultdict(list)
        for doc_id in sorted(self.entries):
            twins[doc_id.lower()].append(doc_id)
        for names in twins.values():
            for name in names[1:]:
                entry = self.entries[name]
                place = entry.article.place if entry.article else next((f.place for f in entry.annotations), name)
                line = entry.article.record.line if entry.article and entry.article.record else None
                message = f"the ids {names[0]!r} and {name!r} differ by case only, and are one file on many systems"
                self.findings.append(Finding("E109", place, message, line, None, name))

    def doc_id(self, below: str, shown: str) -> str | None:
        """Return the document id of a path below a source, or None after a finding."""
        parts = PurePosixPath(below).with_suffix("").parts
        name = self.corpus.ids.separator.join(parts)
        return self.safe_id(name.removesuffix(self.corpus.ids.strip_suffix), shown, None)

    def safe_id(self, name: str, shown: str, line: int | None) -> str | None:
        if self.corpus.ids.unsafe == "replace":
            name = replaced(name)
        if is_safe(name):
            return name
        message = (
            f"the document id {name!r} is no safe file name; expected up to 128 letters a-z, digits, dots, hyphens "
            'and underscores; rename it, or set unsafe = "replace" under [ids] in corpus.toml'
        )
        self.findings.append(Finding("E108", shown, message, line))
        return None


def is_safe(name: str) -> bool:
    """Say whether a document id is a safe file name on every system."""
    return bool(_SAFE_ID.fullmatch(name)) and not _RESERVED.fullmatch(name) and not name.endswith(".")


def replaced(name: str) -> str:
    """Return a document id with an underscore for each character that is not safe."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return name if name[:1].isalnum() else f"d{name}"


def _files(root: Path, shown: str, findings: list[Finding]) -> Iterator[tuple[Path, str]]:
    """Yield the files below a folder (or the one file), sorted, each with its path below it; no dot files."""
    if root.is_file():
        beside = root.with_suffix(".txt")
        for path in sorted({root, beside}) if beside.is_file() else [root]:
            yield path, path.name
        return
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [name for name in folders if os.path.islink(os.path.join(folder, name))]:
            findings.append(Finding("W113", f"{shown}/{name}", "a link to a folder is not followed"))
        found += [os.path.join(folder, name) for name in names if not name.startswith(".")]
    start = len(str(root)) + 1
    for name in sorted(found):
        yield Path(name), name[start:].replace(os.sep, "/")
