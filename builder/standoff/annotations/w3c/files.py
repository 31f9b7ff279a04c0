"""The files of W3C Web Annotations -> single annotations, each with its JSON text and its place.

A file holds one annotation, a page, a collection with its first page, a list, or JSON lines of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from standoff.annotations.export import Export, Siblings
from standoff.annotations.reading import start
from standoff.annotations.w3c import model
from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.finding import Finding

_CONTEXT = b"www.w3.org/ns/anno"
_TYPE = re.compile(rb'"@?type"\s*:\s*\[?\s*"(?:oa:)?Annotation(?:Page|Collection)?"')
_SEVERAL = re.compile(rb'"(?:oa:)?Annotation(?:Page|Collection)"')
_FRAME = (b'"@embed"', b'"@explicit"', b'"@omitDefault"')
_KEYS = (b'"target"', b'"body"', b'"items"', b'"first"')
_SUFFIXES = (".json", ".jsonld", ".jsonl")


@dataclass(slots=True)
class Node:
    """One annotation of a file: its value, its JSON text, and where that begins (0 is the first file)."""

    value: Any
    text: str
    line: int
    column: int
    file: int = 0
    inherited: bool = False

    def place(self, pointer: model.Pointer) -> tuple[int, int]:
        """Return line and column of a value in it, of its key where it has one."""
        if pointer and isinstance(pointer[-1], str):
            return _shifted(self, *jsonfile.locate_key(self.text, pointer[:-1], pointer[-1]))
        return _shifted(self, *jsonfile.locate(self.text, pointer))


def sniff(data: bytes) -> bool:
    """Say whether a file is meant as annotations of this model, sound or not; a JSON-LD frame is none."""
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"{", b"[")) or any(key in data for key in _FRAME):
        return False
    if _CONTEXT in data:
        return b'"oa":' not in data or _TYPE.search(data) is not None
    return _TYPE.search(data) is not None and any(key in data for key in _KEYS)


def is_single(data: bytes) -> bool:
    """Say whether a file holds one annotation, by its looks: it may be broken."""
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return sniff(data) and head.startswith(b"{") and not _SEVERAL.search(data) and not _is_lines(data)


def _is_lines(data: bytes) -> bool:
    """Say whether a file is JSON lines: it has several, and the first is a whole object."""
    lines = data.removeprefix(b"\xef\xbb\xbf").strip().split(b"\n", 1)
    return len(lines) == 2 and lines[0].startswith(b"{") and lines[0].rstrip().endswith(b"}")


def beside(name: str, siblings: Siblings) -> dict[str, bytes]:
    """Return the other files with one annotation; under the name "" one that comes before this file, and no more."""
    found: dict[str, bytes] = {}
    for other in siblings.names():
        if other != name and PurePosixPath(other).suffix.lower() in _SUFFIXES:
            data = siblings.read(other) or b""
            if is_single(data):
                if other < name:
                    return {"": data}
                found[other] = data
    return found


def nodes(data: bytes, file: int, path: str, export: Export) -> Iterator[Node]:
    """Yield the annotations of a file. A line of JSON lines that is no JSON is a finding."""
    _, text = start(data, "", "", path)
    if not _is_lines(data):
        value = jsonfile.parse(text, path, whole_numbers=True)
        at = len(text) - len(text.lstrip(" \t\r\n"))
        line, column = jsonfile.place_of(text, at)
        yield from _unfolded(Node(value, text[at:], line, column, file), path, export)
        return
    for number, line_text in enumerate(text.split("\n"), 1):
        if line_text.strip():
            try:
                value = jsonfile.parse(line_text, path, whole_numbers=True)
            except InputError as error:
                export.findings.append(Finding("E102", path, error.message, number, error.column or 1))
                continue
            at = len(line_text) - len(line_text.lstrip(" \t\r"))
            yield from _unfolded(Node(value, line_text[at:], number, at + 1, file), path, export)


def _unfolded(node: Node, path: str, export: Export) -> Iterator[Node]:
    """Yield the annotations of a list, a page, or the first page of a collection; else the node itself."""
    value, kinds = node.value, model.types(node.value)
    if isinstance(value, list):
        yield from _items(node)
    elif "AnnotationCollection" in kinds or "AnnotationPage" in kinds:
        if not node.inherited:
            for pointer, message in model.context_problems(value):
                export.findings.append(Finding("E103", path, message, *node.place(pointer)))
        key = "first" if "AnnotationCollection" in kinds and "items" not in value else "items"
        inner = value.get(key)
        if isinstance(inner, dict | list):
            offset = next(at for name, _, at in jsonfile.children(node.text, 0) if name == key)
            line, column = _shifted(node, *jsonfile.place_of(node.text, offset))
            below = Node(inner, node.text[offset:], line, column, node.file, True)
            yield from _unfolded(below, path, export) if key == "first" else _items(below)
        elif isinstance(inner, str):
            message = f"{key}: the page {inner[:80]!r} lies elsewhere, and nothing is fetched; give it as a file"
            export.findings.append(Finding("W128", path, message, *node.place((key,))))
        elif inner is not None or key == "items":
            message = f"{key}: found {model.shown(inner)}; expected annotations"
            export.findings.append(Finding("E103", path, message, *node.place((key,))))
    else:
        yield node


def _items(node: Node) -> Iterator[Node]:
    """Yield the members of a list, or what stands for one of one, counting lines once."""
    if not isinstance(node.value, list):
        yield node
        return
    offsets = [offset for _, _, offset in jsonfile.children(node.text, 0)]
    line, line_start, position = 1, 0, 0
    for value, offset, end in zip(node.value, offsets, [*offsets[1:], len(node.text)][: len(offsets)], strict=True):
        if newlines := node.text.count("\n", position, offset):
            line += newlines
            line_start = node.text.rfind("\n", 0, offset) + 1
        position = offset
        shifted = _shifted(node, line, offset - line_start + 1)
        yield Node(value, node.text[offset:end], *shifted, node.file, node.inherited)


def _shifted(node: Node, line: int, column: int) -> tuple[int, int]:
    return node.line + line - 1, column + (node.column - 1 if line == 1 else 0)
