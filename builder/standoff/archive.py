"""A zip of an export -> a folder, unpacked so that nothing in it can harm: no path out, no link, no bomb."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from standoff.errors import InputError

_DRIVE = re.compile(r"[A-Za-z]:")
_PIECE = 1 << 20
_SMALL = 1 << 20


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
    """Unpack a zip into an empty folder.

    The whole archive is refused, with InputError that names the member, if one is encrypted, damaged, a link, or
    named so that it would lie elsewhere, or if the caps are passed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse(path, members, caps)
            for member in members:
                if not member.is_dir():
                    _extract(path, archive, member, target / PurePosixPath(member.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        message = f"is no whole zip file ({str(error).rstrip('.')}); export or fetch it again"
        raise InputError(path, message, code="E101") from None
    except OSError as error:
        raise InputError(path, f"cannot be unpacked: {error.strerror or error}", code="E101") from None


def _refuse(path: Path, members: list[zipfile.ZipInfo], caps: Caps) -> None:
    seen: set[str] = set()
    for member in members:
        reason = _unsafe(member) or ("is there twice" if member.filename in seen else None)
        if reason:
            raise InputError(path, f"the member {member.filename!r} {reason}; nothing was read", code="E101")
        seen.add(member.filename)
    if len(members) > caps.files:
        raise InputError(path, f"holds {len(members)} files, and {caps.files} are allowed (--max-files)", code="E101")
    size, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if size > caps.size:
        message = f"unpacks to {size:,} bytes, and {caps.size:,} are allowed (--max-size)"
        raise InputError(path, message, code="E101")
    if size > _SMALL and size > caps.ratio * max(packed, 1):
        message = f"unpacks to {size // max(packed, 1)} times its size, and {caps.ratio} are allowed (--max-ratio)"
        raise InputError(path, message, code="E101")


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


def _extract(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
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
