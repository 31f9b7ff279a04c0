"""A release -> a dataset repository of the Hugging Face Hub: one commit, then a tag, then read back at that tag.

Large files go up first and belong to nothing until the commit, so that a cut leaves the old revision as it was; the
next try finds them there. The commit names its parent: if somebody else was faster, it fails. The token is that of
HF_TOKEN or of `hf auth login`, never one of the command line.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from standoff.errors import ConfigError, OutputError
from standoff.publish.parcel import Parcel, Progress, Publication, Step, prove, refuse_other, strangers
from standoff.release import manifest

_LOGIN = "; log in with `hf auth login`, or set HF_TOKEN to a token that may write there"


@dataclass(slots=True)
class _Remote:
    """A repository as it is: the commit of its main branch (None without a repository), its tags, and its files."""

    head: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


def publish(parcel: Parcel, location: str, *, dry_run: bool, progress: Progress, private: bool = False) -> Publication:
    """Put a release on the Hub as `location` (NAMESPACE/NAME), tagged v<version>; a new repository may be private.

    Raises ConfigError where the tag is there with other content, OutputError where the Hub does not answer or refuses.
    """
    where = f"hf://datasets/{location}@{parcel.tag}"
    done = Publication(where, f'load_dataset("{location}", …, revision="{parcel.tag}")')
    with _answers(where):
        from huggingface_hub import HfApi

        api = HfApi()
        remote = _remote(api, location)
        done.steps = _steps(api, location, remote, parcel, where)
        if dry_run:
            return done
        revision = remote.tags.get(parcel.tag)
        if revision is None:
            api.create_repo(location, repo_type="dataset", private=private, exist_ok=True)
            revision = _commit(api, location, remote, parcel, done.steps, progress)
            api.create_tag(location, tag=parcel.tag, revision=revision, repo_type="dataset")
        with tempfile.TemporaryDirectory() as folder:
            prove(parcel, lambda file: _opened(api, location, file.name, parcel.tag, folder), where)
    return done


def _remote(api: Any, location: str) -> _Remote:
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        refs = api.list_repo_refs(location, repo_type="dataset")
        head = next((branch.target_commit for branch in refs.branches if branch.name == "main"), None)
        names = api.list_repo_files(location, repo_type="dataset", revision=head) if head else []
    except RepositoryNotFoundError:
        return _Remote()
    return _Remote(head, {tag.name: tag.target_commit for tag in refs.tags}, names)


def _steps(api: Any, location: str, remote: _Remote, parcel: Parcel, where: str) -> list[Step]:
    tagged = remote.tags.get(parcel.tag)
    if tagged is not None:
        if _manifest(api, location, tagged) != parcel.manifest.sha256:
            raise refuse_other(parcel, where)
        return [Step("keep", file.name, file.size) for file in parcel.files]
    if remote.head and _manifest(api, location, remote.head) == parcel.manifest.sha256:  # a try without its tag
        return [*(Step("keep", file.name, file.size) for file in parcel.files), Step("tag", parcel.tag)]
    steps = [Step("put", file.name, file.size) for file in parcel.files]
    steps += [Step("delete", name) for name in strangers(remote.names, parcel)]
    return [*steps, Step("commit", f"Release {parcel.version}"), Step("tag", parcel.tag)]


def _commit(
    api: Any, location: str, remote: _Remote, parcel: Parcel, steps: list[Step], progress: Progress
) -> str | None:
    """Make the one commit with all files; returns its id, or that of the head where it is there already."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    if not any(step.action == "commit" for step in steps):
        return remote.head
    paths = {file.name: file.path for file in parcel.files}
    adds = [CommitOperationAdd(s.name, str(paths[s.name])) for s in steps if s.action == "put"]
    gone = [CommitOperationDelete(s.name) for s in steps if s.action == "delete"]
    for add in adds:
        api.preupload_lfs_files(location, [add], repo_type="dataset", free_memory=False)
        progress(paths[add.path_in_repo].stat().st_size)
    made = api.create_commit(
        location, [*adds, *gone], commit_message=f"Release {parcel.version}", repo_type="dataset",
        parent_commit=remote.head,
    )  # fmt: skip
    return str(made.oid)


def _manifest(api: Any, location: str, revision: str) -> str | None:
    """Return the SHA-256 of the manifest at a revision, None where there is none."""
    from huggingface_hub.errors import EntryNotFoundError

    with tempfile.TemporaryDirectory() as folder:
        try:
            with _opened(api, location, manifest.FILE, revision, folder) as file:
                return hashlib.sha256(file.read()).hexdigest()
        except EntryNotFoundError:
            return None


def _opened(api: Any, location: str, name: str, revision: str, folder: str) -> BinaryIO:
    path = api.hf_hub_download(location, name, repo_type="dataset", revision=revision, cache_dir=folder)
    return Path(path).open("rb")


@contextmanager
def _answers(where: str) -> Iterator[None]:
    """Turn what the Hub or the network says into one line; a token never stands in it."""
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.OfflineModeIsEnabled:
        raise ConfigError(where, "HF_HUB_OFFLINE is set: nothing can be published") from None
    except errors.LocalTokenNotFoundError:
        raise ConfigError(where, f"there is no token{_LOGIN}") from None
    except errors.HFValidationError as error:
        raise ConfigError(where, str(error).splitlines()[0]) from None
    except errors.HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        advice = f" (no access){_LOGIN}" if status in (401, 403) else "; try again to go on"
        raise OutputError(where, f"the Hub answers {status}{advice}") from None
    except (httpx2.HTTPError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise OutputError(where, f"the Hub cannot be reached: {reason}; try again to go on") from None
