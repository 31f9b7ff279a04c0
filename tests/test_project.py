"""Project exports of INCEpTION and WebAnno, and folders that are documents, by inspect, init, import and build."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from test_build import rows
from test_inspect import codes, inspected

from conftest import Run

SOURCE = "The army shelled the bridge.\r\nIt fell.\r\n"
PLACES = [(0, 3, "The"), (4, 8, "army"), (9, 16, "shelled"), (17, 20, "the"), (21, 28, "bridge.")]
FIRST = ["GROUP[1]", "GROUP[1]", "_", "_", "_"]
SECOND = ["GROUP[1]", "GROUP[1]", "_", "PLACE[2]", "PLACE[2]"]
NONE = ["_"] * 5
STATES = {
    "source_documents": [{"name": "bridge.txt", "state": "CURATION_FINISHED"}],
    "annotation_documents": [
        {"name": "bridge.txt", "user": "jane", "state": "FINISHED"},
        {"name": "quay.txt", "user": "jane", "state": "FINISHED"},
        {"name": "bridge.txt", "user": "ilda", "state": "IN_PROGRESS"},
    ],
    "tag_sets": [
        {"name": "Parts", "tags": [{"tag_name": "GROUP"}, {"tag_name": "ROAD"}]},
        {"name": "Acts", "tags": [{"tag_name": "FALL"}]},
        {"name": "Moods", "tags": [{"tag_name": "sure"}]},
        {"name": "Built in", "tags": [{"tag_name": "NEVER"}]},
    ],
    "layers": [
        {
            "name": "webanno.custom.Part",
            "type": "span",
            "features": [{"name": "value", "type": "uima.cas.String", "tag_set": {"name": "Parts"}}],
        },
        {
            "name": "webanno.custom.Act",
            "type": "span",
            "features": [
                {"name": "value", "type": "uima.cas.String", "tag_set": {"name": "Acts"}},
                {"name": "mood", "type": "uima.cas.String", "tag_set": {"name": "Moods"}},
                {"name": "links", "type": "uima.tcas.Annotation", "link_mode": "WITH_ROLE"},
            ],
        },
        {
            "name": "webanno.custom.Tie",
            "type": "relation",
            "features": [{"name": "value", "type": "uima.cas.String", "tag_set": None}],
        },
        {
            "name": "webanno.custom.Old",
            "type": "span",
            "built_in": True,
            "features": [{"name": "value", "type": "uima.cas.String", "tag_set": {"name": "Built in"}}],
        },
    ],
}
XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///webanno/custom.ecore" \
xmi:version="2.0">
<c:Part xmi:id="7" sofa="1" begin="0" end="8" value="GROUP"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" \
sofaString="The army shelled the bridge.&#13;&#10;It fell.&#13;&#10;"/>
<cas:View sofa="1" members="7"/>
</xmi:XMI>
"""
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>
<name>webanno.custom.Part</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><description/><rangeTypeName>uima.cas.String</rangeTypeName>
</featureDescription></features></typeDescription></types></typeSystemDescription>
"""


def tsv(cells: list[str]) -> str:
    lines = ["#FORMAT=WebAnno TSV 3.3", "#T_SP=webanno.custom.Part|value", "", "", "#Text=The army shelled the bridge."]
    for number, ((begin, end, word), cell) in enumerate(zip(PLACES, cells, strict=True), 1):
        lines.append(f"1-{number}\t{begin}-{end}\t{word}\t{cell}\t")
    return "\n".join([*lines, "", "#Text=It fell.", "2-1\t30-32\tIt\t_\t", "2-2\t33-38\tfell.\t_\t", ""])


def packed(files: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def project(**more: str | bytes) -> dict[str, str | bytes]:
    """Return a project with two documents, two annotators, a curator, and what only the tool reads."""
    return {
        "exportedproject.json": json.dumps(STATES),
        "source/bridge.txt": SOURCE,
        "source/quay.txt": SOURCE,
        "annotation/bridge.txt/INITIAL_CAS.tsv": tsv(NONE),
        "annotation/bridge.txt/jane.tsv": tsv(SECOND),
        "annotation/bridge.txt/ilda.zip": packed({"ilda.xmi": XMI, "TypeSystem.xml": TYPES}),
        "annotation/quay.txt/jane.tsv": tsv(NONE),
        "annotation_ser/bridge.txt/INITIAL_CAS.ser": b"\xac\xed",
        "annotation_ser/bridge.txt/jane.ser": b"\xac\xed",
        "curation/bridge.txt/CURATION_USER.tsv": tsv(SECOND),
        "log/project.log": "opened",
        **more,
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "project.zip"
    path.write_bytes(packed(project()))
    return path


def test_inspect_knows_documents_annotators_and_what_is_neither(archive: Path, run: Run) -> None:
    value = inspected(run, archive)
    assert (value["documents"], value["annotators"]) == (2, ["CURATION_USER", "ilda", "jane"])
    assert {part["format"]: part["counts"]["spans"] for part in value["parts"]} == {"webanno_tsv": 4, "cas_xmi": 1}
    assert codes(value) == [("W133", "annotation/bridge.txt/ilda.zip/ilda.xmi", None)]
    other = {each["path"]: each["what"] for each in value["other"]}
    assert "before anybody" in other["annotation/bridge.txt/INITIAL_CAS.tsv"]
    assert "Java object" in other["annotation_ser/bridge.txt/jane.ser"]
    assert other["exportedproject.json"] == other["log/project.log"]


def test_a_project_becomes_a_corpus_that_builds(archive: Path, run: Run, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    assert run("init", root, "--from", archive)[0] == 0
    assert (root / "annotators.csv").read_text() == "CURATION_USER,gold\nilda,a1\njane,a2\n"
    assert not list(root.rglob("exportedproject*"))
    scheme = tomllib.loads((root / "scheme.toml").read_text(encoding="utf-8"))
    assert set(scheme["entities"]) == {"GROUP", "ROAD", "PLACE"}
    assert (set(scheme["events"]), set(scheme["relations"])) == ({"FALL"}, {"Tie"})
    assert scheme["attributes"]["events"] == {"mood": {"values": ["sure"]}, "layer": {"values": ["Act"]}}
    status, _, err = run("build", root, "--out", tmp_path / "out")
    assert status == 0, err
    found = rows(tmp_path / "out/dev", "documents") + rows(tmp_path / "out/dev", "annotations")
    seen = {(row["doc_id"], row["annotator"]): row for row in found}
    assert set(seen) == {("bridge", "gold"), ("bridge", "a1"), ("bridge", "a2"), ("quay", "a2")}
    assert {row["text"] for row in found} == {SOURCE.replace("\r\n", "\n")}
    assert (seen["quay", "a2"]["layers"], seen["quay", "a2"]["spans"]) == (["spans"], [])
    for row in found:
        if row["doc_id"] == "bridge":
            assert [span["text"] for span in row["spans"]] == ["The army", "the bridge."][: len(row["spans"])]


def test_a_project_is_imported_into_a_corpus(archive: Path, run: Run, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "corpus.toml").write_text('[annotations]\npublish = ["gold", "a1", "a2"]\n')
    status, out, err = run("import", archive, root)
    assert status == 0, out + err
    assert run("build", root, "--out", tmp_path / "out")[0] == 0
    assert {row["annotator"] for row in rows(tmp_path / "out/dev", "documents")} == {"gold", "a2"}
    status, out, _ = run("import", archive, root)
    assert (status, "new" in out.split("unchanged")[0]) == (0, False), out


def test_a_folder_with_zips_is_read_as_its_zip(archive: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with zipfile.ZipFile(archive) as whole:
        whole.extractall(folder)
    before = sorted(path for path in folder.rglob("*"))
    assert inspected(run, folder)["counts"] == inspected(run, archive)["counts"]
    assert sorted(path for path in folder.rglob("*")) == before


def test_work_that_is_only_a_java_object_is_named(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "project.zip"
    path.write_bytes(packed(project(**{"annotation_ser/quay.txt/orm.ser": b"\xac\xed"})))
    value = inspected(run, path, 3)
    assert ("E101", "annotation_ser/quay.txt/orm.ser", None) in codes(value)


def test_states_that_cannot_be_read_are_a_finding(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "project.zip"
    path.write_bytes(packed(project(**{"exportedproject.json": '{"source_documents": ['})))
    value = inspected(run, path, 3)
    assert codes(value) == [("E102", "exportedproject.json", 1)]


def test_a_project_without_its_json_file_is_known_by_its_names(tmp_path: Path, run: Run) -> None:
    files = {name: content for name, content in project().items() if not name.startswith(("exported", "log", "source"))}
    path = tmp_path / "curated.zip"
    path.write_bytes(packed(files))
    value = inspected(run, path)
    assert (value["documents"], value["annotators"], value["findings"]) == (2, ["CURATION_USER", "ilda", "jane"], [])


@pytest.mark.parametrize("prefix", ["annotation/", ""])
def test_folders_whose_files_hold_one_text_are_documents(prefix: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "annotated.zip"
    other = tsv(FIRST).replace("army", "navy")
    files = {"bridge.txt/jane.tsv": tsv(FIRST), "bridge.txt/ilda.tsv": tsv(SECOND), "quay.txt/jane.tsv": other}
    path.write_bytes(packed({prefix + name: content for name, content in files.items()}))
    value = inspected(run, path)
    assert (value["documents"], value["annotators"], value["findings"]) == (2, ["ilda", "jane"], [])
    root = tmp_path / "corpus"
    assert run("init", root, "--from", path)[0] == 0
    assert sorted(each.name for each in (root / "raw").iterdir()) == ["bridge.txt", "quay.txt"]
    assert run("build", root, "--out", tmp_path / "out")[0] == 0


def test_a_folder_for_each_annotator_stays_one(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "annotated.zip"
    other = tsv(FIRST).replace("army", "navy")
    files = {"jane/bridge.tsv": tsv(FIRST), "jane/quay.tsv": other, "ilda/bridge.tsv": tsv(SECOND)}
    path.write_bytes(packed({**files}))
    value = inspected(run, path)
    assert (value["documents"], value["annotators"], value["findings"]) == (2, ["ilda", "jane"], [])


def _bomb(depth: int) -> bytes:
    data = packed({"x.txt": " " * 3_000_000})
    for _ in range(depth):
        data = packed({"x.zip": data})
    return data


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (_bomb(1), "--max-ratio"),
        (packed({"../evil.tsv": "x"}), "leads out"),
        (packed({"a.zip": packed({"b.zip": packed({"c.zip": packed({"d.zip": packed({"e.zip": b""})})})})}), "deep"),
    ],
)
def test_zips_in_zips_harm_nobody(inner: bytes, words: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "project.zip"
    path.write_bytes(packed(project(**{"annotation/quay.txt/orm.zip": inner})))
    value: dict[str, Any] = inspected(run, path, 3)
    assert words in value["findings"][0]["message"]
    assert list(tmp_path.rglob("evil*")) == []


def test_the_number_of_files_counts_across_zips(archive: Path, run: Run) -> None:
    assert run("inspect", archive, "--max-files", "12")[0] == 3
    assert run("inspect", archive, "--max-files", "13")[0] == 0


def test_a_damaged_zip_in_a_zip_is_a_finding_and_the_rest_is_read(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "project.zip"
    whole = packed({"orm.tsv": tsv(FIRST) * 20})
    path.write_bytes(packed(project(**{"annotation/quay.txt/orm.zip": whole[: len(whole) // 2]})))
    value = inspected(run, path, 3)
    assert ("E101", "annotation/quay.txt/orm.zip", None) in codes(value)
    assert value["counts"]["spans"] == 5


def test_finished_and_other_documents_of_one_annotator_are_two_sources(run: Run, tmp_path: Path) -> None:
    """A folder that two sources name would be read twice."""
    states = {**STATES, "annotation_documents": [{"name": "bridge.txt", "user": "jane", "state": "FINISHED"}]}
    path = tmp_path / "project.zip"
    path.write_bytes(packed(project(**{"exportedproject.json": json.dumps(states)})))
    assert run("init", tmp_path / "corpus", "--from", path)[0] == 0
    settings = tomllib.loads((tmp_path / "corpus/corpus.toml").read_text(encoding="utf-8"))
    paths = [source["path"] for source in settings["sources"]]
    assert len(paths) == len(set(paths))
    status, _, err = run("build", tmp_path / "corpus", "--out", tmp_path / "dist")
    assert (status, "E110" in err) == (0, False), err
