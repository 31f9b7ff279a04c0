"""Checks of pairs: mentions that cross, relations that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.checks.subject import Fault, Subject
from standoff.model import Relation, Span


def crossing(subject: Subject) -> Iterator[Fault]:
    """Two mentions cross: they share words, and neither lies within the other. Those in several fragments may."""
    mentions = [span for span in subject.annotations.spans if span.kind == "mention" and len(span.fragments) == 1]
    reaching: list[Span] = []
    for span in sorted(mentions, key=lambda span: (span.start, -span.end)):
        reaching = [other for other in reaching if other.end > span.start]
        other = next((other for other in reaching if other.start < span.start and other.end < span.end), None)
        if other is not None:
            names = f"{other.id} {subject.text(other)} and {span.id} {subject.text(span)}"
            message = f"{names} share words, and neither is within the other; look which has the right borders"
            yield span, message, (other, f"{other.id} is here")
        reaching.append(span)


def double_relation(subject: Subject) -> Iterator[Fault]:
    """Two relations have the same label, the same arguments and the same attributes."""
    seen: dict[tuple[object, ...], Relation] = {}
    for relation in subject.annotations.relations:
        arguments = tuple((argument.role, argument.filler) for argument in relation.arguments)
        first = seen.setdefault((relation.label, arguments, *relation.attributes), relation)
        if first is not relation:
            what = f"{relation.id} {relation.label} has the label, arguments and attributes of {first.id}"
            yield relation, f"{what}; keep one of them", (first, f"{first.id} is here")
