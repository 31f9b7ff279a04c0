"""WebAnno TSV 3: every construct of the format, what is wrong in a file with its place, and real files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from standoff.annotations import FORMATS
from standoff.annotations.export import Part, Siblings
from standoff.annotations.webanno import tsv as webanno_tsv
from standoff.errors import InputError

NER = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
DEPENDENCY = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency"
WORDS = ("Orm", "crossed", "the", "Sorn", ".")


def tsv(layers: list[str], cells: list[str], *, words: tuple[str, ...] = WORDS, version: str = "3.3") -> str:
    """Return a file with one sentence; `cells` are the cells of each row, a tab between them."""
    lines = [f"#FORMAT=WebAnno TSV {version}", *(f"#{layer}" for layer in layers), "", ""]
    lines.append(f"#Text={' '.join(words)}")
    place = 0
    for number, (word, row) in enumerate(zip(words, cells, strict=True), 1):
        end = place + len(word.encode("utf-16-le")) // 2
        lines.append("\t".join([f"1-{number}", f"{place}-{end}", word, *([row] if layers else []), ""]))
        place = end + 1
    return "\n".join(lines) + "\n"


def part_of(text: str | bytes) -> Part:
    data = text.encode("utf-8") if isinstance(text, str) else text
    export = webanno_tsv.unpack(data, "bridge.tsv", Siblings(Path(".")))
    assert export.findings == []
    return export.parts[0]


def healthy(text: str | bytes) -> Part:
    part = part_of(text)
    assert part.reading.findings == []
    return part


def spans_of(part: Part) -> list[tuple[str, list[tuple[int, int]], str | None, dict[str, str]]]:
    """Return label, fragments, surface and attributes of each span."""
    spans = part.reading.annotations.spans
    return [(span.label, span.fragments, span.surface, dict(span.attributes)) for span in spans]


def faults_of(text: str) -> list[tuple[str, int | None, int | None]]:
    return [(finding.code, finding.line, finding.column) for finding in part_of(text).reading.findings]


def test_a_value_is_the_label_of_a_named_entity_and_the_text_is_inside() -> None:
    part = healthy(tsv([f"T_SP={NER}|identifier|value"], ["*\tPER", "_\t_", "_\t_", "http://kb/Q7\tLOC", "_\t_"]))
    assert part.text == "Orm crossed the Sorn ."
    assert spans_of(part) == [("PER", [(0, 3)], "Orm", {}), ("LOC", [(16, 20)], "Sorn", {})]
    (entry,) = part.reading.annotations.normalizations
    assert (entry.resource, entry.ref) == ("http://kb/", "Q7")
    assert (part.name, part.annotator, part.reading.unit) == (None, None, "UTF-16 units")
    assert [(span.line, span.column) for span in part.reading.annotations.spans] == [(6, 13), (9, 16)]


def test_several_tokens_with_one_number_are_one_span() -> None:
    part = healthy(tsv(["T_SP=webanno.custom.Place|value"], ["_", "_", "RIVER[3]", "RIVER[3]", "END"]))
    assert spans_of(part) == [
        ("RIVER", [(12, 20)], "the Sorn", {"layer": "Place"}),
        ("END", [(21, 22)], ".", {"layer": "Place"}),
    ]
    assert [span.raw_id for span in part.reading.annotations.spans] == ["1-3[3]", "1-5"]


def test_a_token_left_out_makes_a_discontinuous_span() -> None:
    part = healthy(tsv(["T_SP=webanno.custom.Act|value"], ["MOVE[1]", "MOVE[1]", "_", "MOVE[1]", "_"]))
    assert spans_of(part) == [("MOVE", [(0, 11), (16, 20)], "Orm crossed Sorn", {"layer": "Act"})]
    assert part.held == Counter(spans=1, mentions=1, discontinuous=1, attributes=1)


def test_stacked_annotations_are_told_apart_by_number() -> None:
    part = healthy(
        tsv(["T_SP=webanno.custom.Part|form|value"], ["x[1]|*[2]\tA[1]|B[2]", "_\tB[2]", "_\t_", "u|v\tC|D", "_\t_"])
    )
    assert sorted(spans_of(part), key=lambda span: span[0]) == [
        ("A", [(0, 3)], "Orm", {"layer": "Part", "form": "x"}),
        ("B", [(0, 11)], "Orm crossed", {"layer": "Part"}),
        ("C", [(16, 20)], "Sorn", {"layer": "Part", "form": "u"}),
        ("D", [(16, 20)], "Sorn", {"layer": "Part", "form": "v"}),
    ]


def test_pieces_of_tokens() -> None:
    rows = tsv(["T_SP=webanno.custom.Part|value"], ["_", "_", "_", "_", "_"]).split("\n")
    rows.insert(7, "1-2.1\t7-11\tssed\tTAIL[1]\t")
    rows[8] = rows[8].replace("_", "TAIL[1]")
    rows.insert(9, "1-3.1\t12-13\tt\tONE|TWO\t")
    part = healthy("\n".join(rows))
    assert [span[:3] for span in spans_of(part)] == [
        ("TAIL", [(7, 15)], "ssed the"),
        ("ONE", [(12, 13)], "t"),
        ("TWO", [(12, 13)], "t"),
    ]


def test_a_zero_width_span_is_kept_for_the_proof_to_name() -> None:
    rows = tsv(["T_SP=webanno.custom.Part|"], ["_", "_", "_", "_", "_"]).split("\n")
    rows.insert(6, "1-1.1\t3-3\t\t*\t")
    assert spans_of(healthy("\n".join(rows))) == [("Part", [(3, 3)], "", {})]


def test_values_that_look_like_syntax_are_escaped() -> None:
    values = [r"\_", r"\*", r"a\|b\[1\]", r"x\->y\;z\\", r"t\tn\n\q"]
    part = healthy(tsv(["T_SP=webanno.custom.Part|value"], values))
    found = [span[3].get("value", span[0]) for span in spans_of(part)]
    assert found == ["_", "*", "a|b[1]", "x->y;z\\", "t\tn\n\\q"]


def test_offsets_are_utf_16_units_and_code_points_where_the_tokens_prove_it() -> None:
    words = ("A", "\U0001f60a\U0001f3fd", "B", "Sorn")
    text = tsv(["T_SP=webanno.custom.Part|value"], ["_", "E", "_", "S"], words=words)
    part = healthy(text)
    assert (part.text, part.reading.unit) == ("A \U0001f60a\U0001f3fd B Sorn", "UTF-16 units")
    assert [span[1:3] for span in spans_of(part)] == [([(2, 6)], words[1]), ([(9, 13)], "Sorn")]
    counted = text.replace("\t2-6\t", "\t2-4\t").replace("\t7-8\t", "\t5-6\t").replace("\t9-13\t", "\t7-11\t")
    part = healthy(counted)
    assert part.reading.unit == "code points"
    assert [span[1:3] for span in spans_of(part)] == [([(2, 4)], words[1]), ([(7, 11)], "Sorn")]


def test_sentences_keep_their_line_breaks_tabs_and_control_characters() -> None:
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Part|value\n\n\n"
        "#Sentence.id=s-1\n#Text=a\\tb\\\\\n#Text=c\u2028d\\\x00e\n1-1\t0-1\ta\tX[1]\t\n1-2\t5-6\tc\tX[1]\t\n"
        "1-3\t7-10\td\x00e\t_\t\n\n#Text=f\n2-1\t13-14\tf\tY\t\n\n#Text=g\n3-1\t14-15\tg\tZ\t\n"
    )
    part = healthy(text)
    assert part.text == "a\tb\\\nc\u2028d\x00e\n  fg"
    assert [span[1:3] for span in spans_of(part)] == [
        ([(0, 6)], "a\tb\\\nc"), ([(13, 14)], "f"), ([(14, 15)], "g"),
    ]  # fmt: skip


def test_a_span_over_several_unknown_blanks_has_no_surface() -> None:
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Part|value\n\n\n#Text=a\n1-1\t0-1\ta\tX[1]\t\n\n"
        "#Text=b\n2-1\t3-4\tb\tX[1]\t\n"
    )
    assert spans_of(healthy(text)) == [("X", [(0, 4)], None, {"layer": "Part"})]


def test_escapes_of_texts_up_to_3_1_are_those_of_java() -> None:
    text = (
        "#FORMAT=WebAnno TSV 3.1\n\n\n#Text=caf\\u00e9 \\ud83d\\ude0a \\\"x\\\"\n"
        "1-1\t0-4\tcafé\t\n1-2\t5-7\t\U0001f60a\t\n1-3\t8-11\t\"x\"\t\n"
    )
    assert healthy(text).text == 'café \U0001f60a "x"'


def test_byte_order_mark_and_carriage_returns() -> None:
    text = tsv(["T_SP=webanno.custom.Part|value"], ["_", "_", "_", "X", "_"])
    part = healthy(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert spans_of(part) == spans_of(healthy(text))


def test_slots_are_events_with_arguments() -> None:
    layers = [
        "T_SP=webanno.custom.Thing|value",
        "T_SP=webanno.custom.Act|mood|ROLE_webanno.custom.Act:links_webanno.custom.ActLink|uima.tcas.Annotation|value",
    ]
    rows = [
        "MAN\t_\t_\t_\t_",
        "_\tsure\tagent;place;*\t1-1;1-3[2];1-5\tMOVE",
        "RIVER[2]\t_\t_\t_\t_",
        "RIVER[2]\t_\t_\t_\t_",
        "_\t*\t_\t*\t*",
    ]
    part = healthy(tsv(layers, rows))
    annotations = part.reading.annotations
    spans = {span.id: span for span in annotations.spans}
    move, empty = annotations.events
    assert (move.label, move.attributes, empty.label) == ("MOVE", [("layer", "Act"), ("mood", "sure")], "Act")
    assert [spans[str(event.trigger)].surface for event in annotations.events] == ["crossed", "."]
    assert {span.kind for span in annotations.spans if span.label in ("MOVE", "Act")} == {"trigger"}
    filled = [(argument.role, argument.filler) for argument in move.arguments]
    thing = {span.label: span.id for span in annotations.spans}
    assert filled == [("agent", thing["MAN"]), ("place", thing["RIVER"]), ("links", empty.id)]
    assert empty.arguments == []
    assert part.held is not None and (part.held["events"], part.held["arguments"], part.held["spans"]) == (2, 3, 4)


def test_stacked_slot_hosts() -> None:
    layers = [
        "T_SP=webanno.custom.Thing|",
        "T_SP=webanno.custom.Act|ROLE_webanno.custom.Act:links_webanno.custom.ActLink|webanno.custom.Thing",
    ]
    part = healthy(tsv(layers, ["*\t_\t_", "_\t_[1]|a;b[2]\t*|1-1;1-3", "*\t_\t_", "_\t_\t_", "_\t_\t_"]))
    first, second = part.reading.annotations.events
    assert [argument.role for argument in second.arguments] == ["a", "b"]
    assert first.arguments == []


def test_relations_join_numbered_and_single_annotations() -> None:
    layers = ["T_SP=webanno.custom.Thing|value", "T_RL=webanno.custom.Tie|sure|value|BT_webanno.custom.Thing"]
    rows = [
        "A[1]|B[2]\t_\t_\t_",
        "_\t_\t_\t_",
        "C\ttrue|*\tnear|far\t1-1[1_0]|1-1[2_0]",
        "D\t_\t*\t1-3",
        "_\t_\t_\t_",
    ]
    part = healthy(tsv(layers, rows))
    annotations = part.reading.annotations
    labels = {span.id: span.label for span in annotations.spans}
    found = [
        (each.label, dict(each.attributes), [(arg.role, labels[str(arg.filler)]) for arg in each.arguments])
        for each in annotations.relations
    ]
    assert found == [
        ("near", {"layer": "Tie", "sure": "true"}, [("Governor", "A"), ("Dependent", "C")]),
        ("far", {"layer": "Tie"}, [("Governor", "B"), ("Dependent", "C")]),
        ("Tie", {}, [("Governor", "C"), ("Dependent", "D")]),
    ]


def test_a_dependency_joins_parts_of_speech_or_tokens() -> None:
    layers = [f"T_SP={POS}|PosValue", f"T_RL={DEPENDENCY}|DependencyType|BT_{POS}"]
    rows = ["NE\tsubj\t1-2", "V\t_\t_", "_\tdet\t1-4", "_\t_\t_", "_\t_\t_"]
    part = healthy(tsv(layers, rows))
    annotations = part.reading.annotations
    spans = {span.id: span for span in annotations.spans}
    found = [[spans[str(arg.filler)].label for arg in each.arguments] for each in annotations.relations]
    assert found == [["V", "NE"], ["Token", "Token"]]
    assert [span.kind for span in annotations.spans].count("other") == 2
    assert part.held is not None and part.held["spans"] == 2


def test_chains_are_entities() -> None:
    layers = ["T_CH=webanno.custom.CorefLink|referenceType|referenceRelation"]
    rows = ["PERSON[1]\tana->1-2", "_\t_", "PERSON[1]|*[2]\t*->1-1|*->2-1", "PERSON[1]\t*->1-1", "_\t_"]
    annotations = healthy(tsv(layers, rows)).reading.annotations
    spans = {span.id: span for span in annotations.spans}
    found = [(each.label, [spans[name].surface for name in each.mentions]) for each in annotations.entities]
    assert found == [("PERSON", ["the Sorn", "Orm"]), ("Coref", ["the"])]
    assert ("referenceRelation", "ana") in spans[annotations.entities[0].mentions[1]].attributes


def test_further_lines_of_the_head_are_fields_and_those_of_sentences_notes() -> None:
    text = tsv([], [""] * 5).replace("#Text=", "#mood=calm\n#Text=").replace("3.3\n", "3.3\n#Summary=Short\n", 1)
    text += "\n#mood=loud\n#Text=x\n2-1\t23-24\tx\n"
    part = healthy(text)
    assert part.fields == [("Summary", "Short"), ("mood", "calm")]
    assert [(note.kind, note.text, note.target) for note in part.reading.annotations.notes] == [("mood", "loud", None)]


@pytest.mark.parametrize(
    ("first", "code", "told"),
    [
        ("#FORMAT=WebAnno TSV 4.0\n", "E132", "4.0"),
        ("#id=1\n#text=Orm ran .\n1\tOrm\t_\n", "E132", "1 or 2"),
        (" # webanno.custom.Part | value\n#id=1\n#text=Orm\n1-1\tOrm\tX\t\n", "E132", "1 or 2"),
        ("name\tvalue\n", "E132", "first line"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_XX=webanno.custom.Part|value\n", "E131", "T_XX"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_SP=\n", "E131", "no name"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_RL=webanno.custom.Tie|value\n", "E131", "BT_"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_CH=webanno.custom.CLink|referenceType\n", "E131", "referenceRelation"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_SP=a.Act|ROLE_a.Act:links_a.Link\n", "E131", "roles"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_SP=a.Act|v\n#T_SP=a.Act|v\n", "E131", "already"),
    ],
)
def test_what_cannot_be_read_as_a_whole(first: str, code: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        webanno_tsv.unpack(first.encode(), "x.tsv", Siblings(Path(".")))
    assert (caught.value.code, told in caught.value.message) == (code, True), caught.value


def test_sniffing() -> None:
    assert webanno_tsv.sniff(tsv([], [""] * 5).encode())
    assert webanno_tsv.sniff(b"#id=1\n#text=Orm ran .\n1\tOrm\t_\n")
    assert webanno_tsv.sniff(b" # a.Tie | v | AttachTo=a.Part\n#id=1\n#text=Orm\n1-1\tOrm\tX\t\n")
    assert webanno_tsv.sniff(b" # webanno.custom.Part | value\n#id=1\n#text=Orm\n1-1\tOrm\tX\t\n")
    assert not webanno_tsv.sniff(b"id\tname\n1\tOrm\n")
    assert not webanno_tsv.sniff(b"# newdoc id = x\n# sent_id = 1\n# text = Orm\n1\tOrm\tOrm\n")


ONE = ["T_SP=webanno.custom.Part|value"]
TIE = ["T_SP=webanno.custom.Thing|value", "T_RL=webanno.custom.Tie|value|BT_webanno.custom.Thing"]
ACT = [
    "T_SP=webanno.custom.Thing|",
    "T_SP=webanno.custom.Act|ROLE_webanno.custom.Act:links_webanno.custom.ActLink|webanno.custom.Thing",
]
CHAINED = ("CM", "Coreference", "Simple")
CHAIN = ["T_CH=webanno.custom.CorefLink|referenceRelation|referenceType"]


@pytest.mark.parametrize(
    ("layers", "rows", "expected"),
    [
        (ONE, ["X[a]", "_", "_", "_", "_"], [("E131", 6, 13)]),
        (ONE, ["X|", "_", "_", "_", "_"], [("E131", 6, 13)]),
        (ONE, ["A[1]", "B[1]", "_", "_", "_"], [("E131", 7, 18)]),
        (ONE, ["_\t_", "_", "_", "_", "_"], [("E131", 6, 1)]),
        (TIE, ["A\tx\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E131", 7, 15)]),
        (TIE, ["A\t*\t1-9", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E301", 7, 17)]),
        (TIE, ["A\t*\t1-2", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E301", 7, 17)]),
        (TIE, ["A\t*\t1-1[7_0]", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E301", 7, 17)]),
        (TIE, ["A\t*\tfoo", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E131", 7, 17)]),
        (ACT, ["*\ta\t1-1;1-1", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E131", 7, 17)]),
        (ACT, ["*\ta\tx", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E131", 7, 17)]),
        (ACT, ["*\ta\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E131", 7, 17)]),
        (ACT, ["*\ta\t1-2", "_\t_\t_", "_\t_\t_", "_\t_\t_", "_\t_\t_"], [("E301", 7, 17)]),
        (CHAIN, ["1-1\t*[1]", "_\t_", "_\t_", "_\t_", "_\t_"], [("E131", 6, 13), ("E131", 6, 17)]),
        (CHAIN, ["*->1-1\t*[2]", "_\t_", "_\t_", "_\t_", "_\t_"], [("E131", 6, 20)]),
    ],
)
def test_a_cell_that_cannot_be_understood_is_a_finding(
    layers: list[str], rows: list[str], expected: list[tuple[str, int, int]]
) -> None:
    assert faults_of(tsv(layers, rows)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\tSorn\t", "\tsorn\t", [("E221", 9, 11)]),
        ("\t4-11\t", "\t2-11\t", [("E221", 7, 5)]),
        ("\t4-11\t", "\t11-4\t", [("E221", 7, 5)]),
        ("\t4-11\t", "\tfour\t", [("E131", 7, 5)]),
        ("1-2\t", "1-1\t", [("E131", 7, 1)]),
        ("1-2\t", "x\t", [("E131", 7, 1)]),
        ("1-2\t", "1-7.1\t", [("E131", 7, 1)]),
        ("#Text=Orm ", "#Text=Or ", [("E221", line, 10 + (line > 8)) for line in (6, 7, 8, 9, 10)]),
        ("#Text=Orm crossed the Sorn .", "#words", [("E131", 6, 1)]),
    ],
)
def test_rows_that_do_not_fit_their_sentence(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    found = faults_of(tsv(ONE, ["_"] * 5).replace(old, new, 1))
    if old.startswith("#Text=Orm "):
        assert [(code, line) for code, line, _ in found] == [(code, line) for code, line, _ in expected]
    else:
        assert found == expected


def test_a_sentence_that_begins_within_another_is_a_finding() -> None:
    text = "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=abc\n1-1\t0-3\tabc\n\n#Text=d\n2-1\t1-2\td\n"
    assert ("E221", 8, 5) in faults_of(text)
    text = text.replace("\t1-2\t", "\t9999999999-9999999999\t")
    assert ("E221", 8, 5) in faults_of(text)


def _documents(root: Path) -> dict[Path, Part]:
    found = {}
    for path in sorted(root.rglob("*.tsv")):
        try:
            found[path] = webanno_tsv.unpack(path.read_bytes(), path.name, Siblings(path.parent)).parts[0]
        except InputError as error:
            assert error.code == "E132"
    return found


def test_gum_has_the_counts_of_an_independent_script(realdata: Path, run: Any) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))["webanno_tsv/gum-news"]
    status, out, _ = run("inspect", realdata / "webanno_tsv/gum-news", "--json")
    value = json.loads(out)
    assert (status, value["documents"], value["findings"]) == (0, expected["docs"], [])
    assert (value["counts"]["spans"], value["counts"]["relations"]) == (expected["spans"], expected["relations"])
    assert value["offsets"]["spans_proved"] == expected["spans"]


def test_webanno_has_the_counts_of_an_independent_script(realdata: Path) -> None:
    whole = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))
    expected = next(value for key, value in whole.items() if key.startswith("webanno_tsv/webanno"))
    root = realdata / "webanno_tsv/webanno"
    parts = _documents(root)
    assert len(parts) == expected["docs"]
    assert len(list(root.rglob("*.tsv"))) - len(parts) == expected["totals"]["not_tsv3_files"]
    assert [finding for part in parts.values() for finding in part.reading.findings] == []
    spans: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    names = {name.rpartition(".")[2]: name for name in expected["span_annotations_by_layer"]}
    names |= {name.rpartition(".")[2]: name for name in expected["relations_by_layer"]}
    for part in parts.values():
        annotations = part.reading.annotations
        events = {event.trigger: event for event in annotations.events}
        for span in annotations.spans:
            item = events.get(span.id, span)
            if span.kind != "other":
                spans[_layer(item.attributes, span.label, "NamedEntity", names)] += 1
        for relation in annotations.relations:
            relations[_layer(relation.attributes, relation.label, "Dependency", names)] += 1
    chained = sum(spans.pop(name) for name in CHAINED)
    assert chained == 651 + expected["span_annotations_by_layer"].pop("webanno.custom.SimpleLink")
    assert {names[name]: count for name, count in spans.items()} == expected["span_annotations_by_layer"]
    assert {names[name]: count for name, count in relations.items()} == expected["relations_by_layer"]


def _layer(attributes: list[tuple[str, str]], label: str, unmarked: str, names: dict[str, str]) -> str:
    """Return the short name of the layer of an item: its attribute, its label, or the layer that marks no label."""
    return dict(attributes).get("layer") or (label if label in (*names, *CHAINED) else unmarked)


SUITE = "webanno_tsv/webanno/webanno-io-tsv/src/test/resources/tsv3-suite"
TRIMMED = {
    "testAnnotationWithLeadingWhitespace",
    "testAnnotationWithLeadingWhitespaceAtStart",
    "testAnnotationWithTrailingWhitespace",
    "testAnnotationWithTrailingWhitespaceAtEnd",
    "testZeroWidthAnnotationBeforeFirstTokenIsMovedToBeginOfFirstToken",
    "testZeroWidthAnnotationBetweenTokenIsMovedToEndOfPreviousToken",
    "testZeroWidthAnnotationBeyondLastTokenIsMovedToEndOfLastToken",
}
"""Where the writer of the TSV moved offsets to the border of a token, because the format cannot express others."""


def test_a_document_is_the_same_in_tsv_and_xmi(realdata: Path) -> None:
    """The XMI files are older: some call the layer Span NamedEntity, and integerValue intValue; none has a type system.

    Without one a slot host without links is a span like others in XMI. A subtype (POS_NOUN) is its base type in TSV.
    """
    compared = 0
    for xmi in sorted((realdata / SUITE).glob("*/reference.xmi")):
        rows = xmi.with_suffix(".tsv").read_bytes()
        if b"NamedEntity" in xmi.read_bytes():
            rows = rows.replace(b"webanno.custom.Span", NER.encode())
        rows = rows.replace(b"|integerValue|", b"|intValue|")
        ours, theirs = part_of(rows), _cas(xmi)
        for span in theirs.reading.annotations.spans:
            span.attributes = [(name, value.replace("POS_NOUN", "POS")) for name, value in span.attributes]
        assert (ours.text or "").rstrip() == (theirs.text or "").rstrip(), xmi
        if xmi.parent.name in TRIMMED:
            assert [span[:2] for span in _view(ours)[0]] == [span[:2] for span in _view(theirs)[0]], xmi
        else:
            assert _view(ours) == _view(theirs), xmi
        compared += 1
    assert compared == 72


def _cas(path: Path) -> Part:
    unpack = FORMATS["cas_xmi"].unpack
    assert unpack is not None
    (part,) = unpack(path.read_bytes(), path.name, Siblings(path.parent)).parts
    return part


def _view(part: Part) -> tuple[list[Any], ...]:
    """Return spans, events, relations, entities and normalizations without their ids, comparable."""
    annotations = part.reading.annotations
    spans = {span.id: (span.kind, span.label, tuple(span.fragments)) for span in annotations.spans}
    filled = [event for event in annotations.events if event.arguments]
    bare = {event.trigger: event for event in annotations.events if not event.arguments}
    events = {event.id: (event.label, spans[str(event.trigger)]) for event in filled}
    named: dict[str | None, Any] = {**spans, **events}
    named |= {event.id: spans[str(event.trigger)] for event in bare.values()}
    found = []
    for span in annotations.spans:
        kind, label, fragments = spans[span.id]
        kind = "mention" if span.id in bare else kind
        found.append((kind, label, fragments, sorted(bare.get(span.id, span).attributes)))
    links = [(each.label, sorted(each.attributes), _arguments(each, named)) for each in annotations.relations]
    acts = [(events[each.id], sorted(each.attributes), _arguments(each, named)) for each in filled]
    groups = [(e.label, sorted(e.attributes), [named[name] for name in e.mentions]) for e in annotations.entities]
    entries = [(named[each.target], each.resource, each.ref) for each in annotations.normalizations]
    return sorted(found), sorted(acts), sorted(links), sorted(groups), sorted(entries)


def _arguments(item: Any, named: dict[str | None, Any]) -> list[Any]:
    return [(argument.role, named[argument.filler]) for argument in item.arguments]
