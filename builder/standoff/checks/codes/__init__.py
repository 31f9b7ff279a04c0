"""Every code that a finding can have: what it means, and what to do; a table a level.

The first digit is the level: 1 file, 2 text and spans, 3 references, 4 scheme, 5 plausibility, 6 corpus-wide.
The letter is the severity: E stops a build, W does not.
"""

from __future__ import annotations

from standoff.checks.codes import files, plausibility, references, releases, scheme, texts, whole
from standoff.checks.codes.code import Code

_TABLES = (files, releases, texts, references, scheme, plausibility, whole)

CODES: dict[str, Code] = dict(
    sorted((pair for table in _TABLES for pair in table.CODES.items()), key=lambda pair: pair[0][1:])
)
"""All codes, by number."""
