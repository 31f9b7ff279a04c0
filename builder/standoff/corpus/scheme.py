"""scheme.toml -> Scheme: the inventory of labels, roles and values, which answers questions about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from standoff.corpus.config import coded, refuse_problems
from standoff.files import schemafile, tomlfile

FILE = "scheme.toml"
CODE = "E135"
"""Code of a scheme.toml that cannot be used."""
FIXED_LABELS = {"cue": "CUE", "content": "CONTENT", "evidence": "EVIDENCE", "other": "OTHER"}
"""Labels of the span kinds for which a native file may leave the label out."""


@dataclass(slots=True)
class Role:
    """A role of an event or relation type, and what may fill it."""

    fillers: frozenset[str]
    required: bool = False

    def admits(self, kind: str, label: str) -> bool:
        """Say whether an item may fill the role.

        `kind` is entity, event, attribution, stance, relation, or the kind of a span. A mention counts as an
        entity of its label.
        """
        fillers = self.fillers
        if "any" in fillers or kind in fillers or label in fillers:
            return True
        return (kind == "mention" and "entity" in fillers) or ("span" in fillers and kind not in _TABLES)


@dataclass(slots=True)
class ItemType:
    """An event or relation type."""

    subtypes: tuple[str, ...]
    roles: dict[str, Role]


@dataclass(slots=True)
class EventProjection:
    """What an imported event becomes: a layer, and the field that each of its roles fills."""

    layer: str
    roles: dict[str, str]
    act: str | None = None
    mode: str | None = None
    label: str | None = None
    explicit: str | None = None


@dataclass(slots=True)
class SpanProjection:
    """What an imported text-bound annotation becomes."""

    kind: str
    label: str | None = None
    form: str | None = None


@dataclass(slots=True)
class Scheme:
    """The inventory of one corpus. An `inferred` one has no inventory: every label is accepted.

    `toml` is the text of scheme.toml, empty where there is none.
    """

    inferred: bool = False
    name: str | None = None
    entities: tuple[str, ...] = ()
    spans: dict[str, tuple[str, ...]] = field(default_factory=dict)
    events: dict[str, ItemType] = field(default_factory=dict)
    relations: dict[str, ItemType] = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    factuality: tuple[str, ...] = ()
    irrealis: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    attributes: dict[str, dict[str, tuple[str, ...] | None]] = field(default_factory=dict)
    refers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(layer, attribute) -> kinds of items, one of which the value names by its id if it is none of the values."""
    renames: dict[str, dict[str, str | None]] = field(default_factory=dict)
    project_spans: dict[str, SpanProjection] = field(default_factory=dict)
    project_events: dict[str, EventProjection] = field(default_factory=dict)
    project_relations: dict[str, str] = field(default_factory=dict)
    project_attributes: dict[str, str] = field(default_factory=dict)
    toml: str = field(default="", repr=False, compare=False)
    chains: tuple[str, ...] = ()
    """Forms of labels that name an entity: `*` stands for any characters, `#` for a number."""

    def span_labels(self, kind: str) -> tuple[str, ...]:
        """Return the labels that a span of a kind may have."""
        if kind == "mention":
            return self.entities
        if kind == "trigger":
            return tuple(self.events)
        fixed = FIXED_LABELS.get(kind)
        return self.spans.get(kind) or ((fixed,) if fixed else ())

    def place(self, *pointer: str) -> tuple[int, int] | None:
        """Return line and column of a table or key of scheme.toml, or of what stands around it; None without one."""
        return _place(self.toml, pointer) if self.toml else None

    def kind_of(self, label: str) -> str | None:
        """Return the span kind to which a label belongs, or None if the inventory does not hold it."""
        return self._kinds().get(label)

    def chain_of(self, label: str) -> str | None:
        """Return the form of `chains` that a label fits, None if it is the label of no chain."""
        return next((form for form in self.chains if fits(label, form)), None)

    def _kinds(self) -> dict[str, str]:
        kinds = {label: kind for kind, labels in self.spans.items() for label in labels}
        kinds |= {fixed: kind for kind, fixed in FIXED_LABELS.items()}
        return kinds | dict.fromkeys(self.entities, "mention")

    def class_labels(self) -> dict[str, dict[str, list[str]]]:
        """Return the class labels a config and column, in the order of the inventory."""
        span_labels = list(dict.fromkeys((*self.entities, *self.events)))
        for kind in ("time", "quantity", "cue", "content", "evidence", "other"):
            span_labels += [label for label in self.span_labels(kind) if label not in span_labels]
        columns = {
            "spans": {"label": span_labels},
            "entities": {"label": list(self.entities)},
            "events": {"label": list(self.events)},
            "attributions": {"act": list(self.acts)},
            "stance": {"label": list(self.stance)},
            "relations": {"label": list(self.relations)},
            "ner": {"ner_tags": ["O", *(f"{bio}-{label}" for label in self.entities for bio in "BI")]},
        }
        return {
            config: {name: labels for name, labels in fields.items() if labels} for config, fields in columns.items()
        }


def fits(label: str, form: str) -> bool:
    """Say whether a label fits a form, in which `*` stands for any characters and `#` for a number."""
    return re.fullmatch(re.escape(form).replace(r"\*", ".*").replace(r"\#", "[0-9]+"), label, re.DOTALL) is not None


_TABLES = frozenset(("entity", "event", "attribution", "stance", "relation"))


def read(root: Path) -> Scheme:
    """Read scheme.toml of a corpus folder; without one, return a Scheme that accepts every label.

    Raises ConfigError with line and column where the file does not fit `schema/scheme.schema.json`.
    """
    path = root / FILE
    if not path.is_file():
        return Scheme(inferred=True)
    with coded(CODE):
        values, text = tomlfile.read(path)
        refuse_problems(path, text, schemafile.problems(values, "scheme"))
    scheme = of(values)
    scheme.toml = text
    return scheme


@lru_cache(maxsize=512)
def _place(toml: str, pointer: tuple[str, ...]) -> tuple[int, int]:
    return tomlfile.locate(toml, pointer)


def of(values: dict[str, Any]) -> Scheme:
    """Make a Scheme of the parsed and validated content of a scheme.toml."""
    common = _roles(values.get("common_roles", {}))
    projection = values.get("projection", {})
    return Scheme(
        name=values.get("name"),
        entities=tuple(values.get("entities", {})),
        spans={kind: tuple(labels) for kind, labels in values.get("spans", {}).items()},
        events={label: _item_type(entry, common) for label, entry in values.get("events", {}).items()},
        relations={label: _item_type(entry, {}) for label, entry in values.get("relations", {}).items()},
        acts=tuple(values.get("acts", {})),
        factuality=tuple(values.get("factuality", {})),
        irrealis=tuple(values.get("irrealis", {})),
        stance=tuple(values.get("stance", {}).get("labels", {})),
        attributes={layer: _attributes(entry) for layer, entry in values.get("attributes", {}).items()},
        refers={
            (layer, name): tuple(each["refers"])
            for layer, entry in values.get("attributes", {}).items() for name, each in entry.items() if "refers" in each
        },
        renames={
            layer: {old: new if isinstance(new, str) else None for old, new in entry.items()}
            for layer, entry in values.get("map", {}).items()
        },
        project_spans={
            label: SpanProjection(**entry) for label, entry in projection.get("spans", {}).items() if "kind" in entry
        },
        project_events={label: EventProjection(**entry) for label, entry in projection.get("events", {}).items()},
        project_relations={label: entry["layer"] for label, entry in projection.get("relations", {}).items()},
        chains=tuple(form for form, entry in projection.get("spans", {}).items() if "layer" in entry),
        project_attributes={name: entry["field"] for name, entry in projection.get("attributes", {}).items()},
    )


def _item_type(entry: dict[str, Any], common: dict[str, Role]) -> ItemType:
    return ItemType(tuple(entry.get("subtypes", ())), {**common, **_roles(entry.get("roles", {}))})


def _roles(entries: dict[str, Any]) -> dict[str, Role]:
    return {name: Role(frozenset(entry["fillers"]), entry.get("required", False)) for name, entry in entries.items()}


def _attributes(entries: dict[str, Any]) -> dict[str, tuple[str, ...] | None]:
    return {name: tuple(entry["values"]) if "values" in entry else None for name, entry in entries.items()}
