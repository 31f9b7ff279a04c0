"""Level 5: what is allowed, and hardly meant."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "W501": Code(
        "A direct quotation has no quotation marks.",
        "Extend the content to the marks, or call it indirect.",
    ),
    "W502": Code(
        "A mention has another label than its entity.",
        "Mend one of the two labels, unless the text really uses the name for something else.",
    ),
    "W503": Code(
        "An event does not say whether the author takes it as fact.",
        "Add a factuality row for `author`.",
    ),
    "W504": Code(
        "A trigger belongs to no event.",
        "Add the event, or remove the trigger.",
    ),
    "W505": Code(
        "Two mentions cross: they share words, and neither lies within the other.",
        "Look which of the two has the right borders, and mend or remove the other.",
    ),
    "W506": Code(
        "Two relations have the same label, arguments and attributes.",
        "Remove one of them.",
    ),
}
