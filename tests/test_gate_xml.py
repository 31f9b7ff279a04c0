"""GATE XML: text with nodes, offsets in UTF-16 units, sets, features, relations; and what XML can do to harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.annotations import gate_xml
from standoff.annotations.export import Part, Siblings
from standoff.errors import InputError

from conftest import Run

BODY = '<Node id="0"/>🚢 <Node id="3"/>Ilda<Node id="7"/> &amp; Orm<Node id="13"/>'


def gate(body: str = BODY, sets: str = "", features: str = "", head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<GateDocument version="3">\n'
        f"<GateDocumentFeatures>{features}</GateDocumentFeatures>\n"
        f"<TextWithNodes>{body}</TextWithNodes>\n{sets}\n</GateDocument>\n"
    )


def feature(name: str, value: str, kind: str = "java.lang.String") -> str:
    return f'<Feature><Name className="x">{name}</Name><Value className="{kind}">{value}</Value></Feature>'


def annotation(label: str, start: object, end: object, name: object = None, features: str = "") -> str:
    given = "" if name is None else f' Id="{name}"'
    return f'<Annotation{given} Type="{label}" StartNode="{start}" EndNode="{end}">{features}</Annotation>'


def only(text: str | bytes) -> Part:
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    (part,) = gate_xml.unpack(data, "x.xml", Siblings(Path("/nonexistent"))).parts
    return part


def faults(part: Part) -> list[tuple[str, int | None, str | None]]:
    return [(finding.code, finding.line, finding.item) for finding in part.reading.findings]


def test_text_is_what_stands_between_the_nodes() -> None:
    part = only(gate())
    assert part.text == "🚢 Ilda & Orm"
    assert part.reading.unit == "UTF-16 units"


def test_offsets_are_utf_16_units_and_come_out_as_code_points(
    corpus: Callable[[dict[str, str | bytes]], Path], run: Run, tmp_path: Path
) -> None:
    text = gate(sets=f"<AnnotationSet>{annotation('Person', 3, 7, 1)}</AnnotationSet>")
    root = corpus({"in/quay.xml": text})
    status, out, _ = run("inspect", root / "in")
    assert status == 0
    assert "offsets     UTF-16 units; 1 of 1 span proved\n" in out
    assert run("init", tmp_path / "project", "--from", root / "in")[0] == 0
    assert run("build", tmp_path / "project", "--out", tmp_path / "dist")[0] == 0
    status, out, _ = run("where", tmp_path / "dist/dev", "quay", "a1")
    assert status == 0
    assert "quay.xml:5" in out


def test_nodes_may_count_code_points() -> None:
    part = only(gate('🚢<Node id="1"/>a<Node id="2"/>', f"<AnnotationSet>{annotation('X', 1, 2)}</AnnotationSet>"))
    assert (part.reading.unit, part.reading.annotations.spans[0].fragments) == ("code points", [(1, 2)])
    assert faults(part) == []


def test_nodes_that_stand_elsewhere_are_named_and_their_places_hold() -> None:
    part = only(gate('a<Node id="5"/>b<Node id="6"/>', f"<AnnotationSet>{annotation('X', 5, 6)}</AnnotationSet>"))
    assert part.reading.annotations.spans[0].fragments == [(1, 2)]
    assert faults(part) == [("W145", 4, None)]


def test_sets_features_and_kinds() -> None:
    sets = (
        f"<AnnotationSet>{annotation('Token', 3, 7, 1, feature('kind', 'word'))}</AnnotationSet>"
        f'<AnnotationSet Name="Key">{annotation("Person", 3, 7, 2)}{annotation("Person", 0, 13)}</AnnotationSet>'
    )
    annotations = only(gate(sets=sets)).reading.annotations
    assert [(s.id, s.raw_id, s.kind, s.label, s.attributes) for s in annotations.spans] == [
        ("a1", "1", "other", "Token", [("kind", "word")]),
        ("a2", "2", "mention", "Person", [("annotation_set", "Key")]),
        ("", None, "mention", "Person", [("annotation_set", "Key")]),
    ]


def wrapped(value: str) -> str:
    inner = f"<?xml version='1.1'?><gate.corpora.ObjectWrapper>{value}</gate.corpora.ObjectWrapper>"
    return feature("f", f"<![CDATA[{inner}]]>", "gate.corpora.ObjectWrapper")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (feature("f", " a  b "), " a  b "),
        (feature("f", "7", "java.lang.Integer"), "7"),
        (wrapped('<value class="list"><string>a</string><int>-2</int></value>'), '["a", -2]'),
        (wrapped('<value class="object-array"><boolean>true</boolean></value>'), "[true]"),
        (wrapped('<value class="set"></value>'), "[]"),
        (
            wrapped('<value class="tree-map"><entry><string>k</string><list><long>1</long></list></entry></value>'),
            '{"k": [1]}',
        ),
        (wrapped('<value class="date">2022-02-06</value>'), "2022-02-06"),
        (
            wrapped('<value class="list"><string>a</string><list reference="../x"/></value>'),
            "<?xml version='1.1'?><gate.corpora.ObjectWrapper><value class=\"list\"><string>a</string>"
            '<list reference="../x"/></value></gate.corpora.ObjectWrapper>',
        ),
        (wrapped("<value"), "<?xml version='1.1'?><gate.corpora.ObjectWrapper><value</gate.corpora.ObjectWrapper>"),
    ],
)
def test_values_of_features(written: str, value: str) -> None:
    assert only(gate(features=written)).reading.annotations.attributes == [("f", value)]


def test_an_address_on_the_web_is_the_url_of_the_article() -> None:
    assert only(gate(features=feature("gate.SourceURL", "https://example.org/a"))).fields == [
        ("url", "https://example.org/a")
    ]
    assert only(gate(features=feature("gate.SourceURL", "file:/a/b.txt"))).fields == []


def test_relations() -> None:
    sets = (
        f"<AnnotationSet>{annotation('A', 0, 3, 1)}{annotation('B', 3, 7, 2)}</AnnotationSet>"
        '<RelationSet Name="r"><Relation Id="3" Type="near" Members="1;2"/><Relation Id="4" Type="near"/></RelationSet>'
    )
    part = only(gate(sets=sets))
    (relation,) = part.reading.annotations.relations
    assert (relation.id, relation.label, relation.attributes) == ("r3", "near", [("annotation_set", "r")])
    assert [(a.role, a.filler) for a in relation.arguments] == [("Arg1", "a1"), ("Arg2", "a2")]
    assert faults(part) == [("E105", 5, "4")]
    assert part.held is not None and part.held["relations"] == 2


def test_annotations_at_fault_are_named_and_counted() -> None:
    sets = (
        f"<AnnotationSet>\n{annotation('A', 0, 99, 1)}\n{annotation('', 0, 3, 2)}\n"
        f"{annotation('A', 0, 3, 3)}\n{annotation('B', 0, 3, 3)}\n"
        f"{annotation('C', 0, 3, 5, '<Feature><Value>x</Value></Feature>')}</AnnotationSet>"
    )
    part = only(gate(sets=sets))
    assert faults(part) == [("E301", 6, "1"), ("E105", 7, "2"), ("E302", 9, "3"), ("E105", 10, None)]
    assert [(span.id, span.label) for span in part.reading.annotations.spans] == [("a3", "A"), ("", "B"), ("a5", "C")]
    assert part.held is not None and part.held["spans"] == 5


def test_other_elements_and_repeated_nodes_in_the_text_are_named() -> None:
    part = only(gate('a<Node id="1"/><b>c</b>d<Node id="1"/><!-- no text -->e'))
    assert part.text == "acde"
    assert sorted(code for code, _, _ in faults(part)) == ["E105", "E302"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (gate(head=BOMB, body="&b;"), 1, "has a DOCTYPE"),
        (gate(head='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'), 1, "has a DOCTYPE"),
        (gate()[:-10], 6, "is no well-formed XML"),
        (gate(body="<b>" * 100_000), 4, "is no well-formed XML"),
        (gate(body="a\x01b"), 4, "is no well-formed XML"),
        (gate().replace("TextWithNodes", "Text"), 2, "TextWithNodes"),
        ('<?xml version="1.0"?><Other/>', 1, "Other"),
        ("", None, "is no well-formed XML"),
        (gate().encode("utf-8") + b"\xff", None, "is no well-formed XML"),
    ],
)
def test_files_that_cannot_be_read_say_why(text: str | bytes, line: int | None, words: str) -> None:
    with pytest.raises(InputError) as refused:
        only(text)
    assert words in refused.value.message
    assert line in (None, refused.value.line)
    assert refused.value.code == "E101"


def test_files_are_known_by_their_root() -> None:
    assert gate_xml.sniff(gate().encode("utf-8"))
    assert gate_xml.sniff(gate().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert not gate_xml.sniff(b"<?xml version='1.0'?><xmi:XMI/>")
    assert not gate_xml.sniff(b"")


def test_other_encodings_that_the_file_declares_are_read() -> None:
    text = gate(body="José<Node id=\"4\"/>").replace("UTF-8", "ISO-8859-1")
    assert only(text.encode("latin-1")).text == "José"
