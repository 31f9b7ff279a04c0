"""Level 2: texts and spans."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E201": Code(
        "Annotations were made on another text than the document has now.",
        "Restore the text, or move the annotations to the new text and name its digest.",
    ),
    "E202": Code(
        "A span ends after the end of the text.",
        "Mend its offsets; they count code points from 0, and the end is exclusive.",
    ),
    "E203": Code(
        "The text at a span is not the text that the annotation recorded.",
        "Compare the two texts in the message: the offsets are shifted, or the article was edited.",
    ),
    "E204": Code(
        "A span is empty or ends before it starts.",
        "Mend its offsets.",
    ),
    "E205": Code(
        "A quote stands nowhere in the text.",
        "Copy it from the article: typographic quotes, blanks and accents must be the same.",
    ),
    "E206": Code(
        "A quote stands more than once in the text.",
        "Say which one is meant: nth, prefix or suffix.",
    ),
    "E207": Code(
        "An annotation lies in a part of the raw file that is cut from the text.",
        "Remove the annotation, or narrow the cut in corpus.toml.",
    ),
    "E208": Code(
        "The fragments of one span overlap.",
        "Give each piece of the text to one fragment only.",
    ),
    "W209": Code(
        "A span begins or ends with a blank.",
        "Shrink it by the blank.",
    ),
    "W210": Code(
        "A span begins or ends within a word.",
        "Extend it to the whole word, unless the half is meant.",
    ),
    "E211": Code(
        "A span begins or ends within a character as a reader sees it: an emoji sequence, a letter with its accent.",
        "Extend it to the whole character.",
    ),
    "W212": Code(
        "Two spans have the same kind, label, extent and attributes.",
        "Remove one of them.",
    ),
    "E213": Code(
        "The offsets of a file can be counted in two units, with different results.",
        "Export the file with surface texts that tell the units apart, or say the unit: [[sources]] offsets = …",
    ),
    "E214": Code(
        "An annotation file quotes a withheld text.",
        "Run `standoff anchor --write --texts DIR`, which leaves only offsets; surface texts of tools must go, too.",
    ),
    "W215": Code(
        "Offsets have neither a quote nor a digest of the text to prove them.",
        "Run `standoff anchor --write`, and look whether each span covers what it should.",
    ),
    "W216": Code(
        "The recorded text of a span has a blank where the text has a line break.",
        "Nothing, if the tool shows line breaks so: the two count as equal in the proof.",
    ),
    "E217": Code(
        "The selectors of an annotation cannot be followed in a plain text, or contradict each other.",
        "Export it with a TextQuoteSelector or a TextPositionSelector, or leave the annotation out.",
    ),
    "E221": Code(
        "A token of a WebAnno TSV file is not the text at its offsets.",
        "Export the document from the tool again, or mend offsets, token or #Text= line; offsets count UTF-16 units.",
    ),
}
