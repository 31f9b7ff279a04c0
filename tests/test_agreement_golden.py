"""Golden values from the literature: alpha, kappa, AC1, alpha_u, gamma, and the measures of coreference."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from itertools import combinations, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.audit import alpha, assignment, coding, coreference, gamma, statistics, unitizing
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


def test_observed_disagreement_of_krippendorff_s_examples() -> None:
    for observers, expected in ((FOUR_BY_TWELVE, 0.2), (["0100000010", "1110010000"], 0.4)):
        found = alpha.coincidences(units(observers))
        apart = sum(number for (one, other), number in found.items() if one != other)
        assert apart / found.total() == pytest.approx(expected)


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
    assert coding.observed(pairs) == pytest.approx(0.7)
    assert coding.cohen(pairs) == pytest.approx(0.34782608695652173)
    assert alpha.alpha(pairs) == pytest.approx(0.3439560, abs=5e-8)
    assert coding.fleiss(pairs) == pytest.approx(0.3406593, abs=5e-8), "of two observers it is Scott's pi"


def test_fleiss() -> None:
    assert coding.observed(FLEISS_1971.split()) == pytest.approx(0.5556, abs=5e-5)
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


KRIPPENDORFF_1995 = {
    "A": ([(2, 10), (14, 20)], [(4, 8), (15, 17)]),
    "B": ([(0, 18)], [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10)]),
    "C": ([(2, 8), (10, 12), (14, 18), (20, 22)], [(0, 2), (4, 8), (10, 14), (16, 18), (20, 22)]),
    "D": ([(0, 2), (2, 10), (10, 14), (14, 20), (20, 24)], [(0, 4), (4, 8), (8, 15), (15, 17), (17, 24)]),
}
"""The four examples of page 57, on a continuum of 24."""


def disagreements_1995(name: str, stretched: float) -> tuple[float, float]:
    """Return observed and expected disagreement of an example on a continuum that is longer by a factor."""
    sides = [[(int(s * stretched), int(e * stretched)) for s, e in side] for side in KRIPPENDORFF_1995[name]]
    counted = unitizing.counts(*sides, int(24 * stretched), name)
    observed, expected = unitizing.disagreements(list(enumerate(counted)), np.array([list(counted.values())]))
    return float(observed[0]), float(expected[0])


@pytest.mark.parametrize(
    ("name", "observed", "expected", "agreement"),
    [
        ("A", 0.03125, 0.06990, 0.553), ("B", 2.26736, 1.17731, -0.926),
        ("C", 0.02777, 0.08642, 0.679), ("D", 0.38715, 0.41445, 0.066),
    ],
)  # fmt: skip
def test_alpha_u_of_krippendorff_1995(name: str, observed: float, expected: float, agreement: float) -> None:
    """The form of 2004 on the examples of 1995, whose formula for the expected disagreement differed by a sign."""
    found = disagreements_1995(name, 50_000)
    assert found[0] == pytest.approx(observed, abs=1e-5)
    assert found[1] == pytest.approx(expected, abs=0.005)
    assert 1 - found[0] / found[1] == pytest.approx(agreement, abs=0.02)


@pytest.mark.parametrize(
    ("length", "agreement"), [(12, 0.494), (120, 0.663), (1200, 0.677), (12_000, 0.678), (120_000, 0.679)]
)
def test_alpha_u_of_krippendorff_1995_on_longer_continua(length: int, agreement: float) -> None:
    observed, expected = disagreements_1995("C", length / 24)
    assert observed == pytest.approx(0.02777, abs=1e-5)
    assert 1 - observed / expected == pytest.approx(agreement, abs=0.02)
    if length == 12:
        assert expected == pytest.approx(0.05494, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "kappa", "pi", "of_alpha"),
    [("A", 0.385, 0.314, 0.329), ("B", 0.385, 0.314, None), ("C", 0.314, 0.314, None)],
)
def test_the_examples_of_krippendorff_1995_as_coded_units(
    name: str, kappa: float, pi: float, of_alpha: float | None
) -> None:
    sides = [[any(s <= n < e for s, e in side) for n in range(24)] for side in KRIPPENDORFF_1995[name]]
    pairs = list(zip(*sides, strict=True))
    assert coding.cohen(pairs) == pytest.approx(kappa, abs=0.001)
    assert coding.fleiss(pairs) == pytest.approx(pi, abs=0.001)
    assert of_alpha is None or alpha.alpha(pairs) == pytest.approx(of_alpha, abs=0.001)


def cut(text: str) -> list[tuple[int, int, str]]:
    """Turn `1-5a 6-10b` into units."""
    return [(int(w[:-1].split("-")[0]), int(w[:-1].split("-")[1]), w[-1]) for w in text.split()]


SIXTEEN = [(1 + 10 * n, 6 + 10 * n, "abc"[n % 3]) for n in range(16)], [
    (2 + 10 * n, 8 + 10 * n, "bca"[n % 3]) for n in range(16)
]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([cut("1-5a 6-10b 11-15a"), cut("2-6a 7-11b 12-16a")], 0.0625),
        ([cut("1-5a 6-10b 20-24a 30-34b"), cut("2-6a 31-35b")], 0.708333),
        ([cut("1-5a 10-15b 20-25c"), cut("1-5a 10-15b 20-25c")], 0.0),
        ([cut("1-5a 10-14b"), cut("2-6a 11-15b"), cut("1-4a 9-14c")], 0.408756),
        (SIXTEEN, 1.074380),
    ],
)
def test_disorder_of_gamma(sides: list[list[tuple[int, int, str]]], expected: float) -> None:
    """Disorders of best alignments as pygamma-agreement 0.5.9, the software of the measure's users, computes them."""
    assert gamma.disorder(sides) == pytest.approx(expected, abs=5e-6)


def test_disorder_of_gamma_with_weights() -> None:
    sides = [cut("1-5a 6-10b 11-15c"), cut("2-7a 8-12b 11-15a")]
    assert gamma.disorder(sides, position=3, category=2) == pytest.approx(1.027778, abs=5e-6)
    assert gamma.dissimilarities(*sides, 3, 2)[1, 0] == pytest.approx(3.814815, abs=5e-6)


@pytest.mark.parametrize(
    ("sides", "published"),
    [
        ([cut("1-5a 6-10b 11-15a"), cut("2-6a 7-11b 12-16a")], 0.8836),
        ([cut("1-5a 6-10b 20-24a 30-34b"), cut("2-6a 31-35b")], 0.5668),
        ([cut("1-5a 10-15b 20-25c"), cut("1-5a 10-15b 20-25c")], 1.0),
        ([cut("1-5a 10-14b"), cut("2-6a 11-15b"), cut("1-4a 9-14c")], 0.6588),
        (SIXTEEN, -0.1008),
    ],
)
def test_gamma(sides: list[list[tuple[int, int, str]]], published: float) -> None:
    """The expected disorder rests on chance, and on how continua are drawn: another way of both is near, not equal."""
    counted = gamma.counts(sides, 1 + max(end for units in sides for _, end, _ in units), "seed", samples=200)
    value = float(statistics.values_of(Key("spans", "gamma", "gamma"), {0: counted}, Weights(1, 0, 1))[0])
    assert value == pytest.approx(published, abs=0.15)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.sampled_from("ab")), max_size=4),
                min_size=2, max_size=3))  # fmt: skip
def test_the_integer_program_of_gamma_finds_what_trying_all_alignments_finds(
    drawn: list[list[tuple[int, int, str]]],
) -> None:
    sides = [[(start, start + length, label) for start, length, label in side] for side in drawn]
    number = sum(map(len, sides))
    assert gamma.disorder(sides) == pytest.approx(best_of_all(sides) * len(sides) / number if number else 0.0)


def best_of_all(sides: list[list[tuple[int, int, str]]]) -> float:
    """Return the least sum of disorders over all ways to take units, at most one an annotator, until none is left."""
    pairs = len(sides) * (len(sides) - 1) / 2

    @cache
    def rest(left: tuple[tuple[tuple[int, int, str], ...], ...]) -> float:
        first = next((n for n, units in enumerate(left) if units), None)
        if first is None:
            return 0.0
        choices = [[None, *units] if n > first else [left[first][0]] if n == first else [None]
                   for n, units in enumerate(left)]  # fmt: skip
        found = []
        for chosen in product(*choices):
            cost = sum(
                1.0 if one is None or other is None else float(gamma.dissimilarities([one], [other])[0, 0])
                for one, other in combinations(chosen, 2)
            )
            remaining = [list(units) for units in left]
            for units, unit in zip(remaining, chosen, strict=True):
                if unit is not None:
                    units.remove(unit)
            found.append(cost / pairs + rest(tuple(map(tuple, remaining))))
        return min(found)

    return rest(tuple(map(tuple, sides)))


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
