"""Labels -> the names that a tool shows for them, and the [projection] that leads back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from standoff.corpus.scheme import FIXED_LABELS

ATTRIBUTION, STANCE, AUTHOR_STANCE, COREFERENCE = "Attribution", "Stance", "AuthorStance", "Coreference"
"""What attributions, stances, stances of the author and the links of an entity are called in a tool."""

FIELDS = {
    "Form": "form", "Factuality": "factuality", "Irrealis": "irrealis", "Subtype": "subtype",
    "SameAs": "same_as", "Time": "time_value", "Implicit": "implicit",
}  # fmt: skip
"""The attributes that hold fields of spans and events."""

ATTRIBUTION_ROLES = {"Source": "source", "Content": "content", "Cue": "cue", "Within": "parent"}
STANCE_ROLES = {"Holder": "holder", "Target": "target", "Evidence": "evidence", "In": "attribution"}
ACT, MODE, LABEL, EXPLICIT = "Act", "Mode", "Label", "Explicit"

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(slots=True)
class Names:
    """The name of every kind of span and its label; names differ where kinds or labels do.

    Names have letters of ASCII, digits, hyphens and underscores, as brat wants them, unless the tool takes `any`. A
    trigger has the name of its event. Roles are drawn as relations by tools without events. `reserved` are names
    that no attribute can have in the tool.
    """

    any: bool = False
    reserved: frozenset[str] = frozenset()
    of_spans: dict[tuple[str, str], str] = field(default_factory=dict)
    of_relations: dict[str, str] = field(default_factory=dict)
    of_roles: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def span(self, kind: str, label: str) -> str:
        """Return the name of spans of a kind and label."""
        if (kind, label) not in self.of_spans:
            taken = {*self.of_spans.values(), ATTRIBUTION, STANCE, AUTHOR_STANCE}
            self.of_spans[kind, label] = self._free(label, kind, taken)
        return self.of_spans[kind, label]

    def event(self, label: str) -> str:
        """Return the name of events of a label."""
        return self.span("trigger", label)

    def relation(self, label: str) -> str:
        """Return the name of relations of a label."""
        if label not in self.of_relations:
            self.of_relations[label] = self._free(label, "relation", self._links())
        return self.of_relations[label]

    def role(self, role: str) -> str:
        """Return the name of the links that lead to the fillers of a role, where a tool has no events."""
        if role not in self.of_roles:
            self.of_roles[role] = self._free(role, "role", self._links())
        return self.of_roles[role]

    def _links(self) -> set[str]:
        return {*self.of_relations.values(), *self.of_roles.values(), COREFERENCE}

    def _free(self, label: str, kind: str, taken: set[str]) -> str:
        plain = label if self.any else _UNSAFE.sub("_", label).strip("_") or kind
        tries = [plain, f"{plain}_{kind}", *(f"{plain}_{kind}_{n}" for n in range(2, len(taken) + 3))]
        return next(name for name in tries if name not in taken)

    def use(self, name: str) -> str:
        """Note that a projected event, relation or attribute is used, and return its name."""
        self.used.add(name)
        return name

    def projection(self) -> dict[str, Any]:
        """Return the table [projection] of a scheme.toml that leads from the names back to the layers."""
        kinds: dict[str, set[str]] = {}
        for kind, label in self.of_spans:
            kinds.setdefault(label, set()).add(kind)
        spans = {}
        for (kind, label), name in self.of_spans.items():
            plain = kind == "mention" and name == label and len(kinds[label]) == 1
            if not plain or label in FIXED_LABELS.values():
                spans[name] = {"kind": kind} | ({"label": label} if name != label else {})
        events: dict[str, dict[str, Any]] = {
            ATTRIBUTION: {"layer": "attributions", "roles": ATTRIBUTION_ROLES, "act": ACT, "mode": MODE},
            STANCE: {"layer": "stance", "roles": STANCE_ROLES, "label": LABEL, "explicit": EXPLICIT},
            AUTHOR_STANCE: {
                "layer": "stance", "label": LABEL, "explicit": EXPLICIT,
                "roles": {role: name for role, name in STANCE_ROLES.items() if name != "holder"},
            },
        }  # fmt: skip
        if self.of_roles:
            spans |= {name: {"kind": "trigger"} for name in events if name in self.used}
        tables = {
            "spans": spans,
            "events": {name: rule for name, rule in events.items() if name in self.used},
            "relations": {name: {"layer": "entities"} for name in (COREFERENCE,) if name in self.used}
            | {name: {"layer": "arguments"} for name in self.of_roles.values()},
            "attributes": {name: {"field": value} for name, value in FIELDS.items() if name in self.used},
        }
        return {name: table for name, table in tables.items() if table}


def is_safe(name: str) -> bool:
    """Say whether a name can stand as it is."""
    return bool(name) and not _UNSAFE.search(name)
