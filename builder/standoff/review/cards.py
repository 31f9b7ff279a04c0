"""A matter -> a card: what can be chosen, what of it can be mixed, and what is chosen now. No HTML here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from standoff.review import values as forms
from standoff.review.case import Case
from standoff.review.decisions import OUT, OWN, Decision, Outcome
from standoff.review.matters import Matter, signature
from standoff.review.values import Value
from standoff.review.words import Speaker

LETTERS = "ABCDFHIJKL"
"""What annotators are called on a page and on the keyboard; E edits, G is gold."""


@dataclass(slots=True)
class Option:
    """Something to choose: whose it is, what it says field by field, and the lines that it comes from."""

    choice: str
    letters: str
    who: str
    said: list[tuple[str, str]]
    checked: bool
    origins: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pick:
    """A content that one field can have, or an element of it; `content` is JSON."""

    letters: str
    said: str
    content: str
    checked: bool


@dataclass(slots=True)
class Part:
    """A field that can be chosen by itself; `several` says that elements can be chosen."""

    name: str
    called: str
    several: bool
    picks: list[Pick]


@dataclass(slots=True)
class Card:
    """A matter as a page shows it. `state` and `by` are those of its outcome, `waits` the anchors of what it follows.

    `drawn` are the numbers of the marks in the text that it is about, `same` how many others raise the same question.
    """

    anchor: str
    key: str
    layer: str
    kind: str
    label: str
    words: str
    what: str
    state: str
    by: str
    options: list[Option] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    waits: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    disputed: bool = False
    place: int = 0
    drawn: list[int] = field(default_factory=list)
    same: int = 0

    @property
    def cost(self) -> int:
        """About how many bytes of a page it takes."""
        found = 900 + 2 * len(self.words) if self.disputed else 420 + len(self.words)
        for option in self.options:
            found += 330 + sum(70 + len(text.encode()) for _, text in option.said) + sum(map(len, option.origins))
        for part in self.parts:
            found += 150 + sum(210 + len(pick.said.encode()) + 3 * len(pick.content) for pick in part.picks)
        return found + sum(80 + len(text.encode()) for _, text in self.remarks) + len(self.note)


class Dealer:
    """Makes the cards of a document."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.speaker = Speaker(case)
        self.letters = {name: LETTERS[number] if number < len(LETTERS) else str(number + 1)
                        for number, name in enumerate(case.table.annotators)}  # fmt: skip
        self.anchors = {key: f"k{number}" for number, key in enumerate(case.outcomes)}

    def cards(self) -> Iterator[Card]:
        """Yield a card for every matter, and for every item that was added, in the order of the text."""
        decided = self.case.decided
        remarks = self._remarks()
        open_ones = [self.case.table.matters[key] for key in self.case.open if key in self.case.table.matters]
        questions = Counter(signature(self.case.document, matter) for matter in open_ones)
        for key, outcome in self.case.outcomes.items():
            matter = self.case.table.matters.get(key)
            decision = decided.get(key)
            card = self._card(matter, outcome, decision) if matter else self._added(key, outcome, decision)
            card.note = decision.note if decision else ""
            card.remarks = remarks.get(key, [])
            if matter and (asked := signature(self.case.document, matter)) is not None:
                card.same = max(questions[asked] - outcome.is_open, 0)
            yield card

    def _card(self, matter: Matter, outcome: Outcome, decision: Decision | None) -> Card:
        value = outcome.value or next(iter(matter.values.values()))
        start = matter.place[0]
        card = Card(
            self.anchors[matter.key], matter.key, matter.layer,
            value["kind"] if matter.layer == "spans" else matter.layer, self.speaker.label(matter.layer, value),
            self.speaker.heading(matter.layer, value, matter.key), self._what(matter), outcome.state, outcome.by or "",
            disputed=matter.disputed, place=start if start < 1 << 60 else 0,
        )  # fmt: skip
        if matter.disputed:
            card.options = list(self._options(matter, outcome))
            card.parts = list(self._parts(matter, outcome))
        if matter.disputed and matter.hosts and matter.layer == "spans" and decision is None:
            hosts = [key for key in matter.hosts if self.case.outcomes[key].is_open]
            card.waits = [(self.anchors[key], self.speaker.title(key)) for key in hosts] if matter.lacking else []
        return card

    def _added(self, key: str, outcome: Outcome, decision: Decision | None) -> Card:
        layer, value = decision.layer if decision else "", outcome.value or {}
        places = [start for start, _ in value.get("fragments", ())]
        for _, other in forms.refers(value):
            matter = self.case.table.matters.get(other)
            places += [matter.place[0]] if matter and matter.place[0] < 1 << 60 else []
        return Card(
            self.anchors[key], key, layer, value.get("kind", layer), self.speaker.label(layer, value),
            self.speaker.heading(layer, value, key), "added", outcome.state, OWN, place=min(places, default=0),
        )  # fmt: skip

    def _what(self, matter: Matter) -> str:
        if matter.differing:
            names = [self.speaker.field(name) for name in matter.differing]
            other = f"other {', '.join(names)}"
            return f"{other}; {self._names(matter.lacking)} has it not" if matter.lacking else other
        if matter.lacking:
            having = [name for name in self.case.table.annotators if name in matter.values]
            return f"only {self._names(having)} {'have' if len(having) > 1 else 'has'} it"
        return "only gold has it" if list(matter.values) == [self.case.target] else "alike"

    def _names(self, names: Sequence[str]) -> str:
        return " and ".join(self.letters[name] for name in names)

    def _options(self, matter: Matter, outcome: Outcome) -> Iterator[Option]:
        """Yield whose versions can be taken whole: alike ones once, then gold if it is another, then none."""
        groups: list[list[str]] = []
        for name in (each for each in self.case.table.annotators if each in matter.values):
            group = next((group for group in groups if matter.alike(group[0], name)), None)
            if group is None:
                groups.append(group := [])
            group.append(name)
        target = self.case.target
        like = next((group for group in groups if target in matter.values and self._is_like(matter, group)), None)
        for group in groups:
            checked = outcome.by in group or (like is group and outcome.by == target)
            letters = " ".join(self.letters[name] for name in group)
            origins = [self._origin(matter, name) for name in group]
            yield Option(group[0], letters, ", ".join(group), self._said(matter, group[0]), checked, origins)
        if target in matter.values and like is None:
            said, origin = self._said(matter, target), self._origin(matter, target)
            yield Option(target, "G", f"{target}, as it is saved", said, outcome.by == target, [origin])
        letters = " ".join(self.letters[name] for name in matter.lacking)
        yield Option(OUT, letters, ", ".join(matter.lacking), [("", "leave it out")], outcome.by == OUT)

    def _is_like(self, matter: Matter, group: list[str]) -> bool:
        """Say whether gold is what the first of a group says, with perhaps more than that."""
        gold, other = matter.values[self.case.target], matter.values[group[0]]
        return all(
            forms.comparable(name, forms.get(gold, name)) == forms.comparable(name, forms.get(other, name))
            for name in forms.fields_of(matter.layer, [gold, other])
            if name in matter.differing or (forms.get(other, name) is not None and name != "mentions")
        )

    def _said(self, matter: Matter, name: str) -> list[tuple[str, str]]:
        value = matter.values[name]
        names = matter.differing or [each for each in forms.fields_of(matter.layer, [value]) if each != "kind"]
        shown = [each for each in names if forms.get(value, each) is not None or matter.differing]
        return [(self.speaker.field(each), self.speaker.said(each, forms.get(value, each))) for each in shown]

    def _parts(self, matter: Matter, outcome: Outcome) -> Iterator[Part]:
        """Yield the fields that can be mixed: where two differ, or one that is a list."""
        if len(matter.differing) < 2 and not set(matter.differing) & forms.LISTS:
            return
        named = {self.letters.get(name, "G"): value for name, value in matter.values.items()}
        for name in matter.differing:
            current = forms.get(outcome.value, name) if outcome.value else None
            if name in forms.LISTS:
                yield Part(name, self.speaker.field(name), True, self._elements(name, named, current))
            else:
                yield Part(name, self.speaker.field(name), False, self._contents(name, named, current, outcome))

    def _contents(self, name: str, named: dict[str, Value], current: Any, outcome: Outcome) -> list[Pick]:
        found: dict[str, tuple[list[str], Any]] = {}
        contents = [(letter, forms.get(value, name)) for letter, value in named.items()]
        if outcome.by == OWN:
            contents.append(("own", current))
        for letter, content in contents:
            found.setdefault(self.speaker.json(content), ([], content))[0].append(letter)
        return [Pick(" ".join(letters), self.speaker.said(name, content), json, outcome.value is not None and
                     content == current) for json, (letters, content) in found.items()]  # fmt: skip

    def _elements(self, name: str, named: dict[str, Value], current: Any) -> list[Pick]:
        found: dict[Any, tuple[list[str], Any]] = {}
        chosen = {forms.frozen(each) for each in current or ()}
        for letter, value in (*named.items(), ("own", {name: current or []})):
            for element in forms.get(value, name) or ():
                letters, _ = found.setdefault(forms.frozen(element), ([], element))
                letters += [letter] if letter not in letters and (letter != "own" or not letters) else []
        return [
            Pick(" ".join(letters), self.speaker.element(name, element), self.speaker.json(element), frozen in chosen)
            for frozen, (letters, element) in found.items()
        ]

    def _origin(self, matter: Matter, name: str) -> str:
        item = matter.members.get(name)
        version = self.case.versions[name]
        if item is None:
            return ""
        path, _ = version.origin_of(item)
        return ":".join(str(part) for part in (path, item.line) if part is not None)

    def _remarks(self) -> dict[str, list[tuple[str, str]]]:
        """Return the notes of everybody by the item that they are on."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name, version in self.case.versions.items():
            for note in version.notes:
                key = self.case.table.keys.get((name, note.target or ""))
                if key:
                    found.setdefault(key, []).append((name, note.text))
        return found
