"""The export of a project of INCEpTION or WebAnno: who has annotated what, in which state, and what is none of it.

Layout: `annotation/<document>/<user>.<format>`, or `.zip` with the document and its type system; `curation/` alike;
`annotation_ser/` and `curation_ser/` hold the same once more as Java objects; `source/<document>` is what was imported;
`exportedproject.json` has the states of the documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from standoff import articles
from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.finding import Finding
from standoff.inspection import files
from standoff.inspection.files import Listing

CURATOR = "CURATION_USER"
"""The name of the annotator whose work is the adjudicated one."""

_PROJECT_FILE = re.compile(r"exportedproject[^/]*\.json")
_AREAS = {"annotation": False, "curation": False, "annotation_ser": True, "curation_ser": True}
_NOT_ANNOTATORS = {
    "INITIAL_CAS": "the document as it was before anybody annotated it",
    "CORRECTION_USER": "the document as it was given to annotators for correction",
}
_SOURCE_ENDINGS = {
    ".txt", ".tsv", ".xmi", ".json", ".xml", ".html", ".htm", ".pdf", ".conll", ".conllu", ".zip", ".md", ".csv",
    ".tei",
}  # fmt: skip
_FINISHED = {"FINISHED", "CURATION_FINISHED"}


@dataclass(slots=True)
class Project:
    """Whose each annotation file is, and of which document; `states` are those of (document, annotator).

    `documents` maps the names of documents to their ids, `findings` are what is wrong with the project as such.
    """

    owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def owner(self, below: str) -> tuple[str, tuple[str, ...]]:
        """Return annotator and document of a file."""
        document, annotator = self.owners[below]
        return annotator, (self.documents[document],)

    def state(self, below: str) -> str | None:
        """Return the state that the tool gives the work in a file, None where it gives none."""
        return self.states.get(self.owners[below]) if below in self.owners else None

    def is_finished(self, below: str) -> bool:
        """Say whether the annotator of a file has marked it as finished."""
        return self.state(below) in _FINISHED


def of(listing: Listing) -> Project | None:
    """Recognise the export of a project, and take what is no annotation out of the listing; None where it is none."""
    everything = _paths(listing)
    roots = [PurePosixPath(below).parent for below in everything if _PROJECT_FILE.fullmatch(PurePosixPath(below).name)]
    root = min(roots, key=lambda path: len(path.parts)).parts if roots else _root_by_shape(everything)
    if root is None:
        return None
    project, apart = Project(), dict[str, str]()
    serialised: dict[tuple[str, str], str] = {}
    for below in everything:
        _sort(below, root, project, apart, serialised)
    for (document, annotator), below in serialised.items():
        if (document, annotator) not in project.owners.values():
            message = f"the work of {annotator} on {document!r} is here only as a Java object, which cannot be read"
            message += "; export the project with a secondary format, such as UIMA CAS XMI"
            project.findings.append(Finding("E101", below, message))
    project.documents = document_ids({document for document, _ in project.owners.values()})
    _read_states(listing, root, project)
    files.set_apart(listing, apart)
    return project


def _paths(listing: Listing) -> list[str]:
    found = [file.below for file in (*listing.annotations, *listing.texts)]
    return sorted({*found, *(below for below, _ in listing.other)})


def _root_by_shape(everything: list[str]) -> tuple[str, ...] | None:
    """Return the folder of a project that lacks its JSON file: some file has a name that only INCEpTION gives."""
    for below in everything:
        parts = PurePosixPath(below).parts
        for place, part in enumerate(parts[:-2]):
            reserved = parts[place + 2].partition(".")[0] in (CURATOR, *_NOT_ANNOTATORS)
            if part in _AREAS and (_AREAS[part] or reserved):
                return parts[:place]
    return None


def _sort(
    below: str, root: tuple[str, ...], project: Project, apart: dict[str, str], serialised: dict[tuple[str, str], str]
) -> None:
    parts = PurePosixPath(below).parts
    inner = parts[len(root) :]
    if parts[: len(root)] != root or not inner:
        return
    if inner[0] in _AREAS and len(inner) > 2:
        document, annotator = inner[1], PurePosixPath(inner[2]).stem
        if annotator in _NOT_ANNOTATORS:
            apart[below] = _NOT_ANNOTATORS[annotator]
        elif _AREAS[inner[0]]:
            apart[below] = "the same work as a Java object, which only INCEpTION reads"
            serialised[document, annotator] = below
        elif len(inner) == 3 and inner[2].endswith(".txt"):
            apart[below] = "a plain text without annotations"
        else:
            project.owners[below] = (document, annotator)
    elif inner[0] != "source" or len(inner) != 2:
        apart[below] = "of the project, no annotations"
    elif not inner[1].endswith(".txt"):
        apart[below] = "a document as it was imported"


def document_ids(names: set[str]) -> dict[str, str]:
    """Return the id of each document, by its name: without the ending of a file where that is enough to tell it."""
    stems = Counter(_stem(name) for name in names)
    return {name: _stem(name) if stems[_stem(name)] == 1 else name for name in names}


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in _SOURCE_ENDINGS else name


def _read_states(listing: Listing, root: tuple[str, ...], project: Project) -> None:
    """Read the states from the project's JSON files. One that cannot be read is a finding."""
    for below, path in listing.places.items():
        if _PROJECT_FILE.fullmatch(path.name) and PurePosixPath(below).parent.parts == root:
            try:
                text = articles.read_bytes(path, below).decode("utf-8-sig", "replace")
                value = jsonfile.parse(text, below)
            except InputError as error:
                project.findings.append(
                    Finding(error.code or "E102", below, error.message, error.line, error.column)
                )
                continue
            if isinstance(value, dict):
                project.states.update(_states(value))


def _states(value: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for each in _objects(value.get("annotation_documents")):
        yield (str(each.get("name")), str(each.get("user"))), str(each.get("state"))
    for each in _objects(value.get("source_documents")):
        if str(each.get("state")).startswith("CURATION_"):
            yield (str(each.get("name")), CURATOR), str(each.get("state"))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
