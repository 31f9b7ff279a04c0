"""The files beside a file that is read back from memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from standoff.annotations.export import Siblings


@dataclass(slots=True, frozen=True)
class Beside(Siblings):
    """Files by name, which lie nowhere."""

    folder: Path = Path("-")
    files: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        return sorted(self.files)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, None where there is none of this name."""
        return self.files.get(name)
