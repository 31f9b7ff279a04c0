"""CoNLL-2003 style columns -> spans: a token a line, its chunk tag (`B-PER`) in a column, a blank line a sentence.

Format: https://www.clips.uantwerpen.be/conll2003/ner/. The token is in the first column, or in the second where the
first counts; the tag in the last column that has chunk tags. Further tag columns are read too (nested entities),
unless they hold syntactic chunks. `-DOCSTART-` parts documents, and so does a comment `# newdoc id = …`. Text is
rebuilt from the tokens (`tokens`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from standoff.annotations import tagging, tokens
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading, start
from standoff.annotations.tagging import Tag
from standoff.annotations.tokens import Row
from standoff.finding import Finding
from standoff.model import Annotations, Fragment, Span

DOCSTART = "-DOCSTART-"
NAMES = ".documents.txt"
"""The end of the name of a file that lists the documents of the one beside it."""

_OTHERS = re.compile(r"^[ \t]*#[ \t]*(?:FORMAT=WebAnno|begin document)|^#id=.*\r?\n#text=|^1-1\t", re.MULTILINE)
_NEWDOC = re.compile(r"#\s*newdoc(?:\s+id\s*=\s*(\S.*))?")
_TEXT = re.compile(r"#\s*text\s*=\s*(.*)")
_MOSTLY = 0.9
_SNIFFED = 2000
_FEW = 8
_WIDEST = 32


def sniff(data: bytes) -> bool:
    """Say whether most lines have two columns or more, and one of the columns has chunk tags with a letter.

    WebAnno TSV of all versions has such lines, too, and is known by its comments or by its token numbers.
    """
    lines = data.decode("utf-8-sig", "replace").split("\n")[:_SNIFFED]
    if _OTHERS.search("\n".join(lines[:_FEW])):
        return False
    found = _layout([row for row in tokens.rows("\n".join(lines)) if row.fields])
    return found is not None and found.scheme != "IO" and found.width <= _WIDEST


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read a file: a part for each document. A bad row is a finding, and its token stays in the text.

    Raises InputError if the file is not UTF-8, or has no column of tags.
    """
    whole, text = start(data, "", "", path)
    rows = list(tokens.rows(text))
    layout = _layout([row for row in rows if row.fields])
    if layout is None:
        whole.fault("E105", "no column has chunk tags; expected a token a line, with tags such as B-PER and O", 1, 1)
        return Export([], whole.findings)
    documents = list(_documents(rows, layout))
    if layout.scheme != "IO":
        sentences = [sentence.rows for document in documents for sentence in document.sentences]
        layout.scheme = tagging.infer([[layout.tag(row, c) for row in rows] for rows in sentences for c in layout.tags])
    digest = hashlib.sha256(data).hexdigest()
    export = Export([_part(document, layout, Annotations("", "", path, digest)) for document in documents])
    _name(export, path, siblings)
    return export


def _name(export: Export, path: str, siblings: Siblings) -> None:
    """Call the documents as the file beside it lists them, one a line, as exports of Standoff have it."""
    name = f"{PurePosixPath(path).stem}{NAMES}"
    data = siblings.read(name)
    if data is None:
        return
    export.companions[name] = hashlib.sha256(data).hexdigest()
    names = data.decode("utf-8", "replace").split()
    if len(names) != len(export.parts) or len(set(names)) != len(names):
        message = f"{name} beside it names {len(names)} documents, and it holds {len(export.parts)}; they are numbered"
        export.findings.append(Finding("W113", path, message))
        return
    for part, each in zip(export.parts, names, strict=True):
        part.name = each


@dataclass(slots=True)
class Layout:
    """Where token and tags are: numbers of columns from 0, how many columns rows have, and the scheme of the tags."""

    width: int
    token: int
    tags: list[int]
    scheme: str

    def is_comment(self, row: Row) -> bool:
        """Say whether a line that begins with # is a comment, and no token."""
        return row.line.startswith("#") and (len(row.fields) != self.width or not self._has_tag(row))

    def _has_tag(self, row: Row) -> bool:
        return self.scheme == "IO" or tagging.is_tag(row.fields[self.tags[-1]])

    def form(self, row: Row) -> str:
        """Return the token of a row, the empty string where it has none."""
        return row.fields[self.token] if self.token < len(row.fields) else ""

    def index(self, row: Row, column: int) -> int:
        """Return the number of a tag column in a row; where that has too many columns it is counted from the end."""
        return column + max(len(row.fields) - self.width, 0)

    def tag(self, row: Row, column: int) -> Tag | None:
        """Return the tag of a row; one that is none, or not there, counts as O."""
        index = self.index(row, column)
        if index >= len(row.fields) or not (self.scheme == "IO" or tagging.is_tag(row.fields[index])):
            return None
        return tagging.parse(row.fields[index], self.scheme)


@dataclass(slots=True)
class _Sentence:
    rows: list[Row] = field(default_factory=list)
    text: str | None = None


@dataclass(slots=True)
class _Document:
    line: int
    sentences: list[_Sentence] = field(default_factory=list)
    faults: list[tuple[str, int, int]] = field(default_factory=list)
    comments: int = 0
    name: str | None = None
    sentence: _Sentence = field(default_factory=_Sentence)

    def end_sentence(self) -> None:
        """Add the sentence that was begun."""
        if self.sentence.rows:
            self.sentences.append(self.sentence)
            self.sentence = _Sentence()

    def note(self, comment: Row) -> None:
        """Take the text of the sentence that follows; other comments are counted."""
        if match := _TEXT.match(comment.line):
            if not self.sentence.rows:
                self.sentence.text = match[1].strip()
        else:
            self.comments += 1


def _layout(rows: list[Row]) -> Layout | None:
    """Infer the layout of a file from all its rows; None where no column has tags."""
    rows = [row for row in rows if row.fields[0] != DOCSTART]
    widths = Counter(len(row.fields) for row in rows if len(row.fields) > 1 and not _is_remark(row))
    if not widths:
        return None
    width = max(widths, key=lambda each: (widths[each], each))
    full = [row.fields for row in rows if len(row.fields) == width]
    if len(full) < _MOSTLY * sum(not row.line.startswith("#") for row in rows):
        return None
    columns = [[fields[index] for fields in full] for index in range(width)]
    counted = width > 2 and _share(columns[0], str.isdecimal) >= _MOSTLY
    tagged = [index for index in range(1 + counted, width) if _share(columns[index], tagging.is_tag) >= _MOSTLY]
    if not tagged:
        return _untyped_layout(columns, width, int(counted))
    named = [index for index in tagged if not _labels(columns[index]) <= tagging.CHUNK_TYPES or index == tagged[-1]]
    return Layout(width, int(counted), named, "")


def _untyped_layout(columns: list[list[str]], width: int, token: int) -> Layout | None:
    """Return the layout of a file in the scheme IO: its last column has O and types without a letter."""
    last = columns[-1]
    if 2 * last.count("O") < len(last) or len(set(last)) > max(_FEW, len(last) // 4):
        return None
    return Layout(width, token, [width - 1], "IO")


def _share(column: list[str], is_one: Callable[[str], bool]) -> float:
    return sum(map(is_one, column)) / len(column)


def _labels(column: list[str]) -> set[str]:
    return {value[2:] for value in column if value != "O"}


def _is_remark(row: Row) -> bool:
    return row.fields[0].startswith("#") and not tagging.is_tag(row.fields[-1])


def _documents(rows: list[Row], layout: Layout) -> Iterator[_Document]:
    """Yield what stands between lines with -DOCSTART-, or comments with `newdoc`.

    Nothing before the first or after the last is no document.
    """
    document, seen = _Document(1), False
    for row in rows:
        if row.fields and layout.is_comment(row):
            if begun := _NEWDOC.fullmatch(row.line.strip()):
                document.end_sentence()
                if document.sentences or document.faults or document.name:
                    yield document
                    document = _Document(row.number)
                document.name, seen = begun[1], True
            else:
                document.note(row)
        elif row.fields and row.fields[0] != DOCSTART:
            _check(row, layout, document)
            document.sentence.rows.append(row)
        else:
            document.end_sentence()
            if row.fields:
                if document.sentences or document.faults or seen:
                    yield document
                document, seen = _Document(row.number), True
    document.end_sentence()
    if document.sentences or document.faults:
        yield document


def _check(row: Row, layout: Layout, document: _Document) -> None:
    """Note what is wrong with a row."""
    count = len(row.fields)
    if count != layout.width:
        message = f"found {count} column{'s' * (count != 1)}; the other rows have {layout.width}: {row.line[:60]!r}"
        document.faults.append((message, row.number, 1))
    if not layout.form(row):
        document.faults.append(("found no token in this row", row.number, 1))
    for column in layout.tags if layout.scheme != "IO" else ():
        index = layout.index(row, column)
        if index < count and not tagging.is_tag(row.fields[index]):
            message = f"found the tag {row.fields[index][:40]!r}; expected O or one such as B-PER; read as O"
            document.faults.append((message, row.number, row.column(index)))


def _part(document: _Document, layout: Layout, annotations: Annotations) -> Part:
    reading = Reading(annotations)
    for message, line, column in document.faults:
        reading.fault("E105", message, line, column)
    text = tokens.Rebuilt()
    for sentence in document.sentences:
        _add_sentence(sentence, layout, reading, text)
    whole = text.text
    for span in annotations.spans:
        span.surface = span.text_in(whole)
    remarks = [tokens.REMARK, f"scheme of the tags: {layout.scheme}"]
    if document.comments:
        remarks.append("not read: comment lines")
    fields = [tokens.ORIGIN, ("tag_scheme", layout.scheme)]
    return Part(reading, document.name, None, whole, fields, document.line, remarks=remarks, rebuilt=True)


def _add_sentence(sentence: _Sentence, layout: Layout, reading: Reading, text: tokens.Rebuilt) -> None:
    forms = [layout.form(row) for row in sentence.rows]
    rebuilt, places = tokens.joined(forms)
    if sentence.text is not None:
        found = tokens.aligned(forms, sentence.text)
        if found is None:
            row = sentence.rows[0]
            message = f"the tokens are not those of # text {sentence.text[:60]!r}, which is not used"
            reading.fault("W142", message, row.number, 1)
        else:
            rebuilt, places = sentence.text, found
    places = text.add_sentence(rebuilt, places)
    for column in layout.tags if places else ():
        _add_chunks(sentence, column, layout, reading, places)


def _add_chunks(sentence: _Sentence, column: int, layout: Layout, reading: Reading, places: list[Fragment]) -> None:
    rows = sentence.rows
    tags = [layout.tag(row, column) for row in rows]
    for index, surprise in tagging.surprises(tags, layout.scheme):
        row = rows[index]
        message = f"the file is {layout.scheme}, and {surprise}; read as conlleval does"
        reading.fault("W143", message, row.number, row.column(layout.index(row, column)))
    for first, end, label in tagging.chunks(tags):
        row = rows[first]
        span = Span(
            id="", line=row.number, column=row.column(layout.index(row, column)), kind="mention", label=label,
            fragments=[(places[first][0], places[end - 1][1])],
        )  # fmt: skip
        if len(layout.tags) > 1:
            span.attributes.append(("tag_column", str(column + 1)))
        reading.annotations.spans.append(span)
