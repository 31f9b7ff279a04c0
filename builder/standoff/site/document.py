"""A document -> its pages: one for each annotator's version, in parts where it is long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.site import layout, parts
from standoff.site.items import PREFIXES, Book, Card
from standoff.site.layout import Mark
from standoff.site.pages import BUDGET, LARGEST, Writer, kind_class, slug
from standoff.site.parts import Part
from standoff.site.reading import Source, Version

_BUDGETS = tuple(BUDGET // part for part in (1, 2, 5, 15, 50))
_MAP_WIDTH, _MAP_LANE = 720, 7
HEADS = {
    "events": "Events", "attributions": "Who says what", "stance": "Stance", "entities": "Entities",
    "relations": "Relations", "normalizations": "Links to resources", "notes": "Notes", "spans": "Spans",
}  # fmt: skip
"""The lists of a page in the order in which they stand there, and how they are headed."""


@dataclass(slots=True)
class Chart:
    """The map of a document: where in it the spans of each kind lie. Ticks are (x, width), of `width` in all."""

    width: int
    rows: list[tuple[str, int, list[tuple[int, int]]]]

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return len(self.rows) * (_MAP_LANE + 3)


@dataclass(slots=True)
class Page:
    """One part of one version, ready for its template."""

    source: Source
    version: Version
    part: Part
    parts: list[tuple[int, str]]
    versions: list[tuple[str, str, bool]]
    kinds: list[tuple[str, int]]
    lanes: int
    counts: list[tuple[str, int | None]]
    chart: Chart
    links: dict[str, list[int]]
    homes: dict[str, str]
    compare: str | None

    def href(self, anchor: str | None) -> str | None:
        """Return the link to an item of this version: on this page, or on the part where it stands."""
        if anchor is None:
            return None
        home = self.homes.get(anchor, "")
        return f"#{anchor}" if home == file_of(self.version, self.part.number) else f"{home}#{anchor}"


def folder(source: Source) -> str:
    """Return the folder of a document's pages. Ids are safe file names, by the schema."""
    return f"documents/{source.doc_id}"


def file_of(version: Version, part: int = 1) -> str:
    """Return the file name of a part of a version."""
    base = "index" if version.published else f"by-{slug(version.annotator)}"
    return f"{base}.html" if part == 1 else f"{base}-{part}.html"


def marks_of(version: Version, differs: dict[int, str] | None = None) -> list[Mark]:
    """Return the spans of a version as they are drawn; a broken one whose fragments are missing is left to its row."""
    return [
        Mark(
            number, span["kind"], span["label"], [(piece["start"], piece["end"]) for piece in span["fragments"]],
            (differs or {}).get(number, ""),
        )
        for number, span in enumerate(version.items("spans"))
        if span["fragments"]
    ]  # fmt: skip


def glossed(marks: Sequence[Mark]) -> frozenset[str]:
    """Return the kinds whose labels say more than the kind does, so that they stand above the words."""
    used: dict[str, set[str]] = {}
    for mark in marks:
        used.setdefault(mark.kind, set()).add(mark.label)
    return frozenset(kind for kind, labels in used.items() if labels != {kind.upper()})


def write(writer: Writer, source: Source, compare: bool) -> dict[str, dict[str, str]]:
    """Write the pages of a document; return for each annotator the page of each item's anchor."""
    if not source.versions:
        empty = Version("nobody", True, False, [], {}, [])
        _write_version(writer, source, empty, compare)
        return {}
    return {version.annotator: _write_version(writer, source, version, compare) for version in source.versions}


def _write_version(writer: Writer, source: Source, version: Version, compare: bool) -> dict[str, str]:
    book = Book(source, version)
    marks = marks_of(version)
    drawn = source.text is not None
    blocks = layout.blocks(source.text or "", marks, glossed(marks)) if drawn else layout.blank(source.text_length)
    cards = [card for layer in PREFIXES for card in book.cards(layer)]
    for budget in _BUDGETS:
        found = parts.cut(blocks, cards, budget)
        homes = _homes(found, version)
        pages = [
            (file_of(version, part.number), writer.render(
                f"{folder(source)}/{file_of(version, part.number)}", "document.html",
                page=_page(source, version, part, found, homes, marks, compare), heads=HEADS,
            ))
            for part in found
        ]  # fmt: skip
        if budget == _BUDGETS[-1] or all(len(data) <= LARGEST for _, data in pages):
            break
    for name, data in pages:
        writer.put(f"{folder(source)}/{name}", data)
    return {anchor: f"{folder(source)}/{home or file_of(version)}#{anchor}" for anchor, home in homes.items()}


def _homes(found: Sequence[Part], version: Version) -> dict[str, str]:
    """Return the file of each item's card; where there is but one, links need none."""
    many = len(found) > 1
    return {
        card.anchor: file_of(version, part.number) if many else ""
        for part in found
        for cards in part.cards.values()
        for card in cards
    }


def _page(
    source: Source, version: Version, part: Part, found: Sequence[Part], homes: dict[str, str],
    marks: Sequence[Mark], compare: bool,
) -> Page:  # fmt: skip
    here = {mark.number for block in part.blocks for mark in block.marks()}
    lanes = {mark.lane for block in part.blocks for mark in block.marks() if mark.lane is not None}
    cards: list[Card] = [card for each in part.cards.values() for card in each]
    return Page(
        source, version, part,
        [(other.number, file_of(version, other.number)) for other in found],
        [(each.annotator, file_of(each), each is version) for each in source.versions],
        list(Counter(mark.kind for mark in marks).items()),
        max(lanes, default=-1) + 1,
        [(layer, None if version.lists.get(layer) is None else len(version.items(layer))) for layer in HEADS],
        _chart(source, marks),
        {card.anchor: kept for card in cards if card.layer != "spans" and (kept := _of(card.spans, here))},
        homes,
        "compare.html" if compare else None,
    )  # fmt: skip


def _of(numbers: Sequence[int], here: set[int]) -> list[int]:
    return [number for number in numbers if number in here]


def _chart(source: Source, marks: Sequence[Mark]) -> Chart:
    """Return the map: spans as ticks of at least a pixel, those that touch drawn as one."""
    size = max(source.text_length, 1)
    rows: list[tuple[str, int, list[tuple[int, int]]]] = []
    for kind in layout.KINDS:
        ticks: list[tuple[int, int]] = []
        for start, end in sorted(piece for mark in marks if mark.kind == kind for piece in mark.fragments):
            x = min(start * _MAP_WIDTH // size, _MAP_WIDTH - 1)
            width = max((end - start) * _MAP_WIDTH // size, 1)
            if ticks and x <= ticks[-1][0] + ticks[-1][1]:
                ticks[-1] = (ticks[-1][0], max(ticks[-1][1], x + width - ticks[-1][0]))
            else:
                ticks.append((x, width))
        if ticks:
            rows.append((kind_class(kind), len(rows) * (_MAP_LANE + 3), ticks))
    return Chart(_MAP_WIDTH, rows)
