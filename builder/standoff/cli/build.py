"""`standoff build`: make a release folder of a corpus."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.cli import report
from standoff.cli.source import Sources
from standoff.errors import ConfigError
from standoff.spelling import counted

if TYPE_CHECKING:
    from standoff.build import Outcome
    from standoff.corpus.planning import Plan
    from standoff.release.guard import Step
    from standoff.release.versions import Frozen

_LINES_SHOWN = 20
_WORTH_WORKERS = 8 * 1024 * 1024
"""Bytes of text from which starting worker processes pays."""


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("build", help="build a corpus into a release folder", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="corpus folder (default: corpus/, else .)")
    parser.add_argument(
        "--out", type=Path, default=Path("dist"), metavar="DIR", help="where releases lie (default: dist)"
    )
    parser.add_argument(
        "--workers",
        type=report.positive,
        metavar="N",
        help="worker processes (default: as many as there are shards and cores)",
    )
    parser.add_argument("--configs", metavar="A,B", help="build only these configs")
    parser.add_argument(
        "--texts", type=Path, metavar="DIR", help="your own copies of withheld texts: builds dev-with-texts"
    )
    parser.add_argument(
        "--license", metavar="A,B", help="build only documents under these licences (default: as corpus.toml says)"
    )
    parser.add_argument(
        "--release",
        action="store_true",
        help="freeze the version of corpus.toml as DIR/<version>, and record it in releases.toml",
    )
    parser.add_argument(
        "--max-loss", type=float, default=10.0, metavar="PCT",
        help="with --release: what a layer may lose against the version before (default: 10 percent of its rows)",
    )  # fmt: skip
    parser.add_argument(
        "--overrule", metavar="WHY",
        help="with --release: keep a version that rises less than its changes ask for; WHY is recorded",
    )  # fmt: skip
    parser.add_argument("--no-reuse", action="store_true", help="build everything anew (the bytes are the same)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--source", action="store_true", help="show the lines at fault, also where no terminal is")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build, and print the release folder and a line that loads it."""
    from standoff import build
    from standoff.corpus import planning

    root = arguments.corpus or report.default_corpus()
    configs = _configs(arguments.configs)
    if arguments.release and arguments.license:
        raise ConfigError(None, "--release with --license: a version is what corpus.toml says; put licenses there")
    if arguments.overrule is not None and not (arguments.release and arguments.overrule.strip()):
        raise ConfigError(None, "--overrule goes with --release, and says why")
    plan = planning.restrict(planning.plan(root), _licenses(arguments.license))
    many = (os.cpu_count() or 1) if plan.bytes > _WORTH_WORKERS else 1
    workers = arguments.workers if arguments.workers is not None else many
    with report.progress(len(plan.entries), "build") as progress:
        outcome = build.build(
            root,
            arguments.out,
            configs=configs,
            workers=workers,
            texts=arguments.texts,
            progress=progress,
            planned=plan,
            release=arguments.release,
            max_loss=arguments.max_loss,
            overrule=arguments.overrule,
            reusing=not arguments.no_reuse,
            waiting=lambda: print(f"waiting: another build writes into {arguments.out}", file=sys.stderr, flush=True),
        )
    if arguments.json:
        _print_json(outcome)
    else:
        wanted = arguments.source or sys.stderr.isatty()
        sources = Sources(root, plan.entries, plan.corpus.articles.withhold) if wanted else None
        _print_subset(plan)
        _print(outcome, root, len(plan.entries), configs, sources)
    return report.status(outcome.findings, "error", unreadable=outcome.unreadable)


def _print(
    outcome: Outcome, root: Path, documents: int, configs: tuple[str, ...], sources: Sources | None
) -> None:
    shown, limit = (outcome.errors, None) if outcome.errors else (outcome.findings, _LINES_SHOWN)
    report.print_findings(shown, root, sys.stderr, limit, few=report.FEW, sources=sources)
    if outcome.release is None:
        print(f"not built: {report.summary(outcome.findings)}; what was there before is unchanged", file=sys.stderr)
        advice = f"`standoff validate {root} --write-waivers` leaves out what cannot be mended"
        print(f"next: mend the errors; `standoff explain CODE` says how, {advice}", file=sys.stderr)
        return
    wanted = {split for splits in outcome.rows.values() for split in splits}
    for config, splits in outcome.rows.items():
        for split in sorted(wanted - splits.keys()):
            print(f"warning: {config} has no rows in {split}, and is left out there", file=sys.stderr)
        print(f"{config:14}" + "  ".join(f"{split} {rows:,}" for split, rows in splits.items()))
    for path in outcome.damaged:
        print(f"warning: {path} was not as the build before wrote it, and was built anew", file=sys.stderr)
    for what, count in outcome.unread.items():
        print(f"not read: {what} ({counted(count, 'document')}); the manifest counts it")
    if outcome.reused:
        print(f"reused: {outcome.reused:,} of {counted(documents, 'document')}, unchanged since the build before")
    if outcome.frozen:
        _print_frozen(outcome.frozen, outcome.step)
    print(f"release: {outcome.release}")
    config = next(iter(outcome.rows))
    print(f'load it: from datasets import load_dataset; load_dataset({str(outcome.release.resolve())!r}, "{config}")')


def _print_subset(plan: Plan) -> None:
    if plan.subset and plan.subset.left_out:
        counts = Counter(left.license or "no licence known" for left in plan.subset.left_out)
        shown = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
        print(f"left out by licence: {counted(sum(counts.values()), 'document')} ({shown}); the manifest names them")


def _licenses(names: str | None) -> list[str] | None:
    if names is None:
        return None
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if not chosen:
        raise ConfigError(None, "--license names no licence")
    return chosen


def _print_frozen(frozen: Frozen, step: Step) -> None:
    if step.unchecked:
        print(f"warning: {step.unchecked}", file=sys.stderr)
    if step.said:
        print(f"step: {step.said}")
    if frozen.new:
        print(f"version: {frozen.version} is released; commit releases.toml of the corpus, which records it")
    elif frozen.placed:
        print(f"version: {frozen.version} is released already; its folder was missing, and is there again")
    else:
        print(f"version: {frozen.version} is released already with this content; nothing has changed")
    if frozen.other_bytes:
        print("warning: the record has the same rows in other bytes: other software wrote them", file=sys.stderr)


def _print_json(outcome: Outcome) -> None:
    report.print_json(
        {
            "release": None if outcome.release is None else str(outcome.release),
            "rows": outcome.rows,
            "reused": outcome.reused,
            "version": outcome.frozen.version if outcome.frozen else None,
            "new": outcome.frozen.new if outcome.frozen else None,
            "step": dataclasses.asdict(outcome.step),
            "findings": [report.as_json(finding) for finding in outcome.findings],
        }
    )


def _configs(names: str | None) -> tuple[str, ...]:
    from standoff.spelling import did_you_mean
    from standoff.tables.columns import CONFIGS
    if names is None:
        return CONFIGS
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in CONFIGS:
            hint = did_you_mean(name, CONFIGS)
            raise ConfigError(
                None, f"--configs: there is no config {name!r}{hint}; expected some of {', '.join(CONFIGS)}"
            )
    if not chosen:
        raise ConfigError(None, f"--configs names no config; expected some of {', '.join(CONFIGS)}")
    return tuple(name for name in CONFIGS if name in chosen)
