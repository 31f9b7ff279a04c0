"""Level 3: what refers to what."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E301": Code(
        "An annotation refers to an id that does not exist.",
        "Mend the id, or add what it refers to.",
    ),
    "E302": Code(
        "Two items of one document have the same id.",
        "Give one of them another id.",
    ),
    "E303": Code(
        "An annotation refers to an item of the wrong kind.",
        "A trigger is a trigger span, a mention a mention span, a holder or source an entity.",
    ),
    "E304": Code(
        "Attributions stand within each other in a circle, or a chain of mentions leads back to itself.",
        "Remove one `parent`, or the link that leads back.",
    ),
    "E305": Code(
        "A mention belongs to two entities.",
        "Keep it in one of them, or merge the two.",
    ),
    "E306": Code(
        "An id is malformed or reserved.",
        "An id is a letter followed by letters, digits, dots, hyphens or underscores; `author` is reserved.",
    ),
    "W307": Code(
        "A reference fits several items, and one of them was taken.",
        "Look whether the one that the message names is meant; else name it in the export by an id of its own.",
    ),
}
