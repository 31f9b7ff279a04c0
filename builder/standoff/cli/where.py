"""`standoff where`: the file and line that an item of a release comes from."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report
from standoff.cli.source import excerpt, visible
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from standoff.where import Origin, Place

_WIDTH = 1000
"""Code points of a line that are shown; exports hold lines of megabytes, which --json prints whole."""

_WORDS = {
    "changed": "{file} has changed since the release was built; its line is not shown",
    "missing": "there is no such file below {root}",
    "unreadable": "{file} cannot be read",
}
"""What is said of a file where its line cannot be shown."""


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("where", help="say which line of which file an item comes from", description=__doc__)
    parser.add_argument("release", type=Path, help="release folder, such as dist/dev")
    parser.add_argument("doc_id", metavar="DOC", help="id of the document")
    parser.add_argument("item", metavar="ITEM", help="id of the item there")
    parser.add_argument("--annotator", metavar="A", help="only this annotator's item (default: everybody's)")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="corpus folder (default: corpus/, else ., if any)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every origin of an item, with its line if the corpus is at hand and the file is what it was."""
    from standoff import where

    origins = where.look_up(arguments.release, arguments.doc_id, arguments.item, arguments.annotator)
    root = arguments.corpus or report.default_corpus()
    places = _places(origins, root, bool(arguments.corpus))
    if arguments.json:
        found = [_as_json(origin, place) for origin, place in zip(origins, places, strict=True)]
        report.print_json({"release": str(arguments.release), "origins": found})
        return 0
    for origin, place in zip(origins, places, strict=True):
        _print(origin, place, root)
    return 0


def _places(origins: list[Origin], root: Path, named: bool) -> list[Place | None]:
    """Look into the corpus; one that nobody named may be absent or faulty, and the release still answers."""
    from standoff import where

    if not named and not (root / "corpus.toml").is_file():
        return [None] * len(origins)
    try:
        return list(where.in_corpus(root, origins))
    except StandoffError as error:
        if named:
            raise
        print(f"the corpus is not looked at: {error}", file=sys.stderr)
        return [None] * len(origins)


def _print(origin: Origin, place: Place | None, root: Path) -> None:
    start = ":".join(str(part) for part in (origin.path, origin.line, origin.column) if part is not None)
    print(visible(start))
    names = {"annotator": origin.annotator, "layer": origin.layer, "id": origin.id, "raw id": origin.raw_id}
    file = place and place.file
    for name, value in {**names, "sha256": origin.file_sha256, "file": file}.items():
        if value is not None:
            print(f"  {name:9}  {visible(str(value))}")
    if origin.taken_from or origin.edited:
        items = ", ".join(f"{each['id']} of {each['annotator']}" for each in origin.taken_from)
        edited = "; the adjudicator edited it" if items else "nobody: the adjudicator added it"
        print(f"  taken from {visible(items)}{edited if origin.edited else ''}")
    if origin.line is None:
        print("  it was derived from other items, and has no line of its own")
    if place is None:
        print("  no corpus is at hand; --corpus DIR shows the line")
    elif place.state in _WORDS:
        print(f"  {visible(_WORDS[place.state].format(file=file, root=root))}")
    elif place.text is not None and origin.line is not None:
        print("\n".join(excerpt(place.text, origin.line, origin.column, _WIDTH)))


def _as_json(origin: Origin, place: Place | None) -> dict[str, object]:
    """Return an origin, and what the corpus has of it; `state` is null where no corpus is at hand."""
    file = str(place.file) if place and place.file else None
    found = {"state": place and place.state, "file": file, "text": place and place.text}
    return {**dataclasses.asdict(origin), **found}
