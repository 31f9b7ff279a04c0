"""What the offsets of an export count where it records no text of its spans: the borders of words tell.

Code points and UTF-16 units differ after a character beyond U+FFFF, such as an emoji. Read in the wrong unit, spans
begin and end within words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

from standoff.annotations.export import Part
from standoff.annotations.reading import UNITS
from standoff.model import Fragment

CODE_POINTS, UTF_16, _ = UNITS

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""A character that UTF-16 writes in two units."""


def tell_unit(parts: list[Part]) -> None:
    """Set the unit of the readings of one file that have no surface texts, where the two units differ.

    The unit is the one in which more spans keep to the borders of words, over the whole file; where neither does,
    the readings are marked `undecided`. Where the two units are one, it is code points of the text as it stands there.
    """
    unclear, points, units = [], 0, 0
    for part in parts:
        spans = part.reading.annotations.spans
        if not part.text or any(span.surface is not None for span in spans):
            continue
        places = [span.fragments[0] for span in spans if span.fragments]
        mapped = _from_utf16(places, part.text)
        if mapped == places:
            part.reading.unit = CODE_POINTS
        else:
            unclear.append(part)
            points += sum(_keeps_to_words(place, part.text) for place in places)
            units += sum(place is not None and _keeps_to_words(place, part.text) for place in mapped)
    for part in unclear:
        part.reading.unit = CODE_POINTS if points > units else UTF_16 if units > points else None
        part.reading.undecided = points == units


def _from_utf16(places: list[Fragment], text: str) -> list[Fragment | None]:
    if not _BEYOND.search(text):
        return [*places]
    ends = [0, *accumulate(2 if letter > "\uffff" else 1 for letter in text)]

    def index(offset: int) -> int:
        found = bisect_left(ends, offset)
        return found if found < len(ends) and ends[found] == offset else -1

    found = [(index(start), index(end)) for start, end in places]
    return [place if min(place) >= 0 else None for place in found]


def _keeps_to_words(place: Fragment, text: str) -> bool:
    start, end = place
    if not 0 <= start < end <= len(text) or text[start].isspace() or text[end - 1].isspace():
        return False
    cut_at_start = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    return not cut_at_start and not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())
