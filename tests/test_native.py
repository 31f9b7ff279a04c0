"""The native format: what is read is what was written, every fault has a place, and the canonical form is stable."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import codes, document, errors, some, texts
from standoff import anchoring
from standoff.annotations import native
from standoff.errors import InputError
from standoff.files import schemafile
from standoff.model import ITEM_LISTS, KINDS, LAYERS, Annotations

from conftest import Run


def read(value: Any, *, indent: int | None = 1) -> native.Reading:
    return native.read(json.dumps(value, indent=indent, ensure_ascii=False).encode(), "d", "a1", "d.json")


def base(**lists: Any) -> dict[str, Any]:
    return {"version": 1, "doc_id": "d", "layers": ["spans"], **lists}


def mention(name: str = "m1", **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "mention", "label": "X", "start": 0, "end": 1, **more}


NAMES = [f"{letter}{number}" for number in ("", "1", "-2", ".x_9") for letter in ("T", "m", "Author", "z", "e", "R")]
labels = st.sampled_from(["PERSON", "Merge-org", "é", "two words", "😀"])
attributes = st.dictionaries(
    st.sampled_from(["Negation", "é 😀", "x"]), st.sampled_from(["", "yes", "שלום"]), max_size=2
)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A text of hard pieces and a native file on it: nested, discontinuous and identical spans, and all layers."""
    text = draw(texts.filter(lambda text: len(text) >= 4))
    ids = iter(draw(st.permutations(NAMES)))
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 9)).map(
        lambda pair: {"start": pair[0], "end": min(pair[0] + pair[1], len(text))}
    )

    def piece(at: dict[str, int]) -> dict[str, Any]:
        exact = text[at["start"] : at["end"]]
        return {**at, "exact": exact} if draw(st.booleans()) else dict(at)

    def extras() -> dict[str, Any]:
        found = draw(attributes)
        return {"attributes": found} if found else {}

    places = draw(st.lists(place, min_size=1, max_size=5))
    spans: list[dict[str, Any]] = []
    for at in [*places, places[0]]:
        pieces = draw(st.lists(place, min_size=2, max_size=3)) if draw(st.integers(0, 3)) == 0 else []
        anchor = {"fragments": [piece(one) for one in pieces]} if pieces else piece(at)
        spans.append(
            {"id": next(ids), "kind": draw(st.sampled_from(KINDS)), "label": draw(labels), **anchor, **extras()}
        )
    known = [span["id"] for span in spans]
    ref = st.sampled_from(known)
    refs = st.lists(ref, min_size=1, max_size=3, unique=True)
    value = base(layers=list(LAYERS), spans=spans)
    value["attributes"] = {"genre": "news"}
    value["entities"] = [
        {"id": next(ids), "label": "P", "name": "Ünal 😀", "mentions": draw(refs), "count_min": 0, **extras()}
    ]
    value["events"] = [
        {
            "id": next(ids), "label": "ATTACK", "trigger": draw(ref), "subtype": "s", "irrealis": "future",
            "arguments": [
                {"role": "A", "filler": draw(ref), "span": draw(ref)}, {"role": "A", "filler": draw(ref)},
                {"role": "B", "implicit": True},
            ],
            "factuality": [{"source": "author", "value": "CT+"}], "earliest": "2021-07-05", "count_max": 3,
            "same_as": "x:1", **extras(),
        },
        {"id": next(ids), "label": "SAY", "evidence": draw(ref)},
    ]  # fmt: skip
    value["attributions"] = [
        {"id": next(ids), "source": draw(ref), "contents": draw(refs), "mode": "direct", "act": "SAY"}
    ]
    value["stance"] = [
        {"id": next(ids), "holder": "author", "target": draw(ref), "label": "AGAINST", "explicit": False, **extras()},
        {"id": next(ids), "holder": draw(ref), "target": draw(ref), "label": "FOR", "evidence": draw(refs)},
    ]
    value["relations"] = [
        {
            "id": next(ids),
            "label": "R",
            "arguments": [{"role": "a", "filler": draw(ref)}, {"role": "b", "filler": draw(ref)}],
        }
    ]
    value["normalizations"] = [{"id": next(ids), "target": draw(ref), "resource": "Wikidata", "ref": "Q1", "text": ""}]
    value["notes"] = [{"id": next(ids), "text": "see “above”\nand below", "kind": "k"}, {"id": next(ids), "text": "x"}]
    return text, value


def meaning(annotations: Annotations) -> dict[str, Any]:
    """Return what annotations say: without places in the file, and without how spans were anchored."""
    said: dict[str, Any] = {"layers": annotations.layers, "attributes": annotations.attributes}
    for name in ITEM_LISTS:
        said[name] = []
        for item in getattr(annotations, name):
            fields = {key: getattr(item, key) for kind in type(item).__mro__ for key in getattr(kind, "__slots__", ())}
            for key in ("line", "column", "quotes", "surface"):
                fields.pop(key, None)
            said[name].append(fields)
    return said


@some
@given(annotated(), st.sampled_from([None, 1, 4]))
def test_read_anchor_write_read_is_the_identity(case: tuple[str, dict[str, Any]], indent: int | None) -> None:
    text, value = case
    first = read(value, indent=indent)
    assert errors(first) == []
    anchoring.anchor(first, document(text))
    assert errors(first) == []
    written = native.write(first.annotations)
    second = native.read(written.encode(), "d", "a1", "d.json")
    anchoring.anchor(second, document(text))
    assert errors(second) == []
    assert meaning(second.annotations) == meaning(first.annotations)
    assert native.write(second.annotations) == written


@some
@given(annotated())
def test_written_files_fit_the_schema_and_name_every_item_on_its_own_line(case: tuple[str, dict[str, Any]]) -> None:
    text, value = case
    reading = read(value)
    anchoring.anchor(reading, document(text))
    written = native.write(reading.annotations)
    assert schemafile.problems(json.loads(written), "annotations") == []
    again = native.read(written.encode(), "d", "a1", "d.json")
    lines = [item.line for name in ITEM_LISTS for item in getattr(again.annotations, name)]
    assert len(set(lines)) == len(lines)
    assert written.endswith("}\n")


@some
@given(annotated())
def test_without_quotes_no_word_of_the_text_is_written(case: tuple[str, dict[str, Any]]) -> None:
    text, value = case
    reading = read(value)
    anchoring.anchor(reading, document(text))
    assert '"exact"' not in native.write(reading.annotations, quotes=False)
    spans = json.loads(native.write(reading.annotations, quotes=False))["spans"]
    assert [span["id"] for span in spans] == [span.id for span in reading.annotations.spans]


@some
@given(annotated())
def test_items_know_their_line_and_column(case: tuple[str, dict[str, Any]]) -> None:
    data = json.dumps(case[1], indent=2, ensure_ascii=False)
    reading = native.read(data.encode(), "d", "a1", "d.json")
    lines = data.split("\n")
    for name in ITEM_LISTS:
        for item in getattr(reading.annotations, name):
            rest = "\n".join(lines[item.line - 1 :])[item.column - 1 :]
            assert json.JSONDecoder().raw_decode(rest)[0]["id"] == item.id


@pytest.mark.parametrize(
    ("spans", "line", "words"),
    [
        ([mention(), mention("m2", lable="X")], 21, "did you mean 'label'"),
        ([{**mention(), "kind": "mentoin"}], 10, "did you mean 'mention'"),
        ([{**mention(), "id": "1m"}], 9, "expected an id: a letter, then up to 63 letters, digits, and . _ -"),
        ([{**mention(), "start": "0"}], 12, "expected a whole number"),
        ([{"id": "m1", "kind": "mention", "label": "X"}], 8, "expected"),
        ([{"kind": "mention", "label": "X", "exact": "a"}], 8, "'id' is missing"),
        ([{"id": "m1", "kind": "mention", "label": "X", "start": 0}], 8, ""),
        ([{**mention(), "fragments": [{"start": 0, "end": 1}, {"start": 1, "end": 2}]}], None, "fragments"),
        ([{**mention(), "end": 3_000_000_000}], 13, ""),
        ([{**mention(), "end": 10**300}], 13, ""),
        ([{**mention(), "label": " X"}], 11, ""),
        ("none", 7, "expected a list"),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_a_finding_with_its_line(spans: Any, line: int | None, words: str) -> None:
    reading = read(base(spans=spans))
    assert set(codes(reading)) == {"E103"}
    assert line is None or line in [finding.line for finding in reading.findings]
    assert any(words in finding.message for finding in reading.findings)


def test_broken_items_are_findings_and_sound_ones_are_read() -> None:
    spans = [mention("m1"), mention("m2", nonsense=1), mention("m3"), 7, mention("m5", label=5)]
    reading = read(base(spans=spans, entities=[{"id": "e1", "label": "X", "mentions": ["m1"]}, {"id": "e2"}]))
    assert [span.id for span in reading.annotations.spans] == ["m1", "m3"]
    assert [entity.id for entity in reading.annotations.entities] == ["e1"]
    assert len(reading.findings) == 4


def test_an_offset_written_as_1_0_is_a_finding_or_a_number() -> None:
    reading = read(base(spans=[mention(start=0.0, end=1.0)]))
    anchoring.anchor(reading, document("abc"))
    assert set(codes(reading)) == {"E103"} or reading.annotations.spans[0].fragments == [(0, 1)]


@pytest.mark.parametrize("field", ["id", "label"])
def test_a_newline_at_the_end_of_an_id_or_label_is_a_finding(field: str) -> None:
    assert codes(read(base(spans=[mention(**{field: "m1\n"})]))) == ["E103"]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe{}", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000])
def test_a_file_that_is_no_json_is_unreadable(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        native.read(data, "d", "a1", "d.json")
    assert caught.value.path == "d.json"
    assert caught.value.line is not None


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"version": 2}, {"spans": {}}, {"layers": "spans"}])
def test_json_of_another_shape_is_a_finding_and_no_crash(value: Any) -> None:
    reading = read(value)
    assert set(codes(reading)) == {"E103"}
    assert not reading.annotations.has_items()


def test_a_deep_value_in_a_field_is_a_finding() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = {"a": deep}
    assert set(codes(read(base(attributes=deep)))) == {"E103"}


def test_a_file_for_another_document_says_so() -> None:
    reading = read({**base(), "doc_id": "other"})
    assert codes(reading) == ["E116"]
    assert reading.findings[0].line == 3


@pytest.mark.parametrize(
    "value",
    [
        base(spans=[mention(kind="mentoin")]),
        base(spans=[mention(), mention("m1\n")]),
        base(layers=["spans", "spans"]),
        base(spans=[mention(start=1.5)]),
        base(attributes={"": "x"}),
        {**base(), "text_sha256": "A" * 64},
    ],
)
def test_what_the_quick_validator_refuses_has_a_reason(value: Any) -> None:
    """A value is refused for some reason that is shown, or accepted: never refused and then read as sound."""
    refused = not schemafile._quick("annotations").is_valid(value)
    if refused and "m1\n" not in json.dumps(value).replace("\\n", "\n"):
        assert schemafile.problems(value, "annotations")


def test_offsets_without_a_quote_or_the_digest_of_the_text_are_not_taken_silently(
    corpus: Callable[[dict[str, str]], Path], run: Run
) -> None:
    for more, count in (({}, 1), ({"exact": "abc"}, 0)):
        value = base(spans=[mention(start=0, end=3, **more)])
        _, out, _ = run("validate", corpus({"raw/d.txt": "abc", "annotations/a1/d.json": json.dumps(value)}))
        assert len(out.splitlines()) == count


def test_a_file_without_layers_has_one_fault() -> None:
    value = {"spans": [{"id": "m1", "kind": "mention", "label": "PER", "exact": "Ilda"}]}
    reading = native.read(json.dumps(value).encode(), "d", "a1", "d.json")
    assert [finding.code for finding in reading.findings] == ["E103"]
    assert reading.annotations.layers is None
