"""What a difference means for the next version: the part that must rise, the reasons, and how much was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from standoff.diff.changes import Difference
from standoff.model import LAYERS

PARTS = ("none", "patch", "minor", "major")
"""From least to most."""

_RENAMED = 0.8
"""How much of a label's items must have got one new label for that to be its new name."""


def required_part(difference: Difference) -> tuple[str, list[str]]:
    """Return the part of the version that must rise (one of `PARTS`), and why.

    Major: schema, labels that went, got another name or order, documents or annotators that went, another split. Minor:
    new documents, annotators, labels, layers. Patch: anything else that differs (https://semver.org, read for data).
    """
    for part, reasons in (("major", list(_major(difference))), ("minor", list(_minor(difference)))):
        if reasons:
            return part, reasons
    return ("none", []) if difference.is_empty else ("patch", ["corrections only"])


def next_version(version: str, part: str) -> str:
    """Return the version with a part risen: 1.2.3 with minor is 1.3.0. Below 1.0.0 a major change raises minor."""
    numbers = [int(number) for number in version.split(".")]
    if part == "none":
        return version
    if part == "major" and numbers[0] == 0:
        part = "minor"
    index = ("major", "minor", "patch").index(part)
    return ".".join(str(number) for number in [*numbers[:index], numbers[index] + 1, 0, 0][:3])


def renamed_labels(difference: Difference) -> dict[tuple[str, str], str]:
    """Return (config, old label) -> new label, where nearly all items of a label that went have one that came."""
    found: dict[tuple[str, str], str] = {}
    for labels in difference.labels:
        for label in labels.removed:
            of_layer = [change for change in difference.changes if change.layer == labels.config]
            given = [change.label for change in of_layer if change.label and change.label[0] == label]
            gone = sum(change.kind == "removed" for change in of_layer)
            for new, count in Counter(after for _, after in given).most_common(1):
                if new in labels.added and count >= _RENAMED * (len(given) + gone):
                    found[labels.config, label] = new
    return found


def losses(old: dict[str, Any], new: dict[str, Any]) -> dict[str, float]:
    """Return how much of each layer, and of the documents, a release has lost: 0.05 is five percent of the rows.

    `old` and `new` are manifests. Rows are counted, so what was replaced is not lost.
    """
    found = {}
    for config in ("documents", *LAYERS):
        before, after = (_rows(manifest, config) for manifest in (old, new))
        if before > after:
            found[config] = (before - after) / before
    return found


def _rows(manifest: dict[str, Any], config: str) -> int:
    return sum(split["rows"] for split in manifest["configs"].get(config, {}).get("splits", {}).values())


def _major(difference: Difference) -> Iterator[str]:
    if difference.schema_changed:
        yield "the schema of the rows is another"
    renamed = renamed_labels(difference)
    for labels in difference.labels:
        for label in labels.removed:
            new = renamed.get((labels.config, label))
            yield f"the label {label} of {labels.config} {f'is called {new} now' if new else 'is gone'}"
        if labels.reordered:
            example = " ({} was {}, and is {})".format(*labels.moved) if labels.moved else ""
            yield f"the labels of {labels.config} have another order, and so other numbers{example}"
    for name, found in (("document", difference.documents_removed), ("annotator", difference.annotators_withdrawn)):
        if found:
            yield f"{_number(len(found), name)} gone: {_few(found)}"
    moved = [change.doc_id for change in difference.document_changes if change.field == "split"]
    if moved:
        yield f"{_number(len(moved), 'document')} in another split: {_few(moved)}"


def _minor(difference: Difference) -> Iterator[str]:
    for name, found in (("document", difference.documents_added), ("annotator", difference.annotators_added)):
        if found:
            yield f"{_number(len(found), 'new ' + name)}: {_few(found)}"
    if difference.work_added:
        yield f"{_number(len(difference.work_added), 'document')} annotated by somebody more"
    for labels in difference.labels:
        if labels.added:
            yield f"new labels of {labels.config}: {_few(labels.added)}"
    layers = sorted({change.doc_id for change in difference.document_changes if change.field == "layers"})
    if layers:
        yield f"other finished layers in {_number(len(layers), 'document')}: {_few(layers)}"


def _number(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
