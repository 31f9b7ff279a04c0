"""The report of `standoff agreement` -> tables and heat maps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standoff.site.charts import disagreement, shade

_LABELS, _CONFUSED = 60, 16
_ALPHAS = {"type", "author's factuality", "label", "label, ordinal"}
_HEADLINES = {
    ("spans", "exact"), ("spans", "relaxed"), ("entities", "CoNLL mean"), ("entities", "LEA"),
    ("events", "trigger and type"), ("events", "argument"), ("attributions", "content"),
    ("attributions", "source"), ("stance", "holder and target"),
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Cell:
    """A value of 0 to 1 with its shade, or the reason why there is none."""

    text: str
    shade: str = ""
    reason: str = ""


@dataclass(slots=True, frozen=True)
class Measure:
    """A line of the main table: the mean of the pairs, with its interval on a scale of 0 to 1."""

    layer: str
    name: str
    cell: Cell
    interval: str
    low: float | None
    high: float | None
    value: float | None
    together: str
    documents: int
    units: int
    headline: bool


@dataclass(slots=True)
class Grid:
    """A heat map: heads above, a row a name."""

    heads: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass(slots=True)
class Agreement:
    """What the page of agreement shows; `nobody` says why there is nothing to compare."""

    annotators: list[str]
    nobody: str
    shared: list[tuple[str, str]]
    measures: list[Measure]
    pairs: Grid
    labels: Grid
    confusion: Grid
    differences: list[tuple[str, str, int]]
    left_out: int


def view(found: dict[str, Any]) -> Agreement:
    """Return the view of a report of `audit.agreement`."""
    rows = [row for row in found["measures"] if "documents" in row]
    together = {_key(row): row["value"] for row in rows if row["between"] == "all"}
    labels, left_out = _labels(rows)
    return Agreement(
        found["annotators"],
        _nobody(found, rows),
        [_shared(row) for row in found["shared"]],
        [_measure(row, together) for row in rows if _is_summary(row)],
        _pairs(rows, found["pairs"]),
        labels,
        _confusion(found),
        _differences(found),
        left_out,
    )


def _nobody(found: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    if any(row["documents"] for row in rows):
        return ""
    names = found["annotators"]
    if len(names) < 2:
        who = f"only {names[0]} has" if names else "nobody has"
        return f"There is nothing to compare: {who} annotated this release. A second annotator makes agreement visible."
    return (
        f"There is nothing to compare: {', '.join(names)} finished no layer of the same document. "
        "Give them some documents in common."
    )


def _shared(row: dict[str, Any]) -> tuple[str, str]:
    counts = {name: number for name, number in row.items() if name != "between"}
    return " – ".join(row["between"]), ", ".join(f"{name} {number}" for name, number in counts.items() if number)


def _is_summary(row: dict[str, Any]) -> bool:
    if row["layer"] == "documents":
        return row["between"] in ("mean", "all", None)
    return row["between"] == "mean" and not row["label"]


def _measure(row: dict[str, Any], together: dict[tuple[Any, ...], float | None]) -> Measure:
    layer = f"documents: {row['label']}" if row["layer"] == "documents" else row["layer"]
    low, high = row.get("low"), row.get("high")
    everybody = together.get(_key(row)) if row["layer"] != "documents" else None
    return Measure(
        layer, _name(row), _cell(row), "" if low is None else f"{low:.3f} to {high:.3f}", low, high, row["value"],
        "" if everybody is None else f"{everybody:.3f}", row["documents"], row["units"],
        (row["layer"], row["measure"]) in _HEADLINES,
    )  # fmt: skip


def _name(row: dict[str, Any]) -> str:
    if row["layer"] in ("documents", "entities") or row["measure"].startswith("alpha"):
        return str(row["measure"])
    return f"{row['measure']} {'alpha' if row['measure'] in _ALPHAS else 'F1'}"


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["layer"], row["label"], row["measure"]


def _cell(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell("–", "", "not measured")
    if row["value"] is None:
        return Cell("–", "", row.get("reason") or "not defined")
    return Cell(f"{row['value']:.2f}" if row["label"] else f"{row['value']:.3f}", disagreement(row["value"]))


def _pairs(rows: Sequence[dict[str, Any]], pairs: Sequence[list[str]]) -> Grid:
    by_name: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
    for row in rows:
        if isinstance(row["between"], list) and (row["layer"], row["measure"]) in _HEADLINES and not row["label"]:
            by_name.setdefault(f"{row['layer']}: {_name(row)}", {})[tuple(row["between"])] = row
    return Grid(
        [" – ".join(pair) for pair in pairs],
        [(name, [_cell(values.get(tuple(pair))) for pair in pairs]) for name, values in by_name.items()],
    )


def _labels(rows: Sequence[dict[str, Any]]) -> tuple[Grid, int]:
    by_label: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["layer"] == "spans" and row["label"] and row["between"] == "mean":
            by_label.setdefault(row["label"], {})[row["measure"]] = row
    order = sorted(by_label.items(), key=lambda item: (-item[1]["exact"]["units"], item[0]))
    measured = {name for each in by_label.values() for name in each}
    heads = [name for name in ("exact", "relaxed", "alpha", "alpha_u") if name in measured]
    shown = [
        (label, [*(_cell(each.get(name)) for name in heads), Cell(str(each["exact"]["units"]), "count")])
        for label, each in order[:_LABELS]
    ]
    return Grid([*heads, "n"], shown), max(len(order) - _LABELS, 0)


def _counts(found: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Return how often two labels met, over all pairs, without regard to who of the two used which."""
    counts: Counter[tuple[str, str]] = Counter()
    for pair in found["confusions"]:
        for row in pair["spans"]:
            one, other = sorted((row["first"], row["second"]), key=lambda label: (label == "missed", label))
            counts[one, other] += row["times"]
    return counts


def _confusion(found: dict[str, Any]) -> Grid:
    """Return the heat map of confusions: of a label's meetings, the share with each other label."""
    counts = _counts(found)
    off: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for (one, other), times in counts.items():
        for label in {one, other}:
            total[label] += times
            off[label] += times if one != other else 0
    names = [name for name, times in sorted(off.items(), key=lambda item: (item[0] == "missed", -item[1], item[0]))
             if times and name != "missed"][:_CONFUSED]  # fmt: skip
    heads = [*names, *(["missed"] if off["missed"] else [])]
    rows = []
    for name in names:
        times_of = [counts[name, head] or counts[head, name] for head in heads]
        cells = [Cell(str(times) if times else "", shade(times / total[name]) if times else "") for times in times_of]
        rows.append((name, cells))
    return Grid(heads, rows)


def _differences(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    counts = [(one, other, times) for (one, other), times in _counts(found).items() if one != other]
    return sorted(counts, key=lambda row: (-row[2], row[0], row[1]))[:40]
