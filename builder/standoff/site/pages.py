"""Templates -> files: the Jinja environment, in which everything is escaped, and the writer that bounds a page."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from standoff.site.characters import described, pieces, symbol, visible

LARGEST = 300_000
"""Most bytes of a page."""

BUDGET = 240_000
"""Estimated bytes that a page is filled up to."""

NO_LABEL = "(none)"
"""How items without a label are listed."""

HERE = Path(__file__).parent
"""Where the templates and static files of the site lie."""

T = TypeVar("T")


@dataclass(slots=True, frozen=True)
class Entry:
    """A place in the navigation of all pages."""

    title: str
    path: str


def environment(title: str, entries: Sequence[Entry], *folders: Path, **names: Any) -> Environment:
    """Return the Jinja environment of pages, in which everything is escaped; `folders` hold further templates."""
    made = Environment(
        loader=FileSystemLoader([*folders, HERE / "templates"]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"visible": visible, "number": number, "kind": kind_class, "pieces": _pieces}
    made.globals |= {"corpus": title, "entries": entries, "label_path": label_path, "hrefs": _hrefs, "review": False}
    made.globals |= names
    return made


class Writer:
    """Writes the pages of one site. `title` is the name of the corpus, `entries` the navigation.

    `review` says that documents are adjudicated where the pages are served.
    """

    def __init__(self, folder: Path, title: str, entries: Sequence[Entry], review: bool = False) -> None:
        self.folder = folder
        self.pages = 0
        self.largest = 0
        self.environment = environment(title, entries, review=review)
        shutil.copytree(HERE / "static", folder / "static")

    def render(self, path: str, template: str, **values: Any) -> bytes:
        """Return the bytes of a page at a path below the site."""
        root = "../" * (len(PurePosixPath(path).parts) - 1)
        html = self.environment.get_template(template).render(root=root, path=path, **values)
        return html.encode("utf-8", "replace")

    def write(self, path: str, template: str, **values: Any) -> int:
        """Write a page and return its size in bytes."""
        data = self.render(path, template, **values)
        self.put(path, data)
        return len(data)

    def put(self, path: str, data: bytes) -> None:
        """Write the bytes of a page."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.pages += 1
        self.largest = max(self.largest, len(data))


def number(value: float) -> str:
    """Return a whole number with thin spaces between its thousands, as printed tables have it."""
    return f"{value:,}".replace(",", "\u202f")


def kind_class(kind: str) -> str:
    """Return the class of a kind of span or a layer, from a fixed table; never made of a word of the corpus."""
    return _CLASSES.get(kind, "o")


_CLASSES = {
    "mention": "m", "trigger": "v", "content": "a", "cue": "c", "time": "d", "quantity": "q", "evidence": "t",
    "other": "o", "spans": "o", "entities": "m", "events": "v", "attributions": "a", "stance": "t", "relations": "r",
    "normalizations": "z", "notes": "z", "documents": "z",
}  # fmt: skip


def slug(*words: str) -> str:
    """Return a file name for a thing with any name: its plain letters, and a digest that keeps names apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")[:24].strip("-")
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest


def label_path(group: str, label: str | None) -> str:
    """Return the page of a label: `group` is a kind of span, or a layer."""
    return f"labels/{slug(label or NO_LABEL, group)}.html"


def cut(rows: Sequence[T], costs: Sequence[int], budget: int = BUDGET) -> list[list[T]]:
    """Pack rows into pages of about `budget` bytes; at least one page."""
    found: list[list[T]] = [[]]
    left = budget
    for row, cost in zip(rows, costs, strict=True):
        if found[-1] and cost > left:
            found.append([])
            left = budget
        found[-1].append(row)
        left -= cost
    return found


def _hrefs(pages: Mapping[str, str]) -> Callable[[str], str]:
    """Return what gives the link to an item from a page in the folder of its document."""
    return lambda anchor: pages[anchor].rpartition("/")[2]


def _pieces(text: str) -> list[tuple[str, str, str]]:
    """Return running text as (text, symbol, description); one of the two first is empty."""
    return [("", symbol(piece), described(piece)) if unseen else (piece, "", "") for piece, unseen in pieces(text)]
