"""Sends the messages of a past period once more: for a receiver that lost its data, a mailbox that was full, a colleague who was away.

Each is queued as a message of its own, marked as a repeat, with a new id: it says what the first one said, without what may not be told
any more. What counts as told does not change by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from adverts.audit import record
from adverts.records import FairwatchError
from alerts.due import channels_of
from alerts.models import Delivery, Subscription
from alerts.queueing import queue

LONGEST = timedelta(days=31)
"""Longest period that is sent again at once."""


class PeriodError(FairwatchError):
    """A period that cannot be sent again."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` up to, not including, ``until``; both aware."""

    since: datetime
    until: datetime


def days(first: date, last: date, *, zone: str) -> Period:
    """Whole local days, the last one included.

    Raises ``PeriodError`` for days in the wrong order and for more than ``LONGEST``.
    """
    if last < first:
        raise PeriodError(
            gettext("%(first)s to %(last)s: the last day comes before the first; exchange them") % {"first": first, "last": last}
        )
    if last - first >= LONGEST:
        said = ngettext(
            "%(first)s to %(last)s: more than %(n)s day; choose a shorter time",
            "%(first)s to %(last)s: more than %(n)s days; choose a shorter time",
            LONGEST.days,
        )
        raise PeriodError(said % {"first": first, "last": last, "n": LONGEST.days})
    tz = ZoneInfo(zone)
    # the first and last days there are cannot be reckoned in every time zone; nothing was sent near them
    first, last = max(first, date(2000, 1, 1)), min(max(last, date(2000, 1, 1)), date(9000, 1, 1))
    return Period(_midnight(first, tz), _midnight(last + timedelta(days=1), tz))


def sent_in(subscription: Subscription, period: Period) -> QuerySet[Delivery]:
    """The digests sent in a period by ways that are open now, oldest first; not the feed's, which shows all it has anyhow."""
    ways = [each for each in channels_of(subscription) if each != "feed"]
    rows = Delivery.objects.filter(subscription=subscription, kind=Delivery.DIGEST, state=Delivery.SENT, channel__in=ways)
    return rows.filter(sent_at__gte=period.since, sent_at__lt=period.until, content__isnull=False).order_by("sent_at", "pk")


@transaction.atomic
def replay(subscription: Subscription, period: Period, *, by: str, now: datetime) -> int:
    """Queue the messages of a period once more; returns how many. One whose repeat still waits is not queued a second time."""
    queued = sum(_queue(each, now=now) for each in sent_in(subscription, period))
    if queued:
        detail = {"since": period.since.isoformat(), "until": period.until.isoformat(), "messages": queued}
        record(actor=by, action="subscription.replayed", subject=f"subscription:{subscription.pk}", at=now, detail=detail)
    return queued


def _queue(first: Delivery, *, now: datetime) -> bool:
    name = f"replay:{first.subscription_id}:{first.channel}:{first.pk}:"
    earlier = Delivery.objects.filter(subscription=first.subscription, kind=Delivery.REPLAY, key__startswith=name)
    if earlier.filter(state__in=Delivery.OPEN).exists():
        return False
    key = f"{name}{earlier.count() + 1}"
    made = queue(subscription=first.subscription, kind=Delivery.REPLAY, channel=first.channel, key=key, now=now, adverts=first.adverts)
    Delivery.objects.filter(key=key).update(content={**(first.content or {}), "version": 1, "repeats": first.reference})
    return made


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
