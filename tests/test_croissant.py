"""croissant.json: valid for mlcroissant, its records those of the shards, its digests those of the files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from test_build import small_corpus
from test_card import SECOND, SETTINGS, built

mlcroissant = pytest.importorskip("mlcroissant")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus, every annotator with every layer, built once and only read."""
    extra = {"corpus.toml": SETTINGS, "annotations/a2/native.json": json.dumps(SECOND)}
    return built(tmp_path_factory.mktemp("croissant"), {**small_corpus(), **extra})


@pytest.fixture(scope="module")
def description(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "croissant.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def dataset(release: Path) -> Any:
    return mlcroissant.Dataset(str(release / "croissant.json"))


def test_it_is_valid_without_a_warning_and_says_what_is_stated(dataset: Any, description: dict[str, Any]) -> None:
    issues = dataset.metadata.ctx.issues
    assert (list(issues.errors), [each for each in issues.warnings if "url" not in str(each)]) == ([], [])
    assert description["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    assert description["license"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert (description["version"], description["datePublished"]) == ("1.2.0", "2031-04-01")
    assert description["rai:dataUseCases"] == "To try things **out**."
    assert description["rai:annotatorDemographics"] == "Two students."
    assert "a1 3, a2 1" in description["rai:annotationsPerItem"]
    assert "stance: holder and target F1 1.000" in description["rai:dataAnnotationAnalysis"]
    assert "rai:dataBiases" not in description


def test_digests_and_sizes_are_those_of_the_files(release: Path, description: dict[str, Any]) -> None:
    objects = [entry for entry in description["distribution"] if entry["@type"] == "cr:FileObject"]
    assert sorted(entry["contentUrl"] for entry in objects) == sorted(
        path.relative_to(release).as_posix() for path in release.rglob("*.parquet")
    )
    for entry in objects:
        data = (release / entry["contentUrl"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["contentSize"] == f"{len(data)} B"


def test_every_column_is_a_field_or_named_as_left_out(release: Path, description: dict[str, Any]) -> None:
    for entry in description["recordSet"]:
        schema = pq.read_schema(next(iter(sorted((release / entry["name"]).glob("*.parquet")))))
        fields = {field["name"]: field for field in entry["field"]}
        assert list(fields) == [*schema.names, "split"]
        for name in schema.names:
            kind = schema.field(name).type
            if "subField" in fields[name]:
                known = {part["name"] for part in fields[name]["subField"]}
                missing = {part.name for part in kind.value_type} - known
                assert all(f"{each}" in fields[name]["description"] for each in missing)


def plain(value: Any) -> Any:
    """Return a value of mlcroissant as Python has it: text is bytes there, numbers are numpy's, days are timestamps."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key.rpartition("/")[2]: plain(each) for key, each in value.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if hasattr(value, "item"):
        return value.item()
    return value.date() if hasattr(value, "date") else value


def cut(value: Any, shape: Any) -> Any:
    """Return a value of the shards without the lists of records that a record of Croissant leaves out."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{key: each[key] for key in part} for each, part in zip(value, shape, strict=True)]
    return value


def test_records_of_every_config_are_the_rows_of_the_shards(release: Path, dataset: Any) -> None:
    names = [entry.id for entry in dataset.metadata.record_sets]
    assert len(names) == 10
    for name in names:
        records = [plain(record) for record in dataset.records(name)]
        wanted = [
            {**row, "split": path.name.partition("-")[0]}
            for path in sorted((release / name).glob("*.parquet"))
            for row in pq.read_table(path).to_pylist()
        ]
        assert len(records) == len(wanted)
        for record, row in zip(records, wanted, strict=True):
            assert set(record) == set(row)
            for column, value in record.items():
                if row[column] is None and isinstance(value, list):
                    # mlcroissant reads a list of records that is null as one record of nulls
                    assert all(set(each.values()) == {None} for each in value), (name, column)
                else:
                    assert value == cut(row[column], value), (name, column)


def test_nothing_nests_deeper_than_one_level(description: dict[str, Any]) -> None:
    for entry in description["recordSet"]:
        for field in entry["field"]:
            assert not [part for part in field.get("subField", ()) if "subField" in part or part.get("isArray")]
