"""How soon `standoff validate` speaks, and in how much memory: `python3 scripts/bench_validate.py [--size 2000]`.

Prints, for seeded corpora with a fault in the first document, one in the middle and one across the corpus: seconds to
the first finding and to the end, and peak memory (of the largest process), median over the runs. Beside it stand the
whole build, which finds the same, and the bare reading of the same bytes. The corpora: brat files, and one export.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from bench import make
from environment import PROGRAMS, ready

READING = "import sys, pathlib; [p.read_bytes() for p in sorted(pathlib.Path(sys.argv[1]).rglob('*')) if p.is_file()]"


def spoil(corpus: Path, size: int) -> None:
    """Put a span outside the first text, a dangling end into the middle document, one text into two splits."""
    annotations, middle, last = corpus / "annotations/a1", f"d{size // 2:06}", f"d{size - 1:06}"
    with (annotations / "d000000.ann").open("a", encoding="utf-8") as file:
        file.write("T99\tPerson 1 999999\tx\n")
    with (annotations / f"{middle}.ann").open("a", encoding="utf-8") as file:
        file.write("R99\tNear Arg1:T13 Arg2:T77\n")
    shutil.copy(corpus / "raw/d000001.txt", corpus / f"raw/{last}.txt")
    shutil.copy(annotations / "d000001.ann", annotations / f"{last}.ann")
    stories = "".join(f"d{number:06},train\n" for number in range(size - 1))
    (corpus / "splits.csv").write_text(f"story_id,split\n{stories}{last},test\n")


def as_export(corpus: Path, out: Path) -> None:
    """Write the same documents as one file of doccano, a document a line."""
    out.mkdir()
    with (out / "export.jsonl").open("w", encoding="utf-8") as file:
        for path in sorted((corpus / "raw").iterdir()):
            text, spans = path.read_text(encoding="utf-8"), []
            for line in (corpus / f"annotations/a1/{path.stem}.ann").read_text(encoding="utf-8").splitlines():
                if line.startswith("T"):
                    label, start, end = line.split("\t")[1].split(" ")
                    spans.append([int(start), int(end), label])
            row = {"id": path.stem, "text": text, "label": spans}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    (out / "corpus.toml").write_text('[[sources]]\npath = "export.jsonl"\nformat = "doccano"\n')


def measure(command: list[str], *, errors: bool) -> tuple[float | None, float, float]:
    """Run a command; return seconds to its first line (of standard error, if so) and to its end, and its peak in MB."""
    start = time.perf_counter()
    other = {"stdout" if errors else "stderr": subprocess.DEVNULL, "stderr" if errors else "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, **other)
    pipe = process.stderr if errors else process.stdout
    first = time.perf_counter() - start if pipe and pipe.readline() else None
    if pipe:
        pipe.read()
    _, _, usage = os.wait4(process.pid, 0)
    return first, time.perf_counter() - start, usage.ru_maxrss / 1024


def show(what: str, found: list[tuple[float | None, float, float]]) -> None:
    """Print a line of the table."""
    firsts = [first for first, _, _ in found if first is not None]
    first = f"{statistics.median(firsts):8.2f}" if firsts else f"{'-':>8}"
    total = statistics.median(seconds for _, seconds, _ in found)
    print(f"{what:28}  {first}  {total:8.2f}  {max(memory for _, _, memory in found):7.0f}", flush=True)


def main() -> None:
    """Make the corpora, run the commands in turn, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    ready()
    standoff, python = str(PROGRAMS / "standoff"), str(PROGRAMS / "python")
    print(f"{f'{options.size:,} documents':28}   first s     all s  peak MB")
    with tempfile.TemporaryDirectory(prefix="standoff-bench-") as name:
        corpus, export, out = Path(name, "brat"), Path(name, "export"), Path(name, "out")
        make(corpus, options.size)
        spoil(corpus, options.size)
        as_export(corpus, export)
        commands = {
            "validate": [standoff, "validate", str(corpus)],
            "validate --workers 2": [standoff, "validate", str(corpus), "--workers", "2"],
            "validate --format json": [standoff, "validate", str(corpus), "--json"],
            "build": [standoff, "build", str(corpus), "--out", str(out), "--no-reuse"],
            "reading the same bytes": [python, "-c", READING, str(corpus)],
            "validate, one export": [standoff, "validate", str(export)],
        }
        found: dict[str, list[tuple[float | None, float, float]]] = {what: [] for what in commands}
        for _ in range(options.runs):
            for what, command in commands.items():
                found[what].append(measure(command, errors=what == "build"))
        for what, figures in found.items():
            show(what, figures)


if __name__ == "__main__":
    main()
