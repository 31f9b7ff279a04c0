"""Quotes -> offsets, for spans that a person anchored by what stands in the text (W3C TextQuoteSelector)."""

from __future__ import annotations

from standoff.annotations.reading import Reading, in_text
from standoff.finding import Related
from standoff.model import Document, Fragment, Quote, Span
from standoff.spelling import counted

_FEW = 3
"""Occurrences of an ambiguous quote that a finding names."""


def locate_quotes(reading: Reading, document: Document, spans: list[Span]) -> None:
    """Give each span its fragments, and each of its quotes its offsets; where there are none, a finding.

    Without the text (a withheld document) only offsets can be taken, as they are.
    """
    kept = set()
    for span in spans:
        places = [_place(reading, document, span, quote) for quote in span.quotes]
        fragments = [place for place in places if place is not None]
        if len(fragments) == len(places) and _joined_surface_holds(reading, document, span, fragments):
            for quote, (start, end) in zip(span.quotes, fragments, strict=True):
                quote.start, quote.end = start, end
            span.fragments = sorted(fragments)
            kept.add(id(span))
    reading.annotations.spans = [s for s in reading.annotations.spans if not s.quotes or id(s) in kept]


def occurrences(text: str, quote: Quote) -> list[int]:
    """Return where the quote stands in the text, overlapping occurrences included, in code points."""
    exact = quote.exact or ""
    found = []
    start = text.find(exact)
    while start >= 0:
        if text.startswith(quote.suffix, start + len(exact)) and text.endswith(quote.prefix, 0, start):
            found.append(start)
        start = text.find(exact, start + 1)
    return found


def _place(reading: Reading, document: Document, span: Span, quote: Quote) -> Fragment | None:
    if quote.start is not None and quote.end is not None:
        return _given_place(reading, document, span, quote)
    if document.text is None:
        message = f"{span.id} has no offsets, and the text is withheld; run `standoff anchor --write --texts DIR`"
        reading.fault("E205", message, span.line, span.column, span.id, span.file)
        return None
    found = occurrences(document.text, quote)
    nth = quote.nth or 1
    if not found and any(quote.exact in piece for piece in document.removed if quote.exact):
        message = f"{span.id}: {_shown(document, quote.exact)} stands only in a part that is cut from the text"
        reading.fault("E207", message, span.line, span.column, span.id, span.file)
    elif not found:
        context = " with this context" if quote.prefix or quote.suffix else ""
        message = f"{span.id}: the text has no {_shown(document, quote.exact)}{context}"
        reading.fault("E205", message, span.line, span.column, span.id, span.file)
    elif nth > len(found):
        shown, times = _shown(document, quote.exact), "once" if len(found) == 1 else f"{len(found)} times"
        message = f"{span.id}: nth is {nth}, and {shown} stands only {times} in the text"
        related = in_text(document, found[-1], f"the last {shown} stands here")
        reading.fault("E205", message, span.line, span.column, span.id, span.file, related)
    elif len(found) > 1 and quote.nth is None:
        shown = _shown(document, quote.exact)
        message = f"{span.id}: {shown} stands {len(found)} times in the text; add nth, prefix or suffix"
        related = [place for at in found[:_FEW] for place in in_text(document, at, f"{shown} stands here")]
        reading.fault("E206", message, span.line, span.column, span.id, span.file, related)
    elif quote.until is not None:
        return _range(reading, document, span, quote, found[nth - 1])
    else:
        return found[nth - 1], found[nth - 1] + len(quote.exact or "")
    return None


def _range(reading: Reading, document: Document, span: Span, quote: Quote, start: int) -> Fragment | None:
    """Return the place from `start` to the one quote after it that ends the range; the quote becomes that of all."""
    text, until = document.text or "", quote.until or Quote()
    ends = [end for end in occurrences(text, until) if end > start]
    if len(ends) == 1:
        quote.exact, quote.prefix, quote.suffix, quote.until = text[start : ends[0]], "", "", None
        return start, ends[0]
    shown = _shown(document, until.exact)
    message = f"{span.id}: {shown}, where the range ends, stands {len(ends)} times after its start; expected once"
    related = [place for at in ends[:_FEW] for place in in_text(document, at, f"{shown} stands here")]
    reading.fault("E206" if ends else "E205", message, span.line, span.column, span.id, span.file, related)
    return None


def _given_place(reading: Reading, document: Document, span: Span, quote: Quote) -> Fragment | None:
    start, end = quote.start or 0, quote.end or 0
    if start >= end:
        message = f"{span.id} runs from {start} to {end}; expected a start before its end"
        reading.fault("E204", message, span.line, span.column, span.id, span.file)
    elif end > document.text_length:
        message = f"{span.id} ends at {end}, and the text has {counted(document.text_length, 'character')}"
        reading.fault("E202", message, span.line, span.column, span.id, span.file)
    elif document.text is not None and quote.exact not in (None, document.text[start:end]):
        found = _shown(document, document.text[start:end])
        message = f"{span.id}: the text has {found} at {start}-{end}; expected {_shown(document, quote.exact)}"
        related = in_text(document, start, f"the text has {found} here")
        related += nearest(document, start, quote.exact or "")
        reading.fault("E203", message, span.line, span.column, span.id, span.file, related)
    else:
        return start, end
    return None


def _joined_surface_holds(reading: Reading, document: Document, span: Span, fragments: list[Fragment]) -> bool:
    if span.surface is None or document.text is None:
        return True
    covered = " ".join(document.text[start:end] for start, end in fragments).replace("\n", " ")
    if covered == span.surface.replace("\n", " "):
        return True
    message = f"{span.id}: the fragments read {_shown(document, covered)}; expected {_shown(document, span.surface)}"
    related = in_text(document, fragments[0][0], "the first of them begins here")
    reading.fault("E203", message, span.line, span.column, span.id, span.file, related)
    return False


def nearest(document: Document, offset: int, words: str) -> list[Related]:
    """Return where words that do not stand at an offset stand next to it, as another place of a fault."""
    text, words = (document.text or "").replace("\n", " "), words.replace("\n", " ")
    before, after = text.rfind(words, 0, offset + len(words)), text.find(words, offset)
    found = min((at for at in (before, after) if at >= 0 and words), key=lambda at: abs(at - offset), default=None)
    return [] if found is None else in_text(document, found, f"{_shown(document, words)} stands here")


def _shown(document: Document, text: str | None) -> str:
    """Return a short quotation for a message; never words of a withheld text."""
    text = text or ""
    if document.withheld:
        return f"a quote of {counted(len(text), 'character')}"
    return repr(text if len(text) <= 60 else text[:57] + "…")
