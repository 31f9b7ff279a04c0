"""corpus.toml and scheme.toml: places of keys, and messages that say what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.corpus.config import read as read_corpus
from standoff.corpus.scheme import read as read_scheme
from standoff.errors import ConfigError
from standoff.files import tomlfile

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

TEXT = """\
# a comment: name = "x"
[corpus]
  name = "x"

[articles]
encoding = "utf-8"
[[articles.cuts]]
line = "one"
[[articles.cuts]]
line = "two"

[[sources]]
path = "a"
[[sources]]
path = "b"
  format = "brat"
[events.ATTACK]
[events.ATTACK.roles]
Target = { fillers = ["x"], required = true }
[events."SAY"]
description = "d"
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (("corpus",), (2, 2)),
        (("corpus", "name"), (3, 3)),
        (("articles", "encoding"), (6, 1)),
        (("articles", "cuts", 0, "line"), (8, 1)),
        (("articles", "cuts", 1, "line"), (10, 1)),
        (("sources", 0, "path"), (13, 1)),
        (("sources", 1, "path"), (15, 1)),
        (("sources", 1, "format"), (16, 3)),
        (("sources", 0), (12, 3)),
        (("sources", 1), (14, 3)),
        (("events", "ATTACK", "roles", "Target"), (19, 1)),
        (("events", "ATTACK", "roles", "Target", "fillers"), (19, 1)),
        (("events", "SAY", "description"), (21, 1)),
        (("nothing",), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_locate_finds_the_key_or_the_nearest_table(pointer: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert tomlfile.locate(TEXT, pointer) == place


def test_a_missing_key_is_placed_at_its_table() -> None:
    assert tomlfile.locate(TEXT, ("articles", "headline")) == (5, 2)


def test_text_within_a_string_is_no_key() -> None:
    text = '[corpus]\ndescription = """\n[articles]\nencodin = "x"\n"""\n[articles]\nencodin = "utf-8"\n'
    assert tomlfile.locate(text, ("articles", "encodin")) == (7, 1)


@pytest.mark.parametrize("letter", ["\u2028", "\u0085"])
def test_only_line_feeds_end_a_line(letter: str) -> None:
    assert tomlfile.locate(f'[corpus]\ntitle = "a{letter}b"\nnaem = "x"\n', ("corpus", "naem")) == (3, 1)


@pytest.mark.parametrize(("line", "key"), [('"a.b" = 1', "a.b"), ('"a=b" = 1', "a=b")])
def test_a_quoted_key_is_one_key(line: str, key: str) -> None:
    assert tomlfile.locate(f"[entities]\nX = 1\n{line}\n", ("entities", key)) == (3, 1)


def refused(root: Path, read: Callable[[Path], object]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(root)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("[corpu]\n", 1, 2, ["'corpu'", "did you mean 'corpus'"]),
        ('[corpus]\nname = "x"\ntitel = "y"\n', 3, 1, ["'titel'", "did you mean 'title'", "expected one of"]),
        ('[articles]\n\n  encodng = "x"\n', 3, 3, ["did you mean 'encoding'"]),
        ('[[articles.cuts]]\nline = "a"\n[[articles.cuts]]\nline = "b"\ndocs = []\n', 5, 1, ["expected one of"]),
        ('[[sources]]\npath = "a"\nformat = "bratt"\n', 3, 1, ["did you mean 'brat'"]),
        ('[[sources]]\nformat = "brat"\n', 1, 3, ["'path' is missing"]),
        ('[annotations]\npublish = "gold"\n', 2, 1, ["expected a list"]),
        ('[annotations]\nlayers = ["spans", "event"]\n', 2, 1, ["did you mean 'events'"]),
        ('[corpus]\nname = "Upper Case"\n', 2, 1, ["expected a name of up to 96 small letters"]),
        ('[articles]\nencoding = "utf-8"\nheadline = first\n', 3, 12, ["not valid TOML"]),
    ],
)
def test_a_fault_in_corpus_toml_is_named(corpus: Corpus, text: str, line: int, column: int, words: list[str]) -> None:
    error = refused(corpus({"corpus.toml": text}), read_corpus)
    assert (Path(str(error.path)).name, error.line, error.column) == ("corpus.toml", line, column)
    for word in words:
        assert word in error.message


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('version = 1\n[entitys]\nX = "x"\n', 2, 2, ["did you mean 'entities'"]),
        ('version = 1\n[events.ATTACK]\nrols = {}\n', 3, 1, ["did you mean 'roles'"]),
        (
            'version = 1\n[events.A.roles]\nX = { fillers = ["a"] }\n'
            '[events.B.roles]\nX = { fillers = ["a"], requird = true }\n',
            5, 1, ["did you mean 'required'"],
        ),
        ("version = 2\n", 1, 1, ["expected 1"]),
        ('[entities]\nX = "x"\n', 1, 1, ["'version' is missing"]),
    ],
)  # fmt: skip
def test_a_fault_in_scheme_toml_is_named(corpus: Corpus, text: str, line: int, column: int, words: list[str]) -> None:
    error = refused(corpus({"scheme.toml": text}), read_scheme)
    assert (Path(str(error.path)).name, error.line, error.column) == ("scheme.toml", line, column)
    for word in words:
        assert word in error.message


def test_a_misspelt_required_key_is_named_with_what_was_meant(corpus: Corpus) -> None:
    text = '[[sources]]\npath = "a"\nformat = "brat"\n[[sources]]\npath = "b"\nformt = "brat"\n'
    error = refused(corpus({"corpus.toml": text}), read_corpus)
    assert "did you mean 'format'" in error.message
    assert error.line == 6


def test_a_configuration_fault_ends_with_status_2_and_one_line(corpus: Corpus, run: Run) -> None:
    root = corpus({"corpus.toml": "[corpus]\nnaem = 1\n", "raw/a.txt": "x"})
    for verb in ("validate", "build", "split", "anchor"):
        status, out, err = run(verb, root)
        assert (status, out) == (2, "")
        assert err.startswith(f"{root}/corpus.toml:2:1: error[E134] ")
        assert err.count("\n") == 1


def test_an_unquoted_date_is_a_configuration_fault(corpus: Corpus, run: Run) -> None:
    root = corpus({"corpus.toml": "[corpus]\nrelease_date = 2026-11-23\n", "raw/a.txt": "x"})
    assert run("validate", root)[0] == 2


@pytest.mark.parametrize("files", [{"corpus.toml": b"\xff\xfe"}, {"corpus.toml": b'[corpus]\ntitle = "\xe9"\n'}])
def test_a_settings_file_that_is_no_utf_8_is_a_configuration_fault(corpus: Corpus, files: dict[str, bytes]) -> None:
    assert "UTF-8" in refused(corpus(files), read_corpus).message


def test_a_byte_order_mark_and_crlf_do_no_harm(corpus: Corpus) -> None:
    assert read_corpus(corpus({"corpus.toml": '\ufeff[corpus]\r\nname = "x"\r\n'})).dataset.name == "x"


def test_a_folder_without_corpus_toml_is_a_configuration_fault(tmp_path: Path) -> None:
    assert "corpus.toml" in refused(tmp_path, read_corpus).message
    assert "no such folder" in refused(tmp_path / "none", read_corpus).message


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000, "[" * 500 + "]" * 500], ids=["digits", "open", "nested"])
@pytest.mark.parametrize("name", ["corpus.toml", "scheme.toml", "waivers.toml"])
def test_a_value_that_the_parser_cannot_take_is_named(corpus: Corpus, run: Run, name: str, value: str) -> None:
    root = corpus({"raw/a.txt": "x", name: f"x = {value}\n"})
    status, out, err = run("validate", root)
    assert (status, out) == (2, "")
    assert err.startswith(f"{root / name}: error") and "not valid TOML" in err


def test_a_source_that_is_the_whole_file_system_is_refused(corpus: Corpus, run: Run) -> None:
    root = corpus({"corpus.toml": '[[sources]]\npath = "/"\nformat = "brat"\n', "raw/a.txt": "x"})
    status, _, err = run("validate", root)
    assert (status, err) == (
        2,
        f"{root}/corpus.toml:2:1: error[E134] the source '/' is the whole file system; name the folder of the export\n",
    )
