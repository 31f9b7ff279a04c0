"""Words in messages: what a misspelt word was meant to be, wherever one is matched with those that are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import quick
from standoff.spelling import closest, counted, did_you_mean

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]
LABELS = ["PERSON", "ORG", "WEAPON", "PLACE"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("PRESON", "PERSON"), ("person", "PERSON"), ("OGR", "ORG"), ("ORGS", "ORG"), ("Weapons", "WEAPON"),
        ("PLC", "PLACE"), ("XYZ", None), ("", None), ("A", None), ("organisation", None),
    ],
)  # fmt: skip
def test_the_closest_word(word: str, meant: str | None) -> None:
    assert closest(word, LABELS) == meant
    assert did_you_mean(word, iter(LABELS)) == (f" (did you mean {meant!r}?)" if meant else "")


@quick
@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, unique_by=str.casefold), st.data())
def test_a_word_in_other_case_is_found_among_any_others(known: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(known))
    assert str(closest(word.swapcase().casefold(), known)).casefold() == word.casefold()


def test_one_and_many() -> None:
    assert [counted(n, "document") for n in (0, 1, 2, 2000)] == [
        "0 documents", "1 document", "2 documents", "2,000 documents",
    ]  # fmt: skip
    assert [counted(n, "entry", "entries") for n in (1, 3)] == ["1 entry", "3 entries"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("valdiate", "found 'valdiate' (did you mean 'validate'?)"),
        ("--vesion", "unknown option --vesion (did you mean '--version'?)"),
        ("validate corpus --max-eror 3", "unknown option --max-eror (did you mean '--max-errors'?)"),
        ("validate --fail-on warnings corpus", "found 'warnings' (did you mean 'warning'?)"),
        ("validate corpus other", "found other, where nothing more is expected"),
        ("export corpus --too brat --out there", "unknown option --too (did you mean '--to'?)"),
        ("export corpus --to CONLL --out there", "--to CONLL: no such format (did you mean 'conll'?)"),
        ("build corpus --configs spans,evnts", "there is no config 'evnts' (did you mean 'events'?)"),
        ("validate corpsu", "there is no such folder (did you mean 'corpus'?)"),
        ("explain E2O3", "there is no code 'E2O3' (did you mean 'E203'?)"),
        ("validate corpus --select W230", "there is no code 'W230' (did you mean"),
    ],
)
def test_a_misspelt_word_of_the_command_line_gets_a_hint(
    run: Run, words: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status, out, err = run(*words.split())
    assert (status, out, hint in err) == (2, "", True), err


def test_a_beginning_of_codes_lists_its_family(run: Run) -> None:
    lines = run("explain", "e20")[1].splitlines()
    assert [line[:4] for line in lines] == ["E201", "E202", "E203", "E204", "E205", "E206", "E207", "E208"]
    assert len(run("explain", "E")[1].splitlines()) < len(run("explain")[1].splitlines())
    assert "What to do" in run("explain", "E203")[1]


@pytest.mark.parametrize(
    ("file", "text", "hint"),
    [
        ("corpus.toml", "[artcles]\n", "unknown key 'artcles' (did you mean 'articles'?)"),
        ("corpus.toml", "[annotations]\nlayers = ['Span']\n", "found \"Span\" (did you mean 'spans'?)"),
        ("scheme.toml", "version = 1\n[entites]\n", "unknown key 'entites' (did you mean 'entities'?)"),
        ("waivers.toml", '[[waivers]]\ncode = "E302"\nitme = "T1"\nreason = "x"\n', "(did you mean 'item'?)"),
        ("waivers.toml", '[[waivers]]\ncode = "E2O3"\nitem = "T1"\nreason = "x"\n', "(did you mean 'E203'?)"),
    ],
)
def test_a_misspelt_word_of_a_settings_file_gets_a_hint(
    corpus: Corpus, run: Run, file: str, text: str, hint: str
) -> None:
    status, _, err = run("validate", corpus({"raw/a.txt": "A text.", file: text}))
    assert (status, hint in err) == (2, True), err
