"""The outbox: messages are queued in the transaction of their cause and handed to channels later, once for each key.

What holds when a sender is killed at any moment:
* before a row is taken: it stays queued, another run takes it;
* after it is taken: it stays ``sending`` until ``LEASE`` has passed, then it is taken again;
* between the channel's acceptance and the commit that says ``sent``: it is handed over a second time. This is the only window in
  which a subscriber can get a message twice, and both copies are one message under one id: what it says is fixed before the first attempt.
Nothing is lost: a row leaves the open states only in the same transaction that records what was told.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from adverts.audit import record
from adverts.turns import take_turn
from alerts import quota
from alerts.backoff import delay
from alerts.channels import load
from alerts.channels.base import Channel, DeliveryError, GoneError, TemporaryError, reference
from alerts.composing import Composed, compose, look_again, remember
from alerts.due import match_new, queue_due, queue_instant
from alerts.hooks import disable
from alerts.idle import ask_idle
from alerts.models import Delivery
from alerts.monthly import queue_reports
from alerts.pinning import Pinned, as_json

LEASE = timedelta(minutes=10)
"""How long a sender may hold a row. Far above the time limit of one hand-over (30 s), so that a living sender is never overtaken."""

TURN = "sending of alerts"
"""Senders count and take one after the other where a provider's limit must hold for all together."""

PATIENCE = timedelta(minutes=10)
"""How long a run goes on when all that is left waits for its provider's next minute; runs start every quarter of an hour."""

PAUSE = 1.0
"""Seconds between two looks meanwhile."""

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one run did."""

    matched: int = 0
    """Matches noted for later digests."""
    queued: int = 0
    sent: int = 0
    dropped: int = 0
    """Had nothing left to say when their time came."""
    failed: int = 0
    """Will be tried again."""
    dead: int = 0
    """Given up."""


def send_due(*, now: datetime, limit: int | None = None) -> Counter[str]:
    """Hand over all messages whose time has come, oldest first; counts by the state each ended in.

    At most ``limit`` where given. Time passes on from ``now`` as the run goes on. Where providers take so many a minute and no more
    (``alerts.quota``) it waits for the next minute, up to ``PATIENCE``; what is left then waits for the next run.
    """
    clock, holder = _running(now), secrets.token_hex(16)
    channels: dict[str, Channel] = {}
    counts: Counter[str] = Counter()
    try:
        while limit is None or counts.total() < limit:
            delivery = take(now=clock(), holder=holder)
            if delivery is None and clock() - now < PATIENCE and _waits_for_its_share(clock()):
                time.sleep(PAUSE)
                continue
            if delivery is None:
                break
            counts[_send_or_postpone(delivery, channels, clock)] += 1
    finally:
        for channel in channels.values():
            channel.close()
    return counts


def due(*, now: datetime) -> QuerySet[Delivery]:
    """Deliveries that may be taken: their time has come, or their sender has been gone for ``LEASE``.

    A later one of the same subscription and channel waits for the earlier, or both could tell the same cluster.
    """
    waiting = Q(state__in=[Delivery.QUEUED, Delivery.FAILED], next_at__lte=now)
    left = Q(state=Delivery.SENDING, taken_at__lte=now - LEASE)
    same = Delivery.objects.filter(subscription=OuterRef("subscription"), channel=OuterRef("channel"), kind=OuterRef("kind"))
    earlier = same.filter(pk__lt=OuterRef("pk"), state__in=Delivery.OPEN)
    return Delivery.objects.filter(waiting | left).exclude(Exists(earlier)).order_by("next_at", "pk")


def take(*, now: datetime, holder: str) -> Delivery | None:
    """Take one due delivery for the sender ``holder``; None where there is none.

    The update repeats the condition, so that of two senders only one gets the row.
    """
    if not quota.limited():
        return _take(due(now=now), now=now, holder=holder)
    with transaction.atomic():
        take_turn(TURN)
        return _take(_within_quota(now), now=now, holder=holder)


def _within_quota(now: datetime) -> QuerySet[Delivery]:
    waiting = quota.exhausted(now=now)
    return due(now=now) if waiting is None else due(now=now).exclude(waiting)


def _waits_for_its_share(now: datetime) -> bool:
    waiting = quota.exhausted(now=now) if quota.limited() else None
    return waiting is not None and due(now=now).filter(waiting).exists()


def _take(among: QuerySet[Delivery], *, now: datetime, holder: str) -> Delivery | None:
    while True:
        found = among.all().only("pk", "state", "taken_by").first()
        if found is None:
            return None
        same = Delivery.objects.filter(pk=found.pk, state=found.state, taken_by=found.taken_by)
        changed = {"state": Delivery.SENDING, "taken_at": now, "taken_by": holder, "attempts": F("attempts") + 1}
        if same.update(**changed):
            return Delivery.objects.select_related("subscription__owner").get(pk=found.pk)


def send_now(delivery: Delivery, *, now: datetime) -> str:
    """Hand one delivery over at once, if nobody holds it and it is due; the state it is in afterwards."""
    mine = _within_quota(now).filter(pk=delivery.pk, state__in=[Delivery.QUEUED, Delivery.FAILED])
    holder = secrets.token_hex(16)
    if mine.update(state=Delivery.SENDING, taken_at=now, taken_by=holder, attempts=F("attempts") + 1):
        channels: dict[str, Channel] = {}
        try:
            _send_or_postpone(Delivery.objects.select_related("subscription__owner").get(pk=delivery.pk), channels, _running(now))
        finally:
            for channel in channels.values():
                channel.close()
    return Delivery.objects.get(pk=delivery.pk).state


@transaction.atomic
def retry(delivery: Delivery, *, by: str, now: datetime) -> bool:
    """Let one that was given up be tried again, with all its attempts; False where it was not given up."""
    again = {"state": Delivery.QUEUED, "attempts": 0, "next_at": now, "last_error": ""}
    if not Delivery.objects.filter(pk=delivery.pk, state=Delivery.DEAD).update(**again):
        return False
    record(actor=by, action="delivery.retried", subject=f"delivery:{delivery.pk}", at=now, detail={"key": delivery.key})
    return True


def run(*, now: datetime) -> Counts:
    """One whole round: note new matches, queue the digests that are due, hand over what waits. Repeating it changes nothing."""
    matched, queued = match_new(), queue_due(now=now) + queue_instant(now=now) + queue_reports(now=now)
    ask_idle(now=now)
    states = send_due(now=now)
    return Counts(
        matched=matched,
        queued=queued,
        sent=states[Delivery.SENT],
        dropped=states[Delivery.DROPPED],
        failed=states[Delivery.FAILED],
        dead=states[Delivery.DEAD],
    )


def _running(now: datetime) -> Clock:
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    return clock


def _send_or_postpone(delivery: Delivery, channels: dict[str, Channel], clock: Clock) -> str:
    try:
        return _send(delivery, channels, clock)
    except DeliveryError as error:
        return _postpone(delivery, error, now=clock())
    except Exception as error:
        log.exception("delivery %s: a fault of ours", delivery.pk)
        return _postpone(delivery, TemporaryError(f"fault while sending: {type(error).__name__}: see the log"), now=clock())


def _send(delivery: Delivery, channels: dict[str, Channel], clock: Clock) -> str:
    composed = compose(delivery, now=clock())
    if composed.message is None:
        return _settle(delivery, Delivery.DROPPED, composed, now=clock())
    if delivery.channel not in channels:
        channels[delivery.channel] = load(delivery.channel)
    if not _fix(delivery, composed.pinned, key=composed.message.key):
        log.warning("delivery %s was taken over before it was sent", delivery.pk)
        return Delivery.SENDING
    channels[delivery.channel].send(composed.message)
    return _settle(delivery, Delivery.SENT, composed, now=clock())


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.SENDING, taken_by=delivery.taken_by)


def _fix(delivery: Delivery, pinned: Pinned | None, *, key: str) -> bool:
    """Write down what is about to be said; False where another sender holds the row by now."""
    content = as_json(pinned) if pinned is not None else None
    if (content, reference(key)) == (delivery.content, delivery.reference):
        return True
    return bool(_held(delivery).update(content=content, reference=reference(key)))


def _settle(delivery: Delivery, state: str, composed: Composed, *, now: datetime) -> str:
    with transaction.atomic():
        items = len(composed.digest.items)
        if not _held(delivery).update(state=state, sent_at=now, items=items, last_error=composed.reason, taken_by=""):
            log.warning("delivery %s was taken over while it was sent", delivery.pk)
            return state
        if delivery.kind != Delivery.REPLAY:
            _tell(delivery, state, composed, now=now)
        detail = {"key": delivery.key, "clusters": [item.facts.cluster_id for item in composed.digest.items]}
        record(actor="system:alerts", action=f"delivery.{state}", subject=f"delivery:{delivery.pk}", at=now, detail=detail)
    return state


def _tell(delivery: Delivery, state: str, composed: Composed, *, now: datetime) -> None:
    if state == Delivery.SENT:
        remember(delivery, composed, now=now)
    if composed.again:
        look_again(delivery, composed)


def _wait(delivery: Delivery, error: DeliveryError) -> timedelta | None:
    """Our own waiting time or the one the other side asks for, whichever is longer; None to give up."""
    own = delay(delivery.attempts, key=delivery.key)
    if own is None or not isinstance(error, TemporaryError):
        return None
    return max(own, error.wait or own)


def _postpone(delivery: Delivery, error: DeliveryError, *, now: datetime) -> str:
    wait = _wait(delivery, error)
    state = Delivery.DEAD if wait is None else Delivery.FAILED
    with transaction.atomic():
        changed = {"state": state, "next_at": now + (wait or timedelta()), "last_error": str(error), "taken_by": ""}
        if _held(delivery).update(**changed) and state == Delivery.DEAD:
            if isinstance(error, GoneError):
                disable(delivery.subscription, str(error), now=now)
            detail = {"key": delivery.key, "attempts": delivery.attempts}
            record(actor="system:alerts", action="delivery.dead", subject=f"delivery:{delivery.pk}", at=now, detail=detail)
    log.warning("delivery %s: attempt %s: %s", delivery.pk, delivery.attempts, error)
    return state
