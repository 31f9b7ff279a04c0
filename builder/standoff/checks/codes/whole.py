"""Level 6: the whole corpus."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E601": Code(
        "A story is in no split.",
        "Run `standoff split --write`, which adds it to splits.csv.",
    ),
    "E602": Code(
        "A row of splits.csv is not valid, or contradicts another or the article's own split.",
        "One row a story: story_id and train, validation or test.",
    ),
    "W603": Code(
        "splits.csv names a story that no document tells.",
        "Remove the row, or check the story_id of the articles.",
    ),
    "E604": Code(
        "Several annotators have a document, and nothing says whose work is published.",
        'Name them in order in corpus.toml: [annotations] publish = ["gold", "a1"].',
    ),
    "E605": Code(
        "Two copies of one article differ.",
        "Keep the copy that the annotations were made on.",
    ),
    "W606": Code(
        "A document has no annotations.",
        "Its row has no layers; annotate it, or take it out.",
    ),
    "E607": Code(
        "Two documents in different splits have the same text, or nearly the same.",
        "Give them one story_id, so that they are in one split, or leave one of them out.",
    ),
    "E651": Code(
        "waivers.toml cannot be used: an entry has an unknown key or code, or a code that cannot be waived.",
        "Mend the entry at the place named, or remove it and mend the fault.",
    ),
    "W652": Code(
        "A waiver is expired: its last day lies before release_date. It waives nothing.",
        "Mend the fault, and remove the entry; or decide anew, and give it a later day.",
    ),
    "W653": Code(
        "A waiver waives nothing.",
        "Remove the entry if the fault is mended; else mend its code, document, item or path.",
    ),
    "E654": Code(
        "A fault is waived, and its item cannot be published with it.",
        "Mend the fault, or leave the item out: exclude = true, with the item named if the text is withheld.",
    ),
}
