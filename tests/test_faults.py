"""A build that is killed, or that cannot write, leaves the whole old release or the whole new one.

Here a sample; `python3 scripts/test.py --faults` kills at 500 moments and lets every call fail.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from samples import ARTICLE
from standoff import build, verify
from standoff.release import manifest
from test_build import ANN, small_corpus

from faults import KINDS, Bench, killed

FULL = bool(os.environ.get("STANDOFF_FAULTS"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills and limits as POSIX has them")


def corpus(root: Path, documents: int, *, changed: bool) -> Path:
    """Write a corpus of some documents in two splits; one is changed, one new, and one gone."""
    files = {**small_corpus(), **{f"raw/d{number}.txt": ARTICLE * 3 for number in range(documents)}}
    files |= {f"annotations/a1/d{number}.ann": ANN for number in range(documents)}
    files["splits.csv"] = str(files["splits.csv"]) + "".join(f"d{number},train\n" for number in range(documents))
    if changed:
        files["annotations/a1/d0.ann"] = ANN.replace("T1\tPLACE", "T1\tTOWN")
        files["raw/new.txt"] = ARTICLE
        files["splits.csv"] = str(files["splits.csv"]).replace("d1,train", "new,train")
        del files["raw/d1.txt"], files["annotations/a1/d1.ann"]
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(str(content), encoding="utf-8", newline="")
    return root


def bench_of(parent: Path, *options: str) -> Bench:
    old, new = (corpus(parent / name, 4, changed=name == "b") for name in ("a", "b"))
    return Bench(parent, old, new, ["--configs", "documents,spans", *options])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench_of(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def calls(bench: Bench) -> dict[str, int]:
    return bench.calls()


def report(capsys: pytest.CaptureFixture[str], what: str, found: Counter[str]) -> None:
    if FULL:
        with capsys.disabled():
            print(f"\n{what}: {', '.join(f'{name}: {number}' for name, number in sorted(found.items()))}")


def test_a_kill_at_any_moment_leaves_a_whole_release(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    found = bench.kills(450 if FULL else 12, random.Random(5), lambda found: report(capsys, "kills so far", found))
    assert killed(found) == (450 if FULL else 12)


def test_a_kill_right_before_any_call_leaves_a_whole_release(
    bench: Bench, calls: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Time alone seldom meets the last moments, in which a release gets its name."""
    numbers = range(1, sum(calls.values()) + 1)
    found = bench.kills_at_calls(numbers if FULL else [*random.Random(7).sample(numbers, 3), *numbers[-6:]])
    report(capsys, "kills before calls", found)
    assert {name for name in found if name.startswith("killed")} == {"killed, old", "killed, new"}


def test_a_kill_of_a_build_with_workers_leaves_a_whole_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = bench_of(tmp_path, "--workers", "2")
    bench.kills(
        50 if FULL else 2, random.Random(6), lambda found: report(capsys, "kills with workers so far", found)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_fails_leaves_a_whole_release(
    bench: Bench, calls: dict[str, int], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calls[kind] > 0
    numbers = range(1, calls[kind] + 1)
    chosen = numbers if FULL else sorted({1, calls[kind], *random.Random(kind).sample(numbers, min(2, len(numbers)))})
    found = Counter(bench.fails(kind, number) for number in chosen)
    report(capsys, f"{kind}: each of {len(chosen)} fails", found)


def test_a_full_disk_leaves_a_whole_release(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """RLIMIT_FSIZE: every file that is larger cannot be written further than that."""
    sizes = sorted({len(data) for data in bench.releases["new"].values()})
    chosen = [1, *(size - 1 for size in sizes)] if FULL else [1, sizes[0] - 1, sizes[-1] - 1]
    found = Counter(bench.capped(max(size, 1)) for size in chosen)
    report(capsys, f"{len(chosen)} sizes of the largest file", found)
    assert all(name.startswith("exit 4") for name in found)


def damaged(data: bytes, chance: random.Random, *, flip: bool) -> bytes:
    if not flip:
        return data[: chance.randrange(len(data))]
    at = chance.randrange(len(data) * 8)
    return data[: at // 8] + bytes([data[at // 8] ^ (1 << at % 8)]) + data[at // 8 + 1 :]


@pytest.mark.parametrize("flip", [True, False], ids=["bit-flips", "truncations"])
def test_verify_reports_every_damage_of_a_shard(tmp_path: Path, flip: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """The digests of the manifest are the proof, so they alone are asked; a few damages go through all of `verify`."""
    outcome = build.build(corpus(tmp_path / "corpus", 4, changed=False), tmp_path / "out")
    assert outcome.release
    facts = manifest.read(outcome.release)
    paths = sorted(outcome.release.rglob("*.parquet"))
    chance = random.Random(11)
    number = (1000 if flip else 200) if FULL else 60
    unseen = []
    for turn in range(number):
        path = chance.choice(paths)
        data = path.read_bytes()
        path.write_bytes(damaged(data, chance, flip=flip))
        named = [finding.path for finding in verify.files(outcome.release, facts)]
        if named != [path.relative_to(outcome.release).as_posix()]:
            unseen.append((turn, path, named))
        path.write_bytes(data)
    report(capsys, f"{number} {'bit flips' if flip else 'truncations'}", Counter({"unseen": len(unseen)}))
    assert unseen == []
    assert list(verify.files(outcome.release, facts)) == []
    shutil.rmtree(outcome.release)
