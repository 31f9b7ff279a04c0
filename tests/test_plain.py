"""Raw files -> frozen text: decoding, newlines, declared cuts, the source map, headline and dateline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import document, quick, raw_texts
from standoff.articles import plain
from standoff.corpus.config import Cut
from standoff.errors import InputError

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]


@st.composite
def raw_and_cuts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A raw text, and disjoint cuts in order anywhere in it."""
    raw = draw(raw_texts)
    borders = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=6, unique=True)))
    return raw, list(zip(borders[::2], borders[1::2], strict=False))


def expected(raw: str, cuts: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """Return (raw offset, character) of all that stays, character by character: an independent statement of the law."""
    kept = [not any(start <= i < end for start, end in cuts) for i in range(len(raw))]
    if raw.startswith("\ufeff"):
        kept[0] = False
    stays = []
    for i, letter in enumerate(raw):
        crlf = letter == "\r" and raw[i + 1 : i + 2] == "\n" and kept[i + 1]
        if kept[i] and not crlf:
            stays.append((i, "\n" if letter == "\r" else letter))
    return stays


@quick
@given(raw_and_cuts())
def test_text_is_raw_without_mark_and_cuts_and_with_newlines_as_lf(case: tuple[str, list[tuple[int, int]]]) -> None:
    raw, cuts = case
    text, _ = plain.freeze(raw, cuts)
    assert text == "".join(letter for _, letter in expected(raw, cuts))
    assert "\r" not in text


@quick
@given(raw_and_cuts())
def test_every_kept_character_goes_from_raw_to_text_and_back(case: tuple[str, list[tuple[int, int]]]) -> None:
    raw, cuts = case
    text, source_map = plain.freeze(raw, cuts)
    for offset, (raw_offset, _) in enumerate(expected(raw, cuts)):
        assert source_map.to_text(raw_offset) == offset
        assert source_map.to_text(raw_offset + 1, end=True) == offset + 1
        assert source_map.to_raw(offset) == raw_offset
    assert len(text) == len(expected(raw, cuts))


@quick
@given(raw_and_cuts())
def test_removed_characters_before_the_end_of_the_text_have_no_place(case: tuple[str, list[tuple[int, int]]]) -> None:
    raw, cuts = case
    _, source_map = plain.freeze(raw, cuts)
    stays = {offset for offset, _ in expected(raw, cuts)}
    last = max(stays, default=-1)
    for offset in range(len(raw)):
        if offset not in stays:
            assert source_map.to_text(offset + 1, end=True) is None
            if offset != last + 1:
                assert source_map.to_text(offset) is None
    assert source_map.to_text(len(raw) + 1) is None
    assert source_map.raw_length == len(raw)


def test_the_first_character_of_a_cut_at_the_end_has_no_place() -> None:
    _, source_map = plain.freeze("text\nCUT\n", [(5, 9)])
    assert source_map.to_text(5) is None


@quick
@given(raw_and_cuts())
def test_freezing_a_frozen_text_changes_nothing(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, _ = plain.freeze(*case)
    if not text.startswith("\ufeff"):  # a second mark, or one after a cut, is a character of the text
        again, source_map = plain.freeze(text, [])
        assert again == text
        assert source_map.is_identity


def test_only_identity_maps_say_so() -> None:
    assert plain.freeze("ab\ncd", [])[1].is_identity
    assert not plain.freeze("ab\r\ncd", [])[1].is_identity
    assert not plain.freeze("\ufeffab", [])[1].is_identity
    assert plain.freeze("a\rb", [])[1].is_identity


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_beats_the_declared_encoding(codec: str) -> None:
    text = "Kašar — “مرحبا” 😀"
    data = text.encode(codec) if codec in ("utf-8-sig", "utf-16", "utf-32") else ("\ufeff" + text).encode(codec)
    assert plain.decode(data, "latin-1", "x") == "\ufeff" + text
    assert plain.freeze(plain.decode(data, "latin-1", "x"), [])[0] == text


@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "cp1252", "cp1251", "shift_jis", "koi8-r"])
def test_without_a_mark_the_declared_encoding_decides(codec: str) -> None:
    text = {"shift_jis": "日本 1", "cp1251": "Москва", "koi8-r": "Москва"}.get(codec, "Kassar é")
    assert plain.decode(text.encode(codec), codec, "x") == text


def test_a_byte_that_does_not_fit_is_named_with_line_and_column() -> None:
    with pytest.raises(InputError) as caught:
        plain.decode("one\ntwo é".encode("latin-1"), "utf-8", "raw/d.txt")
    error = caught.value
    assert (error.path, error.line, error.column, error.code, error.exit_code) == ("raw/d.txt", 2, 5, "E101", 3)
    assert "0xe9" in error.message


@pytest.mark.parametrize("encoding", ["utf-9", "hex", "rot13", ""])
def test_an_unknown_encoding_is_an_input_error(encoding: str) -> None:
    with pytest.raises(InputError, match="encoding"):
        plain.decode(b"abc", encoding, "raw/d.txt")


@pytest.mark.parametrize(
    "encoding",
    [
        "idna",
        "undefined",
    ],
)
def test_an_encoding_that_cannot_decode_is_an_input_error(encoding: str) -> None:
    with pytest.raises(InputError):
        plain.decode(b"a\xff", encoding, "raw/d.txt")


def test_a_lone_surrogate_out_of_a_declared_encoding_is_an_input_error() -> None:
    with pytest.raises(InputError):
        plain.decode(b"+2AA- x", "utf-7", "raw/d.txt")


@pytest.mark.parametrize(
    ("raw", "cuts", "text"),
    [
        ("a\nAD\nb\nAD\nc\n", [Cut(line="AD")], "a\nb\nc\n"),
        ("a\r\n  AD \r\nb\r\n", [Cut(line="AD")], "a\nb\n"),
        ("a\nADS\nb\n", [Cut(line="AD")], "a\nADS\nb\n"),
        ("a\nLeave a Reply\nb\nc", [Cut(start="Leave a Reply")], "a\n"),
        ("a\nFROM\nx\nTO\nb\n", [Cut(start="FROM", to="TO")], "a\nb\n"),
        ("a\nTO\nFROM\nx\nTO\nb\nFROM\n", [Cut(start="FROM", to="TO")], "a\nTO\nb\nFROM\n"),
        ("a\nb\n", [Cut(start="FROM", to="TO"), Cut(line="x")], "a\nb\n"),
        ("\ufeffAD\na\n", [Cut(line="AD")], "a\n"),
        ("a\rAD\rb\r", [Cut(line="AD")], "a\nb\n"),
        ("a\nFROM\nAD\nTO\nb\n", [Cut(line="AD"), Cut(start="FROM", to="TO")], "a\nb\n"),
        ("AD", [Cut(line="AD")], ""),
        ("a\nAD\n", [Cut(line="AD", documents=["other"])], "a\nAD\n"),
        ("a\nAD\n", [Cut(line="AD", documents=["d", "other"])], "a\n"),
    ],
)
def test_declared_cuts_remove_whole_lines(raw: str, cuts: list[Cut], text: str) -> None:
    assert document(raw, cuts=cuts).text == text


def test_a_cut_between_two_equal_lines_takes_what_is_between_them() -> None:
    raw = "a\n***\nadvertisement\n***\nb\n"
    assert document(raw, cuts=[Cut(start="***", to="***")]).text == "a\nb\n"


def test_a_cut_that_begins_and_does_not_end_is_a_finding_and_removes_nothing(corpus: Corpus, run: Run) -> None:
    settings = '[[articles.cuts]]\nfrom = "FROM"\nto = "TO"\n'
    root = corpus({"corpus.toml": settings, "raw/a.txt": "a\nFROM\nb\n", "raw/b.txt": "no such line\n"})
    status, out, _ = run("validate", root)
    assert status == 1
    assert [line.split(":")[1] for line in out.splitlines() if ": error[" in line and "/a.txt" in line] == ["2"]
    assert document("a\nFROM\nb\n", cuts=[Cut(start="FROM", to="TO")]).text == "a\nFROM\nb\n"


def kinds(text: str, headline: str = "auto") -> dict[str, str]:
    return {section.kind: text[section.start : section.end] for section in plain.sections_of(text, headline)}


def test_headline_rules() -> None:
    assert kinds("Head\n\nBody.\n") == {"title": "Head", "body": "Body."}
    assert kinds("Head\nBody.\n") == {"body": "Head\nBody."}
    assert kinds("Head\nBody.\n", "first_line") == {"title": "Head", "body": "Body."}
    assert kinds("Head\n\nBody.\n", "none") == {"body": "Head\n\nBody."}
    assert kinds("x" * 200 + "\n\nBody") == {"title": "x" * 200, "body": "Body"}
    assert "title" not in kinds("x" * 201 + "\n\nBody")
    assert kinds("Head", "first_line") == {"title": "Head"}
    assert kinds("\n\nBody") == {"body": "Body"}
    assert kinds("   \n\nBody") == {"body": "Body"}
    assert kinds("", "first_line") == {}


def test_a_line_of_blanks_after_the_headline_is_a_blank_line() -> None:
    assert kinds("Head\n  \nBody.\n") == {"title": "Head", "body": "Body."}


@pytest.mark.parametrize(
    ("start", "dateline", "place"),
    [
        ("BAGHDAD — ", "BAGHDAD —", "BAGHDAD"),
        ("BAGHDAD, Iraq – ", "BAGHDAD, Iraq –", "BAGHDAD, Iraq"),
        ("KASSAR, Dravena (Courier) - ", "KASSAR, Dravena (Courier) -", "KASSAR, Dravena"),
        ("NEW YORK (AP) -- ", "NEW YORK (AP) --", "NEW YORK"),
        ("WASHINGTON, D.C. — ", "WASHINGTON, D.C. —", "WASHINGTON, D.C."),
        ("ÉVRY — ", "ÉVRY —", "ÉVRY"),
    ],
)
def test_a_dateline_is_a_place_in_capitals_before_a_dash(start: str, dateline: str, place: str) -> None:
    text = f"Head\n\n{start}Gunners fired."
    found = kinds(text)
    assert found == {"title": "Head", "dateline": dateline, "body": "Gunners fired."}
    assert plain.place_of(dateline) == place


@pytest.mark.parametrize(
    "text",
    [
        "NATO said - and others agreed - nothing.",
        "NATO-led forces moved.",
        "Baghdad — the capital — was quiet.",
        "The BAGHDAD — line.",
        "A — b",
        "BAGHDAD —no blank",
        "2021 — a year",
        "KASSAR (a name that is much longer than the forty characters an agency takes) - x",
    ],
)
def test_other_dashes_make_no_dateline(text: str) -> None:
    assert "dateline" not in kinds(text)


@pytest.mark.parametrize("text", ["Он сказал — да.", "Путин — президент.", "éé — la saison"])
def test_lower_case_letters_beyond_ascii_make_no_dateline(text: str) -> None:
    assert "dateline" not in kinds(text)


@quick
@given(raw_texts, st.sampled_from(["auto", "first_line", "none"]))
def test_sections_lie_in_the_text_in_order_and_apart(raw: str, headline: str) -> None:
    text, _ = plain.freeze(raw, [])
    end = 0
    for section in plain.sections_of(text, headline):
        assert end <= section.start < section.end <= len(text)
        end = section.end


def test_a_file_in_another_encoding_is_unreadable_and_the_rest_is_still_checked(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/bad.txt": "é".encode("latin-1"), "raw/good.txt": "Good."})
    status, out, err = run("validate", root)
    assert status == 3
    assert "raw/bad.txt:1:1: error[E101]" in out
    assert "Traceback" not in out + err
