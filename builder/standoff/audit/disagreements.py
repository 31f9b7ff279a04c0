"""Where two annotators differ, item by item: the work list of an adjudicator.

Items are paired as `standoff diff` pairs those of two releases, but never by their ids: two people's ids mean nothing
to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from standoff.audit.listing import Cell, Listing, Target, columns
from standoff.audit.material import Material
from standoff.diff import compare
from standoff.diff.changes import Change
from standoff.diff.pairing import Pairing
from standoff.diff.sides import Row, Work
from standoff.model import AUTHOR, ITEM_LISTS

KINDS = {
    "removed": "only the first has it", "added": "only the second has it", "moved": "other words",
    "resized": "other bounds", "relabelled": "other label", "flipped": "other stance", "split": "other cluster",
    "merged": "other cluster", "members": "other cluster", "argument_added": "only the second has the argument",
    "argument_removed": "only the first has the argument", "argument_changed": "other filler",
}  # fmt: skip
"""What a difference is called between two annotators; where a field differs it is called by its name."""

_MARK = "\ufdd0"
"""Put before the ids of the second annotator while items are paired; a noncharacter, which no text may hold."""

_REFERENCES = {
    "id", "mentions", "trigger", "evidence", "filler", "span", "source", "source_span", "cues", "contents", "parent",
    "holder", "target", "attribution",
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Disagreement:
    """One difference between two annotators. `one` and `other` are what each says, None where one has nothing.

    `sentence` is that in which the item stands, None where the text is withheld; `start` is in code points. `one_place`
    and `other_place` are lines of their files. `adjudicated` says that the document has a gold version already.
    """

    doc_id: str
    start: int | None
    sentence_start: int | None
    sentence: str | None
    layer: str
    what: str
    first: str
    second: str
    one: str | None
    other: str | None
    one_id: str | None
    other_id: str | None
    one_place: str
    other_place: str
    adjudicated: bool

    def to_json(self) -> dict[str, Any]:
        """Return the disagreement as a JSON object."""
        return asdict(self)


def find(material: Material) -> list[Disagreement]:
    """Return all differences, documents without gold first, then by document and place.

    Layers that one of the two has not finished are not compared; gold is not compared with anybody.
    """
    by_document: dict[str, list[Work]] = {}
    for work in material.all_works:
        by_document.setdefault(work.doc_id, []).append(work)
    found: list[Disagreement] = []
    for works in by_document.values():
        gold = any(work.annotator == "gold" for work in works)
        own = sorted((w for w in works if w.annotator != "gold"), key=lambda w: (len(w.annotator), w.annotator))
        for first, second in combinations(own, 2):
            found += _between(material, first, second, gold)
    return sorted(found, key=lambda d: (d.adjudicated, d.doc_id, d.start is None, d.start or 0))


def listing(found: list[Disagreement], material: Material) -> Listing:
    """Return the disagreements as a list."""
    rows = [
        [
            Cell(d.doc_id, Target(d.doc_id)), Cell(d.layer), Cell(d.what),
            Cell(f"{d.first}: {d.one or '–'}", _target(d, d.first, d.one_id)),
            Cell(f"{d.second}: {d.other or '–'}", _target(d, d.second, d.other_id)),
            Cell(d.one_place or "–", style="code"), Cell(d.other_place or "–", style="code"),
            Cell(d.sentence or "", style="words"), Cell("yes" if d.adjudicated else "no"),
        ]
        for d in found
    ]  # fmt: skip
    what = (
        "Each item that two annotators have not alike, with both versions and their lines: what an adjudicator has to "
        "decide. Documents without gold come first."
    )
    heads = columns("Document?", "Layer?", "Difference?", "One", "Other", "Place of one", "Place of other", "Sentence",
                    "Gold?")  # fmt: skip
    weight = 7 if any(not each.adjudicated for each in found) else 1
    mend = "Decide each, and keep the decision in gold: `standoff audit --export-review DIR` writes the work list."
    return Listing("disagreements", "Disagreements", what, heads, rows, _why_none(material), weight, mend=mend)


def _why_none(material: Material) -> str:
    names = material.annotators
    if not names:
        return "Nothing to compare: the release has no annotator's own work."
    if len(names) == 1:
        return f"Nothing to compare: {names[0]} is the only annotator."
    counts: dict[str, set[str]] = {}
    for work in material.all_works:
        if work.annotator != "gold":
            counts.setdefault(work.doc_id, set()).add(work.annotator)
    if all(len(found) < 2 for found in counts.values()):
        return f"Nothing to compare: {', '.join(names)} have no document in common."
    return "Where annotators finished the same layer of a document, they agree."


def strangers(material: Material) -> list[tuple[str, str]]:
    """Return pairs of annotators whose spans have no label in common: they may have worked by different guidelines."""
    labels: dict[str, set[str]] = {}
    for work in material.all_works:
        if work.annotator != "gold" and work.items("spans"):
            labels.setdefault(work.annotator, set()).update(span["label"] for span in work.items("spans"))
    names = [name for name in material.annotators if name in labels]
    return [(one, other) for one, other in combinations(names, 2) if not labels[one] & labels[other]]


def _target(found: Disagreement, annotator: str, item: str | None) -> Target | None:
    return Target(found.doc_id, annotator, found.layer, item) if item else None


def _between(material: Material, first: Work, second: Work, gold: bool) -> Iterator[Disagreement]:
    pairing = Pairing(first, Work(second.doc_id, second.annotator, _marked(second.row), second.published), None)
    for layer, of_layer in compare.LAYERS:
        if first.has(layer) and second.has(layer):
            of_layer(pairing)
    for change in pairing.changes:
        yield _disagreement(material, change, first, second, gold)


def _disagreement(material: Material, change: Change, first: Work, second: Work, gold: bool) -> Disagreement:
    article = material.articles[first.doc_id]
    place = article.sentence_at(change.start)
    sentence = " ".join((article.text or "")[slice(*place)].split()) if place else None
    old, new = change.old, change.new.replace(_MARK, "") if change.new else None
    return Disagreement(
        first.doc_id, change.start, place[0] if place else None, sentence, change.layer, _what(change),
        first.annotator, second.annotator, _plain(change.before), _plain(change.after), old, new,
        material.place_of(first, change.layer, old) if old else "",
        material.place_of(second, change.layer, new) if new else "", gold,
    )  # fmt: skip


def _what(change: Change) -> str:
    if change.kind == "changed":
        return f"other {(change.field or 'value').replace('_', ' ')}"
    return KINDS[change.kind] + (f" {change.field}" if change.kind.startswith("argument") else "")


def _plain(text: str | None) -> str | None:
    return text.replace(_MARK, "") if text is not None else None


def with_ids(row: Row, new: Callable[[str], str]) -> Row:
    """Return a row of a document, or of one item, with other ids, and with other references to them."""
    return {key: _walk(value, key, new) for key, value in row.items()}


def _marked(row: Row) -> Row:
    """Return a row whose ids, and what refers to them, can be taken for nobody else's."""
    return {name: _walk(value, "", lambda old: _MARK + old) if name in ITEM_LISTS else value
            for name, value in row.items()}  # fmt: skip


def _walk(value: Any, name: str, new: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _walk(each, key, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_walk(each, name, new) for each in value]
    return new(value) if isinstance(value, str) and name in _REFERENCES and value != AUTHOR else value
