"""The records of a JSON export: each value with its place, a bad line beside good ones, and what a file is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standoff.annotations import FORMATS, records
from standoff.annotations.people import People
from standoff.errors import InputError
from standoff.finding import Finding
from standoff.model import Span

FIRST = '{"id": 1, "text": "a\\u2028b"}'


def read(text: str | bytes) -> tuple[list[records.Node], list[Finding]]:
    findings: list[Finding] = []
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return records.read(data, "x.jsonl", findings), findings


def test_a_value_knows_its_line_and_column_in_every_layout() -> None:
    value = [{"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [3]}}]
    for layout in (json.dumps(value), json.dumps(value, indent=2), "\n ".join(json.dumps(each) for each in value)):
        nodes, findings = read(layout)
        assert findings == []
        lines = layout.split("\n")
        for node, wanted in zip(nodes, ("1", "3"), strict=True):
            inner = node.get("a")
            assert inner is not None
            held = inner.get("b")
            assert held is not None
            line, column = held.items()[0].place
            assert lines[line - 1][column - 1] == wanted


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('{"id": 2, "text": "cut o', 19),
        ('{"id": 2, "id": 3}', 11),
        ('{"id": NaN}', 1),
        ('{"id": "\\ud800"}', 9),
        ('{"id": ' + "9" * 5000 + "}", 1),
        ('{"id": "\x00"}', 9),
        ("[1, 2]", 1),
        ("7", 1),
    ],
    ids=["cut-off", "repeated-key", "nan", "lone-surrogate", "long-number", "nul", "array", "number"],
)
def test_a_bad_line_is_a_finding_and_the_others_are_read(line: str, column: int) -> None:
    nodes, findings = read(f"{FIRST}\n{line}\n{FIRST}\r\n\n")
    assert [node.value["id"] for node in nodes] == [1, 1]
    assert [(finding.line, finding.column) for finding in findings] == [(2, column)]
    assert findings[0].code in ("E103", "E105")


def test_a_byte_order_mark_and_line_separators_in_a_text_end_no_line() -> None:
    nodes, findings = read(b"\xef\xbb\xbf" + '{"text": "a\u2028b\u0085c"}\n{"text": "d"}'.encode())
    assert (len(nodes), findings) == (2, [])
    assert [node.place for node in nodes] == [(1, 1), (2, 1)]


def test_a_line_that_is_not_utf_8_is_named_by_its_byte() -> None:
    nodes, findings = read(b'{"id": 1}\n{"id": "\xe9"}\n')
    assert len(nodes) == 1
    assert (findings[0].line, findings[0].column) == (2, 9)
    assert "0xe9" in findings[0].message


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id":', '{\n "id": 1,\n "text": "cut', '[{"id": 1}]]', "[" * 100_000])
def test_one_array_or_object_that_is_broken_is_no_file(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.line is not None


def test_an_array_in_latin_1_is_named_by_its_byte() -> None:
    with pytest.raises(InputError, match="0xe9") as caught:
        read(b'[\n{"id": "\xe9"}]')
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_an_object_over_several_lines_is_one_record() -> None:
    nodes, findings = read(json.dumps({"id": 1}, indent=2))
    assert ([node.value for node in nodes], findings) == ([{"id": 1}], [])


def test_first_keys_are_those_of_the_first_object_even_cut_off() -> None:
    head = b'[ {"id": 1, "data": {"text": "a \\" {"}, "label": [[0, 1]], "no": "cut'
    assert records.first_keys(head) == {"id": "1", "data": "{", "label": "[", "no": '"'}
    assert records.first_keys(b"\xef\xbb\xbf  {}") == {}
    assert records.first_keys(b"<a>") == {}


OTHERS = [
    b'{"id": "a", "text": "An article.", "publisher": "Harnes Post"}\n',
    b'{"version": 1, "doc_id": "a", "layers": ["spans"], "spans": []}',
    b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": "x"}',
    b'{"%TYPES": {}, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}',
    b'{"_id": "1", "begin": 0, "end": 3, "type": "Person", "value": "Bo", "documentId": "d"}\n',
    b'{"label": "PER", "pattern": [{"lower": "bo"}]}\n',
    b"[1, 2, 3]", b"{}", b"", b"null", b"\x00\xff", b'[[{"text": "a", "label": []}]',
]  # fmt: skip


@pytest.mark.parametrize("head", OTHERS)
@pytest.mark.parametrize("name", ["label_studio", "doccano", "prodigy"])
def test_other_json_is_not_taken(name: str, head: bytes) -> None:
    assert FORMATS[name].sniff(head) is False


def test_ids_are_own_ones_where_they_can_be_and_unique() -> None:
    spans = [
        Span(id="", raw_id=raw, kind="mention", label="X", fragments=[(start, start + 1)])
        for raw, start in (("-a", 9), ("b", 8), ("b", 3), ("author", 2), (None, 1), ("m1", 0))
    ]
    records.give_ids(spans)
    assert [span.id for span in spans] == ["m5", "b", "m4", "m3", "m2", "m1"]


def test_people_have_numbers_or_ranks_and_no_addresses() -> None:
    people = People()
    given = [7, "7", {"id": 7, "email": "x@example.org"}, "x@example.org", {"email": "y@example.org"}, "x@example.org"]
    found = [people.key(who) for who in given]
    assert found == ["user-7", "user-7", "user-7", "annotator-1", "annotator-2", "annotator-1"]
    assert [people.key(who) for who in (None, "", {})] == [None, None, None]


def test_what_may_be_an_address_is_not_shown(tmp_path: Path) -> None:
    nodes, _ = read('{"who": {"email": "x@example.org"}, "list": ["x@example.org"]}')
    for key in ("who", "list"):
        node = nodes[0].get(key)
        assert node is not None
        assert "example.org" not in node.fault("a number")[1]


def test_metadata_that_has_no_column_keeps_its_value_under_another_name() -> None:
    pairs = [("published", "2031-03-11T08:00:00Z"), ("split", "dev"), ("title", "T"), ("n", 0), ("no", None), ("x", [])]
    assert records.fields(pairs) == [
        ("published_in_export", "2031-03-11T08:00:00Z"), ("split_in_export", "dev"), ("title", "T"), ("n", "0"),
    ]  # fmt: skip
    assert records.fields([("published", "2031-03-11"), ("split", "test")]) == [
        ("published", "2031-03-11"), ("split", "test"),
    ]  # fmt: skip
