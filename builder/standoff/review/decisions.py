"""What an adjudicator has decided, kept as a draft beside the corpus until all is decided; and what follows from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standoff.errors import InputError
from standoff.files import jsonfile, schemafile, staging
from standoff.review import values as forms
from standoff.review.matters import DOCUMENT, Matter, Table
from standoff.review.values import Value

OUT, OWN = "out", "own"
"""Choices besides the name of an annotator: leave the item out; a value of the adjudicator's own."""

NEW = "new"
"""Begins the keys of items that the adjudicator added."""

FOLDER = ".review"
"""Where drafts lie in a corpus, a folder for each name that decisions are saved under; its files are no input."""


@dataclass(slots=True)
class Decision:
    """One decision: whose version, `out` or `own` with a value. `members` are the ids it was made for, by annotator."""

    key: str
    layer: str
    choice: str | None
    members: dict[str, str] = field(default_factory=dict)
    value: Value | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the decision as it stands in a draft."""
        pairs = {"key": self.key, "layer": self.layer, "choice": self.choice, "members": self.members,
                 "value": self.value, "note": self.note}  # fmt: skip
        return {name: content for name, content in pairs.items() if content not in (None, {}, "") or name == "choice"}


@dataclass(slots=True)
class Draft:
    """The decisions on one document that are not gold yet. `revision` counts the changes."""

    doc_id: str
    revision: int = 0
    decisions: dict[str, Decision] = field(default_factory=dict)

    def fitting(self, table: Table) -> dict[str, Decision]:
        """Return the decisions on items that are still what they were; the others do not count."""
        return {key: each for key, each in self.decisions.items() if _fits(each, table)}

    def stale(self, table: Table) -> list[Decision]:
        """Return the decisions on items that are gone, or are others now, since a file was changed."""
        return [each for each in self.decisions.values() if not _fits(each, table)]

    def next_key(self) -> str:
        """Return the key of the next item that is added."""
        taken = {int(key.partition(":")[2]) for key in self.decisions if key.startswith(f"{NEW}:")}
        return f"{NEW}:{max(taken, default=0) + 1}"


@dataclass(slots=True)
class Outcome:
    """What becomes of a matter: a value, or None where it is left out. An open one waits for a decision.

    `by` is whose version it is (`own` where nobody's), `state` why: `alike`, `decided`, `gold` (as it was saved
    before), `follows` (what it belongs to was decided), `open`.
    """

    state: str
    by: str | None = None
    value: Value | None = None

    @property
    def is_open(self) -> bool:
        """True where a decision is missing."""
        return self.state == "open"


def path_of(root: Path, target: str, doc_id: str) -> Path:
    """Return the file of a draft."""
    return root / FOLDER / target / f"{doc_id}.json"


def read(path: Path, doc_id: str) -> Draft:
    """Read a draft; a new one where there is no file. Raises InputError if it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Draft(doc_id)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"the draft cannot be read: {error}; move it away to begin anew") from None
    found = jsonfile.parse(text, str(path))
    for pointer, message in schemafile.problems(found, "review"):
        line, column = jsonfile.locate(text, pointer)
        text = f"the draft is not valid: {message}; move it away to begin anew"
        raise InputError(path, text, line=line, column=column)
    decisions = {entry["key"]: Decision(**entry) for entry in found["decisions"]}
    return Draft(doc_id, found["revision"], decisions)


def write(path: Path, draft: Draft, target: str) -> None:
    """Replace the file of a draft at once. Raises OutputError."""
    lines = ",\n".join(f"    {json.dumps(each.to_json(), ensure_ascii=False)}" for each in draft.decisions.values())
    head = f'  "version": 1,\n  "doc_id": {json.dumps(draft.doc_id)},\n  "annotator": {json.dumps(target)},\n'
    body = f'  "revision": {draft.revision},\n  "decisions": [\n{lines}\n  ]' if lines else (
        f'  "revision": {draft.revision},\n  "decisions": []')  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    staging.write(path, f"{{\n{head}{body}\n}}\n".encode())


def settle(table: Table, decided: Mapping[str, Decision], target: str, finished: set[str]) -> dict[str, Outcome]:
    """Return the outcome of every matter, and of every item that was added.

    `finished` are the layers that the version of `target` has finished: what it lacks there it has left out.
    """
    outcomes: dict[str, Outcome] = {}
    for key, matter in table.matters.items():
        outcomes[key] = _own_outcome(table, matter, decided.get(key), target, finished)
    for key, each in decided.items():
        if key not in table.matters and each.choice == OWN:
            outcomes[key] = Outcome("decided", OWN, each.value)
    for key, matter in table.matters.items():
        if outcomes[key].is_open and matter.hosts and matter.layer == "spans":
            outcomes[key] = _with_hosts(matter, outcomes)
    for key, matter in table.matters.items():
        if matter.layer == "entities" and outcomes[key].state in ("alike", "decided") and key not in decided:
            _keep_with_mentions(outcomes[key], outcomes)
    _name(table, outcomes)
    return outcomes


def _own_outcome(table: Table, matter: Matter, decision: Decision | None, target: str, finished: set[str]) -> Outcome:
    if decision is not None and decision.choice == OUT:
        return Outcome("decided", OUT)
    if decision is not None and decision.choice == OWN:
        return Outcome("decided", OWN, decision.value)
    if decision is not None and decision.choice is not None:
        return Outcome("decided", decision.choice, _taken(table, matter, decision.choice))
    if target in matter.values:
        return Outcome("gold" if matter.disputed else "alike", target, matter.values[target])
    if matter.layer in finished or (matter.layer == DOCUMENT and finished) or matter.layer == "notes":
        return Outcome("gold", OUT)
    if matter.disputed:
        return Outcome("open")
    first = next(name for name in table.annotators if name in matter.values)
    return Outcome("alike", first, _taken(table, matter, first))


def _taken(table: Table, matter: Matter, name: str) -> Value:
    """Return somebody's version, with what only others say where that is not in dispute: a form, a name, a mention."""
    value = forms.copied(matter.values[name])
    others = [matter.values[each] for each in table.annotators if each in matter.values and each != name]
    for each in forms.fields_of(matter.layer, others):
        if each == "mentions":
            spans = table.spans[name]
            value[each] += [m for other in others for m in other[each] if m not in spans and m not in value[each]]
        elif forms.get(value, each) is None and each not in matter.differing:
            found = next((got for other in others if (got := forms.get(other, each)) is not None), None)
            forms.put(value, each, found)
    return value


def _with_hosts(matter: Matter, outcomes: Mapping[str, Outcome]) -> Outcome:
    """Return what follows for a span, which some annotators lack, from what was decided on what it is there for."""
    hosts = [outcomes[key] for key in matter.hosts]
    if matter.differing or any(host.is_open for host in hosts):
        return Outcome("open")
    for host in hosts:
        if host.value is not None and matter.key in [key for _, key in forms.refers(host.value)]:
            by = host.by if host.by in matter.values else next(iter(matter.values))
            return Outcome("follows", by, forms.copied(matter.values[by]))
    return Outcome("follows", OUT)


def _keep_with_mentions(outcome: Outcome, outcomes: Mapping[str, Outcome]) -> None:
    """Leave out an entity, on which there was nothing to decide, with the last of its mentions."""
    mentions = outcome.value["mentions"] if outcome.value else []
    left = [outcomes[key] for key in mentions if key in outcomes]
    if left and all(each.value is None and not each.is_open for each in left):
        outcome.state, outcome.by, outcome.value = "follows", OUT, None


def _name(table: Table, outcomes: Mapping[str, Outcome]) -> None:
    """Give entities the label that their mentions got, and triggers that of their event, where they had it before."""
    for key, matter in table.matters.items():
        value = outcomes[key].value
        if value is None or not matter.named_by or outcomes[key].state not in ("alike", "decided", "follows"):
            continue
        if outcomes[key].by == OWN:
            continue
        named = value["mentions"] if matter.layer == "entities" else matter.named_by
        labels = Counter(found["label"] for name in named if name in outcomes and (found := outcomes[name].value))
        if labels:
            value["label"] = labels.most_common(1)[0][0]


def _fits(decision: Decision, table: Table) -> bool:
    if decision.key.startswith(f"{NEW}:"):
        return True
    matter = table.matters.get(decision.key)
    if matter is None or matter.layer != decision.layer:
        return False
    if decision.choice not in (None, OUT, OWN) and decision.choice not in matter.values:
        return False
    return decision.members == {name: item.id for name, item in matter.members.items()}
