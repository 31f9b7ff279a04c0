"""Label Studio exports -> parts: JSON (tasks with annotations), JSON lines of tasks, and JSON-MIN.

Format: https://labelstud.io/guide/task_format. One annotation of a task is one annotator's work. Offsets are those of
a browser, UTF-16 units, or of a program that wrote predictions: the texts that regions record prove which.
Predictions, drafts and cancelled annotations are set aside with a warning.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

from standoff.annotations import records, words
from standoff.annotations.export import UNREAD, Export, Part, Siblings
from standoff.annotations.label_studio import config as label_studio_config
from standoff.annotations.label_studio.config import Labeling
from standoff.annotations.label_studio.fields import RESERVED, Fields
from standoff.annotations.label_studio.results import Result, Results
from standoff.annotations.people import People
from standoff.annotations.reading import Reading, count_held
from standoff.annotations.records import Node, Types
from standoff.finding import Finding
from standoff.model import Annotations
from standoff.spelling import counted

_OF_TASK: Types = {
    "id": (int, str), "predictions": (list,), "drafts": (list,), "annotations": (list,), "completions": (list,),
}  # fmt: skip
_OF_ANNOTATION: Types = {
    "was_cancelled": (bool,), "skipped": (bool,), "ground_truth": (bool,), "completed_by": (int, str, dict),
}  # fmt: skip
_OF_RESULT: Types = {"id": (str, int), "from_name": (str,), "to_name": (str, list), "meta": (dict,)}
_KINDS = {name: name for name in ("choices", "taxonomy", "rating", "number", "datetime")} | {"textarea": "text"}
_SET_ASIDE = ("predictions", "drafts", "cancelled annotations")
_MINIMAL = ({"annotator", "annotation_id"}, {"annotator", "lead_time"})


def sniff(data: bytes) -> bool:
    """Say whether a file is an export: its first object is a task, or a record of JSON-MIN."""
    keys = records.first_keys(data)
    is_task = keys.get("data") == "{" and bool(keys.keys() & {"annotations", "completions", "predictions", "drafts"})
    return is_task or any(minimal <= keys.keys() for minimal in _MINIMAL)


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one export: a part for each annotation of a task. What cannot be used is a finding with its place.

    Raises InputError if the file cannot be parsed as a whole.
    """
    export = Export()
    tasks = _Tasks(hashlib.sha256(data).hexdigest(), path, export, _labeling(siblings, path, export))
    for node in records.read(data, path, export.findings):
        tasks.number += 1
        tasks.add(node)
    tasks.report()
    words.tell_unit(export.parts)
    return export


def _labeling(siblings: Siblings, path: str, export: Export) -> Labeling:
    """Return the configuration that lies beside the export, an empty one where there is none or several."""
    names = [name for name in siblings.names() if name.endswith(label_studio_config.PATTERN[1:])]
    data = siblings.read(names[0]) if len(names) == 1 else None
    if data is None:
        return Labeling()
    export.companions[names[0]] = hashlib.sha256(data).hexdigest()
    try:
        return label_studio_config.parse(data)
    except ValueError as error:
        export.findings.append(Finding("W113", path, f"{names[0]} beside it is no labeling configuration: {error}"))
        return Labeling()


class _Tasks:
    """The tasks of one file: their parts go to the export, what is set aside is counted."""

    def __init__(self, digest: str, path: str, export: Export, labeling: Labeling) -> None:
        self.digest = digest
        self.path = path
        self.export = export
        self.labeling = labeling
        self.people = People()
        self.number = 0
        self.aside: dict[str, list[tuple[Node, int]]] = defaultdict(list)
        self.refused: dict[str, list[Node]] = defaultdict(list)

    def add(self, task: Node) -> None:
        """Add the parts of one task, or of one record of JSON-MIN."""
        self.check(task, _OF_TASK)
        data = task.get("data")
        if data is None and "annotator" in task.value:
            self.add_minimal(task)
        elif data is None or not isinstance(data.value, dict):
            self.fault(data or task, "a task with `data`, an object")
        else:
            for kind in ("predictions", "drafts"):
                held = task.get(kind)
                if held is not None and held.items():
                    self.aside[kind].append((held, len(held.items())))
            self.add_task(task, data)

    def fault(self, node: Node, expected: str) -> None:
        code, message, line, column = node.fault(expected)
        self.export.findings.append(Finding(code, self.path, message, line, column))

    def check(self, node: Node, expected: Types) -> None:
        for code, message, line, column in records.wrong_types(node, expected):
            self.export.findings.append(Finding(code, self.path, message, line, column))

    def add_task(self, task: Node, data: Node) -> None:
        annotations = [each for each in self.annotations_of(task) if self.is_finished(each)]
        results = [self.results_of(each) for each in annotations]
        fields = Fields(data, self.labeling, [result for found, _ in results for result in found])
        if not fields.texts:
            self.refused[fields.why()].append(task)
            return
        nameless = sum(each.get("completed_by") is None for each in annotations)
        for rank, (node, (found, relations)) in enumerate(zip(annotations, results, strict=True), 1):
            who = node.get("completed_by")
            annotator = self.people.key(who.value if who else None) or (f"annotator-{rank}" if nameless > 1 else None)
            for field in fields.texts:
                part = self.part(task, fields, field)
                part.annotator, part.line = annotator, node.place[0]
                self.fill(part, fields.of(found, field), fields.links(found, relations, field))
                if node.value.get("ground_truth") is True:
                    part.reading.annotations.attributes.append(("ground_truth", "true"))
                self.finish(part)
        if not annotations:
            for field in fields.texts:
                part = self.part(task, fields, field)
                part.bare = True
                self.finish(part)

    def add_minimal(self, record: Node) -> None:
        """Add a record of JSON-MIN: fields of the task and what its controls say, side by side."""
        found = [result for key in record.value for result in _minimal_results(record, key, self.labeling)]
        controls = {result.control for result in found}
        fields = Fields(record, self.labeling, found, RESERVED | controls)
        if not fields.texts:
            self.refused[fields.why()].append(record)
            return
        who = record.get("annotator")
        for field in fields.texts:
            part = self.part(record, fields, field)
            part.annotator = self.people.key(who.value if who else None)
            self.fill(part, fields.of(found, field), [])
            self.finish(part)

    def annotations_of(self, task: Node) -> list[Node]:
        key = "annotations" if "annotations" in task.value else "completions"
        held = task.get(key)
        found = []
        for each in held.items() if held else []:
            if isinstance(each.value, dict) and isinstance(each.value.get("result"), list):
                found.append(each)
            else:
                self.fault(each, "an annotation with `result`, a list")
        return found

    def is_finished(self, annotation: Node) -> bool:
        self.check(annotation, _OF_ANNOTATION)
        if annotation.value.get("was_cancelled") is True or annotation.value.get("skipped") is True:
            self.aside["cancelled annotations"].append((annotation, 1))
            return False
        return True

    def results_of(self, annotation: Node) -> tuple[list[Result], list[Node]]:
        """Return the results of an annotation, relations apart; what is neither is a finding."""
        found, relations = [], []
        held = annotation.get("result")
        for node in held.items() if held else []:
            value, kind = node.get("value"), node.get("type")
            if isinstance(node.value, dict) and node.value.get("type") == "relation":
                relations.append(node)
            elif value is None or kind is None or not isinstance(value.value, dict) or not isinstance(kind.value, str):
                self.fault(node, "a result with `type` and `value`")
            else:
                self.check(node, _OF_RESULT)
                control, text, name = (node.value.get(key) for key in ("from_name", "to_name", "id"))
                text = text[0] if isinstance(text, list) and text else text
                control, text = (each if isinstance(each, str) else "" for each in (control, text))
                name = str(name) if isinstance(name, str | int) and name else None
                found.append(Result(node, value, kind.value.lower(), control, text, name))
        return found, relations

    def part(self, task: Node, fields: Fields, field: str) -> Part:
        reading = Reading(Annotations("", "", self.path, self.digest))
        own = task.value.get("id")
        own = own if isinstance(own, int | str) and own != "" else f"task-{self.number}"
        name = fields.name or str(own)[:128]
        if len(fields.texts) > 1:
            name = f"{name}/{field}"
        held = fields.dialogues.get(field)
        remarks = [f"{UNREAD}{key} of utterances" for key in (held.unread if held else ())]
        return Part(reading, name, None, fields.texts[field], fields.others, task.place[0], remarks=remarks)

    def fill(self, part: Part, found: list[Result], relations: list[Node]) -> None:
        results = Results(part.reading, part.text or "")
        results.add(found, relations)
        results.aim_notes()
        part.held = count_held(part.reading, results.lost)

    def finish(self, part: Part) -> None:
        if part.held is not None:
            part.held["attributes"] += sum(name == "ground_truth" for name, _ in part.reading.annotations.attributes)
        self.export.parts.append(part)

    def report(self) -> None:
        """Name what is set aside or has no text: one finding a kind, at the first place, with the number of all."""
        for reason, tasks in self.refused.items():
            line, column = tasks[0].place
            message = f"tasks without a text are not read: {len(tasks)}, the first here: {reason}"
            self.export.findings.append(Finding("E121", self.path, message, line, column))
        for kind in _SET_ASIDE:
            held = self.aside[kind]
            if held:
                line, column = held[0][0].place
                number = sum(count for _, count in held)
                where = f"{number} in {counted(len(held), 'task')}, the first here"
                message = f"{kind} are nobody's finished work, and not read: {where}"
                self.export.findings.append(Finding("W122", self.path, message, line, column))


def _minimal_results(record: Node, key: str, labeling: Labeling) -> list[Result]:
    """Return the results under a key of JSON-MIN; none where it is a field of the task."""
    held = record.get(key)
    if held is None or key in RESERVED:
        return []
    nodes = held.items() or [held]
    kinds = [_kind_of(node.value) for node in nodes]
    if any(kinds):
        found = [(node if kind else node.wrapped("labels"), kind) for node, kind in zip(nodes, kinds, strict=True)]
        return [Result(node, node, kind or "labels", key, "", None) for node, kind in found]
    return [Result(held, held.wrapped("choices"), "choices", key, "", None)] if key in labeling.controls else []


def _kind_of(value: object) -> str | None:
    """Return the type of a result of JSON-MIN, which is the key that holds its value."""
    if not isinstance(value, dict):
        return None
    named = next((name for name in value if name.endswith("labels")), None)
    return named or next((kind for kind, name in _KINDS.items() if name in value), None)
