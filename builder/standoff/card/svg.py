"""Numbers -> small pictures in SVG: bars, columns, a grid. The same numbers give the same bytes.

Each has a title, a description for those who do not see it, its text as text, and a ground of its own, so that it can
be read on light and on dark pages; where the reader's system is dark, it is dark, too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH = 720
ROW = 24
TOP = 62
_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:13px;fill:#1f2328}"
    ".head{font-size:15px;font-weight:600}.soft{fill:#59636e;font-size:12px}.end{text-anchor:end}"
    ".middle{text-anchor:middle}.page{fill:#fff;stroke:#d1d9e0}.bar{fill:#3d7ea6}.rest{fill-opacity:.4}.line{stroke:#d1d9e0}"
    ".range{stroke:#1f2328;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9da7b3}.page{fill:#12171e;stroke:#343c46}"
    ".bar{fill:#4f95bf}.line{stroke:#343c46}.range{stroke:#e6edf3}}"
)

Bar = tuple[str, float, str]
"""Name, value, and the value as it is shown."""


def bars(
    title: str,
    note: str,
    rows: Sequence[Bar],
    ranges: Sequence[tuple[float, float] | None] = (),
    *,
    most: float | None = None,
    rest: bool = False,
) -> str:
    """Return horizontal bars, one a row, with the value at the end of each; `ranges` are drawn as lines over them.

    `most` is the value of a whole bar, by default the highest. With `rest` the last row is paler: it stands for others.
    """
    names = [shortened(name) for name, _, _ in rows]
    left = 24 + max(map(text_width, names))
    room = WIDTH - left - 30 - max(text_width(shown) for _, _, shown in rows)
    most = most or max(value for _, value, _ in rows) or 1
    parts = []
    for number, (name, (_, value, shown)) in enumerate(zip(names, rows, strict=True)):
        y = TOP + number * ROW
        length = min(max(value, 0) / most, 1) * room
        end = left + 10 + length
        style = "bar rest" if rest and number == len(rows) - 1 else "bar"
        parts.append(_text(left, y + 16, name, "end"))
        parts.append(f'<rect class="{style}" x="{left + 8:.1f}" y="{y + 4}" width="{length:.1f}" height="16" rx="2"/>')
        extent = ranges[number] if number < len(ranges) else None
        if extent:
            first, last = (left + 8 + min(max(bound / most, 0), 1) * room for bound in extent)
            whiskers = f"M{first:.1f} {y + 12}H{last:.1f}M{first:.1f} {y + 9}v6M{last:.1f} {y + 9}v6"
            parts.append(f'<path class="range" d="{whiskers}"/>')
            end = max(end, last + 2)
        parts.append(_text(end + 4, y + 16, shown))
    described = "; ".join(f"{name}: {shown}" for name, _, shown in rows)
    return _picture(title, note, described, TOP + len(rows) * ROW + 14, parts)


def columns(title: str, note: str, rows: Sequence[Bar], *, between: bool = False) -> str:
    """Return upright columns, one a step of time or size, with the value on each that is not 0.

    With `between` the names stand at the left borders of the columns, not in their middle.
    """
    step = (WIDTH - 80) / len(rows)
    most = max(value for _, value, _ in rows) or 1
    base, height = TOP + 170, 150
    every = max(1, -int(-(max(text_width(name) for name, _, _ in rows) + 10) // step))
    parts = [f'<path class="line" d="M40 {base + 0.5}H{WIDTH - 40}"/>']
    for number, (name, value, shown) in enumerate(rows):
        x = 40 + number * step
        length = value / most * height
        width = max(step - 2 if between else min(step - 4, 90), 1)
        if value:
            place = f'x="{x + (step - width) / 2:.1f}" y="{base - length:.1f}" width="{width:.1f}"'
            parts.append(f'<rect class="bar" {place} height="{length:.1f}"/>')
            if text_width(shown) <= step + 4 or value == most:
                parts.append(_text(x + step / 2, base - length - 5, shown, "soft middle"))
        if number % every == 0:
            parts.append(_text(x + (0 if between else step / 2), base + 18, name, "soft middle"))
    described = "; ".join(f"{name}: {shown}" for name, value, shown in rows if value)
    return _picture(title, note, described, base + 34, parts)


def grid(title: str, note: str, names: Sequence[str], heads: Sequence[str], cells: Sequence[Sequence[int]]) -> str:
    """Return a table of numbers whose cells are filled the more, the higher they are."""
    left = 24 + max(text_width(shortened(name)) for name in names)
    width = (WIDTH - left - 28) / len(heads)
    most = max(max(row) for row in cells) or 1
    parts = [_text(left + 8 + (at + 0.5) * width, TOP + 8, head, "soft middle") for at, head in enumerate(heads)]
    for number, (name, row) in enumerate(zip(names, cells, strict=True)):
        y = TOP + 16 + number * 30
        parts.append(_text(left, y + 19, shortened(name), "end"))
        for at, value in enumerate(row):
            x = left + 8 + at * width
            shade = f'fill-opacity="{0.08 + 0.42 * value / most:.2f}"'
            place = f'x="{x + 1:.1f}" y="{y + 1}" width="{width - 2:.1f}" height="26" rx="2"'
            parts.append(f'<rect class="bar" {shade} {place}/>')
            parts.append(_text(x + width / 2, y + 19, f"{value:,}", "middle"))
    described = "; ".join(
        f"{name}: " + ", ".join(f"{head} {value:,}" for head, value in zip(heads, row, strict=True))
        for name, row in zip(names, cells, strict=True)
    )
    return _picture(title, note, described, TOP + 16 + len(names) * 30 + 14, parts)


def text_width(text: str) -> float:
    """Return about how wide a text is, in pixels at 13 px: wide letters of East Asia count as two."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 13.5
    return 9.5 if letter.isupper() else 7.5


def shortened(text: str, limit: float = 250) -> str:
    """Return a name that fits beside the bars, cut with an ellipsis where it is longer."""
    if text_width(text) <= limit:
        return text
    while text and text_width(text) > limit - 8:
        text = text[:-1]
    return text.rstrip() + "…"


def _text(x: float, y: float, content: str, style: str = "") -> str:
    name = f' class="{style}"' if style else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}">{_plain(content)}</text>'


def _plain(text: str) -> str:
    """Return text for XML; letters that XML cannot hold, or that turn the direction of writing, are replaced."""
    return escape("".join(letter if letter.isprintable() else "\ufffd" for letter in text), {'"': "&quot;"})


def _picture(title: str, note: str, described: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="{WIDTH}" '
        f'height="{height}" viewBox="0 0 {WIDTH} {height}">\n<title id="title">{_plain(title)}</title>\n'
        f'<desc id="description">{_plain(f"{note}. {described}.")}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>\n'
    )
    named = [_text(20, 28, title, "head"), _text(20, 47, note, "soft")]
    return head + "\n".join([*named, *parts]) + "\n</svg>\n"
