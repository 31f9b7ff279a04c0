"""What is sent: the files of a sound release with their digests, and what every target says of its work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from standoff.errors import ConfigError, InputError, OutputError
from standoff.release import manifest
from standoff.tables import shards

Progress = Callable[[int], None]
"""Told how many bytes more are done."""

_PIECE = 1 << 20


@dataclass(slots=True, frozen=True)
class File:
    """A file of the release: its name below it, SHA-256 (hex) and size in bytes."""

    name: str
    path: Path
    sha256: str
    size: int


@dataclass(slots=True, frozen=True)
class Parcel:
    """A release that can be sent. `files` end with the manifest: a target that has that has all."""

    release: Path
    version: str
    files: tuple[File, ...]

    @property
    def tag(self) -> str:
        """The name of the version where versions are tags."""
        return f"v{self.version}"

    @property
    def manifest(self) -> File:
        """The manifest, which holds the digests of all other files."""
        return self.files[-1]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(file.size for file in self.files)


@dataclass(slots=True, frozen=True)
class Step:
    """One thing that is done at a target: `put`, `keep` (it is there already), `delete`, `commit` or `tag`."""

    action: str
    name: str
    size: int = 0


@dataclass(slots=True)
class Publication:
    """What was done, or would be: the steps, where the version is now, and a line of Python that loads it."""

    where: str
    loads: str
    steps: list[Step] = field(default_factory=list)


def pack(release: Path, *, unfrozen: bool = False) -> Parcel:
    """Read a release and check its files against the manifest.

    Raises InputError where it is none or is damaged, and ConfigError where it may not be published: with texts that
    are withheld, without a version, or (unless `unfrozen`) not frozen under its version.
    """
    try:
        facts = manifest.read(release)
    except manifest.NotValid as error:
        raise InputError(release / manifest.FILE, f"{error.message}; `standoff verify` says more") from None
    version = facts["corpus"].get("version")
    if not facts["publishable"]:
        raise ConfigError(release, "holds texts that are withheld; publish the release that was built without --texts")
    if not version:
        raise ConfigError(release, "has no version; give [corpus] a version in corpus.toml, and build it again")
    if release.resolve().name != version and not unfrozen:
        message = f"is not frozen as {version}; `standoff build --release` does that (or publish it with --unfrozen)"
        raise ConfigError(release, message)
    data = (release / manifest.FILE).read_bytes()
    files = [File(name, release / name, each["sha256"], each["bytes"]) for name, each in sorted(facts["files"].items())]
    files.append(File(manifest.FILE, release / manifest.FILE, hashlib.sha256(data).hexdigest(), len(data)))
    for file in files:
        if not file.path.is_file() or shards.sha256_of(file.path) != file.sha256:
            raise InputError(file.path, "is not the file that the manifest names; `standoff verify` says more")
    files.sort(key=lambda file: (file.name == manifest.FILE, not file.name.endswith(".parquet"), file.name))
    return Parcel(release, version, tuple(files))


def prove(parcel: Parcel, read: Callable[[File], BinaryIO], where: str) -> None:
    """Read every file back from a target. Raises OutputError for the first that is another one there."""
    for file in parcel.files:
        with read(file) as stream:
            digest = hashlib.sha256()
            for piece in pieces(stream):
                digest.update(piece)
        if digest.hexdigest() != file.sha256:
            raise OutputError(where, f"{file.name} is not there as it was sent; publish it again")


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream in pieces of 1 MiB."""
    while piece := stream.read(_PIECE):
        yield piece


def refuse_other(parcel: Parcel, where: str) -> ConfigError:
    """Return the error for a version that is there with other content."""
    message = f"has {parcel.version} already, with other content; a published version never changes: raise the version"
    return ConfigError(where, message)


def strangers(names: Iterable[str], parcel: Parcel) -> list[str]:
    """Return the files of a target that the release has not; those that begin with a dot belong to the target."""
    ours = {file.name for file in parcel.files}
    return sorted(name for name in names if name not in ours and not name.startswith("."))
