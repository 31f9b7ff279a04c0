"""All findings of a corpus without building it: those of the files as such, of each document in turn, then of all.

A document is let go before the next one is read, so that the first finding comes early and memory does not grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from standoff.corpus import assembly, workers
from standoff.corpus.config import Corpus
from standoff.corpus.entries import Entry
from standoff.corpus.planning import Across, Plan
from standoff.corpus.scheme import Scheme
from standoff.corpus.waivers import Waivers
from standoff.finding import Finding

_AT_ONCE = 20
"""Documents that a worker process is given at a time."""


@dataclass(slots=True)
class Task:
    """Documents to check, and what they are read by."""

    entries: list[Entry]
    corpus: Corpus
    scheme: Scheme
    texts: Mapping[str, Path]
    waivers: Waivers


@dataclass(slots=True)
class Checked:
    """A document of which nothing is left but its findings, the digest of its text, and whether it could be read."""

    doc_id: str
    findings: list[Finding]
    text: str | None
    unreadable: bool


class Validation:
    """The checks of a planned corpus. `unreadable` says, in the end, whether a whole file could not be read."""

    def __init__(self, plan: Plan, texts: Mapping[str, Path] | None = None) -> None:
        """Take the plan, and the user's own copies of withheld texts, by their digests."""
        self.plan = plan
        self.texts = texts or {}
        self.across = Across(plan)

    @property
    def unreadable(self) -> bool:
        """True where a file could not be read so far."""
        return self.across.unreadable

    def findings(self, count: int = 1, progress: Callable[[int], None] = lambda done: None) -> Iterator[list[Finding]]:
        """Yield the findings in sorted batches, by `count` worker processes, in the same order whatever their number.

        First those that are known before reading, then a batch a document, in the order of the corpus, at last those
        that only all documents together show.
        """
        yield sorted(self.plan.findings, key=lambda finding: finding.order)
        for checked in workers.run(self._tasks(1 if count == 1 else _AT_ONCE), check, count):
            for each in checked:
                self.across.add(each.doc_id, each.text, each.findings, unreadable=each.unreadable)
                progress(1)
                yield sorted(each.findings, key=lambda finding: finding.order)
        yield self.across.findings()

    def _tasks(self, size: int) -> Iterator[Task]:
        plan = self.plan
        for start in range(0, len(plan.entries), size):
            yield Task(plan.entries[start : start + size], plan.corpus, plan.scheme, self.texts, plan.waivers)


def check(task: Task) -> list[Checked]:
    """Assemble some documents, and keep of each what is to be said of it."""
    return [_checked(entry, task) for entry in task.entries]


def _checked(entry: Entry, task: Task) -> Checked:
    assembled = assembly.assemble(entry, task.corpus, task.scheme, task.texts, waivers=task.waivers)
    return Checked(entry.doc_id, assembled.findings, assembled.notes().text, assembled.unreadable)
