"""Manifest and shards -> the text of README.md: YAML front matter that the loader reads, and sections for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from standoff import columns, manifest
from standoff.card import statistics
from standoff.config import Dataset

SPLITS = ["train", "validation", "test"]

_DESCRIPTIONS = {
    "documents": "one row a document, with its text and all published annotations",
    "annotations": "the same columns, one row a document and annotator (everybody but gold)",
    "spans": "one row a marked piece of text, with its sentence",
    "entities": "one row an entity, with its mentions",
    "events": "one row an event mention, with its arguments and factuality",
    "attributions": "one row a statement: who says what, and how",
    "stance": "one row a holder's stance towards a target, with its passage",
    "relations": "one row a link between events or entities",
    "ner": "one row a sentence, with tokens and BIO tags",
    "provenance": "one row an item: file, line, raw id and digest of where it comes from",
}


def render(folder: Path, facts: dict[str, Any]) -> str:
    """Return the card of a release whose shards lie in `folder`, from them and its manifest alone."""
    dataset = Dataset(**facts["corpus"])
    configs = {
        name: {**found, "splits": {split: found["splits"][split] for split in SPLITS if split in found["splits"]}}
        for name, found in facts["configs"].items()
    }
    facts = {**facts, "configs": configs}
    front = yaml.safe_dump(front_matter(folder, facts, dataset), sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{front}---\n\n{body(folder, facts, dataset)}"


def front_matter(folder: Path, facts: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    """Return the YAML of the card: what the Hub shows, and what `load_dataset` is configured by."""
    configs = _configs(facts)
    known = {
        "pretty_name": dataset.title or dataset.name,
        "language": dataset.languages,
        "license": dataset.license,
        "annotations_creators": dataset.annotations_creators,
        "language_creators": dataset.language_creators,
        "multilinguality": ["monolingual" if len(dataset.languages) == 1 else "multilingual"]
        if dataset.languages
        else [],
        "size_categories": [_size_category(_total(facts, "documents"))],
        "source_datasets": ["original"],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition", "coreference-resolution"],
        "tags": [*dataset.tags, "stand-off-annotation"],
    }
    return {
        **{name: value for name, value in known.items() if value},
        "configs": [_loader(name, facts) for name in configs],
        "dataset_info": [_info(folder, name, facts) for name in configs],
    }


def body(folder: Path, facts: dict[str, Any], dataset: Dataset) -> str:
    """Return the sections of the card that people read."""
    parts = [
        f"# {dataset.title or dataset.name}\n",
        (dataset.description or "").strip() + "\n",
        _identity(facts, dataset),
        _use(facts, dataset),
        _configs_section(facts),
        _statistics_section(folder, facts),
        _left_out_section(facts),
        _rules_section(),
        _citation(dataset),
    ]
    return "\n".join(part for part in parts if part.strip()) + "\n"


def statistics_tables(folder: Path, facts: dict[str, Any]) -> str:
    """Return the tables of numbers; `verify` compares them with the card."""
    splits = [split for split in SPLITS if any(split in config["splits"] for config in facts["configs"].values())]
    tables = [_table("documents", statistics.documents(folder, splits), splits)]
    tables.append(_table("documents by annotator and config", statistics.annotators(folder, splits), splits))
    tables += [_table(what, statistics.labels(folder, what, splits), splits) for what in statistics.LABELS]
    return "\n".join(table for table in tables if table)


def _configs(facts: dict[str, Any]) -> list[str]:
    return [name for name in columns.CONFIGS if name in facts["configs"]]


def _total(facts: dict[str, Any], config: str) -> int:
    return sum(split["rows"] for split in facts["configs"].get(config, {"splits": {}})["splits"].values())


def _loader(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return one entry of `configs`; the digest in its description makes a local cache notice changed shards."""
    entry: dict[str, Any] = {"config_name": name}
    if name == _configs(facts)[0]:
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


def _identity(facts: dict[str, Any], dataset: Dataset) -> str:
    rows = {
        "Version": dataset.version,
        "Released": dataset.release_date,
        "Made by": ", ".join(dataset.authors),
        "Licence": dataset.license,
        "Home": dataset.homepage,
        "Content digest": f"`{facts['content_digest']}`",
        "Built with": f"Standoff {facts['built_with']['standoff']}, pyarrow {facts['built_with']['pyarrow']}, "
        f"row schema {facts['built_with']['schema']}",
        "Inputs": f"{len(facts['inputs'])} files, digest `{manifest.inputs_digest(facts)}`",
        "Labels": "inferred from the annotations; there is no scheme.toml"
        if facts["scheme"]["inferred"]
        else "declared in scheme.toml",
    }
    lines = [
        f"- **{name}**: {_escape(str(value)) if name not in ('Content digest', 'Inputs') else value}"
        for name, value in rows.items()
        if value
    ]
    if "subset" in facts:
        lines.append(f"- **Only documents under**: {_escape(', '.join(facts['subset']['licenses']))}")
    if not facts["publishable"]:
        lines.append("- **Not for publication**: withheld texts are filled in.")
    return "\n".join(lines) + "\n"


def _use(facts: dict[str, Any], dataset: Dataset) -> str:
    first = next(iter(facts["configs"]["documents"]["splits"])) if "documents" in facts["configs"] else "train"
    name = _configs(facts)[0]
    return (
        "## How to use it\n\n```python\nfrom datasets import load_dataset\n\n"
        f'documents = load_dataset("path/to/{dataset.name}", "{name}", split="{first}")\n'
        f"print(documents[0])\n```\n"
    )


def _configs_section(facts: dict[str, Any]) -> str:
    lines = ["## Configs\n", "| config | a row is | splits (rows) |", "|---|---|---|"]
    for name in _configs(facts):
        splits = ", ".join(f"{split} ({found['rows']:,})" for split, found in facts["configs"][name]["splits"].items())
        lines.append(f"| `{name}` | {_DESCRIPTIONS[name]} | {splits} |")
    return "\n".join(lines) + "\n"


def _statistics_section(folder: Path, facts: dict[str, Any]) -> str:
    return "## Statistics\n\nCounted in the shards.\n\n" + statistics_tables(folder, facts)


def _table(title: str, table: statistics.Table, splits: list[str]) -> str:
    if not table:
        return ""
    lines = [
        f"### {title[0].upper()}{title[1:]}\n",
        f"| | {' | '.join(splits)} | all |",
        f"|---|{'---:|' * (len(splits) + 1)}",
    ]
    for name, counts in table.items():
        cells = [counts.get(split, 0) for split in splits]
        lines.append(f"| {_escape(name)} | {' | '.join(f'{cell:,}' for cell in [*cells, sum(cells)])} |")
    return "\n".join(lines) + "\n"


def _left_out_section(facts: dict[str, Any]) -> str:
    lines = []
    if facts["left_out"]["ner"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in facts["left_out"]["ner"].items())
        lines.append(
            f"- Mentions that the flat tags of `ner` cannot show: {reasons}. They are in `spans` and `entities`."
        )
    if facts["left_out"]["mapped"]:
        lines += [
            f"- By the corpus's own scheme: {_escape(rule)}: {count}."
            for rule, count in facts["left_out"]["mapped"].items()
        ]
    lines += _left_out_documents(facts)
    if facts["not_annotated"]:
        lines.append(f"- Documents without annotations: {len(facts['not_annotated'])}.")
    if facts.get("excluded"):
        lines.append(
            f"- Items left out because of known faults: {len(facts['excluded'])}, each named in `manifest.json` under "
            f"`excluded`; items that stay without a part of them: {len(facts['shortened'])}."
        )
    if facts.get("waived"):
        codes = ", ".join(f"{code} ({count})" for code, count in facts["waived"].items())
        lines.append(f"- Known faults, left as they are, by code: {codes}.")
    if facts["findings"]:
        codes = ", ".join(f"{code} ({count})" for code, count in facts["findings"].items())
        lines.append(f"- Warnings of the checks, by code: {codes}.")
    return "## What is left out, and what is doubtful\n\n" + "\n".join(lines) + "\n" if lines else ""


def _left_out_documents(facts: dict[str, Any]) -> list[str]:
    """Return what is said of documents that are not there, or not whole: because of a licence, or of an own copy."""
    lines = []
    if "subset" in facts:
        count = len(facts["subset"]["left_out"])
        lines.append(f"- Documents under other licences: {count}, each named in `manifest.json` under `subset`.")
    if "hydrated" in facts:
        found = facts["hydrated"]
        lines.append(
            f"- Withheld texts that `standoff hydrate` filled in: {found['filled_in']}, not found: "
            f"{found['still_withheld']}. Annotations without a sure place in these copies: {found['left_out']}, each "
            "named in `hydration.json`."
        )
    return lines


def _rules_section() -> str:
    return (
        "## How to read the columns\n\n"
        "- Offsets are Unicode code points, 0-based, half-open, into `text` of the config `documents`.\n"
        "- The `text` of a span is the text of its fragments, joined by one space, newlines as spaces.\n"
        "- A layer that is null was not annotated; one that is empty was, and nothing was found (see `layers`).\n"
        "- `text_status` is `withheld` where the text may not be published; offsets and labels are there. "
        "`standoff hydrate` joins such a release with your own copies, which it knows by `withheld.json`.\n"
        "- Label columns load as `ClassLabel`; the Parquet files hold the words.\n"
        "- `manifest.json` has the SHA-256 of every file and of every input; `standoff verify` proves them.\n"
    )


def _citation(dataset: Dataset) -> str:
    return f"## Citation\n\n```bibtex\n{dataset.citation.strip()}\n```\n" if dataset.citation else ""


def _size_category(rows: int) -> str:
    for limit, name in ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M")):
        if rows < limit:
            return name
    return "1M<n<10M"


def _escape(text: str) -> str:
    """Make text from outside harmless in Markdown: no markup, no table borders, one line."""
    for letter in "\\`*[]<>|#":
        text = text.replace(letter, f"\\{letter}" if letter not in "<>" else {"<": "&lt;", ">": "&gt;"}[letter])
    return " ".join(text.split())
