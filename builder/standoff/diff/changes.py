"""The words of a comparison: a change of one item, and the tables in which changes are counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = {
    "added": "is new",
    "removed": "is gone",
    "moved": "marks other words, the same label",
    "resized": "has other bounds",
    "relabelled": "has another label",
    "flipped": "has another stance label",
    "split": "is several now",
    "merged": "is one with others now",
    "members": "has other members",
    "argument_added": "has one argument more",
    "argument_removed": "has one argument less",
    "argument_changed": "has another filler for a role",
    "changed": "has another value of a field",
}
"""What can happen to an item, and what that means."""


@dataclass(slots=True, frozen=True)
class Change:
    """One difference. `before` and `after` are what a person reads of both sides, None where there is none.

    `old` and `new` are ids of the item in the two releases; `start` is where it stands in the new text, else in the
    old one, in code points. `field` names what was changed, `label` the labels of both sides where those differ.
    `with_it` counts changes that follow from this one and are not listed: mentions relabelled with their entity.
    """

    layer: str
    kind: str
    doc_id: str
    annotator: str
    old: str | None
    new: str | None
    before: str | None
    after: str | None
    field: str | None = None
    start: int | None = None
    label: tuple[str, str] | None = None
    with_it: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON object."""
        return asdict(self)


@dataclass(slots=True, frozen=True)
class TextChange:
    """A document whose text is another: how much stayed (0.0 to 1.0), and the first place that differs on each side.

    `carried` counts the spans of all annotators that stand on the same words elsewhere, `edited` those whose own words
    were changed with the text: neither is a change of annotation.
    """

    doc_id: str
    share: float
    before: str | None
    after: str | None
    carried: int = 0
    edited: int = 0


@dataclass(slots=True, frozen=True)
class DocumentChange:
    """A field of a document that has another value: its split, its licence, a label, the layers that are finished."""

    doc_id: str
    field: str
    before: str | None
    after: str | None
    annotator: str | None = None


@dataclass(slots=True)
class Labels:
    """The inventory of one column of labels: what came, what went, and whether the order of the rest is kept.

    `moved` is the first label that has another number, with both numbers.
    """

    config: str
    added: list[str]
    removed: list[str]
    reordered: bool
    moved: tuple[str, int, int] | None = None


@dataclass(slots=True)
class Difference:
    """Everything that differs between two releases."""

    old: str
    new: str
    schema_changed: bool = False
    documents_added: list[str] = field(default_factory=list)
    documents_removed: list[str] = field(default_factory=list)
    texts: list[TextChange] = field(default_factory=list)
    document_changes: list[DocumentChange] = field(default_factory=list)
    annotators_added: list[str] = field(default_factory=list)
    annotators_withdrawn: list[str] = field(default_factory=list)
    work_added: list[tuple[str, str]] = field(default_factory=list)
    work_removed: list[tuple[str, str]] = field(default_factory=list)
    labels: list[Labels] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    configs: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, Counter[str]]:
        """How many changes of each kind each layer has."""
        found: dict[str, Counter[str]] = {}
        for change in self.changes:
            found.setdefault(change.layer, Counter())[change.kind] += 1
        return found

    @property
    def is_empty(self) -> bool:
        """True where nothing differs."""
        lists = (
            self.documents_added, self.documents_removed, self.texts, self.document_changes, self.annotators_added,
            self.annotators_withdrawn, self.work_added, self.work_removed, self.labels, self.changes,
        )  # fmt: skip
        return not any(lists) and not self.schema_changed
