"""Mongo-style JSON lines, as re3d has them: documents.json, entities.json and relations.json -> parts.

A line is one record. What is called an entity there is a mention; a relation names its two ends by their offsets.
Offsets count the characters of the document's `text`. Format: https://github.com/dstl/re3d.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading, start
from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.files.jsonfile import Fraction
from standoff.finding import Finding, Related
from standoff.model import Annotations, Argument, Attribute, Relation, Span

DOCUMENTS, ENTITIES, RELATIONS = "documents.json", "entities.json", "relations.json"
_KNOWN = {"sourceName": "publisher", "sourceUrl": "url"}
_DOCUMENT: dict[str, type] = {"_id": str, "text": str}
_ENTITY: dict[str, type] = {"documentId": str, "type": str, "begin": int, "end": int, "value": str}
_RELATION: dict[str, type] = {
    "documentId": str, "type": str, "sourceBegin": int, "sourceEnd": int, "targetBegin": int, "targetEnd": int,
}  # fmt: skip
_ENDS = ("source", "target")
_TYPES = {str: "text", int: "a whole number"}


@dataclass(slots=True)
class _Row:
    """One record: its file (0 documents, then as in `Annotations.more_files`), and its line, from 1."""

    file: int
    line: int
    value: dict[str, Any]
    text: str

    def rest(self, *structural: str) -> list[Attribute]:
        """Return the other fields as text, in the order of the file; what is null says nothing."""
        return [(key, _text(value)) for key, value in self.value.items() if key not in structural and value is not None]


@dataclass(slots=True)
class _Folder:
    """What the three files hold, and the name of each, in the order of `Item.file`."""

    export: Export
    names: list[str]
    parts: dict[str, Part] = field(default_factory=dict)

    def fault(
        self, row: _Row, code: str, message: str, item: str | None = None, key: str = "", others: Sequence[Related] = ()
    ) -> None:
        """Note a fault of a record, at a key of it: in its document if that is known, else in the export."""
        column = jsonfile.locate_key(row.text, [], key)[1]
        part = self.parts.get(str(row.value.get("documentId")))
        if part is not None:
            part.reading.fault(code, message, row.line, column, item, row.file, others)
        else:
            path = self.names[row.file]
            self.export.findings.append(Finding(code, path, message, row.line, column, related=tuple(others)))


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Unpack documents.json with the entities.json and relations.json beside it: a part for each document.

    Of these two alone nothing is unpacked. Raises InputError if one of the files is not UTF-8.
    """
    export = Export()
    folder = _Folder(export, [path])
    if _kind(data) != DOCUMENTS:
        _look_for_documents(folder, siblings)
        return export
    tables = {name: found for name in (ENTITIES, RELATIONS) if (found := siblings.read(name)) is not None}
    export.companions = {name: hashlib.sha256(found).hexdigest() for name, found in tables.items()}
    folder.names += export.companions
    for row in _rows(data, 0, folder):
        _add_document(folder, row, data)
    tabled = {name: list(_rows(found, n, folder)) for n, (name, found) in enumerate(tables.items(), 1)}
    places = _add_entities(folder, tabled.get(ENTITIES, []))
    for row in tabled.get(RELATIONS, []):
        _add_relation(folder, row, places)
    if ENTITIES not in tables:
        message = f"there is no {ENTITIES} beside it: nothing is annotated in these documents"
        export.findings.append(Finding("W606", path, message))
    return export


def sniff(data: bytes) -> bool:
    """Say whether a file is one of the three: its first line is a whole record with the fields of one."""
    return _kind(data) is not None


def _kind(data: bytes) -> str | None:
    """Return which of the three files the first record belongs to."""
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    if not first.startswith(b"{") or b'"_id"' not in first:
        return None
    if b'"documentId"' in first:
        return RELATIONS if b'"sourceBegin"' in first else ENTITIES if b'"begin"' in first else None
    return DOCUMENTS if b'"text"' in first and b'"source' in first else None


def _look_for_documents(folder: _Folder, siblings: Siblings) -> None:
    """Say that a table has no documents, unless they lie beside it: then it is read with them."""
    others = (siblings.read(name) or b"" for name in siblings.names() if name.endswith(".json"))
    if not any(_kind(data) == DOCUMENTS for data in others):
        message = f"there is no {DOCUMENTS} beside it, which holds the texts; nothing of it was read"
        folder.export.findings.append(Finding("E104", folder.names[0], message, 1, 1))


def _rows(data: bytes, file: int, folder: _Folder) -> Iterator[_Row]:
    """Yield the records of a file; a line that is none is a finding."""
    path = folder.names[file]
    _, text = start(data, "", "", path)
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.isspace():
            continue
        try:
            value = jsonfile.parse(line, path, whole_numbers=True)
        except InputError as error:
            folder.export.findings.append(Finding("E102", path, error.message, number, error.column or 1))
            continue
        if isinstance(value, dict):
            yield _Row(file, number, {key: _plain(found) for key, found in value.items()}, line)
        else:
            message = f"found {line.strip()[:40]!r}; expected one JSON object a line"
            folder.export.findings.append(Finding("E103", path, message, number, 1))


def _plain(value: Any) -> Any:
    """Return a value out of MongoDB's Extended JSON, such as {"$oid": "5f…"} or {"$numberInt": "5"}."""
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if key == "$oid":
            return inner
        if key in ("$numberInt", "$numberLong") and isinstance(inner, str) and inner.removeprefix("-").isdecimal():
            return int(inner) if len(inner) < 20 else value
    return value


def _fits(folder: _Folder, row: _Row, wanted: dict[str, type]) -> bool:
    """Say whether a record has the fields that it must have; one that does not is a finding."""
    for key, kind in wanted.items():
        found = row.value.get(key)
        if type(found) is not kind or (kind is str and not found and key != "text"):
            seen = f"found {_text(found)[:40]}" if key in row.value else "it is missing"
            folder.fault(row, "E103", f"{key}: {seen}; expected {_TYPES[kind]}", key=key)
            return False
    return True


def _add_document(folder: _Folder, row: _Row, data: bytes) -> None:
    if not _fits(folder, row, _DOCUMENT):
        return
    name = row.value["_id"]
    if name in folder.parts:
        first = Related(folder.names[0], f"the first {name!r} is here", folder.parts[name].line)
        folder.fault(row, "E109", f"a second document with the _id {name!r}; keep one", key="_id", others=[first])
        return
    annotations = Annotations(name, "", folder.names[0], hashlib.sha256(data).hexdigest())
    annotations.more_files = list(folder.export.companions.items())
    fields = [(_KNOWN.get(key, key), value) for key, value in row.rest(*_DOCUMENT)]
    part = Part(Reading(annotations), name, None, row.value["text"], fields, row.line, Counter())
    folder.parts[name] = part
    folder.export.parts.append(part)


Places = dict[tuple[str, int, int], list[Span]]
"""The mentions of a document that cover an extent."""


def _add_entities(folder: _Folder, rows: list[_Row]) -> Places:
    """Add a mention for each entity, named by its rank in the text: the _ids are keys of a database."""
    places: Places = defaultdict(list)
    spans: dict[str, list[tuple[_Row, Span]]] = defaultdict(list)
    for row in rows:
        part = _part_of(folder, row, "spans")
        if part is None or not _fits(folder, row, _ENTITY):
            continue
        value = row.value
        span = Span(
            id="", raw_id=_text(value.get("_id", "")), line=row.line, column=1, file=row.file,
            kind="mention", label=value["type"], surface=value["value"], fragments=[(value["begin"], value["end"])],
            attributes=row.rest("_id", *_ENTITY),
        )  # fmt: skip
        spans[value["documentId"]].append((row, span))
    for name, found in spans.items():
        part = folder.parts[name]
        for rank, (_, span) in enumerate(sorted(found, key=lambda pair: (*pair[1].fragments, pair[1].label)), 1):
            span.id = f"m{rank}"
        for row, span in found:
            part.reading.annotations.spans.append(span)
            places[name, span.start, span.end].append(span)
            _name_line_breaks(folder, row, span, part.text or "")
    for part in folder.parts.values():
        _count_attributes(part)
    return places


def _part_of(folder: _Folder, row: _Row, layer: str) -> Part | None:
    """Return the document of a record, and count the record there; None, after a finding, if there is none."""
    name = row.value.get("documentId")
    part = folder.parts.get(name) if isinstance(name, str) else None
    if part is None:
        message = f"documentId is {_text(name)[:60]!r}, and {DOCUMENTS} has no such _id"
        folder.fault(row, "E301", message, key="documentId")
    elif part.held is not None:
        part.held[layer] += 1
        part.held["mentions"] += layer == "spans"
    return part


def _name_line_breaks(folder: _Folder, row: _Row, span: Span, text: str) -> None:
    """Say where a value has a blank and the text a line break: the proof takes the two as equal."""
    covered = text[span.start : span.end] if 0 <= span.start < span.end else ""
    if covered != span.surface and covered.replace("\n", " ") == span.surface:
        message = f"{span.id}: the value is {span.surface!r}, and the text has a line break for a blank of it"
        folder.fault(row, "W216", message, span.id)


def _count_attributes(part: Part) -> None:
    if part.held is not None:
        part.held["attributes"] += sum(len(span.attributes) for span in part.reading.annotations.spans)


def _add_relation(folder: _Folder, row: _Row, places: Places) -> None:
    part = _part_of(folder, row, "relations")
    if part is None or not _fits(folder, row, _RELATION):
        return
    value = row.value
    name = _text(value.get("_id", "")) or f"line {row.line}"
    arguments = [Argument(role, _end(folder, row, role, places)) for role in _ENDS]
    if all(argument.filler for argument in arguments):
        relation = Relation(
            id="", raw_id=name, line=row.line, column=1, file=row.file, label=value["type"], arguments=arguments,
            attributes=row.rest("_id", *_RELATION, *_ENDS),
        )  # fmt: skip
        part.reading.annotations.relations.append(relation)
        if part.held is not None:
            part.held["attributes"] += len(relation.attributes)


def _end(folder: _Folder, row: _Row, role: str, places: Places) -> str | None:
    """Return the mention at one end of a relation.

    Of several with that extent it is the one of the highest confidence, then the first in the file; a finding says
    so. None, after a finding, where there is no mention of that extent, or where it has other words.
    """
    value = row.value
    begin, end = value[f"{role}Begin"], value[f"{role}End"]
    words = value.get(role)
    here = places.get((value["documentId"], begin, end), [])
    if not here or (words is not None and all(words != span.surface for span in here)):
        found = f"{here[0].surface!r} is there" if here else f"{ENTITIES} has nothing there"
        wanted = f" {_text(words)[:60]!r}" if words is not None else ""
        message = f"{role}: the relation names the mention{wanted} at {begin}-{end}, and {found}"
        folder.fault(row, "E301", message, _text(value.get("_id", "")) or None, role, _places(folder, here))
        return None
    best = max(here, key=_confidence)
    if len(here) > 1:
        others = ", ".join(f"{span.label} (line {span.line})" for span in here if span is not best)
        message = (
            f"{role} at {begin}-{end} fits {len(here)} mentions: {best.label} (line {best.line}) is taken, "
            f"as the first of highest confidence, not {others}"
        )
        here = [best, *(span for span in here if span is not best)]
        folder.fault(row, "W307", message, _text(value.get("_id", "")) or None, role, _places(folder, here))
    return best.id


def _places(folder: _Folder, spans: list[Span]) -> list[Related]:
    return [Related(folder.names[span.file], f"{span.label} is here", span.line, 1) for span in spans]


def _confidence(span: Span) -> float:
    """Return the confidence of a mention; one without a number has none."""
    try:
        return float(dict(span.attributes).get("confidence", "0"))
    except ValueError:
        return 0.0


def _text(value: Any) -> str:
    """Return a field as text: what is not text as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Fraction):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
