"""AnnotatedDocument -> Findings: one table from code to rule. Rules know neither their codes nor their places."""

from __future__ import annotations

from standoff.annotations.reading import Reading, in_text
from standoff.checks import labels, layers, pairs, references, spans
from standoff.checks.subject import AttributeOf, Check, InScheme, InText, Subject
from standoff.corpus import scheme as scheme_toml
from standoff.corpus.scheme import Scheme
from standoff.finding import Related
from standoff.model import Document, Item

CHECKS: dict[str, Check] = {
    "E208": spans.overlapping_fragments,
    "W209": spans.blank_edge,
    "W210": spans.half_word,
    "E211": spans.half_grapheme,
    "W212": spans.duplicate,
    "E214": spans.quoted_withheld,
    "W215": spans.unproved,
    "E301": references.dangling,
    "E302": references.duplicate_id,
    "E303": references.wrong_kind,
    "E304": references.attribution_cycle,
    "E305": references.shared_mention,
    "E306": references.reserved_id,
    "E401": labels.unknown_label,
    "E402": labels.unknown_role,
    "E403": labels.wrong_filler,
    "E404": labels.missing_role,
    "E405": labels.unknown_value,
    "E406": layers.own_target,
    "E407": layers.unfinished_layer,
    "E408": layers.no_trigger,
    "E409": layers.two_values,
    "E410": layers.backwards,
    "W501": layers.unquoted_quotation,
    "W502": layers.other_label,
    "W503": layers.no_author_value,
    "W504": layers.lone_trigger,
    "W505": pairs.crossing,
    "W506": pairs.double_relation,
}


def run(reading: Reading, document: Document, scheme: Scheme) -> None:
    """Run every check over one annotator's annotations on one document, and note the faults in the reading."""
    failed = {finding.item for finding in reading.findings if finding.item}
    subject = Subject(document, reading.annotations, scheme, failed)
    for code, check in CHECKS.items():
        for culprit, message, *others in check(subject):
            related = [place for other, what in others for place in _related(reading, subject, other, what)]
            if isinstance(culprit, AttributeOf):
                item = culprit.item
                line, column = reading.places.get((item.id, culprit.name), (item.line, item.column))
                reading.fault(code, message, line, column, item.id, item.file, related)
            elif isinstance(culprit, Item):
                reading.fault(code, message, culprit.line, culprit.column, culprit.id, culprit.file, related)
            else:
                reading.fault(code, message, *reading.places.get(culprit or "", (1, 1)), related=related)


def _related(reading: Reading, subject: Subject, other: Item | InText | InScheme | str, what: str) -> list[Related]:
    """Return the place of an item, an offset, a table of the scheme or a key; none of what the file does not have."""
    if isinstance(other, Item):
        return [reading.other_item(other, what)]
    if isinstance(other, InText):
        return in_text(subject.document, other.offset, what)
    if isinstance(other, InScheme):
        place = subject.scheme.place(*other.pointer)
        return [Related(scheme_toml.FILE, what, *place)] if place else []
    return [reading.other(what, *reading.places[other])] if other in reading.places else []
