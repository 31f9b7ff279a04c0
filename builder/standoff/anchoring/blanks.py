"""Two texts that differ in blanks only: one was rebuilt from tokens, and spans in it are wanted in the other."""

from __future__ import annotations

from standoff.annotations.reading import Reading
from standoff.model import Fragment


def differ_only(one: str, other: str) -> bool:
    """Say whether two texts have the same characters, in order, but for blanks and line ends."""
    return "".join(one.split()) == "".join(other.split())


def move_spans(reading: Reading, old: str, new: str) -> None:
    """Move spans, proved in the old text, to the same characters of the new one, without blanks at their ends."""
    places = _letters(new)
    before = [0]
    for letter in old:
        before.append(before[-1] + (not letter.isspace()))
    kept = []
    for span in reading.annotations.spans:
        moved: list[Fragment] = []
        for start, end in span.fragments:
            first, last = before[start], before[end]
            if first < last:
                moved.append((places[first], places[last - 1] + 1))
        if moved:
            span.fragments = moved
            span.surface = span.text_in(new) if span.surface is not None else None
            kept.append(span)
        else:
            message = f"{span.id} has nothing but blanks, and these are not those of the article"
            reading.fault("E204", message, span.line, span.column, span.id, span.file)
    reading.annotations.spans = kept


def _letters(text: str) -> list[int]:
    return [index for index, letter in enumerate(text) if not letter.isspace()]
