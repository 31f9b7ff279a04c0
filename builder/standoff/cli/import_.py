"""`standoff import`: add one more source to a corpus, or replace what was imported before."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from standoff.cli import opening, report
from standoff.errors import ConfigError, InputError

_SHOWN = 20
_FEW = 3


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("import", help="add an export to a corpus", description=__doc__)
    parser.add_argument("export", type=Path, metavar="PATH", help="a folder, a file or a zip")
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--annotator", metavar="NAME", help="whose it is: gold, a1, a2 …, where the export names none")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--keep-pages", action="store_true", help="keep saved web pages, too, in the corpus, in pages/")
    opening.add_caps(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import, and print what changed; 1 if what was imported has errors, 3 if a file of the export cannot be read."""
    from standoff import inspection
    from standoff.inference import addition
    from standoff.inference.project import PUBLISHED
    from standoff.inspection.survey import pages_of

    root = arguments.corpus or report.default_corpus()
    if arguments.annotator is not None and not PUBLISHED.fullmatch(arguments.annotator):
        raise ConfigError(None, f"--annotator {arguments.annotator!r}: expected gold, a1, a2 … (a published name)")
    with opening.opened(arguments.export, arguments) as export:
        survey = inspection.of(export)
        if survey.format is None and not pages_of(survey):
            raise InputError(arguments.export, "holds no annotation file of a format that can be read")
        if survey.unreadable:
            base = arguments.export if arguments.export.is_dir() else Path(arguments.export.name)
            report.print_findings([f for f in survey.findings if f.severity == "error"][:_SHOWN], base, sys.stderr)
            raise InputError(arguments.export, "a file of it cannot be read; nothing was imported")
        keep = arguments.keep_pages
        done = addition.add(survey, root, arguments.annotator, write=not arguments.dry_run, keep_pages=keep)
    _print(done, root, dry=arguments.dry_run)
    return 0 if arguments.dry_run else _check(root, done.documents)


def _print(done: Any, root: Path, *, dry: bool) -> None:
    print(f"{root}: {'would import' if dry else 'imported'} {len(done.documents):,} documents")
    print(f"annotators  {', '.join(sorted(set(done.names.values()))) or 'none'}")
    for state in ("new", "replaced", "unchanged"):
        paths = [path for path, each in done.files.items() if each == state]
        if paths:
            more = f" and {len(paths) - 3:,} more" if len(paths) > 3 else ""
            print(f"{state:11} {len(paths):,} files: {', '.join(paths[:3])}{more}")
    if done.fresh:
        print(f"documents   {len(done.fresh):,} new ones: {_few(sorted(done.fresh))}")
    for theirs, ours in sorted(done.renamed.items()):
        print(f"matched     {theirs} by its text: it is {ours} here")
    for name, documents in sorted(done.absent.items()):
        print(f"stays       {name}'s work on {len(documents):,} documents that the export lacks: {_few(documents)}")
    for source in done.sources:
        print(f"corpus.toml [[sources]] {source['path']} ({source['format']})")


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def _check(root: Path, documents: set[str]) -> int:
    """Check the documents that were touched; what is wrong elsewhere is left to validate."""
    from standoff.corpus import planning, validation

    plan = planning.plan(root)
    plan.entries = [entry for entry in plan.entries if entry.doc_id in documents]
    checked = validation.check(validation.Task(plan.entries, plan.corpus, plan.scheme, {}, plan.waivers))
    findings = [f for each in checked for f in each.findings]
    findings += [f for f in plan.findings if f.doc_id in documents]
    findings.sort(key=lambda finding: finding.order)
    report.print_findings(findings, root, sys.stderr, _SHOWN, few=_FEW)
    print(f"findings    {report.summary(findings)}")
    if len(findings) > _SHOWN:
        print("next: `standoff validate` names all of them")
    unreadable = plan.unreadable or any(each.unreadable for each in checked)
    return report.status(findings, "error", unreadable=unreadable)
