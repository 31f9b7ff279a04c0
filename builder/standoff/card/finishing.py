"""The last steps of a release whose other files are there: DATASHEET.md, what describes it, then manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.card import descriptions
from standoff.release import manifest


def finish(folder: Path, facts: dict[str, Any], datasheet: Path | None) -> None:
    """Write datasheet, card and manifest; `facts` is the manifest without the digests of files, which it then has."""
    if datasheet:
        (folder / "DATASHEET.md").write_bytes(datasheet.read_bytes())
    descriptions.write(folder, facts)
    facts["files"] = manifest.file_digests(folder)
    (folder / manifest.FILE).write_bytes(manifest.written(facts))
