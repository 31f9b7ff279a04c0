"""One document of a corpus or an export, before anything is read: where its article and its annotations lie."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from standoff.articles import jsonl
from standoff.model import Metadata

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@dataclass(slots=True)
class ArticleFile:
    """Where an article is read from.

    `shown` is its path in manifests, `place` the one in messages: below the corpus, or absolute. A text inside an
    export file has the number of its part there, from 0, and the format; that of a saved page is `html`. `rebuilt`
    texts are put together from tokens.
    """

    path: Path
    shown: str
    record: jsonl.Record | None = None
    place: str = ""
    part: int | None = None
    format: str = ""
    rebuilt: bool = False

    def __post_init__(self) -> None:
        self.place = self.place or self.shown


@dataclass(slots=True)
class AnnotationFile:
    """Where one annotator's annotations on one document are read from.

    `shown` is its path in provenance, relative to its source; `place` the one in messages: below the corpus, or
    absolute. `beside` is the text that lies beside it or in the file itself, if one does: its offsets point into
    that. `part` is the number of the part, from 0, of a file that holds several. `unit` is what the corpus says that
    offsets count. `finished` are layers that the tool calls finished, whether they have items or not; `unfinished` says
    that the tool calls the work so.
    """

    path: Path
    shown: str
    place: str
    format: str
    annotator: str
    layers: list[str] | None = None
    beside: ArticleFile | None = None
    part: int | None = None
    unit: str | None = None
    finished: list[str] | None = None
    unfinished: bool = False


@dataclass(slots=True)
class Entry:
    """One document: its article, further copies of the article, and its annotation files."""

    doc_id: str
    article: ArticleFile | None = None
    copies: list[ArticleFile] = field(default_factory=list)
    annotations: list[AnnotationFile] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    metadata_place: tuple[str, int | None] = ("", None)
    withheld: Path | None = None
    withheld_shown: str = ""
    must_withhold: bool = False
    size: int = 0

    @property
    def story_id(self) -> str:
        """The story; a document without one is a story of its own."""
        return self.metadata.story_id or self.doc_id

    def places(self) -> set[str]:
        """Return the paths in messages of all its files."""
        articles = [self.article, *self.copies, *(file.beside for file in self.annotations)]
        places = {article.place for article in articles if article is not None}
        return places | {file.place for file in self.annotations} | ({self.withheld_shown} - {""})


def is_safe(name: str) -> bool:
    """Say whether a document id is a safe file name on every system."""
    return bool(_SAFE_ID.fullmatch(name)) and not _RESERVED.fullmatch(name) and not name.endswith(".")


def replaced(name: str) -> str:
    """Return a document id with an underscore for each character that is not safe."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return name if name[:1].isalnum() else f"d{name}"
