"""releases.toml: which versions of a corpus are released, and with which content; and how a version is frozen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff.corpus import config
from standoff.corpus.config import Corpus
from standoff.diff import advice, compare, sides
from standoff.errors import ConfigError, InputError, OutputError
from standoff.files import schemafile, staging, tomlfile
from standoff.release import manifest
from standoff.tables import shards

FILE = "releases.toml"
_HEAD = "# Written by `standoff build --release`. A version that stands here never changes: commit this file.\n"


@dataclass(slots=True, frozen=True)
class Overruled:
    """A version that rose less than it had to: the lowest one that was asked for, because of what, and why not."""

    asked: str
    because: str
    why: str


@dataclass(slots=True, frozen=True)
class Record:
    """A released version: digest of its rows and of its bytes, its day, and the digest of the rows of each config."""

    content_digest: str
    build_digest: str
    release_date: str | None = None
    configs: dict[str, str] = field(default_factory=dict)
    overruled: Overruled | None = None

    @property
    def plain(self) -> Record:
        """What the folder of the release says itself."""
        return replace(self, overruled=None)


@dataclass(slots=True, frozen=True)
class Frozen:
    """What freezing did. `new` says that the version was not recorded before, `placed` that its folder was made.

    `other_bytes` says that its rows are those of the record, and its bytes are not: another writer wrote them.
    """

    version: str
    new: bool
    placed: bool
    other_bytes: bool = False


def read(root: Path) -> dict[str, Record]:
    """Return the released versions of a corpus folder. Raises ConfigError where the file cannot be used."""
    path = root / FILE
    if not path.is_file():
        return {}
    values, text = tomlfile.read(path)
    config.refuse_problems(path, text, schemafile.problems(values, "releases"))
    return {version: _read(entry) for version, entry in values.items()}


def _read(entry: dict[str, Any]) -> Record:
    overruled = entry.get("overruled")
    return Record(**{**entry, "overruled": Overruled(**overruled) if overruled else None})


def required(corpus: Corpus) -> str:
    """Return the version that corpus.toml names. Raises ConfigError where it names none."""
    if corpus.dataset.version is None:
        path = corpus.root / config.FILE
        raise ConfigError(path, 'has no version to release; write it as version = "1.0.0" below [corpus]')
    return corpus.dataset.version


def freeze(
    root: Path, fresh: Path, target: Path, facts: dict[str, Any], overruled: Overruled | None = None
) -> Frozen:
    """Make a finished folder the release of its version, unless it is that already; record what was overruled.

    The record is written before the folder gets its name, and that makes a kill at any moment harmless:
    - before the record: nothing has happened; the next build removes the unnamed folder;
    - between record and name: the version is promised and not there. That is also what everybody has who has just
      cloned the corpus, since releases.toml is committed and `dist/` is not; building the version again puts the folder
      there, and the record refuses any other content;
    - after the name: all is done.
    The other order would leave a folder that people may load and copy, under a version that nothing guards yet: an edit
    of the corpus, and the same version could be released again with other rows. Where the name cannot be given and
    we live to see it, the record is taken back.

    Raises ConfigError where the version is released with other content, OutputError where nothing can be written.
    """
    version = target.name
    recorded = read(root)
    known, now = recorded.get(version), replace(_record(fresh, facts), overruled=overruled)
    if known and known.content_digest != now.content_digest:
        raise _other_content(root, fresh, target, known, facts)
    if target.exists():
        there = whole(target)
        if there is None or there.content_digest != now.content_digest:
            raise _in_the_way(target, there, known is not None)
        if known is None:
            _write(root, {**recorded, version: there})
        return Frozen(version, new=known is None, placed=False)
    if known is None:
        _write(root, {**recorded, version: now})
    try:
        staging.publish(fresh, target, replace=False)
    except OutputError:
        if known is None:
            _take_back(root, recorded)
        raise
    changed = known is not None and known.build_digest != now.build_digest
    return Frozen(version, new=known is None, placed=True, other_bytes=changed)


def disagreement(root: Path, release: Path, facts: dict[str, Any]) -> str | None:
    """Return how a frozen release differs from its record in a corpus folder; None if it does not, or has none.

    The folder of a frozen release is called after its version. Raises ConfigError where corpus.toml or releases.toml
    cannot be used.
    """
    if not (root / FILE).is_file() or facts["corpus"]["version"] != release.name:
        return None
    known = read(root).get(release.name) if config.read(root).dataset.name == facts["corpus"]["name"] else None
    if known is None:
        return None
    if known.content_digest != facts["content_digest"]:
        return f"its rows are not those that {FILE} records for {release.name}"
    if known.build_digest != shards.sha256_of(release / manifest.FILE):
        return f"its rows are those that {FILE} records for {release.name}, its bytes are not"
    return None


def _record(release: Path, facts: dict[str, Any]) -> Record:
    return Record(
        facts["content_digest"],
        shards.sha256_of(release / manifest.FILE),
        facts["corpus"]["release_date"],
        {name: entry["content_digest"] for name, entry in sorted(facts["configs"].items())},
    )


def whole(release: Path) -> Record | None:
    """Return the record of a release folder, None where it is none or a file of it is not as it was written."""
    try:
        facts = manifest.read(release)
        return _record(release, facts) if manifest.file_digests(release) == facts["files"] else None
    except (InputError, OSError):
        return None


def _other_content(root: Path, fresh: Path, target: Path, known: Record, facts: dict[str, Any]) -> ConfigError:
    """Say what differs: item by item where the released folder is here, else which configs have other rows."""
    if whole(target) == known.plain:
        part, reasons = advice.required_part(compare.compare(sides.read(target), sides.read(fresh)))
    else:
        now = {name: entry["content_digest"] for name, entry in facts["configs"].items()}
        differing = [name for name in sorted({*now, *known.configs}) if now.get(name) != known.configs.get(name)]
        part = "patch"
        reasons = [f"the rows of {', '.join(differing)} differ; without {target} it is not known how"]
    part = "patch" if part == "none" else part
    message = (
        f"{target.name} is released with other content, and a released version never changes: "
        f"{'; '.join(reasons) or 'provenance alone differs'}. Raise the version in {config.FILE}, at least the part "
        f"{part}: {advice.next_version(target.name, part)}"
    )
    return ConfigError(root / FILE, message)


def _in_the_way(target: Path, there: Record | None, recorded: bool) -> ConfigError:
    what = "is no whole release" if there is None else "is a release with other content"
    guard = f"{FILE} records this version" if recorded else f"{FILE} does not record it"
    advice = "if nobody has got it from there, remove it and build again, else raise the version"
    return ConfigError(target, f"{what}, and {guard}; {advice}")


def numbers(version: str) -> list[int]:
    """Return the three numbers of a version, which is valid."""
    return [int(part) for part in version.split(".")]


def raised(before: str, after: str) -> str:
    """Return which part of a version rises in the next: `major`, `minor` or `patch`."""
    pairs = zip(("major", "minor", "patch"), numbers(before), numbers(after), strict=True)
    return next(part for part, old, new in pairs if old != new)


def _take_back(root: Path, recorded: dict[str, Record]) -> None:
    if recorded:
        _write(root, recorded)
    else:
        (root / FILE).unlink()


def _write(root: Path, records: dict[str, Record]) -> None:
    """Write releases.toml, the versions in their order."""
    parts = [_HEAD]
    for version, record in sorted(records.items(), key=lambda entry: numbers(entry[0])):
        parts.append(f'\n["{version}"]\n')
        values = asdict(record)
        tables = {name: values.pop(name) for name in ("configs", "overruled")}
        parts += [f"{key} = {tomlfile.text_of(value)}\n" for key, value in values.items() if value is not None]
        for name, table in tables.items():
            if table:
                parts.append(f'["{version}".{name}]\n')
                parts += [f"{key} = {tomlfile.text_of(value)}\n" for key, value in table.items()]
    staging.write(root / FILE, "".join(parts).encode())
