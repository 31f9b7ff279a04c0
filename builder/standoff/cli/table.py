"""Tables and names as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def shown(text: str, width: int = 40) -> str:
    """Return a name of the corpus as one short piece of a line, control and bidirectional characters escaped."""
    plain = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    return plain if len(plain) <= width else plain[: width - 1] + "…"


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows under their heads, words to the left and numbers to the right; nothing if there is no row."""
    rows = list(rows)
    if not rows:
        return []
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    words = [
        not any(row[column][:1].isdigit() or row[column][:2] == "-0" for row in rows) for column in range(len(head))
    ]
    found = []
    for row in (head, ["-" * width for width in widths], *rows):
        cells = (
            cell.ljust(width) if is_word else cell.rjust(width)
            for cell, width, is_word in zip(row, widths, words, strict=True)
        )
        found.append("  ".join(cells).rstrip())
    return found
