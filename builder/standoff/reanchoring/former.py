"""Texts as they were before somebody edited them: in a folder of old articles, in releases, or kept by the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from standoff import articles
from standoff.corpus import entries
from standoff.corpus.config import Corpus
from standoff.corpus.entries import ArticleFile
from standoff.errors import InputError
from standoff.model import Metadata

FOLDER = ".texts"
"""Where a corpus keeps the texts that its files were anchored on, each called after its SHA-256."""


@dataclass(slots=True, frozen=True)
class FormerText:
    """A text of a document as it was, with its SHA-256 and where it was found."""

    doc_id: str
    text: str
    text_sha256: str
    found_in: str


class FormerTexts:
    """All former texts within reach of a corpus: those it keeps itself, and those of the given folders and releases."""

    def __init__(self, corpus: Corpus, places: Sequence[Path]) -> None:
        for place in places:
            if not place.is_dir():
                raise InputError(place, "there is no such folder; expected a release, or a folder of old articles")
        self.corpus, self.places = corpus, places

    def by_digest(self, text_sha256: str) -> FormerText | None:
        """Return the text with a digest, None where it is nowhere."""
        kept = self.corpus.root / FOLDER / f"{text_sha256}.txt"
        if kept.is_file():
            text = articles.read_bytes(kept, kept.name).decode("utf-8", "surrogatepass")
            if articles.digest(text) == text_sha256:
                return FormerText("", text, text_sha256, f"{FOLDER}/{kept.name}")
        return next((each for each in self._all if each.text_sha256 == text_sha256), None)

    def of_document(self, doc_id: str) -> list[FormerText]:
        """Return the texts that a document had, in the order of the places."""
        return [each for each in self._all if each.doc_id == doc_id]

    @cached_property
    def _all(self) -> list[FormerText]:
        return [each for place in self.places for each in self._in(place)]

    def _in(self, place: Path) -> Iterator[FormerText]:
        if (place / "manifest.json").is_file():
            yield from _of_release(place)
            return
        for path in sorted(place.rglob("*.txt")):
            below = path.relative_to(place)
            doc_id = entries.replaced(self.corpus.ids.separator.join(below.with_suffix("").parts))
            file = ArticleFile(path, str(below))
            data = articles.read_bytes(path, str(path))
            try:
                document, _ = articles.read(doc_id, file.path, str(path), None, Metadata(), self.corpus.articles)
            except InputError:
                continue  # a file that is no text of this encoding is no former text; nothing is lost by it
            if document.text is not None and data:
                yield FormerText(doc_id, document.text, document.text_sha256, str(path))


def _of_release(place: Path) -> Iterator[FormerText]:
    import pyarrow.parquet as pq

    for shard in sorted((place / "documents").glob("*.parquet")):
        for row in pq.read_table(shard, columns=["doc_id", "text", "text_sha256"]).to_pylist():
            if row["text"] is not None:
                yield FormerText(row["doc_id"], row["text"], row["text_sha256"], str(place))


def keep(root: Path, text: str, text_sha256: str) -> tuple[Path, str] | None:
    """Return the path and content of a text to be kept, None where it is kept already."""
    path = root / FOLDER / f"{text_sha256}.txt"
    return None if path.is_file() else (path, text)
