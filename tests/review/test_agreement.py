"""Cohen's kappa and its interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.agreement import FEWEST, agreement


@pytest.mark.parametrize(
    ("counts", "kappa", "low", "high"),
    [
        ({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15}, 0.4, 0.150, 0.650),
        ({("a", "a"): 25, ("a", "b"): 25, ("b", "a"): 25, ("b", "b"): 25}, 0.0, -0.196, 0.196),
        ({("a", "b"): 50, ("b", "a"): 50}, -1.0, -1.0, -1.0),
        ({("a", "a"): 50, ("b", "b"): 50}, 1.0, 0.94, 1.0),
    ],
)
def test_known_tables(counts: dict[tuple[str, str], int], kappa: float, low: float, high: float) -> None:
    found = agreement(counts)
    assert (found.kappa, found.low, found.high) == (pytest.approx(kappa), pytest.approx(low, abs=0.002), pytest.approx(high, abs=0.002))


@pytest.mark.parametrize("counts", [{}, {("a", "a"): 10, ("a", "b"): 9}, {("a", "a"): 500}])
def test_where_kappa_says_nothing(counts: dict[tuple[str, str], int]) -> None:
    assert agreement(counts).kappa is None


@given(st.dictionaries(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), st.integers(1, 60)))
def test_the_interval_holds_kappa_and_order_does_not_matter(counts: dict[tuple[str, str], int]) -> None:
    found = agreement(counts)
    turned = agreement({(other, one): number for (one, other), number in counts.items()})
    if found.kappa is None:
        assert turned.kappa is None
        assert found.pairs < FEWEST or len(counts) == 1
        return
    assert -1 <= found.low <= found.kappa + 1e-9
    assert found.kappa - 1e-9 <= found.high <= 1
    assert turned.kappa == pytest.approx(found.kappa)
    assert turned.low == pytest.approx(found.low)
