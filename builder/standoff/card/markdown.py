"""Names and numbers -> Markdown that shows them and does nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NOT_DOCUMENTED = "*Not documented.*"


def escape(text: str) -> str:
    """Make text from outside harmless in Markdown: no markup, no HTML, no table borders, no formulas, one line."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*\[\]|#~$!])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    return " ".join(text.split())


def code(text: str) -> str:
    """Return a name as inline code; one that cannot be is escaped."""
    plain = text.isprintable() and text.strip() and not set(text) & set("`|")
    return f"`{text}`" if plain else escape(text)


def fence(text: str, language: str = "") -> str:
    """Return a code block that its own text cannot end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{text.strip()}\n{marks}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """Return a table, its last `numbers` columns to the right; cells are Markdown already."""
    words = len(head) - numbers
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * words}{'---:|' * numbers}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def folded(summary: str, content: str) -> str:
    """Return a part that the reader unfolds; the summary is HTML already."""
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n</details>\n"


def image(alternative: str, path: str) -> str:
    """Return a picture with its alternative text."""
    return f"![{escape(alternative)}]({path})\n"


def prose(text: str | None) -> str:
    """Return a text of the corpus's maker, who may use Markdown; or say that there is none."""
    return (text or "").strip() or NOT_DOCUMENTED
