"""Offsets as a tool counted them -> code points of the text, the unit inferred from the file and proved by it.

Tools count in code points, UTF-16 units or bytes, of the text or of the raw file with its byte order mark and
carriage returns, and some give the last character of a span as its end. A reading of the offsets holds if it makes
every recorded surface text come true.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from standoff.anchoring.quotes import nearest
from standoff.annotations.reading import UNITS, Reading, in_text
from standoff.model import Document, Fragment, Span
from standoff.spelling import counted

CODE_POINTS, UTF_16, UTF_8 = UNITS

INCLUSIVE = "{} with inclusive ends"
"""How the unit of a tool is called whose ends are the last character of a span."""

Mapping = Callable[[int, bool], int | None]
"""Offset in the tool's unit, and whether it is an end -> offset in the text, or None."""


def locate_offsets(reading: Reading, document: Document, spans: list[Span]) -> str | None:
    """Give each span its fragments in code points of the text, sorted; where there are none, a finding.

    Returns the unit if it is another than code points of the text. Each span that fails in the unit that proves
    most is a finding.
    """
    text = document.text
    if reading.undecided and reading.unit is None:
        message = (
            f"the offsets can be read as {CODE_POINTS} or as {UTF_16}, with different results, and no surface text "
            'tells; say under [[sources]] in corpus.toml: offsets = "code points", or "UTF-16 units"'
        )
        reading.fault("E213", message, spans[0].line, spans[0].column)
    if reading.unit is not None:
        return _by_declared_unit(reading, document, spans, reading.unit)
    if text is None:
        _finish(reading, document, spans, _identity)
        return None
    if all(_proves(span, text) for span in spans):
        for span in spans:
            if len(span.fragments) > 1:
                span.fragments.sort()
        return None
    unit, mapping = _winner(reading, document, spans)
    _finish(reading, document, spans, mapping)
    return unit


def _by_declared_unit(reading: Reading, document: Document, spans: list[Span], unit: str) -> str | None:
    """Locate spans whose unit the format or the corpus states: in the raw text, whose characters the tool counted."""
    raw = document.text if document.raw is None else document.raw
    if raw is None and unit != CODE_POINTS:
        message = f"the offsets count {unit}, and the text is withheld and not here: they cannot be counted"
        reading.fault("E213", message, 1, 1)
    counted = _identity if raw is None or unit == CODE_POINTS or raw.isascii() else _counted(_widths(unit, raw))
    mapping = counted if document.raw is None else _of_raw(document, counted)
    _finish(reading, document, spans, mapping)
    if unit != CODE_POINTS:
        return unit
    return None if document.raw is None else f"{unit} of the raw file"


def _winner(reading: Reading, document: Document, spans: list[Span]) -> tuple[str | None, Mapping]:
    """Return the reading of the offsets that proves most surfaces, code points of the text if none is better.

    Where two other readings prove equally many and give different places, that is a finding.
    """
    text = document.text or ""
    best: tuple[str | None, Mapping] = (None, _identity)
    best_count, best_places = _count([span.fragments for span in spans], spans, text), None
    tie = None
    for unit, mapping in _mappings(document):
        places = [_mapped(span, mapping) for span in spans]
        count = _count(places, spans, text)
        if count > best_count:
            best, best_count, best_places, tie = (unit, mapping), count, places, None
        elif count == best_count and best[0] and places != best_places:
            tie = unit
    if tie:
        message = f"the offsets can be read as {best[0]} or as {tie}, with different results; "
        message += "nothing tells them apart: export it with the texts of the spans, or say `offsets` under [[sources]]"
        reading.fault("E213", message, 1, 1)
    return best


def _count(places: Sequence[list[Fragment] | None], spans: list[Span], text: str) -> int:
    return sum(
        place is not None
        and span.surface is not None
        and all(end <= len(text) for _, end in place)
        and _surface(place, text) == _flat(span)
        for place, span in zip(places, spans, strict=True)
    )


def _mappings(document: Document) -> Iterator[tuple[str, Mapping]]:
    """Yield the readings of the offsets besides code points of the text, each with its name.

    Each may also be meant with inclusive ends: those of the last character, not of the one after it.
    """
    yield INCLUSIVE.format(CODE_POINTS), _inclusive(_identity)
    for unit, mapping in _half_open(document):
        yield unit, mapping
        yield INCLUSIVE.format(unit), _inclusive(mapping)


def _half_open(document: Document) -> Iterator[tuple[str, Mapping]]:
    text = document.text or ""
    if document.raw is not None:
        yield f"{CODE_POINTS} of the raw file", _of_raw(document, _identity)
    for unit in (UTF_16, UTF_8):
        if not text.isascii():
            yield unit, _counted(_widths(unit, text))
        if document.raw is not None and not document.raw.isascii():
            yield f"{unit} of the raw file", _of_raw(document, _counted(_widths(unit, document.raw)))


def _inclusive(mapping: Mapping) -> Mapping:
    return lambda offset, end: mapping(offset + end, end)


def _of_raw(document: Document, counted: Mapping) -> Mapping:
    def mapping(offset: int, end: bool) -> int | None:
        place = counted(offset, end)
        if place is None:
            return None
        beyond = place - document.source_map.raw_length
        return document.text_length + beyond if beyond > 0 else document.source_map.to_text(place, end=end)

    return mapping


def _widths(unit: str, text: str) -> list[int]:
    width = _utf16_width if unit == UTF_16 else _utf8_width
    return [width(letter) for letter in text]


def _utf16_width(letter: str) -> int:
    return 2 if letter > "\uffff" else 1


def _utf8_width(letter: str) -> int:
    return len(letter.encode("utf-8", "surrogatepass"))


def _counted(widths: list[int]) -> Mapping:
    ends = [0, *accumulate(widths)]

    def mapping(offset: int, end: bool) -> int | None:
        if offset > ends[-1]:
            return len(widths) + offset - ends[-1]  # beyond the end, which is another fault than within a character
        index = bisect_left(ends, offset)
        return index if ends[index] == offset else None

    return mapping


def _identity(offset: int, end: bool) -> int | None:
    return offset


def _mapped(span: Span, mapping: Mapping) -> list[Fragment] | None:
    places = []
    for start, end in span.fragments:
        text_start, text_end = mapping(start, False), mapping(end, True)
        if text_start is None or text_end is None:
            return None
        places.append((text_start, text_end))
    return places


def _finish(reading: Reading, document: Document, spans: list[Span], mapping: Mapping) -> None:
    kept = set()
    for span in spans:
        places = _mapped(span, mapping)
        if _stands(reading, document, span, places):
            span.fragments = sorted(places or ())
            kept.add(id(span))
    reading.annotations.spans = [span for span in reading.annotations.spans if span.quotes or id(span) in kept]


def _stands(reading: Reading, document: Document, span: Span, places: list[Fragment] | None) -> bool:
    if places is None:
        message = f"{span.id} lies in a part of the raw file that is cut from the text"
        if reading.unit not in (None, CODE_POINTS):
            message += f", or begins or ends within a character (offsets count {reading.unit})"
        reading.fault("E207", message, span.line, span.column, span.id, span.file)
        return False
    for start, end in places:
        if start >= end:
            message = f"{span.id} runs from {start} to {end}; expected a start before its end"
            reading.fault("E204", message, span.line, span.column, span.id, span.file)
            return False
        if end > document.text_length:
            code, message = _beyond(document, span, end)
            reading.fault(code, message, span.line, span.column, span.id, span.file)
            return False
    if document.text is None or span.surface is None or _surface(places, document.text) == _flat(span):
        return True
    if any(_flat(span) in piece.replace("\n", " ") for piece in document.removed):
        message = f"{span.id} lies in a part of the raw file that is cut from the text"
        reading.fault("E207", message, span.line, span.column, span.id, span.file)
        return False
    found, wanted = repr(_surface(places, document.text)[:60]), repr(_flat(span)[:60])
    if document.withheld:
        found, wanted = "other words", f"a surface text of {counted(len(_flat(span)), 'character')}"
    where = ";".join(f"{start} {end}" for start, end in places)
    message = f"{span.id}: the text has {found} at {where}; expected {wanted}"
    start = places[0][0]
    related = [*in_text(document, start, f"the text has {found} here"), *nearest(document, start, _flat(span))]
    reading.fault("E203", message, span.line, span.column, span.id, span.file, related)
    return False


def _beyond(document: Document, span: Span, end: int) -> tuple[str, str]:
    if document.text_length < end <= document.source_map.raw_length:
        return "E207", f"{span.id} lies in a part of the raw file that is cut from the text"
    return "E202", f"{span.id} ends at {end}, and the text has {counted(document.text_length, 'character')}"


def _proves(span: Span, text: str) -> bool:
    surface = span.surface
    fragments = span.fragments
    if len(fragments) == 1:
        start, end = fragments[0]
        if not 0 <= start < end <= len(text):
            return False
        if surface is None or text[start:end] == surface:
            return True
    elif not all(0 <= start < end <= len(text) for start, end in fragments):
        return False
    return surface is None or _surface(fragments, text) == _flat(span)


def _surface(fragments: list[Fragment], text: str) -> str:
    return " ".join(text[start:end] for start, end in fragments).replace("\n", " ")


def _flat(span: Span) -> str:
    return (span.surface or "").replace("\n", " ")
