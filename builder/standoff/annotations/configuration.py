"""What a tool's own configuration says: the types that annotators could choose from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Type:
    """A type of the configuration: roles with their fillers, and the roles that must be filled."""

    roles: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Inventory:
    """All types of a configuration, in its order; attributes are (name, where it may stand) -> values."""

    entities: list[str] = field(default_factory=list)
    events: dict[str, Type] = field(default_factory=dict)
    relations: dict[str, Type] = field(default_factory=dict)
    attributes: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
