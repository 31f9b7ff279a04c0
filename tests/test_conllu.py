"""CoNLL-U with coreference: text, words in multiword tokens, empty nodes, brackets by declared fields, relations."""

from __future__ import annotations

from pathlib import Path

from standoff.annotations.conll import conllu
from standoff.annotations.export import Export, Part, Siblings

DECLARED = "# global.Entity = eid-etype-head-infstat-identity-other\n"


def word(number: str, form: str, misc: str = "_") -> str:
    return "\t".join([number, form, *["_"] * 7, misc]) + "\n"


def unpacked(text: str, name: str = "x.conllu") -> Export:
    return conllu.unpack(text.encode("utf-8"), name, Siblings(Path("/nonexistent")))


def only(text: str) -> Part:
    (part,) = unpacked(text).parts
    return part


def spans(part: Part) -> list[tuple[str, str | None]]:
    return [(span.label, span.surface) for span in part.reading.annotations.spans]


def faults(part: Part) -> list[tuple[str, int | None, int | None]]:
    return [(finding.code, finding.line, finding.column) for finding in part.reading.findings]


def test_text_is_built_from_forms_spaces_sentences_and_paragraphs() -> None:
    part = only(
        "# newpar\n" + word("1", "Go", "SpaceAfter=No") + word("2", "!") + "\n# newpar\n" + word("1", "Ilda")
        + word("2", "went") + "\n" + word("1", "Yes") + "\n"
    )  # fmt: skip
    assert part.text == "Go!\n\nIlda went\nYes"
    assert ("text_origin", "rebuilt from tokens") in part.fields


def test_text_of_the_comments_is_not_called_rebuilt() -> None:
    part = only("# text = Go!\n" + word("1", "Go", "SpaceAfter=No") + word("2", "!") + "\n")
    assert (part.text, part.fields, faults(part)) == ("Go!", [], [])


def test_text_that_contradicts_the_tokens_is_named_and_used_where_it_has_their_words() -> None:
    spaced = only("# text = Go  !\n" + word("1", "Go", "SpaceAfter=No") + word("2", "!", "Entity=(e1)"))
    assert (spaced.text, faults(spaced)) == ("Go  !", [("W142", 1, 1)])
    assert spaced.reading.annotations.spans[0].fragments == [(4, 5)]
    other = only("# text = Stay!\n" + word("1", "Go", "SpaceAfter=No") + word("2", "!"))
    assert (other.text, faults(other)) == ("Go!", [("W142", 1, 1)])


def test_words_have_places_within_a_multiword_token_that_they_spell() -> None:
    part = only(
        word("1-2", "didn't") + word("1", "did", "Entity=(e1-a)") + word("2", "n't", "Entity=(e2-b)")
        + word("3-4", "du") + word("3", "de", "Entity=(e3-c)") + word("4", "le", "Entity=(e4-d)") + word("5", "x")
    )  # fmt: skip
    assert part.text == "didn't du x"
    assert spans(part) == [("a", "did"), ("b", "n't"), ("c", "du"), ("d", "du")]
    assert faults(part) == []


def test_an_empty_node_within_a_multiword_token_does_not_part_it() -> None:
    part = only(word("1-2", "didn't") + word("1", "did") + word("1.1", "so") + word("2", "n't", "Entity=(e1)"))
    assert (part.text, spans(part), faults(part)) == ("didn't", [("ENTITY", "n't")], [])


def test_mentions_with_empty_nodes_keep_their_words_and_are_named_without_any() -> None:
    part = only(
        word("1", "Sails", "Entity=(e1-x") + word("1.1", "she", "Entity=(e2-y)") + word("2", "fast", "Entity=e1)")
    )
    assert spans(part) == [("x", "Sails fast")]
    assert faults(part) == [("W144", 2, 30)]
    assert part.held is not None and part.held["mentions"] == 2


def test_fields_become_label_attributes_and_link() -> None:
    cell = "Entity=(e1-person-1-giv:act-Ilda%2DV-origin:port%2C sea,minor)"
    part = only(DECLARED + word("1", "Ilda", cell))
    (span,) = part.reading.annotations.spans
    assert (span.label, span.line, span.column) == ("person", 2, 29)
    assert span.attributes == [("head", "1"), ("infstat", "giv:act"), ("origin", "port, sea"), ("minor", "true")]
    (link,) = part.reading.annotations.normalizations
    assert (link.target, link.resource, link.ref) == (span.id, "Wikipedia", "Ilda-V")
    (entity,) = part.reading.annotations.entities
    assert (entity.id, entity.raw_id, entity.kb_id, entity.mentions) == ("e1", "e1", "Ilda-V", [span.id])


def test_the_entity_need_not_be_the_first_field() -> None:
    part = only("# global.Entity = etype-GRP\n" + word("1", "a", "Entity=(person-7") + word("2", "b", "Entity=7)"))
    assert spans(part) == [("person", "a b")]
    assert part.reading.annotations.entities[0].raw_id == "7"


def test_the_label_of_an_entity_is_that_of_most_mentions_which_keep_theirs() -> None:
    part = only(word("1", "a", "Entity=(e1-x)") + word("2", "b", "Entity=(e1-y)") + word("3", "c", "Entity=(e1-y)"))
    assert [label for label, _ in spans(part)] == ["x", "y", "y"]
    assert part.reading.annotations.entities[0].label == "y"


def test_parts_of_a_discontinuous_mention_are_one_span() -> None:
    part = only(
        word("1", "old", "Entity=(e1[1/2]-x)(e2-z") + word("2", "and", "Entity=e2)")
        + word("3", "quays", "Entity=(e1[2/2]-x)")
    )  # fmt: skip
    assert spans(part) == [("x", "old quays"), ("z", "old and")]
    assert part.reading.annotations.spans[0].fragments == [(0, 3), (8, 13)]
    assert part.reading.annotations.entities[0].raw_id == "e1"


def test_parts_that_are_missing_are_named() -> None:
    assert faults(only(word("1", "old", "Entity=(e1[1/2]-x)"))) == [("E141", 1, 28)]
    assert faults(only(word("1", "old", "Entity=(e1[2/2]-x)"))) == [("E141", 1, 28)]


def test_bridging_and_split_antecedents_are_relations() -> None:
    part = only(
        word("1", "a", "Entity=(e1-x)") + word("2", "b", "Entity=(e2-x)")
        + word("3", "c", "SplitAnte=e1<e3,e2<e3|Entity=(e3-x)") + word("4", "d", "Bridge=e1<e4:part|Entity=(e4-x)")
        + word("5", "e", "Bridge=e9<e4|Entity=(e4-x)") + word("6", "f", "Bridge=e1-e4")
    )  # fmt: skip
    shown = [
        (r.label, [(a.role, a.filler) for a in r.arguments], r.attributes) for r in part.reading.annotations.relations
    ]
    assert shown == [
        ("split_antecedent", [("Antecedent", "e1"), ("Antecedent", "e2"), ("Anaphor", "m3")], []),
        ("bridging", [("Antecedent", "e1"), ("Anaphor", "m4")], [("type", "part")]),
    ]
    assert sorted(faults(part)) == [("E105", 6, 19), ("E301", 5, 19)]


def test_documents_have_names_metadata_and_entities_of_their_own() -> None:
    export = unpacked(
        DECLARED + "# newdoc id = a\n# meta::title = The quay\n# meta::dateCreated = 2031-03-11\n"
        + word("1", "x", "Entity=(e1-p)") + "\n# newdoc id = b\n# meta::dateCreated = 2031\n"
        + word("1", "y", "Entity=(e1-p)") + "\n"
    )  # fmt: skip
    assert [(part.name, part.line, part.text) for part in export.parts] == [("a", 2, "x"), ("b", 7, "y")]
    assert export.parts[0].fields[:2] == [("title", "The quay"), ("published", "2031-03-11")]
    assert export.parts[1].fields[0] == ("dateCreated", "2031")
    assert [len(part.reading.annotations.entities) for part in export.parts] == [1, 1]
    assert unpacked("# newdoc id = a\n" + word("1", "x"), "in/a.conllu").parts[0].name is None


def test_lines_with_faults_are_named_and_reading_goes_on() -> None:
    part = only(
        word("1", "a", "Entity=(e1-x") + "2\tshort\n" + word("9", "c", "Entity=e1)(e2") + word("x", "d")
        + word("11", "") + word("12", "f", "Entity=e7)")
    )  # fmt: skip
    assert sorted(faults(part)) == [
        ("E105", 2, 1), ("E105", 3, 1), ("E105", 4, 1), ("E105", 5, 1), ("E141", 3, 29), ("E141", 6, 27),
    ]  # fmt: skip
    assert part.text == "a short c d f"
    assert spans(part) == [("x", "a short c")]


def test_brackets_of_a_multiword_token_are_named() -> None:
    part = only(word("1-2", "ab", "Entity=(e1-x)") + word("1", "a") + word("2", "b"))
    assert (faults(part), spans(part)) == ([("E105", 1, 1)], [])


def test_crlf_nul_and_line_separators() -> None:
    part = only(word("1", "a\u2028b", "Entity=(e1-x)").replace("\n", "\r\n") + word("2", "\x00").replace("\n", "\r\n"))
    assert (part.text, spans(part), faults(part)) == ("a\u2028b \x00", [("x", "a\u2028b")], [])


def test_what_is_not_read_is_said() -> None:
    part = only("# s_type = x\n" + word("1", "a", "MSeg=a|SpaceAfter=No"))
    assert part.remarks[-3:] == ["not read: syntax", "not read: MISC MSeg", "not read: s_type"]


def test_a_treebank_without_entities_is_none() -> None:
    assert not conllu.sniff(word("1", "a").encode())
    assert conllu.sniff(word("1", "a", "X=y|Entity=(e1)").encode())
    assert conllu.sniff(("\ufeff" + DECLARED + word("1-2", "a")).encode())
    assert not conllu.sniff(b"# global.Entity = eid\nIlda B-PER\n")
