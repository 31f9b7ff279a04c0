"""One-to-one assignments of greatest weight: the Hungarian method on each connected part of a sparse graph."""

from __future__ import annotations

import math
from collections.abc import Iterable

Edge = tuple[int, int, float]


def best(edges: Iterable[Edge]) -> list[Edge]:
    """Return the edges (left, right, weight > 0) of the assignment whose weights sum to the most.

    No left and no right number stands in two of them. Parts that share no edge are solved apart, so that the cost
    grows with the cube of the largest part only. The result is sorted.
    """
    chosen: list[Edge] = []
    for part in _parts(edges):
        chosen += part if len(part) == 1 else _solve(part)
    return sorted(chosen)


def _parts(edges: Iterable[Edge]) -> list[list[Edge]]:
    """Return the edges in groups that share no node."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        while root.setdefault(node, node) != node:
            root[node] = node = root[root[node]]
        return node

    kept = sorted(edge for edge in edges if edge[2] > 0)
    for left, right, _ in kept:
        root[find(("l", left))] = find(("r", right))
    groups: dict[tuple[str, int], list[Edge]] = {}
    for edge in kept:
        groups.setdefault(find(("l", edge[0])), []).append(edge)
    return list(groups.values())


def _solve(part: list[Edge]) -> list[Edge]:
    weights = {(left, right): weight for left, right, weight in part}
    rows, columns = sorted({edge[0] for edge in part}), sorted({edge[1] for edge in part})
    flipped = len(rows) > len(columns)
    if flipped:
        rows, columns = columns, rows
    cost = [[-weights.get((c, r) if flipped else (r, c), 0.0) for c in columns] for r in rows]
    chosen = []
    for row, column in enumerate(_hungarian(cost)):
        pair = (columns[column], rows[row]) if flipped else (rows[row], columns[column])
        if pair in weights:
            chosen.append((*pair, weights[pair]))
    return chosen


def _hungarian(cost: list[list[float]]) -> list[int]:
    """Return the column of each row in the cheapest assignment; rows <= columns.

    Shortest augmenting paths with potentials (Kuhn 1955, Munkres 1957; this form after Jonker and Volgenant 1987).
    """
    n, m = len(cost), len(cost[0])
    u, v, row_of = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        row_of[0], column = row, 0
        least, way, used = [math.inf] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while row_of[column]:
            used[column], current, delta, following = True, row_of[column], math.inf, 0
            for j in range(1, m + 1):
                if not used[j]:
                    reduced = cost[current - 1][j - 1] - u[current] - v[j]
                    if reduced < least[j]:
                        least[j], way[j] = reduced, column
                    if least[j] < delta:
                        delta, following = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[row_of[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            column = following
        while column:
            row_of[column], column = row_of[way[column]], way[column]
    columns = [0] * n
    for j in range(1, m + 1):
        if row_of[j]:
            columns[row_of[j] - 1] = j - 1
    return columns
