"""Stories -> train, validation and test: a proposal that only adds, and a table that is believed or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import quick
from standoff.corpus import splits

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}

stories = st.dictionaries(
    st.text("abcdé0-", min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(["document", "X", "Y"]), st.integers(1, 5), min_size=1).map(Counter),
    max_size=12,
)
named = st.sampled_from(splits.SPLITS)


@quick
@given(stories, st.data())
def test_a_proposal_names_every_new_story_and_no_other(found: dict[str, Counter[str]], data: st.DataObject) -> None:
    assigned = data.draw(st.dictionaries(st.sampled_from([*found, "gone"]), named, max_size=5))
    proposal = splits.propose(found, assigned, SHARES)
    assert set(proposal) == set(found) - set(assigned)
    assert set(proposal.values()) <= set(splits.SPLITS)


@quick
@given(stories, st.randoms())
def test_a_proposal_does_not_depend_on_the_order_of_the_stories(found: dict[str, Counter[str]], random: object) -> None:
    names = list(found)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert splits.propose({name: found[name] for name in names}, {}, SHARES) == splits.propose(found, {}, SHARES)


@quick
@given(stories)
def test_proposing_twice_adds_nothing(found: dict[str, Counter[str]]) -> None:
    first = splits.propose(found, {}, SHARES)
    assert splits.propose(found, first, SHARES) == {}


def skew(label: str, shares: dict[str, float]) -> float:
    """Return how far a label's share of a split is from what was wanted, at worst, for 200 stories of three sizes."""
    found = {
        f"story-{number}": Counter({"document": 1, "common": 1 + number % 3, f"label {number % 4}": 1})
        for number in range(200)
    }
    proposal = splits.propose(found, {}, shares)
    total = sum(counts[label] for counts in found.values())
    have = {split: sum(found[story][label] for story in found if proposal[story] == split) for split in splits.SPLITS}
    return max(abs(have[split] / total - shares[split] / sum(shares.values())) for split in splits.SPLITS)


OTHERS = [SHARES, {"train": 6, "validation": 2, "test": 2}, {"train": 0.5, "validation": 0, "test": 0.5}]


@pytest.mark.parametrize("shares", OTHERS)
def test_shares_are_kept_for_documents_and_for_rare_labels(shares: dict[str, float]) -> None:
    for label in ("document", "label 0", "label 3"):
        assert skew(label, shares) < 0.05


@pytest.mark.parametrize("shares", OTHERS[:2])
def test_shares_are_kept_for_a_label_that_large_stories_have_more_of(shares: dict[str, float]) -> None:
    assert skew("common", shares) < 0.05


def test_assigned_stories_count_towards_the_shares() -> None:
    found = {f"s{number}": Counter(document=1) for number in range(20)}
    assigned = {f"s{number}": "train" for number in range(16)}
    assert Counter(splits.propose(found, assigned, SHARES).values()) == Counter(validation=2, test=2)


def test_shares_of_nothing_are_a_configuration_fault(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/a.txt": "x", "corpus.toml": "[splits]\ntrain = 0\nvalidation = 0\ntest = 0\n"})
    assert run("split", root)[0] == 2


@pytest.mark.parametrize("share", ["nan", "inf"])
def test_a_share_is_a_finite_number(corpus: Corpus, run: Run, share: str) -> None:
    root = corpus({"raw/a.txt": "x", "corpus.toml": f"[splits]\ntrain = {share}\n"})
    assert run("split", root)[0] == 2


def found_in(corpus: Corpus, run: Run, **files: str) -> list[str]:
    """Validate a corpus of two articles, `a` and `b`, with these tables; return the lines without the path."""
    root = corpus(
        {
            "raw/a.txt": "x",
            "raw/b.txt": "y",
            "raw/metadata.csv": files.get("metadata", "doc_id,split\n"),
            "splits.csv": files["splits"],
        }
    )
    _, out, _ = run("validate", root)
    return [line.removeprefix(f"{root}/") for line in out.splitlines() if "W606" not in line]


@pytest.mark.parametrize(
    ("table", "starts"),
    [
        ("story_id,split\na,train\nb,test\n", []),
        ("a,train\nb,test\n", []),
        ("\ufeffstory_id,split\r\na,train\r\nb,test\r\n", []),
        ("story_id,split\na,train\n", ["splits.csv: error[E601]"]),
        ("story_id,split\na,train\nb,tset\n", ["splits.csv:3:1: error[E602]"]),
        ("story_id,split\na,train\nb,test\na,test\n", ["splits.csv:4:1: error[E602]"]),
        ("story_id,split\na,train\nb,test,1\n", ["splits.csv:3:1: error[E602]"]),
        ("story_id,split\na,train\nb,test\nc,test\n", ["splits.csv:4:1: warning[W603]"]),
    ],
)
def test_the_table_is_believed_or_refused(corpus: Corpus, run: Run, table: str, starts: list[str]) -> None:
    lines = found_in(corpus, run, splits=table)
    assert [line.split("]")[0] + "]" for line in lines if not line.startswith(" ")] == starts


def test_a_split_of_the_article_is_kept_and_must_not_contradict_the_table(corpus: Corpus, run: Run) -> None:
    given_split = "doc_id,split\nb,test\n"
    assert found_in(corpus, run, metadata=given_split, splits="a,train\nb,test\n") == []
    assert found_in(corpus, run, metadata=given_split, splits="a,train\n") == []
    line, note = found_in(corpus, run, metadata=given_split, splits="a,train\nb,train\n")
    assert "E602" in line and line.endswith("b is given as test, and the story 'b' is in train here")
    assert note.endswith("raw/metadata.csv:2: note: b is given as test here")


def test_two_articles_of_a_story_in_two_splits_are_a_finding(corpus: Corpus, run: Run) -> None:
    table = "doc_id,story_id,split\na,s,train\nb,s,test\n"
    root = corpus({"raw/a.txt": "x", "raw/b.txt": "y", "raw/metadata.csv": table})
    status, out, _ = run("validate", root)
    assert (status, out.count("E602")) == (1, 1)


def test_without_a_table_all_is_train(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = corpus({"raw/a.txt": "x", "raw/b.txt": "y"})
    assert run("build", root, "--out", tmp_path)[0] == 0
    assert [path.name for path in (tmp_path / "dev/documents").iterdir()] == ["train-00000-of-00001.parquet"]


def test_split_writes_only_on_demand_and_only_adds(corpus: Corpus, run: Run) -> None:
    root = corpus({f"raw/{name}.txt": name for name in "abcdefghij"} | {"splits.csv": "story_id,split\na,test\n"})
    status, out, _ = run("split", root)
    assert status == 0
    assert {line.split("\t")[0] for line in out.splitlines()} == set("bcdefghij")
    assert (root / "splits.csv").read_text() == "story_id,split\na,test\n"
    assert run("split", root, "--write")[1] == out
    lines = (root / "splits.csv").read_text().splitlines()
    assert "a,test" in lines
    assert lines[1:] == sorted(lines[1:])
    assert run("split", root) == (0, "", "")
    assert run("validate", root, "--fail-on", "error")[0] == 0


def test_split_does_not_overwrite_a_table_with_a_fault(corpus: Corpus, run: Run) -> None:
    table = "story_id,split\na,tset\nb,train\n"
    root = corpus({"raw/a.txt": "x", "raw/b.txt": "y", "raw/c.txt": "z", "splits.csv": table})
    status, _, _ = run("split", root, "--write")
    assert status != 0
    assert (root / "splits.csv").read_text() == table


def test_stories_with_commas_and_quotes_survive_writing(tmp_path: Path) -> None:
    assigned = {'a,"b"': "train", "c": "test", "Zürich": "validation", "line\nbreak": "test"}
    splits.write(tmp_path / "splits.csv", assigned)
    table, findings = splits.read(tmp_path)
    assert findings == []
    assert {story: split for story, (split, *_) in (table or {}).items()} == assigned
