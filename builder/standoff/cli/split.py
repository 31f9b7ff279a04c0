"""`standoff split`: propose a split for the stories that have none; assigned ones stay where they are."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

from standoff.cli import report
from standoff.errors import OutputError


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("split", help="propose train, validation and test for new stories", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument("--write", action="store_true", help="add the proposal to splits.csv")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print story and split, a line each, of the stories that splits.csv lacks."""
    from standoff.corpus import assembly, planning, splits

    root = arguments.corpus or report.default_corpus()
    plan = planning.plan(root)
    table, faults = splits.read(root)
    if faults:
        report.print_findings(faults, root, sys.stderr)
        return report.status(faults, "error")
    assigned = {story: split for story, (split, _) in (table or {}).items()}
    stories: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in plan.entries:
        if entry.metadata.split:
            assigned[entry.story_id] = entry.metadata.split
        assembled = assembly.assemble(entry, plan.corpus, plan.scheme)
        chosen = assembly.published(assembled.annotations, plan.corpus.annotations.publish)
        counts = stories[entry.story_id]
        counts["document"] += 1
        for layer in ("entities", "events", "stance") if chosen else ():
            counts.update(f"{layer} {item.label}" for item in getattr(chosen, layer))
    proposal = splits.propose(stories, assigned, plan.corpus.shares)
    for story, split in sorted(proposal.items()):
        print(f"{story}\t{split}")
    if arguments.write and proposal:
        try:
            splits.write(root / splits.FILE, {**assigned, **proposal})
        except OSError as error:
            raise OutputError(root / splits.FILE, f"cannot be written: {error.strerror}") from None
    return 0
