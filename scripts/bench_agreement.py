"""Times `standoff agreement` on 100 documents x 60 spans x 2 annotators: `python3 scripts/bench_agreement.py`.

Makes a seeded brat corpus whose second annotator misses a tenth of the spans, moves ends and changes labels, builds
it, and prints the median seconds of the whole command, its start included.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench import LABELS, annotation, article, measure
from environment import PROGRAMS, ready


def second(rng: random.Random, text: str, first: str) -> str:
    """Return the other annotator's .ann: about a tenth missed, some ends moved, some labels changed."""
    lines = []
    for line in first.splitlines():
        name, rest, *surface = line.split("\t")
        if not name.startswith("T") or not surface:
            continue
        label, start, end = rest.split(" ")
        if rng.random() < 0.1:
            continue
        if rng.random() < 0.15:
            end = str(min(int(end) + rng.randint(1, 6), len(text)))
        if rng.random() < 0.08:
            label = rng.choice(LABELS)
        lines.append(f"{name}\t{label} {start} {end}\t" + text[int(start) : int(end)].replace("\n", " "))
    return "\n".join(lines) + "\n"


def make(folder: Path, documents: int) -> None:
    """Write the seeded corpus of two annotators."""
    rng = random.Random(20231)
    for name in ("raw", "annotations/a1", "annotations/a2"):
        (folder / name).mkdir(parents=True)
    (folder / "corpus.toml").write_text('[annotations]\npublish = ["a1"]\n', encoding="utf-8")
    for number in range(documents):
        text, places = article(rng)
        first = annotation(rng, text, places)
        (folder / "raw" / f"d{number:04}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / "annotations/a1" / f"d{number:04}.ann").write_text(first, encoding="utf-8")
        (folder / "annotations/a2" / f"d{number:04}.ann").write_text(second(rng, text, first), encoding="utf-8")


def main() -> None:
    """Make and build the corpus, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    ready()
    standoff = str(PROGRAMS / "standoff")
    with tempfile.TemporaryDirectory(prefix="standoff-bench-") as name:
        folder = Path(name)
        make(folder / "corpus", options.documents)
        build = [standoff, "build", str(folder / "corpus"), "--out", str(folder / "dist")]
        subprocess.run(build, check=True, capture_output=True)
        command = [standoff, "agreement", str(folder / "dist/dev")]
        for words in ([], ["--bootstrap", "0"]):
            runs = [measure([*command, *words]) for _ in range(options.runs)]
            seconds = sorted(second for second, _ in runs)
            print(
                f"{options.documents} documents, 2 annotators {' '.join(words) or '--bootstrap 200':15}  "
                f"median {statistics.median(seconds):.2f} s ({seconds[0]:.2f}-{seconds[-1]:.2f}), "
                f"peak {max(memory for _, memory in runs):.0f} MB"
            )


if __name__ == "__main__":
    main()
