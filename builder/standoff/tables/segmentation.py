"""Sentences and tokens of a text, by one deterministic rule, without a model.

A sentence ends at a blank line, or after . ! ? … with closing quotes and brackets where a blank and then a
capital, digit or opening quote follow, unless the word before the full stop is a known abbreviation, an initial,
or the like. A token is a run of letters, digits and marks, an English clitic such as ’s, or one other
visible character (a grapheme cluster); hyphenated words are several tokens, so that mentions inside them keep their
borders.
"""

from __future__ import annotations

import re

import regex

from standoff.model import Fragment

_JOINERS = r"[\u200c\u200d\ufe0f\U000e0020-\U000e007f]"
_TOKEN = regex.compile(
    r"(?<=\p{L})['’](?:s|re|ve|ll|d|m|t)\b"
    rf"|\p{{N}}+(?:[.,:]\p{{N}}+)+(?!\w|{_JOINERS})"
    rf"|(?:\w{_JOINERS}*)+"
    r"|(?!\s)\X",
    regex.IGNORECASE,
)
_BOUNDARY = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=[ \t]+[\"'“‘«(\[]*[^\W_a-z])|\n[ \t]*\n\s*|[.!?…:]?[\"'”’»)\]]*\n(?=\S)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"‘'—–-])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Cmdr|Sgt|Adm|Brig"
    r"|Gov|Sen|Rep|Rev|Hon|Pres|St|Jr|Sr|Inc|Ltd|Co|Corp|No|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$"
)


def sentences(text: str) -> list[Fragment]:
    """Return the sentences of a text as (start, end) in code points, without blanks at their edges."""
    found: list[Fragment] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if text[match.start()] == "." and match.end() - match.start() == 1 and "\n" not in match[0]:
            before = text[max(start, match.start() - 12) : match.start()]
            if _ABBREVIATION.search(before):
                continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def tokens(text: str, start: int, end: int) -> list[Fragment]:
    """Return the tokens between two offsets as (start, end) in code points of the whole text."""
    return [match.span() for match in _TOKEN.finditer(text, start, end)]


def _add(found: list[Fragment], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + len(piece) - len(piece.lstrip())
        found.append((begin, begin + len(stripped)))
