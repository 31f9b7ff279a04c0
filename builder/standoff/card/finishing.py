"""The last steps of a release whose shards and other files are there: README.md, DATASHEET.md, manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff import manifest
from standoff.card.render import render


def finish(folder: Path, facts: dict[str, Any], datasheet: Path | None) -> None:
    """Write card, datasheet and manifest; `facts` is the manifest without the digests of files, which it then has."""
    (folder / "README.md").write_text(render(folder, facts), encoding="utf-8", newline="\n")
    if datasheet:
        (folder / "DATASHEET.md").write_bytes(datasheet.read_bytes())
    facts["files"] = manifest.file_digests(folder)
    (folder / manifest.FILE).write_bytes(manifest.written(facts))
