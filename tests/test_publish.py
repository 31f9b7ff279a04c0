"""`standoff publish` to a folder, a git repository, a Hub double and moto's S3, all real servers on loopback."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Run
from hubdouble import Hub

TEXT = "Rebels shell the bridge\n\nRebels shelled the Sorn bridge on Monday."
REPO = "me/news"


def release(tmp_path: Path, run: Run, version: str, label: str = "GROUP") -> Path:
    """Build a small release and give it the name of its version, as freezing does."""
    root = tmp_path / f"corpus-{version}-{label}"
    for number in range(6):
        (root / "raw").mkdir(parents=True, exist_ok=True)
        (root / "annotations/a1").mkdir(parents=True, exist_ok=True)
        (root / f"raw/d{number}.txt").write_text(f"{TEXT} No. {number}.", encoding="utf-8")
        span = {"id": "m1", "kind": "mention", "label": label, "exact": "Rebels", "nth": 2}
        value = {"version": 1, "doc_id": f"d{number}", "layers": ["spans"], "spans": [span]}
        (root / f"annotations/a1/d{number}.json").write_text(json.dumps(value), encoding="utf-8")
    (root / "corpus.toml").write_text(f'[corpus]\nname = "news"\nversion = "{version}"\n', encoding="utf-8")
    out = tmp_path / f"out-{version}-{label}"
    assert run("build", root, "--out", out)[0] == 0
    return (out / "dev").rename(out / version)


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "standoff", *map(str, arguments)], env=settings(environment), cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def settings(more: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "AWS_"))}
    return {**clean, "PYTHONPATH": str(ROOT / "builder"), **more}


def hub_settings(hub: Hub, home: Path) -> dict[str, str]:
    return {
        "HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_secret", "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }  # fmt: skip


def labels_loaded(code: str, environment: dict[str, str]) -> set[str]:
    """Load spans in a fresh process, as a user does, and return their labels."""
    script = (
        f"from datasets import load_dataset\nspans = {code}\n"
        "import json; names = spans.features['label']; "
        "print('LABELS', json.dumps([names.int2str(v) if hasattr(names, 'int2str') else v for v in spans['label']]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=settings(environment), capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = re.search(r"LABELS (.*)", done.stdout)
    assert found, done.stdout
    return set(json.loads(found[1]))


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    yield server
    server.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """A moto server in this process; returns the environment that leads to it."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server._server.server_port
    yield {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "secret-key",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    server.stop()


def client(environment: dict[str, str], bucket: str) -> Any:
    import boto3

    made = boto3.client(
        "s3", endpoint_url=environment["AWS_ENDPOINT_URL"], aws_access_key_id="x", aws_secret_access_key="secret-key",
        region_name="us-east-1",
    )  # fmt: skip
    made.create_bucket(Bucket=bucket)
    return made


def test_a_folder_gets_the_version_once(tmp_path: Path, run: Run) -> None:
    one = release(tmp_path, run, "1.0.0")
    place = tmp_path / "shelf"
    status, out, _ = run("publish", one, "--to", place, "--dry-run")
    assert status == 0 and "put" in out and "manifest.json" in out and not place.exists()
    assert run("publish", one, "--to", place)[0] == 0
    assert run("verify", place / "1.0.0")[0] == 0
    status, out, _ = run("publish", one, "--to", place)
    assert status == 0 and "keep" in out
    other = release(tmp_path, run, "1.0.0", "ARMY")
    status, _, err = run("publish", other, "--to", place)
    assert status == 2 and "never changes" in err


def test_only_a_sound_frozen_release_with_a_version_is_published(tmp_path: Path, run: Run) -> None:
    one = release(tmp_path, run, "1.0.0")
    dev = Path(shutil.copytree(one, tmp_path / "dev"))
    status, _, err = run("publish", dev, "--to", tmp_path / "shelf")
    assert status == 2 and "not frozen" in err
    assert run("publish", dev, "--to", tmp_path / "shelf", "--unfrozen")[0] == 0
    shard = next((one / "spans").glob("*.parquet"))
    shard.write_bytes(shard.read_bytes()[:-1])
    status, _, err = run("publish", one, "--to", tmp_path / "other")
    assert status == 3 and "standoff verify" in err and not (tmp_path / "other").exists()
    for place in ("gopher://x/y", "hf://datasets/alone", "hf://datasets//x"):
        assert run("publish", dev, "--to", place, "--unfrozen")[0] == 2


def test_a_git_repository_gets_a_commit_and_a_tag(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "maker@example.org")
    bare = tmp_path / "news.git"
    subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
    assert run("publish", release(tmp_path, run, "1.0.0"), "--to", bare)[0] == 0
    assert run("publish", release(tmp_path, run, "1.1.0", "ARMY"), "--to", bare)[0] == 0
    for version in ("1.0.0", "1.1.0"):
        clone = tmp_path / version
        subprocess.run(["git", "clone", "-q", "--branch", f"v{version}", bare, clone], check=True, capture_output=True)
        shutil.rmtree(clone / ".git")
        assert run("verify", clone)[0] == 0
    status, _, err = run("publish", release(tmp_path, run, "1.1.0", "MOB"), "--to", bare)
    assert status == 2 and "never changes" in err
    status, _, err = run("publish", tmp_path / "out-1.0.0-GROUP/1.0.0", "--to", "git+" + str(tmp_path / "nowhere"))
    assert status == 4 and "git ls-remote" in err


def test_the_hub_gets_one_commit_and_a_tag_and_loads_at_it(tmp_path: Path, run: Run, hub: Hub) -> None:
    one, two = release(tmp_path, run, "1.0.0"), release(tmp_path, run, "1.1.0", "ARMY")
    environment = hub_settings(hub, tmp_path / "home")
    place = f"hf://datasets/{REPO}"
    done = command("publish", one, "--to", place, "--dry-run", **environment)
    assert done.returncode == 0 and "commit" in done.stdout and not hub.heads, done.stderr
    for each in (one, two):
        done = command("publish", each, "--to", place, **environment)
        assert done.returncode == 0, done.stderr
        assert "hf_secret" not in done.stdout + done.stderr
    assert len(hub.commits[REPO]) == 3 and set(hub.tags[REPO]) == {"v1.0.0", "v1.1.0"}
    for tag, label in (("v1.0.0", "GROUP"), ("v1.1.0", "ARMY")):
        code = f'load_dataset("{REPO}", "spans", split="train", revision="{tag}")'
        assert labels_loaded(code, environment) == {label}
    again = command("publish", two, "--to", place, **environment)
    assert again.returncode == 0 and "keep" in again.stdout and len(hub.commits[REPO]) == 3
    other = release(tmp_path, run, "1.1.0", "MOB")
    refused = command("publish", other, "--to", place, **environment)
    assert refused.returncode == 2 and "never changes" in refused.stderr


@pytest.mark.parametrize("seed", [0, 1])
def test_a_cut_upload_leaves_the_old_revision_and_the_next_try_completes(
    tmp_path: Path, run: Run, hub: Hub, seed: int
) -> None:
    one, two = release(tmp_path, run, "1.0.0"), release(tmp_path, run, "1.1.0", "ARMY")
    environment = hub_settings(hub, tmp_path / "home")
    place = f"hf://datasets/{REPO}"
    assert command("publish", one, "--to", place, **environment).returncode == 0
    before = hub.requests
    hub.cut_after = before + random.Random(seed).randrange(2, 40)
    cut = command("publish", two, "--to", place, HF_HUB_DOWNLOAD_TIMEOUT="2", **environment)
    hub.cut_after = None
    assert "Traceback" not in cut.stderr
    if cut.returncode:
        assert cut.returncode == 4 and "try again" in cut.stderr
    code = f'load_dataset("{REPO}", "spans", split="train", revision="v1.0.0")'
    assert labels_loaded(code, {**environment, "HF_HOME": str(tmp_path / "fresh")}) == {"GROUP"}
    done = command("publish", two, "--to", place, **environment)
    assert done.returncode == 0, done.stderr
    assert labels_loaded(code.replace("v1.0.0", "v1.1.0"), environment) == {"ARMY"}


def test_a_hub_that_is_not_there_is_one_line(tmp_path: Path, run: Run, hub: Hub) -> None:
    one = release(tmp_path, run, "1.0.0")
    environment = hub_settings(hub, tmp_path / "home")
    hub.close()
    done = command("publish", one, "--to", f"hf://datasets/{REPO}", **environment)
    assert done.returncode == 4 and "cannot be reached" in done.stderr and "Traceback" not in done.stderr


def test_s3_gets_the_version_once_and_parquet_loads_from_there(tmp_path: Path, run: Run, s3: dict[str, str]) -> None:
    store = client(s3, "shelf")
    one = release(tmp_path, run, "1.0.0")
    done = command("publish", one, "--to", "s3://shelf/news", "--dry-run", **s3)
    assert done.returncode == 0 and "put" in done.stdout and "Contents" not in store.list_objects_v2(Bucket="shelf")
    done = command("publish", one, "--to", "s3://shelf/news", **s3)
    assert done.returncode == 0, done.stderr
    assert "secret-key" not in done.stdout + done.stderr
    assert "news/1.0.0/manifest.json" in {each["Key"] for each in store.list_objects_v2(Bucket="shelf")["Contents"]}
    pytest.importorskip("s3fs")
    files = '{"train": "s3://shelf/news/1.0.0/spans/train-*.parquet"}'
    assert labels_loaded(f'load_dataset("parquet", data_files={files}, split="train")', s3) == {"GROUP"}
    assert "keep" in command("publish", one, "--to", "s3://shelf/news", **s3).stdout
    refused = command("publish", release(tmp_path, run, "1.0.0", "ARMY"), "--to", "s3://shelf/news", **s3)
    assert refused.returncode == 2 and "never changes" in refused.stderr
    nowhere = command("publish", one, "--to", "s3://no-such-bucket/news", **s3)
    assert nowhere.returncode == 4 and "NoSuchBucket" in nowhere.stderr


def test_missing_credentials_are_one_line_that_says_what_to_set(
    tmp_path: Path, run: Run, hub: Hub, s3: dict[str, str]
) -> None:
    one = release(tmp_path, run, "1.0.0")
    home = {"HOME": str(tmp_path / "nobody"), "AWS_EC2_METADATA_DISABLED": "true"}
    for left_out in (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY",)):
        environment = {name: value for name, value in s3.items() if name not in left_out} | home
        done = command("publish", one, "--to", "s3://shelf/news", **environment)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in done.stderr
    done = command("publish", one, "--to", "s3://shelf/news", AWS_PROFILE="nobody", **s3, **home)
    assert (done.returncode, "AWS_PROFILE" in done.stderr, len(done.stderr.splitlines())) == (2, True, 1), done.stderr
    hub.token = "hf_secret"
    environment = hub_settings(hub, tmp_path / "home")
    for token in (None, "hf_wrong"):
        given = {name: value for name, value in environment.items() if name != "HF_TOKEN"}
        given |= {"HF_TOKEN": token} if token else {}
        done = command("publish", one, "--to", f"hf://datasets/{REPO}", **given, **home)
        assert done.returncode in (2, 4) and len(done.stderr.splitlines()) == 1, done.stderr
        assert "HF_TOKEN" in done.stderr and "hf auth login" in done.stderr and "hf_wrong" not in done.stderr
    assert not hub.heads
    done = command("publish", one, "--to", f"hf://datasets/{REPO}", **environment)
    assert done.returncode == 0, done.stderr


def test_a_killed_upload_to_s3_shows_no_manifest_and_the_next_try_goes_on(
    tmp_path: Path, run: Run, s3: dict[str, str]
) -> None:
    store = client(s3, "cut")
    one = release(tmp_path, run, "1.0.0")
    process = subprocess.Popen(
        [sys.executable, "-m", "standoff", "publish", one, "--to", "s3://cut/news"], env=settings(s3), cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while "Contents" not in store.list_objects_v2(Bucket="cut") and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = {each["Key"] for each in store.list_objects_v2(Bucket="cut")["Contents"]}
    assert there and "news/1.0.0/manifest.json" not in there
    done = command("publish", one, "--to", "s3://cut/news", **s3)
    assert done.returncode == 0 and "keep" in done.stdout and "put" in done.stdout, done.stderr
    assert "news/1.0.0/manifest.json" in {each["Key"] for each in store.list_objects_v2(Bucket="cut")["Contents"]}
