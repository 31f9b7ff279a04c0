"""The whole path: same input, same bytes; what was there before stays where a build fails; the release loads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from samples import ARTICLE
from standoff import build
from standoff.tables import shards

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]

ANN = """\
T1\tPLACE 10 16\tKassar
T2\tPERSON 35 42\tGunners
T3\tATTACK 43 50\tshelled
T4\tFACILITY 51 61\tthe bridge
T5\tPERSON 0 6;35 42\tBridge Gunners
E1\tATTACK:T3 Attacker:T2 Target:T4
R1\tNEAR Arg1:T4 Arg2:T1
N1\tReference T1 Wikidata:Q1\tKassar
A1\tSure E1 yes
#1\tAnnotatorNotes T1\tcheck
"""
NATIVE = {
    "version": 1, "doc_id": "native", "attributes": {"genre": "news"},
    "layers": ["spans", "entities", "events", "attributions", "stance", "relations"],
    "spans": [
        {"id": "m1", "kind": "mention", "label": "PERSON", "exact": "Gunners", "form": "nominal"},
        {"id": "m2", "kind": "mention", "label": "FACILITY", "exact": "the bridge"},
        {"id": "t1", "kind": "trigger", "label": "ATTACK", "exact": "shelled the"},
        {"id": "c1", "kind": "content", "exact": "Nobody was hurt"},
    ],
    "entities": [
        {"id": "e1", "label": "PERSON", "mentions": ["m1"]}, {"id": "e2", "label": "FACILITY", "mentions": ["m2"]},
    ],
    "events": [
        {"id": "v1", "label": "ATTACK", "trigger": "t1", "earliest": "2021-07-05", "latest": "2021-07-06",
         "arguments": [{"role": "Attacker", "filler": "e1"}, {"role": "Target", "implicit": True}],
         "factuality": [{"source": "author", "value": "CT+"}]},
    ],
    "attributions": [{"id": "a1", "source": "e1", "contents": ["c1"], "mode": "indirect", "act": "SAY"}],
    "stance": [{"id": "s1", "holder": "e1", "target": "e2", "label": "AGAINST", "evidence": ["t1"]}],
    "relations": [{"id": "r1", "label": "CAUSE",
                   "arguments": [{"role": "a", "filler": "v1"}, {"role": "b", "filler": "m2"}]}],
}  # fmt: skip


def small_corpus() -> dict[str, str | bytes]:
    """Three documents in two splits, with brat and native annotations, rows in all configs."""
    return {
        "corpus.toml": '[corpus]\nname = "small"\nlicense = "cc-by-4.0"\n',
        "splits.csv": "story_id,split\nbrat,train\nnative,train\nother,test\n",
        "raw/brat.txt": ARTICLE,
        "raw/native.txt": ARTICLE,
        "raw/other.txt": ARTICLE + "\n",  # one text may not stand in two splits
        "raw/metadata.csv": "doc_id,published,publisher\nbrat,2021-07-05,Courier\n",
        "annotations/a1/brat.ann": ANN,
        "annotations/a1/native.json": json.dumps(NATIVE),
        "annotations/a1/other.json": json.dumps({**NATIVE, "doc_id": "other"}),
    }


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(release: Path, config: str, split: str = "train") -> list[dict[str, Any]]:
    paths = sorted((release / config).glob(f"{split}-*.parquet"))
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the small corpus, built once and only read."""
    parent = tmp_path_factory.mktemp("release")
    for name, content in small_corpus().items():
        (parent / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (parent / "corpus" / name).write_text(str(content), encoding="utf-8", newline="")
    outcome = build.build(parent / "corpus", parent / "out")
    assert outcome.release is not None, outcome.findings
    return outcome.release


CONFIGS = [
    "documents",
    "annotations",
    "spans",
    "entities",
    "events",
    "attributions",
    "stance",
    "relations",
    "ner",
    "provenance",
]


def test_every_config_and_split_loads_normally_and_streaming_from_a_fresh_cache(release: Path, tmp_path: Path) -> None:
    import datasets

    for config in CONFIGS:
        cache = str(tmp_path / config)
        loaded = datasets.load_dataset(str(release), config, cache_dir=cache)
        stream = datasets.load_dataset(str(release), config, cache_dir=cache, streaming=True)
        assert set(loaded) == set(stream) == {"train", "test"}
        for split in loaded:
            expected = rows(release, config, split)
            assert loaded[split].num_rows == len(expected) > 0
            assert list(stream[split]) == list(loaded[split])
            assert loaded[split].features.keys() == expected[0].keys()
    default = datasets.load_dataset(str(release), cache_dir=str(tmp_path / "cache/default"))
    assert default["train"].column_names == list(rows(release, "documents")[0])


def test_polars_and_duckdb_read_the_same_rows(release: Path) -> None:
    import duckdb
    import polars

    for config in CONFIGS:
        pattern = str(release / config / "train-*.parquet")
        expected = rows(release, config)
        assert polars.read_parquet(pattern).height == len(expected)
        found = duckdb.sql(f"select * from '{pattern}'")
        assert found.columns == list(expected[0])
        assert len(found.fetchall()) == len(expected)
    assert polars.read_parquet(str(release / "spans/*.parquet"))["label"].dtype == polars.String


def test_layers_that_nobody_finished_are_null_and_empty_ones_are_empty(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    native = {"version": 1, "doc_id": "b", "layers": ["spans", "stance"]}
    root = corpus(
        {
            "raw/a.txt": ARTICLE,
            "raw/b.txt": ARTICLE,
            "raw/c.txt": ARTICLE,
            "annotations/a1/a.ann": "T1\tPLACE 10 16\tKassar\n",
            "annotations/a1/b.json": json.dumps(native),
            "annotations/a1/c.ann": "",
        }
    )
    assert run("build", root, "--workers", 1, "--out", tmp_path)[0] == 0
    found = {row["doc_id"]: row for row in rows(tmp_path / "dev", "documents")}
    layers = ("spans", "entities", "events", "attributions", "stance", "relations")
    assert [found["a"][layer] is None for layer in layers] == [False, True, True, True, True, True]
    assert [found["b"][layer] for layer in layers] == [[], None, None, None, [], None]
    assert [found["c"][layer] for layer in layers] == [None] * 6
    assert [found[name]["layers"] for name in "abc"] == [["spans"], ["spans", "stance"], []]
    assert [found[name]["notes"] for name in "abc"] == [[], [], []]


def test_every_published_item_is_found_in_provenance_at_its_line(release: Path) -> None:
    document = next(row for row in rows(release, "documents") if row["doc_id"] == "brat")
    items = {
        (layer, item["id"])
        for layer in ("spans", "events", "relations", "normalizations", "notes")
        for item in document[layer] or ()
    }
    found = {(row["layer"], row["id"]): row for row in rows(release, "provenance") if row["doc_id"] == "brat"}
    assert items == set(found)
    assert found["spans", "T4"]["line"] == 4
    assert found["events", "E1"]["path"] == "annotations/a1/brat.ann"
    assert found["notes", "n1"]["raw_id"] == "#1"


def test_items_stand_in_the_order_of_the_text_and_documents_in_that_of_their_ids(release: Path) -> None:
    assert [row["doc_id"] for row in rows(release, "documents")] == ["brat", "native"]
    spans = rows(release, "documents")[0]["spans"]
    assert [(span["start"], span["end"], span["id"]) for span in spans] == sorted(
        (span["start"], span["end"], span["id"]) for span in spans
    )
    assert spans[0]["text"] == "Bridge Gunners"


@pytest.mark.parametrize("config", CONFIGS)
def test_one_config_alone_has_the_same_shards(
    corpus: Corpus, run: Run, tmp_path: Path, release: Path, config: str
) -> None:
    assert run("build", corpus(small_corpus()), "--workers", 1, "--out", tmp_path, "--configs", config)[0] == 0
    folders = {path.name for path in (tmp_path / "dev").iterdir() if path.is_dir()}
    assert folders - {"plots"} == {config}
    one, other = files_of(tmp_path / "dev"), files_of(release)
    shared = [name for name in one if name.startswith(config)]
    assert len(shared) == 2
    assert all(one[name] == other[name] for name in shared)


@pytest.mark.parametrize("configs", ["spans", "ner,stance"])
def test_a_release_of_chosen_configs_is_proved(corpus: Corpus, run: Run, tmp_path: Path, configs: str) -> None:
    assert run("build", corpus(small_corpus()), "--workers", 1, "--out", tmp_path, "--configs", configs)[0] == 0
    assert run("verify", tmp_path / "dev")[0] == 0


def build_elsewhere(root: Path, out: Path, seed: str) -> None:
    command = [sys.executable, "-m", "standoff", "build", str(root), "--out", str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"}
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=root)


def test_two_builds_in_two_folders_with_two_hash_seeds_are_byte_identical(corpus: Corpus, tmp_path: Path) -> None:
    root = corpus(small_corpus())
    other = tmp_path / "elsewhere/deep/corpus"
    shutil.copytree(root, other)
    build_elsewhere(root, tmp_path / "one", "1")
    build_elsewhere(other, tmp_path / "two/deep", "4242")
    one, two = files_of(tmp_path / "one/dev"), files_of(tmp_path / "two/deep/dev")
    assert one == two
    for name, data in one.items():
        assert str(tmp_path).encode() not in data, name


def test_the_number_of_workers_does_not_change_a_byte(
    corpus: Corpus, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MEAN_TEXT_BYTES", len(ARTICLE))
    files = small_corpus()
    names = [f"doc{number}" for number in range(9)]
    for name in names:
        files |= {f"raw/{name}.txt": ARTICLE, f"annotations/a1/{name}.ann": ANN}
    files["splits.csv"] = str(files["splits.csv"]) + "".join(f"{name},train\n" for name in names)
    root = corpus(files)
    for workers in (1, 2):
        status, out, err = run("build", root, "--workers", 1, "--out", tmp_path / str(workers), "--workers", workers)
        assert status == 0, out + err
    one, two = files_of(tmp_path / "1/dev"), files_of(tmp_path / "2/dev")
    assert len([name for name in one if name.startswith("documents/train")]) > 2
    assert one == two
    counts = {name.rsplit("-of-", 1)[1] for name in one if name.startswith("documents/train")}
    assert counts == {f"{len([name for name in one if name.startswith('documents/train')]):05d}.parquet"}


def test_a_new_document_changes_the_content_of_its_split_alone(
    corpus: Corpus, run: Run, tmp_path: Path, release: Path
) -> None:
    files = small_corpus()
    root = corpus(files)
    (root / "raw/zzz.txt").write_text(ARTICLE)
    (root / "splits.csv").write_text(str(files["splits.csv"]) + "zzz,train\n")
    assert run("build", root, "--workers", 1, "--out", tmp_path / "b")[0] == 0
    before, after = files_of(release), files_of(tmp_path / "b/dev")
    changed = {name for name in before if name.endswith(".parquet") and before[name] != after.get(name)}
    assert changed == {"documents/train-00000-of-00001.parquet"}


@pytest.mark.parametrize("blocked", ["out", "out/dev"])
def test_a_file_in_the_way_ends_with_status_4_and_stays(corpus: Corpus, run: Run, tmp_path: Path, blocked: str) -> None:
    root = corpus(small_corpus())
    path = tmp_path / blocked
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    status, out, err = run("build", root, "--workers", 1, "--out", tmp_path / "out")
    assert (status, out) == (4, "")
    assert err.count("\n") == 1
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("annotations/a1/brat.ann", ANN.replace("\tKassar\n", "\tKasar\n", 1), 1),
        ("corpus.toml", "[corpus]\nnam = 1\n", 2),
        ("annotations/a1/native.json", "{", 3),
        ("raw/brat.txt", b"\xff\xff", 3),
        ("raw/metadata.csv", b"doc_id\n\xe9\n", 3),
    ],
)
def test_a_build_that_fails_leaves_the_earlier_release_untouched(
    corpus: Corpus, run: Run, tmp_path: Path, release: Path, name: str, content: str | bytes, status: int
) -> None:
    root = corpus(small_corpus())
    shutil.copytree(release, tmp_path / "out/dev")
    before = files_of(tmp_path / "out")
    (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found, out, err = run("build", root, "--workers", 1, "--out", tmp_path / "out")
    assert (found, out) == (status, "")
    assert name.rsplit("/", 1)[-1] in err
    assert "Traceback" not in err
    assert files_of(tmp_path / "out") == before


def test_an_earlier_release_is_replaced_as_a_whole(corpus: Corpus, run: Run, tmp_path: Path, release: Path) -> None:
    root = corpus(small_corpus())
    shutil.copytree(release, tmp_path / "out/dev")
    (tmp_path / "out/dev/stray").write_text("x")
    (tmp_path / "out/other").mkdir()
    assert run("build", root, "--workers", 1, "--out", tmp_path / "out", "--configs", "spans")[0] == 0
    assert not (tmp_path / "out/dev/stray").exists()
    assert not (tmp_path / "out/dev/documents").exists()
    assert sorted(os.listdir(tmp_path / "out")) == [".state", "dev", "other"]


@pytest.mark.parametrize(
    "files",
    [
        {"raw/a.txt": "x", "annotators.csv": "Jörg,a1\n".encode("latin-1")},
        {"raw/a.txt": "x", "splits.csv": 'story_id,split\n"' + "x" * 200_000 + '",train\n'},
        {"raw/a.txt": "x", "splits.csv": b"\xff"},
        {"raw/a.txt": b"\xff\xfea"},
        {"raw/a.jsonl": '{"id": "a", "text": "\\ud800"}\n'},
        {"raw/a.txt": "x", "annotations/a1/a.json": "[" * 50_000},
        {"raw/a.txt": "x", "annotations/a1/a.json": '{"version": 1e400}'},
        {"raw/a.txt": "x", "annotations/a1/a.ann": b"\xff"},
        {"raw/a.txt": "x", "corpus.toml": '[[sources]]\npath = "none"\nformat = "brat"\n'},
        {"raw/a.txt": "x", "scheme.toml": "version = 1\n[entities]\nX = 1\n"},
        {"withheld/a.json": "[]"},
        {"withheld/a.json": "\xff"},
        {"corpus.toml": '[articles]\nwithhold = ["a"]\n', "withheld/a.json": "{"},
        {},
    ],
    ids=range(14),
)
def test_bad_input_gets_clear_lines_and_no_traceback_from_any_verb(
    corpus: Corpus, run: Run, tmp_path: Path, files: dict[str, str | bytes], request: pytest.FixtureRequest
) -> None:
    root = corpus(files)
    for verb in (["validate"], ["build", "--out", tmp_path / "out"], ["split"]):
        status, out, err = run(verb[0], root, *verb[1:])
        assert status in (0, 1, 2, 3)
        assert status in (1, 2, 3) or verb[0] == "split"
        assert "Traceback" not in out + err
        assert "error" in out + err or verb[0] == "split"
    assert not (tmp_path / "out/dev").exists()


@pytest.mark.parametrize(
    "record",
    ["{", "\xff", "[]", '{"raw_sha256": 7}'],
)
def test_anchor_names_a_broken_record_of_a_withheld_text(corpus: Corpus, run: Run, record: str) -> None:
    root = corpus({"corpus.toml": '[articles]\nwithhold = ["a"]\n', "withheld/a.json": record})
    status, _, err = run("anchor", root)
    assert status in (1, 3)
    assert "withheld/a.json" in err


def test_an_entity_and_an_event_of_one_name_build_and_load(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    scheme = (
        'version = 1\n[entities]\nATTACK = "x"\n[events.ATTACK]\n[events.ATTACK.roles]\nA = { fillers = ["any"] }\n'
        "[attributes.events]\nSure = {}\n[relations.NEAR]\n"
    )
    ann = "T1\tATTACK 10 16\tKassar\nT3\tATTACK 43 50\tshelled\nE1\tATTACK:T3 A:T1\n"
    root = corpus({"raw/a.txt": ARTICLE, "scheme.toml": scheme, "annotations/a1/a.ann": ann})
    status, _, err = run("build", root, "--workers", 1, "--out", tmp_path)
    assert status == 0, err
    assert run("verify", tmp_path / "dev")[0] == 0


@pytest.mark.parametrize(
    "title",
    [
        "News ---", "a\n---\nb", "---", "# x: [y]",
        "é 😀 \u2028 x",
    ],
)  # fmt: skip
def test_whatever_the_title_the_card_is_read_back(corpus: Corpus, run: Run, tmp_path: Path, title: str) -> None:
    root = corpus({"corpus.toml": f"[corpus]\ntitle = {json.dumps(title, ensure_ascii=False)}\n", "raw/a.txt": ARTICLE})
    assert run("build", root, "--workers", 1, "--out", tmp_path, "--configs", "documents")[0] == 0
    assert run("verify", tmp_path / "dev")[:2] == (0, f"{tmp_path / 'dev'}: proved\n")


def test_a_config_without_rows_in_a_split_is_left_out_with_a_warning(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    files = small_corpus() | {"annotations/a1/other.json": json.dumps({"version": 1, "doc_id": "other", "layers": []})}
    status, _, err = run("build", corpus(files), "--workers", 1, "--out", tmp_path)
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "dev/stance").iterdir()) == ["train-00000-of-00001.parquet"]
    assert "stance" in err


def test_the_first_annotator_of_the_rule_is_published_and_all_are_in_annotations(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"corpus.toml": '[annotations]\npublish = ["gold", "a2", "a1"]\n'}
    for name, annotators in {"x": ["a1", "gold", "a2"], "y": ["a1", "a2"], "z": ["a1"]}.items():
        files[f"raw/{name}.txt"] = ARTICLE
        for annotator in annotators:
            files[f"annotations/{annotator}/{name}.ann"] = "T1\tPLACE 10 16\tKassar\n"
    assert run("build", corpus(files), "--workers", 1, "--out", tmp_path)[0] == 0
    documents = rows(tmp_path / "dev", "documents")
    assert [(row["doc_id"], row["annotator"], row["adjudicated"]) for row in documents] == [
        ("x", "gold", True), ("y", "a2", False), ("z", "a1", False),
    ]  # fmt: skip
    found = [(row["doc_id"], row["annotator"]) for row in rows(tmp_path / "dev", "annotations")]
    assert sorted(found) == [("x", "a1"), ("x", "a2"), ("y", "a1"), ("y", "a2"), ("z", "a1")]


def test_the_corpus_of_the_project_validates() -> None:
    """Its own test builds it; here its articles and annotations must have no error."""
    command = [sys.executable, "-m", "standoff", "validate", str(ROOT / "corpus")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
