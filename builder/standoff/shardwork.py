"""One shard's worth of work: read its documents, check them, and write its Parquet files.

A task runs in this process or in a worker; it writes files and returns paths, counts and findings, never rows.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from standoff import assembly, columns, shards
from standoff.assembly import Assembled, Input
from standoff.config import Corpus
from standoff.entries import Entry
from standoff.errors import InputError, OutputError
from standoff.exclusion import LeftOut
from standoff.finding import Finding
from standoff.rows import Row, Rows
from standoff.scheme import Scheme
from standoff.waivers import Waivers

BATCH = 100
"""Documents whose rows are held as Python values at a time."""


@dataclass(slots=True)
class Task:
    """The documents of one shard, and how to build it."""

    corpus: Corpus
    scheme: Scheme
    entries: list[Entry]
    split: str
    index: int
    folder: Path
    configs: tuple[str, ...]
    texts: Mapping[str, Path]
    show_withheld: bool
    waivers: Waivers = field(default_factory=Waivers)


@dataclass(slots=True)
class ShardResult:
    """What a task wrote and found. `files` maps a config to path, rows and content digest of its shard.

    `texts` are the digests of the texts, by document.
    """

    split: str
    index: int
    files: dict[str, tuple[Path, int, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    ner_left_out: Counter[str] = field(default_factory=Counter)
    mapped: Counter[str] = field(default_factory=Counter)
    excluded: list[LeftOut] = field(default_factory=list)
    shortened: list[LeftOut] = field(default_factory=list)
    unreadable: bool = False


def run(task: Task, progress: Callable[[int], None] = lambda done: None) -> ShardResult:
    """Assemble the documents of a task and write its shards, unless a finding is an error."""
    with _without_collector():
        return _run(task, progress)


def _run(task: Task, progress: Callable[[int], None]) -> ShardResult:
    result = ShardResult(task.split, task.index)
    tables: dict[str, list[pa.Table]] = defaultdict(list)
    failed = False
    for start in range(0, len(task.entries), BATCH):
        rows: dict[str, list[Row]] = defaultdict(list)
        for entry in task.entries[start : start + BATCH]:
            assembled = assembly.assemble(
                entry,
                task.corpus,
                task.scheme,
                task.texts,
                show_withheld=task.show_withheld,
                waivers=task.waivers,
            )
            _note(result, assembled)
            failed = failed or assembled.has_errors or result.unreadable
            if not failed:
                _add_rows(rows, assembled, task, result)
            progress(1)
        if not failed:
            for name, found in rows.items():
                if found:
                    tables[name].append(columns.table(name, found))
    if not failed:
        _write(task, tables, result)
    return result


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking the many small rows of a batch again and again: they hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def check(task: Task, progress: Callable[[int], None] = lambda done: None) -> ShardResult:
    """Assemble the documents of a task for their findings alone."""
    result = ShardResult(task.split, task.index)
    for entry in task.entries:
        _note(result, assembly.assemble(entry, task.corpus, task.scheme, task.texts, waivers=task.waivers))
        progress(1)
    return result


def copies_by_digest(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by the SHA-256 of their bytes. Raises InputError if there is no such folder."""
    if not folder.is_dir():
        raise InputError(folder, "there is no such folder of texts")
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    except OSError as error:
        raise InputError(error.filename or folder, f"cannot be read: {error.strerror}") from None


def settle(folder: Path, results: list[ShardResult]) -> dict[str, dict[str, int]]:
    """Give the shards their final names, numbered among those that have rows; return rows a config and split."""
    rows: dict[str, dict[str, int]] = {}
    for name in columns.CONFIGS:
        for split in dict.fromkeys(result.split for result in results):
            files = [
                r.files[name] for r in sorted(results, key=lambda r: r.index) if r.split == split and name in r.files
            ]
            for number, (path, _, _) in enumerate(files):
                path.rename(folder / name / f"{split}-{number:05d}-of-{len(files):05d}.parquet")
            if files:
                rows.setdefault(name, {})[split] = sum(count for _, count, _ in files)
    return rows


def content_digests(results: list[ShardResult]) -> dict[str, str]:
    """Return the content digest of each config."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for result in sorted(results, key=lambda result: (result.split, result.index)):
        for name, (_, _, digest) in result.files.items():
            found[name].append((result.split, digest))
    return {name: shards.combined_digest(digests) for name, digests in found.items()}


def _note(result: ShardResult, assembled: Assembled) -> None:
    result.findings += assembled.findings
    result.inputs += assembled.inputs
    if assembled.document is not None and assembled.document.text_length:
        result.texts[assembled.document.id] = assembled.document.text_sha256
    result.mapped += assembled.mapped
    result.excluded += assembled.excluded
    result.shortened += assembled.shortened
    result.unreadable = result.unreadable or assembled.unreadable


def _add_rows(rows: dict[str, list[Row]], assembled: Assembled, task: Task, result: ShardResult) -> None:
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
    result.ner_left_out += published.left_out


def _write(task: Task, tables: dict[str, list[pa.Table]], result: ShardResult) -> None:
    for name, batches in tables.items():
        table = pa.concat_tables(batches).combine_chunks()
        batches.clear()
        path = task.folder / name / f"{task.split}-{task.index:05d}.parquet"
        try:
            path.parent.mkdir(exist_ok=True)
            shards.write(table, path)
        except OSError as error:
            raise OutputError(path, f"cannot be written: {error.strerror or error}") from None
        result.files[name] = (path, table.num_rows, shards.content_digest(table))
