"""What most annotators of a document say alike, as a first gold. Nothing is guessed: ties and the rest are listed.

An item is kept if more than half of those who finished its layer, and at least two, have it: the same kind, label
and extent for a span; for the others the same label, and references to items that were kept themselves. Of the
other fields each keeps the value that more than half of the supporters give, and is empty without one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from standoff.model import AUTHOR, LAYERS, Annotations, Argument, Item

_ORDER = ("spans", "entities", "attributions", "events", "stance", "relations")
"""Each layer refers to itself and to those before it alone."""

_IDENTITY = {"id", "raw_id", "line", "column", "file", "surface", "quotes", "derived"}

_LOST = "\ufdd0"
_PREFIXES = {"spans": "m", "entities": "e", "events": "ev", "attributions": "at", "stance": "st", "relations": "r"}
_REFERENCES = {"mentions", "trigger", "evidence", "source", "source_span", "cues", "contents", "parent", "holder",
               "target", "attribution"}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Undecided:
    """An item, or a field of one, that has no majority. `annotators` have it, `reason` says why it is not in."""

    doc_id: str
    layer: str
    annotators: tuple[str, ...]
    items: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class Consensus:
    """The first gold of a document, and what is not in it."""

    annotations: Annotations
    undecided: list[Undecided] = field(default_factory=list)


def vote(versions: Sequence[Annotations]) -> Consensus | None:
    """Return the consensus of the versions of one document; None where no layer was finished by two of them."""
    layers = [layer for layer in LAYERS if sum(layer in (v.layers or ()) for v in versions) > 1]
    if not layers:
        return None
    election = _Election(versions, layers)
    for layer in _ORDER:
        if layer in layers:
            election.elect(layer)
    election.pass_over(set(LAYERS) - set(layers))
    return Consensus(election.result, election.undecided)


class _Election:
    """The votes on one document; `names` lead from each annotator's ids to those of the result."""

    def __init__(self, versions: Sequence[Annotations], layers: list[str]) -> None:
        first = versions[0]
        self.versions = sorted(versions, key=lambda v: (len(v.annotator), v.annotator))
        self.result = Annotations(first.doc_id, "gold", "", "", first.text_sha256, layers)
        self.names: dict[str, dict[str, str]] = {v.annotator: {AUTHOR: AUTHOR} for v in versions}
        self.undecided: list[Undecided] = []
        self.result.attributes = self._attributes([v.attributes for v in self.versions])

    def elect(self, layer: str) -> None:
        """Keep the items of a layer that have a majority, and list the others."""
        voters = [v for v in self.versions if layer in (v.layers or ())]
        ballots: dict[Hashable, list[tuple[str, Item]]] = defaultdict(list)
        for version in voters:
            seen: Counter[Hashable] = Counter()
            for item in getattr(version, layer):
                key = self._key(layer, item, version.annotator)
                if key is None:
                    self._set_aside(layer, [(version.annotator, item)], "it refers to what has no majority")
                    continue
                seen[key] += 1
                ballots[key, seen[key]].append((version.annotator, item))
        kept = []
        for supporters in ballots.values():
            if len(supporters) > 1 and 2 * len(supporters) > len(voters):
                kept.append((self._keep(layer, supporters), supporters))
            else:
                tie = " (a tie)" if 2 * len(supporters) == len(voters) else ""
                self._set_aside(layer, supporters, f"{len(supporters)} of {len(voters)} have it{tie}")
        for item, supporters in kept:  # only now, since items of a layer may refer to each other
            for each in fields(item):
                if each.name not in _IDENTITY:
                    setattr(item, each.name, self._value(layer, each.name, supporters))

    def pass_over(self, layers: set[str]) -> None:
        """List what nobody votes on: layers that one annotator finished, normalizations and notes."""
        for version in self.versions:
            for layer in (*sorted(layers), "normalizations", "notes"):
                for item in getattr(version, layer):
                    self._set_aside(layer, [(version.annotator, item)], "there is no vote on it")

    def _set_aside(self, layer: str, supporters: Iterable[tuple[str, Item]], reason: str) -> None:
        names, items = zip(*((name, item.id) for name, item in supporters), strict=True)
        self.undecided.append(Undecided(self.result.doc_id, layer, names, items, reason))

    def _key(self, layer: str, item: Any, annotator: str) -> Hashable | None:
        """Return what must be alike for two items to be one; None where an item refers to one that was not kept."""
        known = self.names[annotator]
        key: tuple[Any, ...]
        if layer == "spans":
            return item.kind, item.label, tuple(item.fragments)
        if layer == "entities":
            mentions = frozenset(known[name] for name in item.mentions if name in known)
            return (item.label, mentions) if mentions else None
        if layer == "events":
            wanted = [name for name in (item.trigger, item.evidence) if name is not None]
            key = item.label, known.get(item.trigger), known.get(item.evidence)
            return key if wanted and all(name in known for name in wanted) else None
        if layer == "attributions":
            wanted = [*item.contents, *item.cues, *([item.source] if item.source else [])]
            key = frozenset(map(known.get, item.contents)), frozenset(map(known.get, item.cues)), known.get(item.source)
        elif layer == "stance":
            wanted = [item.holder, item.target]
            key = item.label, known.get(item.holder), known.get(item.target)
        else:
            wanted = [argument.filler for argument in item.arguments]
            key = item.label, frozenset((argument.role, known.get(argument.filler)) for argument in item.arguments)
        return key if all(name in known for name in wanted) else None

    def _keep(self, layer: str, supporters: list[tuple[str, Item]]) -> Item:
        items = getattr(self.result, layer)
        kept = replace(supporters[0][1], id=f"{_PREFIXES[layer]}{len(items) + 1}")
        for annotator, item in supporters:
            self.names[annotator][item.id] = kept.id
        items.append(kept)
        return kept

    def _value(self, layer: str, name: str, supporters: list[tuple[str, Item]]) -> Any:
        """Return what a field has by the majority of the supporters, in the ids of the result."""
        if name == "attributes":
            return self._attributes([item.attributes for _, item in supporters])
        values = [(annotator, getattr(item, name)) for annotator, item in supporters]
        if name == "fragments":
            return values[0][1]
        if name in ("arguments", "factuality"):
            votes = [{self._argument(a, each) for each in value} for a, value in values]
            return self._several(layer, name, votes, supporters)
        translate: Callable[[str, Any], Any] = self._reference if name in _REFERENCES else lambda a, value: value
        if name in ("mentions", "cues", "contents") or (name == "evidence" and isinstance(values[0][1], list)):
            return self._several(layer, name, [{translate(a, each) for each in v} for a, v in values], supporters)
        counts = Counter(translate(a, value) for a, value in values)
        value, number = counts.most_common(1)[0]
        if 2 * number > len(values) and value != _LOST:
            return value
        self._set_aside(layer, supporters, f"the field {name} has no majority, and is left empty")
        return None

    def _several(self, layer: str, name: str, votes: list[set[Any]], supporters: list[tuple[str, Item]]) -> list[Any]:
        counts = Counter(each for vote in votes for each in vote)
        chosen = {each for each, number in counts.items() if 2 * number > len(votes) and not _is_lost(each)}
        missing = [each for each in counts if each not in chosen and (name == "arguments" or not _is_lost(each))]
        if missing:
            self._set_aside(layer, supporters, f"{len(missing)} of its {name} have no majority, and are not in it")
        ordered = sorted(chosen, key=str)
        return [Argument(*each) for each in ordered] if name == "arguments" else ordered

    def _reference(self, annotator: str, name: str | None) -> str | None:
        return None if name is None else self.names[annotator].get(name, _LOST)

    def _argument(self, annotator: str, each: Any) -> tuple[Any, ...]:
        if isinstance(each, Argument):
            filler, span = self._reference(annotator, each.filler), self._reference(annotator, each.span)
            return each.role, filler, None if span == _LOST else span, each.implicit
        source, value = each
        return self._reference(annotator, source), value

    def _attributes(self, votes: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
        counts = Counter(pair for vote in votes for pair in set(vote))
        return sorted(pair for pair, number in counts.items() if number > 1 and 2 * number > len(votes))


def _is_lost(value: Any) -> bool:
    """Say whether a value refers to an item that was not kept."""
    return _LOST in value if isinstance(value, tuple) else value == _LOST
