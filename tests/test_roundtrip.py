"""Every layer survives a round trip through another format, but for what the ledger names; and nothing is unnamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from itertools import combinations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from standoff import anchoring
from standoff.annotations import FORMATS, native
from standoff.exports import brat, cas_xmi, label_studio, proof, w3c
from standoff.exports import native as native_export
from standoff.exports.ledger import Ledger
from standoff.model import ITEM_LISTS, AnnotatedDocument, Annotations
from strategies import annotated

many = settings(
    max_examples=40, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

TOOLS: dict[str, Callable[[], proof.Tool]] = {
    "brat": brat.tool, "cas_xmi": cas_xmi.tool, "label_studio": label_studio.tool, "w3c": w3c.tool,
}  # fmt: skip

_EDGES = [fields for n in (1, 2, 3) for fields in combinations(("end", "fragments", "start"), n)]

EXPECTED: dict[str, set[str]] = {
    "brat": {"covers line ends alone"},
    "cas_xmi": set(),
    "label_studio": {"a task needs a text"},
    "w3c": set(),
}


def check(original: Annotations, back: Annotations | None, ledger: Ledger) -> None:
    """Compare all items that the ledger does not name; and see that it counts every one."""
    named = {(loss.layer, loss.item) for loss in ledger.settled()}
    for layer in ITEM_LISTS:
        found = {item.id: proof.comparable(item) for item in getattr(back, layer)} if back else {}
        wanted = {item.id: proof.comparable(item) for item in getattr(original, layer)}
        for name, entry in wanted.items():
            assert (layer, name) in named or found.get(name) == entry
        assert set(found) <= set(wanted), "nothing is there that was not there before"
        assert len(found) == (len(getattr(back, layer)) if back else 0), "nothing is there twice"
    for layer, row in ledger.counts().items():
        assert row["exported"] + row["truncated"] + row["dropped"] == row["items"]
        assert row["items"] == (1 if layer == "documents" else len(getattr(original, layer)))
        assert min(row.values()) >= 0
    if back and ("documents", "") not in named:
        assert (back.layers, dict(back.attributes)) == (original.layers, dict(original.attributes))


def losses(ledger: Ledger) -> set[str]:
    return {loss.reason for loss in ledger.settled()} - {"dangling after a drop"}


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_gives_back_what_it_was_given(name: str) -> None:
    if name not in FORMATS:
        pytest.skip(f"there is no reader of {name}")

    @many
    @given(annotated())
    def goes_round(source: AnnotatedDocument) -> None:
        before, tool, ledger = deepcopy(source.annotations), TOOLS[name](), Ledger()
        output = proof.written(tool, source, ledger)
        assert source.annotations == before, "an export changes nothing of what it is given"
        back = proof.read_back(tool, output, source.document) if output is not None else None
        check(source.annotations, back, ledger)
        if name == "brat" and not (back and back.spans):
            return  # brat has no place for what is said of a document without a span
        unexpected = {reason for reason in losses(ledger) if not reason.startswith("XML cannot")} - EXPECTED[name]
        if name == "brat":  # a line end at the edge of a span is not in it
            unexpected -= {"not expressible: " + ", ".join(sorted(fields)) for fields in _EDGES}
        assert unexpected == set()

    goes_round()


@many
@given(annotated())
def test_the_native_format_gives_back_everything(source: AnnotatedDocument) -> None:
    text = native_export.render(source.document, source.annotations, quotes=True)
    reading = native.read(text.encode(), "d", "a1", "d.json")
    assert reading.findings == []
    anchoring.anchor(reading, source.document)
    assert reading.findings == []
    ledger = Ledger()
    ledger.enter(source.annotations)
    check(source.annotations, reading.annotations, ledger)
    assert native_export.render(source.document, reading.annotations, quotes=True) == text


def test_the_strategies_make_what_they_promise() -> None:
    """Each layer, each kind of difficulty is there in some of the examples."""
    seen: Counter[str] = Counter()

    @settings(many, max_examples=200)
    @given(annotated())
    def look(source: AnnotatedDocument) -> None:
        spans = source.annotations.spans
        extents = Counter((span.start, span.end) for span in spans)
        seen.update(layer for layer in ITEM_LISTS if getattr(source.annotations, layer))
        seen["empty"] += not source.document.text
        seen["discontinuous"] += any(len(span.fragments) > 1 for span in spans)
        seen["identical"] += any(number > 1 for number in extents.values())
        seen["nested"] += any(a[0] < b[0] and b[1] < a[1] for a in extents for b in extents)
        seen["crossing"] += any(a[0] < b[0] < a[1] < b[1] for a in extents for b in extents)

    look()
    wanted = (*ITEM_LISTS, "empty", "discontinuous", "identical", "nested", "crossing")
    assert [name for name in wanted if not seen[name]] == []
