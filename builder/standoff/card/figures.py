"""The numbers of the card: its tables and pictures, section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from standoff.card import markdown, plots
from standoff.card.markdown import escape
from standoff.card.plots import Plot
from standoff.card.statistics import ABOUT, MOST_COMPARED, Counts, Numbers
from standoff.model import LAYERS

MOST = 100
"""Rows of a table; the rest is one row."""


def statistics(numbers: Numbers, pictures: Mapping[str, Plot]) -> str:
    """Return the section of documents, texts and labels, a split each and together."""
    parts = ["### Statistics\n"]
    if numbers.documents:
        parts += [counted("", numbers.documents, numbers.splits), "#### Texts\n"]
        parts += [_picture("lengths", pictures), _lengths(numbers), _picture("documents-over-time", pictures)]
        if numbers.periods:
            unit = "year" if len(next(iter(numbers.periods))) == 4 else "month"
            parts.append(_folded(f"documents by {unit} of publication", numbers.periods, numbers.splits))
        for name, counts in numbers.about.items():
            parts.append(_folded(f"documents by {ABOUT[name]}", counts, numbers.splits))
    if numbers.labels:
        parts.append("#### Labels\n")
    for title, counts in numbers.labels.items():
        parts.append(_picture(plots.label_plot(title), pictures))
        parts.append(_folded(title, counts, numbers.splits))
    return "\n".join(part for part in parts if part)


def coverage(numbers: Numbers, pictures: Mapping[str, Plot]) -> str:
    """Return who annotated how much."""
    if not numbers.coverage:
        return ""
    rows = [
        (escape(name), *(f"{counts[column]:,}" for column in ("documents", *LAYERS)))
        for name, counts in numbers.coverage.items()
    ]
    head = ("annotator", "documents", *LAYERS)
    return _picture("coverage", pictures) + "\n" + _fold("annotators and layers", markdown.table(head, rows, 7))


def agreement(numbers: Numbers, pictures: Mapping[str, Plot]) -> str:
    """Return how far the annotators agree; nothing where no two of them did the same."""
    found = plots.headlines(numbers)
    if not found:
        return ""
    rows = [
        (
            escape(plots.measure(row)),
            f"{row['value']:.3f}",
            "" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}",
            f"{row['documents']:,}",
            f"{row['units']:,}",
        )
        for row in found
    ]
    head = ("measure", "mean of the pairs", "95% interval", "documents", "n")
    return "\n".join(
        [
            "#### Agreement\n",
            "Between annotators, gold left out, on the documents for which two or more finished a layer. F1 takes "
            "either annotator as the truth; alpha is Krippendorff's. The intervals are of resampled documents. "
            f"`standoff agreement` prints all measures, pairs and labels.{_sample(numbers)}\n",
            _picture("agreement", pictures),
            markdown.table(head, rows, 4),
        ]
    )


def _sample(numbers: Numbers) -> str:
    if numbers.shared <= MOST_COMPARED:
        return ""
    return (
        f" Here {MOST_COMPARED:,} of the {numbers.shared:,} shared documents are compared, drawn by the SHA-256 of "
        "their ids; it compares all."
    )


def counted(name: str, counts: Counts, splits: Sequence[str], *, shares: bool = False) -> str:
    """Return a table: a row a name, a column a split, their sum, and if asked for the share of all."""
    rows = list(counts.items())
    if len(rows) > MOST:
        rest = rows[MOST - 1 :]
        joined = sum((each for _, each in rest), Counter[str]())
        rows = [*rows[: MOST - 1], (f"{len(rest):,} others", joined)]
    total = sum(each.total() for each in counts.values()) or 1
    body = [
        (
            escape(label) or "*not known*",
            *(f"{each[split]:,}" for split in splits),
            f"{each.total():,}",
            *([f"{100 * each.total() / total:.1f}%"] if shares else []),
        )
        for label, each in rows
    ]
    head = [name, *splits, "all", *(["share"] if shares else [])]
    return markdown.table(head, body, len(head) - 1)


def _folded(title: str, counts: Counts, splits: Sequence[str]) -> str:
    return _fold(title, counted("", counts, splits, shares=True))


def _fold(title: str, table: str) -> str:
    return markdown.folded(f"Numbers: {title[0].lower()}{title[1:]}", table)


def _picture(name: str, pictures: Mapping[str, Plot]) -> str:
    return markdown.image(pictures[name].alternative, pictures[name].path) if name in pictures else ""


def _lengths(numbers: Numbers) -> str:
    """Return quartiles of the lengths of the included texts, in characters."""
    if not numbers.lengths:
        return ""
    together = sorted(length for each in numbers.lengths.values() for length in each)
    columns = [numbers.lengths.get(split, []) for split in numbers.splits] + [together]
    names = ("shortest", "first quarter up to", "half up to", "third quarter up to", "longest")
    rows = [
        (name, *(f"{each[(len(each) - 1) * at // 4]:,}" if each else "–" for each in columns))
        for at, name in enumerate(names)
    ]
    return markdown.table(("characters of a text", *numbers.splits, "all"), rows, len(columns))
