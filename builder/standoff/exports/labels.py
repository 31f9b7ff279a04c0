"""The class labels of a release that has no scheme.toml -> tables of one, in their order."""

from __future__ import annotations

from typing import Any

_WORDS = {"acts": ("attributions", "act"), "entities": ("entities", "label")}
_TYPES = {"events": ("events", "label"), "relations": ("relations", "label")}


def ordered(tables: dict[str, Any], released: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """Return tables of what was seen with the labels of a release, in its order: also those that no item has here.

    `released` are the class labels a config and column, as the manifest has them. Of spans that are no mentions the
    kind is known where one was seen.
    """
    found = dict(tables)
    for table, (config, column) in {**_WORDS, **_TYPES}.items():
        known = released.get(config, {}).get(column, [])
        if table == "entities":
            known = _of_mentions(released, known)
        found[table] = _ordered(tables.get(table, {}), known, {"description": ""} if table in _TYPES else "")
    stance = tables.get("stance", {}).get("labels", {})
    found["stance"] = {"labels": _ordered(stance, released.get("stance", {}).get("label", ()), "")}
    spans = released.get("spans", {}).get("label", [])
    found["spans"] = {
        kind: _ordered(labels, [label for label in spans if label in labels], "")
        for kind, labels in tables.get("spans", {}).items()
    }
    if not found["stance"]["labels"]:
        del found["stance"]
    return {name: table for name, table in found.items() if table}


def _of_mentions(released: dict[str, dict[str, list[str]]], entities: list[str]) -> list[str]:
    """Return the labels of mentions, if those of entities are among them: one table of a scheme has both."""
    tags = released.get("ner", {}).get("ner_tags", [])
    mentions = [tag.removeprefix("B-") for tag in tags if tag.startswith("B-")]
    return mentions if set(entities) <= set(mentions) else entities


def _ordered(table: dict[str, Any], labels: Any, empty: Any) -> dict[str, Any]:
    return {label: table.get(label, empty) for label in dict.fromkeys([*labels, *table])}
