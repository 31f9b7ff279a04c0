"""UIMA CAS JSON (`.json`), as INCEpTION and DKPro Core write it -> an Export.

Format: UIMA JSON CAS 0.4.0, https://github.com/apache/uima-uimaj-io-jsoncas. Feature structures stand in a list, or in
an object by their ids; the type system is in the file, or lies beside it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from standoff.annotations.export import Export, Siblings
from standoff.annotations.reading import start
from standoff.annotations.uima import cas
from standoff.annotations.uima import typesystem as uima_typesystem
from standoff.annotations.uima.structures import Cas, Structure
from standoff.errors import InputError
from standoff.files import jsonfile
from standoff.finding import Finding

_TYPES, _STRUCTURES, _VIEWS = "%TYPES", "%FEATURE_STRUCTURES", "%VIEWS"
_START = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"%[A-Z_]+"\s*:')
_ID = re.compile(r"[0-9]{1,18}")


def unpack(data: bytes, path: str, siblings: Siblings) -> Export:
    """Read one CAS JSON file. Every view with a text is a document; offsets count UTF-16 units.

    Raises InputError if the file is no UTF-8, no JSON, or has no feature structures. What is wrong in it is a finding,
    and reading goes on.
    """
    _, text = start(data, "", "", path)
    value = jsonfile.parse(text, path, whole_numbers=True)
    found = _structures(value, text, path)
    wanted = {structure.type_name for structure in found.structures.values()}
    types, faults = _embedded(value, path)
    name = None
    if wanted - types.keys() - uima_typesystem.known().keys():
        name, beside, more = uima_typesystem.beside(siblings, PurePosixPath(path).stem, wanted)
        types, faults = {**beside, **types}, [*faults, *more]
    found.findings += [Finding("W125", path, f"{fault}; its types are inferred", 1, 1) for fault in faults]
    return cas.export(found, {**uima_typesystem.known(), **types}, name, data, path, siblings)


def sniff(data: bytes) -> bool:
    """Say whether a JSON file is a CAS: an object whose first key is one of the format's."""
    return bool(_START.match(data[:1000]))


def _embedded(value: dict[str, Any], path: str) -> tuple[uima_typesystem.Types, list[str]]:
    types = value.get(_TYPES)
    if not types:
        return {}, []
    try:
        return uima_typesystem.from_json(types, _TYPES), []
    except InputError as error:
        return {}, [f"the type system {error}"]


def _structures(value: Any, text: str, path: str) -> Cas:
    held = value.get(_STRUCTURES, []) if isinstance(value, dict) else None
    if not isinstance(held, list | dict):
        message = f"{_STRUCTURES} is no list or object of feature structures, so that the file is no CAS"
        raise InputError(path, message, line=1, column=1, code="E102")
    found = Cas()
    places = jsonfile.places(text, [_STRUCTURES]) if held else []
    entries = held.items() if isinstance(held, dict) else ((None, entry) for entry in held)
    for (key, entry), place in zip(entries, places, strict=True):
        name = key if key is not None else _id_of(entry)
        if not isinstance(entry, dict) or not isinstance(entry.get("%TYPE"), str):
            _fault(found, path, "E103", "found no object with a %TYPE; expected a feature structure", place)
        elif not isinstance(name, str) or not _ID.fullmatch(name):
            _fault(found, path, "E306", f"found the id {str(name)[:40]!r}; expected a number", place)
        else:
            found.add(_structure(entry, name, place), path)
    _add_views(found, value.get(_VIEWS), text, path)
    return found


def _id_of(entry: Any) -> str | None:
    number = entry.get("%ID") if isinstance(entry, dict) else None
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else None


def _structure(entry: dict[str, Any], name: str, place: jsonfile.Place) -> Structure:
    made = Structure(name, entry["%TYPE"], *place, {})
    for key, value in entry.items():
        if value is None or key in ("%ID", "%TYPE", "%FLAGS"):
            continue
        feature = key.lstrip("@#^") if key != "%ELEMENTS" else "elements"
        holds_references = key.startswith("@") or (
            feature == "elements" and (made.type_name.endswith("[]") or made.type_name == "uima.cas.FSArray")
        )
        if holds_references:
            ids = [_plain(each) for each in (value if isinstance(value, list) else [value]) if each]
            made.references[feature] = ids
        elif isinstance(value, list):
            made.given[feature] = [_plain(each) for each in value]
        else:
            made.given[feature] = _plain(value)
    made.sofa = next(iter(made.references.pop("sofa", [])), None)
    made.begin, made.end = (_popped(made.given, feature) for feature in ("begin", "end"))
    return made


def _popped(given: dict[str, str | list[str]], feature: str) -> str | None:
    value = given.pop(feature, None)
    return value if value is None else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _add_views(found: Cas, views: Any, text: str, path: str) -> None:
    if views is None:
        return
    if not isinstance(views, dict) or not all(isinstance(view, dict) for view in views.values()):
        place = jsonfile.locate(text, [_VIEWS])
        _fault(found, path, "E103", f"{_VIEWS}: expected an object of views by name", place)
        return
    for name, view in views.items():
        members, sofa = view.get("%MEMBERS"), view.get("%SOFA")
        listed = [str(member) for member in members] if isinstance(members, list) else []
        found.members.setdefault(str(sofa), []).extend(listed)
        if str(sofa) not in found.sofas:
            cas.note_silent_view(found, name, len(listed), path, *jsonfile.locate_key(text, [_VIEWS], name))


def _fault(found: Cas, path: str, code: str, message: str, place: jsonfile.Place) -> None:
    found.findings.append(Finding(code, path, message, *place))
