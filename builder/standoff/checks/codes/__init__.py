"""Every code that a finding can have: what it means, and what to do; a table a level.

The first digit is the level: 1 file, 2 text and spans, 3 references, 4 scheme, 5 plausibility, 6 corpus-wide.
The letter is the severity: E stops a build, W does not.
"""

from __future__ import annotations

from standoff.checks.codes import files, plausibility, references, releases, scheme, texts, whole
from standoff.checks.codes.code import Code
from standoff.spelling import did_you_mean

_TABLES = (files, releases, texts, references, scheme, plausibility, whole)

CODES: dict[str, Code] = dict(
    sorted((pair for table in _TABLES for pair in table.CODES.items()), key=lambda pair: pair[0][1:])
)
"""All codes, by number."""


def hint(name: str) -> str:
    """Return ` (did you mean …?)` for a code, or beginning of one, that there is not; nothing if none is like it.

    Best is what has these digits, or has them in another order, else what looks like it and is as long.
    """
    digits = name.lstrip("EW")
    whole = [code[: len(digits) + 1] for code in CODES if digits and code[1:].startswith(digits)]
    mixed = [code for code in CODES if code[:1] == name[:1] and sorted(code[1:]) == sorted(digits)]
    close = next(iter(whole + mixed), None)
    return f" (did you mean {close!r}?)" if close else did_you_mean(name, sorted({code[: len(name)] for code in CODES}))
