"""The last steps of a release whose shards are there: the papers of the corpus, the card, then manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.card import descriptions, sections
from standoff.release import manifest

DATASHEET = "DATASHEET.md"


def papers_of(root: Path) -> dict[str, Path]:
    """Return what is copied of a corpus or release; the datasheet of a folder called `corpus` may lie beside it."""
    found = {name: root / name for name in sections.PAPERS if (root / name).is_file()}
    beside = root.resolve().parent / DATASHEET
    if DATASHEET not in found and root.resolve().name == "corpus" and beside.is_file():
        found[DATASHEET] = beside
    return found


def finish(folder: Path, facts: dict[str, Any], papers: dict[str, Path]) -> None:
    """Write papers, card and manifest; `facts` is the manifest without the digests of files, which it then has."""
    for name, path in papers.items():
        (folder / name).write_bytes(path.read_bytes())
    descriptions.write(folder, facts)
    facts["files"] = manifest.file_digests(folder)
    (folder / manifest.FILE).write_bytes(manifest.written(facts))
