"""What was built, of what, and the digests that prove both: manifest.json."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from standoff import __version__
from standoff.corpus import waivers
from standoff.corpus.assembly import Input
from standoff.corpus.config import Corpus
from standoff.corpus.exclusion import LeftOut
from standoff.corpus.scheme import Scheme
from standoff.errors import InputError
from standoff.files import schemafile
from standoff.finding import Finding
from standoff.tables import columns, shards

FILE = "manifest.json"
SETTINGS = ("corpus.toml", "scheme.toml", "splits.csv", "waivers.toml", "raw/metadata.csv")
"""Inputs that are not read document by document."""

LABEL_COLUMNS = {
    "spans": "label",
    "entities": "label",
    "events": "label",
    "attributions": "act",
    "stance": "label",
    "relations": "label",
    "ner": "ner_tags",
}
"""The columns that the card declares as class labels."""


def facts(
    corpus: Corpus,
    scheme: Scheme,
    folder: Path,
    content: dict[str, str],
    *,
    inputs: list[Input],
    ner_left_out: Counter[str],
    mapped: Counter[str],
    unread: Counter[str],
    findings: list[Finding],
    excluded: list[LeftOut],
    shortened: list[LeftOut],
    not_annotated: list[str],
    publishable: bool,
) -> dict[str, Any]:
    """Return the manifest of a release whose shards are written, without the digests of its files."""
    return {
        "version": 1,
        "corpus": dataclasses.asdict(corpus.dataset),
        "built_with": {
            "standoff": __version__,
            "pyarrow": pa.__version__,
            "schema": columns.row_schema("documents")["$id"],
        },
        "scheme": {"inferred": scheme.inferred, "labels": class_labels(scheme, folder)},
        "publishable": publishable,
        "content_digest": content_digest(content),
        "configs": {
            name: {"content_digest": content[name], "splits": splits_of(folder, name)} for name in sorted(content)
        },
        "inputs": _inputs(corpus, inputs),
        "left_out": {
            "ner": dict(sorted(ner_left_out.items())),
            "mapped": dict(sorted(mapped.items())),
            "unread": dict(sorted(unread.items())),
        },
        "findings": dict(sorted(Counter(f.code for f in findings if f.waived is None).items())),
        "waived": waivers.counted(findings),
        "excluded": [entry._asdict() for entry in sorted(excluded)],
        "shortened": [entry._asdict() for entry in sorted(shortened)],
        "not_annotated": not_annotated,
    }


def read(release: Path) -> dict[str, Any]:
    """Return the manifest of a release. Raises InputError where there is none, and NotValid where it is damaged."""
    path = release / FILE
    try:
        data = path.read_bytes()
        value: dict[str, Any] = json.loads(data)
    except FileNotFoundError:
        corpus = (release / "corpus.toml").is_file()
        advice = "; it is a corpus: build it, and name the release, such as dist/dev" if corpus else ""
        raise InputError(release, f"is no release: it has no {FILE}{advice}") from None
    except (OSError, NotADirectoryError) as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise NotValid(path, f"is not valid JSON: {error}") from None
    for pointer, message in schemafile.problems(value, "manifest"):
        raise NotValid(path, f"{'/'.join(str(step) for step in pointer)}: {message}")
    if data != written(value):
        raise NotValid(path, "is not in the form in which it was written")
    return value


def written(facts: dict[str, Any]) -> bytes:
    """Return the bytes of manifest.json."""
    return (json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


class NotValid(InputError):
    """A manifest that is there and cannot be used."""


def inputs_digest(facts: dict[str, Any]) -> str:
    """Return the SHA-256 over the sorted inputs of a manifest, which its card repeats."""
    return hashlib.sha256(json.dumps(facts["inputs"], sort_keys=True).encode()).hexdigest()


def content_digest(content: dict[str, str]) -> str:
    """Return the content digest of a release: over the sorted lines `config digest`."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(content.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def splits_of(folder: Path, config: str) -> dict[str, dict[str, int]]:
    """Return rows and shards of each split of a config, in the order of the splits."""
    found: dict[str, dict[str, int]] = {}
    for split in ("train", "validation", "test"):
        files = sorted((folder / config).glob(f"{split}-*.parquet"))
        if files:
            found[split] = {"rows": sum(pq.read_metadata(path).num_rows for path in files), "shards": len(files)}
    return found


def class_labels(scheme: Scheme, folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return the class labels a config and column: of the scheme, or without one those that occur, sorted."""
    return inferred_labels(folder) if scheme.inferred else scheme.class_labels()


def inferred_labels(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return the labels that occur, sorted, a config and column."""
    found = {}
    for config, column in LABEL_COLUMNS.items():
        labels = sorted(values_of(folder, config, column), key=_tag_order if config == "ner" else None)
        if labels:
            found[config] = {column: labels}
    return found


def _tag_order(tag: str) -> tuple[str, str]:
    """Sort O first, then the tags by label, B before I."""
    return tag[2:], tag


def values_of(folder: Path, config: str, column: str) -> set[str]:
    """Return the set of the values of a column, over all splits; of the elements where it holds lists."""
    values: set[str] = set()
    for path in sorted((folder / config).glob("*.parquet")):
        array = pq.read_table(path, columns=[column]).column(0).combine_chunks()
        flat = array.flatten() if pa.types.is_list(array.type) else array
        values.update(value for value in pc.unique(flat).to_pylist() if value is not None)
    return values


def file_digests(folder: Path) -> dict[str, dict[str, Any]]:
    """Return digest and size of every file below a folder but the manifest, by path."""
    return {
        str(path.relative_to(folder).as_posix()): {"sha256": shards.sha256_of(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != FILE
    }


def _inputs(corpus: Corpus, inputs: list[Input]) -> list[dict[str, str]]:
    present = [name for name in SETTINGS if (corpus.root / name).is_file()]
    settings = [Input(name, shards.sha256_of(corpus.root / name)) for name in present]
    unique = {(entry.path, entry.sha256, entry.offsets) for entry in [*settings, *inputs]}
    return [
        {"path": path, "sha256": digest, **({"offsets": offsets} if offsets else {})}
        for path, digest, offsets in sorted(unique, key=lambda entry: (entry[0], entry[1], entry[2] or ""))
    ]
