"""`standoff validate`: every finding of a corpus, without building it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from standoff.cli import report
from standoff.finding import Finding


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("validate", help="check a corpus and print every finding", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="your own copies of withheld texts")
    parser.add_argument("--workers", type=report.positive, default=1, metavar="N", help="worker processes (default: 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--fail-on", choices=("error", "warning", "never"), default="error", help="least severity of status 1"
    )
    parser.add_argument(
        "--write-waivers", action="store_true", help="add entries to waivers.toml for all findings that can be waived"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings of a corpus; 1 if there is an error, 3 if a file cannot be read."""
    from standoff import build, shardwork

    root = arguments.corpus or report.default_corpus()
    plan = build.plan(root)
    copies = shardwork.copies_by_digest(arguments.texts) if arguments.texts else {}
    tasks = plan.tasks(Path(), (), copies, False)
    with report.progress(len(plan.entries), "validate") as progress:
        results = list(build.run(tasks, shardwork.check, arguments.workers, progress))
    findings = plan.all_findings(results)
    if arguments.json:
        report.print_json(
            {"documents": len(plan.entries), "findings": [report.as_json(finding) for finding in findings]}
        )
    else:
        report.print_findings(findings, root, sys.stdout)
        if sys.stderr.isatty() or any(finding.waived is not None for finding in findings):
            print(f"{len(plan.entries)} documents: {report.summary(findings)}", file=sys.stderr)
    if arguments.write_waivers:
        findings = _write_waivers(root, findings)
    return report.status(findings, arguments.fail_on, unreadable=any(result.unreadable for result in results))


def _write_waivers(root: Path, findings: list[Finding]) -> list[Finding]:
    """Add a baseline to waivers.toml; return the findings that it does not waive."""
    from standoff import waivers

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
