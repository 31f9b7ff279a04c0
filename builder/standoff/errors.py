"""What stops a command: each error says where, and carries the exit status it ends with."""

from __future__ import annotations

from pathlib import Path


class StandoffError(Exception):
    """Something that a command cannot go on from.

    `path`, `line` and `column` (1-based, columns in code points) say where; `message` says what was found,
    what was expected and what to do. `exit_code` is the status of the command line; `more` holds further errors of
    the same file.
    """

    exit_code = 1

    def __init__(
        self,
        path: str | Path | None,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.path = None if path is None else str(path)
        self.message = message
        self.line = line
        self.column = column
        self.code = code
        self.more: list[StandoffError] = []

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the place when an error crosses from a worker process to its parent."""
        return _rebuild, (type(self), self.path, self.message, self.line, self.column, self.code)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class ConfigError(StandoffError):
    """Wrong usage, or a wrong corpus.toml, scheme.toml or splits.csv."""

    exit_code = 2


class InputError(StandoffError):
    """A whole file that cannot be opened, decoded or parsed as its container."""

    exit_code = 3


class OutputError(StandoffError):
    """An output that cannot be written."""

    exit_code = 4


def _rebuild(
    kind: type[StandoffError], path: str | None, message: str, line: int | None, column: int | None, code: str
) -> StandoffError:
    return kind(path, message, line=line, column=column, code=code)
