"""What several tests make: documents, readings, small corpora, and texts as hypothesis invents them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from standoff import articles
from standoff.annotations.reading import Reading
from standoff.corpus.config import Articles, Cut
from standoff.model import Annotations, Document, Metadata, Span

quick = settings(max_examples=100, deadline=None, derandomize=True)
"""Settings of a property test of pure functions: the same examples in every run."""

some = settings(max_examples=40, deadline=None, derandomize=True)
"""Settings of a property test whose examples take long to invent."""

few = settings(max_examples=25, deadline=None, derandomize=True)
"""Settings of a property test that writes files."""

PIECES = [
    "a", "B", "Kassar", " ", "  ", "\n", ".", ",", "“", "”", "'", "-", "—", "é", "e\u0301", "ß", "İ", "\u00a0",
    "שלום", "مرحبا", "\u200f", "中", "क्षि", "😀", "👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "\u200d", "\u0301", "\U0001d11e",
]  # fmt: skip
"""Pieces of text that readers and counters stumble over."""

texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
"""Texts of hard pieces, without carriage returns and byte order marks."""

raw_texts = st.lists(st.sampled_from([*PIECES, "\r\n", "\r", "\n", "\ufeff"]), max_size=30).map("".join)
"""Raw texts of hard pieces, with all kinds of line ends, and byte order marks anywhere."""

ARTICLE = "Bridge at Kassar shelled\n\nKASSAR — Gunners shelled the bridge at Kassar. Nobody was hurt.\n"
"""A short article with headline and dateline; `Kassar` stands twice, `KASSAR` once."""


def document(raw: str, *, cuts: list[Cut] | None = None, withheld: bool = False, present: bool = True) -> Document:
    """Make a document of decoded raw text; a withheld one with its text at hand, or not `present`."""
    made, _ = articles.freeze("d", raw, "0" * 64, "raw/d.txt", Metadata(), Articles(cuts=cuts or []))
    made.withheld = withheld
    if not present:
        made.text = None
    return made


def reading(spans: list[Span] | None = None, **lists: object) -> Reading:
    """Make what a reader returns, of items made by hand."""
    return Reading(Annotations("d", "a1", "d.ann", "0" * 64, spans=spans or [], **lists))  # type: ignore[arg-type]


def span(name: str, *fragments: tuple[int, int], surface: str | None = None, label: str = "X", **more: object) -> Span:
    """Make a mention, or a span of another `kind`."""
    fields = {"kind": "mention", "line": 1, "column": 1, **more}
    return Span(id=name, raw_id=name, label=label, fragments=list(fragments), surface=surface, **fields)  # type: ignore[arg-type]


def codes(found: Reading) -> list[str]:
    """Return the codes of a reading's findings, sorted."""
    return sorted(finding.code for finding in found.findings)


def errors(found: Reading) -> list[str]:
    """Return the codes of a reading's findings that stop a build, sorted."""
    return sorted(finding.code for finding in found.findings if finding.severity == "error")


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder: for property tests, which cannot share a fixture between examples."""
    with tempfile.TemporaryDirectory(prefix="standoff-test-") as name:
        yield Path(name)
