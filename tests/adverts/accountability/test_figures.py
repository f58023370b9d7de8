"""Figures: the interval always holds the truth's estimate, and small counts are not told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.accountability import figures


@pytest.mark.parametrize(
    ("hits", "of", "value", "told_of"),
    [
        (0, 0, None, 0),
        (1, 5, None, None),
        (10, 10, None, None),
        (0, 200, 0.0, 200),
        (200, 200, 1.0, 200),
        (50, 200, 0.25, 200),
        (3, 200, None, 200),
        (198, 200, None, 200),
        (6, 12, None, 12),
    ],
)
def test_shares(hits: int, of: int, value: float | None, told_of: int | None) -> None:
    found = figures.share("s", "S", "says", hits=hits, of=of)
    assert (found.value, found.of) == (value, told_of)


@pytest.mark.parametrize("one", range(1, 11))
def test_small_hits_cannot_be_told_apart(one: int) -> None:
    """Every number from 1 to 10 gives the very same figure."""
    assert figures.share("s", "S", "says", hits=one, of=150) == figures.share("s", "S", "says", hits=1, of=150)
    assert figures.share("s", "S", "says", hits=150 - one, of=150) == figures.share("s", "S", "says", hits=149, of=150)


@given(st.integers(11, 400), st.data())
def test_the_interval_holds_the_share(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    found = figures.share("s", "S", "says", hits=hits, of=of)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= round(hits / of, 4) <= found.high <= 1


def test_medians() -> None:
    assert figures.median_hours("m", "M", "says", [1.0] * 10).value is None
    found = figures.median_hours("m", "M", "says", [float(hour) for hour in range(1, 102)])
    assert (found.value, found.of) == (51.0, None)
    # binomial, 101 values: the 41st and the 61st (2.5 % lie outside on each side at most)
    assert (found.low, found.high) == (41.0, 61.0)
    eleven = figures.median_hours("m", "M", "says", [float(hour) for hour in range(11)])
    assert (eleven.low, eleven.value, eleven.high) == (1.0, 5.0, 9.0)


def test_agreement() -> None:
    assert figures.agreed("k", "K", "says", {("act", "act"): 5}).of is None
    assert figures.agreed("k", "K", "says", {("act", "act"): 15}).value is None
    found = figures.agreed("k", "K", "says", {("act", "act"): 40, ("benign", "benign"): 40, ("act", "benign"): 10, ("benign", "act"): 10})
    assert (found.value, found.of) == (0.6, 100)
