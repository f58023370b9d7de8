"""How many messages a minute go to the mail provider and to each host of webhooks; the rest wait.

Counted in the ledger by when messages were last handed over, so that a limit holds across restarts and for all senders together.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet

from alerts.models import Delivery, Hook

WINDOW = timedelta(minutes=1)


def limited() -> bool:
    """Whether there is any limit."""
    return bool(settings.EMAIL_PER_MINUTE or settings.WEBHOOK_PER_MINUTE)


def exhausted(*, now: datetime) -> Q | None:
    """Which deliveries must wait because their provider has had its share in the last minute; None where none must."""
    found = None
    if settings.EMAIL_PER_MINUTE and _recent("email", now).count() >= settings.EMAIL_PER_MINUTE:
        found = Q(channel="email")
    hosts = _full_hosts(now) if settings.WEBHOOK_PER_MINUTE else set()
    if hosts:
        there = [pk for pk, url in Hook.objects.values_list("subscription_id", "url") if _host(url) in hosts]
        webhooks = Q(channel="webhook", subscription_id__in=there)
        found = webhooks if found is None else found | webhooks
    return found


def _recent(channel: str, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, taken_at__gt=now - WINDOW)


def _full_hosts(now: datetime) -> set[str]:
    urls = _recent("webhook", now).filter(subscription__hook__isnull=False).values_list("subscription__hook__url", flat=True)
    return {host for host, count in Counter(_host(url) for url in urls).items() if count >= settings.WEBHOOK_PER_MINUTE}


def _host(url: str) -> str:
    """Host and port: what answers for the address."""
    return urlsplit(url).netloc.lower()
