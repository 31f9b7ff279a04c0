"""The words that everything else speaks: documents, spans, entities, events, attributions, stance.

Offsets are Unicode code points, 0-based and half-open, into the text of the document.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

LAYERS = ("spans", "entities", "events", "attributions", "stance", "relations")
"""The lists of a document row that an annotator finishes or leaves out, in the order of the row."""

ITEM_LISTS = (*LAYERS, "normalizations", "notes")
"""All lists of annotation items."""

KINDS = ("mention", "trigger", "content", "cue", "time", "quantity", "evidence", "other")
"""What a span can be there for."""

FORMS = ("name", "nominal", "pronoun")
"""How a mention can refer."""

MODES = ("direct", "indirect", "mixed")
"""How words can be attributed."""

AUTHOR = "author"
"""The reserved id of the writer of the article, as a holder of stance and a source of factuality."""

Fragment = tuple[int, int]
Attribute = tuple[str, str]


@dataclass(slots=True)
class Quote:
    """An anchor as a person writes it: a quote that may be found in the text, offsets, or both.

    With `until` it runs from where `exact` begins to where the other quote does (W3C RangeSelector).
    """

    exact: str | None = None
    nth: int | None = None
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    until: Quote | None = None


@dataclass(slots=True, kw_only=True)
class Item:
    """What every annotation has: an id, its id in the file it came from, and its place there (1-based).

    `file` is 0 for the file of the annotations, n for the n-th of `Annotations.more_files`. An adjudicated item is
    `taken_from` those of other annotators, as (annotator, id); an `edited` one is like none of them.
    """

    id: str
    raw_id: str | None = None
    line: int | None = None
    column: int | None = None
    file: int = 0
    attributes: list[Attribute] = field(default_factory=list)
    taken_from: list[Attribute] | None = None
    edited: bool = False


@dataclass(slots=True, kw_only=True)
class Span(Item):
    """A marked piece of the text. `surface` is the text that the source recorded for it."""

    kind: str
    label: str
    form: str | None = None
    fragments: list[Fragment] = field(default_factory=list)
    surface: str | None = None
    quotes: list[Quote] = field(default_factory=list)

    @property
    def start(self) -> int:
        """First code point of the first fragment in text order."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """First code point after the last fragment in text order."""
        return self.fragments[-1][1]

    def text_in(self, text: str) -> str:
        """Return the covered text: the fragments joined by one space, newlines as spaces (brat's convention)."""
        if len(self.fragments) == 1:
            start, end = self.fragments[0]
            return text[start:end].replace("\n", " ")
        return " ".join(text[start:end] for start, end in self.fragments).replace("\n", " ")


@dataclass(slots=True, kw_only=True)
class Entity(Item):
    """A cluster of mentions that refer to one thing. `mentions` are span ids."""

    label: str
    mentions: list[str]
    name: str | None = None
    kb_id: str | None = None
    derived: bool = False
    count_min: int | None = None
    count_max: int | None = None


@dataclass(slots=True)
class Argument:
    """Who or what plays a role: `filler` is an item's id, `span` the mention that fills it here."""

    role: str
    filler: str | None = None
    span: str | None = None
    implicit: bool = False


@dataclass(slots=True, kw_only=True)
class Event(Item):
    """One mention of a happening. `trigger` and `evidence` are span ids; factuality is (source, value)."""

    label: str
    subtype: str | None = None
    trigger: str | None = None
    evidence: str | None = None
    arguments: list[Argument] = field(default_factory=list)
    factuality: list[tuple[str, str]] = field(default_factory=list)
    irrealis: str | None = None
    time_value: str | None = None
    earliest: str | None = None
    latest: str | None = None
    count_min: int | None = None
    count_max: int | None = None
    same_as: str | None = None


@dataclass(slots=True, kw_only=True)
class Attribution(Item):
    """Somebody says something: `source` is an entity id, `cues` and `contents` are span ids."""

    source: str | None = None
    source_span: str | None = None
    cues: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    mode: str | None = None
    act: str | None = None
    parent: str | None = None


@dataclass(slots=True, kw_only=True)
class Stance(Item):
    """Somebody's stance: `holder` is `author` or an entity id, `target` an entity, event or span id."""

    holder: str
    target: str
    label: str
    evidence: list[str] = field(default_factory=list)
    attribution: str | None = None
    explicit: bool | None = None


@dataclass(slots=True, kw_only=True)
class Relation(Item):
    """A labelled link between items."""

    label: str
    arguments: list[Argument] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Normalization(Item):
    """A link from an item to an entry of an outside resource."""

    target: str
    resource: str
    ref: str
    text: str | None = None


@dataclass(slots=True, kw_only=True)
class Note(Item):
    """A free remark on an item, or on the document."""

    text: str
    target: str | None = None
    kind: str | None = None


@dataclass(slots=True)
class SourceMap:
    """The kept segments of a raw file: where each piece of the text stood in the decoded raw file.

    `segments` are (raw start, raw end, text start), in order, in code points. What lies between them was
    removed: a byte order mark, the CR of a CRLF, a declared cut.
    """

    segments: list[tuple[int, int, int]]
    raw_length: int

    def to_text(self, offset: int, *, end: bool = False) -> int | None:
        """Return the text offset of a raw offset, or None if it lies in removed text.

        With `end`, the offset is the exclusive end of a span, so the character before it must have been kept.
        """
        index = bisect_right(self.segments, offset - end, key=lambda segment: segment[0]) - 1
        if index < 0:
            return 0 if end and offset == 0 else None
        raw_start, raw_end, text_start = self.segments[index]
        if offset - end < raw_end or offset == raw_end == self.raw_length:
            return text_start + offset - raw_start
        return None

    def to_raw(self, offset: int) -> int:
        """Return the raw offset of the character at a text offset (or of the end of the text)."""
        if not self.segments:
            return offset
        index = max(bisect_right(self.segments, offset, key=lambda segment: segment[2]) - 1, 0)
        raw_start, _, text_start = self.segments[index]
        return raw_start + offset - text_start

    @property
    def is_identity(self) -> bool:
        """True where raw and text offsets are the same."""
        return all(start == text_start for start, _, text_start in self.segments)


@dataclass(slots=True)
class Section:
    """A part of the text: title, dateline, body or caption."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Metadata:
    """What is known of an article besides its text. `published` is an ISO 8601 day; `other` keeps the rest."""

    title: str | None = None
    language: str | None = None
    published: str | None = None
    dateline: str | None = None
    publisher: str | None = None
    url: str | None = None
    license: str | None = None
    story_id: str | None = None
    split: str | None = None
    other: list[Attribute] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """One article with its frozen text. `text` is None where it is withheld and not at hand.

    `text_length` is in code points. `withheld` says that the text may not stand in the release; the digests and
    the length are there in either case. `raw` is the decoded raw file where it is not the text, `removed` the
    texts of the declared cuts. `is_file` says that the file at `path` is the article itself, and holds nothing else.
    """

    id: str
    text: str | None
    text_sha256: str
    text_length: int
    raw_sha256: str
    path: str
    source_map: SourceMap
    sections: list[Section]
    metadata: Metadata
    withheld: bool = False
    raw: str | None = None
    removed: list[str] = field(default_factory=list)
    is_file: bool = False

    def place_of(self, offset: int) -> tuple[int, int] | None:
        """Return line and column, in the raw file, of the character at an offset of the text.

        None where the text is withheld, or a part of a file, such as an export, whose lines are not those of the text.
        """
        if self.text is None or self.withheld or not self.is_file:
            return None
        raw, at = (self.text, offset) if self.raw is None else (self.raw, self.source_map.to_raw(offset))
        line_start = raw.rfind("\n", 0, at) + 1
        mark = line_start == 0 and raw.startswith("\ufeff")
        return raw.count("\n", 0, at) + 1, at - line_start + 1 - mark


@dataclass(slots=True)
class Adjudication:
    """When somebody decided between annotators: `at` is UTC, `of` the (annotator, SHA-256) of what was compared."""

    by: str
    at: str
    of: list[Attribute] = field(default_factory=list)


@dataclass(slots=True)
class Annotations:
    """One annotator's annotations on one document, from one file.

    `more_files` are (path, SHA-256) of further files of formats that keep items of one document in several.
    """

    doc_id: str
    annotator: str
    path: str
    file_sha256: str
    text_sha256: str | None = None
    layers: list[str] | None = None
    attributes: list[Attribute] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    stance: list[Stance] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    normalizations: list[Normalization] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    more_files: list[tuple[str, str]] = field(default_factory=list)
    adjudication: list[Adjudication] = field(default_factory=list)

    def origin_of(self, item: Item) -> tuple[str, str]:
        """Return path and SHA-256 of the file that an item came from."""
        return self.more_files[item.file - 1] if item.file else (self.path, self.file_sha256)

    def has_items(self) -> bool:
        """True where any list has an item, or the document a label."""
        return bool(self.attributes) or any(getattr(self, name) for name in ITEM_LISTS)


@dataclass(slots=True)
class AnnotatedDocument:
    """A document with one annotator's annotations: what checks and rows receive."""

    document: Document
    annotations: Annotations
