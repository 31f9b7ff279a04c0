"""Re-reads a finished release and proves it: files, columns, counts, offsets, references, card, and the loader."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from standoff import __version__, card
from standoff.checks import references
from standoff.checks.subject import Check, Subject
from standoff.corpus.scheme import Scheme
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Item
from standoff.release import manifest, rederiving, versions
from standoff.spelling import counted
from standoff.tables import columns, readback, shards
from standoff.withholding import withheld

Progress = Callable[[str], None]


def verify(release: Path, progress: Progress = lambda step: None, *, corpus: Path | None = None) -> list[Finding]:
    """Return what is wrong with a release folder; empty if it proves itself.

    A frozen version of the `corpus` in this folder must be what its releases.toml records. Raises InputError where
    there is no manifest, so that nothing can be proved, and ConfigError where releases.toml cannot be used.
    """
    try:
        facts = manifest.read(release)
    except manifest.NotValid as error:
        return [Finding("E151", manifest.FILE, error.message)]
    progress("files")
    findings = list(files(release, facts))
    unsound = {finding.path.split("/")[0] for finding in findings}
    content: dict[str, str] = {}
    for config, found in facts["configs"].items():
        if config in unsound:
            continue
        progress(f"rows of {config}")
        faults = list(_config(release, config, found, content))
        for split, counts in found["splits"].items():
            if not any(fault.code == "E154" for fault in faults):
                progress(f"load_dataset {config} {split}")
                faults += _loads(release, config, split, counts["rows"])
        findings += faults
    progress("rows of each config against those of documents")
    findings += _contradictions(release, facts, findings)
    if not findings and manifest.content_digest(content) != facts["content_digest"]:
        findings.append(Finding("E155", manifest.FILE, "content_digest is not that of the configs"))
    if "documents" in content and withheld.FILE in facts["files"]:
        findings += _withheld(release)
    if corpus is not None and (message := versions.disagreement(corpus, release.resolve(), facts)):
        findings.append(Finding("E159", manifest.FILE, message))
    progress("card")
    if "README.md" not in unsound:
        findings += _card(release, facts, bool(findings))
    return sorted(set(findings), key=lambda finding: finding.order)


def _contradictions(release: Path, facts: dict[str, Any], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Compare the configs with each other, as far as each is sound by itself."""
    unsound = {finding.path.split("/")[0] for finding in findings}
    configs = facts["configs"].keys() - unsound
    if "documents" in configs:
        yield from rederiving.findings(release, facts["configs"]["documents"]["splits"], configs)


def files(release: Path, facts: dict[str, Any]) -> Iterator[Finding]:
    """Yield the files of a release that are not as its manifest says: by their digests alone, so that it is fast."""
    listed = facts["files"]
    for name, entry in listed.items():
        path = release / name
        if not path.is_file():
            yield Finding("E152", name, "is not in the release")
        elif path.stat().st_size != entry["bytes"]:
            size = counted(path.stat().st_size, "byte")
            yield Finding("E151", name, f"has {size}; the manifest says {entry['bytes']:,}")
        elif shards.sha256_of(path) != entry["sha256"]:
            yield Finding("E151", name, "its SHA-256 is not the one in the manifest")
    for path in sorted(release.rglob("*")):
        name = path.relative_to(release).as_posix()
        if path.is_file() and name not in listed and name != manifest.FILE:
            yield Finding("E153", name, "is in the release, and the manifest does not list it")


def _config(release: Path, config: str, found: dict[str, Any], content: dict[str, str]) -> Iterator[Finding]:
    """Check the shards of a config one by one; what is wrong in one keeps the digest of all from being compared."""
    digests = []
    sound = True
    for split, counts in sorted(found["splits"].items()):
        paths = sorted((release / config).glob(f"{split}-*.parquet"))
        rows = 0
        for path in paths:
            name = path.relative_to(release).as_posix()
            try:
                table = pq.read_table(path, page_checksum_verification=True)
            except (OSError, pa.ArrowException) as error:
                yield Finding("E154", name, f"cannot be read: {str(error).splitlines()[0][:200]}")
                sound = False
                continue
            rows += table.num_rows
            digests.append((split, shards.content_digest(table)))
            for finding in _table(name, config, table):
                yield finding
                sound = False
        if sound and (rows, len(paths)) != (counts["rows"], counts["shards"]):
            wanted = f"{counts['rows']} in {counts['shards']}"
            here = f"{counted(rows, 'row')} in {counted(len(paths), 'shard')}"
            yield Finding("E155", config, f"{split} has {here}; the manifest says {wanted}")
            sound = False
    content[config] = shards.combined_digest(digests)
    if sound and content[config] != found["content_digest"]:
        yield Finding("E155", config, "the rows do not have the content digest of the manifest")


def _table(name: str, config: str, table: pa.Table) -> Iterator[Finding]:
    if not table.schema.equals(columns.arrow_schema(config)):
        yield Finding("E154", name, f"its columns are not those of {config} in the schema")
        return
    for column in columns.faults(config, table):
        yield Finding("E158", name, column)
    if config in columns.DOCUMENT_CONFIGS:
        for batch in table.to_batches(max_chunksize=200):
            for row in batch.to_pylist():
                yield from _document(name, row)


def _document(name: str, row: dict[str, Any]) -> Iterator[Finding]:
    doc_id, text = row["doc_id"], row["text"]
    if (text is None) != (row["text_status"] == "withheld"):
        yield Finding("E158", name, f"{doc_id}: text_status is {row['text_status']}", doc_id=doc_id)
    for span in row["spans"] or ():
        pieces = [(piece["start"], piece["end"]) for piece in span["fragments"]]
        if not pieces or pieces[-1][1] > row["text_length"] or any(start >= end for start, end in pieces):
            yield Finding("E202", name, f"{doc_id}: {span['id']} lies outside the text", doc_id=doc_id, item=span["id"])
        elif text is not None and " ".join(text[a:b] for a, b in pieces).replace("\n", " ") != span["text"]:
            yield Finding(
                "E203", name, f"{doc_id}: {span['id']} has another text than its place", doc_id=doc_id, item=span["id"]
            )
        elif text is None and span["text"] is not None:
            yield Finding("E158", name, f"{doc_id}: {span['id']} shows a withheld text", doc_id=doc_id, item=span["id"])
    annotated = readback.annotated(row, "")
    subject = Subject(annotated.document, annotated.annotations, Scheme(inferred=True), set())
    for code, check in _REFERENCES.items():
        for item, message, *_ in check(subject):
            found = item.id if isinstance(item, Item) else None
            yield Finding(code, name, f"{doc_id}: {message}", doc_id=doc_id, item=found)


_REFERENCES: dict[str, Check] = {
    "E301": references.dangling,
    "E302": references.duplicate_id,
    "E303": references.wrong_kind,
    "E304": references.attribution_cycle,
}
"""Checks of an annotation file that hold in its rows, too, whatever was waived."""


def _withheld(release: Path) -> Iterator[Finding]:
    """Compare the records of withheld texts with the rows of their documents."""
    try:
        records = withheld.read(release)
    except InputError as error:
        yield Finding("E151", withheld.FILE, error.message)
        return
    known = {doc_id: (record["text_sha256"], record["text_length"]) for doc_id, record in records.items()}
    found: dict[str, tuple[str, int]] = {}
    for path in sorted((release / "documents").glob("*.parquet")):
        try:
            table = pq.read_table(path, columns=["doc_id", "text_status", "text_sha256", "text_length"])
        except (OSError, pa.ArrowException):
            return  # a finding already, of the shard
        rows = table.filter(pc.equal(table["text_status"], "withheld")).to_pylist()
        found |= {row["doc_id"]: (row["text_sha256"], row["text_length"]) for row in rows}
    for doc_id in sorted(known.keys() | found.keys()):
        if known.get(doc_id) != found.get(doc_id):
            message = f"{doc_id}: what it says is not what the rows say of withheld texts"
            yield Finding("E151", withheld.FILE, message, doc_id=doc_id)


def _card(release: Path, facts: dict[str, Any], damaged: bool) -> Iterator[Finding]:
    text = (release / "README.md").read_text(encoding="utf-8")
    try:
        front = yaml.safe_load(text.removeprefix("---\n").split("\n---\n", 1)[0])
        configs = {entry["config_name"]: entry for entry in front["configs"]}
        infos = {entry["config_name"]: entry for entry in front["dataset_info"]}
    except (yaml.YAMLError, IndexError, KeyError, TypeError):
        yield Finding("E156", "README.md", "its front matter is not that of a card", 1, 1)
        return
    for name, found in facts["configs"].items():
        splits = [entry["split"] for entry in configs.get(name, {}).get("data_files", [])]
        counts = {entry["name"]: entry["num_examples"] for entry in infos.get(name, {}).get("splits", [])}
        rows = {split: entry["rows"] for split, entry in found["splits"].items()}
        if sorted(splits) != sorted(rows) or counts != rows:
            yield Finding(
                "E156", "README.md", f"the config {name} has {counts} in the card, {rows} in the manifest", 1, 1
            )
        if found["content_digest"] not in str(configs.get(name, {}).get("description")):
            yield Finding("E156", "README.md", f"the config {name} does not carry the digest of its rows", 1, 1)
    if damaged:
        return
    yield from _described(release, facts, text)


def _described(release: Path, facts: dict[str, Any], text: str) -> Iterator[Finding]:
    """Make the files that describe the release once more; of another version of Standoff, only their numbers."""
    numbers = card.count(release, facts)
    if card.statistics_section(numbers) not in text:
        yield Finding("E156", "README.md", "its statistics are not those of the shards")
    elif f"Standoff {facts['built_with']['standoff']}," not in text:
        yield Finding("E156", "README.md", "is not the card that the shards and the manifest give")
    elif facts["built_with"]["standoff"] == __version__:
        for name, content in card.describe(release, facts, numbers).items():
            if not (release / name).is_file() or (release / name).read_bytes() != content:
                what = "the card" if name == "README.md" else "what"
                yield Finding("E156", name, f"is not {what} that the shards and the manifest give")


def _loads(release: Path, config: str, split: str, rows: int) -> Iterator[Finding]:
    """Load one split as a user would, with an empty cache, normally and streaming."""
    datasets = _datasets()
    with tempfile.TemporaryDirectory(prefix="standoff-verify-") as cache:
        try:
            loaded = datasets.load_dataset(str(release.resolve()), config, split=split, cache_dir=cache)
            stream = datasets.load_dataset(str(release.resolve()), config, split=split, cache_dir=cache, streaming=True)
            first = next(iter(stream))
        except Exception as error:  # whatever the loader raises is what its user would see
            cause = error.__cause__ or error
            reason = str(cause).splitlines()[0][:200] if str(cause) else ""
            yield Finding("E157", config, f"{config} {split}: {type(cause).__name__}: {reason}")
            return
        if loaded.num_rows != rows:
            yield Finding("E157", config, f"{split} loads {counted(loaded.num_rows, 'row')}; the manifest says {rows}")
        elif first != loaded[0]:
            yield Finding("E157", config, f"{split} streams another first row than it loads")


def _datasets() -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    try:
        import datasets
    except ImportError as error:
        raise InputError(None, f"the package datasets cannot be imported: {error}") from None
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)
    return datasets
