"""What the analyses of an audit read: a release with its texts in tokens, and the line that each item comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from pathlib import Path, PurePosixPath

from standoff.audit.listing import Cell, Target
from standoff.diff import sides
from standoff.diff.sides import Row, Side, Work
from standoff.errors import InputError
from standoff.model import Fragment
from standoff.tables import segmentation

_AROUND = 40


class Article:
    """A document of a release. `text` is None where it is withheld; offsets are code points, tokens are counted."""

    def __init__(self, row: Row, split: str) -> None:
        self.row, self.split = row, split
        self.doc_id: str = row["doc_id"]
        self.text: str | None = row["text"] if row["text_status"] != "withheld" else None

    @cached_property
    def tokens(self) -> list[Fragment]:
        """The places of the tokens; none of a withheld text."""
        return segmentation.tokens(self.text, 0, len(self.text)) if self.text is not None else []

    @cached_property
    def words(self) -> list[str]:
        """The tokens themselves."""
        text = self.text or ""
        return [text[start:end] for start, end in self.tokens]

    @cached_property
    def starts(self) -> dict[int, int]:
        """The number of the token that begins at an offset."""
        return {start: number for number, (start, _) in enumerate(self.tokens)}

    @cached_property
    def ends(self) -> dict[int, int]:
        """The number of the token after the one that ends at an offset."""
        return {end: number + 1 for number, (_, end) in enumerate(self.tokens)}

    @cached_property
    def sentences(self) -> list[Fragment]:
        """The places of the sentences; none of a withheld text."""
        return segmentation.sentences(self.text) if self.text is not None else []

    def sentence_at(self, offset: int | None) -> Fragment | None:
        """Return the place of the sentence that an offset lies in, None where there is none."""
        if offset is None or not self.sentences:
            return None
        number = bisect_right(self.sentences, offset, key=lambda place: place[0]) - 1
        return self.sentences[max(number, 0)]

    def context(self, start: int, end: int) -> str:
        """Return some words with those around them, marked by brackets; offsets where the text is withheld."""
        if self.text is None:
            return f"{start}–{end}"
        before, after = self.text[max(0, start - _AROUND) : start], self.text[end : end + _AROUND]
        head = ("…" if start > _AROUND else "") + before
        tail = after + ("…" if end + _AROUND < len(self.text) else "")
        return " ".join(f"{head}[{self.text[start:end]}]{tail}".split())

    def line_of(self, offset: int) -> int:
        """Return the line of the text, from 1, in which an offset lies; 0 where the text is withheld."""
        return (self.text.count("\n", 0, offset) + 1) if self.text is not None else 0


class Material:
    """A release, read whole. `works` are what is audited: the published versions, or those of one annotator."""

    def __init__(self, folder: Path, annotator: str | None = None) -> None:
        """Raises InputError where there is no sound release, or `annotator` has nothing in it."""
        self.folder = folder
        self.side: Side = sides.read(folder)
        if not self.side.documents:
            raise InputError(folder, "has no rows in the config 'documents'; build it again without --configs")
        self.articles = {
            doc_id: Article(row, self.side.split_of[doc_id]) for doc_id, row in sorted(self.side.documents.items())
        }
        self.all_works = [work for _, work in sorted(self.side.work.items())]
        chosen = [w for w in self.all_works if (w.published if annotator is None else w.annotator == annotator)]
        if annotator is not None and not chosen:
            raise InputError(folder, f"has nothing by {annotator}; there are {', '.join(sorted(self.side.annotators))}")
        self.works: list[Work] = chosen
        self._lines = _Lines(folder)

    @property
    def annotators(self) -> list[str]:
        """Everybody with work of their own; not gold."""
        return sorted(self.side.annotators - {"gold"}, key=lambda name: (len(name), name))

    @property
    def withheld(self) -> int:
        """How many documents have no text here."""
        return sum(article.text is None for article in self.articles.values())

    def place_of(self, work: Work, layer: str, item: str) -> str:
        """Return path, line and column of an item, as its annotator's file has it; empty where none is known."""
        return self._lines.of(work.doc_id, work.annotator).get((layer, item), "")

    def place_cell(self, work: Work, layer: str, item: str) -> Cell:
        """Return a cell with the line of an item, which leads to it; the document where no line is known."""
        place = self.place_of(work, layer, item)
        if PurePosixPath(place.partition(":")[0]).stem != work.doc_id:  # one file has many documents, or none is known
            place = f"{work.doc_id}: {place or item}"
        return Cell(place, Target(work.doc_id, work.annotator, layer, item), "code")


class _Lines:
    """The config `provenance`, looked up a document at a time; tables stay in Arrow."""

    def __init__(self, folder: Path) -> None:
        from standoff.tables import shards

        paths = sorted((folder / "provenance").glob("*.parquet"))
        names = ["doc_id", "annotator", "layer", "id", "path", "line", "column"]
        self.tables = [shards.read(path, names) for path in paths]
        self.runs: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for number, table in enumerate(self.tables):
            for row, doc_id in enumerate(table["doc_id"].to_pylist()):
                runs = self.runs[doc_id]
                if runs and runs[-1][0] == number and runs[-1][2] == row:
                    runs[-1] = (number, runs[-1][1], row + 1)
                else:
                    runs.append((number, row, row + 1))
        self.known: dict[str, dict[str, dict[tuple[str, str], str]]] = {}

    def of(self, doc_id: str, annotator: str) -> dict[tuple[str, str], str]:
        """Return layer and id -> place, for one annotator's items of one document."""
        if doc_id not in self.known:
            found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
            for number, start, end in self.runs.get(doc_id, ()):
                for row in self.tables[number].slice(start, end - start).to_pylist():
                    place = ":".join(str(part) for part in (row["path"], row["line"], row["column"]) if part)
                    found[row["annotator"]][row["layer"], row["id"]] = place
            self.known[doc_id] = found
        return self.known[doc_id].get(annotator, {})
