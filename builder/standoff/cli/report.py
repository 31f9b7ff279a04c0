"""How findings and progress are shown."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from standoff.cli import printing
from standoff.cli.source import Sources, visible
from standoff.errors import OutputError
from standoff.finding import Finding
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.corpus.entries import Entry

FEW = printing.FEW
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
    """Print findings as `printing.Printer` does, all in one batch."""
    printer = printing.Printer(root, stream, limit, few=few, sources=sources)
    printer.show(findings)
    printer.close()


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
        "related": [place._asdict() for place in finding.related],
    }


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


@dataclass(slots=True)
class Tally:
    """How many findings there are of a kind, counted as they come."""

    errors: int = 0
    warnings: int = 0
    waived: int = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Count some findings."""
        for finding in findings:
            self.waived += finding.waived is not None
            self.errors += finding.stops
            self.warnings += finding.waived is None and not finding.stops

    def __str__(self) -> str:
        counts = f"{self.errors} error{'s' * (self.errors != 1)}, {self.warnings} warning{'s' * (self.warnings != 1)}"
        if not self.errors + self.warnings + self.waived:
            return "no findings"
        return f"{counts}, {self.waived} waived" if self.waived else counts

    def status(self, fail_on: str, *, unreadable: bool = False) -> int:
        """Return the exit status."""
        if unreadable:
            return 3
        counted = self.errors + (self.warnings if fail_on == "warning" else 0)
        return 1 if counted and fail_on != "never" else 0


def tally(findings: Iterable[Finding]) -> Tally:
    """Count findings that are all known."""
    found = Tally()
    found.add(findings)
    return found


def summary(findings: Iterable[Finding]) -> str:
    """Return `no findings`, or how many errors and warnings there are, and how many findings are waived."""
    return str(tally(findings))


def looked_at(root: Path, entries: Sequence[Entry]) -> str:
    """Return what was looked at: the folder, how many documents, and how many annotators have work on them."""
    annotators = {file.annotator for entry in entries for file in entry.annotations}
    return f"{visible(str(root))}: {counted(len(entries), 'document')}, {counted(len(annotators), 'annotator')}"


def write_file(path: Path, text: str) -> None:
    """Replace a file at once, so that a kill leaves the old one or the new one. Raises OutputError."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        fresh.write_text(text, encoding="utf-8", newline="")
        fresh.replace(path)
    except OSError as error:
        raise OutputError(path, f"cannot be written: {error.strerror}") from None


def status(findings: Iterable[Finding], fail_on: str, *, unreadable: bool = False) -> int:
    """Return the exit status for some findings."""
    return tally(findings).status(fail_on, unreadable=unreadable)


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
