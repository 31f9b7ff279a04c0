"""What a reader returns: the annotations of a file, and what is wrong in it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from standoff.errors import InputError
from standoff.finding import Finding, Related
from standoff.model import ITEM_LISTS, Annotations, Document, Item

UNITS = ("code points", "UTF-16 units", "UTF-8 bytes")
"""What tools count offsets in."""


@dataclass(slots=True)
class Reading:
    """The annotations of one file, and the faults of single lines and fields.

    `places` holds line and column of what is no item but may be at fault: a key of the file, or an attribute of
    an item, as (item id, name). `unit` is what the format counts offsets in (one of `UNITS`), None where tools differ
    and the surface texts must prove it; `undecided` where there are none, and two units give different places.
    """

    annotations: Annotations
    findings: list[Finding] = field(default_factory=list)
    places: dict[str | tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    unit: str | None = None
    undecided: bool = False

    def fault(
        self,
        code: str,
        message: str,
        line: int | None = None,
        column: int | None = None,
        item: str | None = None,
        file: int = 0,
        related: Iterable[Related] = (),
    ) -> None:
        """Note a fault, with its place and its other places; `file` is that of the item (`Item.file`)."""
        annotations = self.annotations
        path = self._path(file)
        self.findings.append(
            Finding(code, path, message, line, column, annotations.doc_id, item, related=tuple(related))
        )

    def other(self, message: str, line: int | None, column: int | None = 1, file: int = 0) -> Related:
        """Return another place of a fault, in one of the files of the annotations."""
        return Related(self._path(file), message, line, column if line else None)

    def other_item(self, item: Item, message: str) -> Related:
        """Return the place of an item as another place of a fault."""
        return self.other(message, item.line, item.column, item.file)

    def _path(self, file: int) -> str:
        return self.annotations.more_files[file - 1][0] if file else self.annotations.path


def in_text(document: Document, offset: int, message: str) -> list[Related]:
    """Return a place in the article as another place of a fault; none where its offsets have no lines."""
    place = document.place_of(offset)
    return [Related(document.path, message, *place)] if place else []


def start(data: bytes, doc_id: str, annotator: str, path: str) -> tuple[Reading, str]:
    """Return an empty Reading for a file, and its text. Raises InputError if it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8; export or save the file as UTF-8"
        raise InputError(path, message, line=line, column=column, code="E101") from None
    return Reading(Annotations(doc_id, annotator, path, hashlib.sha256(data).hexdigest())), text


def tally(reading: Reading, data: bytes) -> Counter[str]:
    """Count what a file holds, a list of items each; a format whose faulty lines are no items counts for itself."""
    annotations = reading.annotations
    counts = Counter({name: len(getattr(annotations, name)) for name in ITEM_LISTS})
    counts["arguments"] = sum(len(event.arguments) for event in annotations.events)
    counts["attributes"] = len(annotations.attributes)
    counts["attributes"] += sum(len(item.attributes) for name in ITEM_LISTS for item in getattr(annotations, name))
    counts["mentions"] = sum(span.kind == "mention" for span in annotations.spans)
    counts["discontinuous"] = sum(max(len(s.fragments), len(s.quotes)) > 1 for s in annotations.spans)
    return counts


def count_held(reading: Reading, lost: Counter[str]) -> Counter[str]:
    """Count what a record of an export holds: its items, and those `lost` to a fault, whose spans were mentions."""
    return tally(reading, b"") + lost + Counter(mentions=lost["spans"])
