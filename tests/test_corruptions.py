"""A sound corpus and a sound release, spoiled in one way after the other: each is reported with its code and place.

A row of a table says what is done, and the code, file and line that `validate` and `build`, or `verify`, must name;
other errors than those may not be reported.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from standoff import build, verify

from conftest import Run
from damage import apply, change_rows, remake

BRIDGE = (
    "Bridge at Kassar mended\n\n"
    "KASSAR — Engineers mended the bridge at Kassar, said Edda Vorn.\n“It holds,” she said.\n"
)
FERRY = "Ferry sails again\n\nThe ferry 🚢 between Orm and Kassar sailed on Monday, said Edda Vorn.\n"

SCHEME = """\
version = 1

[entities]
PERSON = "a person"
PLACE = "a place"

[events.MEND.roles]
Mender = { fillers = ["PERSON"] }
Mended = { fillers = ["PLACE"], required = true }

[relations.NEAR.roles]
Arg1 = { fillers = ["any"], required = true }
Arg2 = { fillers = ["any"], required = true }

[acts]
SAY = "says"

[factuality]
CT = "certain"

[stance.labels]
FOR = "supports"

[attributes.spans]
Sure = { values = ["yes", "no"] }
"""

NATIVE = {
    "version": 1,
    "doc_id": "ferry",
    "layers": ["spans", "entities", "attributions", "stance"],
    "spans": [
        {"id": "m1", "kind": "mention", "label": "PLACE", "form": "name", "exact": "Kassar", "start": 47, "end": 53},
        {"id": "m2", "kind": "mention", "label": "PERSON", "form": "name", "exact": "Edda Vorn"},
        {"id": "u1", "kind": "cue", "exact": "said"},
        {"id": "c1", "kind": "content", "exact": "The ferry 🚢 between Orm and Kassar sailed on Monday"},
    ],
    "entities": [
        {"id": "e1", "label": "PLACE", "mentions": ["m1"]},
        {"id": "e2", "label": "PERSON", "name": "Edda Vorn", "mentions": ["m2"]},
    ],
    "attributions": [
        {"id": "q1", "source": "e2", "cues": ["u1"], "contents": ["c1"], "mode": "indirect", "act": "SAY"},
    ],
    "stance": [{"id": "s1", "holder": "e2", "target": "e1", "label": "FOR"}],
}

XMI = """\
<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
  xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>
<custom:Span xmi:id="8" sofa="1" begin="4" end="10" label="PLACE"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="The Kassar mill."/>
<cas:View sofa="1" members="8"/>
</xmi:XMI>
"""

CORPUS: dict[str, str] = {
    "corpus.toml": """\
[corpus]
name = "crossings"
license = "cc-by-4.0"
release_date = "2031-03-01"

[annotations]
publish = ["gold", "a1"]

[[sources]]
path = "exports/tasks.jsonl"
format = "doccano"

[[sources]]
path = "exports/answers.jsonl"
format = "prodigy"
layers = ["spans"]

[[sources]]
path = "exports/chunks.conll"
format = "conll"
layers = ["spans"]
""",
    "scheme.toml": SCHEME,
    "splits.csv": "story_id,split\nbridge,train\nferry,test\nmill,train\nt1,train\nanswers,train\nchunks,train\n",
    "waivers.toml": '[[waivers]]\ncode = "W210"\ndocument = "mill"\nitem = "T2"\nreason = "half a word is meant"\n',
    "raw/bridge.txt": BRIDGE,
    "raw/ferry.txt": FERRY,
    "raw/more.jsonl": '{"id": "mill", "text": "Mill opens\\n\\nThe mill at Orm opens."}\n',
    "raw/metadata.csv": "doc_id,published,publisher\nbridge,2031-02-01,Courier\nferry,2031-02-02,Courier\n",
    "annotations/a1/bridge.ann": (
        "T1\tPLACE 10 16\tKassar\n"
        "T2\tMEND 44 50\tmended\n"
        "T3\tPLACE 65 71\tKassar\n"
        "T4\tPERSON 78 87\tEdda Vorn\n"
        "E1\tMEND:T2 Mender:T4 Mended:T3\n"
        "A1\tSure T1 yes\n"
        "R1\tNEAR Arg1:T3 Arg2:T1\n"
    ),
    "annotations/a1/ferry.json": json.dumps(NATIVE, ensure_ascii=False, indent=1) + "\n",
    "annotations/a1/mill.ann": "T1\tPLACE 24 27\tOrm\nT2\tPLACE 16 18\tmi\n",
    "annotations/gold/t1.ann": "T1\tPLACE 4 10\tKassar\n",
    "exports/tasks.jsonl": '{"id": "t1", "text": "The Kassar road.", "label": [[4, 10, "PLACE"]]}\n',
    "exports/answers.jsonl": (
        '{"text": "Orm waits.", "spans": [{"start": 0, "end": 3, "label": "PLACE"}], "answer": "accept"}\n'
    ),
    "exports/chunks.conll": "Engineers O\nleft O\nKassar B-PLACE\n. O\n",
}  # fmt: skip

At = tuple[str, str, int | None]
"""Code, file and line."""


class Spoiled(NamedTuple):
    """What is done to a folder, and what must be said of it; all codes of errors that may stand beside it."""

    what: str
    do: Callable[[Path], object]
    found: At
    beside: frozenset[str] = frozenset()


def put(name: str, content: str | bytes) -> Callable[[Path], object]:
    """Write a file."""

    def do(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    return do


def swap(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace words of a file."""

    def do(root: Path) -> None:
        text = (root / name).read_bytes().decode("utf-8")
        assert old in text, f"{name} has no {old!r}"
        (root / name).write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogatepass"))

    return do


def drop(name: str) -> Callable[[Path], object]:
    """Remove a file."""
    return lambda root: (root / name).unlink()


def add(name: str, line: str) -> Callable[[Path], object]:
    """Add a line to a file."""
    return lambda root: (root / name).write_bytes((root / name).read_bytes() + line.encode("utf-8"))


ANN, JSON = "annotations/a1/bridge.ann", "annotations/a1/ferry.json"
TASKS, ANSWERS, CHUNKS = "exports/tasks.jsonl", "exports/answers.jsonl", "exports/chunks.conll"

IN_CORPUS = [
    # settings
    Spoiled("key misspelt in corpus.toml", swap("corpus.toml", "license =", "licence ="), ("E134", "corpus.toml", 3)),
    Spoiled("corpus.toml cut off", swap("corpus.toml", '"gold", "a1"]', '"gold", "a1'), ("E134", "corpus.toml", 7)),
    Spoiled("corpus.toml in Latin-1", put("corpus.toml", b'[corpus]\ntitle = "\xe9"\n'), ("E134", "corpus.toml", None)),
    Spoiled("format that there is not", swap("corpus.toml", '"doccano"', '"docano"'), ("E134", "corpus.toml", 11)),
    Spoiled("source that is not there", drop(TASKS), ("E134", "corpus.toml", 10)),
    Spoiled("number for a name", swap("corpus.toml", '"crossings"', "7"), ("E134", "corpus.toml", 2)),
    Spoiled("no rule whose work counts", swap("corpus.toml", '"gold", "a1"', '"a9"'), ("E604", "corpus.toml", 7)),
    Spoiled("key misspelt in scheme.toml", swap("scheme.toml", "required", "requird"), ("E135", "scheme.toml", 9)),
    Spoiled("scheme.toml without its version", swap("scheme.toml", "version = 1", ""), ("E135", "scheme.toml", 1)),
    Spoiled(
        "label taken out of the scheme",
        swap("scheme.toml", 'PERSON = "a person"\n', ""),
        ("E401", ANN, 4), frozenset({"E403"}),
    ),
    Spoiled("code misspelt in waivers.toml", swap("waivers.toml", "W210", "W21O"), ("E651", "waivers.toml", 2)),
    Spoiled("waiver of another item", swap("waivers.toml", '"T2"', '"T3"'), ("W653", "waivers.toml", 1)),
    Spoiled("waiver that is expired", add("waivers.toml", "expires = 2031-02-28\n"), ("W652", "waivers.toml", 1)),
    # texts
    Spoiled("article in Latin-1", put("raw/bridge.txt", BRIDGE.encode("cp1252")), ("E101", "raw/bridge.txt", 3)),
    Spoiled("article removed", drop("raw/ferry.txt"), ("E104", JSON, None), frozenset({"E106"})),
    Spoiled("article edited before the spans", swap("raw/bridge.txt", "Bridge", "A bridge"), ("E203", ANN, 1)),
    Spoiled("quoted words edited", swap("raw/ferry.txt", "Edda", "Eda"), ("E205", JSON, 20)),
    Spoiled("article cut off", put("raw/ferry.txt", FERRY[:60]), ("E205", JSON, 20)),
    Spoiled(
        "one text in two splits",
        lambda root: (shutil.copy(root / "raw/bridge.txt", root / "raw/ferry.txt"), (root / JSON).unlink()),
        ("E607", "raw/ferry.txt", None),
    ),
    Spoiled("record without its text", swap("raw/more.jsonl", '"text"', '"txt"'), ("E111", "raw/more.jsonl", 1)),
    Spoiled("record twice", add("raw/more.jsonl", '{"id": "mill", "text": "x"}\n'), ("E109", "raw/more.jsonl", 2)),
    Spoiled(
        "record of a lone surrogate",
        swap("raw/more.jsonl", "opens.", "\\ud800"),
        ("E111", "raw/more.jsonl", 1), frozenset({"E104"}),
    ),
    Spoiled(
        "record cut off",
        put("raw/more.jsonl", '{"id": "mill", "te'),
        ("E111", "raw/more.jsonl", 1), frozenset({"E104"}),
    ),
    Spoiled("picture among the articles", put("raw/map.png", b"\x89PNG"), ("W113", "raw/map.png", None)),
    Spoiled("unsafe file name", put("raw/my article.txt", "x\n"), ("E108", "raw/my article.txt", None)),
    Spoiled(
        "ids that differ by case",
        put("raw/Bridge.txt", "x\n"),
        ("E109", "raw/bridge.txt", None), frozenset({"E601"}),
    ),
    # metadata and splits
    Spoiled("metadata of no document", swap("raw/metadata.csv", "ferry", "fery"), ("E106", "raw/metadata.csv", 3)),
    Spoiled("day that is none", swap("raw/metadata.csv", "2031-02-02", "2031-02-30"), ("E106", "raw/metadata.csv", 3)),
    Spoiled("cell too many", swap("raw/metadata.csv", "02,Courier", "02,Courier,x"), ("E106", "raw/metadata.csv", 3)),
    Spoiled(
        "metadata with semicolons",
        lambda root: put("raw/metadata.csv", (root / "raw/metadata.csv").read_text().replace(",", ";"))(root),
        ("W107", "raw/metadata.csv", 1),
    ),
    Spoiled("split misspelt", swap("splits.csv", "ferry,test", "ferry,tset"), ("E602", "splits.csv", 3)),
    Spoiled("story taken out of the splits", swap("splits.csv", "mill,train\n", ""), ("E601", "splits.csv", None)),
    Spoiled("story of none", add("splits.csv", "boat,test\n"), ("W603", "splits.csv", 8)),
    Spoiled("story twice", add("splits.csv", "mill,test\n"), ("E602", "splits.csv", 8)),
    # brat
    Spoiled("offsets shifted by one", swap(ANN, "PLACE 65 71", "PLACE 66 72"), ("E203", ANN, 3)),
    Spoiled("end before the start", swap(ANN, "PLACE 65 71", "PLACE 71 65"), ("E204", ANN, 3)),
    Spoiled("end after the text", swap(ANN, "78 87", "78 870"), ("E202", ANN, 4)),
    Spoiled("blanks for tabs", swap(ANN, "T1\tPLACE", "T1 PLACE"), ("E105", ANN, 1), frozenset({"E301"})),
    Spoiled("line taken out", swap(ANN, "T3\tPLACE 65 71\tKassar\n", ""), ("E301", ANN, 4)),
    Spoiled("id twice", swap(ANN, "T4\t", "T3\t"), ("E302", ANN, 4), frozenset({"E301", "E404"})),
    Spoiled("label misspelt", swap(ANN, "PERSON", "PERSOM"), ("E401", ANN, 4), frozenset({"E403"})),
    Spoiled("role misspelt", swap(ANN, "Mender", "Mendr"), ("E402", ANN, 5)),
    Spoiled("role that is missing", swap(ANN, " Mended:T3", ""), ("E404", ANN, 5)),
    Spoiled("role filled by a place", swap(ANN, "Mender:T4", "Mender:T1"), ("E403", ANN, 5)),
    Spoiled("value of an attribute misspelt", swap(ANN, "T1 yes", "T1 yess"), ("E405", ANN, 6)),
    Spoiled("attribute of nothing", swap(ANN, "Sure T1", "Sure T9"), ("E301", ANN, 6)),
    Spoiled(
        "annotations of bytes",
        lambda root: (root / ANN).write_bytes(b"T1\tPLACE 10 16\tKass\xe9r\n"),
        ("E101", ANN, 1),
    ),
    Spoiled(
        "annotator with two files",
        put("annotations/a1/bridge.json", '{"version": 1, "doc_id": "bridge", "layers": []}'),
        ("E110", "annotations/a1/bridge.json", None),
    ),
    # native
    Spoiled("comma missing", swap(JSON, '"version": 1,', '"version": 1'), ("E102", JSON, 3)),
    Spoiled("key twice", swap(JSON, '"version": 1,', '"version": 1, "version": 1,'), ("E102", JSON, 2)),
    Spoiled("another document", swap(JSON, '"doc_id": "ferry"', '"doc_id": "fery"'), ("E116", JSON, 3)),
    Spoiled("offset in UTF-16", swap(JSON, '"start": 47', '"start": 48'), ("E203", JSON, 11)),
    Spoiled("key misspelt", swap(JSON, '"form"', '"from"'), ("E103", JSON, 15), frozenset({"E301"})),
    Spoiled("offset as text", swap(JSON, '"start": 47', '"start": "47"'), ("E103", JSON, 17), frozenset({"E301"})),
    Spoiled("reference to nothing", swap(JSON, '"target": "e1"', '"target": "e7"'), ("E301", JSON, 70)),
    Spoiled("holder that is a mention", swap(JSON, '"holder": "e2"', '"holder": "u1"'), ("E303", JSON, 70)),
    Spoiled("holder is target", swap(JSON, '"target": "e1"', '"target": "e2"'), ("E406", JSON, 70)),
    Spoiled("mode that there is not", swap(JSON, '"indirect"', '"indirekt"'), ("E103", JSON, 65)),
    Spoiled(
        "stance not among the layers",
        swap(JSON, '"attributions",\n  "stance"', '"attributions"'),
        ("E407", JSON, 69),
    ),
    Spoiled("id with a slash", swap(JSON, '"id": "s1"', '"id": "s/1"'), ("E103", JSON, 71)),
    Spoiled(
        "annotations of another text",
        swap(JSON, '"doc_id": "ferry",', '"doc_id": "ferry", "text_sha256": "' + "0" * 64 + '",'),
        ("E201", JSON, 3),
    ),
    # exports
    Spoiled(
        "record of an export cut off",
        put(TASKS, '{"id": "t1", "text": "The Kassar'),
        ("E102", TASKS, 1), frozenset({"E104"}),
    ),
    Spoiled(
        "export with the address of its text",
        put(TASKS, '{"id": "t1", "image": "a.png"}\n'),
        ("E121", TASKS, 1), frozenset({"E104"}),
    ),
    Spoiled("offset after the text in an export", swap(TASKS, "[4, 10", "[4, 100"), ("E202", TASKS, 1)),
    Spoiled("answer that there is not", swap(ANSWERS, "accept", "maybe"), ("E103", ANSWERS, 1)),
    Spoiled("answer that was rejected", swap(ANSWERS, "accept", "reject"), ("W122", ANSWERS, 1)),
    Spoiled("tag that is none", swap(CHUNKS, "B-PLACE", "X-PLACE"), ("E401", CHUNKS, 3)),
    Spoiled(
        "chunk that goes on",
        swap(CHUNKS, "Kassar B-PLACE\n", "Kassar B-PLACE\n. I-PERSON\n"),
        ("W143", CHUNKS, 4),
    ),
    Spoiled("column missing", swap(CHUNKS, "left O", "left"), ("E105", CHUNKS, 1)),
    Spoiled("document type in XML", lambda root: (
        add("corpus.toml", '\n[[sources]]\npath = "exports/mill.xmi"\nformat = "cas_xmi"\n')(root),
        put("exports/mill.xmi", XMI.replace("<xmi:XMI", '<!DOCTYPE x [<!ENTITY e "x">]>\n<xmi:XMI', 1))(root),
    ), ("E124", "exports/mill.xmi", 2)),
]  # fmt: skip
"""Ways to spoil the corpus."""


DOCUMENTS, SPANS, EVENTS = (f"{name}/train-00000-of-00001.parquet" for name in ("documents", "spans", "events"))
TEST, STANCE = "documents/test-00000-of-00001.parquet", "stance/test-00000-of-00001.parquet"
NER, PROVENANCE = "ner/train-00000-of-00001.parquet", "provenance/train-00000-of-00001.parquet"


def rows(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], object]:
    """Change the rows of a shard, and make all digests anew: only what rows say of each other can show it."""

    def do(release: Path) -> None:
        change_rows(release / name, change)
        remake(release)

    return do


def row(name: str, *at: str | int, to: Any) -> Callable[[Path], object]:
    """Put a value into a row: its number, then keys and indexes."""

    def change(found: Any) -> None:
        for key in at[:-1]:
            found = found[key]
        assert found[at[-1]] != to
        found[at[-1]] = to

    return rows(name, change)


def moved(start: int, end: int) -> Callable[[Path], object]:
    """Move a span."""
    place = {"start": start, "end": end}
    return rows(DOCUMENTS, lambda found: found[1]["spans"][0].update(fragments=[place], **place))


def signed(do: Callable[[Path], object]) -> Callable[[Path], object]:
    """Let the manifest say what the files are then."""
    return lambda release: (do(release), apply(release, [{"do": "sign"}]))


def swapped(one: str, two: str) -> Callable[[Path], object]:
    """Exchange two files."""

    def do(release: Path) -> None:
        first, second = (release / one).read_bytes(), (release / two).read_bytes()
        (release / one).write_bytes(second)
        (release / two).write_bytes(first)

    return do


def flipped(name: str) -> Callable[[Path], object]:
    """Flip a bit in the middle of a file."""
    return lambda release: apply(release, [{"do": "flip", "file": name, "byte": (release / name).stat().st_size // 2}])


def narrowed(release: Path) -> None:
    """Write a shard with a column of another type."""
    table = pq.read_table(release / SPANS)
    at = table.schema.get_field_index("start")
    pq.write_table(table.set_column(at, "start", table["start"].cast("int64")), release / SPANS)


def both(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Change a word of a text, and the digest of the text with it."""

    def change(found: list[dict[str, Any]]) -> None:
        entry = next(each for each in found if old in each["text"])
        entry["text"] = entry["text"].replace(old, new)
        entry["text_sha256"] = hashlib.sha256(entry["text"].encode()).hexdigest()

    return rows(name, change)


IN_RELEASE = [
    # files
    Spoiled("shard cut off", lambda r: (r / SPANS).write_bytes((r / SPANS).read_bytes()[:-9]), ("E151", SPANS, None)),
    Spoiled("bit flipped in a shard", flipped(NER), ("E151", NER, None)),
    Spoiled("bit flipped in the card", flipped("README.md"), ("E151", "README.md", None)),
    Spoiled("bit flipped in the datasheet", flipped("DATASHEET.md"), ("E151", "DATASHEET.md", None)),
    Spoiled("shard missing", drop(EVENTS), ("E152", EVENTS, None)),
    Spoiled("card missing", drop("README.md"), ("E152", "README.md", None)),
    Spoiled("file too many", put("notes.txt", "x"), ("E153", "notes.txt", None)),
    Spoiled("hidden file", put("spans/.part", "x"), ("E153", "spans/.part", None)),
    Spoiled(
        "shard copied beside it",
        lambda r: shutil.copy(r / SPANS, r / "spans/train-00001-of-00002.parquet"),
        ("E153", "spans/train-00001-of-00002.parquet", None),
    ),
    Spoiled(
        "shard renamed",
        lambda r: (r / SPANS).rename(r / "spans/test-00000-of-00002.parquet"),
        ("E152", SPANS, None), frozenset({"E153"}),
    ),
    # manifest and card
    Spoiled(
        "manifest cut off",
        lambda r: (r / "manifest.json").write_bytes((r / "manifest.json").read_bytes()[:90]),
        ("E151", "manifest.json", None),
    ),
    Spoiled(
        "key misspelt in the manifest",
        swap("manifest.json", '"configs"', '"confgis"'),
        ("E151", "manifest.json", None),
    ),
    Spoiled(
        "count changed in the manifest",
        swap("manifest.json", '"rows": 5', '"rows": 6'),
        ("E155", "annotations", None), frozenset({"E156"}),
    ),
    Spoiled(
        "number changed in the card",
        signed(swap("README.md", "num_examples: 5", "num_examples: 6")),
        ("E156", "README.md", 1), frozenset({"E157"}),
    ),
    Spoiled(
        "front matter of the card broken",
        signed(swap("README.md", "configs:", "configs: [")),
        ("E156", "README.md", 1), frozenset({"E157"}),
    ),
    Spoiled(
        "Croissant changed",
        signed(swap("croissant.json", "crossings", "crosings")),
        ("E156", "croissant.json", None),
    ),
    Spoiled(
        "label taken out of the card",
        signed(swap("README.md", "'0': PERSON", "'0': PERSN")),
        ("E157", "spans", None), frozenset({"E156"}),
    ),
    # shards whose digests alone are made anew in the manifest
    Spoiled("shards of two configs swapped", signed(swapped(SPANS, EVENTS)), ("E154", SPANS, None)),
    Spoiled("shards of two splits swapped", signed(swapped(DOCUMENTS, TEST)), ("E155", "documents", None)),
    Spoiled(
        "column missing",
        lambda r: apply(r, [{"do": "drop_column", "file": SPANS, "column": "form"}, {"do": "sign"}]),
        ("E154", SPANS, None),
    ),
    Spoiled("column of another type", signed(narrowed), ("E154", SPANS, None)),
    Spoiled(
        "value changed",
        lambda r: apply(r, [{"do": "set", "file": DOCUMENTS, "column": "publisher", "value": "x"}, {"do": "sign"}]),
        ("E155", "documents", None),
    ),
    Spoiled("no Parquet", signed(put(NER, "PAR1")), ("E154", NER, None)),
    # rows, with all digests, the card and the manifest made anew
    Spoiled(
        "offsets off by one",
        moved(11, 17),
        ("E203", DOCUMENTS, None),
    ),
    Spoiled("start beside its fragments", row(DOCUMENTS, 1, "spans", 0, "start", to=9), ("E160", DOCUMENTS, None)),
    Spoiled(
        "span after the text",
        moved(10, 9999),
        ("E202", DOCUMENTS, None),
    ),
    Spoiled("span without fragments", row(DOCUMENTS, 1, "spans", 0, "fragments", to=[]), ("E202", DOCUMENTS, None)),
    Spoiled("surface text changed", row(DOCUMENTS, 1, "spans", 0, "text", to="Kasar"), ("E203", DOCUMENTS, None)),
    Spoiled("mention of nothing", row(TEST, 0, "entities", 0, "mentions", to=["m9"]), ("E301", TEST, None)),
    Spoiled("mention that is a cue", row(TEST, 0, "entities", 0, "mentions", to=["u1"]), ("E303", TEST, None)),
    Spoiled("one id twice", row(TEST, 0, "spans", 1, "id", to="m2"), ("E302", TEST, None), frozenset({"E301"})),
    Spoiled("attribution within itself", row(TEST, 0, "attributions", 0, "parent", to="q1"), ("E304", TEST, None)),
    Spoiled("layer null that was empty", row(TEST, 0, "relations", to=[]), ("E160", TEST, None)),
    Spoiled("layer null that has items", row(TEST, 0, "stance", to=None), ("E160", TEST, None)),
    Spoiled(
        "layer called finished",
        row(TEST, 0, "layers", to=["spans", "entities", "events", "attributions", "stance"]),
        ("E160", TEST, None),
    ),
    Spoiled("kind that there is not", row(SPANS, 0, "kind", to="mentoin"), ("E158", SPANS, None)),
    Spoiled("required value null", row(SPANS, 0, "id", to=None), ("E158", SPANS, None)),
    Spoiled("text called withheld", row(TEST, 0, "text_status", to="withheld"), ("E158", TEST, None)),
    Spoiled(
        "word of a text changed",
        rows(TEST, lambda found: found[0].update(text=found[0]["text"].replace("sails", "rests"))),
        ("E160", TEST, None),
    ),
    Spoiled("word of a text changed with its digest", both(TEST, "Monday,", "Sunday,"), ("E203", TEST, None)),
    Spoiled("word beside all spans changed with the digest", both(DOCUMENTS, "holds", "bends"), ("E160", NER, None)),
    Spoiled("length of a text", row(TEST, 0, "text_length", to=200), ("E160", TEST, None)),
    Spoiled("label changed in documents", row(DOCUMENTS, 1, "spans", 0, "label", to="PERSON"), ("E160", SPANS, None)),
    Spoiled("label changed in spans", row(SPANS, 0, "label", to="PERSON"), ("E160", SPANS, None)),
    Spoiled("label of another layer", row(SPANS, 0, "label", to="SAY"), ("E157", "spans", None)),
    Spoiled("sentence changed", row(SPANS, 0, "sentence", to="x"), ("E160", SPANS, None)),
    Spoiled("row of a stance missing", rows(STANCE, lambda found: found[0].update(doc_id="x")), ("E160", STANCE, None)),
    Spoiled("row of a span missing", rows(SPANS, lambda found: found.pop()), ("E160", SPANS, None)),
    Spoiled("row of a span doubled", rows(SPANS, lambda found: found.append(found[-1])), ("E160", SPANS, None)),
    Spoiled("rows of spans in another order", rows(SPANS, lambda found: found.reverse()), ("E160", SPANS, None)),
    Spoiled("document doubled", rows(DOCUMENTS, lambda found: found.append(found[-1])), ("E160", DOCUMENTS, None)),
    Spoiled(
        "tag moved by one token",
        rows(NER, lambda found: found[1].update(ner_tags=[*found[1]["ner_tags"][1:], "O"])),
        ("E160", NER, None),
    ),
    Spoiled("row of provenance missing", rows(PROVENANCE, lambda found: found.pop()), ("E160", "provenance", None)),
    Spoiled("row of provenance of another item", row(PROVENANCE, 0, "id", to="T77"), ("E160", "provenance", None)),
    Spoiled(
        "shards of two splits swapped, and all digests made anew",
        lambda r: (swapped(DOCUMENTS, TEST)(r), remake(r)),
        ("E160", SPANS, None),
    ),
]  # fmt: skip
"""Ways to spoil the release."""


def laid(root: Path) -> Path:
    for name, content in CORPUS.items():
        put(name, content)(root)
    return root


def shown(findings: list[dict[str, Any]]) -> tuple[set[At], set[str]]:
    """Return what of findings a table says, and the codes of the errors."""
    standing = [found for found in findings if found["waived"] is None]
    places = {(found["code"], found["path"], found["line"]) for found in standing}
    return places, {found["code"] for found in standing if found["severity"] == "error"}


def said(run: Run, verb: str, root: Path, *more: object) -> tuple[int, set[At], set[str]]:
    """Run a verb; returns status, findings and codes of errors, whether it ends with JSON or with lines of errors."""
    status, out, err = run(verb, root, *more, "--json")
    assert "Traceback" not in err
    if out:
        return status, *shown(json.loads(out)["findings"])
    lines = re.findall(rf"^{re.escape(str(root))}/(.+?)(?::([0-9]+):[0-9]+)?: error\[(E[0-9]+)\]", err, re.MULTILINE)
    places = {(code, path, int(line) if line else None) for path, line, code in lines}
    return status, places, {code for code, _, _ in places}


def test_what_is_spoiled_is_sound_before(run: Run, tmp_path: Path) -> None:
    root = laid(tmp_path / "corpus")
    assert said(run, "validate", root) == (0, set(), set())
    assert said(run, "build", root, "--out", tmp_path / "out") == (0, set(), set())


@pytest.mark.parametrize("case", IN_CORPUS, ids=lambda case: case.what)
def test_a_spoiled_corpus_is_reported(case: Spoiled, run: Run, tmp_path: Path) -> None:
    root = laid(tmp_path / "corpus")
    case.do(root)
    stops = case.found[0].startswith("E")
    for verb, more in (("validate", []), ("build", ["--out", tmp_path / "out"])):
        status, places, codes = said(run, verb, root, *more)
        assert case.found in places, places
        assert codes <= case.beside | {case.found[0]}, places
        assert (status in (1, 2, 3)) == stops, status
    assert (tmp_path / "out/dev").exists() != stops


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the sound corpus."""
    root = tmp_path_factory.mktemp("sound")
    laid(root / "corpus")
    (root / "corpus/DATASHEET.md").write_text("# Datasheet\n\nInvented texts.\n", encoding="utf-8")
    outcome = build.build(root / "corpus", root / "out")
    assert outcome.release is not None, outcome.findings
    return outcome.release


@pytest.mark.parametrize("case", IN_RELEASE, ids=lambda case: case.what)
def test_a_spoiled_release_is_reported(
    case: Spoiled, built: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.found[0] != "E157":  # loading takes seconds, and only what it finds itself needs it
        monkeypatch.setattr(verify, "_loads", lambda *arguments: iter(()))
    release = Path(shutil.copytree(built, tmp_path / "release"))
    case.do(release)
    status, places, codes = said(run, "verify", release)
    assert case.found in places, places
    assert codes <= case.beside | {case.found[0]}, places
    assert status == 1


def test_making_all_digests_anew_changes_nothing_in_a_sound_release(built: Path, tmp_path: Path, run: Run) -> None:
    release = Path(shutil.copytree(built, tmp_path / "release"))
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    remake(release)
    assert {path: path.read_bytes() for path in release.rglob("*") if path.is_file()} == before
    assert said(run, "verify", release) == (0, set(), set())


def test_there_are_as_many_as_were_promised() -> None:
    assert len({case.what for case in IN_CORPUS}) == len(IN_CORPUS) >= 40
    assert len({case.what for case in IN_RELEASE}) == len(IN_RELEASE) >= 40
