"""Other people's CoNLL and GATE files: counts of a script, formats that agree, corpora that build."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import FORMATS
from standoff.annotations.export import Part, Siblings
from test_build import rows

from conftest import Run

COUNTS = {
    "conll/gum-news-coref": {"spans": "opens", "mentions": "opens", "documents": "docs"},
    "conll/gum-news-conllu": {"spans": "entity_opens", "mentions": "entity_closes", "documents": "newdoc"},
    "conll/litbank-coref": {"spans": "mentions", "entities": "entities", "documents": "parts"},
    "conll/wikigold": {"spans": "chunks_conlleval", "documents": "docstart"},
}
GATE = "gate_xml/python-gatenlp"


def expected_of(realdata: Path, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    return value


def parts_of(path: Path, name: str) -> list[Part]:
    unpack = FORMATS[name].unpack
    assert unpack is not None
    return unpack(path.read_bytes(), path.name, Siblings(path.parent)).parts


@pytest.mark.parametrize("name", COUNTS)
def test_inspect_counts_as_an_independent_script(name: str, realdata: Path, run: Run) -> None:
    expected = expected_of(realdata, name)
    status, out, err = run("inspect", realdata / name, "--json")
    assert status == 0, err
    value = json.loads(out)
    counts = {**value["counts"], "documents": value["documents"]}
    assert {ours: counts[ours] for ours in COUNTS[name]} == {o: expected[t] for o, t in COUNTS[name].items()}
    assert value["offsets"]["spans_proved"] == counts["spans"]
    if "types" in expected:
        assert value["labels"]["spans"] == expected["types"]


def test_wikigold_has_its_tokens_sentences_and_scheme(realdata: Path) -> None:
    expected = expected_of(realdata, "conll/wikigold")
    parts = parts_of(realdata / "conll/wikigold/CONLL-format/data/wikigold.conll.txt", "conll")
    texts = [part.text or "" for part in parts]
    assert sum(len(text.split()) for text in texts) == expected["tokens"]
    assert sum(len(text.split("\n")) for text in texts) == expected["sentences"]
    assert {dict(part.fields)["tag_scheme"] for part in parts} == {expected["note"]}
    assert [finding for part in parts for finding in part.reading.findings] == []


def test_texts_have_the_tokens_of_their_files(realdata: Path) -> None:
    for name, format_name in (("conll/gum-news-coref", "conll_coref"), ("conll/litbank-coref", "conll_coref")):
        parts = [p for path in sorted((realdata / name).glob("*.conll")) for p in parts_of(path, format_name)]
        assert sum(len((part.text or "").split(" ")) for part in parts) + sum(
            (part.text or "").count("\n") for part in parts
        ) == expected_of(realdata, name)["tokens"]
    parts = [p for path in sorted((realdata / "conll/gum-news-conllu").glob("*")) for p in parts_of(path, "conllu")
             if path.suffix == ".conllu"]  # fmt: skip
    expected = expected_of(realdata, "conll/gum-news-conllu")
    assert sum(len([line for line in (p.text or "").split("\n") if line]) for p in parts) == expected["sentences"]
    assert sum(len((p.text or "").split("\n\n")) for p in parts) == 148  # lines that read `# newpar`, and nothing more


Mention = tuple[str, str]


def mentions_by_format(realdata: Path) -> dict[str, dict[str, Counter[Mention]]]:
    """Return label and letters (without blanks) of the mentions of each GUM document, in each format that has them."""
    folders = {"conll_coref": "conll/gum-news-coref", "conllu": "conll/gum-news-conllu"}
    if "webanno_tsv" in FORMATS:
        folders["webanno_tsv"] = "webanno_tsv/gum-news"
    found: dict[str, dict[str, Counter[Mention]]] = {}
    for name, folder in folders.items():
        for path in sorted((realdata / folder).iterdir()):
            if path.suffix in (".conll", ".conllu", ".tsv"):
                (part,) = parts_of(path, name)
                counts = found.setdefault(name, {}).setdefault(path.stem, Counter())
                for span in part.reading.annotations.spans:
                    counts[span.label, "".join((span.surface or "").split())] += 1
    return found


def test_gum_has_the_same_mentions_in_every_format(realdata: Path) -> None:
    found = mentions_by_format(realdata)
    first = found.pop("conllu")
    assert sum(sum(counts.values()) for counts in first.values()) == 2269
    for name, documents in found.items():
        assert documents == first, name


def test_gum_has_the_same_entities_at_the_same_letters_in_both_conll_formats(realdata: Path) -> None:
    """Offsets are compared by the letters before them, because the texts differ in their blanks."""
    found: dict[str, dict[str, set[tuple[str, tuple[tuple[int, int], ...], str | None]]]] = {}
    for name, folder, suffix in (("conll_coref", "gum-news-coref", "conll"), ("conllu", "gum-news-conllu", "conllu")):
        for path in sorted((realdata / "conll" / folder).glob(f"*.{suffix}")):
            (part,) = parts_of(path, name)
            text = part.text or ""
            letters = [0]
            for letter in text:
                letters.append(letters[-1] + (not letter.isspace()))
            place = {s.id: (letters[s.start], letters[s.end]) for s in part.reading.annotations.spans}
            found.setdefault(name, {})[path.stem] = {
                (entity.label, tuple(sorted(place[m] for m in entity.mentions)), entity.kb_id)
                for entity in part.reading.annotations.entities
            }
    assert found["conllu"] == found["conll_coref"]


@pytest.mark.parametrize("name", COUNTS)
def test_an_export_becomes_a_corpus_that_builds_and_loses_nothing(
    name: str, realdata: Path, run: Run, tmp_path: Path
) -> None:
    counts = json.loads(run("inspect", realdata / name, "--json")[1])["counts"]
    assert run("init", tmp_path / "project", "--from", realdata / name)[0] == 0
    status, _, err = run("build", tmp_path / "project", "--out", tmp_path, "--configs", "documents,provenance")
    assert status == 0, err[-2000:]
    found = rows(tmp_path / "dev", "documents")
    for layer in ("spans", "relations", "normalizations"):
        assert sum(len(row[layer] or ()) for row in found) == counts[layer], layer
    entities = [entity for row in found for entity in row["entities"] or ()]
    assert sum(not entity["derived"] for entity in entities) == counts["entities"]
    held = sum(counts[layer] for layer in ("spans", "entities", "relations", "normalizations"))
    assert len(rows(tmp_path / "dev", "provenance")) == held


@pytest.mark.parametrize(
    "path", ["debug/debug-gatexml.xml", "tests/testdoc1.xml", "docs/testdocument1.xml", "examples/saveddoc.xml"]
)
def test_gate_documents(path: str, realdata: Path, run: Run) -> None:
    expected = expected_of(realdata, GATE)[Path(path).name]
    file = realdata / GATE / path
    (part,) = parts_of(file, "gate_xml")
    text = part.text or ""
    assert len(text) == expected["text_len_codepoints"]
    assert len(text.encode("utf-16-le")) // 2 == expected["text_len_utf16"]
    value = json.loads(run("inspect", file, "--json")[1])
    assert value["counts"]["spans"] == expected["annotations"]
    assert value["offsets"]["unit"] == "UTF-16 units"
    empty = [finding for finding in value["findings"] if finding["severity"] == "error"]
    assert [finding["code"] for finding in empty] == ["E204"] * expected["zero_width"]
    assert value["offsets"]["spans_proved"] == expected["annotations"] - expected["zero_width"]


def test_gate_stops_where_spans_are_empty_and_builds_without_them(realdata: Path, run: Run, tmp_path: Path) -> None:
    pages = shutil.ignore_patterns("*.html")  # a page without main text is unreadable, which is another matter
    export = Path(shutil.copytree(realdata / GATE, tmp_path / "export", ignore=pages))
    for path, wanted in (("tests", 1), ("docs/testdocument1.xml", 0), ("examples", 0), ("debug", 0)):
        project = tmp_path / Path(path).stem
        assert run("init", project, "--from", export / path)[0] in (0, 1)
        assert run("build", project, "--out", tmp_path / "dist", "--configs", "documents")[0] == wanted, path
