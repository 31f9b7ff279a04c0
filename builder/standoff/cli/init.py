"""`standoff init`: make a corpus project of an export, with the scheme that it was made by."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from standoff.cli import opening, report
from standoff.spelling import counted

_LINES_SHOWN = 20


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("init", help="make a corpus project of an export", description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="DIR", help="the folder to write; it must be empty or not exist")
    parser.add_argument("--from", dest="export", type=Path, required=True, metavar="PATH", help="folder, file or zip")
    parser.add_argument("--keep-pages", action="store_true", help="keep saved web pages, too, in DIR/pages")
    opening.add_caps(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the project, and print what it holds; 1 if the export has errors, 3 if a file of it cannot be read."""
    from standoff import inspection
    from standoff.inference import project

    target = arguments.corpus
    project.refuse_full(target)
    with opening.opened(arguments.export, arguments) as root:
        survey = inspection.of(root)
        recognised = project.write(survey, target, keep_pages=arguments.keep_pages)
        shown = [finding for finding in survey.findings if finding.severity == "error"]
        base = arguments.export if arguments.export.is_dir() else Path(arguments.export.name)
        report.print_findings(shown[:_LINES_SHOWN], base, sys.stderr)
        if len(shown) > _LINES_SHOWN:
            more = len(shown) - _LINES_SHOWN
            print(f"… and {more} more; `standoff inspect {arguments.export} --json` has all", file=sys.stderr)
    documents, names = len(survey.layout.entries), len(survey.layout.annotators)
    print(f"{target}: {counted(documents, 'document')}, {counted(names, 'annotator')}")
    for line in recognised:
        print(f"recognised: {line}")
    opening.print_doubts(survey)
    if shown:
        print(f"the export has {report.summary(survey.findings)}; mend them in the tool, and make the project anew,")
        print(f"or leave out what they are about: `standoff validate {target} --write-waivers`; then")
        print(f"`standoff build {target}`")
    elif not names:
        print(f"next: annotate the texts in {target}/raw with a tool, and then")
        print(f"`standoff import EXPORT {target} --annotator a1`; or write native files into {target}/annotations/a1")
    else:
        print(f"next: fill in GUIDELINES.md and DATASHEET.md, and run `standoff build {target}`")
    return report.status(survey.findings, "error", unreadable=survey.unreadable)
