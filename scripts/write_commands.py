"""Write docs/commands.md from the verbs of the command line: `.venv/bin/python scripts/write_commands.py`."""

from __future__ import annotations

import argparse
from pathlib import Path

from standoff.cli.main import VERBS

FILE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
HEAD = """# Commands

Every verb of `standoff` with its arguments and options; `standoff VERB --help` prints the same. Exit status: 0 ok,
1 findings, 2 usage or configuration, 3 input unreadable, 4 output cannot be written, 130 interrupted. Results go to
standard output, progress and messages to standard error. This page is written by `scripts/write_commands.py`.

| verb | |
|---|---|
"""


def render() -> str:
    """Return the page: a table of the verbs, then a section for each."""
    verbs = argparse.ArgumentParser(prog="standoff").add_subparsers()
    for verb in VERBS:
        verb.register(verbs)
    helps = {action.dest: action.help or "" for action in verbs._choices_actions}
    rows = [f"| [`{name}`](#{name}) | {_cell(helps[name])} |\n" for name in verbs.choices]
    return HEAD + "".join(rows) + "".join(_section(name, parser) for name, parser in verbs.choices.items())


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    given = [action for action in actions if not action.option_strings]
    options = [action for action in actions if action.option_strings]
    needed = [_option(action) for action in options if action.required]
    more = ["[OPTIONS]"] if len(options) > len(needed) else []
    usage = " ".join(["standoff", name, *map(_placed, given), *needed, *more])
    about = (parser.description or "").partition(": ")[2]
    rows = [f"| `{_value(action)}` | {_said(action)} |\n" for action in given]
    rows += [f"| `{_option(action)}` | {_said(action)} |\n" for action in options]
    table = "\n| | |\n|---|---|\n" + "".join(rows) if rows else ""
    return f"\n## {name}\n\n{about[:1].upper()}{about[1:]}\n\n```\n{usage}\n```\n{table}"


def _option(action: argparse.Action) -> str:
    """Return an option with the name of its value."""
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {_value(action)}"


def _value(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()


def _placed(action: argparse.Action) -> str:
    return f"[{_value(action)}]" if action.nargs == "?" else _value(action)


def _said(action: argparse.Action) -> str:
    """Return the help of an argument, its placeholders filled in."""
    return _cell((action.help or "") % {**vars(action), "prog": "standoff"})


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8", newline="\n")
