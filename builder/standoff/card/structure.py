"""The configs of a release, as the card shows them: rows, columns, and an example of each that runs."""

from __future__ import annotations

from typing import Any

from standoff.card import markdown
from standoff.spelling import counted
from standoff.tables import columns

DESCRIPTIONS = {
    "documents": "a document, with its text and all published annotations",
    "annotations": "a document and annotator (everybody but gold), with the columns of `documents`",
    "spans": "a marked piece of text, with its sentence",
    "entities": "an entity, with its mentions",
    "events": "an event mention, with its arguments and factuality",
    "attributions": "a statement: who says what, and how",
    "stance": "a holder's stance towards a target, with its passage",
    "relations": "a link between events or entities",
    "ner": "a sentence, with tokens and BIO tags",
    "provenance": "an item: file, line, raw id and digest of where it comes from",
}

SHARED = ("doc_id", "title", "published", "publisher", "license", "story_id", "annotator")
"""Columns that the flat configs have in common."""

_EXAMPLES = {
    "documents": (
        'document = documents[0]\nprint(document["doc_id"], document["text_length"], document["layers"])\n'
        'for span in (document["spans"] or [])[:5]:\n'
        '    print(span["kind"], span["label"], span["start"], span["end"], span["text"])'
    ),
    "annotations": (
        "# Who worked on the same documents?\nannotators = {}\nfor row in annotations:\n"
        '    annotators.setdefault(row["doc_id"], []).append(row["annotator"])\nprint(annotators)'
    ),
    "spans": (
        '# All mentions, with their places in the text of `documents`.\n'
        'mentions = spans.filter(lambda row: row["kind"] == "mention")\n'
        'for row in mentions.select(range(min(5, len(mentions)))):\n'
        '    print({label}, row["start"], row["end"], row["text"])'
    ),
    "entities": (
        "# The entity that is mentioned most.\n"
        'row = max(entities, key=lambda row: len(row["mentions"]))\n'
        'print({label}, row["name"], [mention["text"] for mention in row["mentions"]])'
    ),
    "events": (
        'for row in events.select(range(min(5, len(events)))):\n'
        '    roles = [(argument["role"], argument["text"]) for argument in row["arguments"]]\n'
        '    print({label}, row["trigger_text"], roles)'
    ),
    "attributions": (
        'for row in attributions.select(range(min(5, len(attributions)))):\n'
        '    print(row["source_name"], {label}, row["content_text"])'
    ),
    "stance": (
        "# A passage, holder and target go in; the label comes out.\n"
        'for row in stance.select(range(min(5, len(stance)))):\n'
        '    print(row["holder_name"], {label}, row["target_name"] or row["target_text"])'
    ),
    "relations": (
        'for row in relations.select(range(min(5, len(relations)))):\n'
        '    print({label}, [(argument["role"], argument["text"]) for argument in row["arguments"]])'
    ),
    "ner": 'row = ner[0]\nprint(list(zip(row["tokens"], {label})))',
    "provenance": (
        "row = provenance[0]\n"
        'print(row["doc_id"], row["layer"], row["id"], "comes from", row["path"], "line", row["line"])'
    ),
}


def example(config: str, facts: dict[str, Any]) -> str:
    """Return a program that loads the first split of a config and shows some of it."""
    split = next(iter(facts["configs"][config]["splits"]))
    declared = facts["scheme"]["labels"].get(config, {})
    column = next(iter(declared), {"ner": "ner_tags", "attributions": "act"}.get(config, "label"))
    names, label = "", f'row["{column}"]'
    if column in declared:
        feature = f'{config}.features["{column}"]' + (".feature" if config == "ner" else "")
        names, cell, label = f"labels = {feature}\n", label, f"labels.int2str({label})"
        if "null" in columns.row_schema(config)["properties"][column]["type"]:
            label += f" if {cell} is not None else None"
    body = _EXAMPLES[config].replace("{label}", label)
    return (
        "from datasets import load_dataset\n\n"
        f'{config} = load_dataset("{place(facts)}", "{config}", split="{split}")\n{names}{body}\n'
    )


def loading(facts: dict[str, Any]) -> str:
    """Return a program that loads all splits of the first config."""
    config = next(iter(facts["configs"]))
    return (
        "from datasets import load_dataset\n\n"
        f'{config} = load_dataset("{place(facts)}", "{config}")  # or another of the configs below\nprint({config})\n'
    )


def place(facts: dict[str, Any]) -> str:
    """Return what the examples load: a path that the reader puts in."""
    return f"path/to/{facts['corpus']['name']}"


def overview(facts: dict[str, Any]) -> str:
    """Return the table of the configs."""
    rows = [
        (
            f"[`{name}`](#{name})",
            DESCRIPTIONS[name],
            ", ".join(f"{split} {counted['rows']:,}" for split, counted in found["splits"].items()),
        )
        for name, found in facts["configs"].items()
    ]
    return markdown.table(("config", "a row is", "rows a split"), rows)


def sections(facts: dict[str, Any]) -> str:
    """Return a section a config: what a row is, an example, and the columns."""
    parts = []
    for name in facts["configs"]:
        parts.append(f"#### {name}\n\nA row is {DESCRIPTIONS[name]}.\n")
        parts.append(markdown.fence(example(name, facts), "python"))
        parts.append(markdown.folded(f"Columns of <code>{name}</code>", _columns(name, facts)))
    return "\n".join(parts)


def _columns(config: str, facts: dict[str, Any]) -> str:
    if config == "annotations" and "documents" in facts["configs"]:
        return "The columns of `documents`.\n"
    declared = facts["scheme"]["labels"].get(config, {})
    rows = [
        (f"`{name}`", _type(entry, declared.get(name)), entry["description"].replace("|", "\\|"))
        for name, entry in columns.row_schema(config)["properties"].items()
    ]
    return markdown.table(("column", "type", "what it is"), rows)


def _type(entry: dict[str, Any], labels: list[str] | None) -> str:
    """Return the type of a column in words."""
    if "items" not in entry:
        return f"class label, {counted(len(labels), 'name')}" if labels else str(entry["x-arrow"])
    items = entry["items"]
    if "properties" not in items:
        return f"list of {_type(items, labels)}"
    return f"list of records: {', '.join(f'`{name}`' for name in items['properties'])}"
