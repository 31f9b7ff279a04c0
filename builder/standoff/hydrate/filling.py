"""The rows of withheld documents -> the same documents with the user's texts, and the fate of every annotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff import articles
from standoff.articles import plain
from standoff.corpus.splits import SPLITS
from standoff.hydrate import placing
from standoff.hydrate.copies import Match
from standoff.hydrate.placing import Fate
from standoff.model import ITEM_LISTS, Annotations, Document
from standoff.tables import readback
from standoff.tables.rows import Row, Rows


@dataclass(slots=True)
class Filled:
    """A document with a text of the user's: everybody's annotations on it, and who is published (None: nobody)."""

    document: Document
    match: Match
    published: str | None = None
    work: dict[str, Annotations] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    ner_left_out: Counter[str] = field(default_factory=Counter)

    @property
    def split(self) -> str:
        """Its split."""
        return str(self.document.metadata.split)

    def rows(self, config: str) -> list[Row]:
        """Return its rows in a config other than `provenance`, which tells of files and not of the text."""
        if config == "annotations":
            return [row for name in self.others for row in Rows(self.document, self.work[name]).documents()]
        made = Rows(self.document, self.work[self.published] if self.published else None)
        found: list[Row] = list(getattr(made, config)())
        if config == "ner":
            self.ner_left_out = made.left_out
        return found

    def kept(self) -> set[tuple[str, str, str]]:
        """Return annotator, layer and id of every item that stays."""
        return {
            (name, layer, item.id)
            for name, annotations in self.work.items()
            for layer in ITEM_LISTS
            for item in getattr(annotations, layer)
        }


def fill(release: Path, matches: Mapping[str, Match]) -> dict[str, Filled]:
    """Return the documents that have a match, by id, with all annotations placed in their texts."""
    filled: dict[str, Filled] = {}
    for config, row, split in _rows(release):
        doc_id, annotator = row["doc_id"], row["annotator"]
        if doc_id not in matches:
            continue
        each = readback.annotated(row, split)
        if doc_id not in filled:
            filled[doc_id] = Filled(_with_text(each.document, matches[doc_id]), matches[doc_id])
        known = filled[doc_id]
        if config == "documents":
            known.published = annotator
        else:
            known.others.append(annotator)
        if annotator is not None and annotator not in known.work:
            known.fates += placing.place(each.annotations, matches[doc_id].runs)
            known.work[annotator] = each.annotations
    return filled


def _rows(release: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    for config in ("documents", "annotations"):
        for split in SPLITS:
            for row in readback.rows(release / config, split):
                yield config, row, split


def _with_text(document: Document, match: Match) -> Document:
    """Give a withheld document its text. Title and dateline are those that the text shows."""
    text = match.text
    document.text, document.text_sha256, document.text_length = text, articles.digest(text), len(text)
    document.sections, document.withheld = match.sections, False
    for section in match.sections:
        words = text[section.start : section.end]
        if section.kind == "title":
            document.metadata.title = words.strip()
        elif section.kind == "dateline":
            document.metadata.dateline = plain.place_of(words)
    return document
