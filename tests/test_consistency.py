"""The analyses of `standoff audit`: planted faults are found, all of them and nothing else; work lists; consensus."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standoff.adjudication import worklist
from standoff.audit import consensus, duplicates, variation
from standoff.audit.listing import Listing
from standoff.model import Annotations, Argument, Attribution, Entity, Event, Span, Stance

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

PEOPLE = ["Ada Brun", "Tove Lind", "Per Holm", "Ines Faro", "Otto Rask"]
TOWNS = ["Kesla", "Marn", "Odby", "Tirra"]
VERBS = ["visited", "praised", "left", "described", "avoided", "painted"]


def span(name: str, text: str, words: str, label: str, nth: int = 1, kind: str = "mention") -> dict[str, Any]:
    """Return a span of a native file, with offsets and the words that prove them."""
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    return {"id": name, "kind": kind, "label": label, "start": start, "end": start + len(words), "exact": words}


def entity(name: str, label: str, *mentions: str) -> dict[str, Any]:
    return {"id": name, "label": label, "mentions": list(mentions)}


def native(doc_id: str, **layers: Any) -> str:
    return json.dumps({"version": 1, "doc_id": doc_id, "layers": list(layers), **layers})


def clean(documents: int = 12) -> tuple[dict[str, str], dict[str, list[dict[str, Any]]]]:
    """Return texts of drawn sentences, and spans in which each name has its label everywhere."""
    draw = random.Random(4)
    texts, spans = {}, {}
    for number in range(documents):
        words = [
            f"{draw.choice(PEOPLE)} {draw.choice(VERBS)} {draw.choice(TOWNS)} on day {draw.randrange(9000)}"
            for _ in range(20)
        ]
        text = ". ".join(words) + ".\n"
        found = []
        for names, label in ((PEOPLE, "PERSON"), (TOWNS, "TOWN")):
            for name in names:
                found += [span("", text, name, label, nth) for nth in range(1, text.count(name) + 1)]
        found.sort(key=lambda each: each["start"])
        spans[f"d{number:02}"] = [{**each, "id": f"m{n}"} for n, each in enumerate(found, 1)]
        texts[f"d{number:02}"] = text
    return texts, spans


def folder(texts: dict[str, str], spans: dict[str, list[dict[str, Any]]]) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"raw/{doc_id}.txt": text for doc_id, text in texts.items()}
    return files | {f"annotations/a1/{doc_id}.json": native(doc_id, spans=found) for doc_id, found in spans.items()}


def found_by(run: Run, *arguments: object, status: int = 0) -> dict[str, Any]:
    """Return the rows of each listing, by key, and the rest of the JSON object."""
    code, out, err = run("audit", *arguments, "--json")
    assert code == status, err
    value = json.loads(out)
    return {each["key"]: each["rows"] for each in value["listings"]} | {"": value}


INFORM = {"progress", "overlap"}


def test_clean_text_has_nothing(run: Run, corpus: Corpus) -> None:
    found = found_by(run, corpus(folder(*clean())))
    assert {key: rows for key, rows in found.items() if key and key not in INFORM and rows} == {}


def planted() -> tuple[dict[str, str], dict[str, list[dict[str, Any]]], dict[str, set[Any]]]:
    """Return clean texts with six other labels, six missed mentions and four shortened ones, and where those are."""
    texts, spans = clean()
    draw = random.Random(7)
    places = [(doc_id, number) for doc_id, found in spans.items() for number in range(len(found))]
    draw.shuffle(places)
    long = [(doc_id, number) for doc_id, number in places if spans[doc_id][number]["label"] == "PERSON"]
    cut = set(long[:4])
    rest = [place for place in places if place not in cut]
    relabelled, dropped = set(rest[:6]), set(rest[6:12])
    expected: dict[str, set[Any]] = {"labels": set(), "missed": set(), "boundaries": set()}
    kept: dict[str, list[dict[str, Any]]] = {doc_id: [] for doc_id in spans}
    for doc_id, number in sorted(places):
        each = dict(spans[doc_id][number])
        if (doc_id, number) in dropped:
            expected["missed"].add((doc_id, each["start"]))
            continue
        if (doc_id, number) in relabelled:
            expected["labels"].add(each["exact"])
            each["label"] = "TOWN" if each["label"] == "PERSON" else "PERSON"
        elif (doc_id, number) in cut:
            each["exact"] = each["exact"].split()[0]
            each["end"] = each["start"] + len(each["exact"])
            expected["boundaries"].add((doc_id, each["id"]))
        kept[doc_id].append(each)
    return texts, kept, expected


def test_every_planted_fault_is_found_and_nothing_else(run: Run, corpus: Corpus) -> None:
    texts, spans, expected = planted()
    found = found_by(run, corpus(folder(texts, spans)))
    missed = {(row["items"][0]["doc_id"], int(row["where_it_is_not"].rsplit(" ", 1)[1])) for row in found["missed"]}
    cut = {(item["doc_id"], item["item"]) for row in found["boundaries"] for item in row["items"]}
    assert (missed, cut) == (expected["missed"], expected["boundaries"])
    assert {row["words"] for row in found["labels"]} == expected["labels"]
    others = set(found) - {"", "ngrams", *expected, *INFORM}
    assert {key: found[key] for key in others if found[key]} == {}


def test_one_context_and_two_annotations(run: Run, corpus: Corpus) -> None:
    """The same words between the same words: two labels, and with two words around also none at all."""
    one = "On Monday all of the council of Marn met in the old hall of the town.\n"
    texts = {f"d{n}": one.replace("Monday", day) for n, day in enumerate(("Monday", "Tuesday", "Friday"))}
    spans = {
        "d0": [span("m1", texts["d0"], "council", "ORG"), span("m2", texts["d0"], "Marn", "TOWN")],
        "d1": [span("m1", texts["d1"], "council", "ORG"), span("m2", texts["d1"], "Marn", "ORG")],
        "d2": [span("m2", texts["d2"], "Marn", "TOWN")],
    }
    rows = found_by(run, corpus(folder(texts, spans)))["ngrams"]
    shown = {row["annotated_as"]: row for row in rows}
    assert set(shown) == {"TOWN 2, ORG 1", "ORG 2, not annotated 1"}
    assert "[Marn]" in shown["TOWN 2, ORG 1"]["words_in_context"]
    assert int(shown["TOWN 2, ORG 1"]["same_words_around"]) == 5  # "all of the council of", then the days differ
    assert shown["ORG 2, not annotated 1"]["rarest_way"].startswith("d2: character")


@pytest.mark.parametrize(("counts", "bits"), [([4], 0.0), ([1, 1], 1.0), ([2, 1, 1], 1.5), ([], 0.0), ([0, 3], 0.0)])
def test_entropy(counts: list[int], bits: float) -> None:
    assert variation.entropy(counts) == bits


def test_labels_that_stand_together_are_no_variation(run: Run, corpus: Corpus) -> None:
    """Exports that say type and identity by two spans of one extent: the identity is none of several types."""
    text = "Ada slept. Ada woke. Ada left.\n"
    listed = [span(f"m{n}", text, "Ada", "PERSON", n) for n in (1, 2, 3)]
    listed += [span(f"x{n}", text, "Ada", "Ada-7", n) for n in (1, 2)]
    found = found_by(run, corpus(folder({"d": text}, {"d": listed})))
    assert found["labels"] == found["ngrams"] == []


def test_entities_names_and_tellings(run: Run, corpus: Corpus) -> None:
    text = "Kesla shelled the bridge in Marn. Kesla denied it.\n"

    def document(doc_id: str, label: str, day: str, town: str, event: str) -> str:
        spans = [span("m1", text, "Kesla", "TOWN"), span("m2", text, "Kesla", label, 2),
                 span("m3", text, "Marn", "TOWN"), span("t1", text, "shelled", event, kind="trigger")]  # fmt: skip
        entities = [
            {"id": "e1", "label": label, "name": "Kesla", "mentions": ["m1", "m2"]},
            {"id": "e2", "label": "TOWN", "name": town, "mentions": ["m3"]},
        ]
        events = [{
            "id": "ev1", "label": event, "trigger": "t1", "same_as": "raid", "earliest": day, "latest": day,
            "arguments": [{"role": "Place", "filler": "e2"}],
        }]  # fmt: skip
        return native(doc_id, spans=spans, entities=entities, events=events)

    files = {"raw/a.txt": text, "raw/b.txt": text.replace("it.", "this."),
             "annotations/a1/a.json": document("a", "TOWN", "2030-01-02", "Marn", "ATTACK"),
             "annotations/a1/b.json": document("b", "ARMY", "2030-01-04", "Odby", "CLASH")}  # fmt: skip
    found = found_by(run, corpus({**files}))
    assert [(row["its_label"], row["label_of_entity"]) for row in found["mentions"]] == [("TOWN", "ARMY")]
    assert found["mentions"][0]["place"].startswith("annotations/a1/b.json:1:")
    assert [row["name"] for row in found["names"]] == ["Kesla"]
    assert {row["what"] for row in found["happenings"]} == {"type", "place", "date"}
    alike = document("b", "TOWN", "2030-01-02", "Marn", "ATTACK")
    same = found_by(run, corpus({**files, "annotations/a1/b.json": alike}))
    assert same["mentions"] == same["names"] == same["happenings"] == []


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({"latest": "2030-02-17"}, {"earliest": "2030-01-01", "latest": "2030-01-31"}, False),
        ({"latest": "2030-01-17"}, {"earliest": "2030-02-01"}, True),
        ({"earliest": "2030-01-17"}, {"earliest": "2030-02-01"}, False),
        ({"count_min": 5}, {"count_min": 7, "count_max": 7}, False),
        ({"count_max": 5}, {"count_min": 7, "count_max": 7}, True),
    ],
)  # fmt: skip
def test_an_open_end_contradicts_nothing_within_it(
    run: Run, corpus: Corpus, one: dict[str, Any], other: dict[str, Any], apart: bool
) -> None:
    """A day by which it was over and the days for which it was planned; at least five and seven."""
    files: dict[str, str | bytes] = {}
    for name, told in (("a", one), ("b", other)):
        text = f"Kesla shelled the bridge, said {name}.\n"
        event = {"id": "ev1", "label": "ATTACK", "trigger": "t1", "same_as": "raid", **told}
        files[f"raw/{name}.txt"] = text
        files[f"annotations/a1/{name}.json"] = native(
            name, spans=[span("t1", text, "shelled", "ATTACK", kind="trigger")], events=[event]
        )
    assert bool(found_by(run, corpus(files))["happenings"]) == apart


@pytest.mark.parametrize("form", ["name", None])
def test_a_name_whose_mentions_are_in_several_entities(form: str | None, run: Run, corpus: Corpus) -> None:
    text = "Ada met Ada. Ada saw the mill and the mill. Ada ran. Image one. Image two. Image three.\n"
    given = {"form": form} if form else {}
    names = [{**span(f"m{n}", text, "Ada", "PERSON", n), **given} for n in range(1, 5)]
    mills = [{**span(f"n{n}", text, "the mill", "PLACE", n), **({"form": "nominal"} if form else {})} for n in (1, 2)]
    images = [{**span(f"i{n}", text, "Image", "THING", n), **given} for n in (1, 2, 3)]
    entities = [entity("e1", "PERSON", "m1", "m2", "m4"), entity("e2", "PERSON", "m3"), entity("e3", "PLACE", "n1")]
    annotated = native("d", spans=[*names, *mills, *images], entities=entities)
    (row,) = found_by(run, corpus({"raw/d.txt": text, "annotations/a1/d.json": annotated}))["scattered"]
    assert (row["name"], row["in_one_entity"], row["in_this_one"]) == ("Ada", "3 of 4", "1 of 4")
    assert row["items"][0]["item"] == "m3"


def test_long_spans_stray_marks_and_rare_fillers(run: Run, corpus: Corpus) -> None:
    texts, spans = clean()
    text = texts["d00"]
    sentence = text.split(".")[0]
    spans["d00"] = [each for each in spans["d00"] if each["start"] > len(sentence)]
    spans["d00"].append(span("long", text, text[: text.index(".", 130)], "PERSON"))
    texts["d01"] = "Marn, of old.\n" + texts["d01"]
    spans["d01"] = [{**each, "start": each["start"] + 14, "end": each["end"] + 14} for each in spans["d01"]]
    spans["d01"].append(span("comma", texts["d01"], "Marn,", "TOWN"))
    found = found_by(run, corpus(folder(texts, spans)))
    assert [item["item"] for row in found["lengths"] for item in row["items"]] == ["long"]
    assert [(row["items"][0]["item"], row["what"]) for row in found["edges"]] == [("comma", "ends with a mark")]


def test_habits_that_changed(run: Run, corpus: Corpus) -> None:
    """Half the documents before a change of habits and half after it; the other label stays as it was."""
    texts, spans = clean(24)
    for number in range(12, 24):
        doc_id = f"d{number}"
        spans[doc_id] = [each for each in spans[doc_id] if each["label"] == "PERSON"]
    rows = found_by(run, corpus(folder(texts, spans)))["drift"]
    assert [(row["annotator"], row["label"], row["later"]) for row in rows] == [("a1", "TOWN", "0.00")]


def test_duplicates_and_leaks(run: Run, corpus: Corpus) -> None:
    texts, spans = clean(6)
    draw = random.Random(1)
    words = [f"w{draw.randrange(400)}" for _ in range(300)]
    near = [*words[:250], *(f"v{n}" for n in range(50))]
    texts |= {"x1": " ".join(words), "x2": " ".join(near), "x3": " ".join(reversed(words))}
    splits = "story_id,split\n" + "".join(f"{name},{'test' if name == 'x2' else 'train'}\n" for name in sorted(texts))
    files = folder(texts, {**spans, "x1": [], "x2": [], "x3": []})
    root = corpus({**files, "splits.csv": splits})
    found = found_by(run, root, status=1)
    assert [(row["document"], row["other_document"]) for row in found["leaks"]] == [("x1", "x2")]
    assert found["duplicates"] == []
    assert found_by(run, root, "--fail-on", "never")["leaks"] == found["leaks"]
    status, out, _ = run("audit", root)
    assert status == 1
    assert out.index("error[E607]") < out.index("Nothing found in")
    same = {**files, "raw/x3.txt": texts["x1"], "splits.csv": splits.replace("x2,test", "x2,train")}
    rows = found_by(run, corpus(same))["duplicates"]
    assert {(row["document"], row["other_document"], row["common"]) for row in rows} >= {("x1", "x3", "equal")}
    assert len(rows) == 3


def test_pairs_are_those_of_all_against_all() -> None:
    """Prefix filtering loses no pair: the same as comparing all with all."""
    draw = random.Random(3)
    base = [draw.randrange(500) for _ in range(60)]
    runs = {}
    for number in range(60):
        kept = draw.sample(base, draw.randrange(10, 60))
        runs[number] = frozenset([*kept, *(draw.randrange(500, 900) for _ in range(draw.randrange(30)))])
    wanted = {(i, j) for i in runs for j in runs if i < j and len(runs[i] & runs[j]) >= 0.5 * len(runs[i] | runs[j])}
    assert wanted
    assert wanted <= set(duplicates._candidates(runs))


def test_minhash_proposes_what_is_alike() -> None:
    pytest.importorskip("rensa")
    runs = {0: frozenset(range(400)), 1: frozenset(range(40, 440)), 2: frozenset(range(1000, 1400))}
    assert set(duplicates._proposed(runs)) == {(0, 1)}


TEXT = "Ada Brun warned Kesla. Kesla laughed at the mayor of Marn. Nobody else spoke.\n"


def two(doc_id: str = "d") -> dict[str, str | bytes]:
    """Two annotators: bounds, a label, a lone mention, a cluster, a role and a stance differ; ids mean nothing."""
    first = native(
        doc_id,
        spans=[span("m1", TEXT, "Ada Brun", "PERSON"), span("m2", TEXT, "Kesla", "TOWN"),
               span("m3", TEXT, "Kesla", "TOWN", 2), span("m4", TEXT, "the mayor of Marn", "PERSON"),
               span("t1", TEXT, "warned", "THREATEN", kind="trigger")],
        entities=[entity("e1", "PERSON", "m1"), entity("e2", "TOWN", "m2", "m3"), entity("e3", "PERSON", "m4")],
        events=[{"id": "v1", "label": "THREATEN", "trigger": "t1", "arguments": [{"role": "Agent", "filler": "e1"}]}],
        stance=[{"id": "s1", "holder": "e1", "target": "e2", "label": "AGAINST"}],
    )  # fmt: skip
    second = native(
        doc_id,
        spans=[span("m3", TEXT, "Ada Brun", "ORG"), span("m1", TEXT, "Kesla", "TOWN"),
               span("m2", TEXT, "Kesla", "TOWN", 2), span("m5", TEXT, "mayor of Marn", "PERSON"),
               span("m6", TEXT, "Nobody", "PERSON"),
               span("t9", TEXT, "warned", "THREATEN", kind="trigger")],
        entities=[entity("e2", "ORG", "m3"), entity("e1", "TOWN", "m1"), entity("e4", "TOWN", "m2"),
                  entity("e5", "PERSON", "m5"), entity("e6", "PERSON", "m6")],
        events=[{"id": "v1", "label": "THREATEN", "trigger": "t9", "arguments": [{"role": "Agent", "filler": "e1"}]}],
        stance=[{"id": "s1", "holder": "e2", "target": "e1", "label": "FAVOR"}],
    )  # fmt: skip
    return {"corpus.toml": '[annotations]\npublish = ["a1", "a2"]\n', f"raw/{doc_id}.txt": TEXT,
            f"annotations/a1/{doc_id}.json": first, f"annotations/a2/{doc_id}.json": second}  # fmt: skip


def test_disagreements_item_by_item(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    target = tmp_path / "review"
    status, _, err = run("audit", corpus(two()), "--export-review", target)
    assert status == 0
    assert "brat/ (2 versions" in err
    rows = list(csv.DictReader(io.StringIO((target / "disagreements.csv").read_text(encoding="utf-8"))))
    shown = {(row["layer"], row["difference"]) for row in rows}
    assert shown == {
        ("spans", "other bounds"), ("spans", "only the second has it"), ("entities", "other label"),
        ("entities", "other cluster"), ("entities", "only the second has it"), ("events", "other filler Agent"),
        ("stance", "other stance"),
    }  # fmt: skip
    bounds = next(row for row in rows if row["difference"] == "other bounds")
    assert (bounds["first_says"], bounds["second_says"]) == ("PERSON “the mayor of Marn”", "PERSON “mayor of Marn”")
    assert bounds["sentence"] == "Kesla laughed at the mayor of Marn."
    assert bounds["first_place"].startswith("annotations/a1/d.json:1:")
    assert bounds["second_place"].startswith("annotations/a2/d.json:1:")
    assert {row["decision"] for row in rows} == {""}
    assert (target / "brat/a1/d.ann").is_file()
    assert (target / "brat/a2/d.txt").read_text(encoding="utf-8") == TEXT
    status, _, err = run("audit", corpus(two()), "--export-review", target)
    assert status == 2
    assert "may hold decisions" in err


def test_equal_work_under_other_ids_is_no_disagreement(run: Run, corpus: Corpus) -> None:
    files = two()
    swapped = str(files["annotations/a1/d.json"])
    for old, new in (("m1", "x1"), ("m2", "m1"), ("e1", "e9"), ("e2", "e1")):
        swapped = swapped.replace(f'"{old}"', f'"{new}"')
    value = found_by(run, corpus({**files, "annotations/a2/d.json": swapped}))
    assert value["disagreements"] == []


@pytest.mark.parametrize("value", ["=1+1", "+1", "-2", "@SUM(A1)", "  =1", "\t=1", "\n@x"])
def test_no_cell_is_a_formula(value: str) -> None:
    assert worklist.cell(value)[0] in "'\\"
    assert not any(letter in worklist.cell(value) for letter in "\t\n\r")


def test_hostile_labels_in_the_table(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    text = "=cmd left \u202eMarn\u2066 today.\n"
    first = native("d", spans=[span("m1", text, "=cmd", "=HYPERLINK(1)"), span("m2", text, "\u202eMarn\u2066", "-1")])
    second = native("d", spans=[])
    files = {"corpus.toml": '[annotations]\npublish = ["a1", "a2"]\n', "raw/d.txt": text,
             "annotations/a1/d.json": first, "annotations/a2/d.json": second}  # fmt: skip
    assert run("audit", corpus({**files}), "--export-review", tmp_path / "r")[0] == 0
    table = (tmp_path / "r/disagreements.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) == 3
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "\u202e" not in table
    assert "\u202e" not in run("audit", corpus({**files}))[1]


def test_a_withheld_text_shows_no_words(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    files = two("d")
    files["corpus.toml"] = '[articles]\nwithhold = ["d"]\n[annotations]\npublish = ["a1", "a2"]\n'
    root = corpus(files)
    assert run("anchor", root, "--write")[0] == 0
    out = run("audit", root, "--export-review", tmp_path / "r", "--json")[1]
    out += run("audit", root, "--examples", 0)[1]
    out += "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "r").rglob("*") if path.is_file())
    assert "other bounds" in out
    assert not any(word in out for word in ("mayor of", "Ada Brun", "laughed", "Nobody else", "warned"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"annotations/a2/d.json": None}, "a1 is the only annotator"),
        ({"annotations/a2/d.json": None, "raw/e.txt": "Marn.\n", "annotations/a2/e.json": native("e", spans=[])},
         "a1, a2 have no document in common"),
        ({"annotations/a2/d.json": native("d", spans=[span("m1", TEXT, "Marn", "Stadt")])}, "a1 and a2 have no label"),
        ({"annotations/a2/d.json": native("d")}, "a2 has no items in 1 of 1 document"),
    ],
)  # fmt: skip
def test_what_there_is_nothing_to_say_about(run: Run, corpus: Corpus, change: dict[str, Any], words: str) -> None:
    files = {name: content for name, content in {**two(), **change}.items() if content is not None}
    status, out, _ = run("audit", corpus(files))
    assert status == 0
    assert words in out


def test_progress_and_sample(run: Run, corpus: Corpus) -> None:
    texts, spans = clean(8)
    root = corpus({**folder(texts, spans), "corpus.toml": '[annotations]\npublish = ["a1"]\n',
                   "annotations/a2/d00.json": native("d00", spans=[])})  # fmt: skip
    found = found_by(run, root)
    states = {(row["document"], row["annotator"]): (row["spans"], row["events"]) for row in found["progress"]}
    assert len(states) == 9
    assert states["d00", "a2"] == ("0", "–")
    assert found[""]["annotators"]["a1"]["spans"] == 8
    small, large = (run("audit", root, "--sample", n, "--seed", 5)[1].split("\n") for n in (3, 5))
    assert small[:3] == large[:3]
    assert len({line for line in large if line}) == 5
    assert "d00\ta1" not in run("audit", root, "--sample", 20)[1]
    assert run("audit", root, "--sample", 3, "--seed", 6)[1].split("\n") != small


def version(annotator: str, *, label: str = "PERSON", third: bool = True, role: str = "Agent") -> Annotations:
    """Return one of several versions, with ids of its own."""
    own = annotator.upper()
    spans = [
        Span(id=f"{own}1", kind="mention", label=label, fragments=[(0, 8)], form="name"),
        Span(id=f"{own}2", kind="mention", label="TOWN", fragments=[(16, 21)]),
        Span(id=f"{own}3", kind="trigger", label="THREATEN", fragments=[(9, 15)]),
    ]
    entities = [Entity(id=f"{own}e1", label=label, mentions=[f"{own}1"], name="Ada"),
                Entity(id=f"{own}e2", label="TOWN", mentions=[f"{own}2"])]  # fmt: skip
    events = [Event(id=f"{own}v", label="THREATEN", trigger=f"{own}3",
                    arguments=[Argument(role, f"{own}e1"), Argument("Target", f"{own}e2")])] * third  # fmt: skip
    return Annotations(
        "d", annotator, "", "", layers=["spans", "entities", "events", "attributions", "stance"], spans=spans,
        entities=entities, events=events,
        attributions=[Attribution(id=f"{own}a", source=f"{own}e1", cues=[f"{own}3"])],
        stance=[Stance(id=f"{own}s", holder="author", target=f"{own}e2", label="AGAINST")],
    )  # fmt: skip


def test_consensus_of_three() -> None:
    found = consensus.vote([version("a1"), version("a2", role="Patient"), version("a3", label="ORG", third=False)])
    assert found is not None
    result = found.annotations
    assert [(each.label, each.fragments) for each in result.spans] == [
        ("PERSON", [(0, 8)]), ("TOWN", [(16, 21)]), ("THREATEN", [(9, 15)]),
    ]  # fmt: skip
    assert [each.label for each in result.entities] == ["PERSON", "TOWN"]
    names = {each.label: each.id for each in result.entities}
    assert [(a.role, a.filler) for a in result.events[0].arguments] == [("Target", names["TOWN"])]
    assert (result.stance[0].holder, result.stance[0].target) == ("author", names["TOWN"])
    assert result.attributions[0].source == names["PERSON"]
    reasons = {(each.layer, each.reason) for each in found.undecided}
    assert ("spans", "1 of 3 have it") in reasons
    assert ("events", "2 of its arguments have no majority, and are not in it") in reasons
    assert ("entities", "it refers to what has no majority") in reasons


def test_consensus_guesses_nothing() -> None:
    found = consensus.vote([version("a1"), version("a2", label="ORG")])
    assert found is not None
    assert [each.label for each in found.annotations.spans] == ["TOWN", "THREATEN"]
    assert ("spans", "1 of 2 have it (a tie)") in {(each.layer, each.reason) for each in found.undecided}
    every = {(name, item.id) for v in (version("a1"), version("a2", label="ORG")) for name in ("spans", "entities")
             for item in getattr(v, name)}  # fmt: skip
    listed = {(each.layer, item) for each in found.undecided for item in each.items}
    kept = {("spans", name) for name in ("A12", "A22", "A13", "A23")} | {("entities", "A1e2"), ("entities", "A2e2")}
    assert every <= listed | kept


def test_consensus_is_a_gold_that_builds(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    files = two()
    files["corpus.toml"] = '[annotations]\npublish = ["gold", "a1", "a2"]\n'
    root = corpus(files)
    assert run("build", root, "--out", tmp_path)[0] == 0
    target = root / "annotations/gold"
    status, out, _ = run("agreement", tmp_path / "dev", "--consensus", target)
    assert status == 0
    assert "1 document: 3 spans" in out
    assert "1 of 2 have it (a tie)" in out
    assert run("build", root, "--out", tmp_path)[0] == 0
    status, out, _ = run("agreement", tmp_path / "dev", "--consensus", tmp_path / "again")
    assert status == 0
    assert "d: not written: it has a gold version" in out
    assert not (tmp_path / "again").exists()
    status, _, err = run("audit", root, "--sample", 1)
    assert (status, err) == (0, "there are 0 documents that one annotator alone has\n")


def test_pages_list_what_was_found(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    status, out, err = run("audit", corpus(two()), "--out", tmp_path / "site", "--bootstrap", 0)
    assert status == 0, err
    assert "pages" in out
    (page,) = (tmp_path / "site/findings").glob("disagreements*.html")
    assert "the mayor of Marn" in page.read_text(encoding="utf-8")
    (page,) = (tmp_path / "site/findings").glob("missed-mentions*.html")
    assert "Nothing found." in page.read_text(encoding="utf-8")


def test_a_listing_says_how_bad_it_is() -> None:
    assert [Listing("k", "t", "w", [], [], weight=w, code=c).severity for w, c in ((0, ""), (3, ""), (9, "E607"))] == [
        "note", "warning", "error",
    ]  # fmt: skip


def test_litbank(run: Run, realdata: Path, tmp_path: Path) -> None:
    """A name that its annotators passed over twice, in a document where they marked it twenty times."""
    assert run("init", tmp_path / "litbank", "--from", realdata / "brat/litbank")[0] == 0
    run("validate", tmp_path / "litbank", "--write-waivers")
    found = found_by(run, tmp_path / "litbank")
    assert [(row["words"], row["annotated"]) for row in found["missed"]] == [("Mary", "20 of 22")] * 2
