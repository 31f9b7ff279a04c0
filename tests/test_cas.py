"""UIMA CAS XMI and CAS JSON: layers as INCEpTION has them, places, offsets, and what is wrong in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standoff import anchoring, articles
from standoff.annotations import FORMATS
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.uima import cas_json, cas_xmi
from standoff.corpus.config import Articles
from standoff.errors import InputError
from standoff.model import Annotations, Document, Metadata
from test_build import rows

from conftest import Run

TEXT = "Ilda Voren 🌉 met the Column.\nShe left."
"""A bridge that takes two UTF-16 units stands before most of the words."""

NAMESPACES = {
    "xmi": "http://www.omg.org/XMI",
    "cas": "http:///uima/cas.ecore",
    "tcas": "http:///uima/tcas.ecore",
    "seg": "http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore",
    "pos": "http:///de/tudarmstadt/ukp/dkpro/core/api/lexmorph/type/pos.ecore",
    "ner": "http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore",
    "dep": "http:///de/tudarmstadt/ukp/dkpro/core/api/syntax/type/dependency.ecore",
    "coref": "http:///de/tudarmstadt/ukp/dkpro/core/api/coref/type.ecore",
    "meta": "http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore",
    "my": "http:///webanno/custom.ecore",
}

TYPES = {
    "webanno.custom.Attack": ("uima.tcas.Annotation", {"kind": "uima.cas.String", "who": "uima.cas.FSArray"}),
    "webanno.custom.AttackLink": (
        "uima.cas.TOP", {"role": "uima.cas.String", "target": "uima.tcas.Annotation"},
    ),
    "webanno.custom.Stance": (
        "uima.tcas.Annotation",
        {"Governor": "uima.tcas.Annotation", "Dependent": "uima.tcas.Annotation", "value": "uima.cas.String"},
    ),
    "webanno.custom.Topics": ("uima.tcas.Annotation", {"topics": "uima.cas.StringArray", "sure": "uima.cas.Boolean"}),
    "webanno.custom.Genre": ("uima.cas.AnnotationBase", {"value": "uima.cas.String", "note": "uima.cas.String"}),
}  # fmt: skip


def xmi(*elements: str, text: str = TEXT, members: str | None = None, head: str = '<?xml version="1.0"?>') -> bytes:
    """Write a CAS with one view; every line after the second is one element. All elements are indexed."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    if members is None:
        ids = [element.split('xmi:id="')[1].split('"')[0] for element in elements if "xmi:id" in element]
        members = " ".join(ids)
    shown = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("\n", "&#10;")
    sofa = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{shown}"/>'
    lines = [head, f"<xmi:XMI {spaces}>", *elements, sofa, f'<cas:View sofa="1" members="{members}"/>', "</xmi:XMI>"]
    return "\n".join(lines).encode("utf-8")


def type_system() -> bytes:
    """Write the type system of the custom layers."""
    parts = []
    for name, (above, features) in TYPES.items():
        inner = "".join(
            f"<featureDescription><name>{feature}</name><rangeTypeName>{held}</rangeTypeName></featureDescription>"
            for feature, held in features.items()
        )
        parts.append(
            f"<typeDescription><name>{name}</name><supertypeName>{above}</supertypeName>"
            f"<features>{inner}</features></typeDescription>"
        )
    body = f"<types>{''.join(parts)}</types>"
    return f'<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">{body}</typeSystemDescription>'.encode()


def unpack(data: bytes, folder: Path, *, types: bool = True, name: str = "doc.xmi") -> Export:
    if types:
        (folder / "TypeSystem.xml").write_bytes(type_system())
    return FORMATS["cas_xmi" if name.endswith(".xmi") else "cas_json"].unpack(data, name, Siblings(folder))  # type: ignore[misc]


def only(found: Export) -> tuple[Part, Annotations]:
    (part,) = found.parts
    return part, part.reading.annotations


def document(part: Part) -> Document:
    made, _ = articles.freeze("doc", part.text or "", "0" * 64, "doc.xmi", Metadata(), Articles())
    return made


def faults(found: Export) -> list[tuple[str, int | None]]:
    every = [*found.findings, *(fault for part in found.parts for fault in part.reading.findings)]
    return [(fault.code, fault.line) for fault in every]


def at(words: str, begin: int = 0) -> str:
    """Return the attributes of an annotation on some words of the text, in UTF-16 units."""
    start = TEXT.index(words, begin)
    units = [len(TEXT[:offset].encode("utf-16-le")) // 2 for offset in (start, start + len(words))]
    return f'sofa="1" begin="{units[0]}" end="{units[1]}"'


def test_named_entities_take_their_value_as_label_and_offsets_count_utf_16_units(tmp_path: Path) -> None:
    data = xmi(
        f'<ner:NamedEntity xmi:id="5" {at("Ilda Voren")} value="PER" identifier="http://example.org/kb/Q7"/>',
        f'  <ner:NamedEntity xmi:id="6" {at("the Column")}/>',
        f'<ner:Person xmi:id="7" {at("She")}/>',
        f'<seg:Token xmi:id="8" {at("Ilda")}/>',
        f'<seg:Sentence xmi:id="9" {at("She left.")}/>',
    )
    part, annotations = only(unpack(data, tmp_path, types=False))
    assert anchoring.anchor(part.reading, document(part)) == "UTF-16 units"
    texts = [(span.label, TEXT[span.start : span.end], span.line, span.column) for span in annotations.spans]
    assert texts == [("PER", "Ilda Voren", 3, 1), ("NamedEntity", "the Column", 4, 3), ("Person", "She", 5, 1)]
    (link,) = annotations.normalizations
    assert (link.target, link.resource, link.ref) == ("m5", "http://example.org/kb/", "Q7")
    assert [span.attributes for span in annotations.spans] == [[], [], []]
    assert part.held is not None
    assert (part.held["spans"], part.held["normalizations"]) == (3, 1)
    assert part.reading.findings == []


def test_link_features_make_a_trigger_and_an_event_with_roles(tmp_path: Path) -> None:
    data = xmi(
        f'<ner:NamedEntity xmi:id="5" {at("Ilda Voren")} value="PER"/>',
        f'<my:Attack xmi:id="6" {at("met")} kind="MEETING" who="7 8 9"/>',
        '<my:AttackLink xmi:id="7" role="Agent" target="5"/>',
        '<my:AttackLink xmi:id="8" target="10"/>',
        '<my:AttackLink xmi:id="9" role="Place"/>',
        f'<seg:Token xmi:id="10" {at("Column")}/>',
    )
    part, annotations = only(unpack(data, tmp_path))
    (event,) = annotations.events
    assert (event.label, event.trigger, event.raw_id, event.line) == ("MEETING", "t6", "6", 4)
    assert [(argument.role, argument.filler) for argument in event.arguments] == [("Agent", "m5"), ("who", "m10")]
    assert event.attributes == [("layer", "Attack")]
    kinds = {span.id: (span.kind, span.label) for span in annotations.spans}
    assert kinds == {"m5": ("mention", "PER"), "t6": ("trigger", "MEETING"), "m10": ("other", "Token")}
    assert [(fault.code, fault.line, fault.item) for fault in part.reading.findings] == [("E404", 4, "ev6")]
    assert part.held is not None
    assert part.held["spans"] == 2


def test_relations_take_the_names_of_their_features_as_roles(tmp_path: Path) -> None:
    data = xmi(
        f'<ner:NamedEntity xmi:id="5" {at("Ilda Voren")} value="PER"/>',
        f'<ner:NamedEntity xmi:id="6" {at("Column")} value="ORG"/>',
        f'<my:Stance xmi:id="7" {at("Column")} Governor="5" Dependent="6" value="AGAINST"/>',
        f'<seg:Token xmi:id="8" {at("met")} pos="10"/>',
        f'<seg:Token xmi:id="9" {at("Voren")}/>',
        f'<pos:POS xmi:id="10" {at("met")} PosValue="VERB"/>',
        f'<dep:Dependency xmi:id="11" {at("Voren")} Governor="8" Dependent="9" DependencyType="nsubj" flavor="basic"/>',
        f'<my:Stance xmi:id="12" {at("Column")} Governor="5"/>',
    )
    part, annotations = only(unpack(data, tmp_path))
    told = [
        (relation.label, [(argument.role, argument.filler) for argument in relation.arguments], relation.attributes)
        for relation in annotations.relations
    ]
    assert told == [
        ("AGAINST", [("Governor", "m5"), ("Dependent", "m6")], [("layer", "Stance")]),
        ("nsubj", [("Governor", "m10"), ("Dependent", "m9")], [("flavor", "basic")]),
        ("Stance", [("Governor", "m5")], []),
    ]
    assert faults(Export([part])) == [("E404", 10)]


def test_a_chain_is_an_entity_with_its_mentions(tmp_path: Path) -> None:
    data = xmi(
        f'<coref:CoreferenceLink xmi:id="5" {at("Ilda Voren")} next="6" referenceType="PER"'
        ' referenceRelation="anaphoric"/>',
        f'<coref:CoreferenceLink xmi:id="6" {at("She")} referenceType="PER"/>',
        '<coref:CoreferenceChain xmi:id="7" first="5"/>',
        f'<coref:CoreferenceLink xmi:id="8" {at("Column")} next="8"/>',
        '<coref:CoreferenceChain xmi:id="9" first="8"/>',
        '<coref:CoreferenceChain xmi:id="10" first="77"/>',
    )
    found = unpack(data, tmp_path, types=False)
    _, annotations = only(found)
    entities = [(entity.label, entity.mentions, entity.attributes) for entity in annotations.entities]
    assert entities == [
        ("PER", ["m5", "m6"], [("layer", "Coreference")]), ("Coreference", ["m8"], []), ("Coreference", [], []),
    ]  # fmt: skip
    assert [span.attributes for span in annotations.spans] == [[("referenceRelation", "anaphoric")], [], []]
    assert faults(found) == [("E304", 6), ("E301", 8)]


def test_what_is_said_of_the_document(tmp_path: Path) -> None:
    data = xmi(
        '<meta:DocumentMetaData xmi:id="5" sofa="1" begin="0" end="39" language="en" documentTitle="The bridge"'
        ' documentId="bridge.txt" documentUri="file:/home/x/bridge.txt" isLastSegment="false"/>',
        '<my:Genre xmi:id="6" sofa="1" value="report" note="short"/>',
        '<meta:TagsetDescription xmi:id="7" sofa="1" begin="0" end="0"'
        ' layer="de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity" name="Names"/>',
        '<meta:MetaDataStringField xmi:id="8" sofa="1" begin="0" end="1" key="publisher" value="The Sorn Post"/>',
    )
    part, annotations = only(unpack(data, tmp_path))
    assert part.fields == [
        ("language", "en"), ("title", "The bridge"), ("documentId", "bridge.txt"), ("tagset.NamedEntity", "Names"),
        ("publisher", "The Sorn Post"),
    ]  # fmt: skip
    assert annotations.attributes == [("Genre", "report"), ("Genre.note", "short")]
    assert annotations.spans == []


def test_several_values_of_a_feature_are_attributes_each(tmp_path: Path) -> None:
    data = xmi(
        f'<my:Topics xmi:id="5" {at("left")} sure="true"><topics>war</topics><topics>peace</topics></my:Topics>',
        f'<my:Topics xmi:id="6" {at("met")} topics=""/>',
    )
    part, annotations = only(unpack(data, tmp_path))
    assert [span.attributes for span in annotations.spans] == [
        [("sure", "true"), ("topics", "war"), ("topics", "peace")], [],
    ]  # fmt: skip
    assert part.reading.findings == []


def test_without_a_type_system_types_are_inferred_and_the_finding_names_them(tmp_path: Path) -> None:
    data = xmi(
        f'<my:Attack xmi:id="6" {at("met")} kind="MEETING" who="7"/>',
        '<my:AttackLink xmi:id="7" role="Agent" target="8"/>',
        f'<my:Stance xmi:id="8" {at("Column")} Governor="6" Dependent="6" value="AGAINST" weight="3"/>',
    )
    found = unpack(data, tmp_path, types=False)
    _, annotations = only(found)
    assert [(event.label, event.arguments[0].role, event.arguments[0].filler) for event in annotations.events] == [
        ("MEETING", "Agent", "r8")
    ]
    assert annotations.relations[0].attributes == [("layer", "Stance"), ("weight", "3")]
    (finding,) = found.findings
    assert (finding.code, finding.line) == ("W125", 3)
    assert "webanno.custom.Attack, webanno.custom.AttackLink, webanno.custom.Stance" in finding.message
    assert found.companions == {}


def test_the_type_system_beside_the_file_is_a_companion(tmp_path: Path) -> None:
    data = xmi(f'<my:Stance xmi:id="8" {at("Column")} value="AGAINST" weight="3"/>')
    found = unpack(data, tmp_path)
    assert list(found.companions) == ["TypeSystem.xml"]
    (finding,) = found.findings
    assert finding.message.startswith("TypeSystem.xml does not declare all features of webanno.custom.Stance")
    (tmp_path / "TypeSystem.xml").write_bytes(b"<typeSystemDescription><types>")
    found = unpack(data, tmp_path, types=False)
    assert [finding.code for finding in found.findings] == ["W125", "W125"]
    assert "TypeSystem.xml:1:31: not well-formed XML" in found.findings[0].message


def test_features_whose_names_the_library_changes_keep_theirs(tmp_path: Path) -> None:
    features = {"type": "uima.cas.String", "self": "uima.tcas.Annotation"}
    TYPES["webanno.custom.Odd"] = ("uima.tcas.Annotation", features)
    try:
        data = xmi(f'<my:Odd xmi:id="5" {at("met")} type="A" self="5"/>')
        found = unpack(data, tmp_path)
    finally:
        del TYPES["webanno.custom.Odd"]
    _, annotations = only(found)
    assert [(event.label, event.arguments[0].filler) for event in annotations.events] == [("A", "ev5")]
    assert found.findings == []


def test_what_is_wrong_with_a_place_or_a_reference_is_a_finding_with_its_line(tmp_path: Path) -> None:
    data = xmi(
        '<ner:NamedEntity xmi:id="5" sofa="1" begin="11" end="12" value="HALF"/>',
        '<ner:NamedEntity xmi:id="6" sofa="1" begin="4" end="4" value="EMPTY"/>',
        '<ner:NamedEntity xmi:id="7" sofa="1" begin="4" end="400" value="BEYOND"/>',
        '<ner:NamedEntity xmi:id="8" sofa="1" begin="-1" end="4" value="NEGATIVE"/>',
        '<ner:NamedEntity xmi:id="9" sofa="1" begin="4" value="ENDLESS"/>',
        f'<my:Stance xmi:id="10" {at("She")} Governor="5" Dependent="99"/>',
        '<ner:NamedEntity xmi:id="10" sofa="1" begin="0" end="4" value="TWICE"/>',
        '<ner:NamedEntity xmi:id="11" sofa="44" begin="0" end="4" value="ELSEWHERE"/>',
        '<my:AttackLink xmi:id="12" role="Agent" target="5"/>',
        members="5 6 7 8 9 12",
    )
    found = unpack(data, tmp_path)
    part, annotations = only(found)
    assert part.held is not None
    assert part.held["spans"] == 5
    anchoring.anchor(part.reading, document(part))
    assert annotations.spans == []
    assert sorted(faults(found), key=lambda fault: (fault[1], fault[0])) == [
        ("E207", 3), ("E204", 4), ("E202", 5), ("E103", 6), ("E103", 7), ("E301", 8), ("W126", 8), ("E302", 9),
        ("E301", 10), ("W126", 11),
    ]  # fmt: skip


def test_each_view_with_a_text_is_a_document_and_one_without_is_named(tmp_path: Path) -> None:
    second = (
        '<cas:Sofa xmi:id="2" sofaNum="2" sofaID="translation" sofaString="Ilda kam."/>\n'
        '<cas:Sofa xmi:id="3" sofaNum="3" sofaID="audio" sofaURI="http://example.org/a.ogg"/>'
    )
    data = xmi(
        '<ner:NamedEntity xmi:id="5" sofa="1" begin="0" end="4" value="PER"/>',
        '<ner:NamedEntity xmi:id="6" sofa="2" begin="0" end="4" value="PERSON"/>',
        '<ner:NamedEntity xmi:id="7" sofa="3" begin="0" end="4" value="VOICE"/>',
        second,
        members="5",
    )
    found = unpack(data, tmp_path, types=False)
    told = [(part.name, part.text, [s.label for s in part.reading.annotations.spans]) for part in found.parts]
    assert told == [("doc-translation", "Ilda kam.", ["PERSON"]), ("doc", TEXT, ["PER"])]
    assert [(fault.code, fault.line) for fault in found.findings] == [("E104", 7)]


def test_xml_1_1_keeps_control_characters(tmp_path: Path) -> None:
    element = '<ner:NamedEntity xmi:id="5" sofa="1" begin="2" end="4" value="X"/>'
    data = xmi(element, text="a\x07bc", head='<?xml version="1.1" encoding="UTF-8"?>').replace(b"\x07", b"&#7;")
    part, annotations = only(unpack(data, tmp_path, types=False))
    assert part.text == "a\x07bc"
    anchoring.anchor(part.reading, document(part))
    assert annotations.spans[0].text_in(part.text) == "bc"


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type", (1, None)),
        (b"<a>" * 100_000, "nested more than 100", (1, 301)),
        (xmi()[:-5], "not well-formed XML", None),
        (b"<x/>", "the root element is 'x'", (1, 1)),
        (b"", "not well-formed XML", (1, 1)),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "unknown encoding", None),
        (xmi().replace(b"Ilda", b"Ild\xe4"), "not well-formed XML", None),
    ],
    ids=["document type", "nested", "cut off", "other root", "empty", "encoding", "latin-1"],
)
def test_what_is_no_cas_is_refused_with_its_place(
    data: bytes, message: str, place: tuple[int, int] | None, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        cas_xmi.unpack(data, "doc.xmi", Siblings(tmp_path))
    assert caught.value.line is not None
    assert place is None or (caught.value.line, caught.value.column) == place


def cas_of(structures: Any, **more: Any) -> bytes:
    types = {
        "my.Attack": {
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "kind": {"%RANGE": "uima.cas.String"},
            "who": {"%RANGE": "my.Link[]"},
        },
        "my.Link": {
            "%SUPER_TYPE": "uima.cas.TOP",
            "role": {"%RANGE": "uima.cas.String"},
            "target": {"%RANGE": "uima.tcas.Annotation"},
        },
    }
    return json.dumps({"%TYPES": types, "%FEATURE_STRUCTURES": structures, **more}, indent=1).encode()


SOFA = {"%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": TEXT}
STRUCTURES = {
    "1": SOFA,
    "2": {"%TYPE": "uima.tcas.Annotation", "@sofa": 1, "begin": 0, "end": 10},
    "3": {"%TYPE": "my.Attack", "@sofa": 1, "begin": 14, "end": 17, "kind": "MEETING", "@who": 4},
    "4": {"%TYPE": "my.Link[]", "%ELEMENTS": [5, 6]},
    "5": {"%TYPE": "my.Link", "role": "Agent", "@target": 2},
    "6": {"%TYPE": "my.Link", "role": "Patient", "@target": 99},
    "7": {"%TYPE": "my.Other", "@sofa": 1, "begin": 0, "end": 4, "weight": 0.10, "#big": "Infinity", "on": False},
}


def as_list() -> list[dict[str, Any]]:
    return [{"%ID": int(name), **entry} for name, entry in STRUCTURES.items()]


@pytest.mark.parametrize("structures", [STRUCTURES, as_list()], ids=["object", "list"])
def test_cas_json_as_object_and_as_list(structures: Any, tmp_path: Path) -> None:
    data = cas_of(structures, **{"%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 3, 7]}}})
    found = unpack(data, tmp_path, types=False, name="doc.json")
    part, annotations = only(found)
    assert anchoring.anchor(part.reading, document(part)) == "UTF-16 units"
    told = [(span.id, span.label, span.text_in(TEXT)) for span in annotations.spans]
    assert told == [("m2", "Annotation", "Ilda Voren"), ("t3", "MEETING", "met"), ("m7", "Other", "Ilda")]
    assert annotations.spans[2].attributes == [("weight", "0.1"), ("big", "Infinity"), ("on", "false")]
    (event,) = annotations.events
    assert [(argument.role, argument.filler) for argument in event.arguments] == [("Agent", "m2")]
    lines = data.decode().split("\n")
    assert event.line == (lines.index('  "3": {') + 1 if structures is STRUCTURES else lines.index('   "%ID": 3,'))
    assert [fault.code for fault in (*found.findings, *part.reading.findings)] == ["W125", "E301"]


@pytest.mark.parametrize(
    ("structures", "views", "codes"),
    [
        ([], {}, ["W126"]),
        ([{"%ID": 1, **SOFA}, {"%ID": 1, **SOFA}], {}, ["E302"]),
        ([{"%ID": 1, **SOFA}, 5, {"%ID": "x", "%TYPE": "my.Link"}], {}, ["E103", "E306"]),
        ([{"%ID": 1, **SOFA}], {"_InitialView": {"%SOFA": 9, "%MEMBERS": [2]}}, ["E104"]),
        ([{"%ID": 1, **SOFA}], [], ["E103"]),
    ],
    ids=["empty", "twice", "no structures", "no sofa", "views"],
)
def test_what_is_wrong_in_cas_json_is_a_finding(
    structures: Any, views: Any, codes: list[str], tmp_path: Path
) -> None:
    found = unpack(cas_of(structures, **{"%VIEWS": views}), tmp_path, types=False, name="doc.json")
    assert [fault.code for fault in found.findings] == codes
    assert all(fault.line for fault in found.findings)


def test_sniffers_exclude_each_other(tmp_path: Path) -> None:
    native = b'{"version": 1, "doc_id": "d", "layers": ["spans"], "spans": []}'
    assert not cas_json.sniff(native)
    assert cas_json.sniff(cas_of(STRUCTURES))
    assert not FORMATS["native"].sniff(cas_of(STRUCTURES))
    assert cas_xmi.sniff(xmi())
    assert cas_xmi.sniff(xmi().decode().encode("utf-16"))
    assert not cas_xmi.sniff(type_system())
    assert not cas_xmi.sniff(b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:uml="http://www.eclipse.org/uml2"/>')


def test_an_export_of_two_annotators_is_inspected_and_builds_unedited(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export"
    for person, label in (("jane", "PER"), ("ilda", "LOC")):
        (export / person).mkdir(parents=True)
        (export / person / "TypeSystem.xml").write_bytes(type_system())
        data = xmi(
            f'<ner:NamedEntity xmi:id="5" {at("Ilda Voren")} value="{label}"/>',
            f'<my:Attack xmi:id="6" {at("met")} kind="MEETING" who="7"/>',
            '<my:AttackLink xmi:id="7" role="Agent" target="5"/>',
        )
        (export / person / "bridge.xmi").write_bytes(data)
    status, out, _ = run("inspect", export, "--json")
    assert status == 0
    told = json.loads(out)
    assert (told["format"], told["documents"], told["annotators"]) == ("cas_xmi", 1, ["ilda", "jane"])
    assert told["counts"]["spans"] == 4
    assert told["offsets"]["unit"] == "UTF-16 units"
    assert told["findings"] == []
    assert run("init", tmp_path / "corpus", "--from", export)[0] == 0
    assert (tmp_path / "corpus/annotations/a1/TypeSystem.xml").is_file()
    status, _, err = run("build", tmp_path / "corpus", "--out", tmp_path / "out")
    assert status == 0, err


def test_files_of_several_views_of_several_annotators_stay_apart(run: Run, tmp_path: Path) -> None:
    second = '<cas:Sofa xmi:id="2" sofaNum="2" sofaID="German" sofaString="Ilda kam."/>'
    mention = '<ner:NamedEntity xmi:id="6" sofa="2" begin="0" end="4" value="PER"/>'
    export = tmp_path / "export"
    for place in ("jane/bridge.xmi", "jane/ferry.xmi", "ilda/bridge.xmi", "ilda/ferry.xmi"):
        (export / place).parent.mkdir(parents=True, exist_ok=True)
        (export / place).write_bytes(xmi(second, mention, members=""))
    assert run("init", tmp_path / "corpus", "--from", export)[0] == 0
    status, _, err = run("build", tmp_path / "corpus", "--out", tmp_path / "out")
    assert status == 0, err
    made = [(row["doc_id"], row["annotator"]) for row in rows(tmp_path / "out/dev", "annotations") if row["spans"]]
    assert sorted(made) == [(name, who) for name in ("bridge-German", "ferry-German") for who in ("a1", "a2")]


def test_other_peoples_files_are_counted_as_an_independent_script_counts_them(realdata: Path, run: Run) -> None:
    expected = json.loads((realdata / "EXPECTED.json").read_text(encoding="utf-8"))
    for name, entry in expected.items():
        if name.startswith("cas_json/"):
            for file, counts in entry["per_file"].items():
                check_json(realdata / name / file, counts)
        elif name.startswith("cas_xmi/"):
            check_xmi(sorted((realdata / name).rglob("*.xmi")), entry["totals"])


def check_json(path: Path, counts: dict[str, Any]) -> None:
    found = cas_json.unpack(path.read_bytes(), path.name, Siblings(path.parent))
    if found.parts:
        assert [len(part.text or "") for part in found.parts] == counts["sofa_codepoints"]
        aside = sum(
            number for name, number in counts["fs_by_type"].items()
            if name.rsplit(".", 1)[-1] in ("Token", "Sentence", "DocumentAnnotation", "DocumentMetaData")
        )  # fmt: skip
        spans = sum((part.held or {})["spans"] for part in found.parts)
        assert spans == counts["with_begin_end"] - aside, path
        check_against_cassis(path, found)
    else:
        assert not any(counts["sofa_codepoints"])
        assert found.findings


def check_xmi(paths: list[Path], totals: dict[str, int]) -> None:
    """Every structure with offsets is a span, a relation, segmentation, or said of the document, or is in no text."""
    from xml.etree import ElementTree

    held = placed = empty = aside = lost = 0
    for path in paths:
        found = cas_xmi.unpack(path.read_bytes(), path.name, Siblings(path.parent))
        held += sum((part.held or {})["spans"] + (part.held or {})["relations"] for part in found.parts)
        for element in ElementTree.parse(path).getroot():
            if "begin" in element.attrib and "end" in element.attrib:
                placed += 1
                empty += element.get("begin") == element.get("end")
                tail = element.tag.rpartition("}")[2]
                is_aside = tail in ("Token", "Sentence", "DocumentAnnotation", "DocumentMetaData", "TagsetDescription")
                aside += is_aside
                lost += not is_aside and not found.parts
    assert (placed, empty) == (totals["with_begin_end"], totals["zero_width"])
    assert held == placed - aside - lost


def check_against_cassis(path: Path, found: Export) -> None:
    """The text of each span is what dkpro-cassis says it covers."""
    import cassis

    with path.open("rb") as file:
        theirs = cassis.load_cas_from_json(file)
    for part in found.parts:
        anchoring.anchor(part.reading, document(part))
        ours = {span.raw_id: span.text_in(part.text or "") for span in part.reading.annotations.spans}
        covered = {str(each.xmiID): each.get_covered_text() for each in theirs.select("uima.tcas.Annotation")}
        assert ours == {name: covered[name].replace("\n", " ") for name in ours}


def test_a_type_system_above_the_folders_of_the_documents_is_used(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export"
    for name in ("quay", "port"):
        (export / "xmi" / name).mkdir(parents=True)
        topics = '<my:Topics xmi:id="7" sofa="1" begin="0" end="4" topics="war" sure="true"/>'
        (export / "xmi" / name / f"{name}.xmi").write_bytes(xmi(topics, text=f"Ilda left {name}."))
    (export / "TypeSystem.xml").write_bytes(type_system())
    status, out, err = run("inspect", export)
    assert (status, "read, too   TypeSystem.xml" in out, "W125" in out) == (0, True, False), out + err
    status, out, err = run("init", tmp_path / "corpus", "--from", export)
    assert status == 0, out + err
    assert list((tmp_path / "corpus").rglob("TypeSystem.xml"))
    status, out, err = run("build", tmp_path / "corpus", "--out", tmp_path / "dist")
    assert (status, "W125" in err) == (0, False), err
    (tmp_path / "source").mkdir()
    (tmp_path / "source/corpus.toml").write_text(
        '[[sources]]\npath = "../export"\nformat = "cas_xmi"\n', encoding="utf-8"
    )
    status, out, err = run("build", tmp_path / "source", "--out", tmp_path / "dist2")
    assert (status, "W113" in err, "W125" in err) == (0, False, False), err
    shown = (tmp_path / "dist2/dev/manifest.json").read_text(encoding="utf-8")
    assert '"path": "TypeSystem.xml"' in shown and '"../' not in shown
