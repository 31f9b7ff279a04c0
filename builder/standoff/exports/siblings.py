"""The files beside a file that is read back from memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from standoff.annotations.export import Siblings


@dataclass(slots=True, frozen=True)
class Beside(Siblings):
    """Names and bytes of files, which lie nowhere."""

    folder: Path = Path()
    files: tuple[tuple[str, bytes], ...] = ()

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        return sorted(name for name, _ in self.files)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, None where there is none of this name."""
        return dict(self.files).get(name)
