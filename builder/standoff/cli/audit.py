"""`standoff audit`: pages to read a corpus and its annotations, as a folder of static files."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report

if TYPE_CHECKING:
    from standoff.finding import Finding


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("audit", help="write pages to read and audit annotations", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="RELEASE|CORPUS",
        help="a release, or a corpus, which is built for the while (default: corpus/, else ., else dist/dev)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="folder to write (default: site)")
    parser.add_argument(
        "--bootstrap", type=report.whole, default=200, metavar="N",
        help="resamples for the intervals of agreement (default: 200; 0: none)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the pages, and print where to start; 1 if findings stop the build of a corpus."""
    from standoff import manifest

    folder = arguments.folder or _default()
    if (folder / manifest.FILE).is_file() or not (folder / "corpus.toml").is_file():
        return _write(folder, arguments, None)
    with tempfile.TemporaryDirectory(prefix="standoff-") as name:
        return _of_corpus(folder, Path(name), arguments)


def _default() -> Path:
    corpus = report.default_corpus()
    return corpus if (corpus / "corpus.toml").is_file() else Path("dist/dev")


def _of_corpus(root: Path, out: Path, arguments: argparse.Namespace) -> int:
    from standoff import build

    plan = build.plan(root)
    with report.progress(len(plan.entries), "build") as progress:
        outcome = build.build(root, out, progress=progress, planned=plan)
    if outcome.release is None:
        report.print_findings(outcome.errors, root, sys.stderr, few=report.FEW)
        summary = report.summary(outcome.findings)
        print(f"not audited: {summary}; mend or waive the errors, and audit again", file=sys.stderr)
        return report.status(outcome.findings, "error", unreadable=outcome.unreadable)
    return _write(outcome.release, arguments, outcome.findings)


def _write(release: Path, arguments: argparse.Namespace, findings: Sequence[Finding] | None) -> int:
    from standoff.site import build

    with report.progress(None, "pages") as progress:
        outcome = build.build(
            release, arguments.out, found=findings, bootstrap=arguments.bootstrap, progress=progress
        )
    start = arguments.out / "index.html"
    if arguments.json:
        report.print_json(
            {"site": str(arguments.out), "pages": outcome.pages, "documents": outcome.documents,
             "largest_page": outcome.largest}
        )  # fmt: skip
    else:
        print(f"{outcome.pages:,} pages on {outcome.documents:,} documents; the largest has {outcome.largest:,} bytes")
        print(f"open {start}")
    return 0
