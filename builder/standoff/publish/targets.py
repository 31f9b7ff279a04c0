"""The kinds of places that a release can be published to."""

from __future__ import annotations

from pathlib import Path

from standoff.errors import ConfigError
from standoff.publish import folder, gitrepo, hub, s3
from standoff.publish.parcel import Parcel, Progress, Publication

FORMS = "hf://datasets/NAMESPACE/NAME, s3://BUCKET/PREFIX, a git repository (….git, git+URL), or a folder"


def publish(parcel: Parcel, to: str, *, dry_run: bool, private: bool, progress: Progress) -> Publication:
    """Publish a release at a place of any kind. Raises ConfigError for a place of no known kind."""
    if to.startswith("hf://"):
        location = to.removeprefix("hf://").removeprefix("datasets/")
        if to.count("/") != 4 or not all(location.split("/")):
            raise ConfigError(None, f"--to {to}: expected hf://datasets/NAMESPACE/NAME")
        return hub.publish(parcel, location, dry_run=dry_run, progress=progress, private=private)
    if to.startswith("s3://"):
        return s3.publish(parcel, to.removeprefix("s3://"), dry_run=dry_run, progress=progress)
    if _is_git(to):
        return gitrepo.publish(parcel, to.removeprefix("git+"), dry_run=dry_run, progress=progress)
    if "://" in to:
        raise ConfigError(None, f"--to {to}: expected {FORMS}")
    return folder.publish(parcel, to, dry_run=dry_run, progress=progress)


def _is_git(to: str) -> bool:
    return to.startswith(("git+", "git@", "ssh://")) or to.rstrip("/").endswith(".git") or (Path(to) / ".git").exists()
