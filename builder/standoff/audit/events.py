"""Agreement on events: triggers, types, arguments, and what the author holds for a fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

from standoff.audit import extents
from standoff.audit.references import Matched
from standoff.audit.statistics import Counts, Key, match
from standoff.audit.views import View
from standoff.model import AUTHOR


def counts(first: View, second: View, matched: Matched) -> dict[Key, Counts]:
    """Return what a document adds to each measure. Types and factuality are compared on aligned triggers."""
    one, other = first.triggers, second.triggers
    sizes = len(one), len(other)
    places = [Counter(place for _, place in side) for side in (one, other)]
    typed = [Counter((place, event["label"]) for event, place in side) for side in (one, other)]
    pairs = matched.events
    same = sum(one[i][0]["label"] == other[j][0]["label"] for i, j in pairs)
    return {
        Key("events", "trigger", "f1"): match((places[0] & places[1]).total(), *sizes),
        Key("events", "trigger, relaxed", "f1"): match(len(pairs), *sizes),
        Key("events", "trigger and type", "f1"): match((typed[0] & typed[1]).total(), *sizes),
        Key("events", "trigger and type, relaxed", "f1"): match(same, *sizes),
        Key("events", "argument", "f1"): _arguments(first, second, matched),
        Key("events", "type", "alpha"): coded((one[i][0]["label"], other[j][0]["label"]) for i, j in pairs),
        Key("events", "author's factuality", "alpha"): coded(
            (_author(one[i][0]), _author(other[j][0])) for i, j in pairs
        ),
    }


def coded(pairs: Any) -> dict[Hashable, float]:
    """Return the coincidences of two annotators' values; a pair with a missing value (None) does not count."""
    found: Counter[Hashable] = Counter()
    for first, second in pairs:
        if first is not None and second is not None:
            found[first, second] += 1
            found[second, first] += 1
            found["units"] += 1
    return dict(found)


def align(first: View, second: View) -> list[tuple[int, int]]:
    """Return pairs of numbers of events with overlapping triggers; of equal ones those of one type go together."""
    one, other = first.triggers, second.triggers
    return extents.align(
        [place for _, place in one],
        [place for _, place in other],
        lambda i, j: 1e-3 * (one[i][0]["label"] == other[j][0]["label"]),
    )


def _author(event: dict[str, Any]) -> str | None:
    return next((entry["value"] for entry in event["factuality"] if entry["source"] == AUTHOR), None)


def _arguments(first: View, second: View, matched: Matched) -> dict[Hashable, float]:
    """Match (role, filler) on aligned events; the arguments of other events are in the totals of their annotator."""
    both = 0
    for i, j in matched.events:
        one, other = first.triggers[i][0]["arguments"], second.triggers[j][0]["arguments"]
        fillers = Counter((each["role"], matched.of_first(each["filler"] or each["span"])) for each in one)
        both += (
            fillers & Counter((each["role"], matched.of_second(each["filler"] or each["span"])) for each in other)
        ).total()
    totals = [sum(len(event["arguments"]) for event, _ in view.triggers) for view in (first, second)]
    return match(both, *totals)
