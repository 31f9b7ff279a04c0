"""`standoff anchor`: give quotes their offsets, and write native files in canonical form."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from standoff.cli import report


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("anchor", help="find quotes in the texts and fill in offsets", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--write", action="store_true", help="write the files; without it only say what would change")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="your own copies of withheld texts")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line a file that changes; 1 if a file has quotes that cannot be found."""
    from standoff import anchor, shardwork

    root = arguments.corpus or report.default_corpus()
    copies = shardwork.copies_by_digest(arguments.texts) if arguments.texts else {}
    findings = []
    for proposal in anchor.propose(root, copies):
        findings += proposal.findings
        if not proposal.is_sound:
            print(f"{root / proposal.shown}: left as it is, see the findings")
        elif proposal.changed:
            print(f"{root / proposal.shown}: {'written' if arguments.write else 'would be written'}")
            if arguments.write:
                report.write_file(proposal.path, proposal.text)
    report.print_findings(sorted(findings, key=lambda finding: finding.order), root, sys.stderr)
    return report.status(findings, "error")
