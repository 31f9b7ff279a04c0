"""The files that belong to a corpus folder, and a copy of one that is given as an export, as it stands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from standoff.corpus import config
from standoff.corpus.config import Corpus, Source
from standoff.errors import ConfigError
from standoff.inspection.corpora import Given

_FOLDERS = {"raw", "annotations", "withheld", "exports", "pages"}


def copy(given: Given, target: Path) -> None:
    """Copy what a build reads and what lies beside it, but nothing hidden and no releases.

    Raises ConfigError where a source lies outside of the folder, which no copy would find any more.
    """
    corpus = given.corpus
    for source in corpus.sources:
        if is_outside(source):
            line, column = corpus.place("sources")
            message = f"the source {source.path!r} lies outside of this corpus; copy it into it, and mend its path"
            raise ConfigError(corpus.root / config.FILE, message, line=line, column=column)
    for path in files(corpus):
        copied = target / path.relative_to(corpus.root)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def files(corpus: Corpus) -> Iterator[Path]:
    """Yield the files of a corpus folder that belong to it: those that lie in it, and those in folders of its own."""
    own = _FOLDERS | {PurePosixPath(source.path).parts[0] for source in corpus.sources if not is_outside(source)}
    for path in sorted(corpus.root.iterdir()):
        if path.is_file() and (not path.name.startswith(".") or path.name == ".gitignore"):
            yield path
        elif path.name in own and not path.name.startswith("."):
            yield from (file for file in _below(path) if file.is_file())


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here) / name for name in sorted(names) if not name.startswith("."))


def is_outside(source: Source) -> bool:
    """Say whether a source does not lie in the corpus folder."""
    path = PurePosixPath(os.path.normpath(source.path))
    return path.is_absolute() or path.parts[0] == ".."
