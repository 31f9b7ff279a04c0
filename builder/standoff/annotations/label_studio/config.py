"""Label Studio's labeling configuration (XML) -> the labels and choices there are, and which field a text is in.

Format: https://labelstud.io/tags/. It is no part of an export; it is read where it lies beside one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from standoff.annotations.configuration import Inventory, Type
from standoff.annotations.label_studio import dialogue

PATTERN = "*config.xml"
"""What the file is called: `config.xml`, `label_config.xml` and the like."""

_TEXTS = {"text", "hypertext", "paragraphs"}
_WHOLE = "document"


@dataclass(slots=True)
class Labeling:
    """A configuration: the field of each text tag by its name, those that hold HTML, and the names of all controls.

    `utterances` has the keys of author and text in a field that holds a dialogue.
    """

    texts: dict[str, str] = field(default_factory=dict)
    html: set[str] = field(default_factory=set)
    utterances: dict[str, tuple[str, str]] = field(default_factory=dict)
    controls: set[str] = field(default_factory=set)
    inventory: Inventory = field(default_factory=Inventory)


def read(text: str) -> Inventory:
    """Return the types of a configuration; one that cannot be parsed has none, which reading its export names."""
    try:
        return parse(text.encode("utf-8")).inventory
    except ValueError:
        return Inventory()


def parse(data: bytes) -> Labeling:
    """Parse a configuration. Raises ValueError if it is no well-formed XML, or declares a document type."""
    root = _tree(data)
    found = Labeling()
    for tag in root.iter():
        kind, name = tag.tag.lower(), tag.get("name", "")
        if kind in _TEXTS and tag.get("value", "").startswith("$"):
            found.texts[name] = tag.get("value", "")[1:]
            if kind == "hypertext":
                found.html.add(name)
            elif kind == "paragraphs":
                keys = (tag.get("nameKey") or dialogue.AUTHOR, tag.get("textKey") or dialogue.TEXT)
                found.utterances[found.texts[name]] = keys
        elif tag.get("toName"):
            found.controls.add(name)
        _take(found.inventory, kind, name, tag)
    return found


def _tree(data: bytes) -> ElementTree.Element:
    """Parse XML without a document type: entities could be declared there that fill the memory."""

    def refuse(*_: object) -> None:
        raise ValueError("a document type is declared, which a labeling configuration does not need")

    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"not well-formed XML: {error}") from None
    return builder.close()


def _take(inventory: Inventory, kind: str, name: str, tag: ElementTree.Element) -> None:
    if kind in ("labels", "hypertextlabels", "paragraphlabels"):
        labels = _values(tag, "label")
        inventory.entities += [label for label in labels if label not in inventory.entities]
    elif kind == "relations":
        for label in _values(tag, "relation"):
            inventory.relations.setdefault(label, Type({"from": [], "to": []}))
    elif kind == "choices" and name:
        place = "region" if tag.get("perRegion", "").lower() == "true" else _WHOLE
        inventory.attributes.append((name, [place], _values(tag, "choice")))


def _values(tag: ElementTree.Element, kind: str) -> list[str]:
    found = (each for each in tag.iter() if each.tag.lower() == kind)
    return [value for each in found if (value := each.get("alias") or each.get("value"))]
