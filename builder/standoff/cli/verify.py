"""`standoff verify`: re-read a release and prove it; a frozen version also by the record of the corpus that is here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from standoff.cli import report


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("verify", help="prove a release", description=__doc__)
    parser.add_argument(
        "release", nargs="?", type=Path, default=Path("dist/dev"), help="release folder (default: dist/dev)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what is wrong with a release; 1 if anything is, 3 if it has no manifest."""
    from standoff import verify

    with report.progress(None, "verify", "step") as progress:
        findings = verify.verify(arguments.release, lambda step: progress(1), corpus=report.default_corpus())
    if arguments.json:
        report.print_json({"release": str(arguments.release), "findings": [report.as_json(f) for f in findings]})
    else:
        report.print_findings(findings, arguments.release, sys.stdout)
        print(f"{arguments.release}: {'proved' if not findings else report.summary(findings)}")
    return report.status(findings, "warning")
