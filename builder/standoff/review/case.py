"""One document on the desk of an adjudicator: its versions, what is in dispute, what is decided, and how far it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from standoff.corpus.entries import Entry
from standoff.finding import Finding
from standoff.model import Annotations, Document
from standoff.review import matters
from standoff.review.decisions import Decision, Draft, Outcome
from standoff.review.matters import Table


@dataclass(slots=True)
class Summary:
    """How far a document is: its state in a word, how many differences it has, and how many of them are decided."""

    doc_id: str
    state: str
    title: str = ""
    differences: int = 0
    decided: int = 0
    reason: str = ""

    @property
    def percent(self) -> int:
        """The share that is decided."""
        return 100 * self.decided // self.differences if self.differences else 100 * (self.state == "saved")

    @property
    def is_done(self) -> bool:
        """True where there is nothing to do, or nothing that can be done."""
        return self.state in ("saved", "blocked", "broken")


@dataclass(slots=True)
class Case:
    """A document on the desk. `stamp` is a digest of all files that it was made of, and of the draft's revision."""

    entry: Entry
    document: Document
    versions: dict[str, Annotations]
    table: Table
    draft: Draft
    outcomes: dict[str, Outcome]
    target: str
    findings: list[Finding]
    files: dict[str, str]
    stamp: str
    blocked: str | None = None

    @property
    def decided(self) -> dict[str, Decision]:
        """The decisions of the draft that count."""
        return self.draft.fitting(self.table)

    @property
    def open(self) -> list[str]:
        """The keys of what is not decided yet, in the order of the text."""
        return [key for key, outcome in self.outcomes.items() if outcome.is_open]

    def same(self, key: str) -> list[str]:
        """Return the keys of the other open spans that raise the same question: the same words, the same labels."""
        matter = self.table.matters.get(key)
        wanted = matters.signature(self.document, matter) if matter else None
        others = [self.table.matters[name] for name in self.open if name != key and name in self.table.matters]
        return [m.key for m in others if wanted and matters.signature(self.document, m) == wanted]

    @property
    def former(self) -> Annotations | None:
        """The gold version as it is saved."""
        return self.versions.get(self.target)

    @property
    def changed_since(self) -> list[str]:
        """The annotators whose files are not those that the gold version was decided on, as far as it says so."""
        if self.former is None or not self.former.adjudication:
            return []
        known = dict(self.former.adjudication[-1].of)
        return [name for name, digest in self.files.items() if name != self.target and known.get(name) != digest]

    @property
    def state(self) -> str:
        """How far it is: `saved`, `begun` (a draft is kept), `changed` (other files than gold says) or `waiting`."""
        if self.draft.decisions:
            return "begun"
        if self.former is None:
            return "waiting"
        return "changed" if self.changed_since else "saved"

    @property
    def title(self) -> str:
        """The headline, or the id where there is none to show."""
        return (None if self.document.withheld else self.document.metadata.title) or self.document.id

    def summary(self) -> Summary:
        """Return how far it is."""
        disputed = self.table.disputed
        decided = sum(not self.outcomes[matter.key].is_open for matter in disputed)
        state = "blocked" if self.blocked else self.state
        return Summary(self.document.id, state, self.title, len(disputed), decided, self.blocked or "")


def stamp_of(document: Document, files: dict[str, str], draft: Draft) -> str:
    """Return the digest of what a page is made of: the text, the annotation files, and the draft."""
    lines = [document.text_sha256, *(f"{name} {digest}" for name, digest in sorted(files.items())), str(draft.revision)]
    lines += [each.key for each in draft.decisions.values()]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]
