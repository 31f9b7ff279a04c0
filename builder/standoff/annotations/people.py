"""Keys of annotators in exports: no name, no e-mail address, nothing else of a person is carried over."""

from __future__ import annotations

import json
from typing import Any


class People:
    """The annotators of one file: `user-7` where the export has a number, else `annotator-1`, by first appearance."""

    def __init__(self) -> None:
        self._ranks: dict[str, str] = {}

    def key(self, who: Any) -> str | None:
        """Return the key of what an export has for a person: a number, an object with one, an address."""
        if isinstance(who, dict):
            number = who.get("id", who.get("pk"))
            who = number if number is not None else who
        if who is None or who in ("", {}):
            return None
        if isinstance(who, int) and not isinstance(who, bool):
            return f"user-{who}"
        if isinstance(who, str) and who.isascii() and who.isdigit():
            return f"user-{int(who[:400])}"
        return self._ranks.setdefault(json.dumps(who, sort_keys=True), f"annotator-{len(self._ranks) + 1}")
