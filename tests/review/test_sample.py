"""The random sample: fixed by its seed, fair, and honest about small numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review import sample

IDS = [f"{number:032x}" for number in range(20_000)]


def test_about_a_twentieth_is_drawn() -> None:
    drawn = sum(sample.is_drawn(one) for one in IDS)
    assert 900 <= drawn <= 1_100


def test_being_drawn_says_nothing_about_being_a_control() -> None:
    controls = [sample.is_control(one) for one in IDS if sample.is_drawn(one)]
    assert 0.02 < sum(controls) / len(controls) < 0.09


def test_the_seed_fixes_the_draw() -> None:
    assert sample.draw("a") == sample.draw("a")
    assert {one for one in IDS if sample.is_drawn(one)} != {one for one in IDS if sample.is_drawn(one, seed="another")}


@given(st.text())
def test_draw_lies_in_the_unit_interval(cluster_id: str) -> None:
    assert 0 <= sample.draw(cluster_id) < 1


@pytest.mark.parametrize(
    ("flagged", "open_sample", "room"), [(0, 0, 20), (0, 20, 0), (0, 25, 0), (400, 20, 0), (1000, 20, 30), (1000, 50, 0), (1001, 50, 1)]
)
def test_room(flagged: int, open_sample: int, room: int) -> None:
    assert sample.room(open_flagged=flagged, open_sample=open_sample) == room


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 60, 0.0, 0.060), (3, 60, 0.017, 0.137), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596)],
)
def test_estimate(hits: int, of: int, low: float, high: float) -> None:
    found = sample.estimate(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_the_interval_holds_the_share(hits: int, more: int) -> None:
    found = sample.estimate(hits, hits + more)
    assert 0 <= found.low <= hits / (hits + more) <= found.high <= 1
