"""`standoff export`: write a corpus or a release in the format of another tool, with a ledger of what it loses."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report
from standoff.errors import ConfigError
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.exports.ledger import Ledger, Loss
    from standoff.exports.source import Choice, Source

MARK = ".standoff-export"
"""The file that says that a folder is an export, and may be replaced by the next one."""

_SHOWN = 5
_ANNOTATOR = re.compile(r"gold|a[1-9][0-9]*|all|published")


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("export", help="write the format of another tool", description=__doc__)
    parser.add_argument("source", nargs="?", type=Path, help="release or corpus folder (default: corpus/, else .)")
    parser.add_argument("--to", required=True, metavar="FORMAT", help="see docs/exports.md; an unknown one lists all")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder to write")
    parser.add_argument(
        "--annotator", action="append", metavar="NAME",
        help="gold, a1 … or all (default: whose work is published, document by document); may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--split", action="append", metavar="SPLIT", choices=("train", "validation", "test"),
        help="only train, validation or test; may be repeated",
    )  # fmt: skip
    parser.add_argument("--doc", action="append", metavar="ID", help="only this document; may be repeated")
    parser.add_argument(
        "--max-loss", type=_limit, metavar="N", help="how many items may be lost, or 5%%; else nothing is written"
    )
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="write every loss into this JSON file")
    parser.add_argument("--force", action="store_true", help="replace a folder that is no export")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Export, and print the ledger; 1 if the loss is above `--max-loss`, 3 if a file of the source cannot be read."""
    from standoff import exports
    from standoff.exports import source as sources
    from standoff.exports.folder import Folder
    from standoff.exports.ledger import Ledger
    from standoff.files import staging
    from standoff.spelling import did_you_mean

    exporter = exports.FORMATS.get(arguments.to)
    if exporter is None:
        known = "; ".join(f"{name} ({each.sentence})" for name, each in exports.FORMATS.items())
        hint = did_you_mean(arguments.to, exports.FORMATS)
        raise ConfigError(None, f"--to {arguments.to}: no such format{hint}; expected one of: {known}")
    choice, ledger = _choice(arguments), Ledger()
    _refuse_full(arguments.out, force=arguments.force)
    source = sources.of(arguments.source or report.default_corpus())
    with staging.folder(arguments.out) as fresh, report.progress(None, "exporting") as advance:
        several = len(choice.annotators) > 1 or sources.EVERYBODY in choice.annotators
        folder = Folder(fresh, several, source.scheme, released=source.released)
        exporter.export(folder.watched(sources.documents(source, choice), advance), folder, ledger)
        too_much = _is_above(arguments.max_loss, ledger)
        if not too_much:
            (fresh / MARK).write_text(f"{arguments.to}\n", encoding="utf-8")
            staging.publish(fresh, arguments.out)
    if arguments.ledger:
        whole = {**ledger.as_json(arguments.to), "not_annotated": source.bare}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        report.write_file(arguments.ledger, text + "\n")
    _print(ledger)
    if source.bare:
        more = f" and {len(source.bare) - _SHOWN:,} more" if len(source.bare) > _SHOWN else ""
        print(f"not exported, because nobody has annotated them: {', '.join(source.bare[:_SHOWN])}{more}")
    _warn(source)
    lost, items = ledger.share()
    if too_much:
        print(f"{lost:,} of {items:,} items would be lost, more than --max-loss; nothing was written", file=sys.stderr)
        return 1
    print(f"{arguments.out}: {arguments.to}, {counted(ledger.total['documents'], 'document')}")
    return 3 if source.unreadable else 0


def _choice(arguments: argparse.Namespace) -> Choice:
    from standoff.exports.source import PUBLISHED, Choice

    for name in arguments.annotator or ():
        if not _ANNOTATOR.fullmatch(name):
            raise ConfigError(None, f"--annotator {name!r}: expected gold, a1, a2 … or all")
    return Choice(arguments.annotator or [PUBLISHED], arguments.split or [], arguments.doc or [])


def _limit(text: str) -> tuple[float, bool]:
    """Return the number of `--max-loss`, and whether it is a share of all items."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(%?)", text)
    if not match or ("." in match[1] and not match[2]):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number of items, or a share such as 5%")
    return float(match[1]), bool(match[2])


def _is_above(limit: tuple[float, bool] | None, ledger: Ledger) -> bool:
    lost, items = ledger.share()
    if limit is None:
        return False
    number, is_share = limit
    return lost * 100 > number * items if is_share else lost > number


def _refuse_full(target: Path, *, force: bool) -> None:
    """Raise ConfigError if a folder holds anything but a former export, or is no folder."""
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise ConfigError(target, "is no folder; name another --out")
    if any(target.iterdir()) and not (target / MARK).is_file() and not force:
        raise ConfigError(target, "is not empty and no former export; name another --out, or replace it with --force")


def _print(ledger: Ledger) -> None:
    """Print a line a layer, then the losses by reason, each with the first ids."""
    print(f"{'layer':15} {'items':>9} {'exported':>9} {'truncated':>9} {'dropped':>9}")
    for layer, row in ledger.counts().items():
        print(f"{layer:15} " + " ".join(f"{number:>9,}" for number in row.values()))
    for (layer, fate, reason), losses in ledger.reasons().items():
        print(f"{fate} {len(losses):,} {layer}: {reason} ({_few(losses)})")


def _few(losses: list[Loss]) -> str:
    """Return the first ids, each document named once."""
    found: dict[str, list[str]] = {}
    for loss in losses[:_SHOWN]:
        found.setdefault(loss.doc_id, []).append(loss.item)
    shown = "; ".join(f"{name} {', '.join(filter(None, items))}".strip() for name, items in found.items())
    return shown + (f" and {len(losses) - _SHOWN:,} more" if len(losses) > _SHOWN else "")


def _warn(source: Source) -> None:
    """Say that the source has errors: what they took out before is not in the ledger."""
    if any(finding.stops for finding in source.findings):
        found = report.summary(source.findings)
        print(
            f"{source.path} has {found}; items that could not be read or placed are not exported, and not in the "
            f"ledger; `standoff validate {source.path}` names them",
            file=sys.stderr,
        )
