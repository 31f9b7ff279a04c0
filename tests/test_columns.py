"""Row schemas -> Arrow and datasets, and rows -> tables: the JSON schemas are the only statement of the columns."""

from __future__ import annotations

import datetime
from typing import Any

import datasets
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import few, quick
from standoff.model import LAYERS
from standoff.tables import columns

ATTRIBUTES = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
FRAGMENTS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))
DOCUMENT = """
doc_id title text text_status text_sha256 text_length language published dateline publisher url license story_id
annotator adjudicated layers metadata attributes sections spans entities events attributions stance relations
normalizations notes adjudication
"""
LEAD = ["doc_id", "title", "published", "publisher", "license", "story_id", "annotator"]


def test_document_columns_are_those_of_the_design() -> None:
    schema = columns.arrow_schema("documents")
    assert schema.names == DOCUMENT.split()
    expected = {
        "doc_id": pa.string(),
        "text": pa.string(),
        "text_length": pa.int32(),
        "published": pa.date32(),
        "adjudicated": pa.bool_(),
        "layers": pa.list_(pa.string()),
        "metadata": ATTRIBUTES,
        "sections": pa.list_(pa.struct([("kind", pa.string()), ("start", pa.int32()), ("end", pa.int32())])),
        "spans": pa.list_(
            pa.struct(
                [
                    ("id", pa.string()), ("kind", pa.string()), ("label", pa.string()), ("form", pa.string()),
                    ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string()), ("fragments", FRAGMENTS),
                    ("attributes", ATTRIBUTES),
                ]
            )
        ),
        "entities": pa.list_(
            pa.struct(
                [
                    ("id", pa.string()), ("label", pa.string()), ("name", pa.string()), ("kb_id", pa.string()),
                    ("derived", pa.bool_()), ("mentions", pa.list_(pa.string())), ("count_min", pa.int64()),
                    ("count_max", pa.int64()), ("attributes", ATTRIBUTES),
                ]
            )
        ),
        "relations": pa.list_(
            pa.struct(
                [
                    ("id", pa.string()), ("label", pa.string()),
                    ("arguments", pa.list_(pa.struct([("role", pa.string()), ("filler", pa.string())]))),
                    ("attributes", ATTRIBUTES),
                ]
            )
        ),
    }  # fmt: skip
    for name, kind in expected.items():
        assert schema.field(name).type == kind, name
    events = schema.field("events").type.value_type
    assert events.field("earliest").type == events.field("latest").type == pa.date32()
    assert [field.name for field in events.field("arguments").type.value_type] == ["role", "filler", "span", "implicit"]
    assert columns.arrow_schema("annotations") == schema


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("spans", "id kind label form start end text fragments sentence sentence_start attributes"),
        ("entities", "id label name kb_id derived count_min count_max mentions attributes"),
        (
            "events",
            "id label subtype trigger_text trigger_start trigger_end sentence sentence_start arguments"
            " author_factuality factuality irrealis time_value earliest latest count_min count_max same_as attributes",
        ),
        (
            "stance",
            "id holder holder_kind holder_name target target_kind target_name target_text label explicit evidence"
            " passage passage_start attribution attributes",
        ),
        ("ner", "sentence_id start end text tokens token_starts token_ends ner_tags"),
    ],
)
def test_flat_configs_have_the_columns_of_the_design_after_the_common_ones(config: str, names: str) -> None:
    assert columns.arrow_schema(config).names == LEAD + names.split()


def test_provenance_has_no_common_columns_but_document_and_annotator() -> None:
    assert columns.arrow_schema("provenance").names == (
        ["doc_id", "annotator", "layer", "id", "path", "line", "column", "raw_id", "file_sha256",
         "taken_from", "edited"]
    )


def leaves(kind: pa.DataType) -> list[pa.Field]:
    if pa.types.is_list(kind):
        return [kind.value_field, *leaves(kind.value_type)]
    if pa.types.is_struct(kind):
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return [leaf for field in fields for leaf in [field, *leaves(field.type)]]
    return []


@pytest.mark.parametrize("config", columns.CONFIGS)
def test_every_field_is_nullable_in_arrow(config: str) -> None:
    schema = columns.arrow_schema(config)
    assert all(field.nullable for field in schema)
    assert all(field.nullable for entry in schema for field in leaves(entry.type))


@pytest.mark.parametrize("config", columns.CONFIGS)
def test_features_and_arrow_schema_are_equal(config: str) -> None:
    schema = columns.arrow_schema(config)
    features = datasets.Features.from_arrow_schema(schema)
    assert features.arrow_schema.remove_metadata() == schema
    assert columns.features(config, {}) == features
    assert datasets.Features.from_arrow_schema(features.arrow_schema) == features


def test_label_columns_become_class_labels() -> None:
    tags = columns.features("ner", {"ner_tags": ["O", "B-X", "I-X"]})["ner_tags"]
    assert tags == datasets.List(datasets.ClassLabel(names=["O", "B-X", "I-X"]))
    label = columns.features("stance", {"label": ["FOR", "AGAINST"]})["label"]
    assert label == datasets.ClassLabel(names=["FOR", "AGAINST"])


def of_type(kind: pa.DataType) -> st.SearchStrategy[Any]:
    """Values of an Arrow type as `table` takes them: structs as tuples, dates as ISO days."""
    if pa.types.is_list(kind):
        return st.none() | st.lists(of_type(kind.value_type).filter(lambda value: value is not None), max_size=2)
    if pa.types.is_struct(kind):
        return st.tuples(*(of_type(kind.field(n).type) for n in range(kind.num_fields)))
    if pa.types.is_string(kind):
        return st.sampled_from([None, "", "é😀", "x\n"])
    if pa.types.is_boolean(kind):
        return st.sampled_from([None, True, False])
    if pa.types.is_date(kind):
        return st.sampled_from([None, "2021-07-05", "0001-01-01", "9999-12-31"])
    largest = 2 ** (kind.bit_width - 1) - 1
    return st.sampled_from([None, 0, 1, largest])


def tuples(value: Any) -> Any:
    """Return rows as `table` takes them: dicts as tuples."""
    if isinstance(value, dict):
        return tuple(tuples(child) for child in value.values())
    return [tuples(child) for child in value] if isinstance(value, list) else value


def plain(value: Any, kind: pa.DataType) -> Any:
    """Return a value as Arrow's own converter takes it: tuples as dicts, ISO days as dates."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [plain(child, kind.value_type) for child in value]
    if pa.types.is_struct(kind):
        return {kind.field(n).name: plain(child, kind.field(n).type) for n, child in enumerate(value)}
    return datetime.date.fromisoformat(value) if pa.types.is_date(kind) else value


@pytest.mark.parametrize("config", [name for name in columns.CONFIGS if name != "annotations"])
def test_a_table_of_tuples_is_the_table_of_the_same_rows_as_dicts(config: str) -> None:
    schema = columns.arrow_schema(config)
    whole = pa.struct(list(schema))

    @few
    @given(st.lists(of_type(whole), max_size=2))
    def law(rows: list[tuple[Any, ...]]) -> None:
        made = columns.table(config, rows)
        made.validate(full=True)
        expected = pa.Table.from_pylist([plain(row, whole) for row in rows], schema=schema)
        assert made.schema == schema
        assert made == expected

    law()


def test_no_rows_make_an_empty_table_of_the_schema() -> None:
    assert columns.table("documents", []).schema == columns.arrow_schema("documents")
    assert columns.table("documents", []).num_rows == 0


def document_row(**changed: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(columns.arrow_schema("documents").names)
    row |= dict.fromkeys(("metadata", "attributes", "sections", "normalizations", "notes", "adjudication"), ())
    row |= {"doc_id": "d", "text_status": "included", "text_sha256": "0" * 64, "text_length": 3, "story_id": "d"}
    row |= {"adjudicated": False, "layers": ["spans"], "spans": []}
    return row | changed


def missing(**changed: Any) -> list[str]:
    row = document_row(**changed)
    table = pa.Table.from_pylist([document_row(), row], schema=columns.arrow_schema("documents"))
    return list(columns.faults("documents", table))


SPAN = {
    "id": "m1", "kind": "mention", "label": "X", "form": None, "start": 0, "end": 1, "text": "a",
    "fragments": [{"start": 0, "end": 1}], "attributes": [],
}  # fmt: skip


def test_a_sound_table_misses_nothing() -> None:
    assert missing(spans=[SPAN], **dict.fromkeys(LAYERS[1:])) == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"doc_id": None}, "doc_id"),
        ({"layers": None}, "layers"),
        ({"metadata": None}, "metadata"),
        ({"notes": None}, "notes"),
        ({"spans": [SPAN, {**SPAN, "id": None}]}, "spans.id"),
        ({"spans": [{**SPAN, "fragments": None}]}, "spans.fragments"),
        ({"spans": [{**SPAN, "fragments": [{"start": 0, "end": None}]}]}, "spans.fragments.end"),
        ({"spans": [None]}, "spans"),
        ({"layers": [None]}, "layers"),
        ({"attributes": [{"name": "x", "value": None}]}, "attributes.value"),
        ({"text_status": "hidden"}, "text_status"),
        ({"layers": ["nonsense"]}, "layers"),
        ({"spans": [{**SPAN, "kind": "nonsense"}]}, "spans.kind"),
        ({"spans": [{**SPAN, "form": "nonsense"}]}, "spans.form"),
    ],
)
def test_a_null_or_a_wrong_word_is_found_with_its_path(changed: dict[str, Any], path: str) -> None:
    assert [found.removeprefix("the column ").split(" ")[0] for found in missing(**changed)] == [path]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_may_be_null_or_empty_and_both_come_back(layer: str) -> None:
    schema = columns.arrow_schema("documents")
    table = pa.Table.from_pylist([document_row(**{layer: None}), document_row(**{layer: []})], schema=schema)
    assert table.column(layer).to_pylist() == [None, []]
    assert list(columns.faults("documents", table)) == []


@quick
@given(st.sampled_from(["text_length", "start"]), st.sampled_from([2**31, -(2**31) - 1]))
def test_a_number_that_does_not_fit_is_no_silent_change(field: str, value: int) -> None:
    row = document_row(**({field: value} if field == "text_length" else {"spans": [{**SPAN, "start": value}]}))
    with pytest.raises((pa.ArrowException, OverflowError)):
        columns.table("documents", [tuples(row)])
