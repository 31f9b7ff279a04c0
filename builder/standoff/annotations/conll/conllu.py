"""CoNLL-U with coreference (`Entity=` in MISC: CorefUD, GUM) -> mentions, entities, bridging relations.

Formats: https://universaldependencies.org/format.html and https://ufal.mff.cuni.cz/corefud. `# newdoc` begins a
document, `# newpar` a paragraph. The text is that of `# text`, or rebuilt from forms and `SpaceAfter=No`. Words are
located within multiword tokens; empty nodes have no place. What brackets mean is in `corefud`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from standoff.annotations import tokens
from standoff.annotations.conll.corefud import Coreference, Word
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading, start, tally
from standoff.annotations.tokens import Row
from standoff.model import Annotations, Attribute, Fragment
from standoff.spelling import counted

COLUMNS = 10
_ID = re.compile(r"([0-9]{1,9})(?:([-.])([0-9]{1,9}))?")
_COMMENT = re.compile(r"#\s*([^=]+?)\s*(?:=\s*(.*))?")
_LINE = re.compile(r"[0-9]+(?:[-.][0-9]+)?\t(?:[^\t]+\t){8}[^\t]+")
_ENTITY = re.compile(r"^#\s*global\.Entity|[\t|]Entity=", re.MULTILINE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_META = {"title": "title", "sourceURL": "url", "dateCreated": "published", "lang": "language"}
_PART_OF_TEXT = {"newdoc", "newdoc id", "newpar", "newpar id", "text", "global.Entity", "global.columns"}


def sniff(data: bytes) -> bool:
    """Say whether the first line that is no comment has the ten columns of CoNLL-U, and the file mentions entities."""
    text = data.decode("utf-8-sig", "replace")
    lines = (line.rstrip("\r") for line in text.split("\n"))
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return _LINE.fullmatch(first) is not None and _ENTITY.search(text) is not None


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read a file: a part for each `# newdoc`. A bad line or bracket is a finding, and reading goes on.

    Raises InputError if the file is not UTF-8.
    """
    _, text = start(data, "", "", path)
    digest = hashlib.sha256(data).hexdigest()
    documents = _documents(tokens.rows(text, tabbed=True), Reading(Annotations("", "", path, digest)))
    parts = [document.part() for document in documents]
    for part in parts:
        part.name = None if len(parts) == 1 and part.name == PurePosixPath(path).stem else part.name
    return Export(parts)


@dataclass(slots=True)
class _Token:
    """A token of the surface: its form, whether a space follows, the row, and its words (none for an empty node)."""

    form: str
    row: Row
    space_after: bool = True
    words: list[Row] = field(default_factory=list)
    last: int = 0


@dataclass(slots=True)
class _Sentence:
    comments: list[tuple[str, str, Row]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[str, Row]] = field(default_factory=list)

    def comment(self, name: str) -> str | None:
        """Return the value of a comment, None where there is none."""
        return next((value for key, value, _ in self.comments if key == name), None)


class _Document:
    """A document in the making."""

    def __init__(self, reading: Reading, line: int, name: str | None, declared: str | None) -> None:
        self.reading = reading
        self.line = line
        self.name = name
        self.text = tokens.Rebuilt()
        self.coreference = Coreference(reading, declared)
        self.fields: list[Attribute] = []
        self.unread: set[str] = set()
        self.is_quoted = True

    def add(self, sentence: _Sentence) -> None:
        """Add a sentence: its text, its words with their places, its brackets."""
        for key, value, _ in sentence.comments:
            self._note(key, value)
        for message, row in sentence.faults:
            self.reading.fault("E105", message, row.number, 1)
        surface = self._surface(sentence.rows)
        shown, within = self._shown(sentence, surface)
        places = self.text.add_sentence(shown, within)
        if not places:
            places = [(self.text.length, self.text.length)] * len(surface)
        for token, place in zip(surface, places, strict=True):
            self._add_words(token, place)

    def _note(self, key: str, value: str) -> None:
        if key.startswith("newpar"):
            self.text.end_paragraph()
        elif key == "global.Entity":
            self.coreference.declare(value)
        elif key.startswith("meta::") and value:
            name = key.removeprefix("meta::")
            known = _META.get(name, name)
            self.fields.append((known if known != "published" or _DAY.fullmatch(value) else name, value))
        elif key not in _PART_OF_TEXT and not key.startswith("newdoc"):
            self.unread.add(key)

    def _surface(self, rows: list[Row]) -> list[_Token]:
        """Return the tokens of the surface; an id that does not follow the one before it is a finding."""
        surface: list[_Token] = []
        whole: _Token | None = None
        expected = 1
        for row in rows:
            match = _ID.fullmatch(row.fields[0])
            if match is None:
                self.fault("found the id {0!r}; expected a number such as 3, 3-4 or 3.1", row)
            number = int(match[1]) if match else expected
            if match and match[2] == ".":
                surface.append(_Token("", row))
                continue
            if not row.fields[1]:
                self.fault("the word {0} has no form", row)
            if match and match[2] == "-":
                whole = _Token(row.fields[1], row, _has_space(row), [], int(match[3]))
                surface.append(whole)
                if "Entity=" in row.fields[9]:
                    self.fault("the multiword token {0} has brackets; they belong to its words and are not read", row)
                continue
            if whole and number <= whole.last:
                whole.words.append(row)
            else:
                surface.append(_Token(row.fields[1], row, _has_space(row), [row]))
            if number != expected:
                self.fault(f"found the id {{0}}; expected {expected}, one more than that of the word before", row)
            expected = number + 1
        return surface

    def _shown(self, sentence: _Sentence, surface: list[_Token]) -> tuple[str, list[Fragment]]:
        """Return the text of a sentence and the places of its tokens: `# text` where it has the tokens."""
        overt = [token for token in surface if token.form]
        rebuilt, within = tokens.joined([token.form for token in overt], [token.space_after for token in overt])
        given = (sentence.comment("text") or "").strip()
        self.is_quoted = self.is_quoted and bool(given)
        if given and given != rebuilt:
            found = tokens.aligned([token.form for token in overt], given)
            pairs = zip(given, rebuilt, strict=False)
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(given), len(rebuilt)))
            row = next(row for key, _, row in sentence.comments if key == "text")
            message = (
                f"# text has {given[at : at + 20]!r} at {at} where the tokens say {rebuilt[at : at + 20]!r}; "
                f"the text is that of {'# text' if found else 'the tokens'}"
            )
            self.reading.fault("W142", message, row.number, 1)
            rebuilt, within = (given, found) if found else (rebuilt, within)
        places = iter(within)
        position = 0
        every = []
        for token in surface:
            start, position = next(places) if token.form else (position, position)
            every.append((start, position))
        return rebuilt, every

    def _add_words(self, token: _Token, place: Fragment) -> None:
        """Give the words of a token their places: within it if they spell it, else all of it."""
        start, end = place
        spelled = "".join(row.fields[1] for row in token.words) == token.form
        for row in token.words or [token.row]:
            if spelled and len(token.words) > 1:
                end = start + len(row.fields[1])
            self.coreference.add(Word((start, end) if token.words else None, row))
            if spelled and len(token.words) > 1:
                start = end

    def fault(self, message: str, row: Row) -> None:
        """Note a fault of the first field of a row."""
        self.reading.fault("E105", message.format(row.fields[0][:40]), row.number, 1)

    def part(self) -> Part:
        """Return the document as a part of its file."""
        whole = self.text.text
        held = self.coreference.finish(whole)
        held.update(tally(self.reading, b""))
        unread = sorted(self.unread | {f"MISC {name}" for name in self.coreference.unread})
        remarks = [] if self.is_quoted else [tokens.REMARK]
        remarks += [f"not read: {what}" for what in ("syntax", *unread)]
        fields = self.fields if self.is_quoted else [*self.fields, tokens.ORIGIN]
        return Part(self.reading, self.name, None, whole, fields, self.line, held, remarks, not self.is_quoted)


def _has_space(row: Row) -> bool:
    return "SpaceAfter=No" not in row.fields[9].split("|")


def _documents(rows: Iterator[Row], whole: Reading) -> list[_Document]:
    documents: list[_Document] = []
    sentence = _Sentence()
    declared: str | None = None

    def end() -> None:
        nonlocal declared
        new = next(((value, row) for key, value, row in sentence.comments if key in ("newdoc", "newdoc id")), None)
        declared = sentence.comment("global.Entity") or declared
        if new or not documents:
            a = whole.annotations
            reading = Reading(Annotations("", "", a.path, a.file_sha256))
            line = new[1].number if new else 1
            documents.append(_Document(reading, line, (new[0] if new else None) or None, declared))
        documents[-1].add(sentence)

    for row in rows:
        if not row.fields:
            if sentence.rows:
                end()
                sentence = _Sentence()
        elif row.line.startswith("#"):
            match = _COMMENT.fullmatch(row.line)
            sentence.comments.append((match[1], match[2] or "", row) if match else (row.line[1:].strip(), "", row))
        else:
            sentence.rows.append(row)
            if len(row.fields) != COLUMNS:
                found = counted(len(row.fields), "column")
                sentence.faults.append((f"found {found}; expected {COLUMNS}, parted by tabs", row))
                row.fields[:] = (row.fields + ["_"] * COLUMNS)[:COLUMNS]
    if sentence.rows or (sentence.comments and not documents):
        end()
    return documents
