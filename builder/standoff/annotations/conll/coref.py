"""CoNLL-2012 coreference columns -> mentions and entities; each part of a document is a document.

Format: https://conll.cemantix.org/2012/data.html. The brackets of coreference are in the last column. In the full
layout (twelve columns or more) the named entities of column 11 are read too; a mention that covers just such a name
takes its type. The short layout of other corpora is a number, a token and the brackets, whose names may have a type
before and a link after them: `(place-3-Mecca`. Text is rebuilt from the tokens (`tokens`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from standoff.annotations import tokens
from standoff.annotations.conll import brackets
from standoff.annotations.conll.brackets import Brackets, Mention
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading, start, tally
from standoff.annotations.tagging import UNTYPED
from standoff.annotations.tokens import Row
from standoff.model import Annotations, Fragment, Span

_BEGIN = re.compile(r"#\s*begin document\s*(?:\((?P<name>.*)\)|(?P<bare>[^;]*?))\s*;?\s*(?:part\s+(?P<part>\S+))?\s*")
_SNIFF = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#(?!\s*begin)[^\n]*\n)*#\s*begin document")
_END = re.compile(r"#\s*end document")
_TYPED = re.compile(r"([^\W\d][^-]*)-([0-9]+)(?:-(.*))?", re.DOTALL)
_NAME = re.compile(r"\(([^()*]+)\*?(\)?)|\*?\)")
_EMPTY = ("-", "_", "*", "")
_FULL = 12
_NAMES = 10
_LAYERS = {4: "part of speech", 5: "parse", 6: "lemma", 7: "frameset", 8: "sense", 9: "speaker"}


def sniff(data: bytes) -> bool:
    """Say whether a file begins with the line `#begin document`."""
    return _SNIFF.match(data) is not None


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read a file: a part for each `#begin document`. A bad row or bracket is a finding, and reading goes on.

    Raises InputError if the file is not UTF-8.
    """
    whole, text = start(data, "", "", path)
    digest = hashlib.sha256(data).hexdigest()
    documents = list(_documents(tokens.rows(text), whole))
    repeated = Counter(document.name for document in documents)
    stem = PurePosixPath(path).stem
    export = Export(findings=whole.findings)
    for document in documents:
        name = document.full_name(several=repeated[document.name] > 1)
        part = _part(document, Annotations("", "", path, digest))
        part.name = None if name == stem and len(documents) == 1 else name
        export.parts.append(part)
    return export


@dataclass(slots=True)
class _Document:
    line: int
    name: str = ""
    number: str = ""
    sentences: list[list[Row]] = field(default_factory=list)
    is_ended: bool = False

    def full_name(self, *, several: bool) -> str | None:
        """Return the name with the number of the part, where that is not the only one or not the first."""
        if several or self.number.strip("0"):
            return f"{self.name}_part_{self.number}"
        return self.name or None


def _documents(rows: Iterator[Row], whole: Reading) -> Iterator[_Document]:
    document: _Document | None = None
    sentence: list[Row] = []
    for row in rows:
        begin = _BEGIN.fullmatch(row.line.strip())
        if sentence and (not row.fields or row.line.startswith("#")) and document:
            document.sentences.append(sentence)
            sentence = []
        if begin:
            if document:
                yield document
            document = _Document(row.number, begin["name"] or begin["bare"] or "", begin["part"] or "")
        elif document and _END.match(row.line):
            document.is_ended = True
            yield document
            document = None
        elif row.fields and document:
            sentence.append(row)
        elif row.fields and not row.line.startswith("#"):
            message = "found a row outside of any document; expected #begin document before it; it is not read"
            whole.fault("E105", message, row.number, 1)
    if document:
        document.sentences += [sentence] if sentence else []
        yield document


def _part(document: _Document, annotations: Annotations) -> Part:
    reading = Reading(annotations)
    text, places = tokens.Rebuilt(), list[Fragment]()
    clusters = Brackets(reading, _mention, _key)
    names: list[Span] = []
    opened: list[Span] = []
    unread: set[str] = set()
    for rows in document.sentences:
        sentence = [row for row in rows if _has_token(row, document, reading)]
        shown, within = tokens.joined([row.fields[_token_of(row, document)] for row in sentence])
        for row, place in zip(sentence, text.add_sentence(shown, within), strict=True):
            cell = row.fields[-1]
            if cell not in _EMPTY:
                clusters.add(cell, len(places), row.number, row.column(-1))
            if _is_full(row):
                unread |= {what for index, what in _LAYERS.items() if row.fields[index] not in _EMPTY}
                unread |= {"predicates and their arguments"} if "(" in "".join(row.fields[_FULL - 1 : -1]) else set()
                _names(row, place, opened, names, reading)
            places.append(place)
    for span in opened:
        reading.fault("E141", f"the name ({span.label} is opened here, and not closed", span.line, span.column)
    if not document.is_ended:
        message = f"the document {document.name!r} begins here and has no #end document: is the file whole?"
        reading.fault("E141", message, document.line, 1)
    whole = text.text
    parts = clusters.finish()
    _add_mentions(reading, [mention for (mention,) in parts], names, places, whole)
    held = tally(reading, b"")
    held.update(spans=clusters.faulty + len(opened), mentions=clusters.faulty + len(opened))
    remarks = [tokens.REMARK]
    if unread:
        remarks += [f"not read: {what}" for what in sorted(unread)]
    return Part(
        reading, text=whole, fields=[tokens.ORIGIN], line=document.line, held=held, remarks=remarks, rebuilt=True
    )


def _token_of(row: Row, document: _Document) -> int:
    """Return the number of the column that has the token."""
    fields = row.fields
    if _is_full(row):
        return 3
    if len(fields) > 3 and fields[0] == document.name:
        return 3 if fields[1].isdecimal() and fields[2].isdecimal() and len(fields) > 4 else 2
    return 1 if len(fields) > 2 and fields[0].isdecimal() else 0


def _is_full(row: Row) -> bool:
    return len(row.fields) >= _FULL and row.fields[1].isdecimal() and row.fields[2].isdecimal()


def _has_token(row: Row, document: _Document, reading: Reading) -> bool:
    if len(row.fields) < 2:
        message = f"found one column; expected a token and, in the last column, brackets or -: {row.line[:60]!r}"
        reading.fault("E105", message, row.number, 1)
        return False
    if not row.fields[_token_of(row, document)]:
        reading.fault("E105", "found no token in this row; it is not read", row.number, 1)
        return False
    return True


def _mention(content: str, token: int, line: int, column: int) -> Mention:
    typed = _TYPED.fullmatch(content)
    label, key, link = (typed[1], typed[2], typed[3] or "") if typed else ("", content, "")
    link = "" if link == "_" else unquote(link)
    return Mention(key, label, line, column, token, link=link)


def _key(content: str) -> str:
    typed = _TYPED.fullmatch(content)
    return f"{typed[1]}-{typed[2]}" if typed else content


def _names(row: Row, place: Fragment, opened: list[Span], names: list[Span], reading: Reading) -> None:
    """Read the named entities of a row: `(PERSON*`, `*)`, `(GPE)`."""
    cell = row.fields[_NAMES]
    for match in _NAME.finditer(cell):
        column = row.column(_NAMES) + match.start()
        if match[1]:
            span = Span(
                id="", line=row.number, column=column, kind="mention", label=match[1], form="name",
                fragments=[place],
            )  # fmt: skip
            (names if match[2] else opened).append(span)
        elif opened:
            span = opened.pop()
            span.fragments = [(span.start, place[1])]
            names.append(span)
        else:
            reading.fault("E141", "a name is closed here, and none was opened before", row.number, column)


def _add_mentions(
    reading: Reading, mentions: list[Mention], names: list[Span], places: list[Fragment], text: str
) -> None:
    """Add mentions and the other names; a mention without a type takes that of its name, or of its entity."""
    annotations = reading.annotations
    name_at = {span.fragments[0]: span for span in reversed(names)}
    covered = set()
    for mention in mentions:
        extent = (places[mention.first][0], places[mention.last][1])
        name = name_at.get(extent)
        if name and not mention.label:
            mention.label = name.label
            covered.add(id(name))
        mention.span = Span(
            id="", line=mention.line, column=mention.column, kind="mention", label=mention.label,
            form="name" if name and id(name) in covered else None, fragments=[extent],
        )  # fmt: skip
    _type_by_entity(mentions)
    annotations.spans = [mention.span for mention in mentions if mention.span]
    annotations.spans += [span for span in names if id(span) not in covered]
    annotations.spans.sort(key=lambda span: (span.line or 0, span.column or 0))
    for number, span in enumerate(annotations.spans, 1):
        span.id, span.surface = f"m{number}", span.text_in(text)
    brackets.add_entities(reading, mentions)
    for mention in mentions:
        if mention.link and mention.span:
            annotations.normalizations.append(brackets.link_of(mention, mention.span))


def _type_by_entity(mentions: list[Mention]) -> None:
    """Give mentions without a type the one that most other mentions of their entity have."""
    types: dict[str, Counter[str]] = {}
    for mention in mentions:
        if mention.label:
            types.setdefault(mention.key, Counter())[mention.label] += 1
    for mention in mentions:
        if not mention.label and mention.span:
            seen = types.get(mention.key)
            mention.label = mention.span.label = seen.most_common(1)[0][0] if seen else UNTYPED
