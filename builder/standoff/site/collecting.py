"""What the pages across documents need, noted while one document after the other is unfolded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from standoff.model import LAYERS
from standoff.site.items import PREFIXES, Book
from standoff.site.reading import Row, Source, Version

GROUPS = ("mention", "trigger", "time", "quantity", "cue", "content", "evidence", "other",
          "entities", "events", "attributions", "stance", "relations")  # fmt: skip
"""What labels belong to: the kinds of spans, and the layers whose items have a label."""


@dataclass(slots=True, frozen=True)
class Hit:
    """An example of a label: where it is, who has it, and the page of the first version that has it."""

    doc_id: str
    fragments: tuple[tuple[int, int], ...]
    annotators: tuple[str, ...]
    href: str


@dataclass(slots=True, frozen=True)
class EntityRecord:
    """An entity of a published version."""

    name: str
    label: str
    kb_id: str | None
    doc_id: str
    mentions: int
    href: str


@dataclass(slots=True, frozen=True)
class EventRecord:
    """An event of a published version; days are ISO 8601."""

    label: str
    subtype: str | None
    words: str
    same_as: str | None
    time_value: str | None
    earliest: str | None
    latest: str | None
    factuality: str | None
    doc_id: str
    href: str


@dataclass(slots=True, frozen=True, order=True)
class Party:
    """A holder or a target: its name or words, its kind, and the document where it has no name beyond it."""

    name: str
    kind: str
    scope: str = ""


@dataclass(slots=True, frozen=True)
class StanceRecord:
    """A stance of a published version; holder and target are who they are, by name and kind.

    Somebody without a name is the same only within a document, which then stands before the words.
    """

    holder: Party
    label: str
    target: Party
    doc_id: str
    href: str


@dataclass(slots=True, frozen=True)
class DocumentRecord:
    """A row of the list of documents. `counts` are those of the published version, None for an unfinished layer."""

    doc_id: str
    name: str
    published: str | None
    split: str
    length: int
    withheld: bool
    annotators: tuple[str, ...]
    counts: tuple[int | None, ...]
    href: str


@dataclass(slots=True)
class Collection:
    """All records of a release.

    `wanted` are (document, item id) whose pages are kept in `anchors`, by document, annotator, layer and id.
    """

    texts: dict[str, str] = field(default_factory=dict)
    hits: dict[tuple[str, str], list[Hit]] = field(default_factory=lambda: defaultdict(list))
    documents: list[DocumentRecord] = field(default_factory=list)
    entities: list[EntityRecord] = field(default_factory=list)
    unnamed: int = 0
    events: list[EventRecord] = field(default_factory=list)
    stance: list[StanceRecord] = field(default_factory=list)
    coverage: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    items: Counter[str] = field(default_factory=Counter)
    homes: dict[str, str] = field(default_factory=dict)
    publishers: dict[str, str] = field(default_factory=dict)
    anchors: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    wanted: frozenset[tuple[str, str]] = frozenset()

    def add(self, source: Source, pages: Mapping[str, Mapping[str, str]], home: str) -> None:
        """Note a document whose pages are written; `pages` gives the page of each item, by annotator and anchor."""
        if source.text is not None:
            self.texts[source.doc_id] = source.text
        self._add_hits(source, pages)
        self._add_anchors(source, pages, home)
        for version in source.versions:
            self.coverage[version.annotator]["documents"] += 1
            self.coverage[version.annotator]["without items"] += not version.has_items()
            self.coverage[version.annotator].update(version.layers)
        published = source.versions[0] if source.versions and source.versions[0].published else None
        counts = [len(published.items(name)) if published and name in published.layers else None for name in LAYERS]
        self.documents.append(
            DocumentRecord(
                source.doc_id, source.name, source.published, source.split, source.text_length, source.text is None,
                tuple(version.annotator for version in source.versions), tuple(counts), home,
            )
        )  # fmt: skip
        if published:
            self.items.update({name: len(published.items(name)) for name in LAYERS})
            self._add_published(source, published, pages[published.annotator])

    def _add_hits(self, source: Source, pages: Mapping[str, Mapping[str, str]]) -> None:
        found: dict[tuple[str, str, tuple[tuple[int, int], ...]], tuple[list[str], str]] = {}
        for version in source.versions:
            homes = pages[version.annotator]
            for group, label, fragments, anchor in _examples(Book(source, version)):
                names, _ = found.setdefault((group, label, fragments), ([], homes[anchor]))
                if version.annotator not in names:
                    names.append(version.annotator)
        for (group, label, fragments), (names, href) in found.items():
            self.hits[group, label].append(Hit(source.doc_id, fragments, tuple(names), href))

    def _add_anchors(self, source: Source, pages: Mapping[str, Mapping[str, str]], home: str) -> None:
        self.homes[source.doc_id] = home
        if source.versions:
            self.publishers[source.doc_id] = source.versions[0].annotator
        for version in source.versions if self.wanted else ():
            for layer, prefix in PREFIXES.items():
                for number, row in enumerate(version.items(layer)):
                    if (source.doc_id, row["id"]) in self.wanted:
                        key = (source.doc_id, version.annotator, layer, row["id"])
                        self.anchors[key] = pages[version.annotator][f"{prefix}{number}"]

    def _add_published(self, source: Source, version: Version, homes: Mapping[str, str]) -> None:
        book = Book(source, version)
        for number, row in enumerate(version.items("entities")):
            if row["name"] or row["kb_id"]:
                name = row["name"] or row["kb_id"]
                found = EntityRecord(
                    name, row["label"], row["kb_id"], source.doc_id, len(row["mentions"]), homes[f"e{number}"]
                )
                self.entities.append(found)
            else:
                self.unnamed += 1
        for number, row in enumerate(version.items("events")):
            self.events.append(_event(book, row, homes[f"v{number}"]))
        for number, row in enumerate(version.items("stance")):
            holder, target = _party(book, row["holder"]), _party(book, row["target"])
            self.stance.append(StanceRecord(holder, row["label"], target, source.doc_id, homes[f"t{number}"]))



def _party(book: Book, name: str) -> Party:
    """Return who a holder or target is; the author of each document is another one."""
    ref = book.ref(name)
    doc_id = book.source.doc_id
    if ref.layer == "author":
        return Party(f"author of {doc_id}", "author")
    row = book.found[name][2] if name in book.found else {}
    if ref.layer == "entities" and row["name"]:
        return Party(ref.text, ref.layer)
    return Party(_located(book, ref.text), ref.layer, doc_id)


def _located(book: Book, words: str) -> str:
    """Return words as they are, and offsets, which stand for the words of a withheld text, with their document."""
    return words if book.source.text is not None else f"{book.source.doc_id} {words}"


def _examples(book: Book) -> Iterator[tuple[str, str, tuple[tuple[int, int], ...], str]]:
    """Yield group, label, place and anchor of everything in a version that has a label and a place."""
    for number, span in enumerate(book.spans):
        yield span["kind"], span["label"], _fragments(span), f"s{number}"
    for layer in ("entities", "events", "attributions", "stance", "relations"):
        for number, row in enumerate(book.version.items(layer)):
            spans = book.spans_of(layer, row)
            if layer == "attributions" and row["contents"]:
                spans = [book.number[name] for name in row["contents"] if name in book.number] or spans
            place = _fragments(book.spans[spans[0]]) if spans else ()
            label = row["act"] if layer == "attributions" else row["label"]
            yield layer, label or "", place, f"{PREFIXES[layer]}{number}"


def _fragments(span: Row) -> tuple[tuple[int, int], ...]:
    return tuple((piece["start"], piece["end"]) for piece in span["fragments"])


def _event(book: Book, row: Row, href: str) -> EventRecord:
    author = next((entry["value"] for entry in row["factuality"] if entry["source"] == "author"), None)
    return EventRecord(
        row["label"], row["subtype"], _located(book, book.title("events", row)), row["same_as"], row["time_value"],
        row["earliest"] and str(row["earliest"]), row["latest"] and str(row["latest"]), author,
        book.source.doc_id, href,
    )  # fmt: skip
