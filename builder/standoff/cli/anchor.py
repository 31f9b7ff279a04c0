"""`standoff anchor`: give quotes their offsets, and say where annotations stand in a text that was edited."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.cli import report
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.reanchoring.anchor import Proposal
    from standoff.reanchoring.relocation import Relocated

_SHOWN = 40
_FEW = 20


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("anchor", help="find quotes in the texts and fill in offsets", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--write", action="store_true", help="write the files; without it only say what would change")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="your own copies of withheld texts")
    parser.add_argument(
        "--old", type=Path, metavar="DIR", action="append",
        help="a release or a folder with the articles as they were (default: the releases in dist/)",
    )  # fmt: skip
    parser.add_argument(
        "--accept", choices=["edited"], action="append", default=[],
        help="take spans whose own text was edited as they are proposed",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the proposal, span by span, as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a file that changes; 1 if a file has quotes or spans that cannot be found."""
    from standoff.reanchoring import anchor
    from standoff.withholding import withheld

    root = arguments.corpus or report.default_corpus()
    copies = withheld.copies_by_digest(arguments.texts) if arguments.texts else {}
    former = arguments.old or sorted(path.parent for path in Path("dist").glob("*/manifest.json"))
    findings, files, waiting, looked = [], [], False, Counter[bool]()
    for proposal in anchor.propose(root, copies, former, arguments.accept):
        findings += proposal.findings
        looked[proposal.changed or bool(proposal.findings)] += not proposal.is_copy
        waiting = waiting or bool(proposal.open)
        if arguments.json:
            files.append(_plain(proposal))
        elif not proposal.is_copy:
            _print(proposal, root, write=arguments.write)
        if arguments.write and proposal.changed and proposal.is_sound:
            report.write_file(proposal.path, proposal.text)
    if arguments.json:
        print(json.dumps({"version": 1, "files": [file for file in files if file]}, ensure_ascii=False, indent=1))
    elif not looked[True]:
        files_of_ours = counted(looked[False], "native file")
        print(f"{root}: {files_of_ours}, nothing to anchor: no findings", file=sys.stderr)
    report.print_findings(sorted(findings, key=lambda finding: finding.order), root, sys.stderr)
    return max(report.status(findings, "error"), int(waiting))


def _print(proposal: Proposal, root: Path, *, write: bool) -> None:
    place = root / proposal.shown
    if proposal.relocation:
        former = proposal.relocation.former
        found = f"its old text is in {former.found_in}" if former else "its old text is nowhere; found by quotes alone"
        counts = ", ".join(f"{n:,} {status}" for status, n in proposal.relocation.counts.items() if n)
        print(f"{place}: was made on another text ({found}): {counts or 'no spans'}")
        for each in proposal.open[:_SHOWN]:
            print(f"  {place}:{each.span.line}: {_line(each)}")
        if len(proposal.open) > _SHOWN:
            print(f"  and {len(proposal.open) - _SHOWN:,} more; --json names all")
    if not proposal.is_sound:
        left = " " + _advice(proposal) if proposal.open else ", see the findings"
        print(f"{place}: left as it is{left}")
    elif proposal.changed:
        print(f"{place}: {'written' if write else 'would be written'}")


def _line(each: Relocated) -> str:
    text = f"{each.move.status:9} {each.span.id} {each.span.label} {_short(each.old_text)}"
    if each.move.status == "edited":
        return f"{text} -> {_short(each.new_text)}"
    if each.move.candidates:
        places = ", ".join(f"{start}-{end}" for start, end in each.move.candidates[:_FEW])
        return f"{text}; it stands at {places}"
    return text


def _advice(proposal: Proposal) -> str:
    statuses = {each.move.status for each in proposal.open}
    if statuses == {"edited"}:
        return "until you accept what was edited (--accept edited), or give these spans a quote of the new text"
    return "until these spans have a quote of the new text in place of their offsets, or are taken out"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _plain(proposal: Proposal) -> dict[str, Any] | None:
    if proposal.relocation is None:
        return None
    former = proposal.relocation.former
    return {
        "path": proposal.shown,
        "old_text_sha256": former.text_sha256 if former else None,
        "old_text_in": former.found_in if former else None,
        "counts": dict(proposal.relocation.counts),
        "sound": proposal.is_sound,
        "spans": [each.to_json() for each in proposal.relocation.spans],
    }
