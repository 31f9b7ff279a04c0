"""Findings as commands of GitHub Actions, which show them beside the lines of a pull request.

The form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from standoff.cli import report
from standoff.cli.source import visible
from standoff.finding import Finding

MOST = 10
"""GitHub drops the annotations of a step after the tenth without a word."""


def commands(findings: Iterable[Finding], root: Path) -> Iterator[str]:
    """Yield a command a finding that is not waived, errors first, at most MOST; then a line that counts the rest.

    Errors are yielded as they come, warnings when it is known that there is room for them.
    """
    shown = rest = 0
    held: list[Finding] = []
    for finding in findings:
        if finding.waived is not None:
            continue
        if finding.severity == "error" and shown < MOST:
            shown += 1
            yield _command(finding, root)
        elif finding.severity == "warning" and len(held) < MOST:
            held.append(finding)
        else:
            rest += 1
    room = MOST - shown
    yield from (_command(finding, root) for finding in held[:room])
    rest += len(held[room:])
    if rest:
        yield f"… and {rest} more; `standoff validate {visible(str(root))} --max-errors 0` prints all"


def _command(finding: Finding, root: Path) -> str:
    place = {"file": report.below_here(root / finding.path), "line": finding.line, "col": finding.column}
    values = {**place, "title": finding.code}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in values.items() if value is not None)
    return f"::{finding.severity} {listed}::{_data(_message(finding, root))}"


def _message(finding: Finding, root: Path) -> str:
    """Return the message, and a line for each other place: GitHub shows an annotation at one place only."""
    lines = [finding.message]
    for other in finding.related:
        place = (report.below_here(root / other.path), other.line, other.column)
        lines.append(f"{':'.join(str(part) for part in place if part is not None)}: {other.message}")
    return "\n".join(lines)


def _data(text: str) -> str:
    """Escape a message: GitHub decodes these three there, and no others."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
