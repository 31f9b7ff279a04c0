"""A zip of an export -> a folder, unpacked so that nothing in it can harm: no path out, no link, no bomb.

A zip within becomes a folder of its name: tools pack a document with its type system, and all that into one more.
"""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from standoff.errors import InputError

_DRIVE = re.compile(r"[A-Za-z]:")
_PIECE = 1 << 20
_SMALL = 1 << 20
_DEEPEST = 3
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True, frozen=True)
class Caps:
    """How much an archive may hold: bytes unpacked, bytes unpacked for each packed one, and files.

    The ratio is not looked at below 1 MiB, which harms nobody.
    """

    size: int = 1 << 30
    ratio: int = 200
    files: int = 100_000


def is_archive(path: Path) -> bool:
    """Say whether a file is a zip, by its suffix or its first bytes. Raises InputError if it cannot be opened."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}", code="E101") from None


def unpack(path: Path, target: Path, caps: Caps) -> None:
    """Unpack a zip into an empty folder, and the zips in it, each into a folder of its name.

    The whole archive is refused, with InputError that names the member, if one is encrypted, a link, or named so that
    it would lie elsewhere, or if the caps are passed, which hold for all of it together. One that is damaged is
    refused, too; within another it stays as it is.
    """
    try:
        budget = _Budget(caps, path.stat().st_size)
        _unpack_one(path, target, str(path), budget)
        _unpack_within(target, str(path), budget, 1)
    except _DAMAGED as error:
        message = f"is no whole zip file ({str(error).rstrip('.')}); export or fetch it again"
        raise InputError(path, message, code="E101") from None
    except OSError as error:
        raise InputError(path, f"cannot be unpacked: {error.strerror or error}", code="E101") from None


def unpack_within(folder: Path, caps: Caps) -> None:
    """Unpack the zips in a folder, each into a folder of its name. Raises InputError as `unpack` does."""
    try:
        budget = _Budget(caps, sum(path.stat().st_size for path in _zips(folder)))
        _unpack_within(folder, str(folder), budget, 0)
    except OSError as error:
        raise InputError(folder, f"cannot be unpacked: {error.strerror or error}", code="E101") from None


def has_zips(folder: Path) -> bool:
    """Say whether there is a zip somewhere in a folder."""
    return bool(_zips(folder))


def _zips(folder: Path) -> list[Path]:
    """Return the files below a folder that are called .zip, sorted; links are none."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() == ".zip"]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


@dataclass(slots=True)
class _Budget:
    """What may be unpacked, and what was, in bytes and files; `packed` are the bytes of the outermost zips."""

    caps: Caps
    packed: int
    size: int = 0
    files: int = 0

    def take(self, path: str, members: list[zipfile.ZipInfo]) -> None:
        """Take the room of an archive. Raises InputError if it is more than there is."""
        self.files += len(members)
        self.size += sum(member.file_size for member in members)
        caps, ratio = self.caps, self.size // max(self.packed, 1)
        if self.files > caps.files:
            message = f"holds {self.files} files, and {caps.files} are allowed (--max-files)"
            raise InputError(path, message, code="E101")
        if self.size > caps.size:
            message = f"unpacks to {self.size:,} bytes, and {caps.size:,} are allowed (--max-size)"
            raise InputError(path, message, code="E101")
        if self.size > _SMALL and ratio > caps.ratio:
            message = f"unpacks to {ratio} times its size, and {caps.ratio} are allowed (--max-ratio)"
            raise InputError(path, message, code="E101")


def _unpack_within(folder: Path, shown: str, budget: _Budget, depth: int) -> None:
    for path in _zips(folder):
        name = f"{shown}/{path.relative_to(folder).as_posix()}"
        if depth > _DEEPEST:
            raise InputError(name, f"lies {depth} zips deep, and {_DEEPEST} are read; nothing was read", code="E101")
        fresh = path.with_name(f"{path.name}.unpacked")
        try:
            _unpack_one(path, fresh, name, budget)
        except _DAMAGED:
            shutil.rmtree(fresh, ignore_errors=True)
            continue  # it stays a file, which is found to be damaged
        path.unlink()
        fresh.rename(path)
        _unpack_within(path, name, budget, depth + 1)


def _unpack_one(path: Path, target: Path, shown: str, budget: _Budget) -> None:
    """Unpack one zip, none of those in it."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _refuse(shown, members)
        budget.take(shown, members)
        target.mkdir(parents=True, exist_ok=True)
        for member in members:
            if not member.is_dir():
                _extract(shown, archive, member, target / PurePosixPath(member.filename))


def _refuse(path: str, members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        reason = _unsafe(member) or ("is there twice" if member.filename in seen else None)
        if reason:
            raise InputError(path, f"the member {member.filename!r} {reason}; nothing was read", code="E101")
        seen.add(member.filename)


def _unsafe(member: zipfile.ZipInfo) -> str | None:
    name = member.orig_filename
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "has an absolute name"
    if ".." in re.split(r"[/\\]", name):
        return "leads out of the archive"
    if "\\" in name or "\0" in name:
        return "has a name that is not the same on every system"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if member.flag_bits & 1:
        return "is encrypted; unpack the archive with its password, and give the folder"
    return None


def _extract(path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member; its true size is counted, because what the archive says of it may be wrong."""
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(member) as packed, target.open("xb") as file:
        while piece := packed.read(_PIECE):
            written += len(piece)
            if written > member.file_size:
                message = f"the member {member.filename!r} is larger than the archive says; nothing was read"
                raise InputError(path, message, code="E101")
            file.write(piece)
