"""`standoff publish`: put a frozen release where others load it, whole or not at all, and read it back."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from standoff.cli import report


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("publish", help="put a release where others load it", description=__doc__)
    parser.add_argument("release", type=Path, help="a release folder, frozen by `standoff build --release`")
    parser.add_argument(
        "--to", required=True, metavar="PLACE",
        help="hf://datasets/NAMESPACE/NAME, s3://BUCKET/PREFIX, a git repository, or a folder; "
        "tokens and keys are those of the environment",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="list what would go, and send nothing")
    parser.add_argument("--private", action="store_true", help="make a new Hub repository private")
    parser.add_argument("--unfrozen", action="store_true", help="publish a release that is not frozen")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Publish and print what was done; 2 where the version is there with other content, 4 where it cannot be sent."""
    from standoff.publish import parcel, targets

    packed = parcel.pack(arguments.release, unfrozen=arguments.unfrozen)
    with report.progress(packed.size, "publish", "B") as progress:
        done = targets.publish(
            packed, arguments.to, dry_run=arguments.dry_run, private=arguments.private, progress=progress
        )
    if arguments.dry_run:
        for step in done.steps:
            print(f"{step.action:6}  {step.size or '':>12}  {step.name}")
    counts = Counter(step.action for step in done.steps)
    sizes = {name: sum(step.size for step in done.steps if step.action == name) for name in counts}
    parts = [f"{n:,} {name}" + (f" ({sizes[name]:,} bytes)" if sizes[name] else "") for name, n in counts.items()]
    print(f"{done.where}: {'would be ' if arguments.dry_run else ''}published: {', '.join(parts)}")
    if not arguments.dry_run:
        print("every file was read back and is the one of the manifest")
        print(f"load it: {done.loads}")
    return 0
