"""The type systems of UIMA: what a type's features hold. From a file beside the CAS, the CAS itself, or DKPro Core.

dkpro-cassis reads type systems. Types that no type system has are inferred from their structures.
"""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from functools import lru_cache
from io import BytesIO
from typing import Any

from standoff.annotations.export import Siblings
from standoff.annotations.uima.structures import ANNOTATION, Cas, Declared, Feature, Structure
from standoff.annotations.uima.types import DOCUMENT, ENDS, Layer
from standoff.errors import InputError
from standoff.files import xmlfile

_IN_EVERY_STRUCTURE = ("sofa", "begin", "end")
_RENAMED = {"self_": "self", "type_": "type"}
"""Names of features that the library changes."""

_REFERENCES = {"first", "next", "target", *(name for pair in ENDS for name in pair)}

_METADATA_TYPE = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_METADATA = ("documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri", "isLastSegment")

_ABOVE = ("../TypeSystem.xml", "../../TypeSystem.xml")
"""Where the type system of all documents of an export lies, if each has a folder of its own."""

Types = dict[str, Declared]


def beside(siblings: Siblings, stem: str, wanted: set[str]) -> tuple[str | None, Types, list[str]]:
    """Return name and types of the type system beside a CAS, and what is wrong with those that cannot be used.

    That is the one called as the CAS, or `TypeSystem.xml`, or another whose name says so; of several such, the one
    that has most of the types that are wanted. Without one in the folder it is the `TypeSystem.xml` one or two folders
    above.
    """
    faults = []
    found: list[tuple[int, int, str, Types]] = []
    ranked = [(name, _rank(name, stem)) for name in _candidates(siblings, siblings.folder.stat().st_mtime_ns)]
    for name, rank in [*ranked, *((name, 3 + level) for level, name in enumerate(_ABOVE))]:
        if found and name in _ABOVE:
            break
        data = siblings.read(name) if rank is not None else None
        if rank is None or data is None or b"typeSystemDescription" not in data:
            continue
        try:
            types = from_xml(data, name)
        except InputError as error:
            faults.append(f"the type system {error}")
            continue
        found.append((rank, -len(wanted & types.keys()), name, types))
    if not found:
        return None, {}, faults
    _, _, name, types = min(found, key=lambda each: each[:3])
    return name, types, faults


@lru_cache(maxsize=4)
def _candidates(siblings: Siblings, changed: int) -> list[str]:
    """Return the XML files of a folder, listed once for all files in it; `changed` is when the folder was."""
    return [name for name in siblings.names() if name.lower().endswith(".xml")]


def _rank(name: str, stem: str) -> int | None:
    lower, own = name.lower(), stem.lower()
    if lower == f"{own}.xml" or (lower.startswith((f"{own}.", f"{own}-")) and "type" in lower):
        return 0
    if lower == "typesystem.xml":
        return 1
    return 2 if "type" in lower else None


@lru_cache(maxsize=8)
def from_xml(data: bytes, path: str) -> Types:
    """Return the types of a type system description. Raises InputError if it cannot be used."""
    import cassis

    xmlfile.parse(data, path)  # refuses what the library would expand
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _declared(cassis.load_typesystem(BytesIO(data)))
    except Exception as error:  # the library raises what its parts raise
        raise InputError(path, f"cannot be used: {_reason(error)}", line=1, code="E124") from None


def from_json(types: dict[str, Any], path: str) -> Types:
    """Return the types that a CAS JSON file embeds. Raises InputError if they cannot be used."""
    import cassis

    text = json.dumps({"%TYPES": types, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}, default=str)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _declared(cassis.load_cas_from_json(text).typesystem)
    except Exception as error:  # the library raises what its parts raise
        raise InputError(path, f"cannot be used: {_reason(error)}", code="E124") from None


@lru_cache(maxsize=1)
def known() -> Types:
    """Return the types of UIMA and of DKPro Core, which INCEpTION and WebAnno build upon.

    The library has all but DocumentMetaData.
    """
    import cassis

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        types = _declared(cassis.load_dkpro_core_typesystem())
    above = types[DOCUMENT]
    features = {name: Feature() for name in _METADATA}
    return {**types, _METADATA_TYPE: Declared((DOCUMENT, *above.ancestors), {**above.features, **features})}


def inferred(cas: Cas, types: Types) -> Types:
    """Return what the structures themselves tell of their types: those without a declaration, and undeclared features.

    A feature refers to others if its name says so (`Governor`, `next` …) or if it leads to links or arrays alone.
    """
    instances: dict[str, list[Structure]] = defaultdict(list)
    for structure in cas.structures.values():
        if not structure.is_built_in:
            instances[structure.type_name].append(structure)
    links = {each.id for each in cas.structures.values() if _is_link(each)}
    made: Types = {}
    for name, group in instances.items():
        declared = types.get(name)
        missing: dict[str, list[str | list[str]]] = defaultdict(list)
        referring: set[str] = set()
        for structure in group:
            for key, value in structure.given.items():
                if declared is None or key not in declared.features:
                    missing[key].append(value)
            referring |= structure.references.keys() - (declared.features.keys() if declared else set())
        if declared is None or missing or referring:
            placed = any(each.begin is not None and each.end is not None for each in group)
            ancestors = declared.ancestors if declared else ((ANNOTATION,) if placed else ())
            features = {key: _inferred(key, values, cas, links) for key, values in missing.items()}
            features |= {key: Feature(references=True) for key in referring}
            made[name] = Declared(ancestors, {**(declared.features if declared else {}), **features})
    return made


def layer(name: str, declared: Declared) -> Layer:
    """Return the layer that a declared type is."""
    features = {key: each for key, each in declared.features.items() if key not in _IN_EVERY_STRUCTURE}
    values = tuple(key for key, each in features.items() if not each.references)
    strings = tuple(key for key in values if features[key].text and not features[key].several)
    references = tuple(key for key, each in features.items() if each.references)
    return Layer(name, declared.ancestors, values, strings, references, ANNOTATION in (name, *declared.ancestors))


def _inferred(name: str, values: list[str | list[str]], cas: Cas, links: set[str]) -> Feature:
    if any(isinstance(value, list) for value in values):
        return Feature(several=True)
    if not any(values):
        return Feature(several=True)  # an empty array; an empty text would say no more
    parts = {part for value in values for part in str(value).split()}
    if parts and (parts <= links or (name in _REFERENCES and parts <= cas.structures.keys() | {"0"})):
        return Feature(references=True)
    return Feature(text=not all(_is_number(part) for part in parts))


def _is_link(structure: Structure) -> bool:
    if structure.is_built_in:
        return structure.type_name.endswith(("Array", "List", "[]"))
    has_target = "target" in structure.given or "target" in structure.references
    return structure.begin is None and structure.sofa is None and has_target


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("true", "false")
    return True


def _declared(system: Any) -> Types:
    """Turn a type system of the library into ours."""
    found: Types = {}
    for each in system.get_types(built_in=True):
        ancestors = []
        above = each.supertype
        while above is not None:
            ancestors.append(above.name)
            above = above.supertype
        found[each.name] = Declared(
            tuple(ancestors),
            {_RENAMED.get(held.name, held.name): _feature(system, held) for held in each.all_features},
        )
    return found


def _feature(system: Any, feature: Any) -> Feature:
    held = feature.rangeType
    lineage = {held.name, *_supertypes(held)}
    several = system.is_primitive_array(held) or system.is_primitive_list(held)
    if system.is_primitive(held) or several:
        shared = several and bool(feature.multipleReferencesAllowed)
        return Feature(several=several, shared=shared, text="uima.cas.String" in lineage)
    return Feature(references=True)


def _supertypes(held: Any) -> list[str]:
    names = []
    while held.supertype is not None:
        held = held.supertype
        names.append(held.name)
    return names


def _reason(error: Exception) -> str:
    """Return one line that says what a library found."""
    text = " ".join(str(error).split())
    return f"no type {text}" if isinstance(error, KeyError) else text[:200] or type(error).__name__
