"""How findings are shown: lines and carets, counts of what is alike, selections, SARIF, GitHub commands."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from samples import ARTICLE, quick
from standoff.checks.codes import CODES
from standoff.cli import github, printing, report, sarif
from standoff.cli.source import excerpt, visible
from standoff.finding import Finding

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]
ONE: dict[str, str | bytes] = {
    "raw/a.txt": ARTICLE,
    "annotations/a1/a.ann": "T1\tPLACE 10 16\tKasar\nT2\tPLACE 0 8\tBridge a\n",
}
MANY = {**ONE, "annotations/a1/a.ann": "".join(f"T{n}\tX 10 16\tKasar\n" for n in range(12)) + "T99\tX 0 8\tBridge a\n"}
PLACE = re.compile(r"^[^ ].*\[[EW]\d{3}\]")
LEVELS = {"error", "warning", "note", "none"}


def findings_in(out: str) -> list[str]:
    """Return the code of each line that is a finding."""
    return [re.findall(r"\[([EW]\d{3})\]", line)[0] for line in out.splitlines() if PLACE.match(line)]


# The line at fault, and the caret.


def test_the_line_and_a_caret_stand_below_the_finding_on_demand(corpus: Corpus, run: Run) -> None:
    root = corpus(ONE)
    bare = run("validate", root)[1]
    assert " | " not in bare
    shown = run("validate", root, "--source")[1].splitlines()
    assert shown[1:3] == ["     1 | T1\\tPLACE 10 16\\tKasar", "       | ^"]
    assert [line for line in shown if " | " not in line] == bare.splitlines()


def test_a_terminal_gets_the_lines_at_fault_without_asking(
    corpus: Corpus, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = corpus(ONE)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "     1 | T1" in run("validate", root)[1]


def test_build_shows_the_lines_at_fault_on_standard_error(corpus: Corpus, run: Run, tmp_path: Path) -> None:
    root = corpus(ONE)
    assert "  1 | T1" not in run("build", root, "--out", tmp_path / "out")[2]
    status, out, err = run("build", root, "--out", tmp_path / "out", "--source")
    assert (status, out) == (1, "")
    assert "     1 | T1\\tPLACE 10 16\\tKasar\n       | ^\n" in err


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [
        ("abc", 1, 0), ("abc", 3, 2), ("abc", 4, 3), ("abc", 99, 3), ("", 1, 0),
        ("\tb", 2, 2), ("中b", 2, 2), ("e\u0301b", 3, 1), ("\u202eb", 2, 6), ("😀b", 2, 2), ("\x1b[31mb", 6, 10),
    ],
)  # fmt: skip
def test_the_caret_stands_below_its_column(line: str, column: int, caret: int) -> None:
    """In cells of a terminal: wide letters fill two, combining marks none, escapes as many as they have letters."""
    shown, below = excerpt(line, 7, column)
    assert shown == f"     7 | {visible(line)}"
    assert below == f"       | {' ' * caret}^"


def test_a_line_without_a_column_has_no_caret() -> None:
    assert excerpt("abc", 7, None) == ["     7 | abc"]


@pytest.mark.parametrize("column", [1, 40, 51, 500, 960, 1000, 1001])
def test_a_long_line_is_cut_around_its_column(column: int) -> None:
    line = "".join(chr(0x4E00 + n) if n % 7 == 0 else chr(97 + n % 26) for n in range(1000))
    shown, below = excerpt(line, 1, column)
    text = shown.partition(" | ")[2]
    assert len(text.strip("…")) == 100
    assert (text.startswith("…"), text.endswith("…")) == (column > 51, column < 950)
    cells = below.partition(" | ")[2].index("^")
    pointed = ""
    for letter in text + "\n":
        if cells <= 0:
            pointed = letter
            break
        cells -= 2 if letter >= "\u4e00" else 1
    assert pointed == (line[column - 1] if column <= 1000 else "\n")


@quick
@given(st.text(max_size=300), st.integers(1, 400))
def test_no_text_of_a_file_reaches_the_terminal_as_a_control(line: str, column: int) -> None:
    shown, below = excerpt(line, 1, column)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029]", shown)
    assert shown.encode("utf-8")
    assert set(below.partition(" | ")[2]) <= {" ", "^"}


def test_controls_in_a_path_are_shown_as_escapes(corpus: Corpus, run: Run) -> None:
    root = corpus({**ONE, "raw/\u202ex\x1b[31m.md": "no article"})
    out = run("validate", root)[1]
    assert ("\u202e" in out, "\x1b" in out, "\\u202ex\\u001b[31m.md" in out) == (False, False, True)


def test_a_file_that_is_no_text_shows_no_line(corpus: Corpus, run: Run) -> None:
    root = corpus({**ONE, "annotations/a1/a.ann": b"X1\0\xff\n"})
    out = run("validate", root, "--source")[1]
    assert findings_in(out)
    assert " | " not in out


def test_a_byte_order_mark_does_not_move_the_caret(corpus: Corpus, run: Run) -> None:
    out = run("validate", corpus({**ONE, "annotations/a1/a.ann": b"\xef\xbb\xbfX1 what\r\n"}), "--source")[1]
    assert out.splitlines()[1:3] == ["     1 | X1 what", "       | ^"]


def test_no_line_of_a_file_of_a_withheld_document_is_shown(corpus: Corpus, run: Run) -> None:
    """Nor of a table that holds the titles of all documents, nor of records that hold several texts."""
    text = "Secret words stood here today."
    record = json.dumps({"id": "b", "text": text, "published": "today"})
    root = corpus(
        {
            **ONE,
            "corpus.toml": '[articles]\nwithhold = ["secret", "b", "gone"]\n',
            "raw/secret.txt": text,
            "raw/metadata.csv": "doc_id,title,published\nsecret,Secret words,soon\na,Secret words,soon\n",
            "raw/wire.jsonl": f"{record}\n{record[:-2]}\n",
            "annotations/a1/secret.ann": "T1\tX 0 6\tSecret\nSecret words\n",
            "annotations/a2/secret.json": '{"version": 1, "doc_id": "secret", "words": "Secret words"}',
        }
    )
    status, out, err = run("validate", root, "--source", "--max-errors", 0)
    assert (status, " | T1" in out, "secret.ann:2:1" in out, "metadata.csv:3" in out) == (1, True, True, True)
    assert [line for line in out.splitlines() if line.startswith(" ") and "ecret words" in line] == []
    assert "Secret words" not in err


# What is alike is counted.


def test_a_few_of_a_kind_are_printed_and_the_others_counted(corpus: Corpus, run: Run) -> None:
    root = corpus(MANY)
    out = run("validate", root)[1]
    assert findings_in(out) == ["E203"] * 5 + ["W210"]
    assert [line for line in out.splitlines() if "note:" not in line][5] == "  … and 7 more like this"
    assert "and 7 more like this" in run("build", root, "--out", root / "out")[2]


def test_max_errors(corpus: Corpus, run: Run) -> None:
    root = corpus(MANY)
    out = run("validate", root, "--max-errors", "0")[1]
    assert (findings_in(out), "more" in out) == (["E203"] * 12 + ["W210"], False)
    lines = [line for line in run("validate", root, "--max-errors", "3")[1].splitlines() if "note:" not in line]
    assert (len(lines), lines[-1].split(";")[0]) == (4, "… and 10 more")
    lines = [line for line in run("validate", root, "--max-errors", "5")[1].splitlines() if "note:" not in line]
    assert [line.split(";")[0] for line in lines[5:]] == ["  … and 7 more like this", "… and 1 more"]
    for wrong in ("-1", "few", "²"):
        assert run("validate", root, "--max-errors", wrong)[0] == 2


def test_json_and_sarif_hold_all(corpus: Corpus, run: Run) -> None:
    root = corpus(MANY)
    found = run("validate", root, "--format", "json", "--max-errors", "1")[1]
    assert found == run("validate", root, "--json")[1]
    assert len(json.loads(found)["findings"]) == 13
    assert len(json.loads(run("validate", root, "--format", "sarif")[1])["runs"][0]["results"]) == 13


def printed(batches: list[list[Finding]], **options: Any) -> list[str]:
    """Return the lines that a printer writes of some batches."""
    stream = io.StringIO()
    printer = printing.Printer(Path("corpus"), stream, few=printing.FEW, **options)
    for batch in batches:
        printer.show(batch)
    printer.close()
    return stream.getvalue().splitlines()


def unknown(doc_id: str, label: str, number: int = 1) -> list[Finding]:
    """Return findings of a label that the scheme does not have, each of another item."""
    message = f"the entity label {label!r} is not in the scheme"
    return [Finding("E401", f"a1/{doc_id}.ann", f"T{n}: {message}", n, 1, doc_id, f"T{n}") for n in range(number)]


def test_what_is_alike_in_many_files_is_counted_once_for_all() -> None:
    """A stream of documents: the first are printed at once, the others counted by what they say."""
    batches = [unknown(f"d{n}", "OGR") for n in range(40)] + [unknown("last", "PRESON")]
    lines = printed(batches)
    assert lines[:5] == [f"corpus/a1/d{n}.ann:0:1: error[E401] T0: {message(batches[0])}" for n in range(5)]
    assert lines[5].startswith("corpus/a1/last.ann"), "another label is another kind, however late it comes"
    assert lines[6] == f"… and 35 more E401 in 35 files, like: T0: {message(batches[0])}"
    assert lines[7:] == ["`standoff validate corpus --max-errors 0` prints all"]


def message(batch: list[Finding]) -> str:
    return batch[0].message.partition(": ")[2]


def test_every_finding_is_printed_or_counted() -> None:
    batches = [unknown(f"d{n}", f"LABEL {n % 17} {'x' * (n % 3)}", 1 + n % 13) for n in range(60)]
    batches[7].append(Finding("E605", "raw/d7.txt", "differs", 1, 1, "d7"))
    batches[7] += [Finding("E203", "a1/d7.ann", f"T{n}: found {n * 'a'!r}", n, 1, "d7", f"T{n}") for n in range(30)]
    total = sum(len(batch) for batch in batches)
    for limit in (None, 1, 4, 30, 10_000):
        lines = printed(batches, limit=limit)
        told = sum(bool(PLACE.match(line)) for line in lines)
        told += sum(int(number) for line in lines for number in re.findall(r"… and (\d+) more", line))
        told += sum(int(number) for line in lines for number in re.findall(r"(\d+) E203; mend", line))
        assert told == total, limit


def test_what_follows_from_a_cause_is_counted_below_it() -> None:
    moved = [Finding("E203", "a1/d.ann", f"T{n}: found {n * 'a'!r}", n, 1, "d", f"T{n}") for n in range(30)]
    other = Finding("E203", "a1/e.ann", "T1: found 'b'", 1, 1, "e", "T1")
    apart = Finding("E301", "a1/d.ann", "R1: there is no T99", 40, 1, "d", "R1")
    copy = Finding("E605", "a1/d.txt", "differs from raw/d.txt", 1, 1, "d")
    lines = printed([[*moved, apart, copy, other]])
    assert [line.split(" ")[0] for line in lines] == [
        "corpus/a1/d.ann:40:1:", "corpus/a1/d.txt:1:1:", "", "corpus/a1/e.ann:1:1:",
    ]  # fmt: skip
    assert lines[2] == "  … and what may follow from it: 30 E203; mend this first"
    counted = printed([[*moved, copy]] * 7)
    assert "corpus/a1/d.ann: … and 60 more E203" in counted, "what follows from causes that are only counted"
    one_file = Finding("E201", "a2/d.ann", "made on another text", 1, 1, "d")
    assert sum(bool(PLACE.match(line)) for line in printed([[*moved, one_file]])) == 11, "the text of a2 is not a1's"


def test_a_corpus_with_many_errors_is_told_of_a_baseline(corpus: Corpus, run: Run) -> None:
    many = "".join(f"T{n}\tX 10 16\tKasar\n" for n in range(60))
    root = corpus({**ONE, "annotations/a1/a.ann": many})
    last = run("validate", root)[1].splitlines()[-1]
    assert last.startswith(f"if these 60 errors are known and stay for now, `standoff validate {root} --write-waivers`")
    assert "--write-waivers" not in run("validate", root, "--max-errors", 0)[1]
    assert "--write-waivers" not in run("validate", corpus(ONE))[1]


# The other places of a finding.


TWICE = {**ONE, "annotations/a1/a.ann": "T1\tPLACE 10 16\tKassar\nT1\tPLACE 0 6\tBridge\n"}


def test_the_other_place_is_a_note_below_with_its_own_line(corpus: Corpus, run: Run) -> None:
    root = corpus(TWICE)
    first, note = run("validate", root)[1].splitlines()
    assert first.startswith(f"{root}/annotations/a1/a.ann:2:1: error[E302] ")
    assert note == f"  {root}/annotations/a1/a.ann:1:1: note: the first T1 is here"
    shown = run("validate", root, "--source")[1].splitlines()
    assert [line for line in shown if " | T1" in line] == [
        "     2 | T1\\tPLACE 0 6\\tBridge", "     1 | T1\\tPLACE 10 16\\tKassar",
    ]  # fmt: skip


def test_the_other_place_is_in_every_format(corpus: Corpus, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = corpus(TWICE)
    monkeypatch.chdir(root.parent)
    found = json.loads(run("validate", root, "--json")[1])["findings"]
    path = "annotations/a1/a.ann"
    assert found[0]["related"] == [{"path": path, "message": "the first T1 is here", "line": 1, "column": 1}]
    (result,) = check_log(json.loads(run("validate", root, "--format", "sarif")[1]))
    assert result["relatedLocations"] == [
        {
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": f"corpus/{path}"},
                "region": {"startLine": 1, "startColumn": 1},
            },
            "message": {"text": "the first T1 is here"},
        }
    ]
    assert run("validate", root, "--format", "github")[1].endswith(f"%0Acorpus/{path}:1:1: the first T1 is here\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_place_in_the_article_is_that_of_the_raw_file(
    corpus: Corpus, run: Run, newline: str, mark: str
) -> None:
    """Newlines, a byte order mark and a cut stand in the file and not in the text."""
    text = newline.join(["Ferries wait", "AD", "", "😀 At Doliv the ferry sank.", ""])
    cut = '[[articles.cuts]]\nline = "AD"\n'
    files = {"corpus.toml": cut, "raw/a.txt": (mark + text).encode()}
    quote = '{"id": "m1", "kind": "other", "exact": "Dolif", "start": 19, "end": 24}'
    native = f'{{"version": 1, "doc_id": "a", "layers": ["spans"], "spans": [\n{quote}]}}'
    root = corpus({**files, "annotations/a1/a.json": native})
    (finding,) = json.loads(run("validate", root, "--json")[1])["findings"]
    assert (finding["code"], finding["line"]) == ("E203", 2)
    assert finding["related"] == [
        {"path": "raw/a.txt", "message": "the text has 'Doliv' here", "line": 4, "column": 6}
    ]


def test_words_that_stand_next_to_their_offsets_are_found(corpus: Corpus, run: Run) -> None:
    """The nearest of several: it shows at once that, and how far, offsets are shifted."""
    text = "Doliv fell.\nThen the rebels left Doliv, and Doliv burnt.\n"
    root = corpus({"raw/a.txt": text, "annotations/a1/a.ann": "T1\tX 35 40\tDoliv\n"})
    (finding,) = json.loads(run("validate", root, "--json")[1])["findings"]
    assert [(each["line"], each["column"], each["message"]) for each in finding["related"]] == [
        (2, 24, "the text has 'liv, ' here"), (2, 22, "'Doliv' stands here"),
    ]  # fmt: skip


def test_no_place_of_a_withheld_text_is_shown(corpus: Corpus, run: Run) -> None:
    root = corpus({**ONE, "corpus.toml": '[articles]\nwithhold = ["a"]\n'})
    run("anchor", root, "--write")
    found = json.loads(run("validate", root, "--json")[1])["findings"]
    assert "E203" in {finding["code"] for finding in found}
    assert [finding["related"] for finding in found if finding["related"]] == []


# Which findings are shown.


@pytest.mark.parametrize(
    ("options", "codes", "status"),
    [
        (["--select", "E2"], ["E203"], 1),
        (["--select", "e203, W6"], ["E203", "W606"], 1),
        (["--select", "W"], ["W210", "W606"], 0),
        (["--ignore", "E2"], ["W210", "W606"], 0),
        (["--ignore", "W210,W6"], ["E203"], 1),
        (["--select", "E,W2", "--ignore", "E203"], ["W210"], 0),
        (["--level", "6"], ["W606"], 0),
        (["--level", "1-3"], ["E203", "W210"], 1),
        (["--level", "6", "--fail-on", "warning"], ["W606"], 1),
        (["--level", "1", "--fail-on", "warning"], [], 0),
    ],
)
def test_findings_are_chosen_by_code_and_level(
    corpus: Corpus, run: Run, options: list[str], codes: list[str], status: int
) -> None:
    root = corpus({**ONE, "raw/lonely.txt": "Nobody has annotated this."})
    found, out, _ = run("validate", root, *options)
    assert (sorted(findings_in(out)), found) == (codes, status)
    found, out, _ = run("validate", root, *options, "--json")
    assert (sorted(finding["code"] for finding in json.loads(out)["findings"]), found) == (codes, status)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--select", "E2,E230"], "'E230' (did you mean 'E203'?)"),
        (["--ignore", "203"], "'203' (did you mean 'E203'?)"),
        (["--ignore", "2"], "'2' (did you mean 'E2'?)"),
        (["--ignore", "W203"], "'W203' (did you mean 'E203'?)"),
        (["--ignore", "E9"], "no code 'E9';"),
        (["--select", "spans"], "no code 'SPANS'"),
        (["--select", ","], "--select names no code"),
        (["--level", "3-1"], "expected a level from 1 to 6"),
        (["--level", "0"], "expected a level from 1 to 6"),
        (["--format", "xml"], "found 'xml'; expected one of: text, json, sarif, github"),
        (["--format", "sarf"], "found 'sarf' (did you mean 'sarif'?); expected one of: text"),
        (["--max-eror", "3"], "unknown option --max-eror (did you mean '--max-errors'?)"),
    ],
)
def test_a_wrong_choice_ends_with_status_2(corpus: Corpus, run: Run, options: list[str], words: str) -> None:
    status, out, err = run("validate", corpus(ONE), *options)
    assert (status, out, words in err) == (2, "", True), err
    if options[0] in ("--select", "--ignore"):
        assert len(err.splitlines()) == 1


def test_an_unreadable_file_that_is_not_chosen_is_still_told(corpus: Corpus, run: Run) -> None:
    root = corpus({**ONE, "raw/b.txt": b"\xff"})
    status, out, err = run("validate", root, "--select", "W2")
    assert (status, findings_in(out), "cannot be read" in err) == (3, ["W210"], True)
    assert run("validate", root)[2] == ""


# GitHub.


def test_github_gets_a_command_a_finding_with_errors_first(
    corpus: Corpus, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = corpus(MANY)
    monkeypatch.chdir(root.parent)
    status, out, err = run("validate", root, "--format", "github")
    lines = out.splitlines()
    assert (status, err, len(lines)) == (1, "", 11)
    assert lines[0].startswith("::error file=corpus/annotations/a1/a.ann,line=1,col=1,title=E203::")
    assert lines[-1].startswith("… and 3 more; ")
    out = run("validate", root, "--format", "github", "--select", "W2")[1]
    assert out.startswith("::warning file=corpus/annotations/a1/a.ann,line=13,col=1,title=W210::")
    assert len(out.splitlines()) == 1


def test_nothing_of_a_finding_becomes_a_command_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = [
        Finding("W113", "w.txt", "first by place"),
        Finding("E105", "a,b:c\n%.ann", "50% of\r\n::error::x, y: z"),
    ]
    assert list(github.commands(found, Path("."))) == [
        "::error file=a%2Cb%3Ac%0A%25.ann,title=E105::50%25 of%0D%0A::error::x, y: z",
        "::warning file=w.txt,title=W113::first by place",
    ]


# SARIF.


def check_log(log: dict[str, object]) -> list[dict[str, object]]:
    """Check what SARIF 2.1.0 requires of the parts that we write (sections 3.13 to 3.58); return the results.

    The model is made of the schema of the standard, and takes no property that the schema does not have; what it cannot
    say (ids that are unique, an index that fits its rule, URIs) is checked here.
    """
    StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(log)
    assert (set(log), log["version"]) == ({"$schema", "version", "runs"}, "2.1.0")
    (run,) = log["runs"]  # type: ignore[misc]
    assert set(run) == {"tool", "columnKind", "invocations", "results"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
    driver = run["tool"]["driver"]
    assert (driver["name"], set(driver)) == ("standoff", {"name", "version", "rules"})
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) == {"id", "shortDescription", "help", "defaultConfiguration"}
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in LEVELS
    for result in run["results"]:
        assert result["level"] in LEVELS and isinstance(result["message"]["text"], str)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        others = result.get("relatedLocations", [])
        assert len({other["id"] for other in others}) == len(others)
        for each in (location, *others):
            place = each["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~:/%-]+", place["artifactLocation"]["uri"])
            region = place.get("region", {"startLine": 1})
            assert set(region) <= {"startLine", "startColumn"} and min(region.values()) >= 1
    found: list[dict[str, object]] = run["results"]
    return found


def test_sarif_is_one_run_with_a_rule_a_code(corpus: Corpus, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = corpus(ONE)
    monkeypatch.chdir(root.parent)
    status, out, err = run("validate", root, "--format", "sarif")
    log = json.loads(out)
    first, second = check_log(log)
    assert (status, err) == (1, "")
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [(rule["id"], rule["shortDescription"]["text"], rule["help"]["text"]) for rule in rules] == [
        (name, code.sentence, code.mend) for name, code in CODES.items()
    ]
    assert (first["ruleId"], first["level"], second["level"]) == ("E203", "error", "warning")
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "corpus/annotations/a1/a.ann"},
                "region": {"startLine": 1, "startColumn": 1},
            }
        }
    ]
    assert first["properties"] == {"doc_id": "a", "item": "T1"}


def test_sarif_of_a_sound_and_of_an_unreadable_corpus(corpus: Corpus, run: Run) -> None:
    log = json.loads(run("validate", corpus({"raw/a.txt": ARTICLE}), "--format", "sarif", "--ignore", "W")[1])
    assert (check_log(log), log["runs"][0]["invocations"]) == ([], [{"executionSuccessful": True}])
    status, out, _ = run("validate", corpus({"raw/a.txt": b"\xff"}), "--format", "sarif")
    log = json.loads(out)
    assert (status, log["runs"][0]["invocations"]) == (3, [{"executionSuccessful": False}])
    assert check_log(log)


def test_paths_in_sarif_are_uris(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    found = [Finding("W113", name, "x") for name in ("a b#c?é.txt", "../there/x y", "/else/z")]
    results = check_log(sarif.log(found, Path(".")))
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]  # type: ignore[index]
    assert uris == ["a%20b%23c%3F%C3%A9.txt", f"{tmp_path.as_uri()}/there/x%20y", "file:///else/z"]
    assert report.below_here(Path(".")) == "."
