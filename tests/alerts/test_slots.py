"""Digest hours over daylight changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.slots import Slot, latest


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected", "name"),
    [
        ("2026-11-20T07:00:00+00:00", "UTC", 7, "2026-11-20T07:00:00+00:00", "2026-11-20"),
        ("2026-11-20T06:59:59+00:00", "UTC", 7, "2026-11-19T07:00:00+00:00", "2026-11-19"),
        # Warsaw, clocks forward on 29 March 2026 at 02:00: 7 o'clock is an hour earlier in UTC from then on
        ("2026-03-28T08:00:00+00:00", "Europe/Warsaw", 7, "2026-03-28T06:00:00+00:00", "2026-03-28"),
        ("2026-03-29T08:00:00+00:00", "Europe/Warsaw", 7, "2026-03-29T05:00:00+00:00", "2026-03-29"),
        # an hour that does not exist is the same instant by the old clock
        ("2026-03-29T08:00:00+00:00", "Europe/Warsaw", 2, "2026-03-29T01:00:00+00:00", "2026-03-29"),
        # clocks back on 25 October 2026: 2 o'clock comes twice and counts the first time
        ("2026-10-25T00:30:00+00:00", "Europe/Warsaw", 2, "2026-10-25T00:00:00+00:00", "2026-10-25"),
        ("2026-10-25T01:30:00+00:00", "Europe/Warsaw", 2, "2026-10-25T00:00:00+00:00", "2026-10-25"),
        ("2026-11-20T01:15:00+00:00", "Asia/Kathmandu", 7, "2026-11-20T01:15:00+00:00", "2026-11-20"),
        ("2026-11-19T20:00:00+00:00", "Pacific/Kiritimati", 7, "2026-11-19T17:00:00+00:00", "2026-11-20"),
    ],
)
def test_daily(now: str, zone: str, hour: int, expected: str, name: str) -> None:
    assert latest(now=at(now), period="daily", weekday=0, hour=hour, zone=zone) == Slot(at(expected), name)


def test_weekly_is_on_its_day() -> None:
    found = latest(now=at("2026-11-22T12:00:00+00:00"), period="weekly", weekday=0, hour=7, zone="UTC")
    assert found == Slot(at("2026-11-16T07:00:00+00:00"), "2026-11-16")


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Santiago", "Asia/Kathmandu"])
@pytest.mark.parametrize("hour", [0, 2, 7])
def test_a_year_has_one_slot_a_day(zone: str, hour: int) -> None:
    """Asked every quarter of an hour for a year: each local day once, in order, at the right hour wherever that hour exists."""
    now, names, slots = at("2026-01-01T12:00:00+00:00"), [], set()
    while now < at("2027-01-01T12:00:00+00:00"):
        slot = latest(now=now, period="daily", weekday=0, hour=hour, zone=zone)
        if not names or names[-1] != slot.name:
            names.append(slot.name)
        slots.add(slot)
        assert slot.at <= now < slot.at + timedelta(hours=25, minutes=1)
        now += timedelta(minutes=15)
    assert len(names) == len(set(names)) == len(slots) == 366
    assert names == sorted(names)
