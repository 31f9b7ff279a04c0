"""Ways to damage a release, for cases of `verify`: each step of a damage.json is an object with one action."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from standoff import card
from standoff.release import manifest
from standoff.tables import shards


def apply(release: Path, steps: list[dict[str, Any]]) -> Path:
    """Damage a release step by step, and return where it lies then.

    `sign` makes the manifest say what the files are now, `remake` makes all digests, the card and the manifest anew of
    the shards as they are, as somebody would who hides a change; `freeze` gives the folder another name.
    """
    for step in steps:
        action = step["do"]
        path = release / step.get("file", "manifest.json")
        if action == "flip":
            data = bytearray(path.read_bytes())
            data[step["byte"]] ^= 1
            path.write_bytes(data)
        elif action == "delete":
            path.unlink()
        elif action == "add":
            path.write_text(step["text"], encoding="utf-8")
        elif action == "replace":
            text = path.read_text(encoding="utf-8")
            assert step["old"] in text
            path.write_text(text.replace(step["old"], step["new"], 1), encoding="utf-8")
        elif action == "set":
            _set(path, step["column"], step["value"])
        elif action == "change":
            change_rows(path, partial(_change, step))
        elif action == "remake":
            remake(release)
        elif action == "drop_column":
            pq.write_table(pq.read_table(path).drop_columns([step["column"]]), path)
        elif action == "sign":
            _sign(release)
        elif action == "freeze":
            release = release.rename(release.with_name(step["as"]))
        else:
            raise ValueError(f"no such action: {action}")
    return release


def _set(path: Path, column: str, value: Any) -> None:
    """Put one value into a top-level column of every row of a shard."""
    table = pq.read_table(path)
    index = table.schema.get_field_index(column)
    field = table.schema.field(index)
    pq.write_table(table.set_column(index, field, pa.array([value] * table.num_rows, field.type)), path)


def change_rows(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the rows of a shard, and write it with its schema as a build does."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    shards.write(pa.Table.from_pylist(rows, schema=table.schema), path)


def _change(step: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Put a value into one place of one row: `at` is the row's number, then keys and indexes."""
    value: Any = rows
    *way, last = step["at"]
    for key in way:
        value = value[key]
    value[last] = step["value"]


def remake(release: Path) -> None:
    """Make what proves and describes a release anew of its shards."""
    facts = json.loads((release / "manifest.json").read_bytes())
    content: dict[str, str] = {}
    for config, found in facts["configs"].items():
        found["splits"] = manifest.splits_of(release, config)
        digests = [
            (split, shards.content_digest(pq.read_table(path)))
            for split in sorted(found["splits"])
            for path in sorted((release / config).glob(f"{split}-*.parquet"))
        ]
        content[config] = found["content_digest"] = shards.combined_digest(digests)
    facts["content_digest"] = manifest.content_digest(content)
    del facts["files"]
    card.finish(release, facts, {})


def _sign(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    for name, entry in manifest["files"].items():
        data = (release / name).read_bytes()
        entry["sha256"], entry["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (release / "manifest.json").write_text(text, encoding="utf-8")
