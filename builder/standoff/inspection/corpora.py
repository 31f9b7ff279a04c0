"""A corpus folder that is given as an export, such as one that `standoff export --to native` wrote -> its layout.

It says itself where everything lies, and how its articles become text: it is read as a build reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from standoff.corpus import catalogue, config, waivers
from standoff.corpus.config import Corpus
from standoff.corpus.waivers import Waivers
from standoff.errors import InputError
from standoff.inspection.files import Listing
from standoff.inspection.layout import Layout


@dataclass(slots=True)
class Given:
    """A corpus in an export: its settings, known faults, and the folder that it lies in, below the export."""

    corpus: Corpus
    waivers: Waivers
    prefix: str


def find(path: Path, listing: Listing) -> Given | None:
    """Return the corpus that an export is: the folder itself, or the only one in a folder that all else lies in.

    Raises ConfigError where its corpus.toml or waivers.toml cannot be used.
    """
    found = [below for below in listing.places if PurePosixPath(below).name == config.FILE]
    found = [config.FILE] if config.FILE in found else found
    if not path.is_dir() or len(found) != 1:
        return None
    folder = str(PurePosixPath(found[0]).parent)
    prefix = "" if folder == "." else f"{folder}/"
    if not all(below.startswith(prefix) for below in listing.places):
        return None
    corpus = config.read(path / folder if prefix else path)
    return Given(corpus, waivers.read(corpus), prefix)


def layout(given: Given) -> Layout:
    """Return the documents of a corpus with their files. Raises ConfigError where a source does not exist."""
    try:
        here = catalogue.of(given.corpus)
    except InputError as error:  # a table of metadata that is none
        error.path = f"{given.prefix}{error.path or ''}"
        raise
    found = Layout(findings=here.findings, unreadable=here.unreadable)
    found.entries = {entry.doc_id: entry for entry in here.entries}
    found.files = [(entry.doc_id, file) for entry in here.entries for file in entry.annotations]
    return found
