"""From two manifests: which part of the version must rise, and why.

Patch: corrections. Minor: new documents, labels, configs. Major: another schema, labels that are gone or in another
order, documents that are gone or in another split. A manifest counts rows and does not name them, so this is the
least that is required: a comparison of the rows may find more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PARTS = ("patch", "minor", "major")
"""The parts of a version, the one that says least first."""


@dataclass(slots=True, frozen=True)
class Change:
    """The part of the version that must rise, and the reasons, weightiest first."""

    part: str
    reasons: list[str]


def of(old: dict[str, Any], new: dict[str, Any]) -> Change:
    """Return what the change from one manifest to another requires."""
    found = sorted(_found(old, new), key=lambda entry: -PARTS.index(entry[0]))
    if not found:
        return Change("patch", ["the rows are the same"])
    return Change(found[0][0], [reason for _, reason in found])


def numbers(version: str) -> tuple[int, ...]:
    """Return the parts of a version as numbers."""
    return tuple(int(part) for part in version.split("."))


def raised(version: str, part: str) -> str:
    """Return the next version with this part raised. Before 1.0.0 a major change raises minor, as usual there."""
    major, minor, patch = numbers(version)
    if part == "patch":
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0" if part == "minor" or major == 0 else f"{major + 1}.0.0"


def _found(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if old["built_with"]["schema"] != new["built_with"]["schema"]:
        yield "major", f"the schema is {new['built_with']['schema']}, and was {old['built_with']['schema']}"
    yield from _labels(old["scheme"]["labels"], new["scheme"]["labels"], inferred=new["scheme"]["inferred"])
    for name in sorted({*old["configs"], *new["configs"]}):
        yield from _config(name, old["configs"].get(name), new["configs"].get(name))


def _labels(old: dict[str, Any], new: dict[str, Any], *, inferred: bool) -> Iterator[tuple[str, str]]:
    """Labels of an inferred scheme are sorted, so that a new one moves others: they are compared as a set."""
    for config, columns in sorted(old.items()):
        for column, labels in sorted(columns.items()):
            now = new.get(config, {}).get(column, [])
            gone = [label for label in labels if label not in now]
            added = [label for label in now if label not in labels]
            if gone:
                yield "major", f"{config}.{column} has lost {', '.join(gone)}"
            elif now[: len(labels)] != labels and not inferred:
                yield "major", f"the labels of {config}.{column} stand in another order"
            if added:
                yield "minor", f"{config}.{column} has got {', '.join(added)}"


def _config(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if old is None or new is None:
        yield ("minor", f"the config {name} is new") if old is None else ("major", f"the config {name} is gone")
        return
    if old["content_digest"] == new["content_digest"]:
        return
    counts = []
    for split in sorted({*old["splits"], *new["splits"]}):
        before, after = (each["splits"].get(split, {"rows": 0})["rows"] for each in (old, new))
        if before != after:
            counts.append(f"{split} {before} → {after}")
        if name == "documents" and before != after:
            left = after < before
            message = f"{split} has {before - after} documents fewer" if left else f"{after - before} more in {split}"
            yield ("major" if left else "minor"), message
    yield "patch", f"{name} has other rows" + (f" ({', '.join(counts)})" if counts else "")
