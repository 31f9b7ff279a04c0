"""A corpus folder as it will be after an import, made of links, to be checked before anything is written."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from standoff.corpus import config
from standoff.corpus.config import Corpus
from standoff.inference import adoption
from standoff.inference.addition import Addition


def stage(addition: Addition, root: Path) -> Path:
    """Return a folder that reads as the corpus will; it lies beside what was prepared, and goes with that.

    Raises ConfigError where corpus.toml cannot be used.
    """
    corpus = config.read(root)
    outside = [source.path for source in corpus.sources if adoption.is_outside(source)]
    depth = max([PurePosixPath(os.path.normpath(path)).parts.count("..") for path in outside], default=0)
    shadow = (addition.folder / ".shadow").joinpath(*["up"] * depth, "corpus")
    shadow.mkdir(parents=True)
    changed = set(addition.changed())
    for file in adoption.files(corpus):
        below = file.relative_to(root).as_posix()
        if below not in changed:
            _link(file, shadow / below)
    for below in changed:
        _link(addition.folder / below, shadow / below)
    for path in outside:
        _link_source(corpus, path, shadow)
    return shadow


def _link_source(corpus: Corpus, path: str, shadow: Path) -> None:
    """Link a source that lies outside of the corpus, where its path leads to; a file with what lies beside it."""
    source, place = corpus.root / path, Path(os.path.normpath(shadow / path))
    if PurePosixPath(path).is_absolute() or not source.exists():
        return
    if source.is_dir():
        _link(source, place)
        return
    for beside in sorted(source.parent.iterdir()):
        if beside.is_file():
            _link(beside, place.with_name(beside.name))


def _link(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_symlink() and not place.exists():
        place.symlink_to(source.resolve())
