"""What is to be built or checked: settings, documents and splits, and the faults that are known before reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.corpus import assembly, catalogue, config, scheme, splits, subset, waivers
from standoff.corpus.config import Corpus
from standoff.corpus.entries import Entry
from standoff.corpus.scheme import Scheme
from standoff.corpus.subset import Subset
from standoff.corpus.waivers import Waiver, Waivers
from standoff.errors import InputError
from standoff.finding import Finding


@dataclass(slots=True)
class Plan:
    """The documents of a corpus in order, what they are read by, and the faults that are known before reading.

    `subset` says which documents stay out because of their licences, if there is a choice.
    """

    corpus: Corpus
    scheme: Scheme
    entries: list[Entry]
    split_of: dict[str, str]
    findings: list[Finding]
    waivers: Waivers
    unreadable: bool = False
    subset: Subset | None = None

    @property
    def bytes(self) -> int:
        """The size of all raw texts."""
        return sum(entry.size for entry in self.entries)

    def own_files(self) -> set[str]:
        """Return the files that are of one document alone, by their paths in messages."""
        places = Counter(place for entry in self.entries for place in entry.places())
        return {place for place, documents in places.items() if documents == 1}


@dataclass(slots=True)
class Across:
    """What shows only when all documents are read: a text in two splits, a waiver that waives nothing.

    Of a document it keeps the digest of its text, and of its findings nothing but which waivers they used.
    """

    plan: Plan
    texts: dict[str, str] = field(default_factory=dict)
    used: set[Waiver | None] = field(default_factory=set)
    unreadable: bool = False

    def __post_init__(self) -> None:
        self.unreadable = self.plan.unreadable
        self._use(self.plan.findings)

    def add(self, doc_id: str, text: str | None, findings: Iterable[Finding], *, unreadable: bool) -> None:
        """Note a document: the digest of its text (None: it is empty or not here), and its findings."""
        if text:
            self.texts[doc_id] = text
        self.unreadable = self.unreadable or unreadable
        self._use(findings)

    def findings(self) -> list[Finding]:
        """Return the findings, sorted; waivers that waived nothing only if everything could be read."""
        plan = self.plan
        found = [plan.waivers.mark(leak) for leak in splits.leaks(plan.entries, plan.split_of, self.texts)]
        self._use(found)
        if not self.unreadable:
            unseen = {entry.doc_id for entry in plan.entries if entry.withheld and entry.article is None}
            unseen |= {left.document for left in plan.subset.left_out} if plan.subset else set()
            found += plan.waivers.unused(self.used, unseen)
        return sorted(found, key=lambda finding: finding.order)

    def _use(self, findings: Iterable[Finding]) -> None:
        self.used |= {self.plan.waivers.of(finding) for finding in findings if finding.waived is not None}


def plan(root: Path) -> Plan:
    """Read the settings of a corpus and list its documents.

    Raises ConfigError or InputError where corpus.toml, scheme.toml, waivers.toml, splits.csv or metadata.csv cannot
    be used.
    """
    corpus = config.read(root)
    inventory = scheme.read(root)
    known = waivers.read(corpus)
    try:
        found = catalogue.of(corpus)
        split_of, split_findings = splits.assign(found.entries, root)
    except InputError as error:
        error.path = str(root / (error.path or ""))
        raise
    if not found.entries and not found.findings:
        raise InputError(
            root, "holds no article and no annotation file; expected raw/*.txt, raw/*.jsonl or [[sources]]"
        )
    findings = [*found.findings, *split_findings]
    for entry in found.entries:
        fault = assembly.publication_fault(entry, corpus.annotations.publish)
        if fault:
            line, column = corpus.place("annotations", "publish")
            findings.append(Finding("E604", config.FILE, fault, line, column, entry.doc_id))
    findings = [known.mark(finding) for finding in findings] + known.out_of_date()
    return Plan(corpus, inventory, found.entries, split_of, findings, known, found.unreadable)


def restrict(plan: Plan, licenses: Sequence[str] | None = None) -> Plan:
    """Return a plan of the documents under some licences alone, those of corpus.toml if none are named here.

    Raises ConfigError where no document is under them, or under one that is named here.
    """
    chosen = licenses if licenses is not None else plan.corpus.articles.licenses
    if chosen is None:
        return plan
    entries, left = subset.of(plan.entries, chosen, strict=licenses is not None)
    return replace(plan, entries=entries, subset=left)
