"""A release -> a git repository: one commit with all files and an annotated tag, pushed at once, then cloned again."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from standoff.errors import OutputError
from standoff.publish.parcel import Parcel, Progress, Publication, Step, prove, refuse_other, strangers


def publish(parcel: Parcel, location: str, *, dry_run: bool, progress: Progress) -> Publication:
    """Push a release to a repository (a URL or a path, bare), tagged v<version>.

    Who commits, and how git logs in, is git's own configuration. Raises ConfigError where the tag is there with other
    content, OutputError with git's last line where it refuses.
    """
    where = f"{location}@{parcel.tag}"
    done = Publication(where, "load_dataset(…) on a clone of it, checked out at the tag")
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "work"
        if f"refs/tags/{parcel.tag}" in _git(None, where, "ls-remote", "--tags", location):
            _clone(location, parcel.tag, clone, where)
            if hashlib.sha256(_file(clone)).hexdigest() != parcel.manifest.sha256:
                raise refuse_other(parcel, where)
            done.steps = [Step("keep", file.name, file.size) for file in parcel.files]
            return done
        _clone(location, None, clone, where)
        names = _git(clone, where, "ls-files", "-z").split("\0")[:-1]
        done.steps = [Step("put", file.name, file.size) for file in parcel.files]
        done.steps += [Step("delete", name) for name in strangers(names, parcel)]
        done.steps += [Step("commit", f"Release {parcel.version}"), Step("tag", parcel.tag)]
        if not dry_run:
            _push(parcel, clone, done.steps, where, progress)
            fresh = Path(folder) / "proof"
            _clone(location, parcel.tag, fresh, where)
            prove(parcel, lambda file: (fresh / file.name).open("rb"), where)
    return done


def _push(parcel: Parcel, clone: Path, steps: list[Step], where: str, progress: Progress) -> None:
    for step in steps:
        if step.action == "delete":
            (clone / step.name).unlink()
    for file in parcel.files:
        place = clone / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, place)
        progress(file.size)
    _git(clone, where, "add", "--all", "--force", ".")
    _git(clone, where, "commit", "--quiet", "--allow-empty", "-m", f"Release {parcel.version}")
    _git(clone, where, "tag", "-a", parcel.tag, "-m", f"Release {parcel.version}")
    _git(clone, where, "push", "--quiet", "--atomic", "origin", "HEAD", parcel.tag)


def _clone(location: str, tag: str | None, target: Path, where: str) -> None:
    options = ["--branch", tag] if tag else []
    exact = ["--config", "core.autocrlf=false"]  # the bytes of a release are its proof
    _git(None, where, "clone", "--quiet", "--depth", "1", *exact, *options, location, str(target))


def _file(clone: Path) -> bytes:
    path = clone / "manifest.json"
    return path.read_bytes() if path.is_file() else b""


def _git(folder: Path | None, where: str, *arguments: str) -> str:
    """Run git and return what it prints. Raises OutputError with the last line of what it says otherwise."""
    command = ["git", *(["-C", str(folder)] if folder else []), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        raise OutputError(where, "git is not installed") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise OutputError(where, f"git {arguments[0]}: {lines[-1] if lines else 'failed'}")
    return done.stdout
