"""waivers.toml: faults that are known and left as they are; each stays visible, with its reason."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from standoff.checks import codes
from standoff.checks.codes import CODES
from standoff.corpus import config
from standoff.corpus.config import Corpus
from standoff.errors import ConfigError
from standoff.files import schemafile, tomlfile
from standoff.finding import Finding

FILE = "waivers.toml"

_NEVER = {"E201", "E213", "E214", "E306", "E407", "E601", "E602", "E604", "E605", "E651", "W652", "W653", "E654"}
"""Codes of faults that leave a whole file or layer unproved, or undecided what is published, or that are of waivers."""

_OF_LINES = {"E103", "E105", "E121"}
"""Codes of the first level that may concern a single item or record."""

_REMOVE = "; remove it, or mend what it names"

_GROUP_FROM = 6
"""So many findings of one code in one file become one entry of a baseline."""


@dataclass(slots=True, frozen=True)
class Waiver:
    """One entry: what it covers, why, and its place in the file. `expires` is an ISO 8601 day, the last one."""

    code: str
    reason: str
    document: str | None = None
    item: str | None = None
    path: str | None = None
    expires: str | None = None
    exclude: bool = False
    line: int = 1
    column: int = 1

    def reaches(self, doc_id: str | None, path: str) -> bool:
        """Say whether the document and the file are among those it is for."""
        return self.document in (None, doc_id) and self.path in (None, path)

    def covers(self, finding: Finding) -> bool:
        """Say whether it is for a finding."""
        here = self.code == finding.code and self.reaches(finding.doc_id, finding.path)
        return here and self.item in (None, finding.item)


@dataclass(slots=True)
class Waivers:
    """The waivers of a corpus: those that hold, in the order of the file, and those that are expired."""

    live: list[Waiver] = field(default_factory=list)
    expired: list[Waiver] = field(default_factory=list)
    index: dict[tuple[str, str | None], list[Waiver]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for waiver in self.live:
            self.index.setdefault((waiver.code, waiver.document), []).append(waiver)

    def of(self, finding: Finding) -> Waiver | None:
        """Return the waiver that covers a finding: one that excludes before one that does not, then the first."""
        near = [*self.index.get((finding.code, finding.doc_id), ()), *self.index.get((finding.code, None), ())]
        covering = [waiver for waiver in near if waiver.covers(finding)]
        return min(covering, key=lambda waiver: (not waiver.exclude, waiver.line, waiver.column), default=None)

    def mark(self, finding: Finding) -> Finding:
        """Return the finding with the reason for which it is waived, if it is."""
        waiver = self.of(finding) if self.live and finding.waived is None else None
        return replace(finding, waived=waiver.reason) if waiver else finding

    def out_of_date(self) -> list[Finding]:
        """Return a finding for each expired waiver."""
        return [
            Finding("W652", FILE, f"{_shown(waiver)} expired after {waiver.expires}", waiver.line, waiver.column)
            for waiver in self.expired
        ]

    def unused(self, used: set[Waiver | None], unseen: set[str]) -> list[Finding]:
        """Return a finding for each waiver that is not among those that waived something.

        `unseen` are the documents whose texts are withheld and not here: what would be found in them is unknown.
        """
        return [
            Finding("W653", FILE, f"{_shown(waiver)} waives nothing{_REMOVE}", waiver.line, waiver.column)
            for waiver in self.live
            if waiver not in used and not (unseen and (waiver.document is None or waiver.document in unseen))
        ]


def read(corpus: Corpus) -> Waivers:
    """Read waivers.toml of a corpus folder; without one there are no waivers.

    Raises ConfigError (E651) with line and column where the file does not fit `schema/waivers.schema.json`, names a
    code that does not exist or cannot be waived, or a last day that cannot be compared.
    """
    path = corpus.root / FILE
    if not path.is_file():
        return Waivers()
    with config.coded("E651"):
        values, text = tomlfile.read(path)
        entries = _with_days_as_text(values)
        config.refuse_problems(path, text, schemafile.problems(values, "waivers"))
        problems = [
            ((FILE.removesuffix(".toml"), number, key), message)
            for number, entry in enumerate(entries)
            for key, message in _problems(entry, corpus)
        ]
        config.refuse_problems(path, text, problems)
    found = [_waiver(entry, tomlfile.locate(text, ["waivers", number])) for number, entry in enumerate(entries)]
    today = corpus.dataset.release_date or ""
    expired = [waiver for waiver in found if waiver.expires and waiver.expires < today]
    return Waivers([waiver for waiver in found if waiver not in expired], expired)


def refusal(code: str) -> str | None:
    """Return why a code cannot be waived, None if it can."""
    if code in _NEVER or (code.startswith("E1") and code not in _OF_LINES):
        return f"{code} cannot be waived: {CODES[code].sentence} {CODES[code].mend}"
    return None


def can_waive(finding: Finding) -> bool:
    """Say whether an entry could waive a finding, and the corpus be built then."""
    return refusal(finding.code) is None and not (finding.unpublishable and finding.item is None)


def baseline(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return entries that waive all of the findings that can be waived and are not, with the reason `baseline`.

    One entry a finding; where a file has many of one code, one entry for all. What cannot be published is excluded,
    and always named item by item.
    """
    groups: dict[tuple[str, str | None, str, bool], dict[str | None, None]] = defaultdict(dict)
    for finding in sorted(findings, key=lambda finding: finding.order):
        if finding.waived is None and can_waive(finding):
            key = (finding.code, finding.doc_id, finding.path, finding.unpublishable)
            groups[key].setdefault(finding.item)
    entries: list[dict[str, Any]] = []
    for (code, document, path, exclude), items in groups.items():
        whole = len(items) >= _GROUP_FROM and not exclude
        for item in [None] if whole else items:
            entry = {"code": code, "document": document, "path": path, "item": item, "reason": "baseline"}
            entry = {key: value for key, value in entry.items() if value is not None}
            entries.append({**entry, "exclude": True} if exclude else entry)
    return entries


def extended(path: Path, entries: Sequence[dict[str, Any]]) -> str:
    """Return the text of waivers.toml with entries added at its end; what stands there stays as it is.

    Raises ConfigError where the file has another form than `[[waivers]]` tables.
    """
    old = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
    text = old if not old or old.endswith("\n") else old + "\n"
    for entry in entries:
        lines = [f"{key} = {'true' if value is True else tomlfile.text_of(value)}" for key, value in entry.items()]
        text += ("\n" if text else "") + "[[waivers]]\n" + "\n".join(lines) + "\n"
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        message = "entries cannot be added at its end; write each entry as a [[waivers]] table"
        raise ConfigError(path, message, code="E651") from None
    return text


def counted(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings are waived, by code."""
    return dict(sorted(Counter(finding.code for finding in findings if finding.waived is not None).items()))


def _with_days_as_text(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Turn days that are written without quotes into text, in place; return the entries, as far as there are any."""
    entries = values.get("waivers", [])
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    for entry in entries:
        for key, value in entry.items():
            if isinstance(value, datetime.date | datetime.time):
                entry[key] = value.isoformat()
    return entries


def _problems(entry: dict[str, Any], corpus: Corpus) -> Iterator[tuple[str, str]]:
    code = entry["code"]
    if code not in CODES:
        yield "code", f"there is no code {code!r}{codes.hint(code)}; `standoff explain` lists all"
        return
    refused = refusal(code)
    if refused:
        yield "code", refused
    elif entry.get("exclude") and code[1] not in "2345" and code not in _OF_LINES:
        yield "exclude", f"{code} is about no item, so that exclude = true has nothing to leave out; remove it"
    if "expires" in entry:
        try:
            datetime.date.fromisoformat(entry["expires"])
        except ValueError:
            yield "expires", f"{entry['expires']} is no day of the calendar"
        if not corpus.dataset.release_date:
            yield "expires", "corpus.toml has no release_date to compare it with; add one under [corpus]"


def _waiver(entry: dict[str, Any], place: tuple[int, int]) -> Waiver:
    reason = " ".join(entry["reason"].split())
    return Waiver(**{**entry, "reason": reason}, line=place[0], column=place[1])


def _shown(waiver: Waiver) -> str:
    where = [value for value in (waiver.item, waiver.document, waiver.path) if value]
    return f"the waiver of {waiver.code} for {' in '.join(where)}"
