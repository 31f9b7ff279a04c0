"""AnnotatedDocument -> Findings: one table from code to rule. Rules know neither their codes nor their places."""

from __future__ import annotations

from standoff.annotations.reading import Reading
from standoff.checks import labels, layers, pairs, references, spans
from standoff.checks.subject import AttributeOf, Check, Subject
from standoff.corpus.scheme import Scheme
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
        for culprit, message in check(subject):
            if isinstance(culprit, AttributeOf):
                item = culprit.item
                line, column = reading.places.get((item.id, culprit.name), (item.line, item.column))
                reading.fault(code, message, line, column, item.id, item.file)
            elif isinstance(culprit, Item):
                reading.fault(code, message, culprit.line, culprit.column, culprit.id, culprit.file)
            else:
                reading.fault(code, message, *reading.places.get(culprit or "", (1, 1)))
