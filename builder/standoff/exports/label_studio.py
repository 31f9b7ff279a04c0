"""Annotations -> Label Studio: a JSON file of tasks that can be imported, with the labeling configuration beside it.

Format: https://labelstud.io/guide/task_format. A span is a region under its own id, an attribute a choice or a text
of its region, events are links from their triggers. Offsets are UTF-16 units, as a browser counts them. Which user of
Label Studio an annotator is cannot be known: each annotator's tasks are a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any
from xml.sax.saxutils import quoteattr

from standoff.annotations import FORMATS, Reading
from standoff.errors import InputError
from standoff.exports import proof
from standoff.exports.folder import Folder
from standoff.exports.ledger import Ledger
from standoff.exports.names import Names
from standoff.exports.siblings import Beside
from standoff.exports.toolform import Form
from standoff.layers.carried import DOCUMENT, KIND, WHOLE, Load
from standoff.model import AnnotatedDocument, Document, Span

_SPANS, _TEXT = "spans", "article"
_CHOICES = 50
"""An attribute with more values than this is a text."""

_COLUMNS = ("title", "language", "published", "dateline", "publisher", "url", "license", "story_id", "split")


def export(documents: Iterable[AnnotatedDocument], folder: Folder, ledger: Ledger) -> None:
    """Write tasks.json, or a file for each annotator, and config.xml."""
    made = tool()
    files: dict[str, list[Any]] = {}
    controls = _Controls()
    for source in documents:
        task = proof.written(made, source, ledger)
        if task is not None:
            task["data"].update(_known(source.document))
            name = f"{source.annotations.annotator}.json" if folder.annotators else "tasks.json"
            files.setdefault(name, []).append(task)
            controls.add(task)
    for name, tasks in files.items():
        for task in tasks:
            controls.settle(task)
        folder.write(name, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    folder.write("config.xml", controls.configuration())
    folder.write_scheme(made.names.projection())


def tool() -> proof.Tool:
    """Return how tasks are written and read back."""
    return proof.Tool(
        "label_studio", render, read, lambda value: True, declines=declines, resting=proof.ALL_BUT_SPANS,
        has_events=False, has_document=True, names=Names(any=True, reserved=frozenset((_SPANS, _TEXT))),
    )  # fmt: skip


def declines(text: str) -> str | None:
    """Return why there can be no task with a text, None where there can."""
    return None if text.strip() else "a task needs a text"


def render(document: Document, form: Form, loads: dict[str, Load]) -> dict[str, Any]:
    """Return the task of a document with one annotation."""
    text = document.text or ""
    units = [0, *accumulate(2 if letter > "\uffff" else 1 for letter in text)]
    results: list[dict[str, Any]] = []
    for span in form.annotations.spans:
        results += _region(span, text, units, form, loads.get(span.id, Load()))
    for link in form.annotations.relations:
        ends = [str(argument.filler) for argument in link.arguments]
        results.append(
            {"from_id": ends[0], "to_id": ends[1], "type": "relation", "direction": "right", "labels": [link.label]}
        )
    if whole := loads.get(DOCUMENT, Load()).written():
        results.append(
            {"id": WHOLE, "from_name": WHOLE, "to_name": _TEXT, "type": "textarea", "value": {"text": [whole]}}
        )
    return {"data": {"doc_id": document.id, _TEXT: text}, "annotations": [{"result": results}]}


def read(task: dict[str, Any], document: Document) -> Reading:
    """Read back what `render` returned. Raises InputError where it is not one part with the text."""
    configuration = f'<View><Text name="{_TEXT}" value="${_TEXT}"/></View>'
    siblings = Beside(files=(("config.xml", configuration.encode()),))
    unpack = FORMATS["label_studio"].unpack
    parts = unpack(json.dumps([task]).encode(), "tasks.json", siblings).parts if unpack else []
    if len(parts) != 1 or parts[0].text != document.text:
        raise InputError(document.id, "cannot be read back as it was written: its text is another one")
    return parts[0].reading


def _region(span: Span, text: str, units: list[int], form: Form, load: Load) -> list[dict[str, Any]]:
    """Return the results of a region: its label, and what is said of it. A region has one piece: the whole extent."""
    value = {"start": units[span.start], "end": units[span.end], "text": text[span.start : span.end]}
    common = {"id": span.id, "to_name": _TEXT}
    labelled = {**value, "labels": [span.label]}
    label: dict[str, Any] = {**common, "from_name": _SPANS, "type": "labels", "value": labelled}
    notes = [note.text for note in form.annotations.notes if note.target == span.id]
    if notes:
        label["meta"] = {"text": notes}
    said = [label]
    for name, each in span.attributes:
        said.append({**common, "from_name": name, "type": "choices", "value": {**value, "choices": [each]}})
    if carried := load.written():
        said.append({**common, "from_name": KIND, "type": "textarea", "value": {**value, "text": [carried]}})
    return said


def _known(document: Document) -> dict[str, str]:
    """Return what is known of the article, as further fields of the task."""
    pairs = [(name, getattr(document.metadata, name)) for name in _COLUMNS] + document.metadata.other
    return {name: value for name, value in pairs if value and name not in ("doc_id", _TEXT)}


@dataclass(slots=True)
class _Controls:
    """The labels, links and values that the configuration lists."""

    labels: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    values: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, task: dict[str, Any]) -> None:
        """Note what a task uses."""
        for result in task["annotations"][0]["result"]:
            if result["type"] == "relation":
                self.links.update(dict.fromkeys(result["labels"]))
            elif result["type"] == "labels":
                self.labels.update(dict.fromkeys(result["value"]["labels"]))
            elif result["type"] == "choices":
                self.values.setdefault(result["from_name"], {}).update(dict.fromkeys(result["value"]["choices"]))

    def is_closed(self, name: str) -> bool:
        """Say whether an attribute is a choice; one with many values, or values that XML changes, is a text."""
        values = self.values[name]
        return len(values) <= _CHOICES and all(value.isprintable() and value.strip() == value for value in values)

    def settle(self, task: dict[str, Any]) -> None:
        """Make texts of the values of attributes that are no choices."""
        for result in task["annotations"][0]["result"]:
            if result["type"] == "choices" and not self.is_closed(result["from_name"]):
                result["type"] = "textarea"
                result["value"]["text"] = result["value"].pop("choices")

    def configuration(self) -> str:
        """Return the labeling configuration."""
        lines = ["<View>", f'  <Labels name="{_SPANS}" toName="{_TEXT}">']
        lines += [f"    <Label value={quoteattr(label)}/>" for label in self.labels]
        lines += ["  </Labels>", f'  <Text name="{_TEXT}" value="${_TEXT}" granularity="symbol"/>', "  <Relations>"]
        lines += [f"    <Relation value={quoteattr(label)}/>" for label in self.links]
        lines.append("  </Relations>")
        for name, values in self.values.items():
            if self.is_closed(name):
                lines.append(f'  <Choices name="{name}" toName="{_TEXT}" perRegion="true" choice="single">')
                lines += [f"    <Choice value={quoteattr(value)}/>" for value in values]
                lines.append("  </Choices>")
            else:
                lines.append(f'  <TextArea name="{name}" toName="{_TEXT}" perRegion="true"/>')
        lines.append(f'  <TextArea name="{KIND}" toName="{_TEXT}" perRegion="true"/>')
        lines.append(f'  <TextArea name="{WHOLE}" toName="{_TEXT}"/>')
        return "\n".join([*lines, "</View>"]) + "\n"
