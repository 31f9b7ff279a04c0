"""Spoiled settings and articles: whatever becomes of a file of a corpus folder, `validate` ends with what is declared.

The corpora are the cases. Here some hundreds of cases a kind of file; `python3 scripts/test.py --fuzz` runs 10,000.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import traceback
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from samples import folder
from standoff.articles import html
from standoff.checks.codes import CODES
from standoff.cli import main
from standoff.errors import InputError
from test_fuzz import KEPT, Hang, bounded

from conftest import ROOT
from mutations import mutated

FULL = bool(os.environ.get("STANDOFF_FUZZ"))
CHUNK, CHUNKS = (1000, 10) if FULL else (100, 1)

KINDS = {
    "corpus": "corpus.toml",
    "scheme": "scheme.toml",
    "waivers": "waivers.toml",
    "splits": "splits.csv",
    "annotators": "annotators.csv",
    "metadata": "raw/metadata.csv",
    "jsonl": "raw/*.jsonl",
    "withheld": "withheld/*.json",
    "article": "raw/*.txt",
}
"""Files of a corpus folder, by what the cases are called."""

TOML = [
    "inf", "nan", "-0", "0x1f", "1_000", "9" * 40, "1" * 5000, "1e999", "true", "''", '"\\u0000"', '"\\ud800"', "[]",
    "{}", "[[]]", "[1, 'x']", "{ a = 1 }", "2031-02-30", "2031-02-28", "2031-02-28T10:00:00Z", "07:32:00", "'''\n\n'''",
    '"(unclosed"', '"a/../../b"', '"/"', '""', '"."', '"*"', "[''" + ", ''" * 50 + "]",
]  # fmt: skip
"""Values of TOML, and what only looks like one."""


@cache
def sounds(kind: str) -> list[tuple[Path, str]]:
    """Return the cases that have a file of a kind, with the path of that file."""
    found = []
    for case in sorted([*(ROOT / "tests/cases/valid").iterdir(), *(ROOT / "tests/cases/invalid").iterdir()]):
        if not (case / "damage.json").is_file():
            found += [(case, path.relative_to(case).as_posix()) for path in sorted(case.glob(KINDS[kind]))]
    return found


def spoiled(kind: str, number: int) -> tuple[Path, str, bytes, list[str]]:
    """Make the case of a number: the folder, the file in it, and its spoiled content."""
    chance = random.Random(f"{kind} {number}")
    case, name = chance.choice(sounds(kind))
    other, second = chance.choice(sounds(kind))
    data, foreign = (case / name).read_bytes(), (other / second).read_bytes()
    if name.endswith(".toml") and chance.random() < 0.6:
        return case, name, _other_value(data, foreign, chance), ["TOML"]
    return case, name, *mutated(data, foreign, chance)


def _other_value(data: bytes, foreign: bytes, chance: random.Random) -> bytes:
    """Put another value behind a key, or a line of another file between the lines."""
    lines, strange = data.decode("utf-8", "replace").split("\n"), foreign.decode("utf-8", "replace").split("\n")
    keyed = [number for number, line in enumerate(lines) if re.match(r"\s*[\w.\"'-]+\s*=", line)]
    if keyed and chance.random() < 0.7:
        at = chance.choice(keyed)
        lines[at] = lines[at].split("=")[0] + "= " + chance.choice(TOML)
    else:
        lines.insert(chance.randint(0, len(lines)), chance.choice(strange))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def validated(root: Path) -> str:
    """Run `validate`; returns what became of the corpus. What it says has a code or a place, and can be printed."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["validate", str(root), "--json"])
    for stream in (out, err):
        stream.seek(0)
    shown, said = out.read(), err.read()
    if not shown:
        assert status in (2, 3) and "error" in said, f"status {status}: {said}"
        return "refused"
    assert status in (0, 1, 3), f"status {status}"
    found = json.loads(shown)["findings"]
    assert {each["code"] for each in found} <= set(CODES)
    assert all(each["path"] and each["message"] for each in found)
    return "findings" if any(each["waived"] is None for each in found) else "sound"


def fault(kind: str, number: int, seen: Counter[str]) -> tuple[str, str] | None:
    """Run a case; returns the kind of failure and how to see it again, None if all is well."""
    case, name, data, done = spoiled(kind, number)
    with folder() as parent:
        root = Path(shutil.copytree(case, parent / "corpus"))
        (root / name).write_bytes(data)
        try:
            with bounded():
                seen[validated(root)] += 1
        except (Exception, Hang, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((f"{f.filename}:{f.lineno}" for f in reversed(frames) if "standoff/" in f.filename), "?")
            kept = KEPT / f"{kind}-{number}"
            shutil.copytree(root, kept, dirs_exist_ok=True)
            failure = f"{type(error).__name__} at {place}"
            return failure, f"{kind} case {number} ({', '.join(done)}), kept in {kept}: {failure}: {str(error)[:300]}"
    return None


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_of_a_corpus_is_read_or_named(
    kind: str, chunk: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: Counter[str] = Counter()
    faults = [fault(kind, number, seen) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
    kinds = dict(found for found in faults if found)
    if FULL:
        with capsys.disabled():
            failed = len(faults) - faults.count(None)
            print(f"\n{kind}, chunk {chunk}: {CHUNK} cases, {dict(sorted(seen.items()))}, failed {failed}")
    assert not kinds, "\n" + "\n".join(kinds.values())
    assert len(seen) > 1, "the mutations spoil all or nothing"


PAGES = [
    b"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Bridge</title></head><body><article>"
    b"<h1>Bridge mended</h1><p>KASSAR \xe2\x80\x94 Engineers <b>mended</b> the bridge.</p><p>Nobody was hurt.</p>"
    b"</article></body></html>",
    b"<html><head><meta property='og:title' content='Ferry'><script type='application/ld+json'>"
    b'{"@type": "NewsArticle", "headline": "Ferry", "datePublished": "2031-02-01"}</script></head><body><main>'
    b"<h1>Ferry</h1><p>The ferry sails again on Monday, the owner said.</p><ul><li>one<li>two</ul></main>"
    b"</body></html>",
]
"""Saved pages, invented."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoiled_page_is_read_or_named(chunk: int, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        chance = random.Random(f"page {number}")
        data, done = mutated(chance.choice(PAGES), chance.choice(PAGES), chance)
        path.write_bytes(data)
        try:
            with bounded():
                page = html.read(path, path.name)
        except InputError as error:
            assert error.code in CODES and error.message
        except (Exception, Hang) as error:
            raise AssertionError(f"page case {number} ({', '.join(done)}): {error!r}: {data!r}") from error
        else:
            page.text.encode("utf-8")
