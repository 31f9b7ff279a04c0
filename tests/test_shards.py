"""Parquet shards: how many, which document where, and digests that depend on what the rows say alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from samples import few, folder, quick
from standoff.tables import shards

SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("number", pa.int64()),
        ("small", pa.int32()),
        ("flag", pa.bool_()),
        ("day", pa.date32()),
        ("words", pa.list_(pa.string())),
        ("items", pa.list_(pa.struct([("id", pa.string()), ("at", pa.list_(pa.int32()))]))),
        ("one", pa.struct([("a", pa.string()), ("b", pa.bool_())])),
    ]
)
words = st.sampled_from([None, "", "a", "ab", "b", "é", "\x00"])
rows = st.fixed_dictionaries(
    {
        "word": words,
        "number": st.sampled_from([None, 0, 1, -1, 256]),
        "small": st.sampled_from([None, 0, 1]),
        "flag": st.sampled_from([None, True, False]),
        "day": st.sampled_from([None, 0, 18813]),
        "words": st.none() | st.lists(words, max_size=3),
        "items": st.none()
        | st.lists(
            st.none()
            | st.fixed_dictionaries({"id": words, "at": st.none() | st.lists(st.sampled_from([0, 1]), max_size=2)}),
            max_size=3,
        ),
        "one": st.none() | st.fixed_dictionaries({"a": words, "b": st.sampled_from([None, True])}),
    }
)
tables = st.lists(rows, max_size=5)


def table(found: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(found, schema=SCHEMA)


@quick
@given(tables, tables, st.lists(st.integers(0, 5), max_size=3))
def test_the_digest_does_not_depend_on_chunks_and_slices(
    found: list[dict[str, Any]], around: list[dict[str, Any]], cuts: list[int]
) -> None:
    digest = shards.content_digest(table(found))
    padded = table([*around, *found, *around])
    assert shards.content_digest(padded.slice(len(around), len(found))) == digest
    borders = sorted({0, len(found), *(cut for cut in cuts if cut < len(found))})
    pieces = [table(found[start:end]) for start, end in pairwise(borders)]
    if pieces:
        assert shards.content_digest(pa.concat_tables(pieces)) == digest


@few
@given(tables.filter(bool), st.sampled_from(["none", "snappy", "zstd"]), st.sampled_from([1, 2, 100]), st.booleans())
def test_the_digest_does_not_depend_on_the_writer(
    found: list[dict[str, Any]], compression: str, group: int, dictionary: bool
) -> None:
    with folder() as parent:
        path = parent / "x.parquet"
        pq.write_table(
            table(found), path, compression=compression, row_group_size=group, use_dictionary=dictionary,
            data_page_version="2.0" if dictionary else "1.0",
        )  # fmt: skip
        assert shards.content_digest(pq.read_table(path)) == shards.content_digest(table(found))


@quick
@given(tables, tables)
def test_other_rows_have_another_digest(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    assert (shards.content_digest(table(one)) == shards.content_digest(table(other))) == (one == other)


@quick
@given(tables.filter(bool), rows, st.data())
def test_one_changed_value_changes_the_digest(
    found: list[dict[str, Any]], new: dict[str, Any], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(found) - 1))
    name = data.draw(st.sampled_from(SCHEMA.names))
    assume(found[at][name] != new[name])
    changed = [*found[:at], {**found[at], name: new[name]}, *found[at + 1 :]]
    assert shards.content_digest(table(changed)) != shards.content_digest(table(found))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("words", [["a", "b"], []], [["a"], ["b"]]),
        ("words", [["ab"], ["c"]], [["a"], ["bc"]]),
        ("words", [None, ["a"]], [[], ["a"]]),
        ("words", [[None]], [[""]]),
        ("words", [["ab", ""]], [["a", "b"]]),
        ("word", ["ab", "c"], ["a", "bc"]),
        ("word", [None], [""]),
        ("flag", [None, False], [False, None]),
        ("number", [None, 0], [0, None]),
        ("one", [None], [{"a": None, "b": None}]),
        ("items", [[{"at": [1, 0]}, {"at": []}]], [[{"at": [1]}, {"at": [0]}]]),
        ("items", [[None]], [[{"id": None, "at": None}]]),
    ],
)  # fmt: skip
def test_moved_borders_and_nulls_change_the_digest(name: str, one: list[Any], other: list[Any]) -> None:
    digests = {shards.content_digest(table([{name: value} for value in values])) for values in (one, other)}
    assert len(digests) == 2


def test_the_order_of_rows_and_the_names_of_columns_belong_to_the_digest() -> None:
    two = table([{"word": "a"}, {"word": "b"}])
    assert shards.content_digest(two) != shards.content_digest(two.take([1, 0]))
    renamed = two.rename_columns(["other", *SCHEMA.names[1:]])
    assert shards.content_digest(two) != shards.content_digest(renamed)


def test_the_combined_digest_knows_split_and_order() -> None:
    made = {
        shards.combined_digest(pairs)
        for pairs in (
            [("train", "a"), ("train", "b")],
            [("train", "b"), ("train", "a")],
            [("test", "a"), ("train", "b")],
            [("train", "a")],
        )
    }
    assert len(made) == 4


def test_written_shards_have_one_row_group_and_zstd_and_come_back(tmp_path: Path) -> None:
    made = table([{"word": str(number), "words": ["x"] * number} for number in range(50)])
    shards.write(made, tmp_path / "a.parquet")
    shards.write(made, tmp_path / "b.parquet")
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert metadata.num_row_groups == 1
    column = metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.has_offset_index
    assert column.has_column_index
    assert pq.read_table(tmp_path / "a.parquet", page_checksum_verification=True) == made
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@quick
@given(st.integers(0, 2**45))
def test_the_number_of_shards_is_the_smallest_power_of_two_that_keeps_the_mean(total: int) -> None:
    count = shards.count_for(total)
    assert count & (count - 1) == 0
    assert count >= 1
    assert total <= count * shards.MEAN_TEXT_BYTES
    assert count == 1 or total > count // 2 * shards.MEAN_TEXT_BYTES


@quick
@given(st.text(max_size=20), st.integers(0, 8))
def test_a_document_stays_or_moves_by_half_when_the_corpus_doubles(doc_id: str, power: int) -> None:
    count = 2**power
    index = shards.index_of(doc_id, count)
    assert 0 <= index < count
    assert shards.index_of(doc_id, 2 * count) in (index, index + count)


def test_documents_spread_over_the_shards() -> None:
    counts = [0] * 8
    for number in range(4000):
        counts[shards.index_of(f"article-{number}", 8)] += 1
    assert min(counts) > 400


def test_known_places_do_not_change() -> None:
    """A document that moved between versions of the program would change every release."""
    assert [shards.index_of(name, 16) for name in ("bridge", "kassar", "é")] == [13, 6, 3]
