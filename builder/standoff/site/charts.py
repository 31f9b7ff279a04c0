"""Drawings: the geometry of bars, heat maps, the network of stance and the timeline. Templates turn it into SVG."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from standoff.site.collecting import EventRecord, Party, StanceRecord

_POLES = {
    "for": {"favor", "favour", "support", "supportive", "positive", "pro", "agree", "for"},
    "against": {"against", "oppose", "opposed", "negative", "con", "anti", "disagree"},
    "mixed": {"mixed", "neutral", "none", "both", "conflicted"},
}  # fmt: skip
NODES = 30
_ROW, _LEFT, _RIGHT, _WIDTH = 26, 300, 700, 1000
_AXIS = 190
_SWEEPS = 12


def shade(value: float | None) -> str:
    """Return the class of a shade for a value of 0 to 1; the empty string where there is none."""
    return "" if value is None else f"q{min(max(int(value * 10), 0), 9)}"


_LIMITS = ((0.95, ""), (0.9, "u1"), (0.8, "u2"), (0.667, "u3"), (0.5, "u4"))


def disagreement(value: float | None) -> str:
    """Return the class of a shade for a measure of agreement: the worse, the stronger; none from .95."""
    return "" if value is None else next((name for limit, name in _LIMITS if value >= limit), "u5")


def pole(label: str) -> str:
    """Return how a stance is drawn: for, against, mixed, or else."""
    return next((name for name, words in _POLES.items() if label.lower() in words), "else")


@dataclass(slots=True, frozen=True)
class Node:
    """A holder (left) or a target (right), and where it stands."""

    party: Party
    y: int


@dataclass(slots=True, frozen=True)
class Edge:
    """Stances of a holder toward a target with one label."""

    holder: Party
    target: Party
    label: str
    pole: str
    times: int
    path: str
    width: float


@dataclass(slots=True, frozen=True)
class Network:
    """The network of stance; `left_out` stances are of nodes beyond those that are drawn."""

    holders: list[Node]
    targets: list[Node]
    edges: list[Edge]
    height: int
    left_out: int
    left: int = _LEFT
    right: int = _RIGHT
    width: int = _WIDTH


def network(records: Sequence[StanceRecord]) -> Network:
    """Return who stands how toward whom: holders left, targets right, ordered so that few lines cross."""
    left = _commonest([record.holder for record in records], NODES)
    kept = [record for record in records if record.holder in left]
    right = _commonest([record.target for record in kept], NODES * 2)
    kept = [record for record in kept if record.target in right]
    left = {record.holder for record in kept}
    holders, targets = sorted(left), sorted(right)
    for _ in range(_SWEEPS):
        targets = _ordered(targets, holders, [(record.target, record.holder) for record in kept])
        holders = _ordered(holders, targets, [(record.holder, record.target) for record in kept])
    height = max(len(holders), len(targets), 1) * _ROW + 20
    on_right = {party: int((number + 0.5) * height / len(targets)) for number, party in enumerate(targets)}
    on_left = _spread(holders, on_right, kept, height)
    return Network(
        [Node(party, y) for party, y in on_left.items()],
        [Node(party, y) for party, y in on_right.items()],
        _edges(kept, on_left, on_right),
        height,
        len(records) - len(kept),
    )


def _commonest(parties: Sequence[Party], most: int) -> set[Party]:
    counts = Counter(parties)
    return set(sorted(counts, key=lambda party: (-counts[party], party))[:most])


def _ordered(mine: Sequence[Party], others: Sequence[Party], links: Sequence[tuple[Party, Party]]) -> list[Party]:
    """Sort one side by the mean place of what it is linked with on the other (the barycentre heuristic)."""
    place = {party: number / max(len(others), 1) for number, party in enumerate(others)}
    places: dict[Party, list[float]] = defaultdict(list)
    for one, other in links:
        places[one].append(place[other])
    return sorted(mine, key=lambda party: (sum(places[party]) / len(places[party]), party))


def _spread(
    holders: Sequence[Party], on_right: dict[Party, int], records: Sequence[StanceRecord], height: int
) -> dict[Party, int]:
    """Put each holder at the mean height of its targets, and push apart those that would touch."""
    wanted = []
    for party in holders:
        heights = [on_right[record.target] for record in records if record.holder == party]
        wanted.append(sum(heights) // len(heights))
    for number in range(1, len(wanted)):
        wanted[number] = max(wanted[number], wanted[number - 1] + _ROW)
    limit = height - _ROW // 2
    for number in reversed(range(len(wanted))):
        wanted[number] = min(wanted[number], limit)
        limit = wanted[number] - _ROW
    return dict(zip(holders, wanted, strict=True))


def _edges(records: Sequence[StanceRecord], left: dict[Party, int], right: dict[Party, int]) -> list[Edge]:
    times = Counter((record.holder, record.target, record.label) for record in records)
    beside: Counter[tuple[Party, Party]] = Counter()
    edges = []
    for (holder, target, label), count in sorted(times.items()):
        shift = beside[holder, target] * 6
        beside[holder, target] += 1
        y1, y2, middle = left[holder], right[target] + shift, (_LEFT + _RIGHT) // 2
        path = f"M{_LEFT + 8},{y1} C{middle},{y1} {middle},{y2} {_RIGHT - 12},{y2}"
        edges.append(Edge(holder, target, label, pole(label), count, path, round(min(1 + count * 0.6, 5), 1)))
    return edges


@dataclass(slots=True, frozen=True)
class Bar:
    """A happening on the timeline: from `x` to `end` of 1,000, with the events that report it."""

    name: str
    label: str
    when: str
    x: int
    end: int
    y: int
    href: str
    reports: int


@dataclass(slots=True, frozen=True)
class Timeline:
    """Happenings over a stretch of time, with the years or days of the axis as (x, words)."""

    bars: list[Bar]
    ticks: list[tuple[int, str]]
    height: int
    first: str
    last: str
    width: int = _WIDTH


def timeline(groups: Sequence[Sequence[EventRecord]]) -> Timeline:
    """Return the drawing of some happenings, each a group of events with days; they are drawn in their order."""
    ranges = [_days(group) for group in groups]
    first, last = min(low for low, _ in ranges), max(high for _, high in ranges)
    size = max(last - first, 1)
    bars = []
    for number, (group, (low, high)) in enumerate(zip(groups, ranges, strict=True)):
        x1, x2 = (_AXIS + (day - first) * (_WIDTH - _AXIS - 220) // size for day in (low, high))
        days = [str(date.fromordinal(day)) for day in (low, high)]
        when = days[0] if low == high else f"{days[0]} to {days[1]}"
        name = group[0].words
        bars.append(Bar(name, group[0].label, when, x1, x2, 34 + number * 24, group[0].href, len(group)))
    return Timeline(
        bars, _ticks(first, last, size), 44 + len(bars) * 24,
        str(date.fromordinal(first)), str(date.fromordinal(last)),
    )  # fmt: skip


def _days(group: Sequence[EventRecord]) -> tuple[int, int]:
    known = [date.fromisoformat(day).toordinal() for event in group for day in (event.earliest, event.latest) if day]
    return min(known), max(known)


def _ticks(first: int, last: int, size: int) -> list[tuple[int, str]]:
    """Return the axis: years where the stretch is long, else months, else days; at most about eight."""
    found = [(day, words) for day, words in _calendar(first, last, size) if first <= day <= last]
    if len(found) < 2:  # a stretch that no new month begins in
        found = [(day, str(date.fromordinal(day))) for day in sorted({first, last})]
    step = -(-len(found) // 8)
    return [(_AXIS + (day - first) * (_WIDTH - _AXIS - 220) // size, words) for day, words in found[::step]]


def _calendar(first: int, last: int, size: int) -> list[tuple[int, str]]:
    low, high = date.fromordinal(first), date.fromordinal(last)
    years = range(low.year, min(high.year + 1, date.max.year) + 1)
    if size > 3 * 365:
        return [(date(year, 1, 1).toordinal(), str(year)) for year in years]
    return [(date(year, month, 1).toordinal(), f"{year}-{month:02}") for year in years for month in range(1, 13)]
