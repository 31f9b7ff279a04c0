"""`standoff validate`: every finding of a corpus, without building it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report, selection
from standoff.cli.source import Sources
from standoff.finding import Finding

if TYPE_CHECKING:
    from standoff.build import Plan

FORMATS = ("text", "json", "sarif", "github")


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("validate", help="check a corpus and print every finding", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="your own copies of withheld texts")
    parser.add_argument("--workers", type=report.positive, default=1, metavar="N", help="worker processes (default: 1)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="print one JSON object: --format json"
    )
    parser.add_argument("--source", action="store_true", help="show the lines at fault, also where no terminal is")
    selection.register(parser)
    parser.add_argument(
        "--max-errors",
        type=report.whole,
        metavar="N",
        help=f"print at most N findings as text; 0: all (default: all, {report.FEW} of one code in one file)",
    )
    parser.add_argument(
        "--fail-on", choices=("error", "warning", "never"), default="error", help="least severity of status 1"
    )
    parser.add_argument(
        "--write-waivers", action="store_true", help="add entries to waivers.toml for all findings that can be waived"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the chosen findings of a corpus; 1 if one of them is an error, 3 if a file cannot be read."""
    from standoff import build
    from standoff.release import shardwork

    chosen = selection.chosen(arguments)
    root = arguments.corpus or report.default_corpus()
    plan = build.plan(root)
    copies = shardwork.copies_by_digest(arguments.texts) if arguments.texts else {}
    tasks = plan.tasks(Path(), (), copies, False)
    with report.progress(len(plan.entries), "validate") as progress:
        results = list(build.run(tasks, shardwork.check, arguments.workers, progress))
    unreadable = plan.unreadable or any(result.unreadable for result in results)
    every = plan.all_findings(results)
    findings = chosen.of(every)
    _print(findings, plan, root, arguments, unreadable)
    if unreadable and report.status(findings, "error") == 0:
        print("a file cannot be read; the codes that were chosen leave its finding out", file=sys.stderr)
    if arguments.write_waivers:
        findings = _write_waivers(root, every)
    return report.status(findings, arguments.fail_on, unreadable=unreadable)


def _print(
    findings: Sequence[Finding], plan: Plan, root: Path, arguments: argparse.Namespace, unreadable: bool
) -> None:
    from standoff.cli import github, sarif

    if arguments.format == "json":
        shown = [report.as_json(finding) for finding in findings]
        report.print_json({"documents": len(plan.entries), "findings": shown})
    elif arguments.format == "sarif":
        report.print_json(sarif.log(findings, root, readable=not unreadable))
    elif arguments.format == "github":
        for command in github.commands(findings, root):
            print(command)
    else:
        _print_text(findings, plan, root, arguments)


def _print_text(findings: Sequence[Finding], plan: Plan, root: Path, arguments: argparse.Namespace) -> None:
    wanted = arguments.source or sys.stdout.isatty()
    sources = Sources(root, plan.entries, plan.corpus.articles.withhold) if wanted else None
    few = None if arguments.max_errors == 0 else report.FEW
    report.print_findings(findings, root, sys.stdout, arguments.max_errors or None, few=few, sources=sources)
    if sys.stderr.isatty() or any(finding.waived is not None for finding in findings):
        print(f"{len(plan.entries)} documents: {report.summary(findings)}", file=sys.stderr)


def _write_waivers(root: Path, findings: list[Finding]) -> list[Finding]:
    """Add a baseline to waivers.toml; return the findings that it does not waive."""
    from standoff.corpus import waivers

    path = root / waivers.FILE
    entries = waivers.baseline(findings)
    if entries:
        report.write_file(path, waivers.extended(path, entries))
    rest = [finding for finding in findings if finding.waived is None and not waivers.can_waive(finding)]
    leaving = sum("exclude" in entry for entry in entries)
    print(
        f"{path}: {len(entries)} entries added, {leaving} of them leave an item out (exclude = true)", file=sys.stderr
    )
    if rest:
        print(f"{len(rest)} findings cannot be waived: {report.summary(rest)}", file=sys.stderr)
    return rest
