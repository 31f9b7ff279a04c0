"""Flat tags: outermost, then longest, then first; every mention is tagged or counted."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from samples import quick, reading, span
from standoff.model import Document, Metadata, SourceMap, Span
from standoff.tables import ner, segmentation
from standoff.tables.rows import Rows

TEXT = "Alpha beta gamma. Delta-epsilon zeta eta! Theta iota\n\nKappa lambda mu."


def chosen(*places: tuple[int, int]) -> tuple[list[str], Counter[str]]:
    left_out: Counter[str] = Counter()
    spans = [span(f"{start}-{end}#{n}", (start, end)) for n, (start, end) in enumerate(places)]
    return [one.id for one in ner.choose(spans, lambda reason, _: left_out.update([reason]))], left_out


def test_outermost_wins_over_nested() -> None:
    assert chosen((6, 10), (0, 16), (0, 5)) == (["0-16#1"], Counter(nested=2))


def test_longest_wins_over_crossing() -> None:
    assert chosen((0, 10), (6, 17)) == (["6-17#1"], Counter(crossing=1))
    assert chosen((0, 11), (6, 16)) == (["0-11#0"], Counter(crossing=1))


def test_first_wins_among_equals() -> None:
    assert chosen((0, 10), (6, 16)) == (["0-10#0"], Counter(crossing=1))
    names, left_out = chosen((0, 10), (0, 10))
    assert (names, left_out.total()) == (["0-10#0"], 1)


def test_discontinuous_mentions_are_counted() -> None:
    left_out: Counter[str] = Counter()
    assert ner.choose([span("m1", (0, 5), (11, 16))], lambda reason, _: left_out.update([reason])) == []
    assert left_out == Counter(discontinuous=1)


def rows_of(spans: list[Span]) -> tuple[list[tuple], Counter[str]]:
    document = Document("d", TEXT, "0", len(TEXT), "0", "d", SourceMap([], 0), [], Metadata())
    made = reading(sorted(spans, key=lambda one: one.start), layers=["spans"]).annotations
    rows = Rows(document, made)
    return list(rows.ner()), rows.left_out


def tags_of(spans: list[Span]) -> list[str]:
    return [tag for row in rows_of(spans)[0] for tag in row[-1]]


def test_tags_are_bio_over_whole_tokens() -> None:
    spans = [span("m1", (0, 10), label="P"), span("m2", (18, 31), label="Q")]
    assert tags_of(spans)[:8] == ["B-P", "I-P", "O", "O", "B-Q", "I-Q", "I-Q", "O"]


def test_reasons_are_told_apart() -> None:
    spans = [
        span("half", (0, 3)), span("crosses", (11, 23)), span("crosses2", (37, 42)),
        span("outside", (52, 54)), span("fine", (54, 59)), span("quantity", (60, 66), kind="quantity"),
    ]  # fmt: skip
    rows, left_out = rows_of(spans)
    assert left_out == Counter({"not on token borders": 2, "crosses a sentence": 2})
    assert sum(tag.startswith("B-") for row in rows for tag in row[-1]) == 1


places = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], len(TEXT)))
)


@quick
@given(st.lists(places, max_size=8), st.booleans())
def test_every_mention_is_tagged_or_counted(found: list[tuple[int, int]], broken: bool) -> None:
    spans = [span(f"m{n}", place, label=f"L{n}") for n, place in enumerate(found)]
    if broken:
        spans.append(span("d", (0, 5), (11, 16)))
    rows, left_out = rows_of(spans)
    tags = [tag for row in rows for tag in row[-1]]
    assert sum(tag.startswith("B-") for tag in tags) + left_out.total() == len(spans)
    for row in rows:
        previous = "O"
        for tag in row[-1]:
            if tag.startswith("I-"):
                assert previous[2:] == tag[2:], "an I follows a B or I of its own label"
            previous = tag


@quick
@given(st.lists(places, max_size=8))
def test_chosen_mentions_are_apart_and_whoever_is_left_out_overlaps_another(found: list[tuple[int, int]]) -> None:
    left_out: Counter[str] = Counter()
    spans = [span(f"m{n}", place) for n, place in enumerate(found)]
    kept = ner.choose(spans, lambda reason, _: left_out.update([reason]))
    assert all(one.end <= other.start for one, other in pairwise(kept))
    for one in spans:
        if one not in kept:
            assert any(other is not one and other.start < one.end and one.start < other.end for other in spans)


def test_tokens_of_a_row_stand_where_the_row_says() -> None:
    for row in rows_of([])[0]:
        _, start, end, text, tokens, starts, ends, tags = row[-8:]
        assert TEXT[start:end] == text
        assert [TEXT[a:b] for a, b in zip(starts, ends, strict=True)] == tokens
        assert len(tags) == len(tokens) == len(segmentation.tokens(TEXT, start, end))
