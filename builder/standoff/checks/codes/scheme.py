"""Level 4: labels, roles and values against the scheme."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E401": Code(
        "A label is not in the scheme.",
        "Mend the label, add it to scheme.toml, or rename it there under [map] or [projection].",
    ),
    "E402": Code(
        "An event or relation has a role that its type does not have.",
        "Mend the role, or add it to scheme.toml.",
    ),
    "E403": Code(
        "A role is filled by something that may not fill it.",
        "Mend the filler or its label, or widen `fillers` in scheme.toml.",
    ),
    "E404": Code(
        "A required role or field is missing.",
        'Fill it, or mark it as implicit: {"role": "Attacker", "implicit": true}.',
    ),
    "E405": Code(
        "An attribute or one of its values is not in the scheme.",
        "Mend it, or add it to scheme.toml under [attributes].",
    ),
    "E406": Code(
        "The holder and the target of a stance are the same.",
        "Mend one of the two.",
    ),
    "E407": Code(
        "A document has items in a layer that its annotator did not finish.",
        "Add the layer to `layers`, of the file or of corpus.toml, or take the items out.",
    ),
    "E408": Code(
        "An event has neither a trigger nor a piece of evidence.",
        "Mark the words that express or show it.",
    ),
    "E409": Code(
        "What takes one value has two: the factuality of an event by one source, or a field of an imported item.",
        "Keep one of them.",
    ),
    "E410": Code(
        "A date is none, or a range runs backwards.",
        "Days are written 2021-07-05; earliest comes before latest, count_min before count_max.",
    ),
    "E411": Code(
        "What a note of an export carries cannot be put back.",
        "Restore the item and its note `Standoff` as they were exported, or remove the note.",
    ),
}
