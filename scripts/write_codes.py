"""Write docs/codes.md from the table of codes: `.venv/bin/python scripts/write_codes.py`."""

from __future__ import annotations

from pathlib import Path

from standoff.checks.codes import CODES

FILE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"
LEVELS = {
    "1": "Files", "2": "Text and spans", "3": "References", "4": "Scheme", "5": "Plausibility", "6": "The whole corpus",
}  # fmt: skip
HEAD = """# Codes

Every finding has a code. `E` is an error and stops a build, `W` is a warning. `standoff explain CODE` prints one of
them. This page is written by `scripts/write_codes.py`.
"""
COLUMNS = "| code | meaning | what to do |\n|---|---|---|"


def render() -> str:
    """Return the page: one table a level, one row a code."""
    parts = [HEAD]
    for level, title in LEVELS.items():
        rows = [f"| {name} | {_cell(c.sentence)} | {_cell(c.mend)} |" for name, c in CODES.items() if name[1] == level]
        parts.append("\n".join([f"## {level}. {title}\n", COLUMNS, *rows, ""]))
    return "\n".join(parts)


def _cell(text: str) -> str:
    """Make a text harmless in a table cell; what stands between backticks is left alone."""
    pieces = text.replace("|", "\\|").split("`")
    return "`".join(p if index % 2 else p.replace("<", "&lt;") for index, p in enumerate(pieces))


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8", newline="\n")
