"""The pictures of a release, `plots/*.svg`, each with the text that stands for it in the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standoff import spelling
from standoff.audit import agreement
from standoff.card import svg
from standoff.card.statistics import LABELS, Counts, Numbers
from standoff.model import LAYERS

MOST = 20
"""Bars of a picture; the rest is one bar."""

HEADLINES = {
    ("spans", "exact"), ("spans", "relaxed"), ("entities", "mentions"), ("entities", "CoNLL mean"), ("entities", "LEA"),
    ("events", "trigger and type"), ("events", "argument"), ("events", "type"), ("attributions", "cue"),
    ("attributions", "content"), ("attributions", "source"), ("stance", "holder and target"), ("stance", "label"),
}  # fmt: skip
"""Layer and measure of the values that the card shows; `standoff agreement` has all."""


@dataclass(slots=True, frozen=True)
class Plot:
    """A picture: its name below `plots/`, its bytes, and what it shows in words."""

    name: str
    content: str
    alternative: str

    @property
    def path(self) -> str:
        """Where it lies in a release."""
        return f"plots/{self.name}.svg"


def draw(numbers: Numbers) -> dict[str, Plot]:
    """Return the pictures by name; one that would show a single number is left out."""
    found = [_lengths(numbers), _periods(numbers), _coverage(numbers), _agreement(numbers)]
    found += [_labels(title, counts, numbers) for title, counts in numbers.labels.items()]
    return {plot.name: plot for plot in found if plot}


def label_plot(title: str) -> str:
    """Return the name of the picture of a table of labels."""
    return "labels-" + title.lower().replace(" ", "-")


def headlines(numbers: Numbers) -> list[dict[str, Any]]:
    """Return the rows of agreement that the card shows: the mean of the pairs, and what is measured of documents."""
    return [
        row
        for row in numbers.agreement
        if (row["between"] == "mean" and not row["label"] and (row["layer"], row["measure"]) in HEADLINES)
        or (row["layer"] == "documents" and row["measure"] in ("agreement", "alpha"))
    ]


def _labels(title: str, counts: Counts, numbers: Numbers) -> Plot | None:
    if len(counts) < 2:
        return None
    rows = [(name, each.total()) for name, each in counts.items()]
    cut = len(rows) > MOST
    if cut:
        rest = rows[MOST - 1 :]
        rows = [*rows[: MOST - 1], (f"{len(rest)} others", sum(number for _, number in rest))]
    total = sum(each.total() for each in counts.values())
    bars = [(name, float(number), f"{number:,}") for name, number in rows]
    note = f"{total:,} in the published annotations (config {LABELS[title][0]}), all splits"
    shown = ", ".join(f"{name} {number:,}" for name, number in rows[:5])
    alternative = f"{title}, most frequent first: {shown}{_more(rows)}"
    return Plot(label_plot(title), svg.bars(title, note, bars, most=bars[0][1], rest=cut), alternative)


def _more(rows: list[tuple[str, int]]) -> str:
    return f", and {len(rows) - 5} more" if len(rows) > 5 else ""


def _lengths(numbers: Numbers) -> Plot | None:
    lengths = sorted(length for each in numbers.lengths.values() for length in each)
    if len(lengths) < 2:
        return None
    width = _bin(lengths[0], lengths[-1], min(max(round(2 * len(lengths) ** (1 / 3)), 4), 20))
    first = lengths[0] // width
    counts = [0] * (lengths[-1] // width - first + 1)
    for length in lengths:
        counts[length // width - first] += 1
    rows = [(f"{(first + at) * width:,}", float(number), f"{number:,}") for at, number in enumerate(counts)]
    note = f"Documents by characters of their texts, in steps of {width:,}"
    middle = lengths[(len(lengths) - 1) // 2]
    extent = f"from {lengths[0]:,} to {lengths[-1]:,} characters, half of them up to {middle:,}"
    alternative = f"Lengths of the texts: {extent}"
    return Plot("lengths", svg.columns("Lengths of the texts", note, rows, between=True), alternative)


def _bin(least: int, most: int, bins: int) -> int:
    """Return the least of the widths 1, 2, 5, 10 … that gives at most so many bins (Rice's rule asks for 2 n^(1/3))."""
    width = 1
    while most // width - least // width + 1 > bins:
        width = width * 5 // 2 if str(width).startswith("2") else width * 2
    return width


def _periods(numbers: Numbers) -> Plot | None:
    known = {name: counts.total() for name, counts in numbers.periods.items() if name}
    if len(known) < 2:
        return None
    unit = "year" if len(next(iter(known))) == 4 else "month"
    while len(known) > 40:
        unit = "decade" if unit != "decade" else "century"
        cut = 3 if unit == "decade" else 2
        joined: dict[str, int] = {}
        for name, number in known.items():
            key = name[:cut].ljust(4, "0")
            joined[key] = joined.get(key, 0) + number
        known = joined
    note = f"Documents by {unit} of publication"
    if "" in numbers.periods:
        note += f"; {numbers.periods[''].total():,} without a date are not shown"
    rows = [(name, float(number), f"{number:,}") for name, number in known.items()]
    alternative = f"{note}: " + ", ".join(f"{name} {number:,}" for name, number in known.items() if number)
    return Plot("documents-over-time", svg.columns("Documents over time", note, rows), alternative)


def _coverage(numbers: Numbers) -> Plot | None:
    if not numbers.coverage:
        return None
    names = list(numbers.coverage)
    cells = [[counts[layer] for layer in LAYERS] for counts in numbers.coverage.values()]
    note = "Documents on which each annotator finished each layer"
    shown = [f"{name} {min(row):,} to {max(row):,}" for name, row in zip(names, cells, strict=True)]
    alternative = f"{note}: {'; '.join(shown)}"
    return Plot("coverage", svg.grid("Annotators and layers", note, names, LAYERS, cells), alternative)


def _agreement(numbers: Numbers) -> Plot | None:
    rows = headlines(numbers)
    if not rows:
        return None
    bars = [(measure(row), float(row["value"]), f"{row['value']:.2f}") for row in rows]
    ranges = [None if row["low"] is None else (row["low"], row["high"]) for row in rows]
    documents = spelling.counted(max(row["documents"] for row in rows), "shared document")
    note = f"Mean of the pairs of annotators, with 95% intervals; up to {documents}"
    alternative = "Agreement: " + ", ".join(f"{name} {shown}" for name, _, shown in bars)
    return Plot("agreement", svg.bars("Agreement of the annotators", note, bars, ranges, most=1), alternative)


def measure(row: dict[str, Any]) -> str:
    """Return the name of a row of agreement, with its layer."""
    if row["layer"] == "documents":
        return f"documents: {row['label']}, {row['measure']}"
    return f"{row['layer']}: {agreement.name_of(row)}"
