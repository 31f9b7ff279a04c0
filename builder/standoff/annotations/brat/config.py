"""brat's annotation.conf -> the types that annotators could choose from, those never used included.

Format: https://brat.nlplab.org/configuration.html. Macros, hierarchies (indentation), `!` types, optional and
repeated roles are understood.
"""

from __future__ import annotations

import re

from standoff.annotations.configuration import Inventory, Type

FILE = "annotation.conf"
_SECTION = re.compile(r"\[([a-z]+)\]\s*")
_MACRO = re.compile(r"<([^<>]+)>\s*=\s*(.*)")
_ROLE = re.compile(r"([^\s:?*+{}<>]+)([?*+]|\{[^}]*\})?\s*:\s*(.+)")
_WIDE = {"<ENTITY>": "entity", "<EVENT>": "event", "<ANY>": "any", "<RELATION>": "relation"}


def read(text: str) -> Inventory:
    """Read an annotation.conf. Lines of other sections are passed over: they are not about annotations."""
    inventory, macros, below = Inventory(), dict[str, str](), dict[str, list[str]]()
    section, parents = "", list[tuple[int, str]]()
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if match := _SECTION.fullmatch(bare):
            section, parents = match[1], []
        elif match := _MACRO.fullmatch(bare):
            macros[f"<{match[1]}>"] = match[2].strip()
        elif not set(bare) <= {"-"}:
            name, _, rest = bare.replace("\t", " ").partition(" ")
            indent = len(line) - len(line.lstrip())
            parents = [(depth, parent) for depth, parent in parents if depth < indent]
            for _, parent in parents:
                below.setdefault(parent, []).append(name.lstrip("!"))
            parents.append((indent, name.lstrip("!")))
            if not name.startswith("!"):
                _take(inventory, section, name, _expand(rest, macros))
    _widen(inventory, below)
    return inventory


def _take(inventory: Inventory, section: str, name: str, rest: str) -> None:
    if section == "entities" and name not in inventory.entities:
        inventory.entities.append(name)
    elif section in ("events", "relations"):
        _add_roles(getattr(inventory, section).setdefault(name, Type()), rest)
    elif section == "attributes":
        pairs = dict(piece.strip().partition(":")[::2] for piece in rest.split(",") if ":" in piece)
        values = [value for value in pairs.get("Value", "true").split("|") if value]
        inventory.attributes.append((name, pairs.get("Arg", "<ANY>").split("|"), values))


def _add_roles(item: Type, rest: str) -> None:
    for piece in rest.split(","):
        match = _ROLE.fullmatch(piece.strip())
        if match:
            fillers = [_WIDE.get(filler, filler) for filler in match[3].replace(" ", "").split("|")]
            known = item.roles.setdefault(match[1], [])
            known += [filler for filler in fillers if filler and filler not in known and "<" not in filler]
            if match[2] is None:
                item.required.add(match[1])


def _expand(rest: str, macros: dict[str, str]) -> str:
    for _ in range(5):  # macros may stand in macros
        for name, meaning in macros.items():
            rest = rest.replace(name, meaning)[:100_000]
    return rest


def _widen(inventory: Inventory, below: dict[str, list[str]]) -> None:
    """Let a type that has others below it stand for those, too."""
    for table in (inventory.events, inventory.relations):
        for item in table.values():
            for fillers in item.roles.values():
                for filler in list(fillers):
                    fillers += [name for name in below.get(filler, ()) if name not in fillers]
