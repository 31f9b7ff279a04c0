"""`standoff validate`: every finding of a corpus, without building it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import printing, report, selection
from standoff.cli.source import Sources
from standoff.finding import Finding
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.corpus.planning import Plan
    from standoff.corpus.validation import Validation

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
    from standoff.corpus import planning
    from standoff.corpus.validation import Validation
    from standoff.withholding import withheld

    chosen = selection.chosen(arguments)
    root = arguments.corpus or report.default_corpus()
    plan = planning.plan(root)
    copies = withheld.copies_by_digest(arguments.texts) if arguments.texts else {}
    checks = Validation(plan, copies)
    tally, every = report.Tally(), list[Finding]()
    with report.progress(len(plan.entries), "validate") as progress:
        batches = checks.findings(arguments.workers, progress)
        if arguments.write_waivers:
            batches = _kept(batches, every)
        _print(_counted((chosen.of(batch) for batch in batches), tally), checks, root, arguments)
    nothing = not (tally.errors or tally.warnings)
    if arguments.format == "text" and (sys.stderr.isatty() or nothing or tally.waived):
        print(f"{report.looked_at(root, plan.entries)}: {tally}", file=sys.stderr)
    if checks.unreadable and tally.status("error") == 0:
        print("a file cannot be read; the codes that were chosen leave its finding out", file=sys.stderr)
    if arguments.write_waivers:
        tally = report.tally(_write_waivers(root, every))
    return tally.status(arguments.fail_on, unreadable=checks.unreadable)


def _kept(batches: Iterator[list[Finding]], every: list[Finding]) -> Iterator[list[Finding]]:
    for batch in batches:
        every += batch
        yield batch


def _counted(batches: Iterable[list[Finding]], tally: report.Tally) -> Iterator[list[Finding]]:
    for batch in batches:
        tally.add(batch)
        yield batch


def _print(
    batches: Iterator[list[Finding]], checks: Validation, root: Path, arguments: argparse.Namespace
) -> None:
    """Print findings as they come, or, as one object, when all are known."""
    from standoff.cli import github, sarif

    if arguments.format == "text":
        _print_text(batches, checks.plan, root, arguments)
        return
    findings = chain.from_iterable(batches)
    if arguments.format == "github":
        for command in github.commands(findings, root):
            print(command, flush=True)
        return
    ordered = sorted(findings, key=lambda finding: finding.order)
    if arguments.format == "json":
        shown = [report.as_json(finding) for finding in ordered]
        report.print_json({"documents": len(checks.plan.entries), "findings": shown})
    else:
        report.print_json(sarif.log(ordered, root, readable=not checks.unreadable))


def _print_text(batches: Iterator[list[Finding]], plan: Plan, root: Path, arguments: argparse.Namespace) -> None:
    wanted = arguments.source or sys.stdout.isatty()
    sources = Sources(root, plan.entries, plan.corpus.articles.withhold) if wanted else None
    few, limit = (None if arguments.max_errors == 0 else report.FEW), arguments.max_errors or None
    printer = printing.Printer(root, sys.stdout, limit, few=few, sources=sources, whole=plan.own_files())
    for batch in batches:
        printer.show(batch)
    printer.close()


def _write_waivers(root: Path, findings: list[Finding]) -> list[Finding]:
    """Add a baseline to waivers.toml; return the findings that it does not waive."""
    from standoff.corpus import waivers

    path = root / waivers.FILE
    entries = waivers.baseline(findings)
    if entries:
        report.write_file(path, waivers.extended(path, entries))
    rest = [finding for finding in findings if finding.waived is None and not waivers.can_waive(finding)]
    leaving = sum("exclude" in entry for entry in entries)
    added = counted(len(entries), "entry", "entries")
    print(f"{path}: {added} added, {leaving} of them with exclude = true, which leaves the item out", file=sys.stderr)
    if rest:
        print(f"{counted(len(rest), 'finding')} cannot be waived: {report.summary(rest)}", file=sys.stderr)
    return rest
