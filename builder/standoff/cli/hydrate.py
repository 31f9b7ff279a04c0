"""`standoff hydrate`: fill the withheld texts of a release in from your own copies, and say what fits."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from standoff.cli import report

_SHOWN = 20


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("hydrate", help="fill in withheld texts from your own copies", description=__doc__)
    parser.add_argument("release", type=Path, help="release folder")
    parser.add_argument("--texts", type=Path, metavar="DIR", required=True, help="your own copies, under any names")
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="the new release")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Hydrate, and print what became of the annotations; 1 if a withheld text was not found."""
    from standoff.hydrate import hydration

    with report.progress(None, "hydrate") as progress:
        done = hydration.hydrate(arguments.release, arguments.texts, arguments.out, progress)
    if arguments.json:
        report.print_json({"hydrated": str(done.release) if done.release else None, **done.report})
    else:
        _print(done.report)
        if done.release:
            print(f"release: {done.release} (not for publication)")
        else:
            print("nothing was written: none of the withheld texts was found", file=sys.stderr)
    return 0 if done.is_whole else 1


def _print(found: dict[str, Any]) -> None:
    for each in found["filled_in"]:
        how = {"digest": "the file itself", "text": "the same text", "windows": f"{each['coverage']:.1%} of the text"}
        counts = ", ".join(f"{count:,} {status}" for status, count in each["items"].items() if count)
        print(f"{each['doc_id']}: {each['file']}, {how[each['found_by']]}: {counts or 'no annotations'}")
        _print_gone([fate for fate in each["not_exact"] if fate["status"] in ("ambiguous", "lost", "shortened")])
    for each in found["still_withheld"]:
        best = ", ".join(f"{one['file']} {one['coverage']:.1%}" for one in each["candidates"])
        print(f"{each['doc_id']}: stays withheld: {each['reason']}{f' ({best})' if best else ''}")
    if found["no_text"]:
        print(f"passed over, being no text: {', '.join(found['no_text'][:_SHOWN])}")
    if found["items"]:
        _print_table(found["items"])


def _print_gone(fates: list[dict[str, Any]]) -> None:
    for fate in fates[:_SHOWN]:
        near = f", somewhere in {fate['near'][0]}-{fate['near'][1]} of the copy" if "near" in fate else ""
        print(f"  {fate['status']:9} {fate['annotator']} {fate['layer']} {fate['id']}{near}")
    if len(fates) > _SHOWN:
        print(f"  and {len(fates) - _SHOWN:,} more; hydration.json names all")


def _print_table(items: dict[str, dict[str, int]]) -> None:
    columns = list(next(iter(items.values())))
    print(f"{'':16}" + "".join(f"{name:>11}" for name in columns))
    for layer, counts in items.items():
        print(f"{layer:16}" + "".join(f"{counts[name]:>11,}" for name in columns))
