"""`standoff import`: add one more source to a corpus, or replace what was imported before."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import opening, report
from standoff.errors import ConfigError, InputError, StandoffError
from standoff.finding import Finding
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.corpus.planning import Plan
    from standoff.inference.addition import Addition
    from standoff.inspection import Survey

_SHOWN = 20
_FEW = 3


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("import", help="add an export to a corpus", description=__doc__)
    parser.add_argument("export", type=Path, metavar="PATH", help="a folder, a file or a zip")
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--annotator", metavar="NAME", help="whose it is: gold, a1, a2 …, where the export names none")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and be reported; write nothing")
    parser.add_argument("--strict", action="store_true", help="write nothing if the corpus would then have errors")
    parser.add_argument(
        "--publish", type=lambda text: text.split(","), metavar="A,B",
        help="whose work is published, for corpus.toml: for each document the first in the list who has it",
    )  # fmt: skip
    parser.add_argument("--keep-pages", action="store_true", help="keep saved web pages, too, in the corpus, in pages/")
    opening.add_caps(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say what an import changes and what the corpus then reports, and import.

    1 if it then has errors in the documents that are touched, 3 if a file of the export cannot be read.
    """
    from standoff import inspection
    from standoff.inference import addition
    from standoff.inference.project import PUBLISHED

    root = arguments.corpus or report.default_corpus()
    for option, names in (("--annotator", [arguments.annotator]), ("--publish", arguments.publish)):
        for name in names or ():
            if name is not None and not PUBLISHED.fullmatch(name):
                raise ConfigError(None, f"{option} {name!r}: expected gold, a1, a2 … (a published name)")
    with opening.opened(arguments.export, arguments) as export:
        survey = inspection.of(export)
        if survey.format is None and not survey.layout.entries:
            raise InputError(arguments.export, opening.nothing_known())
        if survey.unreadable:
            base = arguments.export if arguments.export.is_dir() else Path(arguments.export.name)
            report.print_findings([f for f in survey.findings if f.severity == "error"][:_SHOWN], base, sys.stderr)
            raise InputError(arguments.export, "a file of it cannot be read; nothing was imported")
        options = {"keep_pages": arguments.keep_pages, "publish": arguments.publish}
        with addition.prepared(survey, root, arguments.annotator, **options) as prepared:
            return _import(prepared, survey, root, arguments)


def _import(prepared: Addition, survey: Survey, root: Path, arguments: argparse.Namespace) -> int:
    """Check the corpus as it will be, say what it reports, and write unless that is not wanted."""
    from standoff.inference import addition

    _print(prepared, root, dry=arguments.dry_run)
    opening.print_doubts(survey)
    plan, findings, unreadable = _rehearse(prepared, root)
    report.print_findings(findings, root, sys.stderr, _SHOWN, few=_FEW)
    print(f"findings    {report.summary(findings)} in the documents that it touches")
    status = report.status(findings, "error", unreadable=unreadable)
    for line in _advice(plan, findings, root, arguments):
        print(line)
    if arguments.dry_run:
        print("nothing was written: --dry-run")
    elif arguments.strict and status:
        print("nothing was written: --strict, and the corpus would have these errors")
    else:
        addition.write(prepared, root)
        print(f"{root}: imported {counted(len(prepared.documents), 'document')}")
    return status


def _print(done: Addition, root: Path, *, dry: bool) -> None:
    from standoff.inference import tomltext

    print(f"{root}: {'would import' if dry else 'importing'} {counted(len(done.documents), 'document')}")
    print(f"annotators  {', '.join(sorted(set(done.names.values()))) or 'none'}")
    for state in ("new", "replaced", "unchanged"):
        paths = [path for path, each in done.files.items() if each == state]
        if paths:
            more = f" and {len(paths) - 3:,} more" if len(paths) > 3 else ""
            print(f"{state:11} {counted(len(paths), 'file')}: {', '.join(paths[:3])}{more}")
    if done.fresh:
        print(f"documents   {len(done.fresh):,} new ones: {_few(sorted(done.fresh))}")
    for theirs, ours in sorted(done.renamed.items()):
        print(f"matched     {theirs} by its text: it is {ours} here")
    for name, documents in sorted(done.absent.items()):
        lacking = counted(len(documents), "document")
        print(f"stays       {name}'s work on {lacking} that the export lacks: {_few(documents)}")
    for source in done.sources:
        print(f"corpus.toml [[sources]] {source['path']} ({source['format']})")
    if done.rule is not None:
        print(f"corpus.toml {tomltext.rule(done.rule)}")


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def _rehearse(prepared: Addition, root: Path) -> tuple[Plan, list[Finding], bool]:
    """Return what the corpus will report of the documents that are touched; other faults are left to validate."""
    from standoff.corpus import planning, validation
    from standoff.inference import rehearsal

    shadow = rehearsal.stage(prepared, root)
    try:
        plan = planning.plan(shadow)
    except StandoffError as error:
        error.path = error.path and error.path.replace(str(shadow), str(root))
        raise
    plan.entries = [entry for entry in plan.entries if entry.doc_id in prepared.documents]
    results = validation.check(validation.Task(plan.entries, plan.corpus, plan.scheme, {}, plan.waivers))
    changed = set(prepared.changed())
    findings = [f for result in results for f in result.findings]
    findings += [f for f in plan.findings if f.doc_id in prepared.documents or f.path in changed]
    findings.sort(key=lambda finding: finding.order)
    return plan, findings, plan.unreadable or any(result.unreadable for result in results)


def _advice(plan: Plan, findings: list[Finding], root: Path, arguments: argparse.Namespace) -> Iterator[str]:
    """Yield what to do about errors: whose work is published can be said by the same command."""
    from standoff.inference import tomltext

    errors = [finding for finding in findings if finding.stops]
    if any(finding.code == "E604" for finding in errors):
        names = {file.annotator for entry in plan.entries for file in entry.annotations}
        order = sorted(names - {*plan.corpus.annotations.publish}, key=lambda name: (name != "gold", len(name), name))
        publish = [*plan.corpus.annotations.publish, *order]
        words = [arguments.export, *([arguments.corpus] if arguments.corpus else [])]
        words += ["--annotator", arguments.annotator] if arguments.annotator else []
        again = shlex.join(["standoff", "import", *map(str, words), "--publish", ",".join(publish)])
        yield "next: say whose work is published, for each document the first in the list who has it:"
        yield f"      {again}"
        yield f"      or in corpus.toml: {tomltext.rule(publish)}"
    if any(finding.code == "E110" for finding in errors):
        yield "next: an annotator has one file on a document: name another --annotator, or take the old files away"
    if any(finding.code not in ("E604", "E110") for finding in errors):
        yield "next: mend these errors in the tool, and import again; or leave out what they are about:"
        yield f"      standoff validate {root} --write-waivers"
    if len(findings) > _SHOWN:
        yield "next: `standoff validate` names all of them"
