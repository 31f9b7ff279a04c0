"""Golden values from the literature: alpha, kappa, AC1, alpha_u, and the measures of coreference."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.audit import alpha, assignment, coding, coreference, statistics, unitizing
from standoff.audit.statistics import Key, Weights
from standoff.errors import ConfigError

FOUR_BY_TWELVE = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
HAYES = """\
112-2 1101- 2333- -00-0 000-0 000-0 102-1 1-20- 222-2 2111- -100- 0000- 1222- 33223 111-1 111-1 212-2 1233- 1101- 000-0
0011- 00-00 2333- 0000- 12-22 0111- 00010 1212- 1122- 112-2 110-0 2121- 22-22 3222- 222-2 223-2 222-2 22-12 2222- 111-1
"""
FLEISS_1971 = """\
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""
FLEISS_WIKIPEDIA = (
    "0,0,0,0,14 0,2,6,4,2 0,0,3,5,6 0,3,9,2,0 2,2,8,1,1 7,7,0,0,0 3,2,6,3,0 2,5,3,2,2 6,5,2,1,0 0,2,2,3,7"
)


def units(observers: Sequence[str]) -> list[list[int | None]]:
    """Turn a line an observer into a list a unit; `*` is a missing value."""
    return [[None if value == "*" else int(value) for value in unit] for unit in zip(*observers, strict=True)]


def table(rows: Sequence[tuple[int, Any, Any]]) -> list[tuple[Any, Any]]:
    return [(one, other) for times, one, other in rows for _ in range(times)]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nominal", 0.743421052631579),
        ("ordinal", 0.8153875037548814),
        ("interval", 0.8491071428571428),
        ("ratio", 0.7974027747116121),
    ],
)
def test_alpha_of_krippendorff_s_four_observers(metric: str, expected: float) -> None:
    assert alpha.alpha(units(FOUR_BY_TWELVE), metric) == pytest.approx(expected, abs=1e-12)


def test_alpha_of_two_observers() -> None:
    assert alpha.alpha(units(["0100000010", "1110010000"])) == pytest.approx(0.09523809523809534)
    nominal = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert alpha.alpha(nominal) == pytest.approx(0.6919642857142858)


def test_alpha_of_hayes_and_krippendorff_2007() -> None:
    rows = [[None if value == "-" else int(value) for value in unit] for unit in HAYES.split()]
    assert alpha.alpha(rows, "ordinal") == pytest.approx(0.7598, abs=5e-5)


def test_alpha_of_an_order_that_is_not_the_alphabet_s() -> None:
    words = {1: "no", 2: "maybe", 3: "likely", 4: "yes", 5: "surely"}
    named = [[None if value is None else words[value] for value in unit] for unit in units(FOUR_BY_TWELVE)]
    assert alpha.alpha(named, "ordinal", list(words.values())) == pytest.approx(0.8153875037548814)


def test_without_variation_there_is_no_alpha() -> None:
    assert alpha.alpha([["a", "a"], ["a", "a"]]) is None
    assert alpha.alpha([]) is None
    assert coding.cohen([("a", "a")]) is coding.fleiss([("a", "a")]) is coding.ac1([("a", "a")]) is None
    with pytest.raises(ConfigError, match="there is no metric 'cubic'"):
        alpha.alpha([], "cubic")


def test_artstein_and_poesio_2008() -> None:
    pairs = table([(20, "x", "x"), (20, "x", "y"), (10, "y", "x"), (50, "y", "y")])
    assert coding.cohen(pairs) == pytest.approx(0.34782608695652173)
    assert alpha.alpha(pairs) == pytest.approx(0.3439560, abs=5e-8)
    assert coding.fleiss(pairs) == pytest.approx(0.3406593, abs=5e-8), "of two observers it is Scott's pi"


def test_fleiss() -> None:
    assert coding.fleiss(FLEISS_1971.split()) == pytest.approx(0.43024452006014074)
    counted = [[int(number) for number in row.split(",")] for row in FLEISS_WIKIPEDIA.split()]
    rows = [[label for label, times in enumerate(row) for _ in range(times)] for row in counted]
    assert coding.fleiss(rows) == pytest.approx(0.20993070442195522)
    assert coding.fleiss([*rows, [1, 2]]) is None, "it is defined for a fixed number of observers"


def test_gwet_2008() -> None:
    assert coding.ac1(table([(8, "y", "y"), (1, "n", "n"), (1, "y", "n")])) == pytest.approx(0.8658, abs=5e-5)
    three = [(88, 1, 1), (10, 1, 2), (2, 1, 3), (14, 2, 1), (40, 2, 2), (6, 2, 3), (18, 3, 1), (10, 3, 2), (12, 3, 3)]
    assert coding.ac1(table(three)) == pytest.approx(0.5760, abs=5e-5)
    apart = [(25, 1, 1), (12, 1, 2), (3, 1, 3), (13, 2, 1), (2, 2, 2), (15, 2, 3), (12, 3, 1), (16, 3, 2), (2, 3, 3)]
    assert coding.ac1(table(apart)) == pytest.approx(-0.0480, abs=5e-5)


I_UNITS = {"c": [(75, 145), (220, 250)], "k": [(30, 90), (150, 200)]}
J_UNITS = {"c": [(70, 150), (205, 225), (250, 270)], "k": [(30, 90), (150, 200)]}


def alpha_u(categories: str) -> float:
    counted: dict[Hashable, float] = {}
    for name in categories:
        counted |= unitizing.counts(I_UNITS[name], J_UNITS[name], 300, name)
    values = statistics.values_of(Key("spans", "alpha_u", "alpha_u"), {0: counted}, Weights(1, 0, 1))
    return float(values[0])


def test_alpha_u_of_krippendorff_2004_page_254() -> None:
    assert alpha_u("ck") == pytest.approx(0.858665, abs=5e-7)
    assert alpha_u("ck") == pytest.approx(0.8591, abs=5e-4), "the book rounds on the way"
    assert alpha_u("c") == pytest.approx(0.728599, abs=5e-7)
    assert alpha_u("k") == 1.0


@pytest.mark.parametrize(("name", "observed", "expected"), [("c", 0.014444, 0.053222), ("k", 0.0, 0.048979)])
def test_disagreements_of_krippendorff_2004(name: str, observed: float, expected: float) -> None:
    counted = unitizing.counts(I_UNITS[name], J_UNITS[name], 300, name)
    row = np.array([list(counted.values())])
    found = unitizing.disagreements(list(enumerate(counted)), row)
    assert [float(value[0]) for value in found] == pytest.approx([observed, expected], abs=5e-7)


def test_distances_of_sections() -> None:
    assert unitizing.distance((225, 295), True, (220, 300), True) == 50
    assert unitizing.distance((370, 400), True, (355, 375), True) == 850
    assert unitizing.distance((400, 450), False, (400, 420), True) == 400
    assert unitizing.distance((400, 420), True, (400, 450), False) == 400
    assert unitizing.distance((0, 5), False, (0, 9), False) == unitizing.distance((0, 5), True, (5, 9), True) == 0


def clusters(text: str) -> list[frozenset[Hashable]]:
    return [frozenset(word) for word in text.split()]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("a bc def", {"MUC": 1.0, "B3": 1.0, "CEAFe": 1.0, "LEA": 1.0, "CoNLL mean": 1.0, "mentions": 1.0}),
        ("a de", {"MUC": 0.5, "B3": 14 / 25, "CEAFe": 0.72, "LEA": 0.5, "CoNLL mean": (0.5 + 0.56 + 0.72) / 3}),
        ("a bcx defy z", {"MUC": 0.75, "B3": 110 / 163, "CEAFe": 0.75918, "mentions": 0.8}),
    ],
)
def test_coreference_of_the_reference_scorers_cases_a(response: str, expected: dict[str, float]) -> None:
    """Clusters of the cases TC-A, TC-A-2 and TC-A-3, a letter a mention (the third names what is not in the key)."""
    found = coreference.counts(clusters("a bc def"), clusters(response))
    for key, counted in found.items():
        if key.name in expected:
            value = float(statistics.values_of(key, {0: counted}, Weights(1, 0, 1))[0])
            assert value == pytest.approx(expected[key.name], abs=5e-6), key.name


def test_recall_and_precision_of_case_a_2() -> None:
    found = coreference.counts(clusters("a bc def"), clusters("a de"))
    parts = {key.name: [counted.get(("f", n), 0) for n in range(4)] for key, counted in found.items()}
    ratios = {name: (a / b, c / d) for name, (a, b, c, d) in parts.items() if b and d}
    assert ratios["MUC"] == pytest.approx((1 / 3, 1))
    assert ratios["B3"] == pytest.approx((7 / 3 / 6, 1))
    assert ratios["CEAFe"] == pytest.approx((0.6, 0.9))
    assert ratios["LEA"] == pytest.approx((1 / 3, 1))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=5))
def test_assignment_is_the_best_of_all(weights: list[list[int]]) -> None:
    edges = [(row, column, float(w)) for row, line in enumerate(weights) for column, w in enumerate(line)]
    found = assignment.best(edges)
    padded = weights + [[0] * 4] * (4 - len(weights))
    best = max(
        sum(padded[row][column] for column, row in enumerate(rows)) for rows in permutations(range(len(padded)), 4)
    )
    assert sum(weight for _, _, weight in found) == pytest.approx(best)
    assert len({row for row, _, _ in found}) == len({column for _, column, _ in found}) == len(found)
