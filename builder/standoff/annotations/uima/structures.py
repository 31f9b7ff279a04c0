"""The feature structures of a UIMA CAS, as an XMI or JSON file holds them, each with its place in the file.

Terms are those of the UIMA reference manual ("CAS Reference", "XMI CAS Serialization Reference"): a CAS has feature
structures; a sofa is a text; a view is a sofa with the feature structures that are in its index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from standoff.finding import Finding, Related
from standoff.model import Attribute

SOFA = "uima.cas.Sofa"
ANNOTATION = "uima.tcas.Annotation"
_BUILT_IN = "uima.cas."


@dataclass(slots=True)
class Structure:
    """A feature structure. `given` are its features as the file has them, but sofa, begin and end.

    A value of several elements is a list. In JSON, references are told from values (`references`); in XMI the type
    system tells. `settle` sorts `given` into `values`, which are text, and `references`, which are ids of others.
    """

    id: str
    type_name: str
    line: int
    column: int
    given: dict[str, str | list[str]]
    references: dict[str, list[str]] = field(default_factory=dict)
    sofa: str | None = None
    begin: str | None = None
    end: str | None = None
    values: list[Attribute] = field(default_factory=list)
    numbered: bool = True

    @property
    def is_built_in(self) -> bool:
        """True for arrays, lists and sofas, which are no annotations."""
        return self.type_name.startswith(_BUILT_IN) or self.type_name.endswith("[]")

    @property
    def place(self) -> str:
        """Type and id, for messages."""
        return f"{self.type_name.rpartition('.')[2]} {self.id}" if self.numbered else self.type_name.rpartition(".")[2]


class Feature(NamedTuple):
    """What a feature holds: references to other structures, or values; several or one; text or another kind of value.

    `shared` says that several values stand in a structure of their own.
    """

    references: bool = False
    several: bool = False
    shared: bool = False
    text: bool = True


class Declared(NamedTuple):
    """A type of a type system: its supertypes, nearest first, and its features, inherited ones included."""

    ancestors: tuple[str, ...]
    features: dict[str, Feature]


@dataclass(slots=True)
class Cas:
    """All feature structures of a file by id, the members of each view by the id of its sofa, and what is wrong.

    Sofas stand apart: some files give a sofa the id of another structure, and only `sofa` features refer to sofas.
    """

    structures: dict[str, Structure] = field(default_factory=dict)
    sofas: dict[str, Structure] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, structure: Structure, path: str) -> None:
        """Add a structure; one whose id is taken is a finding, and is left out."""
        group = self.sofas if structure.type_name == SOFA else self.structures
        first = group.setdefault(structure.id, structure)
        if first is not structure:
            message = f"the id {structure.id} stands on line {first.line} already; this {structure.place} is not read"
            other = Related(path, f"{first.place} has the id, too", first.line, first.column)
            self.findings.append(Finding("E302", path, message, structure.line, structure.column, related=(other,)))

    def settle(self, types: dict[str, Declared]) -> None:
        """Sort what is given into values and references; arrays and lists are replaced by their elements."""
        for structure in (*self.sofas.values(), *self.structures.values()):
            declared = types.get(structure.type_name)
            for name, value in structure.given.items():
                feature = declared.features.get(name) if declared else None
                feature = _of_container(structure, name) if structure.is_built_in else feature
                if feature and (feature.references or feature.shared):
                    structure.references[name] = _ids(value)
                elif isinstance(value, list) or (feature and feature.several):
                    structure.values += [(name, each) for each in (value if isinstance(value, list) else value.split())]
                else:
                    structure.values.append((name, value))
        for structure in self.structures.values():
            if not structure.is_built_in:
                self._replace_containers(structure)

    def _replace_containers(self, structure: Structure) -> None:
        for name, ids in list(structure.references.items()):
            kept: list[str] = []
            for each in ids:
                target = self.structures.get(each)
                if target is None or not target.is_built_in:
                    kept.append(each)
                else:
                    references, values = self.elements(target)
                    kept += references
                    structure.values += [(name, value) for value in values]
            structure.references[name] = kept

    def elements(self, container: Structure) -> tuple[list[str], list[str]]:
        """Return the references and the values that an array or a list holds, in order; those of arrays within, too."""
        references: list[str] = []
        values: list[str] = []
        seen: set[str] = set()
        pending = [container.id]
        while pending:
            each = self.structures.get(pending.pop())
            if each is None or each.id in seen:
                continue
            seen.add(each.id)
            for name in ("head", "elements"):
                values += [value for key, value in each.values if key == name]
                for target in each.references.get(name, ()):
                    inner = self.structures.get(target)
                    if inner is not None and inner.is_built_in:
                        pending.append(target)
                    else:
                        references.append(target)
            pending += each.references.get("tail", ())
        return references, values


def _of_container(structure: Structure, name: str) -> Feature:
    """Return what an array, a list or a sofa holds."""
    holds_structures = structure.type_name.endswith(("FSArray", "FSList", "[]"))
    if name == "tail" or (name in ("head", "elements") and holds_structures):
        return Feature(references=True)
    return Feature(several=name == "elements" and structure.type_name != "uima.cas.ByteArray")


def _ids(value: str | list[str]) -> list[str]:
    """Return the ids in a reference, without the null reference, which is 0."""
    parts = value if isinstance(value, list) else value.split()
    return [part for part in parts if part != "0"]
