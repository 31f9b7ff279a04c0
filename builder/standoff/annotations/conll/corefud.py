"""The coreference of CoNLL-U: `Entity=`, `Bridge=` and `SplitAnte=` in MISC -> mentions, entities, relations.

Format: https://ufal.mff.cuni.cz/corefud. `# global.Entity` names the fields of an opening bracket: the entity (`eid`,
`GRP`), its type (`etype`), and others, which become attributes. `identity` and `wiki` are links.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import unquote

from standoff.annotations.conll import brackets
from standoff.annotations.conll.brackets import Brackets, Mention
from standoff.annotations.reading import Reading
from standoff.annotations.tagging import UNTYPED
from standoff.annotations.tokens import Row
from standoff.model import Argument, Attribute, Entity, Fragment, Relation, Span

DECLARED = "eid-etype-head-other"
"""The fields of an opening bracket where the file does not declare them: those of CorefUD."""

BRIDGING, SPLIT = "bridging", "split_antecedent"
"""The labels of the relations of `Bridge` and `SplitAnte`."""

_KEYS = ("eid", "GRP", "id")
_LINKS = {"identity", "wiki"}
_PART = re.compile(r"(.*)\[([0-9]{1,4})/([0-9]{1,4})\]")
_PAIR = re.compile(r"([^<>:,]+)<([^<>:,]+)(?::(.*))?")
_MISC = 9


class Word(NamedTuple):
    """A word: its place in the text, None for an empty node, and its row."""

    place: Fragment | None
    row: Row


class _Link(NamedTuple):
    label: str
    antecedent: str
    anaphor: str
    kind: str
    word: int
    row: Row
    column: int


class Coreference:
    """The coreference of one document in the making."""

    def __init__(self, reading: Reading, declared: str | None) -> None:
        self.reading = reading
        self.words: list[Word] = []
        self.links: list[_Link] = []
        self.unread: set[str] = set()
        self.lost = 0
        self.brackets = Brackets(reading, self._mention, self._name)
        self.declare(declared or DECLARED)

    def declare(self, fields: str) -> None:
        """Take the names of the fields of an opening bracket: `GRP-etype-infstat`."""
        self.fields = fields.strip().split("-")
        self.key = next((self.fields.index(name) for name in _KEYS if name in self.fields), 0)

    def add(self, word: Word) -> None:
        """Take the next word, with what stands in its MISC."""
        self.words.append(word)
        column = word.row.column(_MISC)
        for entry in word.row.fields[_MISC].split("|"):
            name, _, value = entry.partition("=")
            if name == "Entity":
                self.brackets.add(value, len(self.words) - 1, word.row.number, column + len(name) + 1)
            elif name in ("Bridge", "SplitAnte"):
                self._add_links(BRIDGING if name == "Bridge" else SPLIT, value, word, column)
            elif value and name != "SpaceAfter":
                self.unread.add(name)
            column += len(entry) + 1

    def _add_links(self, label: str, value: str, word: Word, column: int) -> None:
        for pair in value.split(","):
            match = _PAIR.fullmatch(pair)
            if match is None:
                message = f"found {pair[:40]!r}; expected ANTECEDENT<ANAPHOR, two names of entities"
                self.reading.fault("E105", message, word.row.number, column)
                continue
            number = len(self.words) - 1
            self.links.append(_Link(label, match[1], match[2], match[3] or "", number, word.row, column))

    def _name(self, content: str) -> str:
        """Return the name by which a bracket is closed: the entity's, with the part of a discontinuous mention."""
        values = content.split("-")
        return values[self.key] if self.key < len(values) else values[0]

    def _mention(self, content: str, token: int, line: int, column: int) -> Mention:
        values = content.split("-", len(self.fields) - 1)
        key, part = _parts(self._name(content))
        mention = Mention(key, UNTYPED, line, column, token, part=part)
        for index, (name, value) in enumerate(zip(self.fields, values, strict=False)):
            if index == self.key or value in ("", "_"):
                continue
            if name == "etype":
                mention.label = unquote(value)
            elif name in _LINKS:
                mention.link = unquote(value)
            else:
                mention.attributes += _attributes(name, value)
        return mention

    def finish(self, text: str) -> Counter[str]:
        """Put the document's mentions, entities and relations into the reading; count those that are not there."""
        mentions = [mention for parts in self.brackets.finish() if (mention := self._placed(parts, text))]
        entities = brackets.add_entities(self.reading, mentions)
        for mention in mentions:
            if mention.link and mention.span:
                self.reading.annotations.normalizations.append(brackets.link_of(mention, mention.span))
        self._relate(mentions, entities)
        lost = self.lost + self.brackets.faulty
        return Counter(spans=lost, mentions=lost)

    def _placed(self, parts: list[Mention], text: str) -> Mention | None:
        """Return a mention with its span; without one, a finding, where all its words are empty nodes."""
        mention = parts[0]
        fragments: list[Fragment] = []
        for part in parts:
            places = [word.place for word in self.words[part.first : part.last + 1] if word.place]
            if places:
                fragments.append((min(start for start, _ in places), max(end for _, end in places)))
        if not fragments:
            self.lost += 1
            message = f"the mention of {mention.key!r} has no word in the text, only empty nodes; it is left out"
            self.reading.fault("W144", message, mention.line, mention.column)
            return None
        spans = self.reading.annotations.spans
        mention.span = Span(
            id=f"m{len(spans) + 1}", line=mention.line, column=mention.column, kind="mention", label=mention.label,
            fragments=fragments, attributes=mention.attributes,
        )  # fmt: skip
        mention.span.surface = mention.span.text_in(text)
        spans.append(mention.span)
        return mention

    def _relate(self, mentions: list[Mention], entities: dict[str, Entity]) -> None:
        """Make relations of the links: one a pair, but one for all the antecedents that an anaphor has together."""
        begins = {(m.key, m.first): m.span.id for m in reversed(mentions) if m.span}
        together: dict[tuple[str, int], Relation] = {}
        for link in self.links:
            missing = next((name for name in (link.antecedent, link.anaphor) if name not in entities), None)
            if missing:
                message = f"{link.label} names the entity {missing!r}, and no mention of it is in this document"
                self.reading.fault("E301", message, link.row.number, link.column)
                continue
            antecedent = Argument("Antecedent", entities[link.antecedent].id)
            earlier = together.get((link.anaphor, link.word)) if link.label == SPLIT else None
            if earlier:
                earlier.arguments.insert(-1, antecedent)
                continue
            anaphor = begins.get((link.anaphor, link.word), entities[link.anaphor].id)
            relation = Relation(
                id="", line=link.row.number, column=link.column, label=link.label,
                arguments=[antecedent, Argument("Anaphor", anaphor)],
                attributes=[("type", link.kind)] if link.kind else [],
            )  # fmt: skip
            if link.label == SPLIT:
                together[link.anaphor, link.word] = relation
            self.reading.annotations.relations.append(relation)


def _parts(name: str) -> tuple[str, tuple[int, int]]:
    match = _PART.fullmatch(name)
    return (match[1], (int(match[2]), int(match[3]))) if match else (name, (1, 1))


def _attributes(name: str, value: str) -> list[Attribute]:
    """Return a field as attributes; `other` holds several, as `key:value,key:value`."""
    if name != "other":
        return [(name, unquote(value))]
    pairs = [entry.partition(":") for entry in value.split(",")]
    return [(unquote(key), unquote(rest) or "true") for key, _, rest in pairs if key]
