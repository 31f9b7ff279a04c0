"""Words in messages: which known word a misspelt one was probably meant to be, and one document, two documents."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 0.6
"""Least likeness of two words: the share of their letters that both have in the same order (Indel similarity)."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a word is most like, the first of several; None if none is like it.

    Upper and lower case are alike.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    best = process.extractOne(
        word, list(known), scorer=Indel.normalized_similarity, processor=str.casefold, score_cutoff=_LEAST
    )
    return best[0] if best else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean …?)` if a known word is close, else nothing."""
    close = closest(word, known)
    return f" (did you mean {close!r}?)" if close is not None else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 document` or `2,000 documents`; `many` where the plural is not made by an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
