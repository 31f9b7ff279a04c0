"""croissant.json: files and columns of a release for machines, in Croissant 1.1 with fields of its RAI extension.

A config is a FileSet of its shards and a RecordSet of its columns. Records nest one level: a list of records within a
list of records is left out and named in the field's description, because readers of Croissant cannot follow two steps.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from standoff import spelling
from standoff.card import citation, plots, structure
from standoff.card.frontmatter import languages_of
from standoff.card.statistics import Numbers
from standoff.corpus.config import Dataset
from standoff.files import vocabularies
from standoff.tables import columns
from standoff.tables.shards import sha256_of

FILE = "croissant.json"
SPEC = "http://mlcommons.org/croissant/1.1"
RAI = "http://mlcommons.org/croissant/RAI/1.0"

_TYPES = {"string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64", "bool": "sc:Boolean", "date32": "sc:Date"}
_TERMS = (
    "arrayShape citeAs column conformsTo containedIn equivalentProperty extract field fileProperty fileObject fileSet "
    "format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated "
    "replace samplingRate separator source subField transform"
)
_KEYS = {"documents": ("doc_id",), "annotations": ("doc_id", "annotator"), "ner": ("doc_id", "sentence_id")}
_STATED = {
    "dataCollection": "source_data",
    "dataAnnotationProtocol": "annotation_process",
    "dataAnnotationPlatform": "annotation_platform",
    "machineAnnotationTools": "machine_annotation_tools",
    "annotatorDemographics": "annotators",
    "dataUseCases": "direct_use",
    "dataBiases": "biases",
    "dataLimitations": "limitations",
    "dataSocialImpact": "social_impact",
    "personalSensitiveInformation": "personal_information",
    "dataReleaseMaintenancePlan": "maintenance",
}
"""Field of the RAI extension -> key of `[card]`."""


def describe(folder: Path, facts: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Return the description of a release whose shards lie in `folder`."""
    dataset = Dataset(**facts["corpus"])
    known = {
        "name": dataset.name,
        "alternateName": dataset.title,
        "description": dataset.description,
        "version": dataset.version,
        "datePublished": dataset.release_date,
        "license": _license(dataset),
        "url": dataset.homepage,
        "creator": [{"@type": "sc:Organization", "name": name} for name in dataset.authors],
        "inLanguage": languages_of(dataset, numbers),
        "keywords": dataset.tags,
        "temporalCoverage": _coverage(numbers),
        "citeAs": citation.bibtex(dataset),
        **_responsible(dataset, numbers),
    }
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": [SPEC, RAI],
        **{name: value for name, value in known.items() if value},
        "isLiveDataset": False,
        "distribution": [entry for name in facts["configs"] for entry in _distribution(folder, name, facts)],
        "recordSet": [_record_set(name) for name in facts["configs"]],
    }


def written(description: dict[str, Any]) -> bytes:
    """Return the bytes of croissant.json."""
    return (json.dumps(description, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _context() -> dict[str, Any]:
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "dct": "http://purl.org/dc/terms/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "sc": "https://schema.org/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        **{term: f"cr:{term}" for term in _TERMS.split()},
        "conformsTo": "dct:conformsTo",
    }


def _license(dataset: Dataset) -> str | None:
    if dataset.license == "other":
        return dataset.license_link or dataset.license_name
    return vocabularies.license_url(dataset.license) or dataset.license


def _coverage(numbers: Numbers) -> str | None:
    known = [name for name in numbers.periods if name]
    return f"{known[0]}/{known[-1]}" if known else None


def _responsible(dataset: Dataset, numbers: Numbers) -> dict[str, Any]:
    found = {f"rai:{field}": dataset.card.get(key, "").strip() for field, key in _STATED.items()}
    if contact := dataset.card.get("contact", "").strip():
        plan = "rai:dataReleaseMaintenancePlan"
        found[plan] = f"{found[plan]}\nQuestions, corrections, objections: {contact}".lstrip()
    rows = plots.headlines(numbers)
    if rows:
        counted = [(row, spelling.counted(row["documents"], "document")) for row in rows]
        shown = "; ".join(f"{plots.measure(row)} {row['value']:.3f} on {documents}" for row, documents in counted)
        # A corpus with many shared documents is compared on some of them: the numbers of documents say so.
        found["rai:dataAnnotationAnalysis"] = f"Agreement of the annotators, mean of the pairs: {shown}."
    if numbers.coverage:
        shown = ", ".join(f"{name} {counts['documents']}" for name, counts in numbers.coverage.items())
        found["rai:annotationsPerItem"] = f"Documents by annotator, of {numbers.total}: {shown}."
    return found


def _distribution(folder: Path, config: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the shards of a config, with their digests, and the set of them."""
    parts = [
        {
            "@type": "cr:FileObject",
            "@id": f"{config}/{path.name}",
            "name": path.name,
            "contentUrl": f"{config}/{path.name}",
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": "application/x-parquet",
            "sha256": sha256_of(path),
        }
        for split in facts["configs"][config]["splits"]
        for path in sorted((folder / config).glob(f"{split}-*.parquet"))
    ]
    return [
        *parts,
        {
            "@type": "cr:FileSet",
            "@id": f"{config}-files",
            "name": f"{config}-files",
            "description": f"The shards of the config {config}.",
            "encodingFormat": "application/x-parquet",
            "includes": f"{config}/*.parquet",
        },
    ]


def _record_set(config: str) -> dict[str, Any]:
    properties = columns.row_schema(config)["properties"]
    keys = _KEYS.get(config, ("doc_id", "annotator", "id"))
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"A record is {structure.DESCRIPTIONS[config]}.".replace("`", ""),
        "key": [{"@id": f"{config}/{name}"} for name in keys],
        "field": [*(_field(config, name, entry) for name, entry in properties.items()), _split(config)],
    }


def _split(config: str) -> dict[str, Any]:
    source = {
        "fileSet": {"@id": f"{config}-files"},
        "extract": {"fileProperty": "fullpath"},
        "transform": {"regex": f"{config}/(train|validation|test)-.*"},
    }
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "description": "The split, by the name of the shard.",
        "dataType": "sc:Text",
        "source": source,
    }


def _field(config: str, name: str, entry: dict[str, Any]) -> dict[str, Any]:
    field = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name, "description": entry["description"]}
    source = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": name}}
    array = {"isArray": True, "arrayShape": "-1"} if "items" in entry else {}
    scalar = entry.get("items", entry)
    if "x-arrow" in scalar:
        return {**field, "dataType": _TYPES[scalar["x-arrow"]], **array, "source": source}
    flat = {key: child for key, child in scalar["properties"].items() if "x-arrow" in child}
    missing = [key for key in scalar["properties"] if key not in flat]
    if missing:
        field["description"] += f" The Parquet files also have, within each: {', '.join(missing)}."
    parts = [
        {
            "@type": "cr:Field",
            "@id": f"{config}/{name}/{key}",
            "name": key,
            "description": child["description"],
            "dataType": _TYPES[child["x-arrow"]],
            "source": {**source, "transform": {"jsonPath": key}},
        }
        for key, child in flat.items()
    ]
    return {**field, **array, "subField": parts}
