"""Stories -> train, validation and test: splits.csv, and a proposal for the stories that it lacks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from standoff.corpus.entries import Entry
from standoff.errors import InputError
from standoff.files import csvfile
from standoff.finding import Finding, Related
from standoff.spelling import did_you_mean

FILE = "splits.csv"
SPLITS = ("train", "validation", "test")


def read(root: Path) -> tuple[dict[str, tuple[str, int]] | None, list[Finding]]:
    """Return split and line of each story, None without a splits.csv; and the rows that cannot be used.

    The split of a story whose row cannot be used is empty.
    """
    path = root / FILE
    if not path.is_file():
        return None, []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(FILE, f"cannot be read as UTF-8: {error}", code="E101") from None
    try:
        return _assignments(text)
    except csvfile.BrokenTable as error:
        raise InputError(FILE, f"not a valid CSV table: {error}", line=error.line, column=1, code="E602") from None


def _assignments(text: str) -> tuple[dict[str, tuple[str, int]], list[Finding]]:
    assigned: dict[str, tuple[str, int]] = {}
    findings = []
    for number, row in csvfile.rows(text):
        if not row or (number == 1 and row[:2] == ["story_id", "split"]):
            continue
        story, split = (row[0], row[1].strip()) if len(row) == 2 else (row[0], "")
        if split not in SPLITS:
            hint = did_you_mean(split, SPLITS)
            message = f"found {','.join(row)!r}{hint}; expected story_id,split with train, validation or test"
            findings.append(Finding("E602", FILE, message, number, 1))
            assigned.setdefault(story, ("", number))
        elif story in assigned:
            message = f"the story {story!r} has a row already, on line {assigned[story][1]}; keep one of them"
            first = Related(FILE, "the first row is here", assigned[story][1], 1)
            findings.append(Finding("E602", FILE, message, number, 1, related=(first,)))
        else:
            assigned[story] = (split, number)
    return assigned, findings


def assign(entries: list[Entry], root: Path) -> tuple[dict[str, str], list[Finding]]:
    """Return the split of each document, and what is wrong with the table.

    A split that the article's own record gives is kept. Without a splits.csv everything else is `train`; a
    story that an existing table lacks is a finding.
    """
    table, findings = read(root)
    chosen: dict[str, str] = {}
    given: dict[str, str] = {}
    for entry in entries:
        story, own = entry.story_id, entry.metadata.split
        chosen[entry.doc_id] = SPLITS[0]
        if own is not None and own not in SPLITS:
            message = f"the split of {entry.doc_id} is {own!r}; expected train, validation or test"
            place, line = entry.metadata_place
            findings.append(Finding("E602", place, message, line, None, entry.doc_id))
            continue
        listed = table.get(story) if table is not None else None
        split = own or (listed[0] if listed else "") or SPLITS[0]
        if own and ((listed and listed[0] != own) or given.setdefault(story, own) != own):
            there = listed[0] if listed and listed[0] != own else given.get(story, "")
            where = "here" if listed and listed[0] != own else "by another of its documents"
            message = f"{entry.doc_id} is given as {own}, and the story {story!r} is in {there or 'no split'} {where}"
            place, line = entry.metadata_place
            related = (Related(place, f"{entry.doc_id} is given as {own} here", line),)
            at = listed[1] if listed else None
            findings.append(Finding("E602", FILE, message, at, at and 1, entry.doc_id, related=related))
        elif table is not None and not listed and not own:
            message = f"the story {story!r} is in no split; run `standoff split --write`"
            findings.append(Finding("E601", FILE, message, None, None, entry.doc_id))
        chosen[entry.doc_id] = split
    stories = {entry.story_id for entry in entries}
    for story, (_, line) in (table or {}).items():
        if story not in stories:
            hint = did_you_mean(story, stories - (table or {}).keys())
            findings.append(Finding("W603", FILE, f"no document tells the story {story!r}{hint}", line, 1))
    return chosen, findings


def leaks(entries: list[Entry], split_of: Mapping[str, str], texts: Mapping[str, str]) -> list[Finding]:
    """Return a finding for each document whose text is that of one in another split; `texts` are digests by document.

    `standoff audit` finds texts that are nearly the same, too.
    """
    first: dict[str, Entry] = {}
    findings = []
    for entry in sorted(entries, key=lambda entry: entry.doc_id):
        digest = texts.get(entry.doc_id)
        if digest is None:
            continue
        other = first.setdefault(digest, entry)
        here, there = split_of[entry.doc_id], split_of[other.doc_id]
        if here != there:
            message = f"has the text of {other.doc_id}, and is in {here}; {other.doc_id} is in {there}"
            place = entry.article.place if entry.article else entry.withheld_shown
            there_too = other.article.place if other.article else other.withheld_shown
            line = other.article.record.line if other.article and other.article.record else None
            related = (Related(there_too, f"{other.doc_id} is here", line),)
            findings.append(Finding("E607", place, message, None, None, entry.doc_id, related=related))
    return findings


def propose(
    stories: Mapping[str, Counter[str]], assigned: Mapping[str, str], shares: Mapping[str, float]
) -> dict[str, str]:
    """Return a split for each story that has none, so that labels are spread as the shares say.

    `stories` counts the labels (and documents) of each story. A greedy form of iterative stratification (Sechidis et
    al. 2011): stories are taken by size, ties by a hash of the id, and each goes to the split that lacks most of what
    the story has, measured against what the split should have in the end. Assigned stories stay where they are.
    """
    totals: Counter[str] = Counter()
    for counts in stories.values():
        totals.update(counts)
    weight = sum(shares[split] for split in SPLITS) or 1.0
    have: dict[str, Counter[str]] = {split: Counter() for split in SPLITS}
    for story, split in assigned.items():
        have[split].update(stories.get(story, Counter()))
    open_splits = [split for split in SPLITS if shares[split] > 0]
    proposal = {}
    waiting = [story for story in stories if story not in assigned]
    for story in sorted(waiting, key=lambda name: (-sum(stories[name].values()), _hash(name))):
        counts = stories[story]
        lack = {
            split: sum(
                number / totals[label] * (1 - have[split][label] * weight / (shares[split] * totals[label]))
                for label, number in counts.items()
            )
            for split in open_splits
        }
        best = max(lack, key=lambda split: (lack[split], shares[split]))
        proposal[story] = best
        have[best].update(counts)
    return proposal


def write(path: Path, assigned: Mapping[str, str]) -> None:
    """Write splits.csv, sorted by story."""
    lines = ["story_id,split"] + [f"{_cell(story)},{split}" for story, split in sorted(assigned.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(letter in text for letter in ',"\n') else text


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8")).hexdigest()
