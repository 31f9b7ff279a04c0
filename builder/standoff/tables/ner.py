"""Mentions -> one BIO tag a token: outermost, then longest, then first wins; the rest is left out, with a reason."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from standoff.model import Fragment, Span

Leave = Callable[[str, Span], None]
"""Told of each mention that no tag shows, with the reason."""


def choose(mentions: list[Span], leave: Leave) -> list[Span]:
    """Return the mentions that a flat tagging can show, in text order; tell `leave` the others."""
    chosen: list[Span] = []
    reach: list[Span] = []
    for span in sorted(mentions, key=lambda span: (span.start, -span.end)):
        if len(span.fragments) > 1:
            leave("discontinuous", span)
        elif reach and span.start < reach[-1].end:
            _prefer_longer(span, reach, leave)
        else:
            reach.append(span)
    chosen.extend(reach)
    return chosen


def by_sentence(chosen: list[Span], sentences: list[Fragment], leave: Leave) -> list[list[Span]]:
    """Return the chosen mentions that begin in each sentence; one that begins between sentences is left out."""
    found: list[list[Span]] = [[] for _ in sentences]
    starts = [start for start, _ in sentences]
    for span in chosen:
        index = bisect_right(starts, span.start) - 1
        if index < 0 or span.start >= sentences[index][1]:
            leave("not on token borders", span)
        else:
            found[index].append(span)
    return found


def tags(tokens: list[Fragment], mentions: list[Span], end: int, leave: Leave) -> list[str]:
    """Return the tags of the tokens of a sentence that ends at `end`, for the mentions that begin in it."""
    found = ["O"] * len(tokens)
    if not mentions:
        return found
    first_at = {token_start: index for index, (token_start, _) in enumerate(tokens)}
    last_at = {token_end: index for index, (_, token_end) in enumerate(tokens)}
    for span in mentions:
        first, last = first_at.get(span.start), last_at.get(span.end)
        if span.end > end:
            leave("crosses a sentence", span)
        elif first is None or last is None:
            leave("not on token borders", span)
        else:
            found[first] = f"B-{span.label}"
            found[first + 1 : last + 1] = [f"I-{span.label}"] * (last - first)
    return found


def _prefer_longer(span: Span, reach: list[Span], leave: Leave) -> None:
    """Settle an overlap with the last mention taken: a nested one goes, of two crossing ones the shorter."""
    last = reach[-1]
    if span.end <= last.end:
        leave("nested", span)
        return
    if span.end - span.start > last.end - last.start and (len(reach) < 2 or reach[-2].end <= span.start):
        reach[-1] = span
        leave("crossing", last)
    else:
        leave("crossing", span)
