"""How far the annotators of a release agree, layer by layer: the report that `standoff agreement` shows.

Every measure is counted a document and a pair of annotators, on the documents for which both finished the layer,
and then summed. Reported are each pair, the mean of the pairs, and for alpha the value over all annotators: a
document's pairs are weighted by 1 / (its annotators - 1), as in Krippendorff's coincidence matrices.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from standoff.audit import attributions, coreference, documents, events, gamma, spans, statistics, views
from standoff.audit.references import Matched
from standoff.audit.statistics import Counts, Key, Weights
from standoff.audit.views import View
from standoff.errors import ConfigError, InputError
from standoff.release import manifest
from standoff.spelling import did_you_mean

GOLD = "gold"
ORDER = ("AGAINST", "NEUTRAL", "FAVOR")
"""The order of stance labels that is taken if a release uses no others but MIXED, and none is given."""
SEED = 20231
_ALPHAS = ("type", "author's factuality", "label", "label, ordinal")
NO_ALPHA_U = "alpha_u in the form of 2004 is defined for two annotators; name two with --annotators"

Pair = tuple[str, str]
Counted = dict[Key, dict[Pair, dict[int, Counts]]]


def of_release(
    release: Path,
    *,
    annotators: Sequence[str] = (),
    gold: bool = False,
    bootstrap: int = 200,
    order: Sequence[str] = (),
    with_gamma: bool = False,
) -> dict[str, Any]:
    """Return the report on a release folder, as `agreement` does.

    Raises InputError where there is no sound release, and ConfigError for an annotator that it does not have, or if
    gamma is asked for and its extra is not installed.
    """
    if with_gamma:
        gamma.require()
    try:
        manifest.read(release)
    except manifest.NotValid as error:
        raise InputError(release / manifest.FILE, f"{error.message}; `standoff verify` says more") from None
    found = views.read(release, gold)
    names = sorted({view.annotator for view in found} - {GOLD})
    for name in annotators:
        if name not in names:
            hint = did_you_mean(name, names)
            known = ", ".join(names) or "none but gold"
            raise ConfigError(None, f"--annotators: there is no annotator {name!r}{hint}; the release has {known}")
    chosen = set(annotators or names) | ({GOLD} if gold else set())
    kept = [view for view in found if view.annotator in chosen]
    return agreement(kept, gold=gold, bootstrap=bootstrap, order=order, with_gamma=with_gamma)


def agreement(
    found: Sequence[View],
    *,
    gold: bool = False,
    bootstrap: int = 200,
    order: Sequence[str] = (),
    with_gamma: bool = False,
) -> dict[str, Any]:
    """Return the report on some views: annotators, pairs, documents a layer, measures, and confusions of spans.

    With `gold` every annotator is compared with gold, and none with another. `bootstrap` resamples of the documents
    give the intervals; 0 gives none. Gamma takes seconds, and is computed on request.
    """
    names = sorted({view.annotator for view in found})
    pairs = [(name, GOLD) for name in names if name != GOLD] if gold else list(combinations(names, 2))
    pairs = [pair for pair in pairs if set(pair) <= set(names)]
    shared, ids = _shared(found, pairs)
    weights = Weights(len(ids), bootstrap, SEED)
    with_units = len(names) == 2
    counted, confused = _count(shared, with_units, with_gamma, order or _usual_order(found))
    measures = [row for key in counted for row in _rows(key, counted[key], weights, found, ids, not gold)]
    if not with_units and any(key.layer == "spans" for key in counted):
        measures.append(_row(Key("spans", "alpha_u", "alpha_u"), None, {"value": None, "reason": NO_ALPHA_U}))
    return {
        "annotators": names,
        "pairs": [list(pair) for pair in pairs],
        "shared": [
            {"between": list(pair)}
            | {layer: sum(_have(each, layer) for each in shared[pair].values()) for layer in views.LAYERS}
            for pair in pairs
        ],
        "bootstrap": bootstrap,
        "measures": measures + documents.report([view for view in found if view.doc_id in ids], names, weights),
        "confusions": [{"between": list(pair), "spans": _listed(confused[pair])} for pair in pairs],
    }


def name_of(row: Mapping[str, Any]) -> str:
    """Return what the measure of a row is called in tables: its name, with F1 or alpha where it does not say so."""
    if row["layer"] in ("documents", "entities") or row["measure"].startswith(("alpha", "gamma")):
        return str(row["measure"])
    return f"{row['measure']} {'alpha' if row['measure'] in _ALPHAS else 'F1'}"


def _shared(
    found: Sequence[View], pairs: Sequence[Pair]
) -> tuple[dict[Pair, dict[int, tuple[View, View]]], dict[str, int]]:
    """Return, for each pair, the documents that both have, by number; and the numbers. No other document counts."""
    by_name: dict[str, dict[str, View]] = defaultdict(dict)
    for view in found:
        by_name[view.annotator][view.doc_id] = view
    both = {pair: sorted(by_name[pair[0]].keys() & by_name[pair[1]].keys()) for pair in pairs}
    ids = {
        doc_id: number for number, doc_id in enumerate(sorted({doc_id for each in both.values() for doc_id in each}))
    }
    shared = {
        pair: {ids[doc_id]: (by_name[pair[0]][doc_id], by_name[pair[1]][doc_id]) for doc_id in names}
        for pair, names in both.items()
    }
    return shared, ids


def _count(
    shared: Mapping[Pair, Mapping[int, tuple[View, View]]], with_units: bool, with_gamma: bool, order: Sequence[str]
) -> tuple[Counted, dict[Pair, Counter[tuple[str, str]]]]:
    both = [view for found in shared.values() for each in found.values() if _have(each, "spans") for view in each]
    inventory = spans.labels(both)
    counted: Counted = defaultdict(lambda: defaultdict(dict))
    confused: dict[Pair, Counter[tuple[str, str]]] = defaultdict(Counter)
    for pair, found in shared.items():
        for number, each in found.items():
            if _have(each, "spans"):
                confused[pair] += spans.confusion(*each)
            for counts in _layers(each, inventory, with_units, with_gamma, order):
                for key, value in counts.items():
                    counted[key][pair][number] = value
    return counted, confused


def _layers(
    each: tuple[View, View], inventory: set[str], with_units: bool, with_gamma: bool, order: Sequence[str]
) -> Iterator[dict[Key, Counts]]:
    first, second = each
    if _have(each, "spans"):
        yield spans.counts(first, second, inventory, with_units=with_units)
        if with_gamma:
            yield {spans.GAMMA: spans.unified(each, SEED)}
    entities = coreference.pairing(first.clusters, second.clusters) if _have(each, "entities") else {}
    aligned = events.align(first, second) if _have(each, "events") else []
    matched = Matched(first, second, entities, aligned)
    if _have(each, "entities"):
        yield coreference.counts(list(first.clusters.values()), list(second.clusters.values()))
    if _have(each, "events"):
        yield events.counts(first, second, matched)
    if _have(each, "attributions"):
        yield attributions.attributions(first, second, matched)
    if _have(each, "stance"):
        yield attributions.stance(first, second, matched, order)


def _have(each: tuple[View, View], layer: str) -> bool:
    return layer in each[0].layers and layer in each[1].layers


def _rows(
    key: Key,
    by_pair: Mapping[Pair, Mapping[int, Counts]],
    weights: Weights,
    found: Sequence[View],
    ids: Mapping[str, int],
    together: bool,
) -> Iterator[dict[str, Any]]:
    """Yield a row a pair, one for their mean and, for alpha and gamma, one for all annotators together."""
    values = {pair: statistics.values_of(key, counted, weights) for pair, counted in by_pair.items()}
    for pair, counted in by_pair.items():
        yield _row(key, list(pair), statistics.estimate(key, values[pair], [counted]))
    mean = statistics.mean(list(values.values()))
    yield _row(key, "mean", statistics.estimate(key, mean, list(by_pair.values())))
    if together and key.statistic in ("alpha", "ordinal alpha", "gamma"):
        joined = (_unified if key == spans.GAMMA else _joined)(key, by_pair, found, ids)
        yield _row(key, "all", statistics.estimate(key, statistics.values_of(key, joined, weights), [joined]))


def _joined(
    key: Key, by_pair: Mapping[Pair, Mapping[int, Counts]], found: Sequence[View], ids: Mapping[str, int]
) -> dict[int, Counts]:
    number = Counter(ids[view.doc_id] for view in found if view.doc_id in ids and key.layer in view.layers)
    joined: dict[int, Counter[Any]] = defaultdict(Counter)
    for counted in by_pair.values():
        for document, counts in counted.items():
            for column, value in counts.items():
                weight = 1 if column == "units" else 1 / (number[document] - 1)
                joined[document][column] += value * weight  # type: ignore[assignment]
    return dict(joined)


def _unified(
    key: Key, by_pair: Mapping[Pair, Mapping[int, Counts]], found: Sequence[View], ids: Mapping[str, int]
) -> dict[int, Counts]:
    """Return what each document adds to gamma of all its annotators at once; what two alone have is known already."""
    views: dict[int, list[View]] = defaultdict(list)
    for view in found:
        if view.doc_id in ids and key.layer in view.layers:
            views[ids[view.doc_id]].append(view)
    known = {number: counts for counted in by_pair.values() for number, counts in counted.items()}
    return {
        number: known[number] if len(each) == 2 else spans.unified(each, SEED)
        for number, each in views.items() if len(each) > 1
    }  # fmt: skip


def _row(key: Key, between: str | list[str] | None, estimate: Mapping[str, Any]) -> dict[str, Any]:
    return {"layer": key.layer, "label": key.label or None, "measure": key.name, "between": between, **estimate}


def _usual_order(found: Sequence[View]) -> Sequence[str]:
    used = {row["label"] for view in found for row in view.rows["stance"]}
    return ORDER if used <= {*ORDER, "MIXED"} else ()


def _listed(confused: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    order = sorted(confused.items(), key=lambda item: (-item[1], item[0]))
    return [{"first": one, "second": other, "times": number} for (one, other), number in order]
