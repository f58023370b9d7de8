"""The monthly report of a subscription: what was told, what became of it and what its holder said. Counts only, no words of adverts.

Groups of adverts are counted as they are now, each once, and only where its holder may be told of them now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from alerts.models import Answer, Delivery, Subscription
from alerts.permission import visible
from alerts.queueing import queue
from alerts.reading import clusters, clusters_now

LATEST = timedelta(days=7)
"""A report that could not be made on the first of the month is still made within this time."""


WAYS = ("email", "webhook")
"""Channels of the report; a month that went by one goes by no other, whatever changes meanwhile."""


@dataclass(frozen=True, slots=True)
class Report:
    """One month of one subscription."""

    month: date
    """Its first day."""
    counts: tuple[tuple[str, int], ...]
    """Count by its name in the words of messages, in the order of the report."""

    def __bool__(self) -> bool:
        return any(count for _, count in self.counts)


def last_month(day: date) -> date:
    """The first day of the month before that of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def report(subscription: Subscription, month: date) -> Report:
    """The report of the month that begins on ``month``, in the subscription's time zone."""
    since, until = _midnight(month, subscription), _midnight((month + timedelta(days=31)).replace(day=1), subscription)
    rows = subscription.deliveries.filter(kind=Delivery.DIGEST)
    sent = list(rows.filter(state=Delivery.SENT, sent_at__gte=since, sent_at__lt=until))
    told = _visible(subscription, [item["advert"] for row in sent if row.content for item in row.content["items"]])
    said = _said(subscription, since, until)
    answers = Counter(row.answer for row in said.values())
    reasons = Counter(row.reason for row in said.values() if row.answer == Answer.NOT_RELEVANT)
    counts = {
        "messages": sum(row.channel != "feed" for row in sent),
        "given_up": rows.filter(state=Delivery.DEAD, made_at__gte=since, made_at__lt=until).count(),
        "told": len(told),
        "closed": sum(facts.closed for facts in clusters(told).values()),
        "unanswered": len(told - said.keys()),
        "seen": answers[Answer.ACKNOWLEDGED],
        "snoozed": answers[Answer.SNOOZED],
        "not_relevant": answers[Answer.NOT_RELEVANT],
        **{f"reason_{code}": reasons[code] for code, _ in Answer.REASONS},
    }
    return Report(month, tuple(counts.items()))


def queue_reports(*, now: datetime) -> int:
    """Queue last month's report for those who want it, from the first of the month at their digest hour; returns how many.

    It goes by one way alone: by e-mail, and to those whom no e-mail reaches by their webhook.
    """
    wanted = Subscription.objects.filter(monthly=True, paused_at=None, ended_at=None).select_related("hook")
    return sum(_queue(each, channel, now=now) for each in wanted if (channel := _way(each)))


def month_of(delivery: Delivery) -> date:
    """The month that a report's outbox row is about."""
    return date.fromisoformat(f"{delivery.key.rpartition(':')[2]}-01")


def _way(subscription: Subscription) -> str:
    """The channel of the report; empty where there is none."""
    if subscription.address and subscription.confirmed_at and not subscription.bounced_at:
        return "email"
    hook = getattr(subscription, "hook", None)
    return "webhook" if hook is not None and hook.disabled_at is None else ""


def _queue(subscription: Subscription, channel: str, *, now: datetime) -> bool:
    first = now.astimezone(ZoneInfo(subscription.time_zone)).date().replace(day=1)
    due = _midnight(first, subscription) + timedelta(hours=subscription.hour)
    if not due <= now < due + LATEST or subscription.created_at >= _midnight(first, subscription):
        return False
    month = f"{last_month(first):%Y-%m}"
    if Delivery.objects.filter(key__in=[f"report:{subscription.pk}:{way}:{month}" for way in WAYS]).exists():
        return False
    key = f"report:{subscription.pk}:{channel}:{month}"
    with transaction.atomic():
        return queue(subscription=subscription, kind=Delivery.REPORT, channel=channel, key=key, now=now)


def _visible(subscription: Subscription, advert_ids: list[str]) -> set[str]:
    return visible(subscription.owner, clusters_now(set(advert_ids)).values())


def _said(subscription: Subscription, since: datetime, until: datetime) -> dict[str, Answer]:
    """Cluster id -> the newest answer of that time."""
    rows = list(subscription.answers.filter(at__gte=since, at__lt=until).order_by("at", "pk"))
    now_in = clusters_now({row.advert_id for row in rows})
    allowed = visible(subscription.owner, now_in.values())
    return {now_in[row.advert_id]: row for row in rows if now_in.get(row.advert_id, "") in allowed}


def _midnight(day: date, subscription: Subscription) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(subscription.time_zone)).astimezone(UTC)
