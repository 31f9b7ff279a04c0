"""What a code is."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """One kind of fault: its sentence, and how to mend it."""

    sentence: str
    mend: str
