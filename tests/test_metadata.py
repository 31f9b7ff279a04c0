"""metadata.csv, as people and spreadsheet programs write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from standoff.articles import metadata
from standoff.errors import InputError

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]


def table(tmp_path: Path, data: bytes):
    path = tmp_path / "metadata.csv"
    path.write_bytes(data)
    return metadata.read(path, "raw/metadata.csv")


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (b"doc_id,title,publisher\r\na,\"Fire, again\",Courier\r\n", []),
        (b'doc_id,title,publisher\na,"Fire, again",Courier', []),
        (b"\xef\xbb\xbfdoc_id;title;publisher\r\na;Fire, again;Courier\r\n", ["W107"]),
        (b"doc_id\ttitle\tpublisher\na\tFire, again\tCourier\n\n\n", ["W107"]),
        (b" doc_id , title,publisher\na, \"Fire, again\" ,Courier\n".replace(b' "', b'"').replace(b'" ', b'"'), []),
    ],
)  # fmt: skip
def test_commas_semicolons_and_tabs_are_read_alike(tmp_path: Path, data: bytes, warnings: list[str]) -> None:
    rows, lines, findings = table(tmp_path, data)
    assert rows == {"a": [("title", "Fire, again"), ("publisher", "Courier")]}
    assert lines == {"a": 2}
    assert [finding.code for finding in findings] == warnings


def test_empty_cells_say_nothing(tmp_path: Path) -> None:
    rows, _, findings = table(tmp_path, b"doc_id,title,publisher\na, ,\n")
    assert rows == {"a": []}
    assert findings == []


def test_short_long_and_second_rows_are_findings_and_the_others_are_read(tmp_path: Path) -> None:
    rows, _, findings = table(tmp_path, b"doc_id,title\na,A\nb\nc,C,more\na,again\nd,D\n")
    assert set(rows) == {"a", "d"}
    assert [(finding.code, finding.line) for finding in findings] == [("E106", 3), ("E106", 4), ("E106", 5)]
    assert rows["a"] == [("title", "A")]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("doc_id,title\nb,Café\n".encode("latin-1"), "E101", 2),
        ("doc_id,title\n".encode("utf-16"), "E101", 1),
        (b"docid,title\na,A\n", "E106", 1),
        (b'doc_id,title\na,"open\n', "E106", None),
    ],
)
def test_a_table_that_cannot_be_read_is_an_input_error(
    tmp_path: Path, data: bytes, code: str, line: int | None
) -> None:
    with pytest.raises(InputError) as caught:
        table(tmp_path, data)
    assert (caught.value.code, caught.value.exit_code) == (code, 3)
    assert line is None or caught.value.line == line


def test_two_columns_of_one_name_are_not_read_silently(tmp_path: Path) -> None:
    try:
        _, _, findings = table(tmp_path, b"doc_id,title,title\na,One,Two\n")
    except InputError:
        return
    assert findings


def test_latin_1_ends_with_status_3_and_one_clear_line(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/a.txt": "x", "raw/metadata.csv": "doc_id,title\na,Café\n".encode("latin-1")})
    status, out, err = run("validate", root)
    assert (status, out) == (3, "")
    assert err.count("\n") == 1
    assert "metadata.csv:2" in err
    assert "UTF-8" in err


def test_an_unknown_document_is_named_with_its_line_and_a_guess(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/bridge.txt": "x", "raw/metadata.csv": "doc_id,title\nbridge,A\nbrigde,B\n"})
    status, out, _ = run("validate", root)
    assert status == 1
    assert "raw/metadata.csv:3:1: error[E106]" in out
    assert "did you mean 'bridge'" in out


@pytest.mark.parametrize("day", ["05.07.2021", "2021-7-5", "2021-02-30", "July 5, 2021", "20210705", "2021-13-01"])
def test_a_date_that_is_none_is_a_finding_on_its_line(corpus: Corpus, run: Run, day: str) -> None:
    root = corpus({"raw/a.txt": "x", "raw/metadata.csv": f'doc_id,published\na,"{day}"\n'})
    status, out, _ = run("validate", root)
    assert status == 1
    assert "raw/metadata.csv:2: error[E106]" in out


def test_a_week_date_is_no_day() -> None:
    found, findings = metadata.of([("published", "2021-W27-1")], "raw/metadata.csv", 2, "a")
    assert [finding.code for finding in findings] == ["E106"]
    assert found.published is None


def test_known_columns_get_their_field_and_others_go_to_metadata() -> None:
    fields = [("title", "T"), ("desk", "old"), ("language", "en"), ("desk", "new"), ("published", "2021-07-05")]
    found, findings = metadata.of(fields, "raw/metadata.csv", 2, "a")
    assert findings == []
    assert (found.title, found.language, found.published) == ("T", "en", "2021-07-05")
    assert found.other == [("desk", "new")]


def test_excel_table_reaches_the_rows(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = corpus(
        {
            "raw/a.txt": "Text.",
            "raw/metadata.csv": "\ufeffdoc_id;title;published;story_id\r\na;Élan;2021-07-05;s\r\n",
        }
    )
    status, _, err = run("build", root, "--out", tmp_path)
    assert (status, "warning[W107]" in err) == (0, True)
    row = pq.read_table(tmp_path / "dev/documents/train-00000-of-00001.parquet").to_pylist()[0]
    assert (row["title"], str(row["published"]), row["story_id"]) == ("Élan", "2021-07-05", "s")
