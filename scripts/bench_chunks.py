"""How many bytes of a release are new after a small change: `.venv/bin/python scripts/bench_chunks.py`.

The Hub keeps files in chunks of about 64 KiB whose bounds the content itself sets, and takes only those that it lacks.
Its client cannot be asked for the chunks of a file offline, so they are cut here by the published rule: a gear hash
over the last 64 bytes, a bound where 16 chosen bits of it are 0, no chunk below 8 KiB or above 128 KiB. The table of
random numbers in the hash is another one, so the bounds are others, and their number is about the same.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench import annotation, article, change, make

SMALLEST, LARGEST = 8 * 1024, 128 * 1024
BITS = np.uint64(0xFFFF) << np.uint64(48)
TABLE = np.random.default_rng(64).integers(0, 2**64, 256, dtype=np.uint64)


def chunks(data: bytes) -> Iterator[bytes]:
    """Yield the chunks of a file."""
    gear = TABLE[np.frombuffer(data, np.uint8)]
    for step in (1, 2, 4, 8, 16, 32):  # in the end each sums up the last 64 numbers, every one shifted once more
        shifted = np.zeros_like(gear)
        shifted[step:] = gear[:-step] << np.uint64(step)
        gear = gear + shifted
    bounds = np.flatnonzero((gear & BITS) == 0) + 1
    start = 0
    while start < len(data):
        after = bounds[np.searchsorted(bounds, start + SMALLEST) :]
        end = min(int(after[0]) if len(after) else len(data), start + LARGEST, len(data))
        yield data[start:end]
        start = end


def sizes(release: Path) -> dict[str, int]:
    """Return the chunks of all files of a release: digest -> bytes."""
    files = [path for path in sorted(release.rglob("*")) if path.is_file()]
    return {hashlib.sha256(chunk).hexdigest(): len(chunk) for path in files for chunk in chunks(path.read_bytes())}


def build(corpus: Path, out: Path) -> dict[str, int]:
    """Build a corpus, and return the chunks of its release."""
    command = [sys.executable, "-m", "standoff", "build", str(corpus), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return sizes(out / "dev")


def insert(corpus: Path, documents: int) -> None:
    """Add one document, whose id sorts into the middle."""
    rng = random.Random(3)
    text, places = article(rng)
    name = f"d{documents // 2:06}b"
    (corpus / "raw" / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    (corpus / "annotations/a1" / f"{name}.ann").write_text(annotation(rng, text, places), encoding="utf-8")


def main() -> None:
    """Build a corpus three times, and print the new bytes of the second and third time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="standoff-bench-") as name:
        corpus, out = Path(name, "corpus"), Path(name, "out")
        make(corpus, options.documents)
        before = build(corpus, out)
        for what in ("changed", "added"):
            if what == "changed":
                change(corpus, options.documents // 3)
            else:
                insert(corpus, options.documents)
            after = build(corpus, out)
            new = sum(size for digest, size in after.items() if digest not in before)
            total = sum(after.values())
            print(
                f"{options.documents} documents, one {what}: {new / 2**20:.2f} of {total / 2**20:.2f} MiB are new, "
                f"{100 * new / total:.2f} %"
            )
            before = after


if __name__ == "__main__":
    main()
