"""The labels of a release, as its manifest has them -> tables of a scheme.toml, in their order."""

from __future__ import annotations

from typing import Any

from standoff.corpus.scheme import FIXED_LABELS

_SPANS = ("time", "quantity", "cue", "content", "evidence", "other")
"""The kinds of span that have tables of their own, in the order of the class labels."""


def complete(tables: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of what was seen with every label of a release, in its order; `facts` is its `scheme`.

    Of a label that no item has only the name is known. One that belongs to no kind is among the `other` spans; only the
    manifest of a release of an older Standoff leaves that open.
    """
    labels = facts["labels"]
    words = {"acts": ("attributions", "act"), "entities": ("entities", "label")}
    types = {"events": ("events", "label"), "relations": ("relations", "label")}
    found = dict(tables)
    for table, (config, column) in {**words, **types}.items():
        known = labels.get(config, {}).get(column, ())
        found[table] = _ordered(tables.get(table, {}), known, {"description": ""} if table in types else "")
    stance = _ordered(tables.get("stance", {}).get("labels", {}), labels.get("stance", {}).get("label", ()), "")
    found["stance"] = {**tables.get("stance", {}), "labels": stance} if stance else {}
    found["spans"] = _spans(found, facts)
    return {name: table for name, table in found.items() if table}


def _spans(tables: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    kinds = {label: kind for kind, labels in facts.get("spans", {}).items() for label in labels}
    kinds |= {label: kind for kind, labels in tables.get("spans", {}).items() for label in labels}
    fixed = {label: kind for kind, label in FIXED_LABELS.items()}
    found: dict[str, dict[str, str]] = {}
    for label in [*facts["labels"].get("spans", {}).get("label", ()), *kinds]:
        if label not in tables.get("entities", {}) and label not in tables.get("events", {}):
            found.setdefault(kinds.get(label) or fixed.get(label, "other"), {}).setdefault(label, "")
    plain = {kind: {FIXED_LABELS[kind]: ""} for kind in found if kind in FIXED_LABELS}
    return {kind: found[kind] for kind in _SPANS if kind in found and found[kind] != plain.get(kind)}


def _ordered(table: dict[str, Any], labels: Any, empty: Any) -> dict[str, Any]:
    return {label: table.get(label, empty) for label in dict.fromkeys([*labels, *table])}
