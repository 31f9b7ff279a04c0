"""Waivers: what is waived stays visible and stops nothing; what is excluded is named, and nothing else is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from standoff.corpus import config, waivers
from standoff.corpus.waivers import Waiver, Waivers
from standoff.errors import ConfigError
from standoff.finding import Finding
from test_build import files_of
from test_withheld import NATIVE, prepared

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

TEXT = "The army shelled the bridge on Monday. The mayor denied it.\n"
BRAT = """\
T1\tActor 4 8\tarmy
T2\tHit 9 16\tshelled
T3\tThing 21 27\tbRidge
T4\tActor 43 48\tmayor
T5\tDeny 49 55\tdenied
T6\tTime 31 36\tMonda
E1\tHit:T2 By:T1 At:T3
E2\tDeny:T5 By:T4 What:E1
R1\tNear Arg1:T1 Arg2:T3
#1\tAnnotatorNotes R1\twhy?
#2\tAnnotatorNotes T4\twho?
*\tSame T1 T4
"""
BOTH = """\
[[waivers]]
code = "E203"
document = "a"
item = "T3"
reason = "marked on an\\n older text"
exclude = true
[[waivers]]
code = "W210"
item = "T6"
reason = "meant"
"""


def small(corpus: Corpus, text: str = BOTH, **more: str) -> Path:
    """A corpus of one document with a wrong span and half a word."""
    return corpus({"raw/a.txt": TEXT, "annotations/a1/a.ann": BRAT, "waivers.toml": text, **more})


def manifest_of(out: Path) -> dict[str, Any]:
    return json.loads((out / "dev/manifest.json").read_text(encoding="utf-8"))


def _all_items(release: Path) -> set[tuple[str, str, str]]:
    """Return document, list and id of every item in the config `documents`."""
    rows = [row for path in release.glob("documents/*.parquet") for row in pq.read_table(path).to_pylist()]
    lists = ("spans", "entities", "events", "relations", "normalizations", "notes")
    return {(row["doc_id"], name, item["id"]) for row in rows for name in lists for item in row[name] or ()}


def known(corpus: Corpus, text: str, toml: str = "") -> Waivers:
    """Read a waivers.toml."""
    return waivers.read(config.read(corpus({"corpus.toml": toml, "waivers.toml": text})))


def test_waived_findings_are_shown_marked_and_do_not_count(corpus: Corpus, run: Run) -> None:
    root = small(corpus)
    status, out, err = run("validate", root, "--fail-on", "warning")
    assert (status, len([line for line in out.splitlines() if not line.startswith(" ")])) == (0, 2)
    assert out.splitlines()[0].endswith("expected 'bRidge' (waived: marked on an older text)")
    assert "0 errors, 0 warnings, 2 waived" in err
    shown = json.loads(run("validate", root, "--json")[1])["findings"]
    assert [finding["waived"] for finding in shown] == ["marked on an older text", "meant"]


def test_items_in_are_items_out_and_items_excluded_by_name(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = small(corpus)
    assert run("build", root, "--out", tmp_path / "less")[0] == 0
    facts = manifest_of(tmp_path / "less")
    excluded = {(entry["document"], entry["layer"], entry["id"]) for entry in facts["excluded"]}
    assert excluded == {("a", "spans", "T3"), ("a", "relations", "R1"), ("a", "notes", "n1")}
    assert {entry["reason"] for entry in facts["excluded"]} == {"marked on an older text"}
    assert [(entry["layer"], entry["id"]) for entry in facts["shortened"]] == [("events", "E1")]
    assert facts["waived"] == {"E203": 1, "W210": 1}
    assert "Items left out because of known faults: 3" in (tmp_path / "less/dev/README.md").read_text(encoding="utf-8")
    (root / "annotations/a1/a.ann").write_text(BRAT.replace("bRidge", "bridge"), encoding="utf-8")
    assert run("build", root, "--out", tmp_path / "all")[0] == 0
    whole, less = _all_items(tmp_path / "all/dev"), _all_items(tmp_path / "less/dev")
    assert whole == less | excluded
    assert {("a", "notes", "n2"), ("a", "relations", "r1")} <= _all_items(tmp_path / "less/dev")
    assert not less & excluded


def test_an_item_that_cannot_be_published_stops_the_build_without_exclude(
    corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    root = small(corpus, BOTH.replace("exclude = true\n", ""))
    status, _, err = run("build", root, "--out", tmp_path)
    assert status == 1
    assert "error[E654] E203 of T3" in err
    assert "only exclude = true can help" in err


def test_a_line_that_names_no_item_cannot_be_left_out(corpus: Corpus, run: Run) -> None:
    text = '[[waivers]]\ncode = "E105"\ndocument = "a"\nreason = "x"\nexclude = true\n'
    root = corpus({"raw/a.txt": TEXT, "annotations/a1/a.ann": "nonsense\n", "waivers.toml": text})
    status, out, _ = run("validate", root)
    assert (status, "error[E654]" in out, "it names no item" in out) == (1, True, True)


def test_what_is_left_is_checked_again(corpus: Corpus, run: Run) -> None:
    scheme = (
        'version = 1\n[entities]\nActor = "x"\nThing = "x"\n[events.Hit]\nroles.At = { fillers = ["Thing"], '
        "required = true }\n"
    )
    native = {
        "version": 1, "doc_id": "a", "layers": ["spans", "entities", "events"],
        "spans": [
            {"id": "m1", "kind": "mention", "label": "Thing", "start": 21, "end": 27, "exact": "bRidge"},
            {"id": "t1", "kind": "trigger", "label": "Hit", "start": 9, "end": 16, "exact": "shelled"},
        ],
        "events": [{"id": "v1", "label": "Hit", "trigger": "t1", "arguments": [{"role": "At", "filler": "m1"}]}],
    }  # fmt: skip
    text = '[[waivers]]\ncode = "E203"\nitem = "m1"\nreason = "x"\nexclude = true\n'
    files = {"raw/a.txt": TEXT, "annotations/a1/a.json": json.dumps(native), "waivers.toml": text}
    root = corpus({**files, "scheme.toml": scheme})
    status, out, _ = run("validate", root)
    assert (status, "error[E404] v1" in out) == (1, True), out


def test_an_expired_waiver_waives_nothing(corpus: Corpus, run: Run) -> None:
    text = BOTH.replace("exclude = true", "exclude = true\nexpires = 2031-02-28")
    root = small(corpus, text, **{"corpus.toml": '[corpus]\nrelease_date = "2031-03-01"\n'})
    status, out, _ = run("validate", root)
    assert status == 1
    found = [line.split("]")[0].split("[")[1] for line in out.splitlines() if not line.startswith(" ")]
    assert found == ["W652", "E203", "W210"]
    (root / "corpus.toml").write_text('[corpus]\nrelease_date = "2031-02-28"\n', encoding="utf-8")
    assert run("validate", root)[0] == 0


def test_workers_leave_out_the_same(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    files = {f"raw/{name}.txt": f"{TEXT}{name}\n" for name in "abc"}
    files |= {f"annotations/a1/{name}.ann": BRAT for name in "abc"}
    splits = "story_id,split\na,train\nb,validation\nc,test\n"
    root = corpus({**files, "splits.csv": splits, "waivers.toml": BOTH.replace('document = "a"\n', "")})
    assert run("build", root, "--out", tmp_path / "one", "--workers", 1)[0] == 0
    assert run("build", root, "--out", tmp_path / "two", "--workers", 2)[0] == 0
    assert files_of(tmp_path / "one/dev") == files_of(tmp_path / "two/dev")
    assert len(manifest_of(tmp_path / "two")["excluded"]) == 9


def test_a_withheld_document_leaves_out_the_same_without_its_text(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = prepared(corpus, run)
    path = root / "annotations/a1/secret.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    place = next(span for span in value["spans"] if span["id"] == "m1")
    place["start"] += 1
    place["end"] = place["start"] + 1
    extra = {"id": "m9", "kind": "mention", "label": "PERSON", "start": 0, "end": 999}
    value["spans"].append(extra)
    path.write_text(json.dumps(value), encoding="utf-8")
    text = "".join(
        f'[[waivers]]\ncode = "{code}"\ndocument = "secret"\nitem = "{item}"\nreason = "old"\nexclude = true\n'
        for code, item in (("W210", "m1"), ("E202", "m9"))
    )
    (root / "waivers.toml").write_text(text, encoding="utf-8")
    status, out, _ = run("validate", root)
    assert (status, "Zefram" in out) == (0, False), out
    assert run("build", root, "--out", tmp_path / "with")[0] == 0
    (root / "raw/secret.txt").unlink()
    assert run("build", root, "--out", tmp_path / "without")[0] == 0
    assert files_of(tmp_path / "with/dev") == files_of(tmp_path / "without/dev")
    names = [entry["id"] for entry in manifest_of(tmp_path / "without")["excluded"]]
    assert sorted(names) == ["a1", "e1", "m1", "m9", "s1"], NATIVE


def test_a_baseline_makes_an_old_corpus_build(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = small(corpus, "# ours\n" + BOTH.split("[[waivers]]\n")[2].join(["[[waivers]]\n", ""]))
    before = (root / "waivers.toml").read_text(encoding="utf-8")
    status, _, err = run("validate", root, "--write-waivers")
    assert (status, "1 entry added, 1 of them with exclude = true" in err) == (0, True), err
    after = (root / "waivers.toml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert 'item = "T3"\nreason = "baseline"\nexclude = true\n' in after
    assert run("validate", root, "--write-waivers")[0] == 0
    assert (root / "waivers.toml").read_text(encoding="utf-8") == after
    assert run("build", root, "--out", tmp_path)[0] == 0


def test_a_baseline_groups_many_findings_and_leaves_what_cannot_be_waived() -> None:
    many = [Finding("W209", "annotations/a1/a.ann", "m", n, 1, "a", f"T{n}") for n in range(9)]
    never = [Finding("E604", "corpus.toml", "m"), Finding("E105", "a.ann", "m", 1, 1, "a", unpublishable=True)]
    assert waivers.baseline([*many, *never]) == [
        {"code": "W209", "document": "a", "path": "annotations/a1/a.ann", "reason": "baseline"}
    ]
    lost = [Finding("E203", "a.ann", "m", n, 1, "a", f"T{n}", unpublishable=True) for n in range(9)]
    assert [entry["item"] for entry in waivers.baseline(lost)] == [f"T{n}" for n in range(9)]


def test_a_baseline_does_not_spoil_a_file_of_another_form(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text('waivers = [{code = "W209", item = "T1", reason = "x"}]', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\[\[waivers\]\] table"):
        waivers.extended(path, [{"code": "W210", "path": 'a "b"\\\x7f\n', "reason": "baseline"}])
    path.unlink()
    assert '"a \\"b\\"\\\\\\u007f\\n"' in waivers.extended(path, [{"path": 'a "b"\\\x7f\n'}])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('code = "E203"\nreason = "x"', "expected at least one of: `document`; `item`; `path`"),
        ('code = "E203"\nitem = "T1"\nreason = " "', "expected text that is more than blanks"),
        ('code = "W606"\ndocument = "a"\nreason = "x"\nexclude = true', "is about no item"),
        ('code = "E102"\npath = "a"\nreason = "x"', "E102 cannot be waived"),
        ('code = "E203"\nitem = "T1"\nreason = "x"\nexpires = 2031-03-01T00:00:00', "expires"),
        ('code = "E203"\nitem = "T1"\nreason = "x"\nexpires = 2031-03-01', "no release_date"),
        ('code = "E203"\nitem = 7\nreason = "x"', "expected text"),
        ('code = "E203"\nitem = ', "not valid TOML"),
    ],
)
def test_what_an_entry_may_not_say(corpus: Corpus, line: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        known(corpus, f"[[waivers]]\n{line}\n")
    assert message in caught.value.message
    assert (caught.value.code, caught.value.line is not None) == ("E651", True)


def test_one_that_excludes_counts_before_one_that_does_not() -> None:
    plain, leaving = Waiver("E203", "a", item="T1"), Waiver("E203", "b", document="d", exclude=True, line=9)
    found = Waivers([plain, leaving])
    assert found.of(Finding("E203", "p", "m", 1, 1, "d", "T1")) == leaving
    assert found.of(Finding("E203", "p", "m", 1, 1, "e", "T1")) == plain
    assert found.of(Finding("E202", "p", "m", 1, 1, "d", "T1")) is None
