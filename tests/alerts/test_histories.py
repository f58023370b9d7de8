"""Random histories of a ledger and its subscribers.

Nothing is told twice, nothing that matters stays untold, nothing goes to the wrong one.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from adverts.models import Advert
from adverts.records import Band
from alerts import composing, outbox, subscriptions
from alerts.digest import Change
from alerts.models import Delivery, Shown, Subscription
from tests.alerts.scenes import START, advert, close, person, subscription

MORNING = START.replace(hour=7, minute=5)
CLUSTERS = [f"{number:032}" for number in range(4)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_nothing_twice_nothing_lost(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    told: dict[tuple[int, str, str], list[tuple[Change, ...]]] = defaultdict(list)
    real = composing.remember

    def remember(delivery: Delivery, composed: Any, *, now: Any) -> None:
        assert delivery.subscription.owner.groups.exists()
        for item in composed.digest.items:
            told[delivery.subscription_id, delivery.channel, item.facts.cluster_id].append(item.changes)
        real(delivery, composed, now=now)

    monkeypatch.setattr(outbox, "remember", remember)
    everybody = [subscription(person(f"p{number}"), name=f"s{number}", address=f"p{number}@union.example") for number in range(3)]
    for day in range(1, 12):
        _something_happens(draw, day)
        _somebody_changes(draw, everybody, day)
        now = MORNING + timedelta(days=day)
        if draw.random() < 0.3:  # a sender that dies after taking a row
            outbox.match_new()
            outbox.queue_due(now=now)
            outbox.take(now=now, holder="dead")
        outbox.run(now=now)
        outbox.run(now=now + timedelta(minutes=11))
    for changes in told.values():
        assert changes[0] == (Change.FIRST,)
        assert sum(Change.FIRST in each for each in changes) == 1
        assert sum(Change.CLOSED in each for each in changes) <= 1
        assert sum(Change.COUNTRY in each for each in changes) <= 3
    assert not Delivery.objects.filter(state__in=Delivery.OPEN).exists()
    for mine in Subscription.objects.filter(ended_at=None, paused_at=None, owner__groups__isnull=False).distinct():
        if mine.name == "s0":  # never paused: knows every cluster that is still online
            online = set(Advert.objects.filter(closed_at=None).values_list("membership__cluster_id", flat=True))
            assert online <= set(Shown.objects.filter(subscription=mine, channel="email").values_list("cluster_id", flat=True))


def _something_happens(draw: random.Random, day: int) -> None:
    at = MORNING + timedelta(days=day, hours=-draw.randint(1, 20))
    for _ in range(draw.randint(0, 3)):
        band, country = draw.choice([Band.URGENT, Band.PRIORITY]), draw.choice(["PL", "DE", "AE"])
        advert(cluster=draw.choice(CLUSTERS), band=band, country=country, at=at)
    for row in Advert.objects.filter(closed_at=None):
        if draw.random() < 0.15:
            close(row, at=at)


def _somebody_changes(draw: random.Random, everybody: list[Subscription], day: int) -> None:
    mine = draw.choice(everybody[1:])
    mine.refresh_from_db()
    at = MORNING + timedelta(days=day, hours=-1)
    if draw.random() < 0.3:
        act = subscriptions.resume if mine.paused_at else subscriptions.pause
        act(mine, by="x", now=at)
    if draw.random() < 0.1:
        mine.owner.groups.clear()
