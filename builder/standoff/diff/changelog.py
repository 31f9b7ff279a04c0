"""A difference -> an entry of CHANGELOG.md, in the form of Keep a Changelog (https://keepachangelog.com/en/1.1.0/)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from standoff.diff import advice
from standoff.diff.changes import KINDS, Difference

HEADER = "# Changelog\n"
_ADDED = ("added", "argument_added")
_REMOVED = ("removed", "argument_removed")


def entry(difference: Difference, version: str, date: str | None) -> str:
    """Return the entry of a version, as Markdown; `date` is the release date of the corpus."""
    part, reasons = advice.required_part(difference)
    below = part == "major" and version.startswith("0.")
    kind = "minor release, as below 1.0.0 for a major one" if below else f"{part} release"
    lines = [f"## [{version}]" + (f" - {date}" if date else ""), "", f"A {kind}: {'; '.join(reasons)}.", ""]
    for title, found in _sections(difference):
        lines += [f"### {title}", *(f"- {line}" for line in found), ""]
    return "\n".join(lines)


def insert(text: str, new: str) -> str:
    """Return a changelog with an entry put before the first version; an entry of the same heading is replaced."""
    heading = new.partition("]")[0] + "]"
    before, *versions = (text or HEADER).split("\n## ")
    kept = [version for version in versions if not f"## {version}".startswith(heading)]
    unreleased = [version for version in kept if version.lower().startswith("[unreleased]")]
    others = [version for version in kept if version not in unreleased]
    parts = [before.rstrip("\n") + "\n", *(f"## {v.rstrip()}\n" for v in unreleased), new.rstrip("\n") + "\n"]
    return "\n".join([*parts, *(f"## {version.rstrip()}\n" for version in others)])  # a blank line between versions


def _sections(difference: Difference) -> Iterator[tuple[str, list[str]]]:
    added, removed = list(_counted(difference, *_ADDED)), list(_counted(difference, *_REMOVED))
    added = [*_named("document", difference.documents_added), *_named("annotator", difference.annotators_added), *added]
    removed = [
        *_named("document", difference.documents_removed),
        *_named("annotator", difference.annotators_withdrawn),
        *removed,
    ]
    for labels in difference.labels:
        added += [f"labels of {labels.config}: {', '.join(labels.added)}"] if labels.added else []
        removed += [f"labels of {labels.config}: {', '.join(labels.removed)}"] if labels.removed else []
    changed = [*_texts(difference), *_fields(difference)]
    changed += _counted(difference, *(kind for kind in KINDS if kind not in (*_ADDED, *_REMOVED)))
    for title, lines in (("Added", added), ("Changed", changed), ("Removed", removed)):
        if lines:
            yield title, lines


def _named(name: str, found: list[str]) -> Iterator[str]:
    if found:
        yield f"{len(found):,} {name}{'' if len(found) == 1 else 's'}: {', '.join(found)}"


def _counted(difference: Difference, *kinds: str) -> Iterator[str]:
    for layer, counts in difference.counts.items():
        parts = [f"{counts[kind]:,} {kind.replace('_', ' ')}" for kind in kinds if counts[kind]]
        if parts:
            yield f"{layer}: {', '.join(parts)}"


def _texts(difference: Difference) -> Iterator[str]:
    if difference.texts:
        names = ", ".join(change.doc_id for change in difference.texts)
        yield f"text of {len(difference.texts):,} document{'' if len(difference.texts) == 1 else 's'}: {names}"


def _fields(difference: Difference) -> Iterator[str]:
    counts = Counter(change.field for change in difference.document_changes)
    for name, count in sorted(counts.items()):
        yield f"{name} of {count:,} document{'' if count == 1 else 's'}"
