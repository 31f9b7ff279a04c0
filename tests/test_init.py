"""`standoff init --from`: an export becomes a project that validates and builds as it stands."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from test_build import rows
from test_inspect import ANN, NATIVE, TEXT, Export, export, inspected, zipped

from conftest import Run

__all__ = ["export"]

STANCE_TEXT = 'Ilda Voren said "they lie". She hates the Column.\n'
STANCE = """T1\tPER 0 10\tIlda Voren
T2\tAttribution 11 15\tsaid
T3\tQuote 16 26\t"they lie"
T4\tPER 28 31\tShe
T5\tStance 32 37\thates
T6\tORG 38 48\tthe Column
E1\tAttribution:T2 Source:T1 Content:T3
E2\tStance:T5 Holder:T4 Target:T6
A1\tPolarity E2 AGAINST
R1\tCoreference Arg1:T1 Arg2:T4
"""
CONF = """[entities]
PER
!Thing
\tORG
\tGPE
[relations]
<BOTH>=PER|ORG
Member Arg1:<BOTH>, Arg2:ORG
[events]
ATTACK By:PER, Of?:Thing
[attributes]
Negation Arg:<EVENT>
Sure Arg:<EVENT>, Value:High|Low
"""


def scheme(root: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((root / "scheme.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", ["brat/brat-tutorials/news", "brat/brat-tutorials/bio", "brat/litbank/entities", "brat/litbank/coref"]
)
def test_real_exports_build_and_prove_and_lose_nothing(name: str, realdata: Path, run: Run, tmp_path: Path) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    root = tmp_path / "project"
    assert run("init", root, "--from", realdata / name)[0] == 0
    assert run("validate", root)[0] == 0
    status, out, err = run("build", root, "--out", tmp_path, "--json")
    assert status == 0, err
    faulty = sum(finding["code"].startswith("E") for finding in json.loads(out)["findings"])
    documents = rows(tmp_path / "dev", "documents")
    mapped = json.loads((tmp_path / "dev/manifest.json").read_text(encoding="utf-8"))["left_out"]["mapped"]
    marks = sum(number for rule, number in mapped.items() if rule.startswith("spans "))
    assert (marks > 0) == name.endswith("coref")
    assert sum(len(row["spans"] or ()) for row in documents) + faulty + marks == expected["T"]
    assert sum(len(row["events"] or ()) for row in documents) == expected.get("E", 0)
    assert len(documents) == expected["docs"]
    if name.endswith("news"):  # loading takes seconds; one folder shows it
        assert run("verify", tmp_path / "dev")[0] == 0


def test_files_are_copied_unchanged_and_real_names_stay_in_the_key(export: Export, run: Run, tmp_path: Path) -> None:
    files = {f"{name}/ferry.ann": ANN for name in ("Jane Roe", "gold", "ilda")}
    source = export({**files, "texts/ferry.txt": TEXT.replace("\n", "\r\n")})
    root = tmp_path / "project"
    assert run("init", root, "--from", source)[0] == 0
    for name in ("a1", "a2", "gold"):
        assert (root / "annotations" / name / "ferry.ann").read_text(encoding="utf-8") == ANN
    assert (root / "raw/ferry.txt").read_bytes().endswith(b"\r\n")
    assert (root / "annotators.csv").read_text(encoding="utf-8") == "Jane Roe,a1\nilda,a2\n"
    assert "annotators.csv" in (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    settings = tomllib.loads((root / "corpus.toml").read_text(encoding="utf-8"))
    assert settings["annotations"]["publish"] == ["gold", "a1", "a2"]
    assert {path.name for path in root.iterdir()} >= {"GUIDELINES.md", "DATASHEET.md"}
    status, out, _ = run("build", root, "--out", tmp_path, "--json")
    assert (status, json.loads(out)["findings"]) == (0, [])
    for path in (tmp_path / "dev").rglob("*"):
        assert not path.is_file() or b"Jane" not in path.read_bytes()


def test_stance_attribution_and_coreference_are_recognised(export: Export, run: Run, tmp_path: Path) -> None:
    root = tmp_path / "project"
    status, out, _ = run("init", root, "--from", export({"a.ann": STANCE, "a.txt": STANCE_TEXT}))
    assert (status, out.count("recognised")) == (0, 4), out
    status, out, err = run("build", root, "--out", tmp_path)
    assert status == 0, err
    row = rows(tmp_path / "dev", "documents")[0]
    assert [len(row[layer] or ()) for layer in ("spans", "entities", "events", "attributions", "stance")] == [
        6,
        2,
        0,
        1,
        1,
    ]
    assert row["relations"] is None


CHAIN_TEXT = "Ilda and Oren met. She left him. Ilda ran. The ferry and the mill stood. It sank. The town slept.\n"
CHAIN_WORDS = (
    ("Ilda", 1, "PROP_PER", "Ilda-1"), ("Oren", 1, "PROP_PER", "Oren-2"), ("She", 1, "PRON_PER", "Ilda-1"),
    ("him", 1, "PRON_PER", "Oren-2"), ("Ilda", 2, "PROP_PER", "Ilda-1"), ("The ferry", 1, "NOM_VEH", "The_ferry-3"),
    ("the mill", 1, "NOM_FAC", "the_mill-4"), ("It", 1, "PRON_VEH", "The_ferry-3"),
    ("The town", 1, "NOM_GPE", "town-5"),
)  # fmt: skip


def chained(*, marked: bool = True) -> str:
    """Return an .ann in which a mention has two spans: one for its form and type, one for its chain."""
    lines = []
    for number, (words, nth, *labels) in enumerate(CHAIN_WORDS, 1):
        start = -1
        for _ in range(nth):
            start = CHAIN_TEXT.index(words, start + 1)
        for letter, label in zip("12", labels if marked else labels[:1], strict=False):
            lines.append(f"T{number}{letter}\t{label} {start} {start + len(words)}\t{words}")
    return "\n".join([*lines, "R1\tsees Arg1:T12 Arg2:T21" if marked else "", ""])


def test_labels_that_number_entities_are_recognised_and_those_that_tell_the_form(
    export: Export, run: Run, tmp_path: Path
) -> None:
    root = tmp_path / "project"
    status, out, _ = run("init", root, "--from", export({"a.ann": chained(), "a.txt": CHAIN_TEXT}))
    assert status == 0
    assert [line for line in out.splitlines() if "recognised" in line] == [
        "recognised: spans *-# -> entities",
        "recognised: spans PROP_… -> mention …, form name",
        "recognised: spans PRON_… -> mention …, form pronoun",
        "recognised: spans NOM_… -> mention …, form nominal",
    ]
    assert list(scheme(root)["entities"]) == ["PER", "VEH", "FAC", "GPE"]
    assert run("build", root, "--out", tmp_path)[0] == 0
    (row,) = rows(tmp_path / "dev", "documents")
    texts = {each["id"]: each["text"] for each in row["spans"]}
    assert len(texts) == len(CHAIN_WORDS)
    found = {each["attributes"][0]["value"]: (each["label"], [texts[m] for m in each["mentions"]])
             for each in row["entities"]}  # fmt: skip
    assert found["Ilda-1"] == ("PER", ["Ilda", "She", "Ilda"])
    assert found["The_ferry-3"] == ("VEH", ["The ferry", "It"])
    assert found["town-5"] == ("GPE", ["The town"])
    assert not any(each["derived"] for each in row["entities"])
    assert [each["filler"] for each in row["relations"][0]["arguments"]] == ["T11", "T21"], "of a mark: its mention"
    mapped = json.loads((tmp_path / "dev/manifest.json").read_text(encoding="utf-8"))["left_out"]["mapped"]
    assert mapped == {"spans *-# -> entities": len(CHAIN_WORDS)}


@pytest.mark.parametrize("change", [("Oren-2", "Oren"), ("\tIlda-1 0 4\t", "\tIlda-1 0 8\t")])
def test_numbers_in_labels_that_are_not_on_a_mention_each_are_no_chains(
    change: tuple[str, str], export: Export, run: Run, tmp_path: Path
) -> None:
    files = {"a.ann": chained().replace("town-5", "Oren-2").replace(*change), "a.txt": CHAIN_TEXT}
    out = run("init", tmp_path / "project", "--from", export(files))[1]
    assert "*-#" not in out


def test_a_mark_without_a_mention_stays_a_span_that_the_scheme_does_not_know(
    export: Export, run: Run, tmp_path: Path
) -> None:
    root = tmp_path / "project"
    assert run("init", root, "--from", export({"a.ann": chained(), "a.txt": CHAIN_TEXT}))[0] == 0
    path = next(root.rglob("a.ann"))
    path.write_text(path.read_text(encoding="utf-8") + "T99\tOren-2 9 13\tOren\n", encoding="utf-8")
    status, _, err = run("build", root, "--out", tmp_path)
    assert status == 1
    assert "T99" in err and "Oren-2" in err


def test_typed_links_of_a_chain_are_all_taken_and_others_are_not(export: Export, run: Run, tmp_path: Path) -> None:
    links = [(11, "coref", 51), (31, "ana", 11), (41, "cata", 21), (81, "appos", 61), (61, "bridge", 71)]
    lines = "".join(f"R{n}\t{label} Arg1:T{one} Arg2:T{other}\n" for n, (one, label, other) in enumerate(links))
    source = export({"a.ann": chained(marked=False) + lines, "a.txt": CHAIN_TEXT})
    root = tmp_path / "project"
    assert run("init", root, "--from", source)[0] == 0
    found = scheme(root)["projection"]["relations"]
    assert list(found) == ["ana", "appos", "cata", "coref"]
    (source / "a.ann").write_text(chained(marked=False) + "R1\tappos Arg1:T11 Arg2:T51\n", encoding="utf-8")
    assert run("init", tmp_path / "other", "--from", source)[0] == 0
    assert "relations" not in scheme(tmp_path / "other")["projection"]


def test_gum_s_links_make_the_entities_that_its_conll_files_have(realdata: Path, run: Run, tmp_path: Path) -> None:
    found = []
    for name in ("webanno_tsv/gum-news", "conll/gum-news-coref"):
        root = tmp_path / name
        assert run("init", root, "--from", realdata / name)[0] == 0
        assert run("build", root, "--out", root / "dist", "--configs", "documents,entities")[0] == 0
        found.append(Counter(
            (row["doc_id"], len(row["mentions"]), row["mentions"][0]["text"])
            for row in rows(root / "dist/dev", "entities")
        ))  # fmt: skip
    assert found[0].total() == found[1].total() > 1000
    assert (found[0] & found[1]).total() > 0.98 * found[0].total(), "of spans that begin together either may be first"


@pytest.mark.parametrize(
    "change", [("Holder:T4 ", "Weather:T4 "), ("A1\tPolarity E2 AGAINST\n", ""), ("Target:T6", "Target:T6 Target2:T1")]
)
def test_what_has_the_name_and_not_the_shape_stays_an_event(
    change: tuple[str, str], export: Export, run: Run, tmp_path: Path
) -> None:
    source = export({"a.ann": STANCE.replace(*change), "a.txt": STANCE_TEXT})
    root = tmp_path / "project"
    assert run("init", root, "--from", source)[0] == 0
    assert "Stance" not in scheme(root)["projection"].get("events", {})
    assert run("build", root, "--out", tmp_path)[0] == 0
    assert [event["label"] for event in rows(tmp_path / "dev", "events")] == ["Stance"]


def test_labels_that_are_configured_and_never_used_are_kept(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"ferry.ann": ANN, "ferry.txt": TEXT, "annotation.conf": CONF})
    root = tmp_path / "project"
    assert run("init", root, "--from", source)[0] == 0
    value = scheme(root)
    assert list(value["entities"]) == ["PER", "ORG", "GPE", "GROUP", "PLACE"]
    roles = value["events"]["ATTACK"]["roles"]  # type: ignore[index]
    assert roles == {
        "By": {"fillers": ["PER", "GROUP"], "required": True},
        "Of": {"fillers": ["Thing", "ORG", "GPE", "PLACE"]},
    }
    assert value["relations"]["Member"]["roles"]["Arg1"] == {"fillers": ["PER", "ORG"], "required": True}  # type: ignore[index]
    assert value["attributes"]["events"] == {"Negation": {"values": ["true"]}, "Sure": {"values": ["High", "Low"]}}
    assert run("build", root, "--out", tmp_path)[0] == 0


def test_native_and_brat_together(export: Export, run: Run, tmp_path: Path) -> None:
    files = {"ferry.ann": ANN, "ferry.txt": TEXT, "quay.json": json.dumps(NATIVE), "quay.txt": TEXT}
    path = zipped(tmp_path / "x.zip", {f"project/{name}": text for name, text in files.items()})
    root = tmp_path / "project"
    assert run("init", root, "--from", path)[0] == 0
    status, _, err = run("build", root, "--out", tmp_path)
    assert status == 0, err
    assert len(rows(tmp_path / "dev", "spans")) == 4


def test_a_fault_of_the_export_is_that_of_the_project(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"ferry.ann": ANN.replace("The army", "An army"), "ferry.txt": TEXT, "quay.ann": ANN})
    root = tmp_path / "project"
    status, _, err = run("init", root, "--from", source)
    assert (status, "ferry.ann:1:1: error[E203]" in err) == (1, True)
    status, out, _ = run("validate", root, "--json")
    found = {(finding["code"], finding["doc_id"]) for finding in json.loads(out)["findings"]}
    assert (status, found) == (1, {("E203", "ferry"), ("E104", "quay")})
    (root / "annotations/a1/ferry.ann").write_text(ANN, encoding="utf-8")
    (root / "raw/quay.txt").write_text(TEXT, encoding="utf-8")
    assert run("validate", root)[:2] == (0, "")


def test_a_folder_that_is_not_empty_is_refused(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"ferry.ann": ANN, "ferry.txt": TEXT})
    assert run("init", source, "--from", source)[0] == 2
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty", "--from", source)[0] == 0
    assert run("init", tmp_path / "none", "--from", tmp_path / "missing")[0] == 2
    (tmp_path / "bare").mkdir()
    assert run("init", tmp_path / "new", "--from", tmp_path / "bare")[0] != 0
    assert not (tmp_path / "new").exists()


def test_the_project_inspects_as_the_export(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"ferry.ann": ANN, "ferry.txt": TEXT})
    run("init", tmp_path / "project", "--from", source)
    assert inspected(run, tmp_path / "project")["counts"] == inspected(run, source)["counts"]


def test_texts_alone_become_articles_to_be_annotated(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"quay.txt": TEXT})
    root = tmp_path / "project"
    status, out, err = run("init", root, "--from", source)
    assert (status, "next: annotate the texts" in out) == (0, True), err
    assert (root / "raw/quay.txt").read_text(encoding="utf-8") == TEXT
    assert not (root / "scheme.toml").exists(), "an empty inventory would forbid every label"
    (source / "port.txt").write_text("Omar left.\n", encoding="utf-8")
    status, out, err = run("import", source, root)
    assert (status, "1 new ones: port" in out) == (0, True), err
    (source / "quay.ann").write_text("T1\tGROUP 0 3\tThe\n", encoding="utf-8")
    status, _, err = run("import", source, root, "--annotator", "a1")
    assert status == 0, err
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0
