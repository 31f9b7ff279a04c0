"""Documents that are the same, or nearly: by the share of runs of five words that two of them have in common.

Exact Jaccard similarity (A. Broder 1997 for the runs, "shingles"). Only pairs that can reach the threshold are
compared: two sets of that similarity share one of their rarest members (prefix filtering, Chaudhuri et al. 2006).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from standoff.audit.listing import Cell, Listing, Target, columns
from standoff.audit.material import Article, Material

SIZE = 5
"""Words of a run."""

THRESHOLD = 0.5
"""Least share of common runs."""

MANY = 5000
"""Documents above which pairs are proposed by the extra `rensa` (MinHash) instead of all that can be similar."""

CODE = "E607"
NEEDED = (
    "near duplicates were not looked for: above 5,000 documents that takes an extra; "
    'install it with pip install "standoff[duplicates]"'
)

Runs = frozenset[int]


@dataclass(slots=True, frozen=True)
class Pair:
    """Two documents and the share of their runs of words that they have in common; 1.0 for equal texts."""

    first: Article
    second: Article
    share: float

    @property
    def leaks(self) -> bool:
        """True where the two are in different splits."""
        return self.first.split != self.second.split


def listings(material: Material, waived: Collection[str | None] = ()) -> list[Listing]:
    """Return the duplicates across splits, which are errors, and those within a split; equal texts may be waived."""
    found = pairs(material.articles, MANY)
    found = [p for p in found if not (p.leaks and p.share == 1.0 and {p.first.doc_id, p.second.doc_id} & set(waived))]
    missing = _is_missing(material)
    across = (
        "The same text, or nearly, in two splits: what a model is tested on it has seen in training."
    )
    within = "The same text, or nearly, twice in one split: it counts double, and may be annotated in two ways."
    mend = "Give the documents one story_id, or leave one out."
    clear = NEEDED if missing else "No two documents are alike."
    heads = columns("Document", "Split?", "Other document", "Its split?", "Common#")
    return [
        Listing("leaks", "Duplicates across splits", across, heads, _rows(found, True), clear, 10, CODE, mend),
        Listing("duplicates", "Duplicates within a split", within, heads, _rows(found, False), clear, 4, "", mend),
    ]


def pairs(articles: Mapping[str, Article], many: int) -> list[Pair]:
    """Return all pairs of documents that are alike, most alike first; withheld texts are compared by digest alone."""
    order = list(articles.values())
    runs = {number: shingles(article) for number, article in enumerate(order) if article.text is not None}
    runs = {number: found for number, found in runs.items() if found}
    equal = set(_equal(order))
    found = [Pair(order[i], order[j], 1.0) for i, j in equal]
    for i, j in set(_candidates(runs) if len(runs) <= many else _proposed(runs)) - equal:
        share = len(runs[i] & runs[j]) / len(runs[i] | runs[j])
        if share >= THRESHOLD:
            found.append(Pair(order[i], order[j], share))
    return sorted(found, key=lambda pair: (-pair.share, pair.first.doc_id, pair.second.doc_id))


def shingles(article: Article) -> Runs:
    """Return the runs of five words of a text as numbers, without regard to case and punctuation."""
    words = [word.casefold() for word in article.words if word[0].isalnum()]
    if not words:
        return frozenset()
    runs = (" ".join(words[n : n + SIZE]) for n in range(max(len(words) - SIZE + 1, 1)))
    return frozenset(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big") for run in runs)


def _rows(found: list[Pair], leaks: bool) -> list[list[Cell]]:
    return [
        [Cell(p.first.doc_id, Target(p.first.doc_id)), Cell(p.first.split),
         Cell(p.second.doc_id, Target(p.second.doc_id)), Cell(p.second.split),
         Cell("equal" if p.share == 1.0 else f"{p.share:.0%}")]
        for p in found if p.leaks == leaks
    ]  # fmt: skip


def _equal(order: list[Article]) -> Iterator[tuple[int, int]]:
    known: dict[str, list[int]] = defaultdict(list)
    for number, article in enumerate(order):
        if article.row["text_length"]:
            yield from ((other, number) for other in known[article.row["text_sha256"]])
            known[article.row["text_sha256"]].append(number)


def _candidates(runs: Mapping[int, Runs]) -> Iterator[tuple[int, int]]:
    """Yield every pair that can reach the threshold, and some that do not."""
    often = Counter(run for found in runs.values() for run in found)
    index: dict[int, list[int]] = defaultdict(list)
    for number, found in runs.items():
        rarest = sorted(found, key=lambda run: (often[run], run))
        for run in rarest[: len(found) - math.ceil(THRESHOLD * len(found)) + 1]:
            for other in index[run] if often[run] > 1 else ():
                if THRESHOLD * len(found) <= len(runs[other]) <= len(found) / THRESHOLD:
                    yield other, number
            index[run].append(number)


def _proposed(runs: Mapping[int, Runs]) -> Iterator[tuple[int, int]]:
    """Yield pairs that MinHash takes for similar; none without the extra."""
    if not find_spec("rensa"):
        return
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=32)
    for number, found in runs.items():
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update([f"{run:x}" for run in found])
        yield from ((other, number) for other in lsh.query(sketch))
        lsh.insert(number, sketch)


def _is_missing(material: Material) -> bool:
    return len(material.articles) > MANY and not find_spec("rensa")
