"""What the Web Annotation Data Model asks of an annotation, as far as a file can be read by it.

Model: https://www.w3.org/TR/annotation-model/. Looser in what tools leave to the reader of a file: an id may be missing
or relative, and so may the source of a target with a selector, which then is the text of the file's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from standoff.files.jsonfile import Fraction

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
GROUPS = ("Choice", "List", "Composite", "Independents")
"""The types of a set of bodies or targets; its members are `items`."""

_NAMESPACES = ("oa:", "http://www.w3.org/ns/oa#")
_IRI = re.compile(r"[^\s<>\"{}|\\^`]+")
_MOMENT = re.compile(
    r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DEEPEST = 60
"""Values that lie deeper in an annotation are not looked into: no annotation needs them."""

Pointer = tuple[str | int, ...]
Problem = tuple[Pointer, str]
Test = Callable[[Any], bool]


def listed(value: Any) -> list[Any]:
    """Return the values of a field: none, one, or those of a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def types(value: Any) -> list[str]:
    """Return the types of an object, without the namespace of the model."""
    found = listed(value.get("type", value.get("@type"))) if isinstance(value, dict) else []
    return [_bare(name) for name in found if isinstance(name, str)]


def identity(value: Any) -> str | None:
    """Return the IRI of what is one, or has one."""
    found = value.get("id", value.get("@id")) if isinstance(value, dict) else value
    return found if isinstance(found, str) else None


def words(value: dict[str, Any], key: str) -> list[str]:
    """Return the words of a motivation or purpose, without the namespace of the model."""
    return [_bare(word) for word in listed(value.get(key)) if isinstance(word, str)]


def _bare(name: str) -> str:
    for namespace in _NAMESPACES:
        name = name.removeprefix(namespace)
    return name


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_iri(value: Any) -> bool:
    return isinstance(value, str) and bool(_IRI.fullmatch(value))


def _is_resource(value: Any) -> bool:
    return _is_iri(value) or isinstance(value, dict)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and bool(_MOMENT.fullmatch(value))


def _is_offset(value: Any) -> bool:
    return type(value) is int and value >= 0


_IRI_RULE = (_is_iri, "an IRI")
_TEXT_RULE = (_is_text, "text")
_RESOURCE_RULE = (_is_resource, "an IRI or an object")
_MOMENT_RULE = (_is_moment, "a date and time such as 2031-03-12T09:30:00Z")
_OFFSET_RULE = (_is_offset, "a whole number from 0")
_DIRECTION_RULE = (lambda value: value in ("ltr", "rtl", "auto"), "ltr, rtl or auto")

_ONE: dict[str, tuple[Test, str]] = {
    "id": _IRI_RULE, "@id": _IRI_RULE, "created": _MOMENT_RULE, "modified": _MOMENT_RULE, "generated": _MOMENT_RULE,
    "canonical": _IRI_RULE, "bodyValue": _TEXT_RULE, "processingLanguage": _TEXT_RULE, "textDirection": _DIRECTION_RULE,
}  # fmt: skip
"""Fields that have one value where they are there at all, and what that is."""

_SOME: dict[str, tuple[Test, str]] = {
    "creator": _RESOURCE_RULE, "generator": _RESOURCE_RULE, "rights": _IRI_RULE, "via": _IRI_RULE,
    "format": _TEXT_RULE, "language": _TEXT_RULE, "motivation": _IRI_RULE, "purpose": _IRI_RULE,
}  # fmt: skip
"""Fields that have one value or several."""

_SELECTORS: dict[str, dict[str, tuple[Test, str]]] = {
    "FragmentSelector": {"value": _TEXT_RULE},
    "CssSelector": {"value": _TEXT_RULE},
    "XPathSelector": {"value": _TEXT_RULE},
    "TextQuoteSelector": {"exact": _TEXT_RULE},
    "TextPositionSelector": {"start": _OFFSET_RULE, "end": _OFFSET_RULE},
    "DataPositionSelector": {"start": _OFFSET_RULE, "end": _OFFSET_RULE},
    "SvgSelector": {},
    "RangeSelector": {"startSelector": _RESOURCE_RULE, "endSelector": _RESOURCE_RULE},
}
"""Selectors, and what each must have."""

_ANY_TEXT_RULE = (lambda value: isinstance(value, str), "text")
_OPTIONAL: dict[str, tuple[Test, str]] = {
    "prefix": _ANY_TEXT_RULE, "suffix": _ANY_TEXT_RULE, "conformsTo": _IRI_RULE,
}  # fmt: skip


def problems(annotation: Any, *, inherited: bool) -> Iterator[Problem]:
    """Yield where an annotation breaks the model, and how; `inherited` says that what holds it has the context."""
    if not isinstance(annotation, dict):
        yield (), f"found {shown(annotation)}; expected an annotation, which is an object"
        return
    if "@context" in annotation or not inherited:
        yield from context_problems(annotation)
    if "Annotation" not in types(annotation):
        key = next((key for key in ("type", "@type") if key in annotation), None)
        found = f"found {shown(annotation[key])}" if key else "it is missing"
        yield (key,) if key else (), f"type: {found}; expected Annotation"
    yield from _fields(annotation, ())
    if "body" in annotation and "bodyValue" in annotation:
        yield ("bodyValue",), "bodyValue: stands beside body; keep one of the two"
    if not listed(annotation.get("target")):
        yield (), "target: it is missing; an annotation has one at least"
    for key in ("body", "target"):
        for pointer, resource in members(annotation.get(key), (key,)):
            yield from _resource(resource, pointer)


def context_problems(value: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the context of a file: the model's must be one of its contexts."""
    contexts = [str(one).replace("https://", "http://") for one in listed(value.get("@context"))]
    if "@context" not in value:
        yield (), f"@context: it is missing; expected {CONTEXT}"
    elif CONTEXT not in contexts:
        yield ("@context",), f"@context: found {shown(value['@context'])}; expected {CONTEXT} as one of them"


def members(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    """Yield the single bodies or targets of a field, those of lists and groups too, each with the way to it."""
    if isinstance(value, list) and not (pointer and isinstance(pointer[-1], int)):
        for index, each in enumerate(value):
            yield from members(each, (*pointer, index))
    elif isinstance(value, dict) and _is_group(value) and len(pointer) < _DEEPEST:
        yield from members(value["items"], (*pointer, "items"))
    elif value is not None:
        yield pointer, value


def _is_group(value: dict[str, Any]) -> bool:
    return len(set(types(value)) & set(GROUPS)) == 1 and isinstance(value.get("items"), list)


def _fields(value: dict[str, Any], pointer: Pointer) -> Iterator[Problem]:
    for key, found in value.items():
        if key in _ONE:
            test, wanted = _ONE[key]
            if not test(found):
                yield (*pointer, key), f"{key}: found {shown(found)}; expected {wanted}"
        elif key in _SOME:
            test, wanted = _SOME[key]
            if not all(map(test, listed(found))):
                yield (*pointer, key), f"{key}: found {shown(found)}; expected {wanted}"


def _resource(value: Any, pointer: Pointer) -> Iterator[Problem]:
    name = pointer[0]
    if not _is_resource(value):
        yield pointer, f"{name}: found {shown(value)}; expected an IRI or an object"
    if not isinstance(value, dict):
        return
    yield from _fields(value, pointer)
    kinds = types(value)
    if "items" in value:
        yield pointer, f"{name}: it has items, and no one type of {', '.join(GROUPS)} says what they are"
    elif "TextualBody" in kinds or ("value" in value and name == "body"):
        if not isinstance(value.get("value"), str):
            yield _nearest(value, "value", pointer), f"value: {_found(value, 'value')}; a textual body has one text"
    elif "SpecificResource" in kinds or "source" in value:
        source = value.get("source")
        if identity(source) is None:
            yield _nearest(value, "source", pointer), f"source: {_found(value, 'source')}; expected one IRI or object"
    elif not _is_iri(identity(value)) and not value.get("selector"):
        yield pointer, f"{name}: it has neither an id, a source nor a value"
    for at, selector in members(value.get("selector"), (*pointer, "selector")):
        yield from _selector(selector, at)


def _selector(value: Any, pointer: Pointer) -> Iterator[Problem]:
    if len(pointer) > _DEEPEST:
        yield pointer, "selectors refine each other too often"
        return
    if not isinstance(value, dict):
        if not _is_iri(value):
            yield pointer, f"selector: found {shown(value)}; expected an IRI or an object"
        return
    kind = next((name for name in types(value) if name in _SELECTORS), None)
    if kind is None and not types(value) and identity(value) is None:
        yield pointer, f"selector: it has no type; expected one of {', '.join(_SELECTORS)}"
    for key, (test, wanted) in _SELECTORS.get(kind or "", {}).items():
        if not test(value.get(key)):
            yield _nearest(value, key, pointer), f"{kind}: {key}: {_found(value, key)}; expected {wanted}"
    for key, (test, wanted) in _OPTIONAL.items():
        if key in value and not test(value[key]):
            yield (*pointer, key), f"{kind}: {key}: {_found(value, key)}; expected {wanted}"
    for key in ("refinedBy", "startSelector", "endSelector"):
        if isinstance(value.get(key), dict | list):
            for at, inner in members(value[key], (*pointer, key)):
                yield from _selector(inner, at)


def _nearest(value: dict[str, Any], key: str, pointer: Pointer) -> Pointer:
    return (*pointer, key) if key in value else pointer


def _found(value: dict[str, Any], key: str) -> str:
    return f"found {shown(value[key])}" if key in value else "it is missing"


def shown(value: Any) -> str:
    """Return a value as a message shows it."""
    text = str(value) if isinstance(value, Fraction) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
