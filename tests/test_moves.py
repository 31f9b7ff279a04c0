"""Spans of an old text in a new one: what was left alone is found, what was changed is never claimed to be whole."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standoff.anchoring import moves
from standoff.anchoring.alignment import Alignment
from standoff.model import Fragment

OLD = "Rebels shelled the bridge on Monday. The army denied it. Colonel Voren spoke to reporters in Harnes."


def move_of(new: str, quote: str, old: str = OLD) -> moves.Move:
    start = old.index(quote)
    return moves.of_span(Alignment(old, new), [(start, start + len(quote))])


def text_of(new: str, move: moves.Move) -> str:
    return " ".join(new[start:end] for start, end in move.fragments)


def test_what_nobody_touched_is_exact() -> None:
    move = move_of(OLD, "Voren")
    assert (move.status, move.fragments) == ("exact", [(OLD.index("Voren"), OLD.index("Voren") + 5)])


def test_what_stands_elsewhere_is_moved() -> None:
    new = "On Tuesday: " + OLD.replace("the bridge", "a 🌉 bridge")
    move = move_of(new, "Voren")
    assert (move.status, move.method, text_of(new, move)) == ("moved", "diff", "Voren")


def test_a_span_with_other_letters_is_edited() -> None:
    new = OLD.replace("Colonel Voren", "Colonel Ilda Voren")
    move = move_of(new, "Colonel Voren")
    assert (move.status, text_of(new, move)) == ("edited", "Colonel Ilda Voren")


def test_what_is_gone_is_lost() -> None:
    assert move_of(OLD.replace("Colonel Voren spoke to reporters in Harnes.", ""), "Voren").status == "lost"


def test_a_sentence_that_was_carried_elsewhere_is_found_by_its_quote() -> None:
    new = "Colonel Voren spoke to reporters in Harnes. Rebels shelled the bridge on Monday. The army denied it."
    move = move_of(new, "Voren")
    assert (move.status, text_of(new, move)) == ("moved", "Voren")


def test_a_quote_with_two_equal_homes_is_ambiguous() -> None:
    old = "The column left. Voren denied it. " + "Snow fell on the pass all week. " * 3
    new = "Snow fell on the pass all week. " * 3 + "Then Voren denied it there. Then Voren denied it there."
    move = move_of(new, "Voren denied it", old)
    assert move.status == "ambiguous" and move.fragments == [] and len(move.candidates) == 2


def test_letters_that_agree_by_chance_are_no_span() -> None:
    move = move_of("And she left.", "he", "And he left.")
    assert not move.is_intact


def test_the_worst_fragment_decides() -> None:
    new = OLD.replace(" on Monday", "")
    spans = [OLD.index("Rebels"), OLD.index("Monday")]
    move = moves.of_span(Alignment(OLD, new), [(spans[0], spans[0] + 6), (spans[1], spans[1] + 6)])
    assert move.status == "lost" and move.fragments == []


def test_without_the_old_text_a_quote_must_stand_once() -> None:
    assert moves.of_quote(OLD, "Voren").fragments == [(OLD.index("Voren"), OLD.index("Voren") + 5)]
    assert moves.of_quote(OLD, "the Column").status == "lost"
    assert moves.of_quote("it is it", "it").status == "ambiguous"
    assert moves.of_quote("say it or do it now", "it", "or do ", " now").fragments == [(13, 15)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_kept_run_is_the_same_in_both_texts_and_in_order(old: str, new: str) -> None:
    runs = Alignment(old, new).kept
    assert all(old[run.start : run.end] == new[run.new : run.new_end] and run.start < run.end for run in runs)
    assert all(a.end <= b.start and a.new_end <= b.new for a, b in itertools.pairwise(runs))


@dataclass
class Edited:
    """A text with spans, edited at random places; `truth` is where each character of the old text is now."""

    old: str
    new: str
    spans: list[Fragment]
    truth: dict[int, int]


def edited(chance: random.Random, edits: int) -> Edited:
    """Make 4,000 characters of words, 60 spans of whole words, and edits of every kind at random places."""
    words = ["".join(chance.choice("abcdefghijklmnoprstuvw") for _ in range(chance.randint(2, 9))) for _ in range(700)]
    old = " ".join(words)[:4000]
    starts = [0, *(at + 1 for at, letter in enumerate(old) if letter == " ")]
    spans = []
    for start in chance.sample(starts[:-8], 60):
        end = old.find(" ", start + chance.randint(1, 30))
        spans.append((start, end if end > 0 else len(old)))
    letters: list[tuple[str, int | None]] = [(letter, at) for at, letter in enumerate(old)]
    for _ in range(edits):
        at, size = chance.randrange(len(letters)), chance.choice([0, 0, 1, 4, 12])
        fresh = "".join(chance.choice("XYZ0123456789") for _ in range(chance.choice([1, 5, 40])))
        letters[at : at + size] = [(letter, None) for letter in fresh]
    truth = {old_at: at for at, (_, old_at) in enumerate(letters) if old_at is not None}
    return Edited(old, "".join(letter for letter, _ in letters), spans, truth)


@pytest.mark.parametrize("edits", [3, 20, 60])
def test_600_spans_in_10_edited_documents(edits: int) -> None:
    chance = random.Random(edits)
    intact = 0
    for _ in range(10):
        text = edited(chance, edits)
        alignment = Alignment(text.old, text.new)
        for start, end in text.spans:
            move = moves.of_span(alignment, [(start, end)])
            places = [text.truth.get(at) for at in range(start, end)]
            first = places[0]
            if first is not None and places == list(range(first, first + end - start)):
                intact += 1
                assert move.is_intact and move.fragments == [(first, first + end - start)]
            else:
                assert not move.is_intact, (text.old[start:end], move)
    assert intact > 300
