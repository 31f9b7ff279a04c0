"""How findings and progress are shown."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from standoff.cli.source import Sources, visible
from standoff.errors import OutputError
from standoff.finding import Finding

FEW = 5
"""Findings of one code in one file that are printed; those after them are counted."""


def default_corpus() -> Path:
    """Return the corpus that a command works on when none is named: `corpus/`, else the working directory."""
    return Path("corpus") if Path("corpus", "corpus.toml").is_file() else Path(".")


def print_findings(
    findings: Sequence[Finding],
    root: Path,
    stream: TextIO,
    limit: int | None = None,
    *,
    few: int | None = None,
    sources: Sources | None = None,
) -> None:
    """Print a line a finding, its path below `root`; below it, indented, its place in the file where `sources` has it.

    After `few` findings of one code in one file the others are counted, and after `limit` lines all the rest.
    """
    alike = Counter((finding.code, finding.path) for finding in findings)
    seen: Counter[tuple[str, str]] = Counter()
    printed = counted = 0
    for finding in findings:
        kind = (finding.code, finding.path)
        if few is not None and seen[kind] == few:
            continue
        if printed == limit:
            break
        print("\n".join([_line(finding, root), *(sources.below(finding) if sources else ())]), file=stream)
        seen[kind] += 1
        printed += 1
        if seen[kind] == few and alike[kind] > few:
            counted += alike[kind] - few
            print(f"  … and {alike[kind] - few} more like this", file=stream)
    if len(findings) > printed + counted:
        rest = len(findings) - printed - counted
        print(f"… and {rest} more; `standoff validate {visible(str(root))} --max-errors 0` prints all", file=stream)


def positive(text: str) -> int:
    """Return a whole number of at least 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number of at least 1")
    return int(text)


def whole(text: str) -> int:
    """Return a whole number, 0 included, for argparse."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number, 0 or more")
    return int(text)


def below_here(path: Path) -> str:
    """Return a path relative to the working directory, with slashes; an absolute one where it lies elsewhere."""
    path = Path(os.path.normpath(Path.cwd() / path))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as the command line's JSON shows it; its path is relative to the folder that was named."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "doc_id": finding.doc_id,
        "item": finding.item,
        "message": finding.message,
        "waived": finding.waived,
    }


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def summary(findings: Sequence[Finding]) -> str:
    """Return `no findings`, or how many errors and warnings there are, and how many findings are waived."""
    errors = sum(finding.stops for finding in findings)
    waived = sum(finding.waived is not None for finding in findings)
    warnings = len(findings) - errors - waived
    if not findings:
        return "no findings"
    counts = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    return f"{counts}, {waived} waived" if waived else counts


def write_file(path: Path, text: str) -> None:
    """Replace a file at once, so that a kill leaves the old one or the new one. Raises OutputError."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        fresh.write_text(text, encoding="utf-8", newline="")
        fresh.replace(path)
    except OSError as error:
        raise OutputError(path, f"cannot be written: {error.strerror}") from None


def status(findings: Sequence[Finding], fail_on: str, *, unreadable: bool = False) -> int:
    """Return the exit status for some findings."""
    if unreadable:
        return 3
    counted = [f for f in findings if f.stops or (fail_on == "warning" and f.waived is None)]
    return 1 if counted and fail_on != "never" else 0


@contextmanager
def progress(total: int | None, label: str, unit: str = "doc") -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error, if that is a terminal; yields what is to be told of more work done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from tqdm import tqdm

    with tqdm(total=total, desc=label, unit=unit, file=sys.stderr, leave=False) as bar:
        yield lambda done: _advance(bar, done)


def _advance(bar: Any, done: int) -> None:
    bar.update(done)


def _line(finding: Finding, root: Path) -> str:
    path = root / finding.path
    place = ":".join(str(part) for part in (path, finding.line, finding.column) if part is not None)
    waived = f" (waived: {finding.waived})" if finding.waived is not None else ""
    return visible(f"{place}: {finding.severity}[{finding.code}] {finding.message}{waived}")
