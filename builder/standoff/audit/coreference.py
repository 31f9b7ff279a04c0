"""Agreement on entities as clusters of mentions: MUC, B3, CEAFe, their mean, LEA. Mentions match by extent.

Sources: Vilain et al. 1995 (MUC), Bagga and Baldwin 1998 (B3), Luo 2005 (CEAF, similarity phi 4), Moosavi and
Strube 2016 (LEA; a singleton is resolved by the same singleton). Each counts sums of recall and precision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from standoff.audit import assignment
from standoff.audit.statistics import Counts, Key, match, score

Clusters = Sequence[frozenset[Hashable]]


def counts(key: Clusters, response: Clusters) -> dict[Key, Counts]:
    """Return what a document adds to each measure, from the clusters of its mentions by either annotator."""
    units = sum(map(len, key)) + sum(map(len, response))
    mentions = [Counter(mention for cluster in side for mention in cluster) for side in (key, response)]
    both = (mentions[0] & mentions[1]).total()
    similarity = _ceaf(key, response)
    scores = {
        "MUC": score(*_muc(key, response), *_muc(response, key)),
        "B3": score(*_b3(key, response), *_b3(response, key)),
        "CEAFe": score(similarity, len(key), similarity, len(response)),
        "LEA": score(*_lea(key, response), *_lea(response, key)),
    }
    found: dict[Key, Counts] = {Key("entities", "mentions", "f1"): match(both, *(side.total() for side in mentions))}
    for name, counted in scores.items():
        found[Key("entities", name, "f1")] = {**counted, "units": units}
    joined: dict[Hashable, float] = {"units": units}
    for name in ("MUC", "B3", "CEAFe"):
        for column, number in scores[name].items():
            assert isinstance(column, tuple)
            joined[name, column[1]] = number
    found[Key("entities", "CoNLL mean", "mean of f1")] = joined
    return found


def pairing(first: Mapping[str, frozenset[Hashable]], second: Mapping[str, frozenset[Hashable]]) -> dict[str, str]:
    """Return which entity of the second annotator is which of the first, one to one, by their common mentions."""
    ids, others = list(first), list(second)
    edges = [(i, j, value) for i, j, value in _similar(list(first.values()), list(second.values()))]
    return {ids[i]: others[j] for i, j, _ in assignment.best(edges)}


def _similar(key: Clusters, response: Clusters) -> list[assignment.Edge]:
    """Return (key, response, phi 4) of the clusters that share a mention."""
    where = _where(response)
    edges = []
    for number, cluster in enumerate(key):
        shared = Counter(where[mention] for mention in cluster if mention in where)
        edges += [(number, other, 2 * n / (len(cluster) + len(response[other]))) for other, n in shared.items()]
    return edges


def _ceaf(key: Clusters, response: Clusters) -> float:
    return sum(weight for _, _, weight in assignment.best(_similar(key, response)))


def _where(clusters: Clusters) -> dict[Hashable, int]:
    return {mention: number for number, cluster in enumerate(clusters) for mention in cluster}


def _parts(cluster: frozenset[Hashable], where: Mapping[Hashable, int]) -> Counter[int]:
    return Counter(where[mention] for mention in cluster if mention in where)


def _muc(key: Clusters, response: Clusters) -> tuple[float, float]:
    where, kept, links = _where(response), 0, 0
    for cluster in key:
        parts = _parts(cluster, where)
        kept += len(cluster) - len(parts) - (len(cluster) - parts.total())
        links += len(cluster) - 1
    return kept, links


def _b3(key: Clusters, response: Clusters) -> tuple[float, float]:
    where = _where(response)
    found = sum(n * n / len(cluster) for cluster in key for n in _parts(cluster, where).values())
    return found, sum(map(len, key))


def _lea(key: Clusters, response: Clusters) -> tuple[float, float]:
    where, found = _where(response), 0.0
    for cluster in key:
        parts = _parts(cluster, where)
        if len(cluster) == 1:
            found += sum(len(response[number]) == 1 for number in parts)
        else:
            links = len(cluster) * (len(cluster) - 1) / 2
            found += len(cluster) * sum(n * (n - 1) / 2 for n in parts.values()) / links
    return found, sum(map(len, key))
