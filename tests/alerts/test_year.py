"""A year of digests by a clock that is moved: in each zone at the right local hour, none twice, none missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from alerts import outbox, slots
from alerts.models import Delivery
from tests.alerts.scenes import advert, person, subscription

ZONES = {"Europe/Warsaw": 2, "America/New_York": 2, "Asia/Kathmandu": 7}
"""Hours that a daylight change skips or doubles, where the zone has one."""
BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def rounds(begin: datetime, end: datetime, *, every: timedelta) -> Iterator[datetime]:
    at = begin
    while at < end:
        yield at
        at += every


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", [*ZONES, "Australia/Lord_Howe", "Africa/Casablanca"])
def test_each_local_day_of_a_year_has_one_slot(zone: str, hour: int) -> None:
    tz, last, seen = ZoneInfo(zone), None, []
    for now in rounds(BEGIN, BEGIN + timedelta(days=366), every=timedelta(minutes=30)):
        slot = slots.latest(now=now, period="daily", weekday=0, hour=hour, zone=zone)
        if slot != last:
            assert timedelta(0) <= now - slot.at < timedelta(days=2) if last is None else now - slot.at < timedelta(minutes=30)
            seen.append(slot)
            last = slot
    days = [date.fromisoformat(slot.name) for slot in seen]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    skipped = [slot for slot in seen if slot.at.astimezone(tz).hour != hour]
    assert len(skipped) <= 1  # only the hour that the clock skips comes an hour (or half) later
    assert all(slot.at.astimezone(tz).date().isoformat() == slot.name for slot in seen)


@pytest.mark.django_db
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("begin", "days"),
    [
        (datetime(2026, 3, 6, 12, tzinfo=UTC), 4),
        (datetime(2026, 3, 27, 12, tzinfo=UTC), 4),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), 4),
        (datetime(2026, 10, 30, 12, tzinfo=UTC), 4),
        pytest.param(BEGIN, 365, marks=[pytest.mark.slow, pytest.mark.endurance]),
    ],
)
def test_digests_by_a_moved_clock(begin: datetime, days: int) -> None:
    mine = {}
    with time_machine.travel(begin, tick=False) as clock:
        for number, (zone, hour) in enumerate(ZONES.items()):
            fields = {"time_zone": zone, "hour": hour, "address": ""}
            mine[zone] = subscription(person(f"p{number}"), at=timezone.now(), **fields)
        # rounds at every full hour, and at the quarter at which Kathmandu's hour begins; the others have nothing to do
        for now in rounds(begin, begin + timedelta(days=days), every=timedelta(minutes=15)):
            if now.minute and (now.hour, now.minute) != (1, 15):
                continue
            clock.move_to(now)
            if now.hour % 24 == 12 and now.minute == 0:
                advert(at=now, cluster=f"{now:%Y%m%d}")
            if days < 30:
                call_command("alert", stdout=StringIO())
            else:
                outbox.run(now=timezone.now())
    for zone, subscribed in mine.items():
        tz = ZoneInfo(zone)
        sent = [row for row in subscribed.deliveries.filter(kind=Delivery.DIGEST).order_by("sent_at") if row.state == Delivery.SENT]
        local = [row.made_at.astimezone(tz) for row in sent]
        first = begin.astimezone(tz).date() + timedelta(days=1)
        last = (begin + timedelta(days=days) - timedelta(minutes=15)).astimezone(tz)
        expected = [first + timedelta(days=number) for number in range((last.date() - first).days + 1)]
        assert [at.date() for at in local] == [day for day in expected if day < last.date() or last.hour >= ZONES[zone]]
        assert {at.hour for at in local} <= {ZONES[zone], ZONES[zone] + 1}
        assert sum(at.hour != ZONES[zone] for at in local) <= 1
        assert all(at.minute == 0 for at in local)
        assert all(row.items == 1 for row in sent)
