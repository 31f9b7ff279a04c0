"""Chunk tags (`B-PER`, `I-PER`, `O`) -> chunks: which scheme a file follows, and where chunks begin and end.

Chunks are read as the script conlleval of the CoNLL shared tasks does, which needs no scheme: a chunk begins at B, S
and U, after E, L, S, U and O, and where the type changes. The scheme only says which tags are surprising.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

UNTYPED = "ENTITY"
"""The label of a chunk or mention whose file gives it no type."""

CHUNK_TYPES = {
    "NP", "VP", "PP", "ADJP", "ADVP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP", "NC", "VC", "PC",
}  # fmt: skip
"""The types of syntactic chunks in the shared tasks of 2000 and 2003: they are no entities."""

_TAG = re.compile(r"([BIESLUMW])(?:-(.*\S.*))?", re.DOTALL)
_ALONE = "BSUW"
_LAST = "ESLUW"
_OPEN = "BIM"
_GOING_ON = "IELM"


class Tag(NamedTuple):
    """The tag of a token in a chunk: its letter, and the type of the chunk."""

    letter: str
    label: str

    def __str__(self) -> str:
        return f"{self.letter}-{self.label}"


Tags = Sequence[Tag | None]
"""The tags of a sentence; None is O."""


def is_tag(field: str) -> bool:
    """Say whether a field is a chunk tag: `O`, or one of the letters B I E S L U M W with a type or without."""
    return field == "O" or _TAG.fullmatch(field) is not None


def parse(field: str, scheme: str) -> Tag | None:
    """Return a tag, None for O. In the scheme IO every word is a type. Raises ValueError if it is none."""
    if field == "O":
        return None
    if scheme == "IO":
        return Tag("I", field)
    match = _TAG.fullmatch(field)
    if match is None:
        raise ValueError(field)
    return Tag(match[1], match[2] or UNTYPED)


def begins(before: Tag | None, tag: Tag | None) -> bool:
    """Say whether a chunk begins at a tag."""
    if tag is None:
        return False
    return before is None or before.label != tag.label or tag.letter in _ALONE or before.letter in _LAST


def chunks(tags: Tags) -> Iterator[tuple[int, int, str]]:
    """Yield the chunks of a sentence: first token, token after the last, type."""
    start = None
    before = None
    for index, tag in enumerate([*tags, None]):
        if start is not None and before is not None and (tag is None or begins(before, tag)):
            yield start, index, before.label
            start = None
        if begins(before, tag):
            start = index
        before = tag


def infer(sentences: Sequence[Tags]) -> str:
    """Return the scheme of a file: BIOES, BILOU, BMES, IOB1 or IOB2; the one of the last two with fewer surprises.

    IOB1 writes B only where a chunk follows another of its type directly; IOB2 at every beginning.
    """
    letters = {tag.letter for tags in sentences for tag in tags if tag}
    for scheme, signs in (("BMES", "M"), ("BILOU", "LU"), ("BIOES", "ESW")):
        if letters & set(signs):
            return scheme
    counts = {scheme: sum(1 for tags in sentences for _ in surprises(tags, scheme)) for scheme in ("IOB2", "IOB1")}
    return min(counts, key=lambda scheme: counts[scheme])


def surprises(tags: Tags, scheme: str) -> Iterator[tuple[int, str]]:
    """Yield the tags that the scheme does not allow where they stand: number of the token, and what is wrong."""
    if scheme in ("IO", "IOB1", "IOB2"):
        for index, (before, tag) in enumerate(pairwise([None, *tags])):
            if scheme == "IOB2" and tag and tag.letter == "I" and begins(before, tag):
                yield index, f"{tag} begins a chunk; expected B-{tag.label}"
            if scheme == "IOB1" and tag and tag.letter == "B" and (before is None or before.label != tag.label):
                yield index, f"{tag} does not follow another {tag.label}; expected I-{tag.label}"
        return
    for index, (before, tag) in enumerate(pairwise([None, *tags, None])):
        is_open, goes_on = bool(before and before.letter in _OPEN), bool(tag and tag.letter in _GOING_ON)
        if is_open and goes_on and before and tag and before.label == tag.label:
            continue
        if is_open:
            yield index - 1, f"{before} is the last of its chunk; expected a tag that ends or is one"
        if goes_on:
            yield index, f"{tag} begins a chunk; expected a tag that begins or is one"
