"""brat stand-off: every kind of line, and nothing lost: items in = items out + findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import codes, document, quick
from standoff import anchoring
from standoff.annotations import Reading
from standoff.annotations.brat import reader as brat
from standoff.errors import InputError
from standoff.model import ITEM_LISTS

from conftest import Run

Corpus = Callable[[dict[str, str | bytes]], Path]

TEXT = "Acme bought Bolt and sold its north and south mills to Corp in May.\n"
FILE = """\
T1\tOrg 0 4\tAcme
T2\tOrg 12 16\tBolt
T3\tDeal 5 11\tbought
T4\tSite 40 45;46 51;30 35\tsouth mills north
T5\tOrg 55 59\tCorp
T6\tOrg 55 59\tCorp
E1\tDeal:T3 Buyer:T1 Thing:T2 Thing2:T4 
E2\tDeal:T3
R1\tOwns Arg1:T1 Arg2:T2\t
*\tEquiv T2 T5 T6
A1\tNegation E1
A2\tCertainty E1 high degree
M1\tStatus T1 Old
N1\tReference T2 Wikidata:Q1\tBolt, Inc.
#1\tAnnotatorNotes T1\tcheck\tthis
#2\ta comment on the document
"""


def read(text: str) -> Reading:
    return brat.read(text.encode(), "d", "a1", "d.ann")


def items(reading: Reading, text: str = "") -> int:
    """Return how many lines of the file came out as an item, an attribute, or a finding of a line.

    An attribute of an item whose own line is a finding goes with it.
    """
    annotations = reading.annotations
    owners = [item for name in ITEM_LISTS for item in getattr(annotations, name)]
    attributes = sum(len([pair for pair in item.attributes if pair[0] != "type"]) for item in owners)
    refused = {finding.item for finding in reading.findings if finding.item} - {item.id for item in owners}
    named = {finding.line for finding in reading.findings}
    gone = [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line[:1] in ("A", "M") and number not in named and len(line.split()) > 2 and line.split()[2] in refused
    ]
    return len(owners) + attributes + len(reading.findings) + len(set(gone))


def test_every_kind_of_line() -> None:
    reading = read(FILE)
    assert reading.findings == []
    found = reading.annotations
    assert [(s.id, s.kind, s.label, s.fragments) for s in found.spans[:4]] == [
        ("T1", "mention", "Org", [(0, 4)]),
        ("T2", "mention", "Org", [(12, 16)]),
        ("T3", "trigger", "Deal", [(5, 11)]),
        ("T4", "mention", "Site", [(40, 45), (46, 51), (30, 35)]),
    ]
    assert found.spans[3].surface == "south mills north"
    assert [(a.role, a.filler) for a in found.events[0].arguments] == [
        ("Buyer", "T1"),
        ("Thing", "T2"),
        ("Thing", "T4"),
    ]
    assert (found.events[1].label, found.events[1].trigger, found.events[1].arguments) == ("Deal", "T3", [])
    assert found.events[0].attributes == [("Negation", "true"), ("Certainty", "high degree")]
    assert found.spans[0].attributes == [("Status", "Old")]
    assert [(r.label, [(a.role, a.filler) for a in r.arguments]) for r in found.relations] == [
        ("Owns", [("Arg1", "T1"), ("Arg2", "T2")]),
        ("Equiv", [("Member", "T2"), ("Member", "T5"), ("Member", "T6")]),
    ]
    link = found.normalizations[0]
    assert (link.target, link.resource, link.ref, link.text) == ("T2", "Wikidata", "Q1", "Bolt, Inc.")
    assert [(n.kind, n.target, n.text) for n in found.notes] == [
        ("AnnotatorNotes", "T1", "check\tthis"),
        (None, None, "2\ta comment on the document"),
    ]
    assert [span.line for span in found.spans] == [1, 2, 3, 4, 5, 6]


def test_discontinuous_spans_out_of_text_order_prove_themselves_and_are_sorted() -> None:
    reading = read(FILE)
    anchoring.anchor(reading, document(TEXT))
    assert reading.findings == []
    assert reading.annotations.spans[3].fragments == [(30, 35), (40, 45), (46, 51)]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_line_ends_and_a_byte_order_mark_do_no_harm(end: str) -> None:
    text = end.join(["T1\tOrg 0 4\tAcme", "", "   ", "T2\tOrg 12 16\tBolt"]) if end else "T1\tOrg 0 4\tAcme"
    reading = brat.read(b"\xef\xbb\xbf" + text.encode(), "d", "a1", "d.ann")
    assert reading.findings == []
    assert reading.annotations.spans[0].surface == "Acme"


def test_role_numbers_go_only_where_the_plain_role_is_there() -> None:
    reading = read("T1\tX 0 4\tAcme\nE1\tX:T1 Theme:T1 Theme2:T1 Site2:T1 Phase3b:T1\n")
    assert [a.role for a in reading.annotations.events[0].arguments] == ["Theme", "Theme", "Site2", "Phase3b"]


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("T1 Org 0 4 Acme", "E105", 1),
        ("T1\tOrg 0\tAcme", "E105", 8),
        ("T1\tOrg 0 x\tAcme", "E105", 8),
        ("T1\tOrg 0 4;\tAcme", "E105", 8),
        ("T1\tOrg -1 4\tAcme", "E105", 8),
        ("T1\tOrg 0 ４\tAcme", "E105", 8),
        ("T1\tOrg 0 99999999999999\tAcme", "E105", 8),
        ("T1\tOrg\tAcme", "E105", None),
        ("T\tOrg 0 4\tAcme", None, 1),
        ("T é\tOrg 0 4\tAcme", "E306", 1),
        ("E1", "E105", 1),
        ("E1\tDeal", "E105", 1),
        ("E1\tDeal:", "E105", 1),
        ("E1\tDeal:T9 Buyer", "E105", 1),
        ("R1\tOwns", "E105", 1),
        ("R1\tOwns Arg1:T1", "E105", 1),
        ("R1\tOwns Arg1:T1 Arg2", "E105", 1),
        ("A1\tNegation", "E105", 1),
        ("A1\tNegation E9", "E301", 1),
        ("M1", "E105", 1),
        ("N1\tReference T9", "E105", 1),
        ("N1\tReference T9 Wikidata\tx", "E105", 1),
        ("*\tEquiv T1", "E105", 1),
        ("*", "E105", 1),
        ("X1\tOrg 0 4\tAcme", "E105", 1),
        ("t1\tOrg 0 4\tAcme", "E105", 1),
        ("\ufeffT1\tOrg 0 4\tAcme", "E105", 1),
        ("T5\tOrg 0 4\tAcme\nT5\tOrg 12 16\tBolt", "E302", 1),
        ("A5\tNegation T8\nA5\tOther T8", "E302", 1),
    ],
)
def test_a_line_that_is_wrong_is_named_and_nothing_else_is_lost(
    line: str, code: str | None, column: int | None
) -> None:
    reading = read(f"T7\tOrg 0 4\tAcme\n{line}\nT8\tOrg 12 16\tBolt\n")
    lines = 3 + line.count("\n")
    if code:
        assert codes(reading) == [code]
        assert reading.findings[0].line == lines - 1
        assert column is None or reading.findings[0].column == column
    assert {"T7", "T8"} <= {span.id for span in reading.annotations.spans}
    assert items(reading) == lines


def test_a_text_bound_line_needs_a_label() -> None:
    assert codes(read("T1\t 0 4\tAcme")) == ["E105"]


def test_what_refers_to_a_line_that_is_not_there_is_found_once_more_in_every_place(corpus: Corpus, run: Run) -> None:
    lines = ["T1\tX 0 4\tAcme", "T2\tX 12 16\tBolt", "E1\tDeal:T9", "R1\tOwns Arg1:T1 Arg2:T8", "#1\tNote T7\tx"]
    root = corpus({"raw/d.txt": TEXT, "annotations/a1/d.ann": "\n".join(lines)})
    status, out, _ = run("validate", root)
    assert status == 1
    assert [f":{number}:1: error[E301]" in out for number in (3, 4, 5)] == [True, True, True]


def test_an_attribute_of_a_missing_item_hides_no_other_fault(corpus: Corpus, run: Run) -> None:
    root = corpus({"raw/d.txt": TEXT, "annotations/a1/d.ann": "T1\tX 0 4\tAcme\nA1\tN T9\nR1\tOwns Arg1:T1 Arg2:T9\n"})
    _, out, _ = run("validate", root)
    assert out.count("error[E301]") == 2


lines_in = st.lists(
    st.sampled_from(
        [*FILE.splitlines(), "", "garbage", "T1", "T2\tOrg x", "E9\tDeal:T99 A:T98", "A9\tN E77", "#", "*\tEquiv"]
    ),
    max_size=20,
)


@quick
@given(lines_in)
def test_lines_in_are_items_out_and_findings(lines: list[str]) -> None:
    reading = read("\n".join(lines))
    assert items(reading, "\n".join(lines)) == sum(bool(line.strip()) for line in lines)
    for finding in reading.findings:
        assert finding.line is not None
        assert finding.column is not None


@quick
@given(st.data())
def test_any_damaged_file_gives_findings_or_an_input_error(data: st.DataObject) -> None:
    damaged = bytearray(FILE.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        new = data.draw(
            st.sampled_from([b"", b"\t", b" ", b"\n", b"\r", b"\x00", b":", b";", b"9", b"-", b"\xe2\x80\xa8", b"\xff"])
        )
        damaged[at : at + data.draw(st.integers(0, 3))] = new
    try:
        reading = brat.read(bytes(damaged), "d", "a1", "d.ann")
    except InputError as error:
        assert (error.path, error.code) == ("d.ann", "E101")
        assert error.line is not None
        return
    lines = [line for line in damaged.decode("utf-8-sig").split("\n") if line.strip()]
    assert items(reading, damaged.decode("utf-8-sig")) == len(lines)
    kept = len(reading.annotations.spans)
    anchoring.anchor(reading, document(TEXT))
    lost = kept - len(reading.annotations.spans)
    assert lost == sum(finding.code in ("E202", "E203", "E204", "E207") for finding in reading.findings)
