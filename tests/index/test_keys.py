"""Sort keys put adverts in the order that the port promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.keys import by_risk, by_time, nudge, tie, within_bits

ids = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")
risks = st.floats(0, 1)
times = st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)


@given(risks, ids, risks, ids)
def test_by_risk_then_id(one: float, one_id: str, other: float, other_id: str) -> None:
    if round(one * 1_000_000) != round(other * 1_000_000):
        assert (by_risk(one, one_id) > by_risk(other, other_id)) == (one > other)
    elif one_id[:11] != other_id[:11]:
        assert (by_risk(one, one_id) > by_risk(other, other_id)) == (one_id < other_id)


@given(times, ids, times, ids)
def test_by_time_then_id(one: datetime, one_id: str, other: datetime, other_id: str) -> None:
    if int(one.timestamp()) != int(other.timestamp()):
        assert (by_time(one, one_id) > by_time(other, other_id)) == (one > other)
    elif one_id[:7] != other_id[:7]:
        assert (by_time(one, one_id) > by_time(other, other_id)) == (one_id < other_id)


@given(risks, times, ids)
def test_keys_have_64_bits(risk: float, at: datetime, doc_id: str) -> None:
    for key in (by_risk(risk, doc_id), by_time(at, doc_id), tie(doc_id)):
        assert 0 <= key < 2**64 == within_bits(key) + 2**64 - key


@pytest.mark.parametrize(("given_key", "key"), [(-1, 0), (2**64, 2**64 - 1), (1e300, 2**64 - 1), (7.9, 7)])
def test_keys_from_outside_are_forced_into_64_bits(given_key: float, key: int) -> None:
    assert within_bits(given_key) == key


def test_times_out_of_range_come_first_or_last() -> None:
    early, late = datetime(1950, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    assert by_time(early, "0" * 32) < by_time(datetime(1970, 1, 2, tzinfo=UTC), "0" * 32) < by_time(late, "0" * 32) < 2**64


@given(ids, ids)
def test_nudges_are_small_and_higher_for_lower_ids(one: str, other: str) -> None:
    assert 0 <= nudge(one) <= 0.002
    if one[:8] != other[:8]:
        assert (nudge(one) > nudge(other)) == (one < other)
