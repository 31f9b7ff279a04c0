"""What a new version may not do unnoticed: rise by less than its changes ask for, or lose a large part of a layer.

It is compared with the version before: the highest below it that releases.toml records.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from standoff.corpus import config
from standoff.corpus.config import Corpus
from standoff.diff import advice, compare, sides
from standoff.diff.changes import Difference
from standoff.errors import ConfigError
from standoff.release import manifest, versions
from standoff.release.versions import Overruled

MAX_LOSS = 10.0
"""How many percent of the rows of a layer, or of the documents, a version may lose against the one before."""


@dataclass(slots=True, frozen=True)
class Step:
    """What is said of the step from the version before, and what was overruled with it; nothing of a first version.

    `unchecked` says why the two could not be compared.
    """

    said: str = ""
    unchecked: str = ""
    overruled: Overruled | None = None


def check(corpus: Corpus, fresh: Path, target: Path, facts: dict[str, Any], max_loss: float, why: str | None) -> Step:
    """Compare a version that is to be frozen with the one before it, whose folder lies beside its own.

    `why` overrules the part of the version that must rise. Raises ConfigError where the step is too small, or where a
    layer has lost more than `max_loss` percent of its rows.
    """
    recorded = versions.read(corpus.root)
    name = _before(target.name, recorded)
    if name is None or target.name in recorded or target.exists():
        return Step()
    before = target.parent / name
    if versions.whole(before) != recorded[name].plain:
        fault = "is not as it was recorded" if before.exists() else "is not there"
        return Step(unchecked=f"{before}, the version before, {fault}: how far the version must rise was not checked")
    _refuse_losses(target, before, facts, max_loss)
    return _step(corpus, before, fresh, facts, why)


def _before(version: str, recorded: dict[str, Any]) -> str | None:
    """Return the highest recorded version below this one."""
    lower = [name for name in recorded if versions.numbers(name) < versions.numbers(version)]
    return max(lower, key=versions.numbers, default=None)


def _step(corpus: Corpus, before: Path, fresh: Path, facts: dict[str, Any], why: str | None) -> Step:
    old = sides.read(before, sides.OUTLINE)
    if old.manifest["content_digest"] == facts["content_digest"]:
        return Step(f"has the rows of {before.name}")
    difference = compare.outline(old, sides.of(fresh, facts, sides.OUTLINE))
    part, reasons = advice.required_part(difference)
    part, reasons = ("patch", ["corrections only"]) if part == "none" else (part, reasons)
    least = advice.next_version(before.name, part)
    version = str(corpus.dataset.version)
    if versions.numbers(version) >= versions.numbers(least):
        return Step(f"{before.name} -> {version}, {least} at least: {'; '.join(reasons)}")
    because = reasons[0] + _example(difference, old)
    if why is not None:
        overruled = Overruled(least, because, why)
        return Step(f"{before.name} -> {version}, {least} overruled: {because}", overruled=overruled)
    raise _too_small(corpus, before, least, because, len(reasons) - 1)


def _too_small(corpus: Corpus, before: Path, least: str, because: str, more: int) -> ConfigError:
    raised = versions.raised(before.name, least)
    others = f", and for {more} more reason{'s' if more > 1 else ''}" if more else ""
    message = (
        f"{corpus.dataset.version} is too small a step from {before.name}: the {raised} part must rise, because "
        f"{because}{others} (`standoff diff {before} {corpus.root}`). Write version = \"{least}\", or keep it with "
        '--overrule "WHY", which is recorded'
    )
    line, column = corpus.place("corpus", "version")
    return ConfigError(corpus.root / config.FILE, message, line=line, column=column)


def _example(difference: Difference, old: sides.Side) -> str:
    """Return one item that had the first label that is gone, from the rows of its config; nothing if none had."""
    for labels in difference.labels:
        for label in labels.removed:
            column = next(iter(old.manifest["scheme"]["labels"][labels.config]))
            for path in sorted((old.folder / labels.config).glob("*.parquet")):
                rows = pq.read_table(path, columns=["doc_id", "id"], filters=[(column, "==", label)])
                if rows.num_rows:
                    return f" ({rows['id'][0]} in {rows['doc_id'][0]} had it)"
            return ""
    return ""


def _refuse_losses(target: Path, before: Path, facts: dict[str, Any], max_loss: float) -> None:
    lost = advice.losses(manifest.read(before), facts)
    parts = [f"{name} {share:.1%}" for name, share in lost.items() if 100 * share > max_loss]
    if parts:
        message = (
            f"{target.name} has lost too much against {before.name}: {', '.join(parts)}, {max_loss:g} % may go; "
            f"look at it with `standoff diff`, and allow it with --max-loss {_enough(lost)}"
        )
        raise ConfigError(target, message)


def _enough(lost: dict[str, float]) -> int:
    return min(int(100 * max(lost.values())) + 1, 100)
