"""Checks of spans: their fragments, their edges, their doubles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from standoff.checks.subject import Fault, InText, Subject

_BLANKS = "SpaceToken"
"""What GATE calls the blanks between its tokens, which it annotates, too."""

_GRAPHEME = regex.compile(r"\X")


def overlapping_fragments(subject: Subject) -> Iterator[Fault]:
    """The fragments of one span overlap."""
    for span in subject.annotations.spans:
        fragments = span.fragments
        if len(fragments) > 1:
            for (_, end), (start, _) in pairwise(fragments):
                if start < end:
                    message = f"two fragments of {span.id} share the characters {start}-{end}; expected each once"
                    yield span, message, (InText(start), "they begin to overlap here")


def blank_edge(subject: Subject) -> Iterator[Fault]:
    """A span begins or ends with a blank."""
    text = subject.document.text or ""
    for span in subject.annotations.spans if text else ():
        first, last = text[span.start].isspace(), text[span.end - 1].isspace()
        if (first or last) and span.label != _BLANKS:
            message = f"{span.id} {subject.text(span)} {_edges(first, last)} with a blank"
            yield span, message, (InText(span.start if first else span.end - 1), "the blank is here")


def half_word(subject: Subject) -> Iterator[Fault]:
    """A span begins or ends within a word of a script that puts blanks between words."""
    text = subject.document.text or ""
    length = len(text)
    for span in subject.annotations.spans if text else ():
        start, end = span.start, span.end
        first, last = bool(start) and _joined(text, start), end < length and _joined(text, end)
        if first or last:
            message = f"{span.id} {subject.text(span)} {_edges(first, last)} within a word"
            yield span, message, (InText(start if first else end), "the word goes on here")


def half_grapheme(subject: Subject) -> Iterator[Fault]:
    """A span begins or ends within a grapheme cluster (Unicode Standard Annex 29)."""
    text = subject.document.text
    if not text or text.isascii():
        return
    for span in subject.annotations.spans:
        split = [offset for fragment in span.fragments for offset in fragment if _splits_grapheme(text, offset)]
        if split:
            message = f"{span.id} {subject.text(span)} begins or ends within one visible character"
            yield span, message, (InText(split[0]), "the character is split here")


def duplicate(subject: Subject) -> Iterator[Fault]:
    """Two spans have the same kind, label, extent and attributes.

    Triggers may: one word can express two events of a type. Values that are stacked differ in an attribute.
    """
    seen: dict[tuple[object, ...], str] = {}
    for span in subject.annotations.spans:
        if span.kind == "trigger":
            continue
        extent = (span.start, span.end, len(span.fragments))
        first = seen.setdefault((*extent, span.kind, span.label, *span.attributes), span.id)
        if first != span.id and subject.spans[first].fragments == span.fragments:
            message = f"{span.id} {subject.text(span)} has the kind, label and extent of {first}; keep one of them"
            yield span, message, (subject.spans[first], f"{first} is here")


def unproved(subject: Subject) -> Iterator[Fault]:
    """Offsets have neither a quote nor a digest of the text to prove them; named once a file.

    A withheld document has the digest in its record.
    """
    if subject.annotations.text_sha256 is None and not subject.document.withheld:
        for span in subject.annotations.spans:
            if any(quote.exact is None for quote in span.quotes):
                yield span, f"{span.id} has offsets without a quote, and the file has no text_sha256 to prove them"
                break


def quoted_withheld(subject: Subject) -> Iterator[Fault]:
    """An annotation file quotes a withheld text; named once a file."""
    if subject.document.withheld:
        for span in subject.annotations.spans:
            if span.surface is not None or any(q.exact or q.prefix or q.suffix for q in span.quotes):
                yield span, f"{span.id} quotes a withheld text; only its offsets may stand in the file"
                break


def _edges(first: bool, last: bool) -> str:
    return "begins and ends" if first and last else "begins" if first else "ends"


def _joined(text: str, offset: int) -> bool:
    """Say whether a word of a cased script, or a number, runs across an offset."""
    return all(
        letter.isdecimal() or letter.lower() != letter.upper() for letter in (text[offset - 1], text[offset])
    ) and (text[offset - 1].isdecimal() == text[offset].isdecimal())


def _splits_grapheme(text: str, offset: int) -> bool:
    if offset == 0 or offset >= len(text) or (text[offset - 1].isascii() and text[offset].isascii()):
        return False
    line_start = text.rfind("\n", 0, offset) + 1
    blank = max(line_start, text.rfind(" ", 0, offset - 1) + 1)
    return any(match.start() < offset < match.end() for match in _GRAPHEME.finditer(text, blank, offset + 1))
