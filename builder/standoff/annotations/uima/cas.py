"""The feature structures of a UIMA CAS -> an Export: every view with a text is a document with its annotations.

What a type means is decided in `uima.types`. Offsets are UTF-16 units of the text in the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import PurePosixPath

from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.reading import Reading
from standoff.annotations.uima import typesystem as uima_typesystem
from standoff.annotations.uima.cas_view import View
from standoff.annotations.uima.structures import Cas, Structure
from standoff.annotations.uima.types import Kind, Layer
from standoff.finding import Finding
from standoff.model import Annotations

_INITIAL = "_InitialView"
_NAMED = 3


def export(
    cas: Cas, types: uima_typesystem.Types, name: str | None, data: bytes, path: str, siblings: Siblings
) -> Export:
    """Make the documents of a CAS. `types` are those that are declared, `name` the file beside that declares some.

    Types without a declaration are inferred, which is a finding.
    """
    guessed = uima_typesystem.inferred(cas, types)
    _note_guesses(cas, guessed, types, name, path)
    types = {**types, **guessed}
    cas.settle(types)
    used = {each.type_name for each in cas.structures.values() if not each.is_built_in}
    layers = {each: uima_typesystem.layer(each, types[each]) for each in used}
    digest = hashlib.sha256(data).hexdigest()
    found = Export(findings=cas.findings)
    if name is not None:
        found.companions[name] = hashlib.sha256(siblings.read(name) or b"").hexdigest()
    views = _Sorted(cas, layers, path).views()
    for sofa, text, structures in views:
        view = View(cas, layers, structures, Reading(Annotations("", "", path, digest), unit="UTF-16 units"))
        view.read(cas.members.get(sofa.id))
        own_name = _name_of(sofa, path) if len(views) > 1 else None
        found.parts.append(Part(view.reading, own_name, None, text, view.fields, sofa.line, view.held()))
    if not views and not found.findings:
        found.findings.append(Finding("W126", path, "there is no text (no sofa) in it, so it is no document", 1, 1))
    return found


def note_silent_view(cas: Cas, name: str, held: int, path: str, line: int, column: int) -> None:
    """Note a view without a text: what it holds has no place."""
    what = f"its {held} feature structures cannot be placed" if held else "it is no document"
    message = f"the view {name} has no text (sofaString), and {what}"
    cas.findings.append(Finding("E104" if held else "W126", path, message, line, column))


class _Sorted:
    """The structures of a CAS by view; what belongs to none, or to one without a text, is noted."""

    def __init__(self, cas: Cas, layers: dict[str, Layer], path: str) -> None:
        self.cas, self.layers, self.path = cas, layers, path
        self.texts: dict[str, tuple[Structure, str]] = {}
        self.silent: dict[str, Structure] = {}
        for sofa in cas.sofas.values():
            given = dict(sofa.values)
            if "sofaString" in given:
                self.texts[sofa.id] = sofa, given["sofaString"]
            else:
                self.silent[sofa.id] = sofa
        self.owners = {member: sofa for sofa, members in cas.members.items() for member in members}

    def views(self) -> list[tuple[Structure, str, list[Structure]]]:
        groups: dict[str, list[Structure]] = defaultdict(list)
        lost: Counter[str] = Counter()
        for each in self.cas.structures.values():
            if not each.is_built_in:
                sofa = self.sofa_of(each)
                if sofa in self.texts:
                    groups[sofa].append(each)
                elif sofa in self.silent:
                    lost[sofa] += 1
                else:
                    self.note_homeless(each)
        for name, silent in self.silent.items():
            view = dict(silent.values).get("sofaID", name)
            note_silent_view(self.cas, view, lost[name], self.path, silent.line, silent.column)
        return [(sofa, text, groups[name]) for name, (sofa, text) in self.texts.items()]

    def sofa_of(self, structure: Structure) -> str:
        """Return the sofa of a structure: its own, that of the index it is in, or the only one with a text."""
        alone = next(iter(self.texts)) if len(self.texts) == 1 else ""
        return structure.sofa or self.owners.get(structure.id) or alone

    def note_homeless(self, structure: Structure) -> None:
        place = (structure.line, structure.column)
        if structure.sofa is not None:
            message = f"{structure.place} belongs to the sofa {structure.sofa}, which is not in the file"
            self.cas.findings.append(Finding("E301", self.path, message, *place))
        elif structure.id not in self.owners and self.layers[structure.type_name].kind not in (Kind.LINK, Kind.TAGSET):
            message = f"{structure.place} has no place in a text and is in no view; it is not read"
            self.cas.findings.append(Finding("W126", self.path, message, *place))


def _note_guesses(
    cas: Cas, guessed: uima_typesystem.Types, types: uima_typesystem.Types, name: str | None, path: str
) -> None:
    """Note once which types are not declared, with the place of the first structure of one."""
    known = {each: types[each].features.keys() if each in types else {} for each in guessed}
    wanted = sorted(each for each, declared in guessed.items() if declared.features.keys() - known[each])
    if not wanted:
        return
    first = next(each for each in cas.structures.values() if each.type_name in wanted)
    more = f" and {len(wanted) - _NAMED} more" if len(wanted) > _NAMED else ""
    partly = "" if any(each not in types for each in wanted) else "all features of "
    where = f"{name} does not declare" if name else "no type system declares"
    message = (
        f"{where} {partly}{', '.join(wanted[:_NAMED])}{more}; what their features hold is inferred from their values: "
        "put the TypeSystem.xml of the export beside the file"
    )
    cas.findings.append(Finding("W125", path, message, first.line, first.column))


def _name_of(sofa: Structure, path: str) -> str:
    """Return the name of one of several documents of a file: the file's, and the view's if that is not the first."""
    stem, view = PurePosixPath(path).stem, dict(sofa.values).get("sofaID", sofa.id)
    return stem if view == _INITIAL else f"{stem}-{view.strip('_')}"
