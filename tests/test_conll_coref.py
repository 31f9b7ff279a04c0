"""CoNLL-2012 coreference: brackets, layouts, names of entities, parts; and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from samples import quick
from standoff.annotations.conll import coref as conll_coref
from standoff.annotations.export import Export, Part, Siblings
from standoff.annotations.tagging import UNTYPED

BEGIN, END = "#begin document (port/quay); part 000\n", "#end document\n"


def unpacked(text: str, name: str = "x.conll") -> Export:
    return conll_coref.unpack(text.encode("utf-8"), name, Siblings(Path("/nonexistent")))


def only(text: str, name: str = "x.conll") -> Part:
    (part,) = unpacked(text, name).parts
    return part


def entities(part: Part) -> dict[str | None, list[str | None]]:
    """Return the surfaces of the mentions of each entity, by its name in the file."""
    surface = {span.id: span.surface for span in part.reading.annotations.spans}
    return {entity.raw_id: [surface[name] for name in entity.mentions] for entity in part.reading.annotations.entities}


def faults(part: Part) -> list[tuple[str, int | None, int | None]]:
    return [(finding.code, finding.line, finding.column) for finding in part.reading.findings]


def short(cells: list[str]) -> str:
    """Return a document of the short layout whose tokens are t0, t1 …"""
    return BEGIN + "".join(f"{n}\tt{n}\t{cell or '_'}\n" for n, cell in enumerate(cells)) + END


EXTENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 7), st.integers(0, 7)), max_size=10).map(
    lambda drawn: sorted({(key, min(a, b), max(a, b)) for key, a, b in drawn})
)


@quick
@given(EXTENTS, st.sampled_from(["", "|"]))
def test_what_is_written_in_brackets_is_read(extents: list[tuple[int, int, int]], between: str) -> None:
    """Mentions of one entity that do not cross come back, however they nest with those of others."""
    kept: list[tuple[int, int, int]] = []
    for key, first, last in extents:
        if not any(k == key and (a < first <= b < last or first < a <= last < b) for k, a, b in kept):
            kept.append((key, first, last))
    cells: list[list[str]] = [[] for _ in range(8)]
    for key, first, last in sorted(kept, key=lambda each: (each[1], -each[2])):
        cells[first].append(f"({key})" if first == last else f"({key}")
    for key, first, last in sorted(kept, key=lambda each: (each[2], -each[1])):
        if first != last:
            cells[last].append(f"{key})")
    part = only(short([between.join(cell) for cell in cells] if between else ["|".join(cell) for cell in cells]))
    assert faults(part) == []
    words = [f"t{n}" for n in range(8)]
    read = sorted((raw, *surfaces) for raw, texts in entities(part).items() for surfaces in [sorted(map(str, texts))])
    wanted: dict[str, list[str]] = {}
    for key, first, last in kept:
        wanted.setdefault(str(key), []).append(" ".join(words[first : last + 1]))
    assert read == sorted((key, *sorted(texts)) for key, texts in wanted.items())


def test_brackets_with_types_and_links() -> None:
    part = only(short(["(person-1-Ilda%2DV", "person-1-Ilda%2DV)(place-2)", "(person-1)"]))
    assert [(span.label, span.surface) for span in part.reading.annotations.spans] == [
        ("person", "t0 t1"),
        ("place", "t1"),
        ("person", "t2"),
    ]
    assert [(entity.id, entity.label, entity.kb_id) for entity in part.reading.annotations.entities] == [
        ("e1", "person", "Ilda-V"),
        ("e2", "place", None),
    ]
    assert [(link.resource, link.ref) for link in part.reading.annotations.normalizations] == [("Wikipedia", "Ilda-V")]


def row(word: str, name: str, coref: str) -> str:
    return f"port/quay   0   0   {word}   NN   (NP*)   {word}   -   -   Orm   {name}   (ARG0*)   {coref}\n"


def test_full_layout_has_names_whose_types_mentions_and_entities_take() -> None:
    part = only(
        BEGIN + row("Ilda", "(PERSON*", "(0") + row("Voren", "*)", "0)") + row("of", "*", "-")
        + row("Doliv", "(GPE)", "-") + "\n" + row("She", "*", "(0)") + row("it", "*", "(1)") + END
    )  # fmt: skip
    assert [(span.label, span.form, span.surface) for span in part.reading.annotations.spans] == [
        ("PERSON", "name", "Ilda Voren"),
        ("GPE", "name", "Doliv"),
        ("PERSON", None, "She"),
        (UNTYPED, None, "it"),
    ]
    assert entities(part) == {"0": ["Ilda Voren", "She"], "1": ["it"]}
    assert part.text == "Ilda Voren of Doliv\nShe it"
    assert faults(part) == []
    assert "not read: lemma" in part.remarks and "not read: sense" not in part.remarks
    assert "not read: predicates and their arguments" in part.remarks


def test_the_name_of_a_document_has_its_part_where_one_is_needed() -> None:
    one = "0 a (1)\n"
    text = f"#begin document (q); part 000\n{one}{END}#begin document (q); part 001\n{one}{END}"
    assert [part.name for part in unpacked(text).parts] == ["q_part_000", "q_part_001"]
    assert only(f"#begin document (q); part 003\n{one}{END}").name == "q_part_003"
    assert only(f"#begin document (q); part 0\n{one}{END}").name == "q"
    assert only(f"# begin document q\n{one}# end document\n").name == "q"
    assert only(f"# begin document q\n{one}# end document\n", "in/q.conll").name is None


def test_layout_with_the_document_before_the_token() -> None:
    text = "#begin document (q);\nq 0 Ilda (1)\nq 1 sails -\n#end document q\n"
    assert only(text).text == "Ilda sails"
    assert only("#begin document (q);\nIlda (1)\n#end document\n").text == "Ilda"


def test_brackets_at_fault_are_named_and_counted_and_the_rest_is_read() -> None:
    part = only(short(["(1", "2)", "(3)|()", "4", "(5"]))
    assert faults(part) == [
        ("E141", 3, 6), ("E105", 4, 10), ("E105", 4, 11), ("E105", 5, 6), ("E141", 2, 6), ("E141", 6, 6),
    ]  # fmt: skip
    assert entities(part) == {"3": ["t2"]}
    assert part.held is not None
    assert (part.held["spans"], part.held["mentions"], part.held["entities"]) == (3, 3, 1)


def test_names_at_fault_are_named() -> None:
    part = only(BEGIN + row("Ilda", "*)", "-") + row("Voren", "(PERSON*", "-") + END)
    assert faults(part) == [("E141", 2, 62), ("E141", 3, 64)]


def test_rows_at_fault_are_named() -> None:
    export = unpacked("stray row\n" + BEGIN + "lonely\n0\t\t_\n0\ta\t_\n1\tb\t_\n")
    assert [(f.code, f.line) for f in export.findings] == [("E105", 1)]
    assert faults(export.parts[0]) == [("E105", 3, 1), ("E105", 4, 1), ("E141", 2, 1)]
    assert export.parts[0].text == "a b"


def test_files_are_known_by_their_first_line() -> None:
    assert conll_coref.sniff(b"\xef\xbb\xbf#begin document (a); part 000\r\n")
    assert conll_coref.sniff(b"# a remark\n\n# begin document a\n")
    assert not conll_coref.sniff(b"The text\n#begin document (a)\n")
    assert not conll_coref.sniff(b"")
