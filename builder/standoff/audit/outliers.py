"""Items that are unlike the others of their label: lengths, edges, and fillers that a role hardly ever has."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import quantiles

from standoff.audit.listing import Cell, Listing, columns
from standoff.audit.material import Material
from standoff.diff.sides import Row, Work

_ENOUGH = 20
"""Least number of items of a label, or fillers of a role, that say what is usual."""

_FENCE = 3.0
"""Interquartile ranges above the third quartile from which a length is an outlier (Tukey 1977: "far out")."""

_SPREAD = 3
"""Least documents in which a label is used: labels of fewer may name one thing, and say nothing of its words."""

_RARE, _TIMES = 0.02, 2
_NAME = 40
_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»"}
_LOOSE = (",", ";", ":")


def lengths(material: Material) -> Listing:
    """List spans that are far longer than those of their kind and label, measured on the logarithm of the length."""
    known: dict[tuple[str, str], list[tuple[int, Work, Row]]] = defaultdict(list)
    for work in material.works:
        for span in work.items("spans"):
            if span["kind"] not in ("content", "evidence"):
                size = sum(piece["end"] - piece["start"] for piece in span["fragments"])
                known[span["kind"], span["label"]].append((size, work, span))
    rows = []
    for (_, label), found in known.items():
        if len(found) < _ENOUGH or len({work.doc_id for _, work, _ in found}) < _SPREAD:
            continue
        first, middle, third = quantiles((math.log(size) for size, _, _ in found), n=4)
        fence = math.exp(third + _FENCE * max(third - first, 0.25))
        for size, work, span in found:
            if size > fence:
                words = material.articles[work.doc_id].context(span["start"], span["end"])
                place = material.place_cell(work, "spans", span["id"])
                sizes = Cell(f"{size:,}"), Cell(f"{math.exp(middle):.0f}")
                row = [Cell(words, style="words"), Cell(label), *sizes, place]
                rows.append((-size / fence, row))
    rows.sort(key=lambda each: each[0])
    what = "Spans that are far longer than others of their label: often a sentence that was marked instead of a name."
    heads = columns("Words", "Label?", "Characters#", "Usual#", "Place")
    return Listing(
        "lengths", "Unusually long spans", what, heads, [row for _, row in rows],
        mend="Mend the bounds, unless the name is that long.", weight=3,
    )  # fmt: skip


def edges(material: Material) -> Listing:
    """List mentions that begin or end with a comma, semicolon or colon, or have half a pair of brackets or quotes."""
    rows = []
    for work in material.works:
        for span in work.items("spans"):
            text = span["text"]
            if span["kind"] == "mention" and text and material.articles[work.doc_id].text is not None:
                fault = _edge(text, is_name=span["form"] == "name" or len(text) <= _NAME)
                if fault:
                    words = material.articles[work.doc_id].context(span["start"], span["end"])
                    place = material.place_cell(work, "spans", span["id"])
                    rows.append([Cell(words, style="words"), Cell(span["label"]), Cell(fault), place])
    what = "Mentions with a stray mark at their edge, or with one half of a pair of brackets or quotation marks."
    heads = columns("Words", "Label?", "What?", "Place")
    return Listing(
        "edges", "Stray marks at the edge", what, heads, rows,
        mend="Mend the bounds.", weight=4,
    )  # fmt: skip


def fillers(material: Material) -> Listing:
    """List arguments whose filler has a label that hardly ever fills that role of that type."""
    known: dict[tuple[str, str], dict[str, list[tuple[Work, Row, str]]]] = defaultdict(lambda: defaultdict(list))
    documents: dict[str, set[str]] = defaultdict(set)
    for work in material.works:
        labels = {item["id"]: item["label"] for layer in ("spans", "events", "entities") for item in work.items(layer)}
        for label in labels.values():
            documents[label].add(work.doc_id)
        for layer in ("events", "relations"):
            for item in work.items(layer):
                for argument in item["arguments"]:
                    if argument["filler"] in labels:
                        label = labels[argument["filler"]]
                        known[item["label"], argument["role"]][label].append((work, item, layer))
    rows = []
    spread = {label for label, number in documents.items() if len(number) >= _SPREAD}
    for (of, role), by_label in known.items():
        total = sum(map(len, by_label.values()))
        usual = max(by_label, key=lambda label: (len(by_label[label]), label))
        for label, found in by_label.items():
            if total >= _ENOUGH and len(found) <= min(_RARE * total, _TIMES) and label in spread:
                for work, item, layer in found:
                    row = [
                        Cell(of), Cell(role), Cell(label), Cell(f"{len(found)} of {total}"), Cell(usual),
                        material.place_cell(work, layer, item["id"]),
                    ]  # fmt: skip
                    rows.append((len(found) / total, of, role, row))
    rows.sort(key=lambda each: each[:3])
    what = f"Roles filled by something that does so once or twice, and in at most {_RARE:.0%} of all cases."
    heads = columns("Type?", "Role?", "Filler", "Times", "Usual filler", "Place")
    return Listing(
        "fillers", "Rare fillers of a role", what, heads, [row[3] for row in rows],
        mend="Mend the role or the filler, unless the text says so.", weight=3,
    )  # fmt: skip


def _edge(text: str, *, is_name: bool) -> str | None:
    """Return what is wrong at the edges of a mention, None if nothing is. Long phrases may hold half a quotation."""
    if len(text) > 1 and (text[0] in _LOOSE or text[-1] in _LOOSE):
        return "begins with a mark" if text[0] in _LOOSE else "ends with a mark"
    if not is_name:
        return None
    for opening, closing in _PAIRS.items():
        more = text.count(opening) - text.count(closing)
        if more:
            return f"{opening} without {closing}" if more > 0 else f"{closing} without {opening}"
    if text.count('"') % 2:
        return 'one "'
    return None
