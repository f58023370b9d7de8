"""Asks holders of subscriptions that nobody has touched for a year whether they are still wanted; without an answer they are paused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce

from adverts.audit import record
from alerts import subscriptions
from alerts.due import channels_of
from alerts.models import Delivery, Subscription
from alerts.queueing import queue

IDLE_AFTER = timedelta(days=365)
ANSWER_WITHIN = timedelta(days=30)


def ask_idle(*, now: datetime) -> int:
    """Ask each idle subscription once, pause those that did not answer in time; returns how many were asked."""
    living = Subscription.objects.filter(ended_at=None, paused_at=None)
    for silent in living.filter(asked_at__lte=now - ANSWER_WITHIN):
        subscriptions.pause(silent, by="system:alerts", now=now)
    idle = living.filter(asked_at=None).annotate(touched=Coalesce("alive_at", "created_at")).filter(touched__lte=now - IDLE_AFTER)
    return sum(_ask(each, now=now) for each in idle)


@transaction.atomic
def _ask(subscription: Subscription, *, now: datetime) -> bool:
    if not Subscription.objects.filter(pk=subscription.pk, asked_at=None).update(asked_at=now):
        return False
    record(actor="system:alerts", action="subscription.asked", subject=f"subscription:{subscription.pk}", at=now)
    for channel in channels_of(subscription):
        if channel != "feed":
            key = f"idle:{subscription.pk}:{channel}:{now:%Y-%m-%d}"
            queue(subscription=subscription, kind=Delivery.IDLE, channel=channel, key=key, now=now)
    return True
