"""Manifest and shards -> README.md: YAML front matter that the loader reads, and sections for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from standoff.card import figures, frontmatter, markdown, plots, sections, statistics, structure
from standoff.card.statistics import SPLITS, Numbers
from standoff.corpus.config import Dataset
from standoff.tables import columns

RULES = """### How to read the columns

- Offsets are Unicode code points, 0-based, half-open, into `text` of the config `documents`.
- The `text` of a span is the text of its fragments, joined by one space, newlines as spaces.
- A layer that is null was not annotated; one that is empty was, and nothing was found (see `layers`).
- `text_status` is `withheld` where the text may not be published; offsets and labels are there, and
  `standoff hydrate` joins such a release with your own copies, which it knows by `withheld.json`.
- Label columns load as `ClassLabel`; the Parquet files hold the words.
- Flat configs have the rows of the annotator that is published for the document, gold where there is one.
"""


def ordered(facts: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest whose configs and splits are in their usual order, which its JSON does not keep."""
    configs = {
        name: {
            **facts["configs"][name],
            "splits": {split: n for split in SPLITS if (n := facts["configs"][name]["splits"].get(split))},
        }
        for name in columns.CONFIGS
        if name in facts["configs"]
    }
    return {**facts, "configs": configs}


def count(folder: Path, facts: dict[str, Any]) -> Numbers:
    """Count the shards of a release, split by split."""
    found = {split for config in facts["configs"].values() for split in config["splits"]}
    return statistics.count(folder, [split for split in SPLITS if split in found])


def render(folder: Path, facts: dict[str, Any], numbers: Numbers | None = None) -> str:
    """Return the card of a release whose shards lie in `folder`, from them and its manifest alone."""
    facts = ordered(facts)
    dataset = Dataset(**facts["corpus"])
    numbers = numbers or count(folder, facts)
    front = yaml.safe_dump(
        frontmatter.front_matter(folder, facts, dataset, numbers), sort_keys=False, allow_unicode=True, width=100
    )
    return f"---\n{front}---\n\n{body(folder, facts, dataset, numbers)}"


def statistics_section(numbers: Numbers) -> str:
    """Return the section of numbers alone, which `verify` looks for in a card of any version of Standoff."""
    return figures.statistics(numbers, plots.draw(numbers))


def body(folder: Path, facts: dict[str, Any], dataset: Dataset, numbers: Numbers) -> str:
    """Return the sections of the card that people read, by the Hub's template."""
    pictures = plots.draw(numbers)
    parts = [
        f"# {markdown.escape(dataset.title or dataset.name)}\n",
        sections.details(facts, dataset, numbers),
        sections.uses(dataset),
        "## Dataset Structure\n",
        structure.overview(facts),
        f"`{structure.place(facts)}` stands for where the release is: a name on the Hub, or a folder. In front of this "
        "text stands YAML, by which the Hub and `load_dataset` know configs and columns.\n",
        RULES,
        "### Configs\n",
        structure.sections(facts),
        statistics_section(numbers),
        sections.sources(dataset, numbers),
        sections.annotation(dataset, has_guidelines=(folder / "GUIDELINES.md").is_file()),
        figures.coverage(numbers, pictures),
        figures.agreement(numbers, pictures),
        sections.risks(facts, dataset),
        sections.closing(dataset, [name for name in sections.PAPERS if (folder / name).is_file()]),
    ]
    return "\n".join(part for part in parts if part.strip())
