"""Spoiled files that pass the checks become rows: what `validate` finds no error in does not end a build either.

Here some hundreds of cases a reader; `python3 scripts/test.py --fuzz` runs 10,000.
"""

from __future__ import annotations

import os
import traceback
from collections import Counter
from pathlib import Path

import pytest

from samples import folder
from standoff.annotations import FORMATS
from standoff.corpus import assembly, planning
from standoff.errors import StandoffError
from standoff.tables import columns
from standoff.tables.rows import Rows
from test_fuzz import KEPT, laid, spoiled

FULL = bool(os.environ.get("STANDOFF_FUZZ"))
CHUNK, CHUNKS = (1000, 10) if FULL else (100, 1)


def made(root: Path, path: Path, name: str) -> str:
    """Assemble the documents of an export, and make all rows of those without an error; returns what came of it."""
    source = f'[[sources]]\npath = "export/{path.name}"\nformat = "{name}"\n'
    (root / "corpus.toml").write_text(source, encoding="utf-8")
    try:
        plan = planning.plan(root)
    except StandoffError:
        return "refused"
    seen = "errors"
    for entry in plan.entries:
        assembled = assembly.assemble(entry, plan.corpus, plan.scheme)
        if assembled.document and not assembled.has_errors and not assembled.unreadable:
            seen = "rows"
            for annotations in assembled.annotations:
                rows = Rows(assembled.document, annotations)
                for config in columns.CONFIGS:
                    columns.table(config, list(getattr(rows, "documents" if config == "annotations" else config)()))
    return seen


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", FORMATS)
def test_what_has_no_error_becomes_rows(name: str, chunk: int, capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case, done = spoiled(name, number)
        with folder() as root:
            (root / "export").mkdir()
            path = laid(root / "export", case)
            try:
                seen[made(root, path, name)] += 1
            except Exception as error:
                frames = traceback.extract_tb(error.__traceback__)
                place = next((f"{f.filename}:{f.lineno}" for f in reversed(frames) if "standoff/" in f.filename), "?")
                kept = KEPT / f"rows-{name}-{number}"
                kept.mkdir(parents=True, exist_ok=True)
                laid(kept, case)
                kind = f"{type(error).__name__} at {place}"
                kinds.setdefault(kind, f"{name} case {number} ({', '.join(done)}), kept in {kept}: {kind}: {error}")
    if FULL:
        with capsys.disabled():
            print(f"\n{name} to rows, chunk {chunk}: {CHUNK} cases, {dict(sorted(seen.items()))}, kinds {len(kinds)}")
    assert not kinds, "\n" + "\n".join(kinds.values())
    assert seen["rows"], "no case has rows"
