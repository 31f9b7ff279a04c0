"""What a corpus folder holds: which documents, with which article and which annotation files; nothing is read yet."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from standoff import articles
from standoff.annotations import FORMATS, LYING
from standoff.articles import html, jsonl, metadata
from standoff.corpus import sources
from standoff.corpus.aliases import Aliases
from standoff.corpus.config import CODE, FILE, Corpus, Source
from standoff.corpus.entries import AnnotationFile, ArticleFile, Entry, is_safe, replaced
from standoff.errors import ConfigError, InputError
from standoff.finding import Finding, Related
from standoff.spelling import did_you_mean

_OF_MANY = (".txt", ".xml")
"""Suffixes that say little: beside annotations lie articles, or type systems."""

_BESIDE = {"README.md", "LICENSE", metadata.FILE}
TOOL_CONFIG = {"annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf"}
"""Files of brat's own, which are no annotations."""


@dataclass(slots=True)
class Catalogue:
    """All documents of a corpus, by id, and what is wrong with the files as such.

    `unreadable` says that a whole file, which may hold several documents, could not be read.
    """

    entries: list[Entry]
    findings: list[Finding]
    unreadable: bool = False


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
        self.unreadable = False
        self.named = {source.path.rstrip("/").removeprefix("./") for source in corpus.sources}
        self.others: list[tuple[Path, Finding]] = []
        self.read_with: set[Path] = set()
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
                if path.suffix in html.SUFFIXES:
                    message += f", and make an article of it: standoff import {path.name}"
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
            related = (_place(entry.article, f"the first {doc_id!r} is here"),)
            self.findings.append(Finding("E109", file.place, message, line, None, doc_id, related=related))
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
        self.named |= set(_read_with(self.corpus))
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            place = f"annotations/{folder.name}"
            if folder.name.startswith(".") or folder.name in _BESIDE or place in self.named:
                continue
            if not folder.is_dir():
                message = "lies beside the annotators' folders; put it into annotations/<annotator>/"
                self.findings.append(Finding("W113", place, message))
                continue
            annotator = self.aliases.published(folder.name)
            self.add_files(folder, f"annotations/{annotator}/", place, annotator, Source(place, ""))

    def add_source(self, source: Source) -> None:
        root = self.corpus.root / source.path
        message = ""
        if not root.exists():
            message = f"the source {source.path!r} does not exist; its path is relative to the corpus folder"
        elif root.resolve() == root.resolve().parent:
            message = f"the source {source.path!r} is the whole file system; name the folder of the export"
        if message:
            line, column = self.corpus.place("sources", self.corpus.sources.index(source), "path")
            raise ConfigError(self.corpus.root / FILE, message, line=line, column=column, code=CODE)
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
        texts: dict[str, ArticleFile] = {}
        annotated: set[str] = set()
        for path, below in _files(root, place, self.findings):
            shown, where = f"{prefix}{below}", f"{place}/{below}"
            if not source.format and where in self.named:
                continue
            name = _format_of(path, source, lone=path == root)
            if name:
                file = AnnotationFile(path, shown, where, name, annotator, source.layers, unit=source.offsets)
                file.finished, file.unfinished = source.finished, source.unfinished
                if FORMATS[name].unpack:
                    self.read_with |= self.add_export(file, below, annotated)
                elif doc_id := self.doc_id(below, where):
                    self.add_annotation_file(doc_id, file)
                    annotated.add(doc_id)
            elif path.suffix == ".txt":
                doc_id = self.doc_id(below, where)
                if doc_id:
                    texts[doc_id] = ArticleFile(path, shown, None, where)
            elif path.name not in _BESIDE | TOOL_CONFIG:
                self.others.append((path, Finding("W113", where, _no_annotations(path, source))))
        for doc_id, text in texts.items():
            if Path(os.path.normpath(text.path)) in self.read_with:
                continue
            self.add_text_beside(doc_id, text, annotator if doc_id in annotated else None)

    def add_export(self, file: AnnotationFile, below: str, annotated: set[str]) -> set[Path]:
        """Add the parts of a file that may hold several; return the files that it is read with.

        A lone annotator of the file is the one of its source; several have names of their own.
        """
        try:
            opened = sources.opened(file.path, file.format, file.place)
        except InputError as error:
            place = error.path or file.place
            self.findings.append(Finding(error.code or "E101", place, error.message, error.line, error.column))
            self.unreadable = True
            return set()
        self.findings += opened.findings
        self.unreadable = self.unreadable or opened.unreadable
        people = {header.annotator for header in opened.headers if not header.bare}
        folder, stem = PurePosixPath(below).parent.parts, PurePosixPath(below).stem
        for rank, name in enumerate(sources.names_of(opened.headers, stem)):
            header = opened.headers[rank]
            doc_id = self.doc_id_of((*folder, name), file.place, header.line)
            if doc_id:
                article = self.text_inside(doc_id, file, rank, header)
                self.record_fields.setdefault(doc_id, (header.fields, file.place, header.line or 0))
                if header.bare:
                    continue
                lone = header.annotator is None or len(people) == 1
                person = file.annotator if lone else self.aliases.published(str(header.annotator))
                part = replace(file, annotator=person, beside=article, part=rank)
                self.add_annotation_file(doc_id, part, header.line)
                annotated.add(doc_id)
        return {Path(os.path.normpath(file.path.parent / name)) for name in opened.companions}

    def text_inside(self, doc_id: str, file: AnnotationFile, rank: int, header: sources.Header) -> ArticleFile | None:
        """Add the text of a part to its document: as its article, or as a copy to compare with that."""
        if header.size is None:
            return None
        article = ArticleFile(file.path, file.shown, None, file.place, rank, file.format, header.rebuilt)
        entry = self.entry(doc_id)
        if entry.article is None and entry.withheld is None:
            entry.article, entry.size = article, header.size
        else:
            entry.copies.append(article)
        return article

    def add_annotation_file(self, doc_id: str, file: AnnotationFile, line: int | None = None) -> None:
        entry = self.entry(doc_id)
        earlier = next((other for other in entry.annotations if other.annotator == file.annotator), None)
        if earlier:
            message = f"{file.annotator} has annotated {doc_id!r} already, in {earlier.place}; keep one of the two"
            related = (Related(earlier.place, f"the first file of {file.annotator} is here"),)
            self.findings.append(Finding("E110", file.place, message, line, None, doc_id, related=related))
        else:
            entry.annotations.append(file)
        if file.unfinished:
            message = f"{file.annotator} has not finished {doc_id!r}: its source is called unfinished"
            self.findings.append(Finding("W133", file.place, message, None, None, doc_id))

    def add_text_beside(self, doc_id: str, text: ArticleFile, annotator: str | None) -> None:
        for file in self.entry(doc_id).annotations if annotator else ():
            if file.annotator == annotator and file.beside is None:
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
            hint = did_you_mean(doc_id, self.entries)
            message = f"there is no document {doc_id!r}{hint}; mend doc_id, or add the article"
            self.findings.append(Finding("E106", shown, message, lines[doc_id], 1, doc_id))
        for doc_id, entry in self.entries.items():
            given, record_shown, record_line = self.record_fields.get(doc_id, ([], shown, 0))
            _, findings = metadata.of(given, record_shown, record_line, doc_id)
            entry.metadata, more = metadata.of([*given, *table.get(doc_id, [])], shown, lines.get(doc_id), doc_id)
            entry.metadata_place = (shown, lines[doc_id]) if doc_id in lines else (record_shown, record_line or None)
            self.findings += findings or more

    def finish(self) -> Catalogue:
        self.findings += [
            finding for path, finding in self.others if Path(os.path.normpath(path)) not in self.read_with
        ]
        withhold = set(self.corpus.articles.withhold)
        lonely = [entry.doc_id for entry in self.entries.values() if entry.article and not entry.annotations]
        broken = {finding.doc_id for finding in self.findings if finding.code == "E111"}
        for entry in self.entries.values():
            if entry.withheld:
                entry.size = entry.withheld.stat().st_size
            entry.must_withhold = entry.doc_id in withhold or f"license:{entry.metadata.license}" in withhold
            if not entry.article and not entry.withheld and entry.doc_id not in broken:
                for file in entry.annotations:
                    hint = did_you_mean(entry.doc_id, lonely)
                    message = f"there is no article for it: expected {entry.doc_id}.txt beside it or in raw/{hint}"
                    self.findings.append(Finding("E104", file.place, message, None, None, entry.doc_id))
        self.refuse_unknown_withheld(withhold)
        self.refuse_twins()
        return Catalogue([self.entries[doc_id] for doc_id in sorted(self.entries)], self.findings, self.unreadable)

    def refuse_unknown_withheld(self, withhold: set[str]) -> None:
        for name in sorted(withhold):
            if not name.startswith("license:") and name not in self.entries:
                self.refuse_unknown(name, "[articles] withhold", "withhold")
        for cut in self.corpus.articles.cuts:
            for name in cut.documents or ():
                if name not in self.entries:
                    self.refuse_unknown(name, "[[articles.cuts]]", "cuts")

    def refuse_unknown(self, name: str, table: str, key: str) -> None:
        hint = did_you_mean(name, self.entries)
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
                other = self.entries[names[0]].article
                related = (_place(other, f"{names[0]!r} is here"),) if other else ()
                self.findings.append(Finding("E109", place, message, line, None, name, related=related))

    def doc_id(self, below: str, shown: str) -> str | None:
        """Return the document id of a path below a source, or None after a finding."""
        return self.doc_id_of(PurePosixPath(below).with_suffix("").parts, shown)

    def doc_id_of(self, parts: tuple[str, ...], shown: str, line: int | None = None) -> str | None:
        """Return the document id of a name with its folders, or None after a finding."""
        name = self.corpus.ids.separator.join(piece for part in parts for piece in part.strip("/").split("/"))
        return self.safe_id(name.removesuffix(self.corpus.ids.strip_suffix), shown, line)

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



def _place(article: ArticleFile, message: str) -> Related:
    """Return where an article is, as another place of a fault."""
    return Related(article.place, message, article.record.line if article.record else None)


def _format_of(path: Path, source: Source, *, lone: bool) -> str | None:
    """Return the format that a file is read as: that of its source, by suffix, or of a lone file whatever its name."""
    if not source.format:
        return next((name for name in LYING if path.suffix in FORMATS[name].suffixes), None)
    each = FORMATS[source.format]
    if path.suffix in _OF_MANY and path.suffix in each.suffixes and not lone:
        return source.format if each.sniff(articles.read_bytes(path, path.name)) else None
    return source.format if lone or path.suffix in each.suffixes else None


def _no_annotations(path: Path, source: Source) -> str:
    names = [source.format] if source.format else LYING
    suffixes = [suffix for name in names for suffix in FORMATS[name].suffixes]
    message = f"no annotation file: expected {' or '.join(suffixes)}; it is not read"
    exports = [name for name, each in FORMATS.items() if name not in LYING and path.suffix in each.suffixes]
    if exports and not source.format:
        message += f"; an export of a tool ({', '.join(exports)}) is named under [[sources]] in corpus.toml"
    return message


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


def _read_with(corpus: Corpus) -> Iterator[str]:
    """Yield the files that others, which are sources themselves, are read with."""
    for source in corpus.sources:
        path = corpus.root / source.path
        if path.is_file() and FORMATS[source.format].unpack:
            try:
                companions = sources.opened(path, source.format, source.path).companions
            except InputError:
                continue  # adding the source names the fault
            yield from (sources.companion(source.path.removeprefix("./"), name) for name in companions)
