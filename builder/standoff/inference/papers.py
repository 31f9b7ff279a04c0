"""The papers of a new corpus project, for people to fill in."""

from __future__ import annotations

from typing import Any

SETTINGS = "# What this corpus is called, and what of it is published. docs/corpus-folder.md describes every key.\n"

SCHEME = (
    "# The inventory of this corpus, as found in the export. Fill in the descriptions. The order of the labels is\n"
    "# that of the class labels in a release, so add new ones at the end.\n"
)

IGNORED = (
    "# The key from the annotators' names to a1, a2 … stays out of version control.\nannotators.csv\ndist/\n"
    "# Drafts of adjudications.\n.review/\n"
)

DATASHEET = """# Datasheet

Answers to the questions of "Datasheets for Datasets" (Gebru et al., Communications of the ACM 64(12), 2021). The
numbers are in the card of each release. Replace each "To be filled in".

## Motivation

**For what purpose was the dataset created, by whom, and who paid for it?**
To be filled in.

## Composition

**What is a document here? Where do the texts come from, and how were they chosen?**
To be filled in.

**Is anything missing, wrong, or confidential? Are people named?**
To be filled in.

## Collection and annotation

**Who annotated, with what training and pay, in which tool, and by which guidelines?**
To be filled in.

**How were disagreements settled?**
To be filled in.

## Uses

**What is the dataset good for, and what should it not be used for?**
To be filled in.

## Distribution and maintenance

**Under which licence are texts and annotations published? Who answers questions and mends errors?**
To be filled in.
"""


def guidelines(inventory: dict[str, Any]) -> str:
    """Return guidelines with a heading for each label of a scheme, to be filled in."""
    lines = ["# Guidelines", "", "How to annotate this corpus. Say of each label when it is used, and when not."]
    titles = {"entities": "Entities", "events": "Events", "relations": "Relations"}
    for table, title in titles.items():
        if inventory.get(table):
            lines += ["", f"## {title}"]
        for label, item in inventory.get(table, {}).items():
            lines += ["", f"### {label}", "", "To be filled in."]
            roles = item.get("roles", {}) if isinstance(item, dict) else {}
            lines += ["", *(f"- {role}: to be filled in" for role in roles)] if roles else []
    stance = inventory.get("stance", {}).get("labels", {})
    for title, labels in (("Stance", stance), ("Speech acts", inventory.get("acts", {}))):
        if labels:
            lines += ["", f"## {title}", "", *(f"- {label}: to be filled in" for label in labels)]
    names = {name for attributes in inventory.get("attributes", {}).values() for name in attributes}
    if names:
        lines += ["", "## Attributes", "", *(f"- {name}: to be filled in" for name in sorted(names))]
    return "\n".join(lines) + "\n"
