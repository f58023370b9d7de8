"""When a digest is due: local hours turned into instants, over daylight changes, without gaps or repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

DAILY, WEEKLY = "daily", "weekly"


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a digest is due."""

    at: datetime
    """In UTC."""
    name: str
    """The local day, ``2026-03-29``; unique for a subscription."""


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The IANA names of the time zones known here."""
    return frozenset(available_timezones())


def latest(*, now: datetime, period: str, weekday: int, hour: int, zone: str) -> Slot:
    """The newest slot that is not after ``now`` (aware).

    An hour that a daylight change skips is taken as the same instant before the change (02:30 becomes 03:30 by the new
    clock); an hour that comes twice counts the first time. So each local day has exactly one slot.
    """
    tz = ZoneInfo(zone)
    day = now.astimezone(tz).date() + timedelta(days=1)
    while True:
        at = _instant(day, hour, tz)
        if at <= now and (period == DAILY or day.weekday() == weekday):
            return Slot(at, day.isoformat())
        day -= timedelta(days=1)


def quiet(at: datetime, *, zone: str, since: int | None, until: int | None) -> bool:
    """Whether ``at`` lies in the quiet hours: from the local hour ``since`` up to ``until``, over midnight where that is smaller."""
    if since is None or until is None or since == until:
        return False
    hour = at.astimezone(ZoneInfo(zone)).hour
    return since <= hour < until if since < until else hour >= since or hour < until


def _instant(day: date, hour: int, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=tz).astimezone(UTC)
