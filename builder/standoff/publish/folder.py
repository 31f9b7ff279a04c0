"""A release -> FOLDER/<version>, by one rename."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import BinaryIO

from standoff.errors import OutputError
from standoff.files import staging
from standoff.publish.parcel import File, Parcel, Progress, Publication, Step, prove, refuse_other
from standoff.release import manifest
from standoff.tables import shards


def publish(parcel: Parcel, location: str, *, dry_run: bool, progress: Progress) -> Publication:
    """Copy a release below a folder. Raises ConfigError where the version is there with other content."""
    target = Path(location) / parcel.version
    done = Publication(str(target), f"load_dataset({str(target)!r}, …)")
    if target.exists():
        there = target / manifest.FILE
        if not there.is_file() or shards.sha256_of(there) != parcel.manifest.sha256:
            raise refuse_other(parcel, str(target))
        done.steps = [Step("keep", file.name, file.size) for file in parcel.files]
    else:
        done.steps = [Step("put", file.name, file.size) for file in parcel.files]
        if not dry_run:
            _copy(parcel, target, progress)
    if not dry_run:
        prove(parcel, lambda file: _opened(target, file), str(target))
    return done


def _copy(parcel: Parcel, target: Path, progress: Progress) -> None:
    with staging.folder(target) as fresh:
        for file in parcel.files:
            place = fresh / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, place)
            progress(file.size)
        staging.publish(fresh, target)


def _opened(target: Path, file: File) -> BinaryIO:
    try:
        return (target / file.name).open("rb")
    except OSError as error:
        raise OutputError(target / file.name, f"cannot be read back: {error.strerror}") from None
