"""A document by all its annotators, side by side: where their spans differ, and which items not all of them have."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from standoff.site import layout
from standoff.site.document import file_of, folder, glossed, marks_of
from standoff.site.items import PREFIXES, Book
from standoff.site.layout import Block, Mark
from standoff.site.pages import Writer, cut
from standoff.site.reading import Row, Source, Version
from standoff.spelling import counted

SIGNS = {"only": "+", "bounds": "↔", "relabel": "≠"}
"""How a span can differ: another has none here, one with other bounds, or one with another label."""

_ROWS = 150_000

Place = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Side:
    """One annotator's view of a paragraph, with what differs there as (sign, words, remark, anchor)."""

    annotator: str
    block: Block
    lanes: int
    differences: list[tuple[str, str, str, str]]


@dataclass(slots=True)
class Paragraph:
    """A paragraph on which annotators differ; `before` are the paragraphs without difference before it."""

    sides: list[Side]
    before: int = 0

    @property
    def cost(self) -> int:
        """About how many bytes of a page it takes."""
        found = 0
        for side in self.sides:
            found += (side.block.end - side.block.start) * 2 + 90 * len(side.block.segments) + 200
            found += sum(140 + len(words) + len(remark) for _, words, remark, _ in side.differences)
        return found


@dataclass(slots=True)
class Matter:
    """An item that not all annotators have: for each of them the anchor of theirs, "" (has it not) or None."""

    layer: str
    words: str
    having: list[str | None]


@dataclass(slots=True)
class Comparison:
    """All that differs in a document."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    after: int = 0
    matters: list[Matter] = field(default_factory=list)
    spans: int = 0
    agreed: int = 0


def write(writer: Writer, source: Source, pages: Mapping[str, Mapping[str, str]]) -> Comparison:
    """Write the comparison of a document that several annotators have; return it."""
    comparison = compare(source)
    paragraphs = cut(comparison.paragraphs, [paragraph.cost for paragraph in comparison.paragraphs], _ROWS)
    matters = cut(comparison.matters, [260 + len(m.words) + 90 * len(m.having) for m in comparison.matters], _ROWS)
    count = max(len(paragraphs), len(matters))
    files = [(n, "compare.html" if n == 1 else f"compare-{n}.html") for n in range(1, count + 1)]
    for number, file in files:
        writer.write(
            f"{folder(source)}/{file}", "compare.html", source=source, comparison=comparison,
            paragraphs=paragraphs[number - 1] if number <= len(paragraphs) else [],
            matters=matters[number - 1] if number <= len(matters) else [],
            parts=files, number=number, signs=SIGNS, pages=pages,
            versions=[(version.annotator, file_of(version)) for version in source.versions],
            last=number == len(paragraphs),
        )  # fmt: skip
    return comparison


def compare(source: Source) -> Comparison:
    """Return what differs between the versions of a document."""
    comparison = Comparison()
    sides = [version for version in source.versions if "spans" in version.layers]
    if len(sides) > 1:
        _compare_spans(source, sides, comparison)
    comparison.matters = list(_matters([Book(source, version) for version in source.versions]))
    return comparison


def _compare_spans(source: Source, versions: Sequence[Version], comparison: Comparison) -> None:
    marks = [marks_of(version) for version in versions]
    remarks = [_differing(number, marks, versions) for number in range(len(versions))]
    for side, found in zip(marks, remarks, strict=True):
        for mark in side:
            mark.differs = found[mark.number][0] if mark.number in found else ""
        comparison.spans += len(side)
        comparison.agreed += len(side) - len(found)
    drawn = [layout.blocks(source.text or "", side, glossed(side)) for side in marks]
    before = 0
    for blocks in zip(*drawn, strict=True):
        if any(mark.differs for block in blocks for mark in block.marks()):
            lanes = max(_lanes(block) for block in blocks)  # of all sides, so that their lines are equally high
            sides = [_side(Book(source, version), block, found, lanes)
                     for version, block, found in zip(versions, blocks, remarks, strict=True)]  # fmt: skip
            comparison.paragraphs.append(Paragraph(sides, before))
            before = 0
        else:
            before += blocks[0].end > blocks[0].start
    comparison.after = before


def _lanes(block: Block) -> int:
    return max((mark.lane for mark in block.marks() if mark.lane is not None), default=-1) + 1


def _side(book: Book, block: Block, remarks: Mapping[int, tuple[str, str]], lanes: int) -> Side:
    starting = [mark for mark in block.marks() if mark.differs and block.start <= mark.start]
    differences = [
        (mark.differs, f"{mark.label} {book.words(book.spans[n])}", remarks[n][1], f"s{n}")
        for n, mark in ((mark.number, mark) for mark in starting)
    ]
    return Side(book.version.annotator, block, lanes, differences)


def _differing(
    number: int, marks: Sequence[Sequence[Mark]], versions: Sequence[Version]
) -> dict[int, tuple[str, str]]:
    """Return how spans of one version differ from the others', by number: a class, and a remark in words."""
    found: dict[int, tuple[str, str]] = {}
    others = [(versions[n].annotator, _Index(side)) for n, side in enumerate(marks) if n != number]
    seen: Counter[tuple[str, str, Place]] = Counter()
    for mark in marks[number]:
        seen[_key(mark)] += 1
        remarks = [(name, index.compare(mark, seen[_key(mark)])) for name, index in others]
        differing = [(name, *remark) for name, remark in remarks if remark]
        if differing:
            worst = min((kind for _, kind, _ in differing), key=list(SIGNS).index)
            said: dict[str, list[str]] = defaultdict(list)
            for name, _, words in differing:
                said[words].append(name)
            found[mark.number] = (worst, "; ".join(f"{', '.join(names)}: {words}" for words, names in said.items()))
    return found


class _Index:
    """One annotator's spans, to look up what lies where another's span lies."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.exact = Counter(_key(mark) for mark in marks)
        self.labels: dict[tuple[str, Place], list[str]] = defaultdict(list)
        self.sorted: dict[tuple[str, str], list[Mark]] = defaultdict(list)
        for mark in sorted(marks, key=lambda mark: mark.start):
            self.labels[mark.kind, tuple(mark.fragments)].append(mark.label)
            self.sorted[mark.kind, mark.label].append(mark)
        self.longest = {key: max(mark.end - mark.start for mark in each) for key, each in self.sorted.items()}

    def compare(self, mark: Mark, nth: int) -> tuple[str, str] | None:
        """Return how a span of another annotator, the nth of its place and label, differs; None if it is here, too."""
        if self.exact[_key(mark)] >= nth:
            return None
        labels = [label for label in self.labels[mark.kind, tuple(mark.fragments)] if label != mark.label]
        if labels:
            return "relabel", ", ".join(dict.fromkeys(labels))
        near = self._overlapping(mark)
        if near:
            return "bounds", f"{near.start}–{near.end}"
        return "only", "nothing here"

    def _overlapping(self, mark: Mark) -> Mark | None:
        mine = self.sorted.get((mark.kind, mark.label), [])
        reach = self.longest.get((mark.kind, mark.label), 0)
        first = bisect_left(mine, mark.start - reach, key=lambda other: other.start)
        for other in mine[first : first + 200]:
            if other.start >= mark.end:
                break
            if other.end > mark.start and other.fragments != mark.fragments:
                return other
        return None


def _key(mark: Mark) -> tuple[str, str, Place]:
    return mark.kind, mark.label, tuple(mark.fragments)


def _matters(books: Sequence[Book]) -> Iterator[Matter]:
    """Yield the items of the layers above the spans that not all annotators have who finished the layer."""
    for layer in ("entities", "events", "attributions", "stance", "relations"):
        having = [book for book in books if layer in book.version.layers]
        if len(having) < 2:
            continue
        found: dict[object, tuple[int, str, dict[int, str]]] = {}
        for number, book in enumerate(books):
            for key, place, words, anchor in _claims(book, layer) if book in having else ():
                found.setdefault(key, (place, words, {}))[2].setdefault(number, anchor)
        for _, words, anchors in sorted(found.values(), key=lambda entry: entry[:2]):
            if len(anchors) < len(having):
                yield Matter(layer, words, [anchors.get(n, "") if book in having else None
                                            for n, book in enumerate(books)])  # fmt: skip


def _claims(book: Book, layer: str) -> Iterator[tuple[object, int, str, str]]:
    """Yield what a version says, piece by piece: a key that is the same for others, place, words, anchor."""
    for number, row in enumerate(book.version.items(layer)):
        anchor = f"{PREFIXES[layer]}{number}"
        spans = book.spans_of(layer, row)
        start = book.spans[spans[0]]["start"] if spans else 0
        title = book.title(layer, row)
        for key, words in _said(book, layer, row, title):
            yield (layer, key), start, words, anchor


def _said(book: Book, layer: str, row: Row, title: str) -> Iterator[tuple[object, str]]:
    if layer == "entities":
        cluster = frozenset(_place(book, name) for name in row["mentions"])
        yield (row["label"], cluster), f"{row['label']} {title}, {counted(len(row['mentions']), 'mention')}"
    elif layer == "events":
        here = _place(book, row["trigger"] or row["evidence"])
        yield (here, row["label"]), f"{row['label']} {title}"
        for argument in row["arguments"]:
            filler = "implicit" if argument["filler"] is None else book.ref(argument["filler"]).text
            words = f"{row['label']} {title} · {argument['role']}: {filler}"
            yield (here, row["label"], argument["role"], _place(book, argument["filler"])), words
        for entry in row["factuality"]:
            words = f"{row['label']} {title} · {entry['value']} by {book.ref(entry['source']).text}"
            yield (here, row["label"], "factuality", _place(book, entry["source"]), entry["value"]), words
    elif layer == "attributions":
        places = tuple(_place(book, name) for name in row["contents"])
        source = book.ref(row["source"])
        yield (places, _place(book, row["source"])), f"{source.text if row['source'] else 'nobody named'}: {title}"
    elif layer == "stance":
        holder, target = book.ref(row["holder"]), book.ref(row["target"])
        words = f"{holder.text} {row['label']} {target.text}"
        yield (_place(book, row["holder"]), _place(book, row["target"]), row["label"]), words
    else:
        linked = tuple((a["role"], _place(book, a["filler"])) for a in row["arguments"])
        fillers = ", ".join(f"{a['role']} {book.ref(a['filler']).text}" for a in row["arguments"])
        yield (row["label"], linked), f"{row['label']} {fillers}"


def _place(book: Book, name: str | None) -> object:
    """Return where an item stands, so that it can be found with another annotator; its own name for the author."""
    spans = book.place_of(name)
    if not spans:
        return name if name is None or name not in book.found else book.found[name][0]
    span = book.spans[spans[0]]
    return tuple((piece["start"], piece["end"]) for piece in span["fragments"])
