"""Findings as commands of GitHub Actions, which show them beside the lines of a pull request.

The form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from standoff.cli import report
from standoff.cli.source import visible
from standoff.finding import Finding

MOST = 10
"""GitHub drops the annotations of a step after the tenth without a word."""


def commands(findings: Sequence[Finding], root: Path) -> Iterator[str]:
    """Yield a command a finding that is not waived, errors first, at most MOST; then a line that counts the rest."""
    standing = [finding for finding in findings if finding.waived is None]
    ordered = sorted(standing, key=lambda finding: finding.severity != "error")
    for finding in ordered[:MOST]:
        place = {"file": report.below_here(root / finding.path), "line": finding.line, "col": finding.column}
        values = {**place, "title": finding.code}
        listed = ",".join(f"{key}={_property(str(value))}" for key, value in values.items() if value is not None)
        yield f"::{finding.severity} {listed}::{_data(finding.message)}"
    if len(ordered) > MOST:
        where = visible(str(root))
        yield f"… and {len(ordered) - MOST} more; `standoff validate {where} --max-errors 0` prints all"


def _data(text: str) -> str:
    """Escape a message: GitHub decodes these three there, and no others."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
