"""Bracket notation of coreference: `(3`, `3)`, `(3)`, `(5|(2)`, `(event-2(place-3)`, `(e1[1/2]-person`.

A bracket opens a mention at its token and closes it at its token, the latest of its name first. Mentions of one name
are one entity.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from standoff.annotations.reading import Reading
from standoff.model import Attribute, Entity, Normalization, Span

LINKED = "Wikipedia"
"""The resource of links in brackets: the corpora that have them name articles of it."""

_PIECE = re.compile(r"(\(?)([^()|]+)(\)?)|[()]")
_WELL_FORMED = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class Bracket(NamedTuple):
    """One bracket: whether it opens and closes here, its content, and where it begins in the cell, from 0."""

    opens: bool
    closes: bool
    content: str
    offset: int


def scan(cell: str) -> Iterator[Bracket]:
    """Yield the brackets of a cell in order; what neither opens nor closes, or is empty, comes out as such."""
    for match in _PIECE.finditer(cell):
        yield Bracket(bool(match[1]), bool(match[3]), match[2] or "", match.start())


@dataclass(slots=True)
class Mention:
    """A mention as its brackets say: its entity's name, its label, and the tokens from which to which it runs.

    `part` is (n, of how many) of a discontinuous mention.
    """

    key: str
    label: str
    line: int
    column: int
    first: int
    last: int = -1
    part: tuple[int, int] = (1, 1)
    attributes: list[Attribute] = field(default_factory=list)
    link: str = ""
    span: Span | None = None


class Brackets:
    """The brackets of one document, put together to mentions."""

    def __init__(self, reading: Reading, parse: Callable[[str, int, int, int], Mention], key: Callable[[str], str]):
        self.reading = reading
        self.parse = parse
        self.key = key
        self.opened: dict[str, list[Mention]] = defaultdict(list)
        self.mentions: list[Mention] = []
        self.faulty = 0

    def add(self, cell: str, token: int, line: int, column: int) -> None:
        """Take the brackets of one token; `column` is where the cell begins, 1-based."""
        for bracket in scan(cell):
            place = column + bracket.offset
            if not bracket.content or not (bracket.opens or bracket.closes):
                message = f"found {cell[:60]!r}; expected brackets with a name, such as (3, 3) or (3)"
                self.fault("E105", message, line, place)
            elif bracket.opens:
                mention = self.parse(bracket.content, token, line, place)
                if bracket.closes:
                    self.close(mention, token)
                else:
                    self.opened[self.key(bracket.content)].append(mention)
            elif self.opened[self.key(bracket.content)]:
                self.close(self.opened[self.key(bracket.content)].pop(), token)
            else:
                message = f"the mention {bracket.content[:40]!r} is closed here, and was not opened before"
                self.fault("E141", message, line, place)

    def close(self, mention: Mention, token: int) -> None:
        """End a mention at a token."""
        mention.last = token
        self.mentions.append(mention)

    def finish(self) -> list[list[Mention]]:
        """Return the mentions in order, each with its parts; what is still open is a finding."""
        for left in self.opened.values():
            for mention in left:
                self.lost(f"the mention {mention.key!r} is opened here, and not closed", mention)
        self.mentions.sort(key=lambda mention: (mention.line, mention.column))
        whole: list[list[Mention]] = []
        waiting: dict[tuple[str, int], list[Mention]] = {}
        for mention in self.mentions:
            number, count = mention.part
            if count < 2:
                whole.append([mention])
                continue
            if number == 1 and (mention.key, count) not in waiting:
                waiting[mention.key, count] = [mention]
                continue
            parts = waiting.get((mention.key, count), [])
            if number != len(parts) + 1:
                message = f"part {number} of {count} of a mention of {mention.key!r} follows no part {number - 1}"
                self.lost(message, mention)
                continue
            parts.append(mention)
            if number == count:
                whole.append(waiting.pop((mention.key, count)))
        for parts in waiting.values():
            self.lost(f"{len(parts)} of {parts[0].part[1]} parts of a mention of {parts[0].key!r} are here", parts[0])
        return sorted(whole, key=lambda parts: (parts[0].line, parts[0].column))

    def lost(self, message: str, mention: Mention) -> None:
        """Note a mention that cannot be read."""
        self.fault("E141", message, mention.line, mention.column)
        self.faulty += 1

    def fault(self, code: str, message: str, line: int, column: int) -> None:
        self.reading.fault(code, message, line, column)


def link_of(mention: Mention, span: Span) -> Normalization:
    """Return the link of a mention to an outside resource."""
    return Normalization(
        id="", line=mention.line, column=mention.column, target=span.id, resource=LINKED, ref=mention.link
    )


def add_entities(reading: Reading, mentions: list[Mention]) -> dict[str, Entity]:
    """Make an entity of the mentions of each name; its label is that of most of them, of the first on a tie.

    Returns the entities by the names that the file has for them. `link` of mentions becomes `kb_id` where they agree.
    """
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.span:
            groups[mention.key].append(mention)
    taken = {span.id for span in reading.annotations.spans}
    entities: dict[str, Entity] = {}
    for key, members in groups.items():
        links = {mention.link for mention in members if mention.link}
        entity = Entity(
            id=_id_of(key, taken), raw_id=key, line=members[0].line, column=members[0].column,
            label=Counter(mention.label for mention in members).most_common(1)[0][0],
            mentions=[mention.span.id for mention in members if mention.span],
            kb_id=links.pop() if len(links) == 1 else None,
        )  # fmt: skip
        entities[key] = entity
        reading.annotations.entities.append(entity)
    return entities


def _id_of(key: str, taken: set[str]) -> str:
    """Return the id of an entity: its name in the file, with an `e` before a number; another where that is taken."""
    name = key if _WELL_FORMED.fullmatch(key) and key != "author" else f"e{key}"
    if not _WELL_FORMED.fullmatch(name):
        name = "entity"
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}.{number}"
    taken.add(free)
    return free
