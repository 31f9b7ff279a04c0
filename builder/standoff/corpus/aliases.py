"""Published names of the annotators (gold, a1, a2 …): their real names stay out of everything that is published."""

from __future__ import annotations

import re
from pathlib import Path

from standoff.errors import InputError
from standoff.files import csvfile
from standoff.finding import Finding
from standoff.spelling import counted

FILE = "annotators.csv"
"""The ignored file that says which published name each real name has: rows `name,alias`."""

_PUBLISHED = re.compile(r"gold|a[1-9][0-9]*")


class Aliases:
    """Real name -> published name, as annotators.csv says, or else the next free one, with a finding."""

    def __init__(self, root: Path, findings: list[Finding]) -> None:
        self.findings = findings
        self.names: dict[str, str] = {}
        self.refused: set[str] = set()
        folder = root / "annotations"
        self.folders = {child.name for child in folder.iterdir()} if folder.is_dir() else set()
        self.taken = {name for name in self.folders if _PUBLISHED.fullmatch(name)}
        path = root / FILE
        if path.is_file():
            self._read(path)
        self.taken |= set(self.names.values())

    def published(self, name: str) -> str:
        """Return the published name of an annotator whose folder, or name in an export, is this."""
        if _PUBLISHED.fullmatch(name):
            return name
        if name not in self.names:
            number = next(n for n in range(1, 10**6) if f"a{n}" not in self.taken)
            alias = f"a{number}"
            self.names[name] = alias
            self.taken.add(alias)
            message = (
                f"one annotator has no published name and is published as {alias}. To keep that for good, "
                f"write the line <folder or name>,{alias} into {FILE}, which stays out of git"
            )
            if name not in self.refused:
                self.findings.append(Finding("W112", FILE, message))
        return self.names[name]

    def _read(self, path: Path) -> None:
        try:
            rows = list(csvfile.rows(path.read_bytes().decode("utf-8-sig")))
        except (OSError, UnicodeDecodeError, csvfile.BrokenTable) as error:
            raise InputError(FILE, f"cannot be read as a table in UTF-8: {error}", code="E101") from None
        for line, cells in rows:
            name, alias = (cells[0].strip(), cells[1].strip()) if len(cells) == 2 else ("", "")
            if line == 1 and not _PUBLISHED.fullmatch(alias) and name in ("name", "folder"):
                continue
            taken = set(self.names.values()) | (self.taken if name in self.folders else set())
            if not name or not _PUBLISHED.fullmatch(alias) or alias in taken:
                found = f"another row or folder has the published name {alias} already"
                if not name or not _PUBLISHED.fullmatch(alias):
                    found = f"found {counted(len(cells), 'field')}, and no published name in the second"
                message = f"{found}; expected a row name,alias with an alias of its own such as gold, a1, a2"
                self.findings.append(Finding("E120", FILE, message, line, 1))
                self.refused.add(name)
            else:
                self.names[name] = alias
