"""The path itself: a corpus folder -> a release folder.

catalogue -> splits -> shards (read, anchor, project, check, rows, Parquet; or as before) -> card -> manifest -> one
rename.
"""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from standoff import card
from standoff.corpus import assembly, catalogue, config, scheme, splits, subset, waivers
from standoff.corpus.config import Corpus
from standoff.corpus.entries import Entry
from standoff.corpus.scheme import Scheme
from standoff.corpus.subset import Subset
from standoff.corpus.waivers import Waivers
from standoff.errors import ConfigError, InputError, OutputError
from standoff.files import staging
from standoff.finding import Finding
from standoff.release import guard, keys, manifest, reuse, shardwork, versions
from standoff.release.guard import Step
from standoff.release.reuse import Former
from standoff.release.shardwork import ShardResult, Task
from standoff.release.versions import Frozen
from standoff.tables.columns import CONFIGS
from standoff.tables.shards import count_for, index_of
from standoff.withholding import withheld

Progress = Callable[[int], None]
"""Told how many more documents are done."""


@dataclass(slots=True)
class Outcome:
    """What a build did: the release folder (None if findings stopped it), its rows, and all findings.

    `reused` counts the documents that came out as in the build before, `damaged` names files of that which were not as
    they had been written; `frozen` says what became of a version, `step` how it stands to the one before.
    """

    release: Path | None
    findings: list[Finding]
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    unreadable: bool = False
    reused: int = 0
    damaged: list[Path] = field(default_factory=list)
    frozen: Frozen | None = None
    step: Step = field(default_factory=Step)

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop a build."""
        return [finding for finding in self.findings if finding.stops]


@dataclass(slots=True)
class Plan:
    """What is to be built: the documents of each shard, and the faults that are known before reading.

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

    def tasks(self, folder: Path, configs: Sequence[str], texts: dict[str, Path], show_withheld: bool) -> list[Task]:
        """Return one task a shard, for each split."""
        tasks = []
        for split in splits.SPLITS:
            entries = [entry for entry in self.entries if self.split_of.get(entry.doc_id) == split]
            count = count_for(sum(entry.size for entry in entries))
            shards: dict[int, list[Entry]] = {}
            for entry in entries:
                shards.setdefault(index_of(entry.doc_id, count), []).append(entry)
            for index, mine in sorted(shards.items()):
                task = Task(
                    self.corpus, self.scheme, mine, split, index, count, folder, tuple(configs), texts, show_withheld
                )
                tasks.append(replace(task, waivers=self.waivers))
        return tasks

    def all_findings(self, results: Iterable[ShardResult]) -> list[Finding]:
        """Return all findings, sorted, with the waivers that waived none of them; those only if all could be read."""
        results = list(results)
        findings = [*self.findings, *(finding for result in results for finding in result.findings)]
        texts = {doc_id: notes.text for result in results for doc_id, notes in result.notes.items() if notes.text}
        findings += [self.waivers.mark(finding) for finding in splits.leaks(self.entries, self.split_of, texts)]
        if not self.unreadable and not any(result.unreadable for result in results):
            unseen = {entry.doc_id for entry in self.entries if entry.withheld and entry.article is None}
            unseen |= {left.document for left in self.subset.left_out} if self.subset else set()
            findings += self.waivers.unused(findings, unseen)
        return sorted(findings, key=lambda finding: finding.order)


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


def build(
    root: Path,
    out: Path,
    *,
    configs: Sequence[str] = CONFIGS,
    workers: int = 1,
    texts: Path | None = None,
    progress: Progress = lambda done: None,
    planned: Plan | None = None,
    release: bool = False,
    max_loss: float = guard.MAX_LOSS,
    overrule: str | None = None,
    reusing: bool = True,
    waiting: staging.Waiting = lambda: None,
) -> Outcome:
    """Build a corpus into `out/dev` (with `texts`: `out/dev-with-texts`), replacing what was there as a whole.

    With `release` it is frozen as `out/<version>` instead, and recorded in releases.toml of the corpus, unless a layer
    has lost more than `max_loss` percent of its rows against the version before, or the version must rise further for
    what changed (`overrule` says why it need not). `texts` is a folder with the user's
    own copies of withheld texts. Nothing is replaced where a finding is an error. With `reusing` what would come out as
    in the build before is taken from there; the bytes are the same. `waiting` is told if another build is writing. A
    plan that is given is built as it is. Raises ConfigError, InputError or OutputError.
    """
    planned = planned or restrict(plan(root))
    copies = shardwork.copies_by_digest(texts) if texts else {}
    target = out / _name(planned.corpus, texts is not None, release, configs)
    before = out / "dev" if release else target
    with staging.folder(target, waiting) as folder:
        common = keys.common(planned.corpus, configs, copies, show_withheld=texts is not None)
        known = reuse.read(before, manifest.FILE) if reusing else {}
        tasks = [
            replace(task, common=common, link=not release, former=known.get(task.place, Former()))
            for task in planned.tasks(folder, configs, copies, texts is not None)
        ]
        results = list(run(tasks, shardwork.run, workers, progress))
        findings = planned.all_findings(results)
        outcome = Outcome(None, findings, unreadable=planned.unreadable or any(r.unreadable for r in results))
        if outcome.errors or outcome.unreadable:
            return outcome
        outcome.rows = shardwork.settle(folder, results)
        if not outcome.rows:
            raise ConfigError(root, f"there is nothing to build: no rows in {', '.join(configs)}")
        withheld.write(folder, withheld.records(planned.entries, None if texts is None else copies))
        outcome.reused = sum(result.reused for result in results)
        outcome.damaged = [path for result in results for path in result.damaged]
        facts = _describe(planned, folder, results, findings, publishable=texts is None)
        if release:
            outcome.step = guard.check(planned.corpus, folder, target, facts, max_loss, overrule)
            outcome.frozen = versions.freeze(root, folder, target, facts, outcome.step.overruled)
        else:
            reuse.write(target, manifest.written(facts), ((result.place, _remembered(result)) for result in results))
            staging.publish(folder, target)
    outcome.release = target
    return outcome


def _name(corpus: Corpus, with_texts: bool, release: bool, configs: Sequence[str]) -> str:
    """Return the name of the folder. Raises ConfigError where what is asked for cannot be released."""
    if not release:
        return "dev-with-texts" if with_texts else "dev"
    if with_texts:
        raise ConfigError(None, "--release with --texts: a release with withheld texts may not be published")
    if set(configs) != set(CONFIGS):
        raise ConfigError(None, "--release with --configs: a version is released whole; leave --configs out")
    return versions.required(corpus)


def _remembered(result: ShardResult) -> Former:
    """Return what the next build may reuse; without a key a document is built anew."""
    return Former(result.files, result.keys, result.notes)


def run(
    tasks: Sequence[Task], work: Callable[..., ShardResult], workers: int, progress: Progress
) -> Iterator[ShardResult]:
    """Run the tasks here, or in worker processes; yields results in the order of the tasks."""
    if workers <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield work(task, progress)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context, initializer=_as_worker) as pool:
        try:
            yield from _run_in(pool, tasks, work, progress)
        except BrokenProcessPool:
            raise OutputError(None, "a worker process died, perhaps for want of memory; try fewer --workers") from None
        finally:
            pool.shutdown(cancel_futures=True)


def _as_worker() -> None:
    """Let the parent alone answer Ctrl-C, so that workers print nothing; and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """Wait for the end of the parent: a killed one cannot tell its workers to stop, and they would wait for ever."""
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _run_in(
    pool: Executor, tasks: Iterable[Task], work: Callable[..., ShardResult], progress: Progress
) -> Iterator[ShardResult]:
    """Run the tasks in any executor: workers write the shards, and only paths and counts come back."""
    futures = [(task, pool.submit(work, task)) for task in tasks]
    for task, future in futures:
        yield future.result()
        progress(len(task.entries))


def _describe(
    plan: Plan, folder: Path, results: list[ShardResult], findings: list[Finding], *, publishable: bool
) -> dict[str, Any]:
    """Write card and manifest beside the shards, and return the manifest: shards -> content digests -> README -> it.

    Nothing is circular: a content digest is of rows alone, the card repeats it, and the manifest has the digests of all
    files but itself. Whoever has the digest of the manifest has the digest of everything.
    """
    notes = [notes for result in results for notes in result.notes.values()]
    hidden = {entry.doc_id for entry in plan.entries if entry.withheld or entry.must_withhold}
    facts = manifest.facts(
        plan.corpus,
        plan.scheme,
        folder,
        shardwork.content_digests(results),
        inputs=[entry for each in notes for entry in each.inputs],
        ner_left_out=_sum(each.ner_left_out for each in notes),
        mapped=_sum(each.mapped for each in notes),
        findings=[f for f in findings if f.doc_id not in hidden and f.path != waivers.FILE],
        excluded=[entry for each in notes for entry in each.excluded],
        shortened=[entry for each in notes for entry in each.shortened],
        not_annotated=sorted(entry.doc_id for entry in plan.entries if not entry.annotations),
        publishable=publishable,
    )
    if plan.subset:
        facts["subset"] = plan.subset.to_json()
    card.finish(folder, facts, card.papers_of(plan.corpus.root))
    return facts


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total
