"""`standoff explain`: what a code means, and what to do."""

from __future__ import annotations

import argparse

from standoff.errors import ConfigError


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("explain", help="say what a code means", description=__doc__)
    parser.add_argument("code", nargs="?", help="a code such as E203, or a beginning of codes: E2; without one, all")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one code with its remedy; or all codes, or those that begin so, a line each."""
    from standoff.checks.codes import CODES, hint

    name = (arguments.code or "").upper()
    if name in CODES:
        print(f"{name}  {CODES[name].sentence}\n\nWhat to do: {CODES[name].mend}")
        return 0
    found = [code for code in CODES if code.startswith(name)]
    if not found:
        raise ConfigError(None, f"there is no code {arguments.code!r}{hint(name)}; `standoff explain` lists all")
    for code in found:
        print(f"{code}  {CODES[code].sentence}")
    return 0
