"""A folder of the user's own files -> for each withheld document the copy of its text, or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff import articles
from standoff.articles import plain
from standoff.errors import InputError
from standoff.hydrate import mending, runs
from standoff.hydrate.runs import Runs
from standoff.model import Section
from standoff.withholding import windows

LEAST = 0.25
"""How much of a text its windows must show in a copy; less may be what two articles quote alike."""

Record = dict[str, Any]


@dataclass(slots=True, frozen=True)
class Copy:
    """A file of the user's: `shown` is its path below the folder."""

    path: Path
    shown: str
    raw_sha256: str

    def raw(self, encoding: str) -> str | None:
        """Return the decoded file, None where it is no text in that encoding."""
        try:
            return plain.decode(articles.read_bytes(self.path, str(self.path)), encoding, self.shown)
        except InputError:
            return None


@dataclass(slots=True, frozen=True)
class Match:
    """A text for a document. `found_by` is `digest`, `text` (the same text in another file) or `windows`."""

    copy: Copy
    text: str
    sections: list[Section]
    found_by: str
    runs: Runs

    @property
    def coverage(self) -> float:
        """How much of the recorded text is in it for sure, 0.0 to 1.0."""
        return self.runs.coverage


@dataclass(slots=True)
class Choice:
    """What was found for a document: the match, or the reason why there is none, and the best candidates."""

    match: Match | None
    reason: str = ""
    candidates: list[tuple[str, float]] = field(default_factory=list)


def listed(folder: Path) -> list[Copy]:
    """Return the files of a folder, sorted by path. Raises InputError if there is no such folder, or no reading it."""
    if not folder.is_dir():
        raise InputError(folder, "there is no such folder of texts")
    copies = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256(articles.read_bytes(path, str(path))).hexdigest()
        copies.append(Copy(path, path.relative_to(folder).as_posix(), digest))
    return copies


def no_text(copies: Sequence[Copy], records: Mapping[str, Record]) -> list[str]:
    """Return the files that are no text in UTF-8, nor in the encoding of any of the withheld texts."""
    encodings = sorted({"utf-8", *(record.get("encoding", "utf-8") for record in records.values())})
    return [copy.shown for copy in copies if all(copy.raw(encoding) is None for encoding in encodings)]


def choose(
    records: Mapping[str, Record], copies: Sequence[Copy], progress: Callable[[int], None] = lambda done: None
) -> dict[str, Choice]:
    """Return for each document the choice among the copies.

    The file itself goes before all others, then the same text in another file, then the edited copy that has most of
    the text. A file that is itself the text of one document is no edited copy of another.
    """
    chosen: dict[str, Choice] = {}
    for doc_id, record in records.items():
        own = next((copy for copy in copies if copy.raw_sha256 == record["raw_sha256"]), None)
        match = _the_file(record, own) if own else None
        if match:
            chosen[doc_id] = Choice(match)
    taken = {choice.match.copy.raw_sha256 for choice in chosen.values() if choice.match}
    others = [copy for copy in copies if copy.raw_sha256 not in taken]
    for doc_id, record in records.items():
        if doc_id not in chosen:
            chosen[doc_id] = _among(record, others)
        progress(1)
    return chosen


def _the_file(record: Record, copy: Copy) -> Match | None:
    """Return the text of the very file that was recorded: with its cuts taken out it has the recorded digest."""
    raw = copy.raw(record.get("encoding", "utf-8"))
    if raw is None:
        return None
    text, _ = plain.freeze(raw, [(cut["start"], cut["end"]) for cut in record.get("cuts", ())])
    return _same(record, copy, text, "digest") if articles.digest(text) == record["text_sha256"] else None


def _same(record: Record, copy: Copy, text: str, found_by: str) -> Match:
    sections = [Section(**section) for section in record["sections"]]
    return Match(copy, text, sections, found_by, runs.whole(len(text)))


def _among(record: Record, copies: Sequence[Copy]) -> Choice:
    matches: list[Match] = []
    for copy in copies:
        raw = copy.raw(record.get("encoding", "utf-8"))
        text = plain.freeze(raw, [])[0] if raw is not None else ""
        length = record["text_length"]
        for piece in (text[:length], text[len(text) - length :]) if len(text) >= length else ():
            if articles.digest(piece) == record["text_sha256"]:
                return Choice(_same(record, copy, piece, "text"))
        if len(text) >= LEAST * length:
            matches.append(_edited(record, copy, text))
    return _best(matches, record)


def _edited(record: Record, copy: Copy, text: str) -> Match:
    """Return a copy by its windows; what was cut off before or after the text goes here, too, if the edge is found."""
    found = runs.find(windows.of_record(record), text)
    before, after = _cut_ends(record)
    chain = found.chain
    if after and chain and chain[-1].end == found.length:
        text = text[: chain[-1].new_end]
    if before and chain and chain[0].start == 0:
        text, found = text[chain[0].new :], found.moved(chain[0].new)
    titled = any(section["kind"] == "title" for section in record["sections"])
    sections = plain.sections_of(text, "first_line" if titled else "none")
    return Match(copy, text, sections, "windows", found)


def _cut_ends(record: Record) -> tuple[bool, bool]:
    """Say whether something was cut off before the text (more than a byte order mark), and after it."""
    cuts = record.get("cuts", [])
    raw_length = record["text_length"] + sum(cut["end"] - cut["start"] for cut in cuts)
    before = bool(cuts) and cuts[0]["start"] == 0 and cuts[0]["end"] > 1
    return before, bool(cuts) and cuts[-1]["end"] == raw_length


def _best(matches: list[Match], record: Record) -> Choice:
    matches = sorted((match for match in matches if match.coverage > 0), key=lambda m: (-m.coverage, m.copy.shown))
    candidates = [(match.copy.shown, round(match.coverage, 4)) for match in matches[:5]]
    if not record.get("windows"):
        return Choice(None, "its record has no windows, so that only the file itself can be known", candidates)
    if not matches:
        return Choice(None, "no file has any of its windows")
    first = matches[0]
    if first.coverage < LEAST:
        return Choice(None, f"no file has as much as {LEAST:.0%} of it", candidates)
    rivals = [m for m in matches[1:] if m.coverage == first.coverage and m.text != first.text]
    if rivals:
        return Choice(None, "several files have as much of it; leave the right one in the folder", candidates)
    known = mending.mended(first.runs, windows.of_record(record), first.text)
    return Choice(replace(first, runs=known), "", candidates)
