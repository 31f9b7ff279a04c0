"""CoNLL-2003 style columns: schemes inferred, chunks as conlleval reads them, layouts, and rows with faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import quick
from standoff.annotations import tagging, tokens
from standoff.annotations.conll import columns as conll
from standoff.annotations.conll import conllu
from standoff.annotations.conll import coref as conll_coref
from standoff.annotations.export import Export, Siblings
from standoff.annotations.tagging import Tag
from standoff.errors import InputError
from standoff.exports.siblings import Beside
from test_build import rows

from conftest import Run

TAGS = ["O", *(f"{letter}-{label}" for letter in "BI" for label in ("PER", "LOC"))]


def unpacked(text: str | bytes, folder: Path = Path("/nonexistent"), name: str = "quay.conll") -> Export:
    """Unpack a file that lies in a folder."""
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return conll.unpack(data, name, Siblings(folder))


def found(export: Export, part: int = 0) -> list[tuple[str, str | None]]:
    """Return label and surface of the spans of a part."""
    return [(span.label, span.surface) for span in export.parts[part].reading.annotations.spans]


def faults(export: Export) -> list[tuple[str, int | None, int | None]]:
    findings = [*export.findings, *(f for part in export.parts for f in part.reading.findings)]
    return [(finding.code, finding.line, finding.column) for finding in findings]


def scheme_of(export: Export) -> str:
    return dict(export.parts[0].fields)["tag_scheme"]


def conlleval(tags: list[str]) -> list[tuple[int, int, str]]:
    """Return the chunks of a sentence by the two rules of conlleval, written as its documentation states them."""
    chunks, start = [], 0
    inside = False
    split = [("O", "")] + [(t[0], t[2:]) for t in tags] + [("O", "")]
    for index, ((before, before_type), (tag, kind)) in enumerate(pairwise(split)):
        ends = (before, tag) in {("B", "B"), ("B", "O"), ("I", "B"), ("I", "O")}
        starts = (before, tag) in {("B", "B"), ("I", "B"), ("O", "B"), ("O", "I")}
        if inside and (ends or (before != "O" and before_type != kind)):
            chunks.append((start, index, before_type))
            inside = False
        if starts or (tag != "O" and before_type != kind):
            start, inside = index, True
    return chunks


@quick
@given(st.lists(st.sampled_from(TAGS), max_size=12))
def test_chunks_are_those_of_conlleval(tags: list[str]) -> None:
    assert list(tagging.chunks([tagging.parse(tag, "IOB2") for tag in tags])) == conlleval(tags)


def encoded(lengths: list[tuple[str | None, int]], scheme: str) -> list[Tag | None]:
    """Write chunks (label, length; None for O) in a scheme."""
    tags: list[Tag | None] = []
    before = None
    for label, length in lengths:
        if label is None:
            tags += [None] * length
        elif scheme in ("IOB1", "IOB2"):
            first = "B" if scheme == "IOB2" or before == label else "I"
            tags += [Tag(first, label), *[Tag("I", label)] * (length - 1)]
        else:
            _, inner, last, single = scheme
            tags += [Tag(single, label)] if length == 1 else []
            tags += [Tag("B", label), *[Tag(inner, label)] * (length - 2), Tag(last, label)] if length > 1 else []
        before = label
    return tags


CHUNKS = st.lists(st.tuples(st.sampled_from(["PER", "LOC", None]), st.integers(1, 4)), max_size=8)


@quick
@given(CHUNKS, st.sampled_from(["IOB1", "IOB2", "BIES", "BILU", "BMES"]))
def test_every_scheme_is_read_without_a_surprise(lengths: list[tuple[str | None, int]], scheme: str) -> None:
    tags = encoded(lengths, scheme)
    expected, position = [], 0
    for label, length in lengths:
        if label:
            expected.append((position, position + length, label))
        position += length
    assert list(tagging.chunks(tags)) == expected
    assert list(tagging.surprises(tags, tagging.infer([tags]))) == []


@quick
@given(CHUNKS.map(lambda chunks: [("PER", 1), ("PER", 2), *chunks]))
def test_schemes_are_told_apart(lengths: list[tuple[str | None, int]]) -> None:
    """A chunk right after another of its type tells IOB1 from IOB2; a chunk of one and one of three tell the others."""
    for scheme, name in (("IOB1", "IOB1"), ("IOB2", "IOB2"), ("BIES", "BIOES"), ("BILU", "BILOU"), ("BMES", "BMES")):
        assert tagging.infer([encoded([*lengths, ("LOC", 3)], scheme)]) == name


def test_surprises_are_named_and_read_as_conlleval_does() -> None:
    export = unpacked("Ilda B-PER\nVoren I-PER\nOrm I-ORG\nat O\nDoliv B-LOC\nby O\nSorn I-LOC\n")
    assert scheme_of(export) == "IOB2"
    assert faults(export) == [("W143", 3, 5), ("W143", 7, 6)]
    assert found(export) == [("PER", "Ilda Voren"), ("ORG", "Orm"), ("LOC", "Doliv"), ("LOC", "Sorn")]


def test_bioes_names_chunks_without_their_ends() -> None:
    export = unpacked("Ilda B-PER\nsails O\nto O\nDoliv S-LOC\nDoliv E-LOC\nby O\nby O\n")
    assert scheme_of(export) == "BIOES"
    assert faults(export) == [("W143", 1, 6), ("W143", 5, 7)]
    assert found(export) == [("PER", "Ilda"), ("LOC", "Doliv"), ("LOC", "Doliv")]


def test_text_has_spaces_lines_and_a_document_for_each_docstart() -> None:
    export = unpacked("-DOCSTART- O\n\na O\nb B-X\n\n\nc O\n\n-DOCSTART- O\nd B-X\n-DOCSTART- O\n")
    assert [(part.name, part.text, part.line) for part in export.parts] == [(None, "a b\nc", 1), (None, "d", 9)]
    assert export.parts[0].fields == [tokens.ORIGIN, ("tag_scheme", "IOB2")]
    assert faults(export) == []


def test_docstart_may_end_a_document_as_well() -> None:
    export = unpacked("a O\nb B-X\n\n-DOCSTART- O\n\nc O\n\n-DOCSTART- O\n\n")
    assert [part.text for part in export.parts] == ["a b", "c"]


def test_documents_without_tokens_between_others_are_counted() -> None:
    export = unpacked("-DOCSTART- O\n\na B-X\n\n-DOCSTART- O\n\n-DOCSTART- O\n\nb O\n")
    assert [part.text for part in export.parts] == ["a", "", "b"]


def test_syntactic_chunks_are_passed_over_unless_they_are_all_there_is() -> None:
    assert found(unpacked("Ilda NNP B-NP O\nsails VBZ B-VP O\n")) == []
    assert found(unpacked("Ilda NNP B-NP\nsails VBZ B-VP\n")) == [("NP", "Ilda"), ("VP", "sails")]


def test_tags_may_stand_before_other_columns() -> None:
    export = unpacked("1\tIlda\tB-PER\t-\tjb\n2\tsails\tO\t-\tjb\n", name="quay.iob2")
    assert found(export) == [("PER", "Ilda")]


def test_a_number_sign_can_be_a_token() -> None:
    export = unpacked("# O\nPort B-LOC\n# a remark on the port\n\nX O\n")
    assert export.parts[0].text == "# Port\nX"
    assert export.parts[0].remarks[-1] == "not read: comment lines"


def test_rows_with_faults_are_named_and_their_tokens_stay_in_the_text() -> None:
    lines = ["a O"] * 40
    lines[10], lines[11], lines[12], lines[13] = "short", "Ilda Voren B-PER", "b Q-PER", "c B-LOC"
    export = unpacked("\n".join(lines))
    assert faults(export) == [("E105", 11, 1), ("E105", 12, 1), ("E105", 13, 3)]
    assert (export.parts[0].text or "").split(" ")[10:14] == ["short", "Ilda", "b", "c"]
    assert found(export) == [("PER", "Ilda"), ("LOC", "c")]


def test_nul_line_separators_and_crlf_part_no_lines_but_their_own() -> None:
    export = unpacked("I\u2028l\x85da\tB-PER\r\n\x00\tO\r\n\u00a0x\tB-LOC\r\n")
    assert export.parts[0].text == "I\u2028l\x85da \x00 \u00a0x"
    assert found(export) == [("PER", "I\u2028l\x85da"), ("LOC", "\u00a0x")]
    assert [span.line for span in export.parts[0].reading.annotations.spans] == [1, 3]


def test_a_file_in_latin_1_is_refused_with_its_place() -> None:
    with pytest.raises(InputError) as refused:
        unpacked("Ilda B-PER\nJosé B-PER\n".encode("latin-1"))
    assert (refused.value.line, refused.value.column, refused.value.code) == (2, 4, "E101")


def test_a_file_without_tags_is_named() -> None:
    assert faults(unpacked("1\tIlda\tilda\n")) == [("E105", 1, 1)]
    assert faults(unpacked("")) == [("E105", 1, 1)]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Ilda B-PER\nsails O\n", True),
        ("\ufeffIlda\tNNP\tS-PER\n", True),
        ("sails O\n. O\n", True),
        ("Ilda sails to Doliv.\nShe waits O\n", False),
        ("1\tIlda\tilda\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n", False),
        ("#FORMAT=WebAnno TSV 3.3\n\n1-1\t0-4\tO\n", False),
        (" # webanno.custom.X | value\n#id=1\n#text=Ilda\n1-1\tIlda\tB-PER\t\n", False),
        ("#id=1\n#text=Ilda\n1\tIlda\tB-PER\tO\n", False),
        ("#begin document (a);\na 0 0 Ilda B-PER\n", False),
        ("", False),
    ],
)
def test_files_are_known_by_their_content(text: str, is_one: bool) -> None:
    assert conll.sniff(text.encode("utf-8")) == is_one


def test_a_file_is_of_one_format_alone() -> None:
    texts = {
        conll: "Ilda B-PER\n",
        conll_coref: "#begin document (a); part 000\na 0 0 Ilda (1)\n#end document\n",
        conllu: "# global.Entity = eid-etype\n1\tIlda\t_\t_\t_\t_\t_\t_\t_\tEntity=(e1-PER)\n",
    }
    for module, text in texts.items():
        assert [other for other in texts if other.sniff(text.encode())] == [module]  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["in/{}.txt", "in/texts/{}.txt"])
def test_a_given_text_with_the_same_words_is_the_article(
    place: str, corpus: Callable[[dict[str, str | bytes]], Path], run: Run, tmp_path: Path
) -> None:
    columns = "Ilda B-PER\n's O\nboat O\nat O\nDoliv B-LOC\nPort I-LOC\n"
    text = "Ilda's  boat\r\n\r\nat Doliv\r\nPort"
    root = corpus({"in/quay.conll": columns, place.format("quay"): text})
    status, out, _ = run("inspect", root / "in")
    assert (status, "2 of 2 spans proved" in out) == (0, True), out
    project = tmp_path / "project"
    assert run("init", project, "--from", root / "in")[0] == 0
    assert run("build", project, "--out", tmp_path / "dist", "--configs", "documents,spans")[0] == 0
    (row,) = rows(tmp_path / "dist/dev", "documents")
    assert row["text"] == text.replace("\r", "")
    assert [(s["start"], s["end"], s["text"]) for s in row["spans"]] == [(0, 4, "Ilda"), (17, 27, "Doliv Port")]
    assert not any(pair["name"] == "text_origin" for pair in row["metadata"])


def test_a_given_text_with_other_words_is_named(
    corpus: Callable[[dict[str, str | bytes]], Path], run: Run
) -> None:
    root = corpus({"in/quay.conll": "Ilda B-PER\nsails O\n", "in/quay.txt": "Ilda swims"})
    status, out, _ = run("inspect", root / "in", "--json")
    assert (status, [finding["code"] for finding in json.loads(out)["findings"]]) == (1, ["E605"])


def test_text_of_a_sentence_is_used_or_named(tmp_path: Path) -> None:
    export = unpacked("# text = Ilda's boat\nIlda B-PER\n's O\nboat O\n\n# text = It sank\nIt O\nswims O\n")
    assert export.parts[0].text == "Ilda's boat\nIt swims"
    assert faults(export) == [("W142", 7, 1)]


def test_inspect_says_how_a_file_was_understood(
    corpus: Callable[[dict[str, str | bytes]], Path], run: Run, tmp_path: Path
) -> None:
    root = corpus({"quay.conll": "Ilda B-PER\nVoren I-PER\n\nOrm B-PER\n"})
    status, out, _ = run("inspect", root / "quay.conll")
    assert status == 0
    assert "remark      scheme of the tags: IOB2\n" in out
    assert f"remark      {tokens.REMARK}\n" in out
    value = json.loads(run("inspect", root / "quay.conll", "--json")[1])
    assert value["remarks"] == {"scheme of the tags: IOB2": 1, tokens.REMARK: 1}
    assert value["counts"]["mentions"] == 2


def test_an_export_becomes_a_corpus_that_builds(
    corpus: Callable[[dict[str, str | bytes]], Path], run: Run, tmp_path: Path
) -> None:
    root = corpus({"in/a.conll": "Ilda B-PER\n's O\n", "in/a.txt": "Ilda's", "in/b.conll": "Doliv B-LOC\n"})
    project = tmp_path / "project"
    assert run("init", project, "--from", root / "in")[0] == 0
    status, _, err = run("build", project, "--out", tmp_path / "dist")
    assert status == 0, err
    assert run("verify", tmp_path / "dist/dev")[0] == 0
    assert (project / "raw/a.txt").read_text(encoding="utf-8") == "Ilda's"


def test_a_file_beside_it_names_the_documents() -> None:
    data = b"-DOCSTART- O\n\nIlda B-PER\n\n-DOCSTART- O\n\nOmar B-PER\n"
    for names, wanted, codes in (
        (b"quay\nport\n", ["quay", "port"], []),
        (b"quay\n", [None, None], ["W113"]),
        (b"quay\nquay\n", [None, None], ["W113"]),
    ):
        export = conll.unpack(data, "train.conll", Beside(files=(("train.documents.txt", names),)))
        assert [part.name for part in export.parts] == wanted
        assert [finding.code for finding in export.findings] == codes
        assert list(export.companions) == ["train.documents.txt"]


def test_comments_name_documents_as_in_conllu() -> None:
    lines = [
        "# newdoc id = quay one", "# sent_id = 1", "# text = Ilda sails.", "1\tIlda\tB-PER", "2\tsails\tO", "3\t.\tO",
        "", "# newdoc", "1\tOmar\tB-PER", "", "-DOCSTART-\tO\tO", "", "# newdoc id = port", "1\tRuna\tB-PER", "",
    ]  # fmt: skip
    export = unpacked("\n".join(lines))
    assert [(part.name, part.text) for part in export.parts] == [
        ("quay one", "Ilda sails."), (None, "Omar"), ("port", "Runa"),
    ]  # fmt: skip
    assert [part.remarks[-1] == "not read: comment lines" for part in export.parts] == [True, False, False]
    assert faults(export) == []
