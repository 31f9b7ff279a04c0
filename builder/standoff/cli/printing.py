"""Findings as text, as they come: a line each, its place in the file below it, and what is alike counted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from standoff.cli.source import Sources, visible
from standoff.finding import Finding

FEW = 5
"""Findings of one code in one file that are printed; those after them are counted."""


class Printer:
    """Prints findings batch by batch: a line a finding, its path below `root`, then its place where `sources` has it.

    After `few` findings of one code in one file the others are counted, at once where a batch has all findings of the
    file (one of those in `whole`, None: of all), else in the end; and after `limit` lines all the rest.
    """

    def __init__(
        self,
        root: Path,
        stream: TextIO,
        limit: int | None = None,
        *,
        few: int | None = None,
        sources: Sources | None = None,
        whole: Collection[str] | None = None,
    ) -> None:
        self.root, self.stream, self.limit, self.few = root, stream, limit, few
        self.sources, self.whole = sources, whole
        self.seen: Counter[tuple[str, str]] = Counter()
        self.printed = self.rest = 0

    def show(self, findings: Sequence[Finding]) -> None:
        """Print a batch, and let it be seen at once."""
        alike = Counter((finding.code, finding.path) for finding in findings)
        with _beside_progress():
            for finding in findings:
                self._show(finding, alike)
            self.stream.flush()
        for kind in [kind for kind in alike if self._has_all(kind[1])]:
            del self.seen[kind]

    def close(self) -> None:
        """Print what is only counted: what files of several batches have more of, and what is past the limit."""
        for (code, path), count in self.seen.items():
            if self.few is not None and count > self.few:
                print(f"{visible(str(self.root / path))}: … and {count - self.few} more {code}", file=self.stream)
        if self.rest:
            where = visible(str(self.root))
            print(f"… and {self.rest} more; `standoff validate {where} --max-errors 0` prints all", file=self.stream)

    def _show(self, finding: Finding, alike: Counter[tuple[str, str]]) -> None:
        kind = (finding.code, finding.path)
        if self.few is not None and self.seen[kind] >= self.few:
            self.seen[kind] += 1
        elif self.printed == self.limit:
            self.rest += 1
        else:
            below = self.sources.below(finding) if self.sources else ()
            print("\n".join([_line(finding, self.root), *below]), file=self.stream)
            self.seen[kind] += 1
            self.printed += 1
            if self.seen[kind] == self.few and alike[kind] > self.few and self._has_all(finding.path):
                print(f"  … and {alike[kind] - self.few} more like this", file=self.stream)

    def _has_all(self, path: str) -> bool:
        return self.whole is None or path in self.whole


@contextmanager
def _beside_progress() -> Iterator[None]:
    """Take a progress bar that stands on the terminal out of the way of lines, for as long as they are printed."""
    shown = sys.modules.get("tqdm")
    if shown is None:
        yield
        return
    with shown.tqdm.external_write_mode(file=sys.stdout):
        yield


def _line(finding: Finding, root: Path) -> str:
    path = root / finding.path
    place = ":".join(str(part) for part in (path, finding.line, finding.column) if part is not None)
    waived = f" (waived: {finding.waived})" if finding.waived is not None else ""
    return visible(f"{place}: {finding.severity}[{finding.code}] {finding.message}{waived}")
