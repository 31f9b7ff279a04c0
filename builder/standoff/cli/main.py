"""The verbs of the command line, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from standoff import __version__
from standoff.cli import (
    agreement,
    anchor,
    audit,
    build,
    diff,
    explain,
    export,
    hydrate,
    import_,
    init,
    inspect,
    publish,
    review,
    split,
    validate,
    verify,
    where,
)
from standoff.cli.parser import Parser
from standoff.errors import StandoffError

VERBS = (
    inspect,
    init,
    import_,
    validate,
    anchor,
    split,
    build,
    verify,
    where,
    diff,
    hydrate,
    publish,
    agreement,
    export,
    audit,
    review,
    explain,
)
"""One module a verb, each with `register(verbs)` and `run(arguments)`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = Parser(
        prog="standoff", description="Annotated news text becomes a dataset that people can trust."
    )
    parser.add_argument("--version", action="version", version=f"standoff {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        verb.register(verbs)
    chosen = parser.parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
        return status
    except StandoffError as error:
        for each in (error, *error.more):
            place = ":".join(str(part) for part in (each.path, each.line, each.column) if part is not None)
            kind = f"error[{each.code}]" if each.code else "error:"
            print(f"{place + ': ' if place else ''}{kind} {each.message}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
