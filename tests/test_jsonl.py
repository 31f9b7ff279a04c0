"""JSON lines of articles: one object a line, bad lines found, good lines kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from standoff.articles import jsonl

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]


def test_every_line_is_a_record_or_a_finding(tmp_path: Path) -> None:
    lines = [
        '{"id": "one", "text": "One.", "title": "T", "published": "2021-07-05", "topic": "war", "n": 3, "x": null}',
        "",
        "not json",
        "[1]",
        '{"id": "no-text"}',
        '{"text": "no id"}',
        '{"id": true, "text": "x"}',
        '{"id": "dup", "id": "dup", "text": "x"}',
        '{"id": 7, "text": "Seven.", "tags": ["a", "b"]}',
    ]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b'\n{"id": "bad", "text": "\xff"}\n')
    records, findings = jsonl.index(path, "raw/a.jsonl")
    assert [record.doc_id for record in records] == ["one", "7"]
    assert [record.line for record in records] == [1, 9]
    assert records[0].fields == [("title", "T"), ("published", "2021-07-05"), ("topic", "war"), ("n", "3")]
    assert records[1].fields == [("tags", '["a", "b"]')]
    assert [(finding.code, finding.line) for finding in findings] == [("E111", n) for n in (3, 4, 5, 6, 7, 8, 10)]


def test_a_record_is_read_again_from_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"id": "é", "text": "First \\u2028 line."}\n{"id": "b", "text": "Second."}'.encode())
    for record in jsonl.index(path, "a.jsonl")[0]:
        with path.open("rb") as file:
            file.seek(record.offset)
            value = jsonl.parse(file.read(record.size), "a.jsonl", record.line)
        assert value["id"] == record.doc_id


def test_records_become_documents_with_their_metadata(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    record = {
        "id": "kassar", "text": "Head\r\n\r\nBody.", "publisher": "Courier", "published": "2021-07-05",
        "story_id": "s1", "split": "test", "desk": "foreign",
    }  # fmt: skip
    root = corpus({"raw/all.jsonl": json.dumps(record) + "\n", "raw/other.txt": "Text."})
    status, _, err = run("build", root, "--out", tmp_path / "out")
    assert status == 0, err
    row = pq.read_table(tmp_path / "out/dev/documents/test-00000-of-00001.parquet").to_pylist()[0]
    assert (row["doc_id"], row["text"], row["title"]) == ("kassar", "Head\n\nBody.", "Head")
    assert (row["publisher"], str(row["published"]), row["story_id"]) == ("Courier", "2021-07-05", "s1")
    assert row["metadata"] == [{"name": "desk", "value": "foreign"}]


def test_metadata_csv_stands_over_the_record(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = corpus(
        {
            "raw/all.jsonl": '{"id": "a", "text": "x", "publisher": "Old"}\n',
            "raw/metadata.csv": "doc_id,publisher\na,New\n",
        }
    )
    assert run("build", root, "--out", tmp_path / "out")[0] == 0
    row = pq.read_table(tmp_path / "out/dev/documents/train-00000-of-00001.parquet").to_pylist()[0]
    assert row["publisher"] == "New"


def test_a_bad_line_stops_the_build_and_is_named(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = corpus({"raw/all.jsonl": '{"id": "a", "text": "x"}\n{"id": "b"}\n'})
    status, _, err = run("build", root, "--out", tmp_path / "out")
    assert status == 1
    assert "raw/all.jsonl:2:1: error[E111]" in err
    assert not (tmp_path / "out/dev").exists()


def test_two_records_with_one_id_are_a_finding(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/all.jsonl": '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n'})
    status, out, _ = run("validate", root)
    assert status == 1
    assert "raw/all.jsonl:2: error[E109]" in out
