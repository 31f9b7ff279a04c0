"""What the parts of a value are called on a page: the words of what is referred to, and what each field says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from standoff.model import AUTHOR
from standoff.review import values as forms
from standoff.review.case import Case
from standoff.review.matters import text_of
from standoff.review.values import Value
from standoff.site.items import excerpt

NAMES = {
    "fragments": "words", "kb_id": "known as", "same_as": "same event", "count_min": "at least", "count_max": "at most",
    "time_value": "when", "source_span": "source here", "mentions": "mentions",
}  # fmt: skip
"""What fields are called where their own names say little."""

_LONG = 70
_FEW = 8


@dataclass
class Speaker:
    """Puts values of a document into words."""

    case: Case

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return name[1:] if name.startswith("@") else NAMES.get(name, name.replace("_", " "))

    def said(self, name: str, content: Any) -> str:
        """Return what a field says."""
        if content is None:
            return "–"
        if name == "fragments":
            return self.words({"fragments": content})
        if name in ("arguments", "factuality"):
            return self._few([self.element(name, each) for each in content])
        if name in forms.REFERENCES:
            return self._few([self.title(key) for key in content]) if isinstance(content, list) else self.title(content)
        if isinstance(content, bool):
            return "yes" if content else "no"
        return str(content)

    def element(self, name: str, content: Any) -> str:
        """Return what one element of a list says."""
        if name == "factuality":
            return f"{content['value']} by {self.title(content['source'])}"
        if name == "arguments":
            filler = content.get("filler")
            return f"{content['role']}: {self.title(filler) if filler else 'implicit'}"
        return self.title(content)

    def words(self, value: Value) -> str:
        """Return the words of a span, between quotation marks; offsets where there are none to show."""
        text = text_of(self.case.document, value)
        shown = self.case.document.text is not None and not self.case.document.withheld
        return f"“{excerpt(text, _LONG)}”" if shown else text

    def title(self, key: str) -> str:
        """Return what an item is called: its words, its name, or its label and the words of its trigger."""
        if key == AUTHOR:
            return "the author"
        layer, value = self._found.get(key, ("", {}))
        return self.called(layer, value, key) if value else key

    def called(self, layer: str, value: Value, key: str = "") -> str:
        """Return what a value is called."""
        if layer == "spans":
            return self.words(value)
        if layer == "entities":
            return value.get("name") or next((self.title(m) for m in value["mentions"]), key)
        if layer == "events":
            place = value.get("trigger") or value.get("evidence")
            return f"{value['label']} {self.title(place) if place else ''}".strip()
        if layer == "attributions":
            source = self.title(value["source"]) if value.get("source") else "nobody named"
            return f"{source}: {self._few([self.title(name) for name in value.get('contents', ())])}"
        if layer == "stance":
            return f"{self.title(value['holder'])} {value['label']} {self.title(value['target'])}"
        if layer == "relations":
            return f"{value['label']} {self._few([self.element('arguments', a) for a in value['arguments']])}"
        if layer == "normalizations":
            return f"{self.title(value['target'])} = {value['resource']}:{value['ref']}"
        return excerpt(value.get("text", "the document"), _LONG) if layer == "notes" else "the document as a whole"

    def heading(self, layer: str, value: Value, key: str) -> str:
        """Return what an item is called beside its label."""
        if layer == "events" and (place := value.get("trigger") or value.get("evidence")):
            return self.title(place)
        if layer == "stance":
            return f"{self.title(value['holder'])} → {self.title(value['target'])}"
        if layer == "relations":
            return self._few([self.element("arguments", each) for each in value["arguments"]])
        return self.called(layer, value, key)

    def label(self, layer: str, value: Value) -> str:
        """Return the label of a value; its kind or act where it has none."""
        return str(value.get("label") or value.get("act") or value.get("kind") or "")

    @staticmethod
    def json(content: Any) -> str:
        """Return a content as a form field holds it."""
        return json.dumps(content, ensure_ascii=False, sort_keys=True)

    @cached_property
    def _found(self) -> dict[str, tuple[str, Value]]:
        """Layer and value of every item: as it is decided, else as the first who has it says."""
        found: dict[str, tuple[str, Value]] = {}
        for key, outcome in self.case.outcomes.items():
            matter = self.case.table.matters.get(key)
            if matter is None:
                found[key] = self.case.draft.decisions[key].layer, outcome.value or {}
            else:
                found[key] = matter.layer, outcome.value or next(iter(matter.values.values()))
        return found

    @staticmethod
    def _few(texts: list[str]) -> str:
        more = f" and {len(texts) - _FEW} more" if len(texts) > _FEW else ""
        return ", ".join(texts[:_FEW]) + more if texts else "–"
