"""Spans that say which entity a mention belongs to: some tools have no links, and mark a chain by a label of its own.

Such a mark covers just what its mention covers, and its label (`Alice-1`) is one chain's in one document.
"""

from __future__ import annotations

from collections import defaultdict

from standoff.corpus.scheme import Scheme
from standoff.layers import carried
from standoff.model import ITEM_LISTS, Annotations, Argument, Fragment, Relation, Span

CHAIN = "chain"
"""Attribute of an entity that keeps the label of its marks."""


def take(annotations: Annotations, scheme: Scheme) -> list[tuple[str, Relation]]:
    """Take the marks out; return a link of the mentions of each chain, with the rule that its label fits.

    What refers to a mark refers to its mention then. A span with such a label that covers no mention, or one that has
    its mark already, is no mark, and stays what it is.
    """
    found = _marks(annotations, scheme) if scheme.chains else {}
    links: dict[str, tuple[str, Relation]] = {}
    for span in annotations.spans:
        if span.id in found:
            rule = str(scheme.chain_of(span.label))
            named = Relation(id="", raw_id=span.raw_id, line=span.line, column=span.column, label=span.label)
            link = links.setdefault(span.label, (rule, named))[1]
            link.arguments.append(Argument("", found[span.id]))
            pairs = [(CHAIN, span.label), *span.attributes]
            link.attributes += [pair for pair in pairs if pair not in link.attributes]
    annotations.spans = [span for span in annotations.spans if span.id not in found]
    for layer in ITEM_LISTS if found else ():
        for item in getattr(annotations, layer):
            carried.refer(item, lambda name: found.get(name, name))
    return list(links.values())


def _marks(annotations: Annotations, scheme: Scheme) -> dict[str, str]:
    """Return the id of each mark with that of its mention: the first of that extent without a mark before it."""
    mentions: dict[tuple[Fragment, ...], list[str]] = defaultdict(list)
    marks: list[Span] = []
    for span in annotations.spans:
        if span.kind == "mention" and scheme.chain_of(span.label):
            marks.append(span)
        elif span.kind == "mention":
            mentions[tuple(span.fragments)].append(span.id)
    return {mark.id: bare.pop(0) for mark in marks if (bare := mentions.get(tuple(mark.fragments)))}
