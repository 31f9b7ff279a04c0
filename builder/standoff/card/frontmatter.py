"""The YAML in front of the card: what the Hub shows and searches, and what `load_dataset` is configured by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from standoff.card import statistics
from standoff.card.statistics import Numbers
from standoff.corpus.config import Dataset
from standoff.files import vocabularies
from standoff.tables import columns

SIZES = (
    "n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B",
    "100B<n<1T", "n>1T",
)  # fmt: skip
"""The size categories of the Hub, each ten times the one before; the first ends at 1,000."""

TASKS = {
    "ner": ("named-entity-recognition", "named-entity-recognition"),
    "entities": ("coreference-resolution", "coreference-resolution"),
    "events": (None, "event-extraction"),
    "attributions": (None, "quotation-attribution"),
    "stance": ("multi-class-classification", "stance-detection"),
    "relations": (None, "relation-extraction"),
}
"""Config that has rows -> the task id that it gives, where the Hub knows one, and the tag."""


def front_matter(folder: Path, facts: dict[str, Any], dataset: Dataset, numbers: Numbers) -> dict[str, Any]:
    """Return the YAML of the card. Fields that nobody stated and nothing shows are left out."""
    configs = list(facts["configs"])
    languages = languages_of(dataset, numbers)
    ids = dict.fromkeys([*dataset.task_ids, *_computed(folder, facts, 0)])
    tasks = dict.fromkeys([*dataset.task_categories, *(vocabularies.task_of(name) for name in ids)])
    if any(name in configs for name in ("events", "attributions", "spans")):
        tasks.setdefault("token-classification")
    tags = dict.fromkeys([*dataset.tags, *_computed(folder, facts, 1), "stand-off-annotation", "news"])
    known = {
        "pretty_name": dataset.title or dataset.name,
        "language": languages,
        "language_details": ", ".join(code for code in dataset.languages if "-" in code),
        "license": dataset.license,
        "license_name": dataset.license_name,
        "license_link": dataset.license_link,
        "annotations_creators": dataset.annotations_creators,
        "language_creators": dataset.language_creators,
        "multilinguality": [dataset.multilinguality or _multilinguality(languages)] if languages else [],
        "size_categories": [size_category(rows_of(facts, configs[0]))],
        "source_datasets": dataset.source_datasets or ["original"],
        "task_categories": list(tasks),
        "task_ids": list(ids),
        "paperswithcode_id": dataset.paperswithcode_id,
        "tags": list(tags),
    }
    return {
        **{name: value for name, value in known.items() if value},
        "configs": [_loader(name, facts) for name in configs],
        "dataset_info": [_info(folder, name, facts) for name in configs],
    }


def languages_of(dataset: Dataset, numbers: Numbers) -> list[str]:
    """Return the languages without regions: those of corpus.toml, else those of the documents that ISO 639 has."""
    stated = [code.split("-")[0] for code in dataset.languages]
    found = [code.split("-")[0].lower() for code in numbers.about.get("language", {}) if code]
    return list(dict.fromkeys(stated or [code for code in found if code in vocabularies.languages()]))


def size_category(rows: int) -> str:
    """Return the size category of a number of rows."""
    for power, name in enumerate(SIZES[:-1], 3):
        if rows < 10**power:
            return name
    return SIZES[-1]


def rows_of(facts: dict[str, Any], config: str) -> int:
    """Return the rows of a config, all splits together."""
    return sum(split["rows"] for split in facts["configs"].get(config, {"splits": {}})["splits"].values())


def _multilinguality(languages: list[str]) -> str:
    return "monolingual" if len(languages) == 1 else "multilingual"


def _computed(folder: Path, facts: dict[str, Any], what: int) -> list[str]:
    """Return the task ids (0) or tags (1) of the configs that have what the task needs."""
    found = [TASKS[name][what] for name in TASKS if name in facts["configs"] and _serves(folder, facts, name)]
    return [word for word in found if word]


def _serves(folder: Path, facts: dict[str, Any], config: str) -> bool:
    """Say whether a config serves its task: sentences without any tag teach nothing, nor do entities of one mention."""
    column = {"ner": "ner_tags", "entities": "mentions.list.element.id"}.get(config)
    if not column:
        return True
    for split in facts["configs"][config]["splits"]:
        for table in statistics.tables(folder, config, split, [column]):
            lists = table.column(0)
            if config == "entities" and pc.any(pc.greater(pc.list_value_length(lists), 1)).as_py():
                return True
            if config == "ner" and pc.any(pc.not_equal(pc.list_flatten(lists), "O")).as_py():
                return True
    return False


def _loader(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return one entry of `configs`; the digest in its description makes a local cache notice changed shards."""
    entry: dict[str, Any] = {"config_name": name}
    if name == next(iter(facts["configs"])):
        entry["default"] = True
    if facts["corpus"]["version"]:
        entry["version"] = facts["corpus"]["version"]
    entry["description"] = f"content sha256:{facts['configs'][name]['content_digest']}"
    entry["data_files"] = [
        {"split": split, "path": f"{name}/{split}-*.parquet"} for split in facts["configs"][name]["splits"]
    ]
    return entry


def _info(folder: Path, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    sizes = {
        split: sum(path.stat().st_size for path in sorted((folder / name).glob(f"{split}-*.parquet")))
        for split in facts["configs"][name]["splits"]
    }
    splits = [
        {"name": split, "num_bytes": sizes[split], "num_examples": found["rows"]}
        for split, found in facts["configs"][name]["splits"].items()
    ]
    return {
        "config_name": name,
        "features": columns.yaml_features(name, facts["scheme"]["labels"].get(name, {})),
        "splits": splits,
        "download_size": sum(sizes.values()),
        "dataset_size": sum(sizes.values()),
    }
