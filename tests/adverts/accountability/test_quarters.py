"""Quarters of UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.accountability import quarters
from adverts.accountability.quarters import Quarter, QuarterError


@pytest.mark.parametrize("text", ["2026Q3", "2026q3", " 2026-Q3 "])
def test_read(text: str) -> None:
    assert quarters.parse(text) == Quarter(2026, 3)


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "2026Q0", "Q3", "26Q3", "2026Q33", "٢٠٢٦Q3"])
def test_refused(text: str) -> None:
    with pytest.raises(QuarterError, match="2026Q3"):
        quarters.parse(text)


def test_bounds() -> None:
    found = Quarter(2026, 4)
    assert (found.begin, found.end) == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    west = timezone(timedelta(hours=-5))
    assert quarters.of(datetime(2026, 9, 30, 20, 0, tzinfo=west)) == found


@given(st.integers(978_307_200, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_each_moment_is_in_its_quarter(moment: datetime) -> None:
    found = quarters.of(moment)
    assert found.begin <= moment < found.end
    assert quarters.parse(str(found)) == found


def test_a_running_quarter_is_refused() -> None:
    with pytest.raises(QuarterError, match="ends on"):
        quarters.require_over(Quarter(2026, 3), now=datetime(2026, 9, 30, 23, 59, tzinfo=UTC))
    quarters.require_over(Quarter(2026, 3), now=datetime(2026, 10, 1, tzinfo=UTC))
