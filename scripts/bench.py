"""Times the build on seeded brat corpora: `python3 scripts/bench.py [--sizes 2000,20000] [--runs 3] [--workers 1]`.

Prints, for each size, median and spread of the whole build, of the build of `documents` alone, and of the floor:
reading the same bytes and writing the same final tables. Each run is a process of its own; the figures hold its
start, and its peak memory. Then one document is changed, and an incremental build is timed against a full one.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from environment import PROGRAMS, ready

WORDS = (  # noqa: SIM905 (a list of fifty words reads worse)
    "river bridge convoy ministry council border patrol militia valley market school harbour drone signal minister "
    "commander villagers officials shelling ceasefire talks envoy garrison depot railway station naïve café Łódka "
    "Zürich Ørebak said reported near across after before while under against between during the a of in on to and"
).split()
LABELS = ("Person", "Organization", "Place", "Facility", "Weapon")
EVENTS = ("Attack", "Meet", "Move", "Threaten")
FLOOR = """
import sys, pathlib, pyarrow.parquet as pq
from standoff.tables import shards
corpus, release, out = map(pathlib.Path, sys.argv[1:4])
for path in sorted(corpus.rglob('*')):
    if path.is_file(): path.read_bytes()
for path in sorted(release.rglob('*.parquet')):
    shards.write(pq.read_table(path), out / path.name)
"""


def article(rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """Return a text of about 3,000 characters, and where its words are."""
    text, places = "", []
    while len(text) < 3000:
        for number in range(rng.randint(8, 20)):
            word = rng.choice(WORDS)
            word = word.capitalize() if number == 0 else word
            places.append((len(text), len(text) + len(word)))
            text += word + " "
        text = text[:-1] + rng.choice((". ", ". ", ".\n\n"))
    return text, places


def annotation(rng: random.Random, text: str, places: list[tuple[int, int]]) -> str:
    """Return an .ann of 60 text-bound annotations, 12 events and 15 relations on a text."""
    lines = []
    for number in range(1, 61):
        first = rng.randrange(len(places) - 3)
        start, end = places[first][0], places[min(first + rng.randint(0, 2), len(places) - 1)][1]
        label = rng.choice(EVENTS) if number <= 12 else rng.choice(LABELS)
        lines.append(f"T{number}\t{label} {start} {end}\t" + text[start:end].replace("\n", " "))
        if number <= 12:
            fillers = f"Agent:T{rng.randint(13, 60)} Target:T{rng.randint(13, 60)}"
            lines.append(f"E{number}\t{label}:T{number} {fillers}")
    lines += [f"R{n}\tNear Arg1:T{rng.randint(13, 60)} Arg2:T{rng.randint(13, 60)}" for n in range(1, 16)]
    lines += [f"A{n}\tCertain E{n}" for n in range(1, 8)]
    return "\n".join(lines) + "\n"


def make(folder: Path, size: int) -> None:
    """Write the seeded corpus."""
    rng = random.Random(20231)
    for name in ("raw", "annotations/a1"):
        (folder / name).mkdir(parents=True)
    (folder / "corpus.toml").write_text('[corpus]\nname = "bench"\n')
    for number in range(size):
        text, places = article(rng)
        (folder / "raw" / f"d{number:06}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / "annotations/a1" / f"d{number:06}.ann").write_text(annotation(rng, text, places), encoding="utf-8")


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB (of its largest process)."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(errors.decode())
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def change(corpus: Path, number: int) -> None:
    """Change one document: a word of its text, and its annotations with it."""
    rng = random.Random(number)
    text, places = article(rng)
    (corpus / "raw" / f"d{number:06}.txt").write_text(text, encoding="utf-8", newline="")
    (corpus / "annotations/a1" / f"d{number:06}.ann").write_text(annotation(rng, text, places), encoding="utf-8")


def show(size: int, what: str, found: list[tuple[float, float]], floor: float | None) -> None:
    """Print a line of the table."""
    seconds = sorted(second for second, _ in found)
    median = statistics.median(seconds)
    spread = f"({seconds[0]:.2f}-{seconds[-1]:.2f})"
    peak = max(memory for _, memory in found)
    ratio = "" if floor is None else f"{median / floor:8.2f}"
    print(f"{size:9}  {what:15}  {median:8.2f}  {spread:16}  {size / median:7.0f}  {peak:7.0f}  {ratio}")
    sys.stdout.flush()


def incremental(size: int, corpus: Path, build: list[str], out: Path, runs: int) -> None:
    """Time builds of a corpus with one changed document, and with none, over a release of the corpus before."""
    commands = {"full": ["--no-reuse"], "one changed": [], "nothing changed": []}
    found: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for run in range(runs):
        for what, words in commands.items():
            if what != "nothing changed":
                change(corpus, run * 2 + (what == "full"))
            found[what].append(measure([*build, "--out", str(out), *words]))
    for what, seconds in found.items():
        show(size, what, seconds, None)


def main() -> None:
    """Make the corpora, time the commands in turn, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="2000,20000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", default="1")
    options = parser.parse_args()
    ready()
    standoff, python = str(PROGRAMS / "standoff"), str(PROGRAMS / "python")
    print("documents  what             median s  (min-max)         docs/s   peak MB  to floor")
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="standoff-bench-") as name:
            folder = Path(name)
            make(folder / "corpus", size)
            (folder / "floor").mkdir()
            build = [standoff, "build", str(folder / "corpus"), "--workers", options.workers]
            commands = {
                "build": [*build, "--out", str(folder / "all"), "--no-reuse"],
                "documents": [*build, "--out", str(folder / "some"), "--configs", "documents", "--no-reuse"],
                "floor": [python, "-c", FLOOR, str(folder / "corpus"), str(folder / "all/dev"), str(folder / "floor")],
            }
            runs: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
            for _ in range(options.runs):
                for what, command in commands.items():
                    runs[what].append(measure(command))
            floor = statistics.median(seconds for seconds, _ in runs["floor"])
            for what, found in runs.items():
                show(size, what, found, floor)
            incremental(size, folder / "corpus", build, folder / "all", options.runs)


if __name__ == "__main__":
    main()
