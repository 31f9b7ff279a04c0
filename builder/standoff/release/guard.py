"""What a new version may not do unnoticed: lose a large part of a layer against the version before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.diff import advice
from standoff.errors import ConfigError, InputError
from standoff.release import manifest

MAX_LOSS = 10.0
"""How many percent of the rows of a layer, or of the documents, a version may lose against the one before."""


def refuse_losses(target: Path, facts: dict[str, Any], max_loss: float) -> None:
    """Compare the manifest of a version that is to be frozen with that of the latest one before it, in the same folder.

    Raises ConfigError, with each layer that has lost more than `max_loss` percent of its rows.
    """
    before = _before(target)
    if before is None or target.exists():
        return
    lost = advice.losses(manifest.read(before), facts)
    parts = [f"{name} {share:.1%}" for name, share in lost.items() if 100 * share > max_loss]
    if parts:
        message = (
            f"{target.name} has lost too much against {before.name}: {', '.join(parts)}, {max_loss:g} % may go; "
            f"look at it with `standoff diff`, and allow it with --max-loss {_enough(lost)}"
        )
        raise ConfigError(target, message)


def _before(target: Path) -> Path | None:
    """Return the release of the highest version below that of `target` beside it."""
    found = []
    for path in target.parent.iterdir() if target.parent.is_dir() else ():
        numbers = _numbers(path.name)
        if numbers and numbers < (_numbers(target.name) or ()):
            try:
                manifest.read(path)
            except InputError:
                continue  # a folder that is no whole release is nothing to compare with; `verify` names what is wrong
            found.append((numbers, path))
    return max(found)[1] if found else None


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(map(int, parts)) if len(parts) == 3 and all(part.isdecimal() for part in parts) else ()


def _enough(lost: dict[str, float]) -> int:
    return min(int(100 * max(lost.values())) + 1, 100)
