"""The law of conservation on other people's exports: items in = items in rows + items that the build names.

Each set goes through `inspect`, `init`, `validate --write-waivers` and `build`. What cannot be read as a whole, or has
no place in a corpus, stops the build by name; without these files the rest must come out to the last item.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from standoff.model import ITEM_LISTS
from test_build import rows

from conftest import Run

SETS = {
    "brat/brat-tutorials/news": "*",
    "brat/brat-tutorials/bio": "*",
    "brat/litbank/entities": "*",
    "brat/litbank/coref": "*",
    "webanno_tsv/gum-news": "*",
    "webanno_tsv/webanno": "*.tsv",
    "cas_xmi/webanno": "*.xmi",
    "cas_xmi/dkpro-cassis": "*",
    "cas_json/dkpro-cassis": "*",
    "cas_json/uima-jsoncas": "*",
    "conll/gum-news-coref": "*",
    "conll/gum-news-conllu": "*",
    "conll/litbank-coref": "*",
    "conll/wikigold": "*",
    "label_studio/nerine": "*",
    "doccano/doccano-transformer": "*",
    "prodigy/explosion-projects": "*",
    "re3d/UK Government": "*",
    "re3d/US State Department": "*",
    "gate_xml/python-gatenlp": "*",
    "w3c/web-annotation": "*",
}
"""The sets, with the files that are taken: of the folders with each document as .tsv and .xmi, those of one format."""

WITH_FILES_WITHOUT_DOCUMENT = (
    "webanno_tsv/webanno", "cas_json/dkpro-cassis", "cas_json/uima-jsoncas", "cas_xmi/dkpro-cassis",
)  # fmt: skip
"""The sets with annotation files of an old format, or on a text that they do not hold."""

WHOLE_FILES = {"E101", "E102", "E103", "E104", "E110", "E132", "E605"}
"""What no waiver covers and leaves a file out: unreadable, of the wrong shape, without a text, a second one of the
same annotator and document, made on another text."""

TOKEN = "Token"
SEGMENTED = {"webanno_tsv", "cas_xmi", "cas_json", "mixed"}
"""The formats in which tokens are no annotations; those that a relation ends at are spans in the rows all the same."""

UNREAD = "spans"
"""What an item that was not read would have been: in these sets, a place that cannot be followed (E217)."""

PAGE = "A page that an example speaks of, and which does not lie beside it. " * 40
"""The text of the pages that the examples of W3C point to: none of their quotes is in it, some of their offsets are."""


@dataclass
class Balance:
    """Both sides of the equation, each a count by list of items (`ITEM_LISTS`)."""

    held: Counter[str]  # in the files, as `inspect` counts them
    made: Counter[str]  # on the way: spans of words that relations end at, entities of bare mentions and of links
    in_rows: Counter[str]  # in the config `provenance`, which has every annotator
    excluded: Counter[str]  # named in the manifest, as a waiver asks
    joined: Counter[str]  # links, and marks of chains, that became entities: counted in the manifest, by label

    def gone(self) -> dict[str, int]:
        """Return what is in neither place, by list; negative where something came from nowhere."""
        incoming, outgoing = self.held + self.made, self.in_rows + self.excluded + self.joined
        return {name: n for name in {*incoming, *outgoing} if (n := incoming[name] - outgoing[name])}


def inspected(run: Run, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("inspect", "--json", folder)[1])
    return found


def add_pages(inspection: dict[str, Any], export: Path) -> None:
    """Write the article that each annotation of a page waits for."""
    for finding in inspection["findings"]:
        expected = re.search(r"expected (\S+\.txt) beside it", finding["message"])
        if finding["code"] == "E104" and expected:
            (export / finding["path"]).with_name(expected[1]).write_text(PAGE, encoding="utf-8")


def sound_part(run: Run, export: Path) -> dict[str, Any]:
    """Take out the files that no waiver covers, until none is left; return what is left, as `inspect` has it."""
    add_pages(inspected(run, export), export)
    while True:
        inspection = inspected(run, export)
        faulty = {finding["path"] for finding in inspection["findings"] if finding["code"] in WHOLE_FILES}
        if not faulty:
            return inspection
        for path in faulty:
            (export / path).unlink()


def copied(realdata: Path, name: str, tmp_path: Path) -> Path:
    """Copy a set, of files that are there in two formats one."""
    export = tmp_path / "export"
    shutil.copytree(realdata / name, export)
    for path in export.rglob("*"):
        if path.suffix in {".tsv", ".xmi"} and not path.match(SETS[name]):
            path.unlink()
    return export


def balance(inspection: dict[str, Any], release: Path) -> Balance:
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    held = Counter({name: inspection["counts"].get(name, 0) for name in ITEM_LISTS})
    if inspection["format"] == "brat":  # Equiv lines are no relations in brat's count, and are in the rows
        held["relations"] += sum(inspection["labels"].get("equivalences", {}).values())
    in_rows = Counter(row["layer"] for row in rows(release, "provenance"))
    excluded = Counter(entry["layer"] or UNREAD for entry in manifest["excluded"])
    joined = Counter[str]()
    for rule, number in manifest["left_out"]["mapped"].items():
        joined[rule.partition(" ")[0]] += number
    derived = sum(row["derived"] for row in rows(release, "entities")) if in_rows["entities"] else 0
    clusters = in_rows["entities"] - derived + excluded["entities"] - held["entities"] if joined.total() else 0
    assert 0 <= clusters <= joined.total(), "links make at most an entity each"
    segmented = inspection["format"] in SEGMENTED
    words = sum(row["label"] == TOKEN for row in rows(release, "spans")) if segmented else 0
    return Balance(held, Counter(spans=words, entities=derived + clusters), in_rows, excluded, joined)


@pytest.mark.parametrize("name", SETS)
def test_every_item_of_an_export_is_in_a_row_or_named(name: str, realdata: Path, run: Run, tmp_path: Path) -> None:
    export = copied(realdata, name, tmp_path)
    inspection = sound_part(run, export)
    root = tmp_path / "project"
    assert run("init", root, "--from", export)[0] in (0, 1)
    run("validate", root, "--write-waivers")
    status, _, err = run("build", root, "--out", tmp_path)
    assert status == 0, err
    found = balance(inspection, tmp_path / "dev")
    assert found.held.total()
    assert found.gone() == {}


@pytest.mark.parametrize("name", WITH_FILES_WITHOUT_DOCUMENT)
def test_a_file_that_gives_no_document_stops_the_build_too(name: str, realdata: Path, run: Run, tmp_path: Path) -> None:
    def faults(out: str) -> Counter[tuple[str, str]]:
        found = json.loads(out)["findings"]
        return Counter((f["code"], f["message"]) for f in found if f["code"] in {"E104", "E132"})

    export = copied(realdata, name, tmp_path)
    expected = faults(run("inspect", "--json", export)[1])
    assert expected
    root = tmp_path / "project"
    assert run("init", root, "--from", export)[0] != 0
    status, out, _ = run("build", root, "--out", tmp_path, "--json")
    assert status != 0
    assert faults(out) == expected


FERRY = {"texts/ferry.txt": "Ilda left.", "texts/ferry.ann": "T1\tPerson 0 4\tIlda\n"}


def stopped(run: Run, tmp_path: Path, files: dict[str, str]) -> list[dict[str, Any]]:
    """Return the errors of a build of an export that is made of these files; `init` has one, too."""
    for name, content in files.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert run("init", tmp_path / "project", "--from", tmp_path / "export")[0] in (1, 3)
    status, out, _ = run("build", tmp_path / "project", "--out", tmp_path, "--json")
    assert status in (1, 3) and not (tmp_path / "dev").exists()
    return [finding for finding in json.loads(out)["findings"] if finding["severity"] == "error"]


def test_a_truncated_export_beside_sound_files_stops_the_build(run: Run, tmp_path: Path) -> None:
    cut = '[{"id": 1, "data": {"text": "Ilda left."}, "annotations": [{"id": 2, "result": ['
    (error,) = stopped(run, tmp_path, {**FERRY, "tasks.json": cut})
    assert (error["code"], error["path"]) == ("E102", "exports/tasks.json")


def test_a_second_file_on_a_document_stops_the_build(run: Run, tmp_path: Path) -> None:
    second = "T1\tPerson 0 4\tIlda\nT2\tLeaving 5 9\tleft\n"
    texts = {"a__ferry.txt": "Ilda left.", "a/ferry.txt": "Ilda left.", "c/quay.txt": "Ilda left."}
    files = {"a__ferry.ann": FERRY["texts/ferry.ann"], "a/ferry.ann": second, "c/quay.ann": second}
    (error,) = stopped(run, tmp_path, {**texts, **files})
    assert error["code"] == "E110"
    assert (tmp_path / "project" / error["path"]).read_text(encoding="utf-8") in (second, FERRY["texts/ferry.ann"])
