"""The path itself: a corpus folder -> a release folder.

catalogue -> splits -> shards (read, anchor, project, check, rows, Parquet; or as before) -> card -> manifest -> one
rename.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff import card
from standoff.corpus import planning, splits, waivers, workers
from standoff.corpus.config import Corpus
from standoff.corpus.entries import Entry
from standoff.corpus.planning import Across, Plan
from standoff.errors import ConfigError
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
    `unread` counts documents by what their files hold and is not taken over.
    """

    release: Path | None
    findings: list[Finding]
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    unreadable: bool = False
    reused: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    damaged: list[Path] = field(default_factory=list)
    frozen: Frozen | None = None
    step: Step = field(default_factory=Step)

    @property
    def errors(self) -> list[Finding]:
        """The findings that stop a build."""
        return [finding for finding in self.findings if finding.stops]


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
    planned = planned or planning.restrict(planning.plan(root))
    copies = withheld.copies_by_digest(texts) if texts else {}
    target = out / _name(planned.corpus, texts is not None, release, configs)
    before = out / "dev" if release else target
    with staging.folder(target, waiting) as folder:
        common = keys.common(planned.corpus, configs, copies, show_withheld=texts is not None)
        known = reuse.read(before, manifest.FILE) if reusing else {}
        tasks = [
            replace(task, common=common, link=not release, former=known.get(task.place, Former()))
            for task in _tasks(planned, folder, configs, copies, texts is not None)
        ]
        results = list(run(tasks, shardwork.run, workers, progress))
        findings, unreadable = _findings(planned, results)
        outcome = Outcome(None, findings, unreadable=unreadable)
        if outcome.errors or outcome.unreadable:
            return outcome
        outcome.rows = shardwork.settle(folder, results)
        if not outcome.rows:
            raise ConfigError(root, f"there is nothing to build: no rows in {', '.join(configs)}")
        withheld.write(folder, withheld.records(planned.entries, None if texts is None else copies))
        outcome.reused = sum(result.reused for result in results)
        outcome.damaged = [path for result in results for path in result.damaged]
        facts = _describe(planned, folder, results, findings, publishable=texts is None)
        outcome.unread = facts["left_out"]["unread"]
        if release:
            outcome.step = guard.check(planned.corpus, folder, target, facts, max_loss, overrule)
            outcome.frozen = versions.freeze(root, folder, target, facts, outcome.step.overruled)
        else:
            reuse.write(target, manifest.written(facts), ((result.place, _remembered(result)) for result in results))
            staging.publish(folder, target)
    outcome.release = target
    return outcome


def _findings(plan: Plan, results: Iterable[ShardResult]) -> tuple[list[Finding], bool]:
    """Return all findings, sorted, and whether a file could not be read."""
    across, findings = Across(plan), list(plan.findings)
    for result in results:
        for doc_id, notes in result.notes.items():
            across.add(doc_id, notes.text, notes.findings, unreadable=result.unreadable)
            findings += notes.findings
    return sorted([*findings, *across.findings()], key=lambda finding: finding.order), across.unreadable


def _tasks(
    plan: Plan, folder: Path, configs: Sequence[str], texts: dict[str, Path], show_withheld: bool
) -> list[Task]:
    """Return one task a shard, for each split."""
    tasks = []
    for split in splits.SPLITS:
        entries = [entry for entry in plan.entries if plan.split_of.get(entry.doc_id) == split]
        count = count_for(sum(entry.size for entry in entries))
        shards: dict[int, list[Entry]] = {}
        for entry in entries:
            shards.setdefault(index_of(entry.doc_id, count), []).append(entry)
        for index, mine in sorted(shards.items()):
            task = Task(
                plan.corpus, plan.scheme, mine, split, index, count, folder, tuple(configs), texts, show_withheld
            )
            tasks.append(replace(task, waivers=plan.waivers))
    return tasks


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
    tasks: Sequence[Task], work: Callable[..., ShardResult], count: int, progress: Progress
) -> Iterator[ShardResult]:
    """Run the tasks here, or in worker processes; yields results in the order of the tasks."""
    if count <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield work(task, progress)
        return
    for task, result in zip(tasks, workers.run(tasks, work, min(count, len(tasks))), strict=True):
        yield result
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
        unread=_sum(each.unread for each in notes),
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
