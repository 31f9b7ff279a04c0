"""`standoff export`: what is written opens elsewhere, what is lost is named, and nothing is left where too much is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from standoff.annotations import FORMATS
from standoff.exports.siblings import Beside

from conftest import ROOT, Run

Corpus = Callable[[dict[str, str | bytes]], Path]

TEXT = "Rebels shell Doliv\n\nDOLIV — 😀 The Grey Column shelled the Sorn bridge. Ilda Voren denied it."


def span(name: str, kind: str, exact: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "exact": exact, **more}


FILE = {
    "version": 1, "doc_id": "d", "layers": ["spans", "entities", "events", "attributions", "stance", "relations"],
    "attributes": {"topic": "war"},
    "spans": [
        span("m1", "mention", "The Grey Column", label="GROUP", form="name"),
        span("m2", "mention", "Sorn", label="PLACE"),
        span("m3", "mention", "the Sorn bridge", label="FACILITY", attributes={"status": "two words"}),
        span("m4", "mention", "Ilda Voren", label="PERSON"),
        span("t1", "trigger", "shelled", label="ATTACK"),
        span("k1", "cue", "denied"),
        span("c1", "content", "it", prefix="denied "),
        {"id": "o1", "kind": "other", "fragments": [{"exact": "Rebels"}, {"exact": "Doliv"}]},
    ],
    "entities": [
        {"id": "e1", "label": "GROUP", "name": "Grey Column", "mentions": ["m1"]},
        {"id": "e2", "label": "FACILITY", "mentions": ["m2", "m3"], "count_min": 1},
        {"id": "e3", "label": "PERSON", "mentions": ["m4"]},
    ],
    "events": [
        {"id": "ev1", "label": "ATTACK", "trigger": "t1", "earliest": "2031-03-12",
         "arguments": [{"role": "Attacker", "filler": "e1", "span": "m1"}, {"role": "Target", "filler": "e2"}],
         "factuality": [{"source": "author", "value": "CT+"}, {"source": "e3", "value": "CT-"}]},
    ],
    "attributions": [{"id": "a1", "source": "e3", "cues": ["k1"], "contents": ["c1"], "act": "DENY"}],
    "stance": [{"id": "s1", "holder": "e3", "target": "ev1", "label": "AGAINST", "evidence": ["c1"]}],
    "relations": [
        {"id": "r1", "label": "NEAR", "arguments": [{"role": "a", "filler": "e1"}, {"role": "b", "filler": "e2"}]},
    ],
    "notes": [{"id": "n1", "text": "which bridge?", "target": "m3"}],
}  # fmt: skip

HIDDEN = {"version": 1, "doc_id": "w", "layers": ["spans"], "spans": [
    {"id": "m1", "kind": "mention", "label": "PERSON", "start": 0, "end": 6}]}  # fmt: skip


@pytest.fixture
def release(corpus: Corpus, run: Run, tmp_path: Path) -> Path:
    """A release with one document in all layers, and one whose text is withheld."""
    files: dict[str, str | bytes] = {
        "corpus.toml": '[articles]\nwithhold = ["w"]\n', "raw/d.txt": TEXT, "raw/w.txt": "Secret words stand here.",
        "annotations/a1/d.json": json.dumps(FILE), "annotations/a1/w.json": json.dumps(HIDDEN),
    }  # fmt: skip
    root = corpus(files)
    status, out, err = run("anchor", root, "--write")
    assert status == 0, out + err
    status, out, err = run("build", root, "--out", tmp_path / "dist")
    assert status == 0, out + err
    return tmp_path / "dist" / "dev"


def row(release: Path, doc_id: str) -> dict[str, Any]:
    rows = [row for path in (release / "documents").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    (found,) = [row for row in rows if row["doc_id"] == doc_id]
    return found


@pytest.mark.parametrize("form", [name for name in ("brat", "cas_xmi", "label_studio", "w3c") if name in FORMATS])
def test_a_release_goes_through_a_tool_and_comes_back(form: str, release: Path, run: Run, tmp_path: Path) -> None:
    status, out, err = run("export", release, "--to", form, "--out", tmp_path / "x", "--ledger", tmp_path / "l.json")
    assert status == 0, out + err
    reasons = {loss["reason"] for loss in json.loads((tmp_path / "l.json").read_text())["losses"]}
    assert reasons == {"text withheld"}
    status, out, err = run("init", tmp_path / "again", "--from", tmp_path / "x")
    assert status == 0, out + err
    status, out, err = run("build", tmp_path / "again", "--out", tmp_path / "dist2")
    assert status == 0, out + err
    before, after = row(release, "d"), row(tmp_path / "dist2/dev", "d")
    for layer in (*FILE["layers"], "notes", "attributes", "layers", "text"):  # type: ignore[misc]
        assert after[layer] == before[layer], layer


def test_native_files_are_a_corpus_and_quote_no_withheld_text(release: Path, run: Run, tmp_path: Path) -> None:
    assert run("export", release, "--to", "native", "--out", tmp_path / "x", "--max-loss", "0")[0] == 0
    for path in (tmp_path / "x").rglob("*"):
        assert not path.is_file() or b"Secret" not in path.read_bytes()
    status, out, err = run("build", tmp_path / "x", "--out", tmp_path / "dist2")
    assert status == 0, out + err
    for name in ("d", "w"):
        assert row(tmp_path / "dist2/dev", name) == row(release, name)


def test_too_much_loss_leaves_nothing(release: Path, run: Run, tmp_path: Path) -> None:
    status, out, err = run("export", release, "--to", "conll", "--out", tmp_path / "x", "--max-loss", "0", "--doc", "d")
    assert status == 1 and "nothing was written" in err
    assert "nested (d m2)" in out
    assert not (tmp_path / "x").exists()
    assert run("export", release, "--to", "conll", "--out", tmp_path / "x", "--max-loss", "100%")[0] == 0


def test_a_folder_that_is_no_export_is_not_replaced(release: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    status, _, err = run("export", release, "--to", "brat", "--out", target)
    assert status == 2 and "--force" in err
    assert (target / "mine.txt").read_text() == "mine"
    assert run("export", release, "--to", "brat", "--out", target, "--force")[0] == 0
    assert run("export", release, "--to", "brat", "--out", target)[0] == 0
    assert not (target / "mine.txt").exists()


def test_columns_are_those_that_scorers_read(release: Path, run: Run, tmp_path: Path) -> None:
    run("export", release, "--to", "conll", "--out", tmp_path / "x")
    lines = (tmp_path / "x/train.conll").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ") for line in lines if line and not line.startswith("-DOCSTART-")]
    assert {len(row) for row in rows} == {2}
    assert [(token, tag) for token, tag in rows if tag.startswith("B-")] == [
        ("The", "B-GROUP"), ("the", "B-FACILITY"), ("Ilda", "B-PERSON"),
    ]  # fmt: skip
    assert (tmp_path / "x/train.documents.txt").read_text() == "d\n"
    unpack = FORMATS["conll"].unpack
    assert unpack is not None
    (part,) = unpack((tmp_path / "x/train.conll").read_bytes(), "train.conll", Beside()).parts
    found = [(each.label, each.surface) for each in part.reading.annotations.spans]
    assert found == [("GROUP", "The Grey Column"), ("FACILITY", "the Sorn bridge"), ("PERSON", "Ilda Voren")]


def test_a_doc_bin_has_the_text_and_the_spans(release: Path, run: Run, tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    assert run("export", release, "--to", "spacy", "--out", tmp_path / "x")[0] == 0
    (made,) = DocBin().from_disk(tmp_path / "x/train.spacy").get_docs(spacy.blank("xx").vocab)
    assert made.text == TEXT
    assert (made.ents[0].text, made.ents[0].label_) == ("The Grey Column", "GROUP")
    assert [each.id_ for each in made.spans["mention"]] == ["m1", "m3", "m2", "m4"]
    start = TEXT.index("Ilda")
    assert made.char_span(start, start + 10, label="PERSON").text == "Ilda Voren"
    assert made.user_data["doc_id"] == "d"


@pytest.mark.skipif("cas_xmi" not in FORMATS, reason="there is no reader of CAS XMI")
def test_a_cas_opens_in_cassis(release: Path, run: Run, tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis")
    assert run("export", release, "--to", "cas_xmi", "--out", tmp_path / "x")[0] == 0
    with (tmp_path / "x/TypeSystem.xml").open("rb") as types, (tmp_path / "x/d.xmi").open("rb") as file:
        cas = cassis.load_cas_from_xmi(file, cassis.load_typesystem(types))
    found = cas.select("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    values = {(each.get_covered_text(), each.value) for each in found}
    assert values >= {("The Grey Column", "GROUP"), ("Sorn", "PLACE")}


def test_brat_ids_types_and_surfaces_are_those_that_brat_opens(release: Path, run: Run, tmp_path: Path) -> None:
    import re

    run("export", release, "--to", "brat", "--out", tmp_path / "x")
    text = (tmp_path / "x/d.txt").read_text(encoding="utf-8")
    assert text == TEXT
    for line in (tmp_path / "x/d.ann").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[TERAN#][0-9]+\t[A-Za-z0-9_-]+[ :].*", line), line
        if line.startswith("T"):
            _, middle, surface = line.split("\t")
            places = [piece.split(" ") for piece in middle.split(" ", 1)[1].split(";")]
            assert " ".join(text[int(start) : int(end)] for start, end in places) == surface
    types = (tmp_path / "x/annotation.conf").read_text()
    assert all(f"[{name}]" in types for name in ("entities", "relations", "events", "attributes"))


def test_an_edit_in_the_tool_stands(release: Path, run: Run, tmp_path: Path) -> None:
    """The arguments of ev1 are carried, because one has no span; a filler that was changed in brat is not undone."""
    run("export", release, "--to", "brat", "--out", tmp_path / "x")
    path = tmp_path / "x/d.ann"
    text = path.read_text(encoding="utf-8")
    ids = {line.split("\t")[2]: line.split("\t")[0] for line in text.splitlines() if line.startswith("T")}
    edited = text.replace(f"Attacker:{ids['The Grey Column']}", f"Attacker:{ids['Ilda Voren']}")
    assert edited != text and '"arguments"' in text
    path.write_text(edited, encoding="utf-8")
    scheme = tmp_path / "x/scheme.toml"
    scheme.write_text(scheme.read_text().replace('fillers = ["GROUP"]', 'fillers = ["any"]'))
    assert run("init", tmp_path / "again", "--from", tmp_path / "x")[0] == 0
    status, out, err = run("build", tmp_path / "again", "--out", tmp_path / "dist2")
    assert status == 0, out + err
    (event,) = row(tmp_path / "dist2/dev", "d")["events"]
    assert (event["id"], event["earliest"].isoformat()) == ("ev1", "2031-03-12")
    assert [argument["span"] for argument in event["arguments"]] == ["m4", "m3"]


def test_a_note_that_cannot_be_put_back_is_named(release: Path, run: Run, tmp_path: Path) -> None:
    run("export", release, "--to", "brat", "--out", tmp_path / "x")
    path = tmp_path / "x/d.ann"
    text = path.read_text(encoding="utf-8")
    for old, new in (('"id": "m4"', '"id": 4'), ('"earliest": "2031-03-12"', '"earliest": "soon"')):
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        status, out, _ = run("inspect", tmp_path / "x")
        assert status == 1 and "E411" in out


@pytest.mark.parametrize(
    "load", ['{"trigger": {"is": 1}}', '{"trigger": {"items": {"moods": []}}}', '{"items": {"notes": [1]}}']
)
def test_a_note_that_is_wrong_deep_inside_is_named(load: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("Ferry strike in Kesla\n", encoding="utf-8")
    notes = f"T1\tSTRIKE 6 12\tstrike\nE1\tSTRIKE:T1\n#1\tStandoff E1\t{load}\n"
    (tmp_path / "d.ann").write_text(notes, encoding="utf-8")
    status, out, err = run("inspect", tmp_path)
    assert (status, "E411" in out, err) == (1, True, "")


def test_wrong_words_are_named(run: Run, tmp_path: Path) -> None:
    status, _, err = run("export", ROOT / "corpus", "--to", "word", "--out", tmp_path / "x")
    assert status == 2 and "brat" in err and "native" in err
    status, _, err = run("export", ROOT / "corpus", "--to", "brat", "--out", tmp_path / "x", "--doc", "nobody")
    assert status == 2 and "nobody" in err
    status, _, err = run("export", tmp_path, "--to", "brat", "--out", tmp_path / "x")
    assert status == 2 and "neither a release" in err


SCHEME = """version = 1
[entities]
PERSON = ""
UNUSED = ""
GROUP = ""
PLACE = ""
FACILITY = ""
[spans.time]
DATE = ""
[spans.quantity]
COUNT = ""
[events.MEET]
description = ""
[events.ATTACK]
description = ""
[events.ATTACK.roles]
Attacker = { fillers = ["any"] }
Target = { fillers = ["any"] }
[acts]
STATE = ""
DENY = ""
[factuality]
"CT+" = ""
"CT-" = ""
[stance.labels]
FAVOR = ""
AGAINST = ""
[relations.PART_OF]
description = ""
[relations.NEAR]
description = ""
[relations.NEAR.roles]
a = { fillers = ["any"] }
b = { fillers = ["any"] }
[attributes.documents]
topic = {}
[attributes.spans]
status = {}
"""


@pytest.mark.parametrize("form", ["brat", "native", "label_studio"])
def test_labels_of_a_release_keep_their_order_and_those_that_nobody_used(
    form: str, corpus: Corpus, run: Run, tmp_path: Path
) -> None:
    root = corpus({"raw/d.txt": TEXT, "annotations/a1/d.json": json.dumps(FILE), "scheme.toml": SCHEME})
    assert run("build", root, "--out", tmp_path / "dist")[0] == 0, run("validate", root)[2]
    for source, name in ((tmp_path / "dist/dev", "one"), (root, "two")):
        assert run("export", source, "--to", form, "--out", tmp_path / name)[0] == 0
        assert run("init", tmp_path / f"{name}-again", "--from", tmp_path / name)[0] == 0
        status, out, err = run("build", tmp_path / f"{name}-again", "--out", tmp_path / f"{name}-dist")
        assert status == 0, out + err
        before, after = (
            json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scheme"]["labels"]
            for folder in (tmp_path / "dist/dev", tmp_path / f"{name}-dist/dev")
        )
        assert after == before


EMPTY = {"version": 1, "doc_id": "e", "layers": ["spans", "events"]}
NOBODY = {"version": 1, "doc_id": "n", "layers": []}


@pytest.mark.parametrize("form", ["brat", "cas_xmi", "conll", "label_studio", "native", "w3c"])
def test_that_nothing_was_found_comes_back_or_is_named(form: str, corpus: Corpus, run: Run, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"raw/{name}.txt": "Nothing happened. " + name for name in "enb"}
    notes = {f"annotations/a1/{each['doc_id']}.json": json.dumps(each) for each in (EMPTY, NOBODY)}
    root = corpus({**files, "raw/d.txt": TEXT, "annotations/a1/d.json": json.dumps(FILE), **notes})
    ledger = tmp_path / "l.json"
    status, out, _ = run("export", root, "--to", form, "--out", tmp_path / "x", "--ledger", ledger)
    assert (status, "nobody has annotated them: b\n" in out) == (0, True)
    known = json.loads(ledger.read_text(encoding="utf-8"))
    named = {item["doc_id"] for loss in known["losses"] if loss["layer"] == "documents" for item in loss["items"]}
    assert known["not_annotated"] == ["b"]
    run("init", tmp_path / "again", "--from", tmp_path / "x")
    assert run("build", tmp_path / "again", "--out", tmp_path / "dist")[0] == 0
    order = ["d", "e", "n"]
    shards = (tmp_path / "dist/dev/documents").glob("*.parquet")
    found = {row["doc_id"]: row for path in shards for row in pq.read_table(path).to_pylist()}
    assert sorted(found) == order
    for name, back in found.items():
        assert back["annotator"] == "a1"
        wanted = {"d": FILE["layers"], "e": EMPTY["layers"], "n": []}[name]
        assert back["layers"] == wanted or name in named, name


def test_a_note_of_a_trigger_is_not_lost_to_that_of_its_event(run: Run, tmp_path: Path) -> None:
    lines = [
        "T1\tATTACK 0 6\tRebels", "E1\tATTACK:T1", '#1\tStandoff T1\t{"id": "own"}',
        '#2\tStandoff E1\t{"trigger": {"id": "other"}}',
    ]  # fmt: skip
    (tmp_path / "d.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "d.txt").write_text(TEXT, encoding="utf-8")
    _, out, _ = run("inspect", tmp_path, "--json")
    assert [(f["code"], f["line"]) for f in json.loads(out)["findings"]] == [("E411", 2)]


@pytest.mark.parametrize("form", ["brat", "native"])
def test_a_release_without_a_scheme_keeps_the_order_of_its_labels(
    form: str, release: Path, run: Run, tmp_path: Path
) -> None:
    run("export", release, "--to", form, "--out", tmp_path / "x", "--doc", "d")
    run("init", tmp_path / "again", "--from", tmp_path / "x")
    assert run("build", tmp_path / "again", "--out", tmp_path / "dist2")[0] == 0
    before, after = (
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scheme"]["labels"]
        for folder in (release, tmp_path / "dist2/dev")
    )
    for config in ("events", "attributions", "stance", "relations"):
        assert after[config] == before[config]
    assert after["ner"]["ner_tags"][: len(before["ner"]["ner_tags"])] == before["ner"]["ner_tags"]
    assert after["entities"]["label"] == ["FACILITY", "GROUP", "PERSON", "PLACE"], "PLACE is a label of mentions alone"
