"""The noise: its distribution against the formula, and the protection it is there for, measured on neighbouring counts."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from adverts.accountability.noise import laplace, margin

DRAWS = 20_000


@pytest.mark.parametrize("scale", [Fraction(1, 2), Fraction(1), Fraction(6), Fraction(30, 7)])
def test_the_distribution_is_the_one_written_down(scale: Fraction) -> None:
    """Chi-square of drawn against expected counts. The seed is fixed; the bound fails a right sampler once in ten thousand seeds."""
    chance = random.Random(20261125)
    drawn = Counter(laplace(scale, chance) for _ in range(DRAWS))
    ratio = math.exp(-1 / float(scale))
    known = {number: DRAWS * (1 - ratio) / (1 + ratio) * ratio ** abs(number) for number in range(-200, 201)}
    kept = [number for number, expected in known.items() if expected >= 10]
    rest = DRAWS - sum(known[number] for number in kept)
    seen = [drawn[number] for number in kept]
    found = chisquare([*seen, DRAWS - sum(seen)], [*(known[number] for number in kept), rest])
    assert found.pvalue > 1e-4


def test_a_wrong_scale_is_noticed() -> None:
    """The same test refuses noise that is a tenth too narrow."""
    chance = random.Random(20261125)
    drawn = Counter(laplace(Fraction(54, 10), chance) for _ in range(DRAWS))
    ratio = math.exp(-1 / 6)
    known = {number: DRAWS * (1 - ratio) / (1 + ratio) * ratio ** abs(number) for number in range(-25, 26)}
    seen = [drawn[number] for number in known]
    assert chisquare([*seen, DRAWS - sum(seen)], [*known.values(), DRAWS - sum(known.values())]).pvalue < 1e-4


def test_neighbours_can_hardly_be_told_apart() -> None:
    """Counts 4 and 5 with epsilon 1: no outcome is more than e times as likely under one as under the other, within chance."""
    chance = random.Random(7)
    four = Counter(4 + laplace(Fraction(1), chance) for _ in range(DRAWS))
    five = Counter(5 + laplace(Fraction(1), chance) for _ in range(DRAWS))
    for outcome in set(four) | set(five):
        high, low = max(four[outcome], five[outcome]), min(four[outcome], five[outcome])
        assert high <= math.e * low + 5 * math.sqrt(high + math.e**2 * low) + 5, outcome


@given(st.fractions(min_value=Fraction(1, 20), max_value=60, max_denominator=40))
def test_the_margin_is_the_least_that_holds(scale: Fraction) -> None:
    ratio = math.exp(-1 / float(scale))

    def outside(width: int) -> float:
        return 2 * ratio ** (width + 1) / (1 + ratio)

    found = margin(scale)
    assert outside(found) <= 0.05 + 1e-12
    assert found == 0 or outside(found - 1) > 0.05 - 1e-12


@given(st.integers(0, 2**32), st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50))
def test_it_always_ends_with_a_whole_number(seed: int, scale: Fraction) -> None:
    assert isinstance(laplace(scale, random.Random(seed)), int)
