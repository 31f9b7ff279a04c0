"""Windows of a withheld text: digests of 64 characters each, by which a copy of the text is known piece by piece.

A window is guessed only by somebody who guesses all its characters. Tiles lie side by side, so that whoever knows one
knows nothing of the next. Windows at the edges of annotations overlap others: whoever knows most of a window can try
what is left, a few characters at a time. `docs/withheld.md` says which texts that is fit for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LENGTH = 64
"""Code points of a window; a shorter text is one window."""

_DIGITS = 32
"""Hexadecimal digits of a digest: 128 bits."""


@dataclass(slots=True, frozen=True)
class Windows:
    """The windows of a text: `starts` has the places, in code points, of the window with each digest.

    `salt` is the SHA-256 of the text, so that the same words in two texts have two digests; `length` that of the text.
    """

    salt: str
    length: int
    starts: dict[str, list[int]]

    @property
    def width(self) -> int:
        """Code points of a window of this text."""
        return min(LENGTH, self.length)

    def found_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield each place of a text where a window stands, with its digest: one pass over the text."""
        if self.width:
            for start in range(len(text) - self.width + 1):
                digest = digest_of(text[start : start + self.width], self.salt)
                if digest in self.starts:
                    yield start, digest

    def fit(self, text: str) -> bool:
        """Say whether these are windows of a text."""
        places = ((start, digest) for digest, starts in self.starts.items() for start in starts)
        return all(digest_of(text[start : start + self.width], self.salt) == digest for start, digest in places)


def tiles(length: int) -> Iterator[int]:
    """Yield the starts of the tiles of a text: at every multiple of 64, and of the one that ends with the text."""
    if length:
        yield from range(0, length - LENGTH + 1, LENGTH)
        yield max(length - LENGTH, 0)


def at_edges(length: int, fragments: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield for each stretch of a text the start of the window that begins with it, and of the one that ends with it.

    Where the text ends before such a window, it is moved into the text.
    """
    last = max(length - LENGTH, 0)
    for start, end in fragments:
        yield min(start, last)
        yield min(max(end - LENGTH, 0), last)


def written(text: str, salt: str, starts: Iterable[int]) -> list[str]:
    """Return the windows at these starts as a record lists them: `START DIGEST`, in order.

    A window whose characters stand elsewhere in the text, too, is listed at each of its places: it is a proof only
    where nothing else in the text reads like it.
    """
    width = min(LENGTH, len(text))
    wanted = {text[start : start + width] for start in starts}
    places = [start for start in range(len(text) - width + 1) if text[start : start + width] in wanted] if width else []
    return [f"{start} {digest_of(text[start : start + width], salt)}" for start in places]


def of_record(record: dict[str, Any]) -> Windows:
    """Return the windows of a record; an older record has none."""
    starts: dict[str, list[int]] = {}
    for entry in record.get("windows", ()):
        start, digest = entry.split(" ")
        starts.setdefault(digest, []).append(int(start))
    return Windows(record["text_sha256"], record["text_length"], starts)


def digest_of(window: str, salt: str) -> str:
    """Return the digest of a window: the first 128 bits of the SHA-256 of the salt and its characters in UTF-8."""
    return hashlib.sha256(f"{salt}{window}".encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
