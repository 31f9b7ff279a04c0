"""Where the strings that are annotated somewhere stand everywhere else: as a span, inside of one, or unannotated."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from standoff.audit.material import Article, Material
from standoff.diff.sides import Row, Work
from standoff.model import Fragment

KINDS = ("mention", "trigger", "time", "quantity", "cue", "other")
"""Kinds of spans whose words say what they are; contents and evidence are passages, which do not come again."""

LONGEST = 8
"""Most tokens of a string that is looked for."""

Words = tuple[str, ...]
String = tuple[str, Words]
"""A kind of spans, and the tokens."""


@dataclass(slots=True, frozen=True)
class Occurrence:
    """One place of a string: tokens `first` up to `last`, the span with just this extent, and whether others overlap.

    Without a span the string is unannotated here. Where several spans have the extent, as in exports that say type and
    identity by two labels, it is the one whose label is the commonest in the corpus: labels that stand together do
    not contradict each other. `inside` says that a longer span holds it whole.
    """

    work: Work
    article: Article
    first: int
    last: int
    span: Row | None
    overlapped: bool
    inside: bool

    @property
    def start(self) -> int:
        """First code point."""
        return self.article.tokens[self.first][0]

    @property
    def end(self) -> int:
        """First code point after it."""
        return self.article.tokens[self.last - 1][1]

    @property
    def label(self) -> str | None:
        """The label of the span, None where there is none."""
        return self.span["label"] if self.span else None

    def around(self, width: int) -> tuple[Words, Words]:
        """Return some tokens before and after; fewer where the text begins or ends."""
        words = self.article.words
        return tuple(words[max(0, self.first - width) : self.first]), tuple(words[self.last : self.last + width])

    def context(self) -> str:
        """Return the words with those around them."""
        return self.article.context(self.start, self.end)


class Layout:
    """The spans of one kind on one text: `exact` are those that begin and end at tokens, by their tokens."""

    def __init__(self, work: Work, article: Article, spans: list[Row]) -> None:
        self.work, self.article = work, article
        self.exact: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for span in spans:
            first, last = article.starts.get(span["start"]), article.ends.get(span["end"])
            if first is not None and last is not None and len(span["fragments"]) == 1:
                self.exact[first, last].append(span)
        self.labels = {span["label"] for span in spans}
        self._extents = sorted((span["start"], span["end"]) for span in spans)
        self._starts = [start for start, _ in self._extents]
        self._reach = list(accumulate((end for _, end in self._extents), max))

    def overlapping(self, start: int, end: int) -> Iterator[Fragment]:
        """Yield the extents, other than this one, that have a character in common with it."""
        number = bisect_left(self._starts, end) - 1
        while number >= 0 and self._reach[number] > start:
            if self._extents[number][1] > start and self._extents[number] != (start, end):
                yield self._extents[number]
            number -= 1


def collect(material: Material) -> dict[String, list[Occurrence]]:
    """Return all places of each string that is annotated at least once, by kind and tokens."""
    found: dict[String, list[Occurrence]] = defaultdict(list)
    for kind in KINDS:
        layouts = list(_layouts(material, kind))
        known = {
            tuple(layout.article.words[first:last])
            for layout in layouts for first, last in layout.exact if last - first <= LONGEST
        }  # fmt: skip
        used = Counter(label for layout in layouts for label in layout.labels)
        lengths: dict[str, set[int]] = defaultdict(set)
        for string in known:
            lengths[string[0]].add(len(string))
        for layout in layouts:
            words, tokens = layout.article.words, layout.article.tokens
            for first, last in _places(words, known, lengths):
                start, end = tokens[first][0], tokens[last - 1][1]
                others = list(layout.overlapping(start, end))
                mine = layout.exact.get((first, last), ())
                span = max(mine, key=lambda span: (used[span["label"]], span["label"]), default=None)
                inside = any(s <= start and end <= e for s, e in others)
                place = Occurrence(layout.work, layout.article, first, last, span, bool(others), inside)
                found[kind, tuple(words[first:last])].append(place)
    return found


def _layouts(material: Material, kind: str) -> Iterator[Layout]:
    """Yield the layout of each audited version that has finished its spans and has a text."""
    for work in material.works:
        article = material.articles[work.doc_id]
        if article.text is not None and work.has("spans"):
            yield Layout(work, article, [span for span in work.items("spans") if span["kind"] == kind])


def _places(words: list[str], known: set[Words], lengths: Mapping[str, set[int]]) -> Iterator[tuple[int, int]]:
    """Yield where known strings stand; those that begin with a token are tried by their lengths alone."""
    for first, word in enumerate(words):
        for length in sorted(lengths.get(word, ())):
            if tuple(words[first : first + length]) in known:
                yield first, first + length
