"""Same input, same bytes: twice, in another folder, with another hash seed, more workers, incrementally, or frozen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from samples import ARTICLE
from test_build import ANN, files_of, small_corpus

Corpus = Callable[[dict[str, str | bytes]], Path]


def built(root: Path, out: Path, *options: str, seed: str = "0") -> None:
    command = [sys.executable, "-m", "standoff", "build", str(root), "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=root)


def test_the_same_input_gives_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    files = small_corpus()
    files["corpus.toml"] = str(files["corpus.toml"]) + 'version = "1.0.0"\n'
    files |= {"raw/more.txt": ARTICLE, "annotations/a1/more.ann": ANN}
    files["splits.csv"] = str(files["splits.csv"]) + "more,train\n"
    root = corpus(files)
    other = Path(shutil.copytree(root, tmp_path / "another/place"))
    built(root, tmp_path / "one")
    expected = files_of(tmp_path / "one/dev")
    built(root, tmp_path / "two", "--workers", "2", seed="77")
    built(other, tmp_path / "three", "--release", seed="4242")
    built(other, tmp_path / "four")
    (other / "annotations/a1/more.ann").write_text("")
    built(other, tmp_path / "four")
    assert files_of(tmp_path / "four/dev") != expected
    (other / "annotations/a1/more.ann").write_text(ANN)
    built(other, tmp_path / "four", seed="5")
    built(root, tmp_path / "one")
    for release in ("one/dev", "two/dev", "three/1.0.0", "four/dev"):
        assert files_of(tmp_path / release) == expected, release
