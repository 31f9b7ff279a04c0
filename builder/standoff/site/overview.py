"""The first page: what is in the corpus, who annotated what, and where to look first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.model import LAYERS
from standoff.site.across import Happening, Known
from standoff.site.agreement import Agreement
from standoff.site.charts import shade
from standoff.site.collecting import Collection
from standoff.site.compare import Comparison
from standoff.site.concordance import Label
from standoff.site.pages import number
from standoff.site.sections import Section

_BARS, _WORST = 10, 12
_SINGULAR = {
    "documents": "document", "characters": "character", "annotators": "annotator", "spans": "span",
    "entities": "entity", "events": "event", "attributions": "attribution", "relations": "relation",
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Worst:
    """Something to look at first: a number, what it counts, and the page that has it."""

    value: str
    words: str
    href: str


@dataclass(slots=True)
class Overview:
    """What the first page shows."""

    tiles: list[tuple[str, int]]
    worst: list[Worst]
    bars: list[tuple[str, list[Label], int]]
    coverage: list[tuple[str, int, int, list[tuple[int, str]]]]
    splits: list[tuple[str, int, int]]
    layers: tuple[str, ...] = LAYERS


def view(
    collection: Collection,
    labels: Sequence[Label],
    agreement: Agreement,
    entities: Sequence[Known],
    happenings: Sequence[Happening],
    sections: Sequence[Section],
    comparisons: Sequence[tuple[str, str, Comparison]],
) -> Overview:
    """Return the view of the first page."""
    documents = collection.documents
    counts = {
        "documents": len(documents),
        "characters": sum(record.length for record in documents),
        "annotators": len(collection.coverage),
        **{layer: collection.items[layer] for layer in LAYERS if collection.items[layer]},
    }
    tiles = [(_SINGULAR.get(name, name) if count == 1 else name, count) for name, count in counts.items()]
    splits = [
        (split, sum(record.split == split for record in documents), len(documents))
        for split in ("train", "validation", "test")
        if any(record.split == split for record in documents)
    ]
    worst = [*_of_sections(sections), *_of_agreement(agreement), *_of_comparisons(comparisons)]
    worst += [*_of_names(entities), *_of_happenings(happenings), *_of_coverage(collection)]
    return Overview(tiles, worst[:_WORST], _bars(labels), _coverage(collection), splits)


def _bars(labels: Sequence[Label]) -> list[tuple[str, list[Label], int]]:
    found = []
    for group in ("mention", "events", "attributions", "stance", "relations", "time", "other"):
        mine = [label for label in labels if label.group == group]
        if mine:
            found.append((group, mine[:_BARS], max(len(mine) - _BARS, 0)))
    return found


def _coverage(collection: Collection) -> list[tuple[str, int, int, list[tuple[int, str]]]]:
    total = max(len(collection.documents), 1)
    return [
        (name, counts["documents"], counts["without items"],
         [(counts[layer], shade(counts[layer] / total * 0.49) if counts[layer] else "") for layer in LAYERS])
        for name, counts in sorted(collection.coverage.items())
    ]  # fmt: skip


def _of_sections(sections: Sequence[Section]) -> list[Worst]:
    weighty = sorted((s for s in sections if s.rows and s.weight), key=lambda s: -s.weight)
    return [Worst(number(len(section.rows)), section.title, section.path) for section in weighty]


def _of_agreement(agreement: Agreement) -> list[Worst]:
    found = []
    measured = [measure for measure in agreement.measures if measure.value is not None and measure.headline]
    if measured:
        least = min(measured, key=lambda measure: (measure.value or 0, measure.name))
        words = f"is the least agreement: {least.layer}, {least.name}"
        found.append(Worst(least.cell.text, words, "agreement/index.html"))
    if agreement.differences:
        one, other, times = agreement.differences[0]
        words = f"{one} that another annotator has not" if other == "missed" else f"{one} that another calls {other}"
        found.append(Worst(number(times), f"times {words}: the commonest difference", "agreement/index.html#confusion"))
    return found


def _of_comparisons(comparisons: Sequence[tuple[str, str, Comparison]]) -> list[Worst]:
    counted = [(sum(len(side.differences) for p in c.paragraphs for side in p.sides), name, path)
               for name, path, c in comparisons]  # fmt: skip
    if not counted or not max(counted)[0]:
        return []
    times, name, path = max(counted, key=lambda entry: (entry[0], entry[2]))
    return [Worst(number(times), f"spans differ in “{name}”, more than in any other document", path)]


def _of_names(entities: Sequence[Known]) -> list[Worst]:
    torn = [entity for entity in entities if entity.also]
    if not torn:
        return []
    names = Counter(entity.name.casefold() for entity in torn)
    words = f"names are entities of more than one label, “{torn[0].name}” among them"
    return [Worst(number(len(names)), words, "entities/index.html")]


def _of_happenings(happenings: Sequence[Happening]) -> list[Worst]:
    torn = [entry for entry in happenings if entry.differs]
    words = "happenings are told with more than one type or date"
    return [Worst(number(len(torn)), words, "events/index.html")] if torn else []


def _of_coverage(collection: Collection) -> list[Worst]:
    found = []
    nobody = sum(not record.annotators for record in collection.documents)
    if nobody:
        found.append(Worst(number(nobody), "documents that nobody has annotated", "documents/index.html"))
    empty = sum(counts["without items"] for counts in collection.coverage.values())
    if empty:
        found.append(Worst(number(empty), "annotation files without an item", "index.html#coverage"))
    return found
