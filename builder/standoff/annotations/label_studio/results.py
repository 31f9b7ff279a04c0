"""The results of one Label Studio annotation -> spans, relations, attributes and notes.

A region is all results of one id: its labels become spans, one a label; its choices, ratings and texts become
their attributes. What belongs to no region is an attribute of the document.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from standoff.annotations.reading import Reading
from standoff.annotations.records import Node, as_text, free_id, give_ids, whole_number
from standoff.model import Argument, Fragment, Note, Relation, Span

_SHAPES = {"x", "y", "points", "rle", "channel", "timeserieslabels", "sequence"}
"""Keys of the value of a region in an image, a sound, a video or a series."""

_NAMED = {"textarea": "text", "pairwise": "selected"}
"""Where the value of a control is not under the name of its type."""


@dataclass(slots=True)
class Result:
    """One result: its type, the name of its control and of its text, the id of its region, and its value."""

    node: Node
    value: Node
    kind: str
    control: str
    text: str
    id: str | None
    pieces: list[Fragment] | None = None
    """Its places in a dialogue, where it is in one."""

    @property
    def is_region(self) -> bool:
        """True where it marks a place in a text."""
        return "globalOffsets" in self.value.value or "start" in self.value.value

    @property
    def is_label(self) -> bool:
        """True where it gives a region its labels."""
        return self.kind.endswith("labels")

    @property
    def is_shape(self) -> bool:
        """True where it marks a place in something else than a text."""
        return bool(_SHAPES & self.value.value.keys()) or isinstance(self.value.value.get("start"), float)

    @property
    def offsets(self) -> tuple[int, int] | None:
        """Start and end as the tool counts them, None where they are no whole numbers."""
        if self.pieces is not None:
            return self.pieces[0][0], self.pieces[-1][1]
        place = self.value.value.get("globalOffsets", self.value.value)
        start, end = (place.get("start"), place.get("end")) if isinstance(place, dict) else (None, None)
        return (start, end) if whole_number(start) and whole_number(end) else None

    @property
    def surface(self) -> str | None:
        """The text that the tool recorded for the region; for one of several utterances it is not known how."""
        if self.pieces is not None and len(self.pieces) > 1:
            return None
        surface = self.value.value.get("text")
        return surface if isinstance(surface, str) else None


class Results:
    """The items of one annotation on one text, in the making; `lost` counts those that could not be read."""

    def __init__(self, reading: Reading, text: str) -> None:
        self.reading = reading
        self.text = text
        self.regions: dict[str, list[Span]] = {}
        self.lost: Counter[str] = Counter()

    def add(self, results: list[Result], relations: list[Node]) -> None:
        """Take all results; labels first, because what else is said of a region may stand before them."""
        for rank, result in enumerate(results):
            if result.is_region and result.is_label:
                self.region(result, f"#{rank}" if result.id is None else result.id)
        give_ids(self.reading.annotations.spans)
        for result in results:
            if not (result.is_region and result.is_label):
                self.values(result)
        taken = {span.id for span in self.reading.annotations.spans} | {"author"}
        for rank, node in enumerate(relations, 1):
            self.relation(node, rank, taken)

    def region(self, result: Result, key: str) -> None:
        """Make a span of each label of a region; a region with several says so in the attribute `region`."""
        labels = result.value.get(result.kind)
        place, offsets = result.node.place, result.offsets
        if offsets is None:
            self.reading.fault(*self.no_offsets(result), result.id)
        elif labels is None or not _are_labels(labels.value):
            found = (labels or result.value).fault("a list of labels", f"{result.id or 'a region'}: {result.kind}")
            self.reading.fault(*found, result.id)
        elif any(span.fragments != (result.pieces or [offsets]) for span in self.regions.get(key, ())):
            message = f"the id {key} is that of another region of this annotation; give this one another"
            first = self.reading.other_item(self.regions[key][0], f"the first region {key} is here")
            self.reading.fault("E302", message, *place, result.id, related=[first])
        else:
            spans = self.regions.setdefault(key, [])
            for label in labels.value:
                name = result.id if not spans else f"{result.id}.{len(spans) + 1}"
                spans.append(self.span(result, label, name if result.id else None, result.pieces or [offsets]))
            self.tell_region(spans, key)
            return
        self.lost["spans"] += 1

    def span(self, result: Result, label: str, name: str | None, pieces: list[Fragment]) -> Span:
        line, column = result.node.place
        surface = result.surface
        if surface and "\\n" in surface and "\\n" not in self.text:
            surface = surface.replace("\\n", "\n")  # older versions write a line break as two characters
        span = Span(
            id="", raw_id=name, line=line, column=column,
            kind="mention", label=label, fragments=list(pieces), surface=surface,
        )  # fmt: skip
        self.reading.annotations.spans.append(span)
        self.notes(result, span)
        return span

    def tell_region(self, spans: list[Span], key: str) -> None:
        if len(spans) > 1:
            for span in spans:
                span.attributes = [("region", key), *(pair for pair in span.attributes if pair[0] != "region")]

    def notes(self, result: Result, span: Span) -> None:
        """Make notes of the `meta` of a region, whose target is known once the span has its id."""
        texts = (result.node.value.get("meta") or {}) if isinstance(result.node.value, dict) else {}
        texts = texts.get("text") if isinstance(texts, dict) else texts
        for text in texts if isinstance(texts, list) else [texts] if texts else []:
            line, column = result.node.place
            note = Note(id="", raw_id=result.id, line=line, column=column, text=as_text(text), kind="meta")
            self.reading.annotations.notes.append(note)

    def no_offsets(self, result: Result) -> tuple[str, str, int, int]:
        name = result.id or "a region"
        if result.is_shape or not result.is_region:
            return result.value.fault("a region of a text, with start and end", f"{name} ({result.kind})")
        place = result.value.get("globalOffsets") or result.value.get("start") or result.value
        expected = "start and end as whole numbers, or globalOffsets: a path into HTML alone says no offset"
        return place.fault(expected, name)

    def values(self, result: Result) -> None:
        """Give a region, or the document, what a choice, a rating, a number or a text says of it."""
        if result.is_label or result.is_shape:
            self.reading.fault(*self.no_offsets(result), result.id)
            self.lost["spans"] += 1
            return
        values = _values(result)
        line, column = result.node.place
        if values is None:
            found = result.value.fault(f"a value under {_NAMED.get(result.kind, result.kind)!r}", result.kind)
            self.reading.fault(*found, result.id)
            self.lost["attributes"] += 1
            return
        pairs = [(result.control or result.kind, value) for value in values]
        spans = self.regions.get(result.id or "", [])
        if spans:
            for span in spans:
                span.attributes += pairs
                self.reading.places[span.id, result.control] = (line, column)
        elif result.is_region:
            message = f"{result.id or 'a region'} has {result.control} and no label that could be read; give it one"
            self.reading.fault("E301", message, line, column, result.id)
            self.lost["attributes"] += len(pairs)
        else:
            self.reading.annotations.attributes += pairs

    def relation(self, node: Node, rank: int, taken: set[str]) -> None:
        """Make a relation of each label of a link, with the roles `from` and `to`; without a label it is `relation`."""
        value = node.value
        line, column = node.place
        ends = [value.get("from_id"), value.get("to_id")]
        labels = value.get("labels") or ["relation"]
        if not all(isinstance(end, str) and end for end in ends) or not _are_labels(labels):
            self.reading.fault(*node.fault("from_id, to_id and labels of a relation"))
            self.lost["relations"] += 1
            return
        fillers = [self.regions[end][0].id if self.regions.get(end) else end for end in ends]
        direction = value.get("direction", "right")
        for label in labels:
            arguments = [Argument(role, filler) for role, filler in zip(("from", "to"), fillers, strict=True)]
            name = free_id("r", rank, taken)
            relation = Relation(
                id=name, raw_id=f"{ends[0]}-{ends[1]}", line=line, column=column, label=label, arguments=arguments
            )
            if direction != "right":
                relation.attributes.append(("direction", as_text(direction)))
            self.reading.annotations.relations.append(relation)

    def aim_notes(self) -> None:
        """Let each note on a region name its first span."""
        for note in self.reading.annotations.notes:
            spans = self.regions.get(note.raw_id or "", [])
            note.target = spans[0].id if spans else None


def _are_labels(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(label, str) and label for label in value)


def _values(result: Result) -> list[str] | None:
    """Return what a control says, one text a value; None where it says nothing that can be read."""
    value = result.value.value
    found = value.get(_NAMED.get(result.kind, result.kind))
    if result.kind == "taxonomy" and isinstance(found, list):
        return [" / ".join(map(as_text, path)) if isinstance(path, list) else as_text(path) for path in found]
    if isinstance(found, list):
        return [as_text(each) for each in found]
    return None if found is None else [as_text(found)]
