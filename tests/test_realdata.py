"""Other people's brat folders, built through a small corpus.toml: counted as an independent script counts them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from standoff import build, verify
from test_build import rows

from conftest import Run

FOLDERS = {
    "brat/brat-tutorials/news": '[ids]\nunsafe = "replace"\n',
    "brat/brat-tutorials/bio": '[ids]\nunsafe = "replace"\n',
    "brat/litbank/entities": "",
    "brat/litbank/coref": "",
}
LAYERS = ("spans", "entities", "events", "attributions", "stance", "relations")
LISTS = ("spans", "events", "relations", "normalizations", "notes")


@pytest.fixture(scope="module", params=list(FOLDERS))
def built(request: pytest.FixtureRequest, realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """One of the folders, and its release, built once."""
    out = tmp_path_factory.mktemp("realdata")
    root = out / "corpus"
    root.mkdir()
    source = f'[[sources]]\npath = "{realdata / request.param}"\nformat = "brat"\n'
    (root / "corpus.toml").write_text(FOLDERS[request.param] + source, encoding="utf-8")
    outcome = build.build(root, out)
    assert outcome.release is not None, outcome.errors
    return request.param, outcome.release


def test_counts_are_those_of_an_independent_script(realdata: Path, built: tuple[str, Path]) -> None:
    name, release = built
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))[name]
    found = rows(release, "documents")
    counts = Counter({layer: sum(len(row[layer] or ()) for row in found) for layer in LISTS})
    counts["arguments"] = sum(len(event["arguments"]) for row in found for event in row["events"] or ())
    counts["attributes"] = sum(
        len(item["attributes"])
        for row in found
        for layer in ("spans", "events", "relations")
        for item in row[layer] or ()
    )
    assert counts == Counter(
        spans=expected["T"],
        events=expected.get("E", 0),
        arguments=expected.get("E_args", 0),
        relations=expected.get("R", 0) + expected.get("*", 0),
        attributes=expected.get("A", 0),
        normalizations=expected.get("N", 0),
        notes=expected.get("#", 0),
    )
    assert len(found) == expected["docs"]
    if "entity_and_trigger_types" in expected:
        labels = Counter(span["label"] for row in found for span in row["spans"] or ())
        assert labels == expected["entity_and_trigger_types"]
    assert len(rows(release, "provenance")) == sum(counts[layer] for layer in LISTS)


def test_absent_layers_are_null_and_the_release_is_proved(
    built: tuple[str, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, release = built
    for row in rows(release, "documents"):
        assert {layer for layer in LAYERS if row[layer] is not None} == set(row["layers"])
        assert row["entities"] is row["attributions"] is row["stance"] is None
        for layer in row["layers"]:
            assert row[layer]
        assert (row["annotator"], row["adjudicated"], row["text_status"]) == ("a1", False, "included")
        for span in row["spans"] or ():
            pieces = [row["text"][piece["start"] : piece["end"]] for piece in span["fragments"]]
            assert span["text"] == " ".join(pieces).replace("\n", " ")
    if not name.endswith("news"):  # loading takes seconds; one folder shows it
        monkeypatch.setattr(verify, "_loads", lambda *arguments: iter(()))
    assert run("verify", release)[:2] == (0, f"{release}: proved\n")


def test_coreference_and_equiv_project_onto_entities(realdata: Path, run: Run, tmp_path: Path) -> None:
    """Of LitBank's coreference: every mention is in one entity, and a link joins its two ends."""
    name = "brat/litbank/coref"
    scheme = "version = 1\n[projection.relations]\n"
    labels = {
        line.split("\t")[1].split(" ")[0]
        for path in (realdata / name).glob("*.ann")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("R")
    }
    mentions = {
        line.split("\t")[1].split(" ")[0]
        for path in (realdata / name).glob("*.ann")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("T")
    }
    scheme += "".join(f'{json.dumps(label)} = {{ layer = "entities" }}\n' for label in sorted(labels))
    scheme += "[entities]\n" + "".join(f'{json.dumps(label)} = "x"\n' for label in sorted(mentions))
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "scheme.toml").write_text(scheme, encoding="utf-8")
    (root / "corpus.toml").write_text(
        f'[[sources]]\npath = "{realdata / name}"\nformat = "brat"\nlayers = ["spans", "entities"]\n', encoding="utf-8"
    )
    status, _, err = run("build", root, "--out", tmp_path, "--configs", "documents")
    assert status == 0, err[-2000:]
    for row in rows(tmp_path / "dev", "documents"):
        owners = Counter(mention for entity in row["entities"] for mention in entity["mentions"])
        assert set(owners) == {span["id"] for span in row["spans"]}
        assert set(owners.values()) == {1}
        assert all(entity["derived"] == (len(entity["mentions"]) == 1) for entity in row["entities"])
