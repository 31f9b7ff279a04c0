"""Which findings a command shows: by code, by prefix of a code, by level."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.errors import ConfigError
from standoff.finding import Finding

LEVELS = (1, 6)
"""The first and the last level of findings."""


@dataclass(slots=True, frozen=True)
class Selection:
    """Prefixes of codes that are shown (none: all), prefixes that are not, and the first and last level."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: tuple[int, int] = LEVELS

    def holds(self, code: str) -> bool:
        """Say whether findings with a code are shown; `ignore` wins over `select`."""
        if code.startswith(self.ignore) or not self.levels[0] <= int(code[1]) <= self.levels[1]:
            return False
        return not self.select or code.startswith(self.select)

    def of(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings that are shown."""
        return [finding for finding in findings if self.holds(finding.code)]


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options of a selection."""
    parser.add_argument("--select", metavar="CODES", help="only these codes or beginnings of codes: E2,E301")
    parser.add_argument("--ignore", metavar="CODES", help="not these codes or beginnings of codes: W5")
    parser.add_argument("--level", type=_levels, default=LEVELS, metavar="N-M", help="only these levels: 2, or 1-3")


def chosen(arguments: argparse.Namespace) -> Selection:
    """Return what the options say. Raises ConfigError where one names no code, or a code that there is not."""
    select, ignore = _codes("--select", arguments.select), _codes("--ignore", arguments.ignore)
    return Selection(select, ignore, arguments.level)


def _codes(option: str, names: str | None) -> tuple[str, ...]:
    from standoff.checks import codes

    if names is None:
        return ()
    prefixes = tuple(name.strip().upper() for name in names.split(",") if name.strip())
    if not prefixes:
        raise ConfigError(None, f"{option} names no code; expected codes such as E203, or beginnings of them: E2,W5")
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in codes.CODES):
            raise ConfigError(
                None, f"{option}: there is no code {prefix!r}{codes.hint(prefix)}; `standoff explain` lists all"
            )
    return prefixes


def _levels(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-6])(?:-([1-6]))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a level from 1 to 6, or two: 1-3")
    return first, last
