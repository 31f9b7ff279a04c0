"""Which field of a Label Studio task holds the text that its annotations are about.

The configuration says so; without it the one field that the offsets and recorded texts fit.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html.parser import HTMLParser

from standoff.annotations.label_studio import dialogue
from standoff.annotations.label_studio.config import Labeling
from standoff.annotations.label_studio.results import Result
from standoff.annotations.records import Node, fields
from standoff.model import Attribute

RESERVED = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"}
"""Keys of JSON-MIN that are no field of the task."""

_ADDRESS = re.compile(r"\S+://\S+|/\S+|data:\S+")
_USUAL = "text"


class Fields:
    """The fields of a task: `texts` are those that are annotated, `others` what else is known of the article."""

    def __init__(self, data: Node, labeling: Labeling, results: list[Result], skipped: Collection[str] = ()) -> None:
        self.data = {key: value for key, value in data.value.items() if key not in skipped}
        strings = {key: value for key, value in self.data.items() if isinstance(value, str)}
        self.candidates = {key: value for key, value in strings.items() if value and not _ADDRESS.fullmatch(value)}
        self.dialogues = dialogue.dialogues(self.data, labeling.utterances.items())
        self.candidates |= {name: each.text for name, each in self.dialogues.items()}
        self.labeling = labeling
        self.html = {r.text for r in results if r.kind == "hypertextlabels" or "globalOffsets" in r.value.value}
        self.html |= labeling.html
        self.results = results
        self.by_tag: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        for tag in dict.fromkeys(result.text for result in results if result.is_region):
            regions = [result for result in results if result.text == tag and result.is_region]
            self.take(tag, self.best(tag, regions))
        if not self.by_tag:
            tags = dict.fromkeys([*(result.text for result in results), *labeling.texts]) or {"": None}
            for tag in tags:
                self.take(tag, self.best(tag, []) if not self.texts else None)
        name = self.data.get("doc_id")
        self.name = name if isinstance(name, str) and name else None
        self.others = self.rest()

    def take(self, tag: str, field: str | None) -> None:
        """Note that a text tag shows a field."""
        if field is not None:
            self.by_tag[tag] = field
            self.texts.setdefault(field, self.content(tag, field))
            for result in self.results:
                if result.text == tag and field in self.dialogues:
                    result.pieces = self.dialogues[field].pieces(result.value.value)

    def content(self, tag: str, field: str) -> str:
        """Return the text of a field: of HTML the text in it, which the offsets of a browser count in."""
        value = self.candidates[field]
        return _text_of(value) if tag in self.html else value

    def best(self, tag: str, regions: list[Result]) -> str | None:
        """Return the field that a tag shows; None where several would do, or none."""
        configured = self.labeling.texts.get(tag)
        if configured in self.candidates:
            return configured
        spoken = any(dialogue.is_place(region.value.value) for region in regions)
        fields = [field for field in self.candidates if (field in self.dialogues) == spoken] or list(self.candidates)
        fits = {field: _fit(self.content(tag, field), regions) for field in fields}
        best = [field for field, fit in fits.items() if fit == max(fits.values())]
        if len(best) > 1:
            best = [tag] if tag in best else [_USUAL] if _USUAL in best else best
        return best[0] if len(best) == 1 else None

    def of(self, results: list[Result], field: str) -> list[Result]:
        """Return the results about a field; what is about no text goes with the first."""
        first = next(iter(self.texts))
        return [result for result in results if self.by_tag.get(result.text, first) == field]

    def links(self, results: list[Result], relations: list[Node], field: str) -> list[Node]:
        """Return the relations that begin at a region of a field; those that begin nowhere go with the first."""
        first = next(iter(self.texts))
        homes = {result.id: self.by_tag.get(result.text, first) for result in results if result.is_region}
        return [node for node in relations if homes.get(str(node.value.get("from_id")), first) == field]

    def rest(self) -> list[Attribute]:
        """Return the fields that are no text of a document, as metadata."""
        left_out = {*self.texts, "doc_id"}
        return fields((key, value) for key, value in self.data.items() if key not in left_out)

    def why(self) -> str:
        """Return why there is no text."""
        if len(self.candidates) > 1:
            names = ", ".join(self.candidates)
            return f"each of the fields {names} may be its text; put the labeling configuration beside it (config.xml)"
        names = ", ".join(f"`{key}`" for key in self.data) or "no field"
        return f"found {names}; expected a field with the text itself, not the address of a text, an image or a sound"


def _fit(text: str, regions: list[Result]) -> tuple[int, int]:
    """Return how many regions have their recorded text in a text, and how many lie within it."""
    units = text.encode("utf-16-le", "surrogatepass")
    proved = within = 0
    for start, end, surface in [(*r.offsets, r.surface) for r in regions if r.offsets]:
        of_units = units[2 * start : 2 * end].decode("utf-16-le", "replace")
        proved += surface is not None and bool(surface) and surface in (text[start:end], of_units)
        within += end <= len(units) // 2
    return proved, within


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _text_of(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)
