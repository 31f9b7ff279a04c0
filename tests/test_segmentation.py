"""Sentences and tokens: every visible character in one token, in order, by one rule."""

from __future__ import annotations

from itertools import pairwise

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from samples import quick, texts
from standoff.tables import segmentation

wild = st.text(max_size=40) | texts


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in segmentation.sentences(text)]


def tokens(text: str) -> list[str]:
    return [text[start:end] for start, end in segmentation.tokens(text, 0, len(text))]


@quick
@given(wild)
def test_tokens_cover_every_visible_character_apart_and_in_order(text: str) -> None:
    found = segmentation.tokens(text, 0, len(text))
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {offset for start, end in found for offset in range(start, end)}
    assert [letter for at, letter in enumerate(text) if at not in covered and not letter.isspace()] == []


@quick
@given(wild)
def test_sentences_cover_every_visible_character_apart_and_in_order(text: str) -> None:
    found = segmentation.sentences(text)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {offset for start, end in found for offset in range(start, end)}
    assert [letter for at, letter in enumerate(text) if at not in covered and not letter.isspace()] == []
    for sentence in sentences(text):
        assert sentence == sentence.strip() != ""


@quick
@given(wild, wild)
def test_tokens_between_two_offsets_are_within_them(before: str, text: str) -> None:
    whole = f"{before}\n\n{text}"
    start = len(before) + 2
    assert all(start <= one and other <= len(whole) for one, other in segmentation.tokens(whole, start, len(whole)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four… Five", 5),
        ("He said “Go.” She went.", 2),
        ("Mr. Ünal met Gen. Kaya in Jan. 2021.", 1),
        ("The U.S. Army left. It came back.", 2),
        ("J. R. Smith spoke.", 1),
        ("It cost 3.5 million. Nobody paid.", 2),
        ("Headline\n\nKASSAR — Text follows. End.", 3),
        ("They left (all of them). Others stayed.", 2),
        ("He came home. the end", 1),
        ("No. 5 won.", 1),
        ("One line\nAnother line", 2),
        ("", 0),
        (" \n\n ", 0),
    ],
)
def test_sentence_borders(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kassar's bridge", ["Kassar", "'s", "bridge"]),
        ("don’t", ["don", "’t"]),
        ("Iran-backed 3,000.5 men", ["Iran", "-", "backed", "3,000.5", "men"]),
        ("“Go!”", ["“", "Go", "!", "”"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("क्षि", ["क्षि"]),
        ("a😀b", ["a", "😀", "b"]),
    ],
)
def test_token_borders(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize("emoji", ["😀", "👩\u200d👩\u200d👧", "👍🏽", "1\ufe0f\u20e3", "❤\ufe0f", "👩🏽\u200d🚒"])
def test_an_emoji_is_one_token(emoji: str) -> None:
    assert tokens(f"x {emoji} y") == ["x", emoji, "y"]


@pytest.mark.parametrize("emoji", ["🇩🇪", "🏳\ufe0f\u200d🌈", "❤\ufe0f\u200d🔥", "🏴\U000e0067\U000e0062\U000e007f"])
def test_a_flag_or_sequence_is_one_token(emoji: str) -> None:
    assert tokens(f"x {emoji} y") == ["x", emoji, "y"]


@quick
@given(texts)
def test_no_token_ends_within_a_visible_character(text: str) -> None:
    inside = {at for match in regex.finditer(r"\X", text) for at in range(match.start() + 1, match.end())}
    borders = {at for token in segmentation.tokens(text, 0, len(text)) for at in token}
    assert not [at for at in borders & inside if not text[at - 1].isspace()]


def test_two_flags_are_not_one_token() -> None:
    assert len(tokens("🇩🇪🇫🇷")) >= 2
