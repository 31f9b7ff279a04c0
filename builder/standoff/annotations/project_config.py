"""exportedproject.json of INCEpTION and WebAnno -> the labels and values of its tagsets, those never used included.

Only layers that the project made itself count: every project has the built-in ones, with all their tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from standoff.annotations.configuration import Inventory, Type
from standoff.annotations.uima.types import ENDS, Kind, Layer
from standoff.errors import InputError
from standoff.files import jsonfile

FILE = "exportedproject*.json"
_PLACES = {Kind.RELATION: "<RELATION>", Kind.SLOTS: "<EVENT>"}
_TEXT = "uima.cas.String"


def read(text: str) -> Inventory:
    """Read the layers and tagsets of a project; of a file that is no JSON, none: the survey has the finding."""
    inventory = Inventory()
    try:
        value = jsonfile.parse(text, FILE)
    except InputError:
        return inventory
    tags = {str(each.get("name")): list(_tags(each)) for each in _objects(value, "tag_sets")}
    for declared in _objects(value, "layers"):
        if declared.get("enabled", True) and not declared.get("built_in"):
            _add(inventory, declared, tags)
    return inventory


def _add(inventory: Inventory, declared: dict[str, Any], tags: dict[str, list[str]]) -> None:
    """Add one layer: the tags of its main feature are labels, those of the others values of attributes."""
    features = {str(each.get("name")): each for each in _objects(declared, "features")}
    layer = _layer(declared, features)
    main = "referenceType" if declared.get("type") == "chain" else layer.main_feature
    labels = _tagset(features.get(main or "", {}), tags)
    place = _PLACES.get(layer.kind, "<ENTITY>")
    for name, each in features.items():
        values = _tagset(each, tags)
        if values and name != main:
            inventory.attributes.append((name, [place], values))
    if labels:
        inventory.attributes.append(("layer", [place], [layer.name]))
    if layer.kind is Kind.RELATION:
        for label in labels or [layer.name]:
            inventory.relations.setdefault(label, Type({role: [] for role in ENDS[0]}))
    elif layer.kind is Kind.SLOTS:
        for label in labels or [layer.name]:
            inventory.events.setdefault(label, Type())
    elif layer.kind in (Kind.SPAN, Kind.CHAIN_LINK):
        inventory.entities += [label for label in labels or [layer.name] if label not in inventory.entities]


def _layer(declared: dict[str, Any], features: dict[str, dict[str, Any]]) -> Layer:
    kind = declared.get("type")
    links = tuple(name for name, each in features.items() if each.get("link_mode") not in (None, "NONE"))
    values = tuple(name for name in features if name not in (*links, *ENDS[0], *ENDS[1]))
    strings = tuple(name for name in values if features[name].get("type") == _TEXT)
    references = (*ENDS[0], *links) if kind == "relation" else links
    placed = kind in ("span", "relation", "chain")
    return Layer(str(declared.get("name")), (), values, strings, references, placed)


def _tagset(feature: dict[str, Any], tags: dict[str, list[str]]) -> list[str]:
    tagset = feature.get("tag_set")
    return tags.get(str(tagset.get("name")), []) if isinstance(tagset, dict) else []


def _tags(tagset: dict[str, Any]) -> Iterator[str]:
    return (str(each["tag_name"]) for each in _objects(tagset, "tags") if each.get("tag_name"))


def _objects(value: Any, name: str) -> Iterable[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
