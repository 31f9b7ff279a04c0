"""Findings as text: a line each, its place and its other places below it, and what is alike counted.

Findings come in batches: those of one document, or of the corpus. What is folded is decided batch by batch, so that
the first are on the screen while others are still looked for; what is counted over all batches is said at the end.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from standoff.cli.source import Sources, visible
from standoff.finding import Finding

FEW = 5
"""Findings of one code in one file, or of one kind in all files, that are printed; those after them are counted."""

_MOST = 5 * FEW
"""Findings of one code in all files that are printed."""

_BASELINE_FROM = 50
"""So many errors are hardly mended at once: the last line tells of a baseline."""

_CAUSES = {"E201": "file", "E213": "file", "E605": "document", "E117": "document"}
"""Codes of faults from which others follow, in the same file or in all annotations of the document."""

_FOLLOWING = {"E202", "E203", "E204", "E205", "E206", "E207", "E211", "W209", "W210", "W216"}
"""Codes of faults that are no surprise after such a cause: the spans are not where they should be."""

_KINDS = 5000
"""Kinds that are counted apart, so that no flood of findings fills the memory."""

_WIDTH = 200
"""Characters of a message that stands for all that is like it."""

_Kind = tuple[str, str]
"""A code, and a message without what differs from one item to the next."""


@dataclass(slots=True)
class _Entry:
    """A finding to be printed, how many more of its code its file has, and what seems to follow from it, by code."""

    finding: Finding
    more: int = 0
    following: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Folded:
    """Findings that are only counted: their code, what they say, how many they are, and in which files."""

    code: str
    what: str
    number: int = 0
    files: set[str] = field(default_factory=set)

    def line(self, root: Path) -> str:
        """Return what is said of them in the end: of a single file, only its path and their number."""
        if len(self.files) == 1:
            return f"{root / next(iter(self.files))}: … and {self.number} more {self.code}"
        what = self.what if len(self.what) <= _WIDTH else self.what[:_WIDTH] + "…"
        return f"… and {self.number:,} more {self.code} in {len(self.files):,} files{what}"


_Causes = dict[tuple[str | None, str], _Entry]
"""The causes of a batch, by what they reach: a document, and a file or nothing."""


class Printer:
    """Prints findings below `root`, with the lines at fault where `sources` has them.

    With `few`, so many of one code in one file are printed, or of one kind in all files, and the others counted: below
    them where a batch has all findings of the file (one of those in `whole`, None: of all), else in the end. After
    `limit` findings all the rest are counted.
    """

    def __init__(
        self, root: Path, stream: TextIO, limit: int | None = None, *, few: int | None = None,
        sources: Sources | None = None, whole: Collection[str] | None = None,
    ) -> None:  # fmt: skip
        self.root, self.stream, self.limit, self.few = root, stream, limit, few
        self.sources, self.whole = sources, whole
        self.files: Counter[tuple[str, str]] = Counter()
        self.kinds: Counter[_Kind] = Counter()
        self.codes: Counter[str] = Counter()
        self.folded: dict[_Kind, _Folded] = {}
        self.printed = self.rest = self.errors = 0

    def show(self, findings: Iterable[Finding]) -> None:
        """Print a batch. A cause comes before what follows from it, which is counted below it."""
        from standoff.corpus import waivers

        batch = list(findings)
        self.errors += sum(finding.stops and waivers.can_waive(finding) for finding in batch)
        with _beside_progress():
            for entry in self._entries(batch) if self.few else [_Entry(finding) for finding in batch]:
                if self.printed == self.limit:
                    self.rest += 1 + entry.more + entry.following.total()
                    continue
                self.printed += 1
                print("\n".join(self._lines(entry)), file=self.stream)
            self.stream.flush()

    def close(self) -> None:
        """Say what was only counted over all batches, and how to see it."""
        command = f"standoff validate {visible(str(self.root))}"
        totals = self._totals()
        if self.rest:
            rest = self.rest + sum(total.number for total in totals)
            print(f"… and {rest} more; `{command} --max-errors 0` prints all", file=self.stream)
            return
        for total in totals:
            print(visible(total.line(self.root)), file=self.stream)
        if any(len(total.files) > 1 for total in totals):
            print(f"`{command} --max-errors 0` prints all", file=self.stream)
        if self.few and self.errors >= _BASELINE_FROM:
            known = f"if these {self.errors:,} errors are known and stay for now, `{command} --write-waivers`"
            print(f"{known} notes them in waivers.toml, and new ones stand out", file=self.stream)

    def _entries(self, batch: Sequence[Finding]) -> list[_Entry]:
        """Return what of a batch is printed; the rest is counted with it, or for the end."""
        entries: list[_Entry] = []
        causes = _causes(batch)
        led = [finding for finding in batch if _cause_of(finding, causes)]
        last: dict[tuple[str, str], _Entry] = {}
        for finding in (finding for finding in batch if not _cause_of(finding, causes)):
            file = (finding.code, finding.path)
            if not self._is_folded(finding):
                own = causes.get(_reach(finding)) if finding.code in _CAUSES else None
                last[file] = own if own and own.finding is finding else _Entry(finding)
                entries.append(last[file])
            elif file in last and (self.whole is None or finding.path in self.whole):
                last[file].more += 1
            else:
                self._fold(finding)
        self._count_below(led, causes, entries)
        return entries

    def _count_below(self, led: list[Finding], causes: _Causes, entries: list[_Entry]) -> None:
        """Count what follows from a cause with it; what follows from one that is only counted itself, for the end."""
        shown = {id(entry) for entry in entries}
        for finding in led:
            cause = _cause_of(finding, causes)
            if cause and id(cause) in shown:
                cause.following[finding.code] += 1
            else:
                self._fold(finding)

    def _is_folded(self, finding: Finding) -> bool:
        """Count a finding; say whether enough of its code in its file, of its kind, or of its code are printed.

        A kind that is new is printed, even where its file has a few of the code already.
        """
        few = self.few or 0
        file, kind = (finding.code, finding.path), _kind_of(finding)
        enough = self.files[file] >= (2 * few if not self.kinds[kind] else few)
        if enough or self.kinds[kind] >= few or self.codes[finding.code] >= _MOST:
            return True
        self.files[file] += 1
        self.kinds[kind] += 1
        self.codes[finding.code] += 1
        return False

    def _fold(self, finding: Finding) -> None:
        """Count a finding for the end."""
        kind = _kind_of(finding) if len(self.folded) < _KINDS else (finding.code, "")
        folded = self.folded.setdefault(kind, _Folded(finding.code, f", like: {finding.message}"))
        folded.number += 1
        folded.files.add(finding.path)

    def _totals(self) -> list[_Folded]:
        """Return what was folded: a total for each kind of which there are many, and one for the rest of a code."""
        from standoff.checks.codes import CODES

        totals: list[_Folded] = []
        rests: dict[str, _Folded] = {}
        for (code, _), folded in self.folded.items():
            if folded.number >= FEW:
                totals.append(folded)
                continue
            rest = rests.setdefault(code, _Folded(code, f": {CODES[code].sentence}"))
            rest.number += folded.number
            rest.files |= folded.files
        return sorted([*totals, *rests.values()], key=lambda total: (-total.number, total.code, total.what))

    def _lines(self, entry: _Entry) -> Iterator[str]:
        finding = entry.finding
        place = _place(self.root, finding)
        waived = f" (waived: {finding.waived})" if finding.waived is not None else ""
        yield visible(f"{place}: {finding.severity}[{finding.code}] {finding.message}{waived}")
        yield from self.sources.below(finding) if self.sources else ()
        for other in finding.related:
            there = replace(finding, path=other.path, line=other.line, column=other.column)
            yield visible(f"  {_place(self.root, there)}: note: {other.message}")
            yield from self.sources.below(there) if self.sources else ()
        if entry.following:
            counts = ", ".join(f"{number} {code}" for code, number in entry.following.most_common())
            yield f"  … and what may follow from it: {counts}; mend this first"
        if entry.more:
            yield f"  … and {entry.more} more like this"


@contextmanager
def _beside_progress() -> Iterator[None]:
    """Take a progress bar that stands on the terminal out of the way of lines, for as long as they are printed."""
    shown = sys.modules.get("tqdm")
    if shown is None:
        yield
        return
    with shown.tqdm.external_write_mode(file=sys.stdout):
        yield


def _reach(cause: Finding) -> tuple[str | None, str]:
    """Return the document of a cause, and the file, empty where it is about all annotations of the document."""
    return cause.doc_id, cause.path if _CAUSES.get(cause.code) == "file" else ""


def _causes(batch: Sequence[Finding]) -> _Causes:
    """Return the first cause of each document, or of each file where it is about a file."""
    causes: _Causes = {}
    for finding in batch:
        if finding.code in _CAUSES and finding.doc_id is not None:
            causes.setdefault(_reach(finding), _Entry(finding))
    return causes


def _cause_of(finding: Finding, causes: _Causes) -> _Entry | None:
    if finding.code not in _FOLLOWING or not causes:
        return None
    return causes.get((finding.doc_id, "")) or causes.get((finding.doc_id, finding.path))


def _kind_of(finding: Finding) -> _Kind:
    names = (finding.item, finding.doc_id)
    words = ("…" if word.strip(":,;.'\"") in names else word for word in finding.message.split(" "))
    return finding.code, re.sub(r"[0-9]+", "0", " ".join(words))


def _place(root: Path, finding: Finding) -> str:
    return ":".join(str(part) for part in (root / finding.path, finding.line, finding.column) if part is not None)
