"""The head of a WebAnno TSV file -> its version, its layers with their columns, and further lines.

Format: appendix "WebAnno TSV 3.3 File format" of the INCEpTION user guide. A layer is a line such as
`#T_SP=webanno.custom.Person|value|role`; its columns stand in this order in every row, behind id, offsets and token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from standoff.errors import InputError

SPANS, CHAINS, RELATIONS = "T_SP", "T_CH", "T_RL"
FIRST_COLUMN = 3
"""The number of the first column of a layer in a row, from 0."""

_FORMAT = re.compile(r"#FORMAT=WebAnno TSV (?P<major>[0-9]{1,3})(?:\.(?P<minor>[0-9]{1,3}))?\s*")
_PAIR = re.compile(r"#([^=\s][^=]*)=(.*)")
_OLD_LAYER = re.compile(r"\s*#\s?[\w.]+\s?\|")
_OLD_ROW = re.compile(r"[0-9]+(-[0-9]+)?\t")
_HOW = "export it from the tool as WebAnno TSV 3.3 or UIMA CAS XMI"


class Use(Enum):
    """What a column holds."""

    PLACEHOLDER = "that there is an annotation, of a layer without features"
    VALUE = "the value of a feature"
    ROLE = "the roles of a link feature"
    TARGET = "what the links of a link feature lead to"
    BASE = "where a relation comes from"
    CHAIN_TYPE = "the type of a mention in a chain"
    CHAIN_LINK = "the kind of the link to the next mention, with the number of the chain and of the mention in it"


@dataclass(slots=True, frozen=True)
class Column:
    """One column: its number in a row (from 0), its feature, and the type of what it refers to."""

    number: int
    use: Use
    feature: str = ""
    target: str = ""


@dataclass(slots=True)
class TsvLayer:
    """One layer: its type name, which of the three kinds it is, and its columns."""

    type_name: str
    kind: str
    columns: list[Column] = field(default_factory=list)

    def of(self, use: Use) -> list[Column]:
        """Return the columns of one use."""
        return [column for column in self.columns if column.use is use]


@dataclass(slots=True)
class Header:
    """All that stands before the first sentence. `further` are other lines, as (name, value, line)."""

    minor: int
    layers: list[TsvLayer] = field(default_factory=list)
    further: list[tuple[str, str, int]] = field(default_factory=list)
    width: int = FIRST_COLUMN
    end: int = 1

    def layer(self, type_name: str) -> TsvLayer | None:
        """Return the layer of a type."""
        return next((layer for layer in self.layers if layer.type_name == type_name), None)


def is_old(head: str) -> bool:
    """Say whether a text begins as WebAnno TSV 1 or 2 do, which name no format."""
    lines = [line for line in head.split("\n")[:6] if line.strip()]
    if not lines or lines[0].startswith("#FORMAT="):
        return False
    layered = bool(_OLD_LAYER.match(lines[0]))
    texts = [n for n, line in enumerate(lines) if line.startswith("#text=")]
    rows = texts and len(lines) > texts[0] + 1 and _OLD_ROW.match(lines[texts[0] + 1])
    return bool(rows) and (layered or lines[0].startswith("#id="))


def read(lines: list[str], path: str) -> Header:
    """Read the head. Raises InputError if the version or a layer cannot be understood: then no column can."""
    header = _start(lines[0] if lines else "", lines, path)
    for number, line in enumerate(lines[1:], 2):
        pair = _PAIR.fullmatch(line)
        name = pair[1] if pair else ""
        if name in ("Text", "Sentence.id") or (line and not line.startswith("#")):
            break
        header.end = number
        if name in (SPANS, CHAINS, RELATIONS) and pair:
            _add_layer(header, name, pair[2], number, path)
        elif name.startswith("T_"):
            message = f"found #{name}=; expected #T_SP=, #T_CH= or #T_RL=: a layer of spans, chains or relations"
            raise InputError(path, message, line=number, column=1, code="E131")
        elif line:
            header.further.append((name, pair[2] if pair else line.lstrip("#"), number))
    return header


def _start(first: str, lines: list[str], path: str) -> Header:
    match = _FORMAT.fullmatch(first)
    if match and match["major"] == "3" and int(match["minor"] or 0) <= 3:
        return Header(int(match["minor"] or 0))
    if match:
        version = f"{match['major']}.{match['minor'] or 0}"
        message = f"is WebAnno TSV {version}, and 3.0 to 3.3 can be read; {_HOW}"
    elif is_old("\n".join(lines[:6])):
        message = f"is WebAnno TSV 1 or 2, which have no offsets and cannot be read; {_HOW}"
    else:
        message = f"is no WebAnno TSV 3: its first line is {first[:60]!r}; expected '#FORMAT=WebAnno TSV 3.3'"
    raise InputError(path, message, line=1, column=1, code="E132")


def _add_layer(header: Header, kind: str, declared: str, number: int, path: str) -> None:
    """Add the layer of one line; an empty declaration of a column is no column, as WebAnno reads it."""
    names = declared.split("|")
    fields = [name for name in names[1:] if name]
    layer = TsvLayer(names[0], kind)
    for name in fields:
        layer.columns.append(_column(header, layer, name))
    if not fields:
        layer.columns.append(Column(header.width, Use.PLACEHOLDER))
    fault = _fault(layer)
    if header.layer(layer.type_name):
        fault = "a layer that stands on another line already"
    if fault:
        message = f"found {fault} in the layer {declared[:80]!r}; export the document again"
        raise InputError(path, message, line=number, column=len(kind) + 3, code="E131")
    header.width += len(layer.columns)
    header.layers.append(layer)


def _column(header: Header, layer: TsvLayer, name: str) -> Column:
    number, before = header.width + len(layer.columns), layer.columns[-1:]
    if layer.kind == SPANS and name.startswith("ROLE_"):
        return Column(number, Use.ROLE, _link_feature(name))
    if layer.kind == SPANS and before and before[0].use is Use.ROLE:
        return Column(number, Use.TARGET, before[0].feature, name)
    if layer.kind == RELATIONS and name.startswith("BT_"):
        return Column(number, Use.BASE, "", name.removeprefix("BT_"))
    if layer.kind == CHAINS and name == "referenceType":
        return Column(number, Use.CHAIN_TYPE, name)
    if layer.kind == CHAINS and name == "referenceRelation":
        return Column(number, Use.CHAIN_LINK, name)
    return Column(number, Use.VALUE, name)


def _link_feature(declared: str) -> str:
    """Return `links` of `ROLE_webanno.custom.Host:links_webanno.custom.LinkType`; a feature's name has no dot."""
    rest = declared.removeprefix("ROLE_").rpartition(":")[2]
    dot = rest.find(".")
    return rest[: rest.rfind("_", 0, dot if dot >= 0 else len(rest))] if "_" in rest else rest


def _fault(layer: TsvLayer) -> str | None:
    if not layer.type_name:
        return "no name"
    if layer.kind == SPANS and len(layer.of(Use.ROLE)) != len(layer.of(Use.TARGET)):
        return "roles without a column for what they lead to"
    if layer.kind == RELATIONS and len(layer.of(Use.BASE)) != 1:
        return "no column BT_ for where a relation comes from"
    if layer.kind == CHAINS and len(layer.of(Use.CHAIN_LINK)) != 1:
        return "no column referenceRelation"
    return None
