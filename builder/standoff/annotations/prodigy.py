"""Prodigy exports (`db-out`, JSON lines) -> parts: all accepted answers of one annotator on one text.

Format: https://prodi.gy/docs/api-interfaces. Offsets count code points; ends of tokens are inclusive. Rows that were
rejected or ignored are no annotations, and each is named by a warning.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from standoff.annotations import records
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.people import People
from standoff.annotations.reading import Reading, count_held
from standoff.annotations.records import Node, Types, as_text, free_id, give_ids, whole_number
from standoff.annotations.words import CODE_POINTS
from standoff.finding import Finding
from standoff.model import LAYERS, Annotations, Argument, Attribute, Fragment, Relation, Span

TOKEN = "TOKEN"
"""The label of a span that is made of a token which a relation names and nobody has labelled."""

_ANSWERS = ("accept", "reject", "ignore")
_MARKS = {"_input_hash", "_task_hash", "answer", "_session_id"}
_KNOWN = {
    "text", "tokens", "spans", "relations", "answer", "meta", "options", "accept", "label", "cats", "html", "config",
    "priority", "score", "version",
}  # fmt: skip
_BOOKKEEPING = {
    "start", "end", "text", "label", "token_start", "token_end", "type", "rank", "score", "source", "input_hash",
    "color", "pattern", "priority",
}  # fmt: skip
_OF_ROW: Types = {
    "_input_hash": (int,), "_annotator_id": (str, int), "_session_id": (str, int), "_view_id": (str,), "meta": (dict,),
    "options": (list,), "accept": (list,), "label": (str,),
}  # fmt: skip
_OF_SPAN: Types = {"text": (str,), "token_start": (int,), "token_end": (int,)}
_MANUAL = {"ner_manual": ["spans"], "spans_manual": ["spans"], "relations": ["spans", "relations"]}
"""The interfaces in which an accepted row says that nothing is missing, and the layers of which."""

_WIDEST = 100
_UNNAMED = re.compile(r"(.*-)?[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{2}-[0-9]{2}-[0-9]{2}")


def sniff(data: bytes) -> bool:
    """Say whether a file is an export: its first object has an answer or a hash, or a text with spans."""
    keys = records.first_keys(data)
    has_input = keys.keys() & {"text", "image", "audio", "video", "html", "options"}
    return bool(has_input) and (bool(keys.keys() & _MARKS) or (keys.get("text") == '"' and keys.get("spans") == "["))


def aside(data: bytes) -> str | None:
    """Say what a file of Prodigy's is that holds no annotations."""
    keys = records.first_keys(data)
    return "match patterns of Prodigy, no annotations" if {"label", "pattern"} == keys.keys() - {"id"} else None


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one export. Rows of one text and one annotator become one part, in the order of the file.

    Raises InputError if the file cannot be parsed as a whole.
    """
    export = Export()
    rows = _Rows(hashlib.sha256(data).hexdigest(), path, export)
    for node in records.read(data, path, export.findings):
        rows.add(node)
    export.parts = [work.part() for work in rows.works.values()]
    return export


class _Rows:
    """The rows of one file, by text and annotator."""

    def __init__(self, digest: str, path: str, export: Export) -> None:
        self.digest = digest
        self.path = path
        self.export = export
        self.people = People()
        self.works: dict[tuple[Any, str, str | None], _Work] = {}

    def add(self, node: Node) -> None:
        text, answer = node.get("text"), node.value.get("answer", "accept")
        if answer not in _ANSWERS:
            found = (node.get("answer") or node).fault(f"answer: one of {', '.join(_ANSWERS)}")
            self.export.findings.append(Finding(found[0], self.path, found[1], found[2], found[3]))
        elif answer != "accept":
            line, column = node.place
            message = f"the answer is {answer}, so the row is not read ({_content(node)})"
            self.export.findings.append(Finding("W122", self.path, message, line, column))
        elif text is None or not isinstance(text.value, str):
            _, message, line, column = (text or node).fault("`text`, the text of the row")
            self.export.findings.append(Finding("E121", self.path, message, line, column))
        else:
            self.work(node, text.value).add(node)

    def work(self, node: Node, text: str) -> _Work:
        """Return what the annotator of a row did on its text. Rows of one `_input_hash` are about one text."""
        number, annotator = node.value.get("_input_hash"), self.annotator(node)
        name = f"input-{number & 0xFFFFFFFF:08x}" if isinstance(number, int) else None
        key = (name or node.place[0], text, annotator)
        if key not in self.works:
            reading = Reading(Annotations("", "", self.path, self.digest))
            self.works[key] = _Work(reading, text, name, annotator, node.place[0], _fields(node))
        return self.works[key]

    def annotator(self, node: Node) -> str | None:
        """Return the name of the annotator; a session that is called after its time is nobody's."""
        who = node.value.get("_annotator_id") or node.value.get("_session_id")
        if not isinstance(who, str) or _UNNAMED.fullmatch(who):
            return None if who is None or isinstance(who, str) else self.people.key(who)
        return self.people.key(who) if "@" in who else who


def _content(node: Node) -> str:
    counts = [(len(held.items()), key) for key in ("spans", "relations", "accept") if (held := node.get(key))]
    return ", ".join(f"{key}: {number}" for number, key in counts) or "labels"


@dataclass(slots=True)
class _Work:
    """The items of one annotator on one text, in the making; `made` are spans that no row has as such."""

    reading: Reading
    text: str
    name: str | None
    annotator: str | None
    line: int
    fields: list[Attribute]
    spans: list[Span] = field(default_factory=list)
    links: list[tuple[Node, list[Span], list[Node]]] = field(default_factory=list)
    made: dict[Fragment, Span] = field(default_factory=dict)
    finished: list[str] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, node: Node) -> None:
        """Take one row."""
        self.check(node, _OF_ROW)
        tokens = self.list_of(node, "tokens")
        here = [span for each in self.list_of(node, "spans") if (span := self.span(each, tokens))]
        self.spans += here
        self.links += [(link, here, tokens) for link in self.list_of(node, "relations")]
        self.labels(node)
        self.finished += _MANUAL.get(str(node.value.get("_view_id")), [])

    def check(self, node: Node, expected: Types) -> None:
        for fault in records.wrong_types(node, expected):
            self.reading.fault(*fault)

    def list_of(self, node: Node, key: str) -> list[Node]:
        held = node.get(key)
        if held is not None and not isinstance(held.value, list):
            self.reading.fault(*held.fault(f"{key}: a list"))
        return held.items() if held is not None else []

    def span(self, node: Node, tokens: list[Node]) -> Span | None:
        """Read one span; its offsets are its own, or those of its tokens."""
        value = node.value if isinstance(node.value, dict) else {}
        self.check(node, _OF_SPAN)
        place = _place(value, tokens)
        label = value.get("label")
        if place is None or not isinstance(label, str) or not label:
            self.reading.fault(*node.fault("start and end, or token_start and token_end, and a label"))
            self.lost["spans"] += 1
            return None
        line, column = node.place
        surface = value.get("text") if isinstance(value.get("text"), str) else _surface(value, tokens, self.text)
        pairs = [(key, as_text(each)) for key, each in value.items() if key not in _BOOKKEEPING and each is not None]
        return Span(
            id="", line=line, column=column,
            kind="mention", label=label, fragments=[place], surface=surface, attributes=pairs,
        )  # fmt: skip

    def labels(self, node: Node) -> None:
        """Take labels of the whole text: one that was accepted, choices, and categories with their scores."""
        pairs = self.reading.annotations.attributes
        label = node.get("label")
        if label is not None:
            pairs.append(("label", as_text(label.value)))
        held = node.get("accept")
        if held is not None:
            chosen = held.items() if isinstance(held.value, list) else [held]
            pairs += [("accept", as_text(each.value)) for each in chosen]
        cats = node.get("cats")
        if cats is not None and isinstance(cats.value, dict):
            pairs += [(f"cats.{name}", as_text(score)) for name, score in cats.value.items()]
        elif cats is not None:
            self.reading.fault(*cats.fault("cats: an object of labels and scores"))
            self.lost["attributes"] += 1

    def part(self) -> Part:
        """Finish: ids for the spans, and relations between them."""
        annotations = self.reading.annotations
        ends = [(node, self.ends(node, here, tokens)) for node, here, tokens in self.links]
        annotations.spans = [*self.spans, *self.made.values()]
        give_ids(annotations.spans)
        taken = {span.id for span in annotations.spans} | {"author"}
        for rank, (node, pair) in enumerate(ends, 1):
            if pair:
                line, column = node.place
                name = free_id("r", rank, taken)
                arguments = [Argument("head", pair[0].id), Argument("child", pair[1].id)]
                label = node.value["label"]
                relation = Relation(id=name, raw_id=name, line=line, column=column, label=label, arguments=arguments)
                annotations.relations.append(relation)
        if all(span.surface is None for span in annotations.spans):
            self.reading.unit = CODE_POINTS
        if self.finished:
            annotations.layers = [each for each in LAYERS if each in self.finished or getattr(annotations, each)]
        counts = count_held(self.reading, self.lost)
        counts["spans"] -= len(self.made)
        return Part(self.reading, self.name, self.annotator, self.text, self.fields, self.line, counts)

    def ends(self, node: Node, spans: list[Span], tokens: list[Node]) -> tuple[Span, Span] | None:
        """Return head and child of a relation: the spans of their places, or spans made of bare tokens."""
        value = node.value if isinstance(node.value, dict) else {}
        found = [self.end(node, value, name, spans, tokens) for name in ("head", "child")]
        if not all(found) or not isinstance(value.get("label"), str) or not value["label"]:
            self.reading.fault(*node.fault("head and child, which are tokens of the row, and a label"))
            self.lost["relations"] += 1
            return None
        return found[0], found[1]  # type: ignore[return-value]

    def end(self, node: Node, value: dict[str, Any], name: str, spans: list[Span], tokens: list[Node]) -> Span | None:
        said, token = value.get(f"{name}_span"), value.get(name)
        place = _place(said, tokens) if isinstance(said, dict) else None
        label = said.get("label") if isinstance(said, dict) else None
        at = [span for span in spans if place and span.fragments == [place]]
        if not at and whole_number(token):
            word = _place({"token_start": token, "token_end": token}, tokens)
            place = place or word
            at = [span for span in spans if word and span.start <= word[0] < word[1] <= span.end]
        if at:
            return next((span for span in at if span.label == label), at[0])
        if place is None:
            return None
        line, column = node.place
        made = Span(id="", line=line, column=column, kind="other", label=label or TOKEN, fragments=[place])
        return self.made.setdefault(place, made)


def _place(value: dict[str, Any], tokens: list[Node]) -> Fragment | None:
    """Return start and end of a span, None where they cannot be read."""
    start, end = value.get("start"), value.get("end")
    if start is None and end is None:
        words = _words(value, tokens)
        start, end = (words[0].get("start"), words[-1].get("end")) if words else (None, None)
    return (start, end) if whole_number(start) and whole_number(end) else None


def _words(value: dict[str, Any], tokens: list[Node]) -> list[dict[str, Any]]:
    """Return the tokens of a span, whose last one is included; none where it names none that are there."""
    first, last = value.get("token_start"), value.get("token_end")
    if not (whole_number(first) and whole_number(last) and last < len(tokens)):
        return []
    words = [token.value for token in tokens[first : last + 1]]
    return words if all(isinstance(word, dict) for word in words) else []


def _surface(value: dict[str, Any], tokens: list[Node], text: str) -> str | None:
    """Return the text of a span as its tokens have it, None where they do not say it.

    Between tokens stands what is there in the text if that is blank, else as many blanks as the offsets leave.
    """
    surface, before = "", -1
    for word in _words(value, tokens):
        piece, start, end = word.get("text"), word.get("start"), word.get("end")
        if not (isinstance(piece, str) and whole_number(start) and whole_number(end)):
            return None
        gap = start - before if before >= 0 else 0
        if gap > _WIDEST:
            return None
        between = text[before:start]
        surface += (between if gap > 0 and between.isspace() else " " * gap) + piece
        before = end
    return surface or None


def _fields(node: Node) -> list[Attribute]:
    """Return what a row says of its text: `meta` key by key, and all keys that are not Prodigy's."""
    pairs: list[tuple[str, Any]] = []
    for key, value in node.value.items():
        if key == "meta" and isinstance(value, dict):
            pairs += value.items()
        elif key not in _KNOWN and not key.startswith("_"):
            pairs.append((key, value))
    return records.fields(pairs)
