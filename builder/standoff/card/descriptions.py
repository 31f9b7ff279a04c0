"""The files that describe a release: README.md, plots/, croissant.json, CITATION.cff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from standoff.card import citation, croissant, plots
from standoff.card.render import count, ordered, render
from standoff.card.statistics import Numbers
from standoff.corpus.config import Dataset


def describe(folder: Path, facts: dict[str, Any], numbers: Numbers | None = None) -> dict[str, bytes]:
    """Return the bytes of each file, by path, from the shards in `folder` and the manifest alone."""
    facts = ordered(facts)
    numbers = numbers or count(folder, facts)
    found = {plot.path: plot.content.encode("utf-8") for plot in plots.draw(numbers).values()}
    found["README.md"] = render(folder, facts, numbers).encode("utf-8")
    found[croissant.FILE] = croissant.written(croissant.describe(folder, facts, numbers))
    cited = citation.cff(Dataset(**facts["corpus"]))
    return found | ({citation.FILE: cited} if cited else {})


def write(folder: Path, facts: dict[str, Any]) -> None:
    """Write these files beside the shards; the manifest then lists them, so that nothing is circular."""
    for name, content in describe(folder, facts).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
