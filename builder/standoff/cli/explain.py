"""`standoff explain`: what a code means, and what to do."""

from __future__ import annotations

import argparse

from standoff.errors import ConfigError


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("explain", help="say what a code means", description=__doc__)
    parser.add_argument("code", nargs="?", help="a code such as E203; without one, a line for each")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one code with its remedy, or all codes, a line each."""
    from standoff.checks.codes import CODES

    if arguments.code is None:
        for name, code in CODES.items():
            print(f"{name}  {code.sentence}")
        return 0
    name = arguments.code.upper()
    if name not in CODES:
        raise ConfigError(None, f"there is no code {arguments.code!r}; `standoff explain` lists all")
    print(f"{name}  {CODES[name].sentence}\n\nWhat to do: {CODES[name].mend}")
    return 0
