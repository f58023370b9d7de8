"""The preview equals what was then sent, in random histories."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adverts.models import Advert
from adverts.records import Band
from alerts import composing, outbox
from alerts.models import Delivery, Subscription
from alerts.preview import Preview, Rhythm, preview
from alerts.wanting import wanted
from tests.alerts.scenes import advert, assess, close, person, subscription

START = datetime.fromisoformat("2026-03-28T12:00:00+00:00")
"""The day before clocks change in Europe."""
HOURS = 60
INDICATORS = ["document-retention", "deposit-or-bond", "minors-targeted", "no-rest-day"]
Message = tuple[datetime, bool, tuple[tuple[str, str, tuple[str, ...]], ...], int]


LONG = [pytest.param(seed, marks=[pytest.mark.slow, *([pytest.mark.endurance] if seed >= 20 else [])]) for seed in range(6, 500)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [*range(6), *LONG])
def test_the_preview_is_what_was_sent(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    mine = _somebody(draw)
    sent: list[Message] = []
    real, clock = composing.remember, {"now": START}

    def remember(delivery: Delivery, composed: Any, *, now: datetime) -> None:
        if delivery.channel == "feed":
            sent.append((clock["now"], delivery.key.startswith("instant"), _items(composed.digest), composed.digest.more))
        real(delivery, composed, now=now)

    monkeypatch.setattr(outbox, "remember", remember)
    end = START + timedelta(hours=HOURS)
    quarters = [START + timedelta(minutes=15 * draw.randrange(1, HOURS * 4)) for _ in range(draw.randrange(4, 14))]
    events = sorted(at - timedelta(minutes=draw.randrange(1, 15)) for at in quarters)
    rounds = {START + timedelta(minutes=minutes) for minutes in range(0, HOURS * 60, 15)}
    # other rounds after which nothing happened have nothing to do, and are left out to save time; the hour after is for a skipped one
    rounds = {at for at in rounds if _hour(mine, at) in {mine.hour, mine.hour + 1, mine.quiet_until}} | set(quarters) | {end}
    for at in sorted(rounds):
        while events and events[0] <= at:
            _something_happens(draw, events.pop(0))
        clock["now"] = at
        outbox.run(now=at)
    found = preview(
        wanted(mine) or pytest.fail("no query"),
        Rhythm(mine.period, mine.weekday, mine.hour, mine.time_zone, mine.instant, mine.quiet_from, mine.quiet_until),
        user=mine.owner,
        now=end,
        since=START,
    )
    assert _messages(found) == sent


@pytest.mark.django_db
def test_histories_do_send_something(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = subscription(at=START, address="", instant=True, hour=7)
    for hour in (2, 3, 4):
        advert(at=START + timedelta(hours=hour), band=Band.URGENT if hour == 3 else Band.PRIORITY)
    rhythm = Rhythm(mine.period, mine.weekday, mine.hour, mine.time_zone, instant=True)
    found = preview(wanted(mine) or pytest.fail("no query"), rhythm, user=mine.owner, now=START + timedelta(days=2), since=START)
    assert [(each.instant, len(each.digest.items)) for each in found.sent] == [(True, 1), (False, 2)]
    assert (found.messages, found.items, found.beyond) == (2, 3, 0)


@pytest.mark.django_db
def test_a_cap_is_foreseen() -> None:
    mine = subscription(at=START, address="", hour=7)
    for _ in range(42):
        advert(at=START + timedelta(hours=1))
    rhythm = Rhythm(mine.period, mine.weekday, mine.hour, mine.time_zone)
    found = preview(wanted(mine) or pytest.fail("no query"), rhythm, user=mine.owner, now=START + timedelta(hours=20), since=START)
    assert (found.items, found.beyond) == (25, 17)


def _somebody(draw: random.Random) -> Subscription:
    quiet = draw.choice([(None, None), (22, 6), (9, 15)])
    return subscription(
        person("p"),
        at=START,
        address="",
        query=draw.choice(["", "", "country:PL", "indicator:deposit-or-bond", "NOT country:AE"]),
        band=draw.choice(["priority", "urgent"]),
        period=draw.choice(["daily", "daily", "weekly"]),
        weekday=draw.choice([0, 6]),
        hour=draw.randrange(24),
        time_zone=draw.choice(["UTC", "Europe/Warsaw", "Asia/Kathmandu", "America/New_York"]),
        instant=draw.random() < 0.5,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
    )


def _something_happens(draw: random.Random, at: datetime) -> None:
    online = list(Advert.objects.filter(closed_at=None).order_by("advert_id"))
    what = draw.random()
    indicators = draw.sample(INDICATORS, draw.randrange(3))
    band = draw.choice([Band.URGENT, Band.PRIORITY, Band.WATCH])
    if online and what < 0.2:
        close(draw.choice(online), at=at)
    elif online and what < 0.4:
        assess(draw.choice(online), at=at, band=band, indicators=indicators, rules=str(at.timestamp()))
    else:
        for _ in range(draw.choice([1, 1, 2, 4])):
            cluster = f"{draw.randrange(4):032}"
            advert(at=at, cluster=cluster, band=band, indicators=indicators, country=draw.choice(["PL", "DE", "AE"]))


def _hour(mine: Subscription, at: datetime) -> int:
    return at.astimezone(ZoneInfo(mine.time_zone)).hour


def _items(digest: Any) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((item.facts.cluster_id, item.section.value, tuple(change.value for change in item.changes)) for item in digest.items)


def _messages(found: Preview) -> list[Message]:
    return [(each.at, each.instant, _items(each.digest), each.digest.more) for each in found.sent]
