"""Strings that are annotated in different ways: other labels, missed mentions, other bounds, the same words around.

Source of the idea: M. Dickinson and W. D. Meurers, "Detecting errors in part-of-speech annotation" (2003), and of its
extension to spans, "Detecting annotation errors in spoken language corpora" (2005): a nucleus that varies is the more
surely an error, the more of the words around it are the same.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from standoff.audit.listing import Cell, Listing, Target, columns
from standoff.audit.material import Material
from standoff.audit.occurrences import Occurrence, String, Words

_SURE = 0.75
"""Least share of the places of a name that are annotated for the others to be listed as missed."""

_DEEPEST = 12
_FEW = 3
_BARE = "not annotated"

PRONOUNS = frozenset(
    word
    for line in (
        "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her",
        "hers herself it its itself they them their theirs themselves one ones oneself each other another some any all",
        "both many most none this that these those who whom whose which what there here everyone everybody someone",
        "somebody anyone anybody nobody everything something anything nothing",
    )
    for word in line.split()
)
"""English words that mean what the text around them says, for files that do not tell the form of a mention."""

Found = Mapping[String, list[Occurrence]]


def entropy(counts: Iterable[int]) -> float:
    """Return Shannon's entropy of a distribution, in bits."""
    numbers = [count for count in counts if count]
    total = sum(numbers)
    return abs(-sum(n / total * math.log2(n / total) for n in numbers)) if total else 0.0


def labels(material: Material, found: Found) -> Listing:
    """List strings that have more than one label; least entropy first: a rare exception is likelier to be a slip.

    Pronouns and single characters are left out: they take the label of whatever they refer to.
    """
    ranked = []
    for (kind, words), places in found.items():
        counts = Counter(place.label for place in places if place.label is not None)
        if len(counts) < 2 or _refers_by_context(places, words):
            continue
        rare = min(counts, key=lambda label: (counts[label], label))
        ranked.append((entropy(counts.values()), -counts.total(), kind, words, counts, rare))
    rows = []
    for value, _, kind, words, counts, rare in sorted(ranked, key=lambda each: each[:4]):
        first = next(place for place in found[kind, words] if place.label == rare)
        rows.append([
            Cell(_text(first), style="words"), Cell(kind), Cell(_counted(counts)), Cell(f"{value:.2f}"),
            Cell(rare), _place(material, first), Cell(first.context(), style="words"),
        ])  # fmt: skip
    what = (
        "The same words, with different labels. Names that mean several things are here rightly; what is listed first "
        "(low entropy: one exception among many) is likeliest to be a slip."
    )
    heads = columns("Words", "Kind?", "Labels", "Entropy#", "Rarest label?", "One place of it", "In context")
    return Listing(
        "labels", "Same words, different label", what, heads, rows,
        mend="Mend the rarest label, or leave it where the words mean something else.", weight=6,
    )  # fmt: skip


def missed(material: Material, found: Found) -> Listing:
    """List places where a name is unannotated that is annotated nearly everywhere else."""
    known = {words for kind, words in found if kind == "mention"}
    rows = []
    for (kind, words), places in found.items():
        annotated = [place for place in places if place.span]
        bare = [place for place in places if not place.span and not place.overlapped and not _is_joined(place)]
        if kind != "mention" or not bare or len(annotated) < 2 or not _is_name(annotated, words, known):
            continue
        share = len(annotated) / (len(annotated) + len(bare))
        if share < _SURE and not (len(bare) == 1 and len(annotated) >= 2):
            continue
        counts = Counter(str(place.label) for place in annotated)
        for place in bare:
            doc_id = place.article.doc_id
            where = f"{doc_id}: line {place.article.line_of(place.start)}, character {place.start}"
            row = [
                Cell(_text(place), style="words"), Cell(_counted(counts)),
                Cell(f"{len(annotated)} of {len(annotated) + len(bare)}"),
                Cell(where, Target(doc_id, place.work.annotator), "code"), Cell(place.context(), style="words"),
            ]  # fmt: skip
            rows.append((-share, -len(annotated), words, doc_id, place.start, place.end, row))
    by_document: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for each in rows:
        by_document[each[3]].append(each)
    rows = sorted((each for each in rows if not _is_within_another(each, by_document[each[3]])), key=lambda r: r[:5])
    what = "Names that are annotated nearly everywhere else, and not here, nor as a part of a longer span."
    heads = columns("Words", "Labels elsewhere?", "Annotated", "Where it is not", "In context")
    return Listing(
        "missed", "Missed mentions", what, heads, [row[-1] for row in rows],
        mend="Annotate the place, or leave it where the words mean something else.", weight=7,
    )  # fmt: skip


def boundaries(material: Material, found: Found) -> Listing:
    """List mentions that stop one or two tokens short of a longer string which is annotated whole elsewhere."""
    annotated = _Annotated(found)
    rows = []
    for (kind, words), places in found.items():
        whole = [place for place in places if place.span]
        if kind != "mention" or len(words) < 2 or not whole:
            continue
        usual = {place.label for place in whole}
        for place in places:
            for cut, other in annotated.within(place) if not place.span and not place.inside else ():
                if other.label not in usual or len(whole) < annotated.beside_the_same(cut, other):
                    continue
                row = [
                    Cell(_text(other), style="words"), Cell(_text(place), style="words"), Cell(str(len(whole))),
                    Cell(str(other.label)), _place(material, other), Cell(other.context(), style="words"),
                ]  # fmt: skip
                rows.append((-len(whole), words, place.article.doc_id, place.start, row))
    rows.sort(key=lambda row: row[:4])
    what = (
        "Mentions that leave out a word at their edge (an article, a title, a last word), where the same words with it "
        "are one mention of that label elsewhere, and that more often."
    )
    heads = columns("Words here", "Words elsewhere", "Times elsewhere#", "Label?", "Place", "In context")
    return Listing(
        "boundaries", "Other bounds", what, heads, [row[4] for row in rows],
        mend="Write down whether the word belongs to the name, and mend the rarer way.", weight=5,
    )  # fmt: skip


def ngrams(material: Material, found: Found) -> Listing:
    """List nuclei that vary although the words around them are the same, most words first, then highest entropy.

    A nucleus that is a word of context on either side of a varied one is the same find, and is listed once.
    """
    ranked = []
    for (kind, words), places in found.items():
        counted = [place for place in places if place.span or not place.overlapped]
        for depth, group in _deepest(counted, 1) if not _refers_by_context(places, words) else ():
            counts = Counter(place.label or _BARE for place in group)
            if _BARE in counts and depth < 2:
                continue  # one word on either side says too little about whether a mention is meant
            ranked.append((-depth, -entropy(counts.values()), kind, words, counts, group))
    rows = []
    for depth, value, kind, words, counts, group in sorted(ranked, key=lambda each: each[:4]):
        rare = min(counts, key=lambda label: (counts[label], label == _BARE, label))
        place = next(p for p in group if (p.label or _BARE) == rare)
        before, after = place.around(-depth)
        phrase = " ".join([*before, "[" + " ".join(words) + "]", *after])
        cell = _place(material, place) if place.span else _bare(place)
        others = dict.fromkeys(p.article.doc_id for p in group if p is not place)
        shown = ", ".join(list(others)[:_FEW]) + (" …" if len(others) > _FEW else "")
        rows.append([
            Cell(phrase, style="words"), Cell(kind), Cell(_counted(counts)), Cell(str(-depth)),
            Cell(f"{-value:.2f}"), cell, Cell(shown),
        ])  # fmt: skip
    what = (
        "The same words between the same words, annotated in different ways (variation n-grams, Dickinson and Meurers "
        "2003). The more words around are the same, the surer it is that one of the ways is wrong."
    )
    heads = columns("Words in context", "Kind?", "Annotated as", "Same words around#", "Entropy#", "Rarest way",
                    "Others in")  # fmt: skip
    return Listing(
        "ngrams", "Same context, different annotation", what, heads, rows,
        mend="Decide which way is right, and mend the others.", weight=8,
    )  # fmt: skip


def _deepest(places: Sequence[Occurrence], depth: int) -> Iterator[tuple[int, list[Occurrence]]]:
    """Yield groups that vary within equal contexts, each with the most tokens on either side for which that holds."""
    groups: dict[tuple[Words, Words], list[Occurrence]] = defaultdict(list)
    for place in places:
        before, after = place.around(depth)
        if len(before) == len(after) == depth:
            groups[before, after].append(place)
    for group in groups.values():
        if len({place.label for place in group}) > 1:
            deeper = list(_deepest(group, depth + 1)) if depth < _DEEPEST else []
            yield from deeper or [(depth, group)]


class _Annotated:
    """The annotated mentions, found by their place, and counted by the tokens beside them."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.at = {
            (id(place.work), place.first, place.last): place
            for (kind, _), places in found.items() if kind == "mention" for place in places if place.span
        }  # fmt: skip
        self.beside: dict[Words, Counter[tuple[str, Any]]] = {}

    def within(self, place: Occurrence) -> Iterator[tuple[Words, Occurrence]]:
        """Yield annotated parts of an unannotated string that lack one or two tokens at one edge."""
        for dropped in (1, 2):
            for first, last in ((place.first + dropped, place.last), (place.first, place.last - dropped)):
                other = self.at.get((id(place.work), first, last)) if first < last else None
                if other:
                    yield tuple(place.article.words[first:last]), other

    def beside_the_same(self, words: Words, place: Occurrence) -> int:
        """Return how often a string is annotated where the token before, or the one after, is that of a place."""
        if words not in self.beside:
            annotated = [other.around(1) for other in self.found["mention", words] if other.span]
            self.beside[words] = Counter(
                key for before, after in annotated
                for key in (("before", before), ("after", after), ("both", (before, after)))
            )  # fmt: skip
        before, after = place.around(1)
        counts = self.beside[words]
        return counts["before", before] + counts["after", after] - counts["both", (before, after)]


def _refers_by_context(places: Sequence[Occurrence], words: Words) -> bool:
    forms = {place.span["form"] for place in places if place.span}
    return "pronoun" in forms or sum(len(word) for word in words) < 2 or (" ".join(words).lower() in PRONOUNS)


def _is_name(annotated: Sequence[Occurrence], words: Words, known: set[Words]) -> bool:
    """Say whether a string is a name: as its form says, else by a capital that it does not have elsewhere without."""
    forms = {place.span["form"] for place in annotated if place.span}
    if _refers_by_context(annotated, words):
        return False
    if forms != {None}:
        return forms == {"name"}
    first = words[0][0]
    lower = tuple(word.lower() for word in words)
    has_capital = first.isupper() or first.lower() == first.upper()  # scripts without capitals have none to show
    return first.isalnum() and has_capital and (lower == words or lower not in known)


def _is_joined(place: Occurrence) -> bool:
    """Say whether a string is a part of a word with hyphens."""
    text = place.article.text or ""
    return "-" in (text[place.start - 1 : place.start], text[place.end : place.end + 1])


def _is_within_another(row: tuple[Any, ...], rows: Sequence[tuple[Any, ...]]) -> bool:
    """Say whether a place is a part of a longer one of the document that is missed, too: one fault is listed once."""
    *_, start, end, _ = row
    longer = (other for other in rows if other[-3:-1] != (start, end))
    return any(other[-3] <= start and end <= other[-2] for other in longer)


def _text(place: Occurrence) -> str:
    return " ".join((place.article.text or "")[place.start : place.end].split())


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{label} {number}" for label, number in sorted(counts.items(), key=lambda e: (-e[1], e[0])))


def _place(material: Material, place: Occurrence) -> Cell:
    return material.place_cell(place.work, "spans", place.span["id"] if place.span else "")


def _bare(place: Occurrence) -> Cell:
    doc_id = place.article.doc_id
    return Cell(f"{doc_id}: character {place.start}", Target(doc_id, place.work.annotator), "code")
