"""A survey of an export -> the content of its scheme.toml: what a build will see, and what it could have seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standoff import articles
from standoff.annotations import FORMATS
from standoff.annotations.configuration import Inventory
from standoff.corpus.assembly import Assembled
from standoff.corpus.scheme import Scheme
from standoff.corpus.scheme import of as scheme_of
from standoff.files import tomlfile
from standoff.inference import hints, inventory
from standoff.inference.hints import Hint
from standoff.inspection import Survey
from standoff.inspection.survey import assemble, raw_reading
from standoff.model import Annotations


def infer(survey: Survey) -> tuple[dict[str, Any], list[str]]:
    """Return the tables of scheme.toml for an export, and a line for each projection that was recognised.

    Where the export has a scheme.toml of its own, as those of `standoff export` have, that is taken as it is.
    """
    if survey.scheme:
        survey.projecting()
        name = survey.scheme.relative_to(survey.root)
        return tomlfile.read(survey.scheme)[0], [f"{name} of the export is the scheme"]
    configured = _configured(survey)
    raw = _raw(survey)
    kept, assembled = _kept(survey, [*hints.of_labels(raw), *_groups(hints.of(raw, configured.relations))])
    projection = _projection(kept)
    seen = inventory.Seen()
    projected = {label for table, label, _ in kept if table != "spans"}
    inventory.add_configured(seen, configured, projected)
    for each in assembled:
        if each.document:
            for one in each.annotations:
                inventory.add(seen, one, each.document)
    for one in raw:
        inventory.add_unproved(seen, one, projection.get("spans", {}))
    value = {"version": 1, **inventory.tables(seen)}
    if projection:
        value["projection"] = projection
    return value, list(dict.fromkeys(_line(*hint) for hint in kept))


def _line(table: str, label: str, rule: dict[str, Any]) -> str:
    """Return what is said of a projection; of labels that tell the form, one line for all of a form."""
    if rule.get("form"):
        return f"{table} {label.removesuffix(rule['label'])}… -> {rule['kind']} …, form {rule['form']}"
    return f"{table} {label} -> {rule.get('layer') or rule['kind']}"


def _configured(survey: Survey) -> Inventory:
    """Return the types of the one configuration of an export; of several that differ, none is that of all.

    Raises InputError if it cannot be opened.
    """
    root, found = survey.root, dict[bytes, Callable[[str], Inventory]]()
    for name in survey.parts:
        if configuration := FORMATS[name].configuration:
            paths = sorted(root.rglob(configuration[0]) if root.is_dir() else root.parent.glob(configuration[0]))
            for path in paths:
                if path.is_file():
                    found[articles.read_bytes(path, path.name)] = configuration[1]
    if len(found) != 1:
        return Inventory()
    data, read = found.popitem()
    return read(data.decode("utf-8-sig", errors="replace"))


def _raw(survey: Survey) -> list[Annotations]:
    """Return the annotations of tools as the files have them."""
    files = [(doc_id, file) for doc_id, file in survey.layout.files if file.format != "native"]
    readings = [raw_reading(doc_id, file) for doc_id, file in files]
    return [read[0].annotations for read in readings if read]


def _groups(found: list[Hint]) -> list[list[Hint]]:
    """Return hints that are tried together: contents of an attribution with it."""
    contents = [hint for hint in found if hint[0] == "spans"]
    return [
        [*contents, hint] if hint[2]["layer"] == "attributions" else [hint] for hint in found if hint[0] != "spans"
    ]


def _kept(survey: Survey, groups: list[list[Hint]]) -> tuple[list[Hint], list[Assembled]]:
    """Return the hints that bring no new error, and the documents with these applied."""
    kept: list[Hint] = []
    best = survey.assembled
    for group in groups:
        more = [*kept, *(hint for hint in group if hint not in kept)]
        tried = assemble(survey, _scheme(more))
        if _errors(tried) <= _errors(best):
            kept, best = more, tried
    return kept, best


def _errors(assembled: list[Assembled]) -> int:
    return sum(finding.severity == "error" for each in assembled for finding in each.findings)


def _projection(kept: list[Hint]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for table, label, rule in kept:
        value.setdefault(table, {})[label] = rule
    return value


def _scheme(kept: list[Hint]) -> Scheme:
    scheme = scheme_of({"projection": _projection(kept)})
    scheme.inferred = True
    return scheme
