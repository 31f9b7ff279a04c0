"""The row schemas -> Arrow schemas and `datasets` features, and rows -> Arrow tables.

`schema/document.schema.json` and `schema/configs.schema.json` are the only statement of the columns; their
`x-arrow` keywords name the Arrow types. Every field is nullable in Arrow, because the Hub drops the features of
files with required fields; `faults` finds the values that the schemas forbid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from standoff.files import schemafile

DOCUMENT_CONFIGS = ("documents", "annotations")
CONFIGS = (
    *DOCUMENT_CONFIGS, "spans", "entities", "events", "attributions", "stance", "relations", "ner", "provenance",
)  # fmt: skip
"""All configs, the default one first."""

_SCALARS = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
}


def row_schema(config: str) -> dict[str, Any]:
    """Return the JSON Schema of a config's rows."""
    if config in DOCUMENT_CONFIGS:
        return schemafile.load("document")
    schema: dict[str, Any] = schemafile.load("configs")["$defs"][config]
    return schema


@cache
def arrow_schema(config: str) -> pa.Schema:
    """Return the explicit Arrow schema that every shard of a config is written with."""
    return pa.schema([pa.field(name, _arrow_type(entry)) for name, entry in row_schema(config)["properties"].items()])


def yaml_features(config: str, class_labels: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the features of a config as a card's `dataset_info` states them, with class labels for some columns.

    Lists of scalars are written as `sequence`, which `datasets` 3 and 5 both read.
    """
    return _yaml_fields(row_schema(config), class_labels)


def features(config: str, class_labels: dict[str, list[str]]) -> Any:
    """Return the `datasets.Features` of a config: its Arrow types, and ClassLabel for the columns named."""
    import datasets

    found = datasets.Features.from_arrow_schema(arrow_schema(config))
    for name, labels in class_labels.items():
        label = datasets.ClassLabel(names=labels)
        found[name] = datasets.List(label) if isinstance(found[name], datasets.List) else label
    return found


def table(config: str, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Return the Arrow table of rows, which are tuples in the order of the schema's columns.

    Structs are tuples in the order of their fields, dates ISO 8601 days. Columns are assembled whole, level by
    level, without a dict an item.
    """
    schema = arrow_schema(config)
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.Table.from_arrays(
        [_array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def faults(config: str, found: pa.Table) -> Iterator[str]:
    """Yield what is wrong with a table's values: nulls where the schema wants one, words that it does not allow."""
    for name, entry in row_schema(config)["properties"].items():
        yield from _faults(entry, found.column(name).combine_chunks(), name)


def _arrow_type(entry: dict[str, Any]) -> pa.DataType:
    if "x-arrow" in entry:
        return _SCALARS[entry["x-arrow"]]
    if "items" in entry:
        return pa.list_(_arrow_type(entry["items"]))
    return pa.struct([pa.field(name, _arrow_type(child)) for name, child in entry["properties"].items()])


def _yaml_fields(entry: dict[str, Any], class_labels: dict[str, list[str]]) -> list[dict[str, Any]]:
    fields = []
    for name, child in entry["properties"].items():
        if "x-arrow" in child:
            fields.append({"name": name, "dtype": _yaml_scalar(child, class_labels.get(name))})
        elif "x-arrow" in child["items"]:
            fields.append({"name": name, "sequence": _yaml_scalar(child["items"], class_labels.get(name))})
        else:
            fields.append({"name": name, "list": _yaml_fields(child["items"], {})})
    return fields


def _yaml_scalar(entry: dict[str, Any], labels: list[str] | None) -> Any:
    if labels is None:
        return entry["x-arrow"]
    return {"class_label": {"names": {str(index): label for index, label in enumerate(labels)}}}


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind):
        return _list_array(values, kind)
    if pa.types.is_struct(kind):
        columns = zip(*values, strict=True) if values else [()] * kind.num_fields
        fields = [kind.field(index) for index in range(kind.num_fields)]
        arrays = [_array(column, field.type) for column, field in zip(columns, fields, strict=True)]
        return pa.StructArray.from_arrays(arrays, fields=fields)
    if pa.types.is_date(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _list_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    offsets = [0, *accumulate(len(value) if value is not None else 0 for value in values)]
    child = _array(list(chain.from_iterable(value for value in values if value)), kind.value_type)
    mask = pa.array([value is None for value in values], pa.bool_()) if None in values else None
    array = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), child, mask=mask)
    return array.cast(kind) if array.type != kind else array


def _faults(entry: dict[str, Any], array: pa.Array, path: str) -> Iterator[str]:
    kinds = entry.get("type", [])
    if "null" not in ([kinds] if isinstance(kinds, str) else kinds) and array.null_count:
        yield f"the column {path} is empty somewhere; the schema wants a value in each row"
    present = array.drop_null()
    if "enum" in entry and len(present):
        allowed = pa.array([value for value in entry["enum"] if value is not None])
        if not pc.all(pc.is_in(present, allowed)).as_py():
            yield f"the column {path} has a value that is not one of those allowed"
    if "items" in entry:
        yield from _faults(entry["items"], array.flatten(), path)
    for name, child in entry.get("properties", {}).items():
        yield from _faults(child, pc.struct_field(present, name), f"{path}.{name}")
