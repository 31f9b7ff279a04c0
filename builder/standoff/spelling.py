"""Which known word a misspelt one was probably meant to be."""

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
