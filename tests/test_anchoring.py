"""Where a span is: quotes found, offset units inferred and proved, and every span that fails is a finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import codes, document, errors, quick, raw_texts, reading, span, texts
from standoff import anchoring
from standoff.anchoring.quotes import occurrences
from standoff.corpus.config import Cut
from standoff.model import Document, Quote, Span

from conftest import Run

TEXT = "Kassar. The mayor of Kassar spoke; Kassar's bridge fell. aaaa\n“End” 😀 of Kassar"


def quoted(*quotes: Quote, surface: str | None = None) -> Span:
    return span("m1", quotes=list(quotes), surface=surface)


def anchored(one: Span, made: Document) -> tuple[list[tuple[int, int]], list[str]]:
    """Anchor one span; return its fragments (empty if it was taken out) and the codes of the errors."""
    found = reading([one])
    anchoring.anchor(found, made)
    assert bool(found.annotations.spans) != bool(errors(found))
    return [piece for kept in found.annotations.spans for piece in kept.fragments], errors(found)


@pytest.mark.parametrize(
    ("quote", "fragments", "code"),
    [
        (Quote(exact="mayor"), [(12, 17)], None),
        (Quote(exact="Mayor"), [], "E205"),
        (Quote(exact="Kassar"), [], "E206"),
        (Quote(exact="Kassar", nth=1), [(0, 6)], None),
        (Quote(exact="Kassar", nth=3), [(35, 41)], None),
        (Quote(exact="Kassar", nth=5), [], "E205"),
        (Quote(exact="mayor", nth=2), [], "E205"),
        (Quote(exact="Kassar", prefix="mayor of "), [(21, 27)], None),
        (Quote(exact="Kassar", suffix="'s"), [(35, 41)], None),
        (Quote(exact="Kassar", prefix="of "), [], "E206"),
        (Quote(exact="Kassar", prefix="of ", nth=2), [(73, 79)], None),
        (Quote(exact="Kassar", prefix="of", suffix="."), [], "E205"),
        (Quote(exact="aa"), [], "E206"),
        (Quote(exact="aa", nth=3), [(59, 61)], None),
        (Quote(exact="aa", nth=4), [], "E205"),
        (Quote(exact="aaaa"), [(57, 61)], None),
        (Quote(exact="aaaa\n“End”"), [(57, 67)], None),
        (Quote(exact="😀"), [(68, 69)], None),
        (Quote(start=0, end=6), [(0, 6)], None),
        (Quote(start=21, end=27, exact="Kassar"), [(21, 27)], None),
        (Quote(start=22, end=28, exact="Kassar"), [], "E203"),
        (Quote(start=5, end=5), [], "E204"),
        (Quote(start=6, end=5), [], "E204"),
        (Quote(start=0, end=80), [], "E202"),
        (Quote(start=0, end=79), [(0, 79)], None),
    ],
)
def test_a_quote_is_found_once_or_is_a_finding(
    quote: Quote, fragments: list[tuple[int, int]], code: str | None
) -> None:
    assert anchored(quoted(quote), document(TEXT)) == (fragments, [code] if code else [])


def test_pieces_of_a_span_are_proved_in_their_order_and_sorted() -> None:
    pieces = (Quote(exact="bridge"), Quote(exact="mayor"))
    assert anchored(quoted(*pieces, surface="bridge mayor"), document(TEXT)) == ([(12, 17), (44, 50)], [])
    assert anchored(quoted(*pieces, surface="mayor bridge"), document(TEXT)) == ([], ["E203"])


@quick
@given(texts, st.integers(0, 40), st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_occurrences_are_all_places_of_a_quote_and_no_others(
    text: str, start: int, length: int, before: int, after: int
) -> None:
    exact = text[start : start + length]
    if not exact:
        return
    end = start + len(exact)
    quote = Quote(exact=exact, prefix=text[max(0, start - before) : start], suffix=text[end : end + after])
    found = occurrences(text, quote)
    naive = [
        at
        for at in range(len(text))
        if text[at : at + len(exact)] == exact
        and text[:at].endswith(quote.prefix)
        and text[at + len(exact) :].startswith(quote.suffix)
    ]
    assert found == naive
    assert start in found


def test_a_quote_that_stands_only_in_a_cut_says_so() -> None:
    made = document("Text.\nLeave a Reply\n", cuts=[Cut(line="Leave a Reply")])
    assert anchored(quoted(Quote(exact="Reply")), made) == ([], ["E207"])


UNITS = {
    "code points of the raw file": lambda raw, at: at,
    "UTF-16 units": lambda raw, at: len(raw.removeprefix("\ufeff").replace("\r\n", "\n")[:at].encode("utf-16-le")) // 2,
    "UTF-8 bytes": lambda raw, at: len(raw.removeprefix("\ufeff").replace("\r\n", "\n")[:at].encode()),
}


@pytest.mark.parametrize("unit", ["UTF-16 units", "UTF-8 bytes"])
def test_the_unit_of_a_tool_is_inferred_and_recorded(unit: str) -> None:
    text = "😀 é Kassar and Ünal in Kassar\n"
    words = ["Kassar", "Ünal"]
    places = [(text.index(word), text.index(word) + len(word)) for word in words]
    spans = [
        span(f"T{n}", (UNITS[unit](text, start), UNITS[unit](text, end)), surface=word)
        for n, (word, (start, end)) in enumerate(zip(words, places, strict=True))
    ]
    found = reading(spans)
    assert anchoring.anchor(found, document(text)) == unit
    assert found.findings == []
    assert [kept.fragments for kept in found.annotations.spans] == [[place] for place in places]


@pytest.mark.parametrize("raw", ["a\r\nb\r\nKassar é\r\n", "\ufeffa Kassar é", "\ufeffa\r\nKassar é\r\n"])
def test_offsets_into_the_raw_file_are_inferred(raw: str) -> None:
    at = raw.index("Kassar")
    found = reading([span("T1", (at, at + 6), surface="Kassar")])
    made = document(raw)
    assert anchoring.anchor(found, made) == "code points of the raw file"
    start, end = found.annotations.spans[0].fragments[0]
    assert (made.text or "")[start:end] == "Kassar"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-8"])
def test_other_units_of_the_raw_file_are_inferred(codec: str) -> None:
    raw = "😀 é\r\nb\r\nKassar"
    width = 2 if codec == "utf-16-le" else 1
    start = len(raw[: raw.index("Kassar")].encode(codec)) // width
    found = reading([span("T1", (start, start + 6), surface="Kassar")])
    anchoring.anchor(found, document(raw))
    assert [kept.fragments for kept in found.annotations.spans] == [[(6, 12)]]


def test_code_points_of_the_text_need_no_inference() -> None:
    found = reading([span("T1", (2, 8), surface="Kassar")])
    assert anchoring.anchor(found, document("😀 Kassar")) is None
    assert found.findings == []


def test_a_tie_of_two_units_that_matters_is_refused() -> None:
    raw = "x\r\ny\r\n😀 aab"
    at = document(raw).text.index("b")  # type: ignore[union-attr]
    found = reading([span("T1", (at, at + 1), surface="a")])
    anchoring.anchor(found, document(raw))
    assert "E213" in codes(found)


def test_a_tie_that_does_not_matter_is_none() -> None:
    raw = "x\r\n😀 Kassar"
    at = raw.index("Kassar")
    found = reading([span("T1", (at, at + 6), surface="Kassar")])
    anchoring.anchor(found, document(raw))
    assert found.findings == []
    assert found.annotations.spans[0].fragments == [(4, 10)]


@quick
@given(raw_texts, st.sampled_from(["text", *UNITS]), st.data())
def test_whatever_the_unit_a_span_proves_itself_or_is_a_finding(raw: str, unit: str, data: st.DataObject) -> None:
    """Offsets in a known unit: each span that is kept covers its surface, each other one is a finding."""
    made = document(raw + " | the end of it")
    text = made.text or ""
    body = len(text) - len(" | the end of it")
    if not body:
        return
    spans = []
    for number in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, body - 1))
        end = data.draw(st.integers(start + 1, body))
        at = [start, end]
        if unit == "code points of the raw file":
            at = [made.source_map.to_raw(start), made.source_map.to_raw(end - 1) + 1]
        elif unit != "text":
            at = [UNITS[unit](text, start), UNITS[unit](text, end)]
        spans.append(span(f"T{number}", (at[0], at[1]), surface=text[start:end]))
    found = reading(list(spans))
    anchoring.anchor(found, made)
    for kept in found.annotations.spans:
        assert kept.text_in(text) == (kept.surface or "").replace("\n", " ")
    spans_lost = len(spans) - len(found.annotations.spans)
    assert spans_lost == len([code for code in codes(found) if code != "E213"])
    if "E213" not in codes(found):
        assert spans_lost == 0


@pytest.mark.parametrize("unit", ["UTF-16 units", "UTF-8 bytes"])
def test_the_unit_is_inferred_from_a_span_at_the_end_of_the_text(unit: str) -> None:
    text = "Kassar 😀"
    found = reading([span("T1", (7, UNITS[unit](text, 8)), surface="😀")])
    anchoring.anchor(found, document(text))
    assert found.findings == []


def test_one_wrong_surface_is_a_finding_and_the_others_stand() -> None:
    spans = [
        span("T1", (0, 6), surface="Kassar"),
        span("T2", (12, 17), surface="major"),
        span("T3", (8, 11), surface="The"),
    ]
    found = reading(spans)
    anchoring.anchor(found, document(TEXT))
    assert codes(found) == ["E203"]
    assert found.findings[0].item == "T2"
    assert [kept.id for kept in found.annotations.spans] == ["T1", "T3"]


def test_a_span_in_a_cut_region_is_a_finding() -> None:
    raw = "a\nCUT\nKassar\n"
    spans = [span("T1", (6, 12), surface="Kassar"), span("T2", (2, 5), surface="CUT")]
    found = reading(spans)
    anchoring.anchor(found, document(raw, cuts=[Cut(line="CUT")]))
    assert codes(found) == ["E207"]
    assert found.annotations.spans[0].fragments == [(2, 8)]


def test_another_digest_is_a_finding() -> None:
    made = document("Kassar")
    for digest, wanted in ((made.text_sha256, []), ("0" * 64, ["E201"])):
        found = reading([], text_sha256=digest)
        anchoring.anchor(found, made)
        assert codes(found) == wanted


def test_a_newline_in_a_span_counts_as_a_blank() -> None:
    found = reading([span("T1", (0, 3), surface="a b")])
    anchoring.anchor(found, document("a\nb"))
    assert found.findings == []


SECRET = "Zefram ordered quietly seventeen crimson tanks northward"


def test_findings_on_a_withheld_text_hold_none_of_its_words() -> None:
    made = document(f"{SECRET}\nReply\n", withheld=True, cuts=[Cut(line="Reply")])
    words = set(SECRET.split())
    faults: list[Span] = [
        quoted(Quote(exact="Zefram", start=1, end=7)),
        quoted(Quote(exact="crimson", nth=2)),
        quoted(Quote(exact="e")),
        quoted(Quote(exact="northward", prefix="crimson")),
        quoted(Quote(exact="Reply")),
        quoted(Quote(exact="crimson"), Quote(exact="tanks"), surface="tanks crimson"),
        span("m1", (0, 6), surface="tanks"),
        span("m1", (0, 500), surface="tanks"),
    ]
    for fault in faults:
        found = reading([fault])
        anchoring.anchor(found, made)
        assert found.findings
        for finding in found.findings:
            assert not [word for word in words if word in finding.message]


def test_without_the_text_only_offsets_are_taken() -> None:
    made = document(SECRET, withheld=True, present=False)
    assert anchored(quoted(Quote(exact="Zefram")), made) == ([], ["E205"])
    assert anchored(quoted(Quote(start=0, end=6)), made) == ([(0, 6)], [])
    assert anchored(quoted(Quote(start=0, end=600)), made) == ([], ["E202"])
    assert anchored(span("m1", (7, 14), (0, 6), surface="ordered Zefram"), made) == ([(0, 6), (7, 14)], [])


RUN = "we saw ten red men go up the hill"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.ann", f"T1 X 0 33 {RUN}\n"),
        ("d.ann", f"{RUN}\n"),
        (
            "d.json",
            '{"version": 1, "doc_id": "d", "layers": ["spans"], "spans": [{"exact": "' + RUN + '", "end": 3,'
            ' "id": "m1", "kind": "mention", "label": "X"}]}',
        ),
    ],
)
def test_a_malformed_file_on_a_withheld_text_shows_no_run_of_its_words(
    corpus: Callable[[dict[str, str]], Path], run: Run, name: str, content: str
) -> None:
    root = corpus(
        {
            "corpus.toml": '[articles]\nwithhold = ["d"]\n',
            "raw/d.txt": RUN,
            f"annotations/a1/{name}": content,
        }
    )
    run("anchor", root, "--write")
    status, out, err = run("validate", root)
    assert status == 1
    words = RUN.split()
    assert not [n for n in range(len(words) - 5) if " ".join(words[n : n + 6]) in out + err]


@pytest.mark.parametrize("prefix", ["", "😀 "])
def test_inclusive_ends_are_inferred_and_named(prefix: str) -> None:
    text = prefix + "Kassar fell. A mayor left."
    words = [(text.index(word), text.index(word) + len(word), word) for word in ("Kassar", "fell", "A", "mayor")]
    found = reading([span(f"m{n}", (a, b - 1), surface=w) for n, (a, b, w) in enumerate(words)])
    assert anchoring.anchor(found, document(text)) == "code points with inclusive ends"
    assert [one.fragments for one in found.annotations.spans] == [[(a, b)] for a, b, _ in words]
    utf16 = [(a + len(prefix) // 2, b + len(prefix) // 2, w) for a, b, w in words]
    found = reading([span(f"m{n}", (a, b - 1), surface=w) for n, (a, b, w) in enumerate(utf16)])
    if prefix:
        assert anchoring.anchor(found, document(text)) == "UTF-16 units with inclusive ends"
        assert not errors(found)
