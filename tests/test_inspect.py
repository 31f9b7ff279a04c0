"""`standoff inspect`: counts, annotators, units and findings of exports in every layout, and zips that mean harm."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import FORMATS

from conftest import Run

KEYS = [
    "spans", "discontinuous", "entities", "mentions", "events", "arguments",
    "attributions", "stance", "relations", "attributes", "normalizations", "notes",
]  # fmt: skip
TEXT = "The army shelled the bridge.\n"
ANN = "T1\tGROUP 0 8\tThe army\nT2\tATTACK 9 16\tshelled\nT3\tPLACE 17 27\tthe bridge\nE1\tATTACK:T2 By:T1 Of:T3\n"
NATIVE = {
    "version": 1,
    "doc_id": "quay",
    "layers": ["spans", "entities"],
    "spans": [{"id": "m1", "kind": "mention", "label": "GROUP", "exact": "The army"}],
    "entities": [{"id": "e1", "label": "GROUP", "mentions": ["m1"]}],
}
Export = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Write an export from paths and contents."""

    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "export"
        root.mkdir()
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return root

    return write


def inspected(run: Run, path: Path, status: int = 0) -> dict[str, Any]:
    """Return what `inspect --json` prints."""
    found, out, err = run("inspect", path, "--json")
    assert found == status, out + err
    assert "Traceback" not in err
    value: dict[str, Any] = json.loads(out)
    assert list(value["counts"]) == KEYS
    for finding in value["findings"]:
        assert not Path(finding["path"]).is_absolute()
        assert finding["severity"] in ("error", "warning")
    return value


def codes(value: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(finding["code"], finding["path"], finding["line"]) for finding in value["findings"]]


@pytest.mark.parametrize(
    "name", ["brat/brat-tutorials/news", "brat/brat-tutorials/bio", "brat/litbank/entities", "brat/litbank/coref"]
)
def test_counts_are_those_of_an_independent_script(name: str, realdata: Path, run: Run) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    value = inspected(run, realdata / name)
    counts = value["counts"]
    names = {"spans": "T", "events": "E", "arguments": "E_args", "relations": "R", "attributes": "A"}
    for ours, theirs in {**names, "normalizations": "N", "notes": "#"}.items():
        assert counts[ours] == expected.get(theirs, 0), ours
    assert sum(value["labels"].get("equivalences", {}).values()) == expected.get("*", 0)
    assert (value["format"], value["documents"]) == ("brat", expected["docs"])
    if "entity_and_trigger_types" in expected:
        assert value["labels"]["spans"] == expected["entity_and_trigger_types"]
    assert value["offsets"]["unit"] == "code points"
    unproved = {finding["item"] for finding in value["findings"] if finding["severity"] == "error"}
    assert counts["spans"] == value["offsets"]["spans_proved"] + len(unproved)


def test_a_folder_in_brat(export: Export, run: Run) -> None:
    root = export({"ferry.ann": ANN, "ferry.txt": TEXT, "annotation.conf": "[entities]\n", "photo.png": b"\x89PNG"})
    value = inspected(run, root)
    assert (value["format"], value["documents"], value["annotators"]) == ("brat", 1, ["a1"])
    wanted = dict.fromkeys(KEYS, 0) | {"spans": 3, "mentions": 2, "events": 1, "arguments": 2}
    assert value["counts"] == wanted
    assert value["labels"] == {"spans": {"ATTACK": 1, "GROUP": 1, "PLACE": 1}, "events": {"ATTACK": 1}}
    assert codes(value) == [("W113", "photo.png", None)]
    assert [entry["path"] for entry in value["other"]] == ["annotation.conf", "photo.png"]


def test_what_a_person_sees(export: Export, run: Run) -> None:
    root = export({"ferry.ann": ANN.replace("the bridge", "a bridge"), "ferry.txt": TEXT})
    status, out, _ = run("inspect", root)
    assert status == 1
    assert "not healthy: 1 error" in out.splitlines()[0]
    assert "2 of 3 spans proved" in out
    assert "ferry.ann:3:1: T3: the text has 'the bridge'" in out
    assert run("inspect", root, "--fail-on", "never")[0] == 0


def test_a_single_file(export: Export, run: Run) -> None:
    root = export({"ferry.ann": ANN, "ferry.txt": TEXT, "quay.ann": "T1\tX\n"})
    assert inspected(run, root / "ferry.ann")["counts"]["spans"] == 3


def test_items_in_are_items_proved_and_items_in_findings(export: Export, run: Run) -> None:
    lines = ["T1\tGROUP 0 8\tThe army", "T2\tGROUP 0 x\tThe army", "T3\tGROUP 0 7\tThe army", "T3\tGROUP 0 8\tThe army"]
    lines += ["T4\tGROUP 90 95\tThe army", "T5"]
    value = inspected(run, export({"ferry.ann": "\n".join(lines) + "\n", "ferry.txt": TEXT}), 1)
    assert value["counts"]["spans"] == 6
    assert value["offsets"]["spans_proved"] == 1
    assert sorted(line for _, _, line in codes(value) if line) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "files",
    [
        {"Jane Roe/ferry.ann": ANN, "ilda/ferry.ann": ANN, "texts/ferry.txt": TEXT},
        {"x/Jane Roe/ferry.ann": ANN, "x/ilda/ferry.ann": ANN, "x/Jane Roe/ferry.txt": TEXT, "x/ilda/ferry.txt": TEXT},
        {"ferry.Jane Roe.ann": ANN, "ferry.ilda.ann": ANN, "ferry.txt": TEXT},
    ],
    ids=["folders-and-a-sister-folder", "texts-beside", "suffixes"],
)
def test_annotators_are_found(files: dict[str, str | bytes], export: Export, run: Run) -> None:
    value = inspected(run, export(files))
    assert (value["documents"], value["annotators"]) == (1, ["Jane Roe", "ilda"])
    assert value["counts"]["spans"] == 6


def test_folders_of_other_texts_are_no_annotators(export: Export, run: Run) -> None:
    other = {"home/ferry.ann": "T1\tPLACE 0 4\tQuay\n", "home/ferry.txt": "Quay closed.\n"}
    value = inspected(run, export({"world/ferry.ann": ANN, "world/ferry.txt": TEXT, **other}))
    assert (value["documents"], value["annotators"]) == (2, ["a1"])


def test_the_unit_of_the_offsets(export: Export, run: Run) -> None:
    emoji = "T1\tGROUP 3 11\tThe army\n"
    value = inspected(run, export({"a.ann": emoji, "a.txt": "\U0001f6a2 " + TEXT, "b.ann": ANN, "b.txt": TEXT}))
    assert value["offsets"]["unit"] == "UTF-16 units"
    assert value["offsets"]["files_that_fit_any_unit"] == 1


def test_mixed_formats(export: Export, run: Run) -> None:
    files = {"ferry.ann": ANN, "ferry.txt": TEXT, "quay.json": json.dumps(NATIVE), "quay.txt": TEXT}
    value = inspected(run, export(files))
    assert (value["format"], value["documents"]) == ("mixed", 2)
    assert [(part["format"], part["documents"]) for part in value["parts"]] == [("brat", 1), ("native", 1)]
    for key in KEYS:
        assert value["counts"][key] == sum(part["counts"][key] for part in value["parts"])


def test_an_annotation_file_without_text(export: Export, run: Run) -> None:
    value = inspected(run, export({"ferry.ann": ANN}), 1)
    assert codes(value) == [("E104", "ferry.ann", None)]
    assert value["counts"]["spans"] == 3


def test_what_cannot_be_read_is_a_finding_and_the_rest_is_read(export: Export, run: Run) -> None:
    files = {"a.ann": b"T1\tX 0 3\tcaf\xe9\n", "a.txt": TEXT, "b.ann": ANN, "b.txt": TEXT}
    files |= {"c.json": '{"version": 1, "doc_id": "c", "layers": [', "c.txt": TEXT}
    value = inspected(run, export(files), 3)
    assert value["counts"]["spans"] == 3
    assert codes(value)[0] == ("E101", "a.ann", 1)
    assert ("E102", "c.json", 1) in codes(value)


@pytest.mark.parametrize("files", [{}, {"photo.jpg": b"\xff\xd8"}, {"package.json": '{"name": "x"}'}, {"x.txt": "x"}])
def test_an_export_without_annotations(files: dict[str, str | bytes], export: Export, run: Run) -> None:
    root = export(files)
    value = inspected(run, root, 3)
    assert (value["format"], value["documents"]) == (None, 0)
    assert value["findings"][-1]["code"] == "E101"
    assert "no annotation file" in run("inspect", root)[1]


def test_a_link_that_leads_nowhere_is_a_finding(export: Export, run: Run) -> None:
    root = export({"ferry.ann": ANN, "ferry.txt": TEXT})
    for name in ("quay.ann", "quay.txt"):
        (root / name).symlink_to("nowhere")
    value = inspected(run, root, 3)
    assert codes(value) == [("E101", "quay.ann", None), ("E101", "quay.txt", None)]


def test_one_ending_of_all_files_is_no_annotator(export: Export, run: Run) -> None:
    value = inspected(run, export({"ferry_brat.ann": ANN, "ferry.txt": TEXT}))
    assert (value["annotators"], value["findings"]) == (["a1"], [])


def test_a_path_that_does_not_exist(tmp_path: Path, run: Run) -> None:
    assert run("inspect", tmp_path / "none")[0] == 2


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_as_its_folder(tmp_path: Path, run: Run) -> None:
    path = zipped(tmp_path / "x.zip", {"p/ferry.ann": ANN, "p/ferry.txt": TEXT, "__MACOSX/p/._ferry.ann": b"\0"})
    value = inspected(run, path)
    assert (value["documents"], value["counts"]["spans"]) == (1, 3)


@pytest.mark.parametrize("name", ["../evil.ann", "/etc/evil.ann", "a/../../evil.ann", "C:/evil.ann", "..\\evil.ann"])
def test_a_zip_never_leads_out(name: str, tmp_path: Path, run: Run) -> None:
    path = zipped(tmp_path / "x.zip", {"ferry.ann": ANN, name: "x"})
    value = inspected(run, path, 3)
    assert codes(value) == [("E101", ".", None)]
    assert list(tmp_path.rglob("evil*")) == []
    status, out, err = run("inspect", path)
    assert (status, out, err.count("\n")) == (3, "", 1)


def test_a_link_in_a_zip_is_refused(tmp_path: Path, run: Run) -> None:
    link = zipfile.ZipInfo("ferry.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/hostname")
    assert "is a link" in inspected(run, tmp_path / "x.zip", 3)["findings"][0]["message"]


def test_a_truncated_or_encrypted_zip_is_one_error(tmp_path: Path, run: Run) -> None:
    whole = zipped(tmp_path / "x.zip", {"ferry.ann": ANN * 50, "ferry.txt": TEXT}).read_bytes()
    (tmp_path / "x.zip").write_bytes(whole[: len(whole) // 2])
    assert "no whole zip" in inspected(run, tmp_path / "x.zip", 3)["findings"][0]["message"]
    place = whole.index(b"PK\x01\x02") + 8
    (tmp_path / "y.zip").write_bytes(whole[:place] + b"\x01" + whole[place + 1 :])
    assert "encrypted" in inspected(run, tmp_path / "y.zip", 3)["findings"][0]["message"]
    damaged = bytearray(whole)
    damaged[45] ^= 0xFF
    (tmp_path / "z.zip").write_bytes(damaged)
    inspected(run, tmp_path / "z.zip", 3)


def test_a_bomb_is_refused_by_ratio_size_and_number(tmp_path: Path, run: Run) -> None:
    path = zipped(tmp_path / "x.zip", {"ferry.ann": ANN, "ferry.txt": " " * 3_000_000})
    for options, words in (
        ((), "--max-ratio"),
        (("--max-size", "1000"), "--max-size"),
        (("--max-files", "1"), "files"),
    ):
        status, _, err = run("inspect", path, *options)
        assert (status, words in err) == (3, True), err
    assert run("inspect", path, "--max-ratio", "100000")[0] == 1  # read: the spans are then found wrong


def test_what_can_be_read_is_listed_where_nothing_can(export: Export, run: Run, tmp_path: Path) -> None:
    source = export({"picture.png": b"\x89PNG"})
    status, out, _ = run("inspect", source)
    assert status == 3
    for name in FORMATS:
        assert name in out
    assert "next        export from your tool" in out
    status, _, err = run("init", tmp_path / "project", "--from", source)
    assert (status, "Known are .json (native" in err) == (2, True)
    assert run("import", source, tmp_path)[0] == 3


def test_files_in_which_nothing_is_annotated(export: Export, run: Run) -> None:
    _, out, _ = run("inspect", export({"quay.ann": "", "quay.txt": TEXT}))
    assert "nothing is annotated in these files" in out


@pytest.mark.parametrize(
    ("name", "text"), [("scheme.toml", "version = 1\n[entities\n"), ("corpus.toml", "[corpus]\ntitel = 'x'\n")]
)
def test_settings_that_are_broken_are_a_finding_in_json(name: str, text: str, export: Export, run: Run) -> None:
    value = inspected(run, export({"quay.ann": ANN, "quay.txt": TEXT, name: text}), 2)
    assert [(finding["path"], finding["line"]) for finding in value["findings"]] == [(name, 2)]
