"""The desk of an adjudicator: the documents of a corpus, each with its matters and its draft; and how gold is saved."""

from __future__ import annotations

import copy
import datetime
import hashlib
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from standoff.annotations import native
from standoff.corpus import assembly, planning
from standoff.corpus.entries import AnnotationFile, Entry
from standoff.corpus.planning import Plan
from standoff.errors import ConfigError, InputError, StandoffError
from standoff.exports import native as written
from standoff.files import staging
from standoff.layers import ordering, projection
from standoff.model import ITEM_LISTS, Annotations
from standoff.review import decisions, gold, matters
from standoff.review.case import Case, Summary, stamp_of
from standoff.review.decisions import Decision, Draft
from standoff.review.gold import Gold
from standoff.withholding import withheld

NO_RULE = "E604"
"""The finding that it is not decided whose work is published: that is what gold is made for."""

_ROOM = 24
"""Documents that are kept in memory as they were read."""


class Conflict(StandoffError):
    """A file, or the draft, is another one than the page was made of."""


class Undecided(StandoffError):
    """Something is not decided yet, so that there is no gold; `keys` name it."""

    def __init__(self, keys: list[str]) -> None:
        few = "1 difference is" if len(keys) == 1 else f"{len(keys)} differences are"
        super().__init__(None, f"nothing was saved: {few} not decided yet; the draft is kept")
        self.keys = keys


class Refused(StandoffError):
    """The gold version would have errors, so that it was not written; `faults` are (key or None, message)."""

    def __init__(self, faults: list[tuple[str | None, str]]) -> None:
        few = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(None, f"nothing was saved: the gold version would have {few}; they stand at their items")
        self.faults = faults


@dataclass
class Desk:
    """A corpus under adjudication; decisions become the version of `target`, signed `by` somebody.

    `is_published` says whether corpus.toml names the target among those who are published.
    """

    root: Path
    target: str = "gold"
    by: str = "adjudicator"
    texts: Path | None = None
    plan: Plan = field(init=False)
    is_published: bool = field(init=False)
    entries: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        """Raises ConfigError or InputError where the corpus cannot be used."""
        self._lock = threading.RLock()
        self._cases: OrderedDict[str, tuple[object, Case]] = OrderedDict()
        self._summaries: dict[str, tuple[object, Summary]] = {}
        self._copies = withheld.copies_by_digest(self.texts) if self.texts else {}
        self.reload()

    def reload(self) -> None:
        """List the files of the corpus anew."""
        plan = planning.plan(self.root)
        names = sorted({file.annotator for entry in plan.entries for file in entry.annotations})
        publication = plan.corpus.annotations
        self.is_published = self.target in publication.publish
        publication.publish = list(dict.fromkeys([self.target, *publication.publish, *names]))
        plan.findings = [finding for finding in plan.findings if finding.code != NO_RULE]
        with self._lock:
            self.plan = plan
            self.entries = {entry.doc_id: entry for entry in plan.entries if entry.annotations}
            self._cases.clear()
            self._summaries.clear()

    def case(self, doc_id: str) -> Case:
        """Return a document as its files and its draft are now.

        Raises KeyError if there is no such document, InputError if its article or its draft cannot be read.
        """
        entry = self.entries[doc_id]
        with self._lock:
            state, drafted = self._states(entry)
            known = self._cases.get(doc_id)
            try:
                case = self._settled(known[1]) if known and known[0] == state else self._open(entry)
            except StandoffError as error:
                self._summaries[doc_id] = (state, drafted), Summary(doc_id, "broken", reason=str(error))
                raise
            self._cases[doc_id] = state, case
            self._cases.move_to_end(doc_id)
            while len(self._cases) > _ROOM:
                self._cases.popitem(last=False)
            self._summaries[doc_id] = (state, drafted), case.summary()
            return case

    def summary(self, doc_id: str, *, wait: bool = True) -> Summary:
        """Return how far a document is; without `wait` nothing is read, and its state may be `unread`."""
        with self._lock:
            known = self._summaries.get(doc_id)
            if known is not None and known[0] == self._states(self.entries[doc_id]):
                return known[1]
            if not wait:
                return Summary(doc_id, "unread")
            with suppress(StandoffError):  # its summary says why
                self.case(doc_id)
            return self._summaries[doc_id][1]

    def decide(self, doc_id: str, stamp: str, *made: Decision) -> Case:
        """Keep decisions in the draft. Raises Conflict, or OutputError if the draft cannot be written."""
        with self._held(doc_id, stamp) as case:
            draft = case.draft
            before = dict(draft.decisions)
            for decision in made:
                matter = case.table.matters.get(decision.key)
                decision.members = {name: item.id for name, item in matter.members.items()} if matter else {}
                draft.decisions.pop(decision.key, None)
                if decision.choice is not None or decision.note:
                    draft.decisions[decision.key] = decision
            if draft.decisions != before:
                self._keep(case)
        return self.case(doc_id)

    def discard(self, doc_id: str, stamp: str) -> Case:
        """Remove the draft. Raises Conflict."""
        with self._held(doc_id, stamp) as case:
            self._draft_path(case.entry).unlink(missing_ok=True)
        return self.case(doc_id)

    def save(self, doc_id: str, stamp: str) -> Case:
        """Write the gold version, and remove the draft.

        Raises Conflict, Undecided, Refused, or OutputError where the file cannot be written; then nothing was written.
        """
        with self._held(doc_id, stamp) as case:
            if case.blocked:
                raise Conflict(None, case.blocked)
            if case.open:
                raise Undecided(case.open)
            made = gold.make(case.document, case.table, case.outcomes, case.decided, case.former, self.target)
            made.annotations.layers = gold.finished(case.versions)
            of = [(name, digest) for name, digest in case.files.items() if name != self.target]
            gold.sign(made.annotations, self.by, _now(), of)
            shown = case.document.text is not None and not self._is_withheld(case.entry)
            data = written.render(case.document, made.annotations, quotes=shown).encode()
            faults = [*made.faults] or [*self._faults(case, made, data)]
            if faults:
                raise Refused(faults)
            file = self._file(case.entry)
            if _digest(file.path) != case.files.get(self.target):
                raise Conflict(None, f"{file.place} was changed while it was saved; nothing was written")
            file.path.parent.mkdir(parents=True, exist_ok=True)
            staging.write(file.path, data)
            self._draft_path(case.entry).unlink(missing_ok=True)
            case.entry.annotations = [*(f for f in case.entry.annotations if f.annotator != self.target), file]
        return self.case(doc_id)

    def _open(self, entry: Entry) -> Case:
        files = {file.annotator: _digest(file.path) or "" for file in entry.annotations}
        shown = self.texts is not None
        assembled = assembly.assemble(
            entry, self.plan.corpus, self.plan.scheme, self._copies, show_withheld=shown, waivers=self.plan.waivers
        )
        document = assembled.document
        if document is None:
            reason = assembled.findings[0] if assembled.findings else None
            raise InputError(entry.doc_id, f"the article cannot be read: {reason}")
        versions = {annotations.annotator: annotations for annotations in assembled.annotations}
        table = matters.gather(document, list(versions.values()), self.target, self.plan.scheme.refers)
        findings = [f for f in assembled.findings if f.code != NO_RULE]
        case = Case(entry, document, versions, table, Draft(entry.doc_id), {}, self.target, findings, files, "",
                    self._blocked(entry))  # fmt: skip
        return self._settled(case)

    def _settled(self, case: Case) -> Case:
        """Return a case with its draft as it is now, and what follows from that."""
        draft = decisions.read(self._draft_path(case.entry), case.entry.doc_id)
        done = set(case.former.layers or ()) if case.former else set()
        outcomes = decisions.settle(case.table, draft.fitting(case.table), self.target, done)
        return replace(case, draft=draft, outcomes=outcomes, stamp=stamp_of(case.document, case.files, draft))

    def _blocked(self, entry: Entry) -> str | None:
        """Return why gold of a document cannot be saved here, None where it can."""
        for file in entry.annotations:
            if file.annotator == self.target and (file.format != "native" or file.part is not None):
                return (f"the version of {self.target} comes from {file.place} ({file.format}), and only native files "
                        "are written here; make it one by `standoff export`, or choose an --annotator")  # fmt: skip
        return None

    def _faults(self, case: Case, made: Gold, data: bytes) -> Iterator[tuple[str | None, str]]:
        """Yield what is wrong with a gold file: it is read and checked as a build would, from a place of its own."""
        keys = {name: key for key, name in made.ids.items()}
        with tempfile.TemporaryDirectory(prefix="standoff-review-") as folder:
            path = Path(folder) / "gold.json"
            path.write_bytes(data)
            trial = replace(self._file(case.entry), path=path)
            others = [file for file in case.entry.annotations if file.annotator != self.target]
            entry = replace(case.entry, annotations=[*others, trial])
            assembled = assembly.assemble(
                entry, self.plan.corpus, self.plan.scheme, self._copies, show_withheld=self.texts is not None,
                waivers=self.plan.waivers,
            )  # fmt: skip
        for finding in assembled.findings:
            if finding.path == trial.place and finding.stops:
                yield keys.get(finding.item or ""), f"[{finding.code}] {finding.message}"
        back = next((each for each in assembled.annotations if each.annotator == self.target), None)
        if back is not None and not any(f.path == trial.place and f.stops for f in assembled.findings):
            yield from _lost(made, back, keys)

    @contextmanager
    def _held(self, doc_id: str, stamp: str) -> Iterator[Case]:
        """Hold a document for a change. Raises Conflict where it is another one than the page was made of."""
        with self._lock:
            case = self.case(doc_id)
            if case.stamp != stamp:
                raise Conflict(None, "the files, or the draft, were changed since this page was loaded; nothing was "
                                     "written; load the page again")  # fmt: skip
            yield case

    def _keep(self, case: Case) -> None:
        case.draft.revision += 1
        decisions.write(self._draft_path(case.entry), case.draft, self.target)

    def _file(self, entry: Entry) -> AnnotationFile:
        """Return where the gold version of a document lies, or would lie."""
        for file in entry.annotations:
            if file.annotator == self.target:
                return file
        place = f"annotations/{self.target}/{entry.doc_id}.json"
        return AnnotationFile(self.root / place, place, place, "native", self.target)

    def _draft_path(self, entry: Entry) -> Path:
        return decisions.path_of(self.root, self.target, entry.doc_id)

    def _is_withheld(self, entry: Entry) -> bool:
        return entry.withheld is not None or entry.must_withhold

    def _states(self, entry: Entry) -> tuple[object, object]:
        """Return the states of the files of a document, and that of its draft."""
        return tuple(map(_state, self._paths(entry))), _state(self._draft_path(entry))

    def _paths(self, entry: Entry) -> Iterator[Path]:
        yield from (file.path for file in entry.annotations)
        yield from (file.path for file in (entry.article, *entry.copies) if file)
        yield from [path for path in (entry.withheld, self._file(entry).path) if path]


def checked(target: str) -> str:
    """Return the name that decisions are saved under. Raises ConfigError where it is no published name."""
    import re

    if not re.fullmatch(r"gold|a[1-9][0-9]*", target):
        raise ConfigError(None, f"--annotator is {target!r}; expected gold, or a published name such as a9")
    return target


def _lost(made: Gold, back: Annotations, keys: dict[str, str]) -> Iterator[tuple[str | None, str]]:
    """Yield what a gold file does not say as it should, when it is read back."""
    meant = copy.deepcopy(made.annotations)
    projection.label_triggers(meant)
    projection.add_singletons(meant)
    ordering.name_items(meant)
    projection.refer_to_entities(meant)
    for layer in ITEM_LISTS:
        found = {item.id: native.plain(item, quotes=False) for item in getattr(back, layer)}
        for item in getattr(meant, layer):
            wanted = native.plain(item, quotes=False)
            read = found.get(item.id, {})
            names = [name for name in wanted if read.get(name) != wanted[name]]
            if names:
                yield keys.get(item.id), f"a native file cannot say this: {', '.join(names)}"


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _state(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
