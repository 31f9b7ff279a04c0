"""`standoff diff`: what changed between two releases, texts apart from annotations, and which version that asks for."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.cli import report
from standoff.errors import ConfigError, InputError
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.diff.changes import Difference
    from standoff.diff.sides import Side

_EXAMPLES = 3
_WIDTH = 60


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("diff", help="say what changed between two releases", description=__doc__)
    parser.add_argument("old", type=Path, metavar="OLD", help="a release or a corpus folder")
    parser.add_argument("new", type=Path, metavar="NEW", help="another one")
    parser.add_argument("--annotators", metavar="a1,gold", help="compare the work of these alone (default: all)")
    parser.add_argument("--examples", type=int, default=_EXAMPLES, metavar="N", help="of a kind (default: 3; 0: all)")
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with both sides next to each other")
    parser.add_argument("--changelog", type=Path, metavar="FILE", help="put an entry for NEW's version into this file")
    parser.add_argument(
        "--max-loss", type=float, metavar="PCT", help="exit with 1 if a layer loses more than PCT percent"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare, print and write; 1 only if more was lost than allowed."""
    from standoff.diff import advice, compare
    from standoff.spelling import did_you_mean

    with tempfile.TemporaryDirectory() as folder:
        old, new = (_side(path, Path(folder) / name) for name, path in (("old", arguments.old), ("new", arguments.new)))
        chosen = [name for name in (arguments.annotators or "").split(",") if name]
        for name in chosen:
            if name not in old.annotators | new.annotators:
                known = ", ".join(sorted(old.annotators | new.annotators))
                hint = did_you_mean(name, old.annotators | new.annotators)
                raise ConfigError(None, f"--annotators: there is no annotator {name!r}{hint}; there are {known}")
        total = len(old.documents.keys() & new.documents.keys())
        with report.progress(total, "documents", "diff") as advance:
            difference = compare.compare(old, new, chosen, advance)
        difference.old, difference.new = str(arguments.old), str(arguments.new)
        version, losses = _version(old, difference), advice.losses(old.manifest, new.manifest)
        if arguments.json:
            print(json.dumps(_plain(difference, version, losses), ensure_ascii=False, indent=1))
        else:
            _print(difference, version, losses, arguments.examples)
        _write(arguments, difference, old, new, version)
    lost = {name: share for name, share in losses.items() if arguments.max_loss is not None}
    lost = {name: share for name, share in lost.items() if 100 * share > arguments.max_loss}
    for name, share in lost.items():
        print(f"{name} has lost {share:.1%} of its rows, and {arguments.max_loss:g} % are allowed", file=sys.stderr)
    return 1 if lost else 0


def _side(path: Path, folder: Path) -> Side:
    """Read a release; of a corpus, build one first, in a folder that goes away."""
    from standoff import build
    from standoff.corpus.config import FILE
    from standoff.diff import sides
    from standoff.release import manifest
    from standoff.tables.columns import CONFIGS

    if (path / manifest.FILE).is_file() or not (path / FILE).is_file():
        if not path.is_dir():
            raise InputError(path, "there is no such folder; expected a release or a corpus folder")
        return sides.read(path)
    outcome = build.build(path, folder, configs=[name for name in CONFIGS if name not in ("ner", "provenance")])
    if outcome.release is None:
        report.print_findings(outcome.errors[:10], path, sys.stderr)
        raise InputError(path, "cannot be built, and so not compared; mend the findings first (`standoff validate`)")
    return sides.read(outcome.release)


def _version(old: Side, difference: Difference) -> dict[str, Any]:
    from standoff.diff import advice

    part, reasons = advice.required_part(difference)
    before = old.manifest["corpus"].get("version")
    return {"part": part, "reasons": reasons, "old": before, "next": before and advice.next_version(before, part)}


def _plain(difference: Difference, version: dict[str, Any], losses: dict[str, float]) -> dict[str, Any]:
    counts = {layer: dict(kinds) for layer, kinds in difference.counts.items()}
    return {"version": version, "losses": losses, "counts": counts, **dataclasses.asdict(difference)}


def _print(difference: Difference, version: dict[str, Any], losses: dict[str, float], examples: int) -> None:
    print(f"{difference.old} -> {difference.new}")
    for line in _documents(difference):
        print(line)
    for layer, counts in difference.counts.items():
        print(f"{layer:15} {', '.join(f'{n:,} {kind.replace(chr(95), chr(32))}' for kind, n in counts.items())}")
        for kind in counts:
            found = [c for c in difference.changes if (c.layer, c.kind) == (layer, kind)]
            for change in found[: examples or None]:
                print(f"  {change.doc_id} {change.annotator}: {kind.replace('_', ' ')}: {_both(change)}")
            if examples and len(found) > examples:
                print(f"  and {len(found) - examples:,} more like this")
    if difference.is_empty:
        print("nothing differs")
    if losses:
        print(f"lost            {', '.join(f'{share:.1%} of {name}' for name, share in losses.items())}")
    print(f"version         {_advice(version)}")


def _documents(difference: Difference) -> Iterator[str]:
    for name, found in (
        ("documents added", difference.documents_added),
        ("documents gone", difference.documents_removed),
        ("annotators new", difference.annotators_added),
        ("annotators gone", difference.annotators_withdrawn),
        ("work added", [" of ".join(pair) for pair in difference.work_added]),
        ("work gone", [" of ".join(pair) for pair in difference.work_removed]),
    ):
        if found:
            more = f" and {len(found) - 10:,} more" if len(found) > 10 else ""
            yield f"{name:15} {len(found):,}: {', '.join(found[:10])}{more}"
    if difference.texts:
        carried, edited = (sum(getattr(t, key) for t in difference.texts) for key in ("carried", "edited"))
        moved = f"{counted(carried, 'span')} moved with the words"
        yield f"texts changed   {len(difference.texts):,}; {moved}, {edited:,} edited"
    for text in difference.texts[:5]:
        yield f"  {text.doc_id}: {text.share:.1%} stayed; first: {_short(text.before)} -> {_short(text.after)}"
    for change in difference.document_changes[:20]:
        who = f" {change.annotator}" if change.annotator else ""
        yield f"  {change.doc_id}{who}: {change.field}: {_short(change.before)} -> {_short(change.after)}"
    if len(difference.document_changes) > 20:
        yield f"  and {len(difference.document_changes) - 20:,} more fields of documents"
    for labels in difference.labels:
        parts = [f"new {', '.join(labels.added)}"] if labels.added else []
        parts += [f"gone {', '.join(labels.removed)}"] if labels.removed else []
        parts += ["another order"] if labels.reordered else []
        yield f"labels          {labels.config}: {'; '.join(parts)}"


def _both(change: Any) -> str:
    if change.before is None or change.after is None:
        return str(change.before if change.after is None else change.after)
    with_it = f" (and {counted(change.with_it, 'span')} with it)" if change.with_it else ""
    return f"{change.before} -> {change.after}{with_it}"


def _advice(version: dict[str, Any]) -> str:
    if version["part"] == "none":
        return "may stay: nothing differs"
    because = "; ".join(version["reasons"])
    numbers = f", {version['old']} -> {version['next']}" if version["old"] else ""
    below = " (below 1.0.0 by the minor one)" if version["part"] == "major" and str(version["old"])[:2] == "0." else ""
    return f"must rise by a {version['part']} part{below}{numbers}: {because}"


def _short(text: str | None) -> str:
    if text is None:
        return "nothing"
    return repr(text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…")


def _write(
    arguments: argparse.Namespace, difference: Difference, old: Side, new: Side, version: dict[str, Any]
) -> None:
    if arguments.html:
        from standoff.diff import page

        report.write_file(arguments.html, page.render(difference, old, new, version))
        print(f"{arguments.html}: written", file=sys.stderr)
    if arguments.changelog:
        from standoff.diff import changelog

        given = new.manifest["corpus"].get("version")
        name = (given if given != version["old"] else version["next"]) or "Unreleased"
        entry = changelog.entry(difference, name, new.manifest["corpus"].get("release_date"))
        text = arguments.changelog.read_text(encoding="utf-8") if arguments.changelog.is_file() else ""
        report.write_file(arguments.changelog, changelog.insert(text, entry))
        print(f"{arguments.changelog}: written", file=sys.stderr)
