"""Characters that nobody sees, made visible: in names and labels, and in running text."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e001f]"
)
"""Controls but tab and newline, format characters that turn the direction of text or have no width, and what is no
character. Joiners stay: emoji and several scripts need them."""

_NAMES = {
    0x200E: "LRM", 0x200F: "RLM", 0x061C: "ALM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO",
    0x202E: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x200B: "ZWSP", 0xFEFF: "BOM",
    0x00AD: "SHY", 0x2060: "WJ", 0x2028: "LSEP", 0x2029: "PSEP",
}  # fmt: skip


def symbol(character: str) -> str:
    """Return what is shown for a character that nobody sees."""
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    if number == 0x7F:
        return "␡"
    return f"‹{_NAMES.get(number, f'U+{number:04X}')}›"


def described(character: str) -> str:
    """Return code point and name of a character, for a title."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def visible(text: object) -> str:
    """Return a name, label or message on one line, with every unseen character as its symbol."""
    flat = str(text).replace("\n", "␊").replace("\t", "␉")
    return _UNSEEN.sub(lambda match: symbol(match[0]), flat)


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return running text as (piece, is it an unseen character)."""
    found: list[tuple[str, bool]] = []
    last = 0
    for match in _UNSEEN.finditer(text):
        if match.start() > last:
            found.append((text[last : match.start()], False))
        found.append((match[0], True))
        last = match.end()
    if last < len(text):
        found.append((text[last:], False))
    return found
