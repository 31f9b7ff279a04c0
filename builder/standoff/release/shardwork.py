"""One shard's worth of work: read its documents, check them, and write its Parquet files.

A task runs in this process or in a worker; it writes files and returns paths, counts and findings, never rows.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from standoff.corpus import assembly
from standoff.corpus.assembly import Assembled, Notes
from standoff.corpus.config import Corpus
from standoff.corpus.entries import Entry
from standoff.corpus.scheme import Scheme
from standoff.corpus.waivers import Waivers
from standoff.errors import OutputError
from standoff.finding import Finding
from standoff.release.keys import Keys
from standoff.release.reuse import Former, ShardFile
from standoff.tables import columns, shards
from standoff.tables.rows import Row, Rows

BATCH = 100
"""Documents whose rows are held as Python values at a time."""


@dataclass(slots=True)
class Task:
    """The documents of one shard, and how to build it: shard `index` of `count`.

    `common` is what the documents share of their keys, empty where none are wanted. `former` is the same shard as the
    build before made it; `link` says whether its files may be linked instead of copied.
    """

    corpus: Corpus
    scheme: Scheme
    entries: list[Entry]
    split: str
    index: int
    count: int
    folder: Path
    configs: tuple[str, ...]
    texts: Mapping[str, Path]
    show_withheld: bool
    waivers: Waivers = field(default_factory=Waivers)
    common: str = ""
    former: Former = field(default_factory=Former)
    link: bool = True

    @property
    def place(self) -> tuple[str, int, int]:
        """Split, number and count of the shard."""
        return self.split, self.index, self.count

    @property
    def name(self) -> str:
        """The file name of its shards until all are written."""
        return f"{self.split}-{self.index:05d}.parquet"


@dataclass(slots=True)
class ShardResult:
    """What a task wrote and found: its file a config, and the notes of each document.

    `keys` are those of the documents whose inputs did not change while they were read, `reused` counts the documents
    that came out as before, and `damaged` are files of the release before that are not as they were written.
    """

    split: str
    index: int
    count: int = 1
    files: dict[str, ShardFile] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    reused: int = 0
    damaged: list[Path] = field(default_factory=list)
    unreadable: bool = False

    @property
    def findings(self) -> list[Finding]:
        """The findings of all documents."""
        return [finding for notes in self.notes.values() for finding in notes.findings]

    @property
    def place(self) -> tuple[str, int, int]:
        """Split, number and count of the shard."""
        return self.split, self.index, self.count


def run(task: Task, progress: Callable[[int], None] = lambda done: None) -> ShardResult:
    """Assemble the documents of a task and write its shards, unless a finding is an error.

    What would come out as in the release before is taken from there: whole shards, or the rows of a document.
    """
    with without_collector():
        result = ShardResult(task.split, task.index, task.count)
        keys = Keys(task.common)
        wanted = {entry.doc_id: keys.of(entry) for entry in task.entries} if task.common else {}
        known = task.former.known(wanted)
        if len(known) == len(task.entries) == len(task.former.keys):
            files = task.former.copy_to(task.folder, task.name, link=task.link)
            if files is not None:
                return _as_before(task, result, files, progress)
        if known:
            result.damaged = task.former.damaged()
        _build(task, result, set() if result.damaged else known, progress)
        result.keys = {
            entry.doc_id: key for entry in task.entries if (key := wanted.get(entry.doc_id)) and keys.still(entry)
        }
        return result


def _as_before(
    task: Task, result: ShardResult, files: dict[str, ShardFile], progress: Callable[[int], None]
) -> ShardResult:
    result.files, result.notes, result.keys = files, task.former.notes, task.former.keys
    result.reused = len(task.entries)
    progress(len(task.entries))
    return result


def _build(task: Task, result: ShardResult, known: set[str], progress: Callable[[int], None]) -> None:
    """Assemble the documents but those that are known, and write the rows of both."""
    tables: dict[str, list[pa.Table]] = defaultdict(list)
    fresh = [entry for entry in task.entries if entry.doc_id not in known]
    failed = False
    for start in range(0, len(fresh), BATCH):
        rows: dict[str, list[Row]] = defaultdict(list)
        for entry in fresh[start : start + BATCH]:
            assembled = assembly.assemble(
                entry,
                task.corpus,
                task.scheme,
                task.texts,
                show_withheld=task.show_withheld,
                waivers=task.waivers,
            )
            notes = _note(result, assembled)
            failed = failed or assembled.has_errors or result.unreadable
            if not failed:
                _add_rows(rows, assembled, task, notes)
            progress(1)
        if not failed:
            for name, found in rows.items():
                if found:
                    tables[name].append(columns.table(name, found))
    result.reused = len(known)
    result.notes |= {doc_id: task.former.notes[doc_id] for doc_id in known}
    result.notes = {entry.doc_id: result.notes[entry.doc_id] for entry in task.entries}
    progress(len(known))
    if not failed:
        _write(task, tables, known, result)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking the many small rows of a batch again and again: they hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def settle(folder: Path, results: list[ShardResult]) -> dict[str, dict[str, int]]:
    """Give the shards their final names, numbered among those that have rows; return rows a config and split."""
    rows: dict[str, dict[str, int]] = {}
    for name in columns.CONFIGS:
        for split in dict.fromkeys(result.split for result in results):
            mine = sorted((r for r in results if r.split == split and name in r.files), key=lambda r: r.index)
            for number, result in enumerate(mine):
                final = folder / name / f"{split}-{number:05d}-of-{len(mine):05d}.parquet"
                result.files[name] = replace(result.files[name], path=result.files[name].path.rename(final))
            if mine:
                rows.setdefault(name, {})[split] = sum(result.files[name].rows for result in mine)
    return rows


def content_digests(results: list[ShardResult]) -> dict[str, str]:
    """Return the content digest of each config."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for result in sorted(results, key=lambda result: (result.split, result.index)):
        for name, file in result.files.items():
            found[name].append((result.split, file.content))
    return {name: shards.combined_digest(digests) for name, digests in found.items()}


def _note(result: ShardResult, assembled: Assembled) -> Notes:
    notes = result.notes[assembled.entry.doc_id] = assembled.notes()
    result.unreadable = result.unreadable or assembled.unreadable
    return notes


def _add_rows(rows: dict[str, list[Row]], assembled: Assembled, task: Task, notes: Notes) -> None:
    document = assembled.document
    if document is None:
        return
    chosen = assembly.published(assembled.annotations, task.corpus.annotations.publish)
    published = Rows(document, chosen)
    for name in task.configs:
        if name == "annotations":
            for annotations in assembled.annotations:
                if annotations.annotator != "gold":
                    rows[name] += Rows(document, annotations).documents()
        elif name == "provenance":
            for annotations in assembled.annotations:
                rows[name] += Rows(document, annotations).provenance()
        else:
            rows[name] += getattr(published, name)()
    notes.ner_left_out += published.left_out


def _write(task: Task, tables: dict[str, list[pa.Table]], known: set[str], result: ShardResult) -> None:
    for name in task.configs:
        batches = tables.pop(name, [])
        former = task.former.rows(name, known) if known else None
        table = _in_order(batches, former) if former is not None else pa.concat_tables(batches) if batches else None
        if table is None or not table.num_rows:
            continue
        table = table.combine_chunks()
        path = task.folder / name / task.name
        try:
            path.parent.mkdir(exist_ok=True)
            shards.write(table, path)
            sha256 = shards.sha256_of(path)
        except OSError as error:
            raise OutputError(path, f"cannot be written: {error.strerror or error}") from None
        result.files[name] = ShardFile(path, table.num_rows, shards.content_digest(table), sha256)


def _in_order(fresh: list[pa.Table], former: pa.Table) -> pa.Table:
    """Return rows in the order of the documents; the rows of one document stay in theirs."""
    table = pa.concat_tables([former, *fresh])
    return table.take(pc.sort_indices(table["doc_id"])) if fresh else table
