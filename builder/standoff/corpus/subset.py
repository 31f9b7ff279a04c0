"""A release of some documents of a corpus: those under the licences that were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from standoff.corpus.config import FILE
from standoff.corpus.entries import Entry
from standoff.errors import ConfigError
from standoff.spelling import did_you_mean


class LeftOut(NamedTuple):
    """A document that is not in the release, and its licence, if one is known."""

    document: str
    license: str | None


@dataclass(slots=True, frozen=True)
class Subset:
    """The licences that were chosen, and what they leave out."""

    licenses: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {"licenses": list(self.licenses), "left_out": [left._asdict() for left in self.left_out]}


def of(entries: Sequence[Entry], licenses: Sequence[str], *, strict: bool) -> tuple[list[Entry], Subset]:
    """Return the documents under these licences, case ignored, and the subset that they are.

    With `strict` each licence must be that of a document: somebody has just typed it. Raises ConfigError, also where
    no document is left.
    """
    wanted = {name.lower() for name in licenses}
    known = sorted({entry.metadata.license for entry in entries if entry.metadata.license})
    for name in licenses if strict else ():
        if name.lower() not in {each.lower() for each in known}:
            hint = did_you_mean(name.lower(), [each.lower() for each in known])
            raise ConfigError(None, f"no document is under the licence {name!r}{hint}; there are: {_list(known)}")
    kept = [entry for entry in entries if (entry.metadata.license or "").lower() in wanted]
    if not kept:
        message = f"[articles] licenses: no document is under any of them; there are: {_list(known)}"
        raise ConfigError(FILE, message)
    left = [LeftOut(e.doc_id, e.metadata.license) for e in entries if (e.metadata.license or "").lower() not in wanted]
    return kept, Subset(tuple(sorted(wanted)), tuple(left))


def _list(known: Sequence[str]) -> str:
    return ", ".join(known) or "none at all; metadata.csv has a column `license`"
