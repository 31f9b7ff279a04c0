"""Ways to damage a release, for cases of `verify`: each step of a damage.json is an object with one action."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def apply(release: Path, steps: list[dict[str, Any]]) -> Path:
    """Damage a release step by step, and return where it lies then.

    `sign` makes the manifest say what the files are now, `freeze` gives the folder another name.
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


def _sign(release: Path) -> None:
    manifest = json.loads((release / "manifest.json").read_bytes())
    for name, entry in manifest["files"].items():
        data = (release / name).read_bytes()
        entry["sha256"], entry["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (release / "manifest.json").write_text(text, encoding="utf-8")
