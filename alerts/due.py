"""Finds what is to be told: one pass over new assessments, then the digests whose time has come.

Both are idempotent. The pass moves its watermark in the transaction that notes the matches; a digest's time is marked as dealt with in the
transaction that queues it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from adverts.models import Assessment, ClusterMember
from adverts.records import Band
from alerts import slots
from alerts.channels import apprise
from alerts.digest import GROWTH
from alerts.facts import AdvertFacts
from alerts.hooks import active
from alerts.matching import Matcher
from alerts.models import Answer, Candidate, Delivery, Shown, Subscription, Watermark
from alerts.queueing import queue
from alerts.reading import assessed, clusters_now
from alerts.wanting import matcher

MARK = "assessments"
"""Name of the watermark."""


def match_new() -> int:
    """Note which new assessments which subscriptions want; returns how many matches were noted.

    Can be killed and repeated at any moment.
    """
    noted = 0
    while True:
        with transaction.atomic():
            mark, _ = Watermark.objects.select_for_update().get_or_create(name=MARK)
            batch = next(assessed(after=mark.assessment_id), None)
            if batch is None:
                return noted
            noted += _note(batch, list(Subscription.objects.filter(paused_at=None, ended_at=None)))
            mark.assessment_id = batch[-1].assessment_id
            mark.save(update_fields=["assessment_id"])


def _note(batch: Sequence[AdvertFacts], subscriptions: list[Subscription]) -> int:
    created = {each.pk: each.created_at for each in subscriptions}
    told = _told_of({facts.cluster_id for facts in batch if facts.cluster_id})
    all_at_once: Matcher = matcher(subscriptions)
    rows = []
    for facts in batch:
        keys = all_at_once.matches(facts) | (told.get(facts.cluster_id, set()) & created.keys())
        rows += [
            Candidate(subscription_id=key, advert_id=facts.advert_id, assessment_id=facts.assessment_id)
            for key in sorted(keys)
            if facts.made_at >= created[key]
        ]
    # a newer assessment takes the place of the one noted before: it may be urgent where that was not
    Candidate.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["subscription", "advert"], update_fields=["assessment_id"]
    )
    return len(rows)


def _told_of(cluster_ids: set[str]) -> dict[str, set[int]]:
    """Cluster id -> subscriptions that were told of it: whatever happens to it may be material to them."""
    found: dict[str, set[int]] = defaultdict(set)
    for cluster_id, key in Shown.objects.filter(cluster_id__in=cluster_ids).values_list("cluster_id", "subscription_id"):
        found[cluster_id].add(key)
    return found


def queue_due(*, now: datetime) -> int:
    """Queue the digests whose time has come; returns how many messages were queued."""
    due = []
    for subscription in Subscription.objects.filter(paused_at=None, ended_at=None, last_slot_at__lt=now).select_related("owner"):
        slot = _slot(subscription, now)
        if slot.at > subscription.last_slot_at:
            due.append((subscription, slot))
    moved = _moved([subscription.pk for subscription, _ in due])
    awake = _awake([subscription.pk for subscription, _ in due], now=now)
    return sum(
        _queue(subscription, slot, moved.get(subscription.pk, set()) | awake.get(subscription.pk, set()), now=now)
        for subscription, slot in due
    )


def queue_instant(*, now: datetime) -> int:
    """Queue what is urgent for those who want it at once and have no quiet hours now; returns how many messages were queued."""
    urgent = Assessment.objects.filter(pk=OuterRef("assessment_id"), band=Band.URGENT.value)
    rows = Candidate.objects.filter(Exists(urgent), subscription__instant=True, subscription__paused_at=None, subscription__ended_at=None)
    waiting: dict[Subscription, dict[str, int]] = defaultdict(dict)
    for row in rows.select_related("subscription__owner"):
        waiting[row.subscription][row.advert_id] = row.assessment_id
    return sum(_queue_instant(each, found, now=now) for each, found in waiting.items() if not _quiet(each, now))


def _quiet(subscription: Subscription, now: datetime) -> bool:
    return slots.quiet(now, zone=subscription.time_zone, since=subscription.quiet_from, until=subscription.quiet_until)


def _queue_instant(subscription: Subscription, waiting: dict[str, int], *, now: datetime) -> int:
    with transaction.atomic():
        linked = sorted(clusters_now(waiting))
        if not linked:
            return 0
        assessments = sorted(waiting[advert_id] for advert_id in linked)
        Candidate.objects.filter(subscription=subscription, advert_id__in=linked).delete()
        return _queue_all(subscription, f"instant:{{}}:{assessments[-1]}", linked, assessments, now=now)


def _queue_all(subscription: Subscription, key: str, adverts: list[str], assessments: list[int], *, now: datetime) -> int:
    """One message a channel, with the key ``key``, in which ``{}`` becomes subscription and channel."""
    return sum(
        queue(
            subscription=subscription,
            kind=Delivery.DIGEST,
            channel=channel,
            key=key.format(f"{subscription.pk}:{channel}"),
            now=now,
            adverts=adverts,
            assessments=assessments,
        )
        for channel in channels_of(subscription)
    )


def _awake(subscription_ids: list[int], *, now: datetime) -> dict[int, set[str]]:
    """Subscription -> adverts of clusters whose snooze has ended since the last digest."""
    ended = Answer.objects.filter(answer=Answer.SNOOZED, subscription_id__in=subscription_ids)
    rows = ended.filter(until__gt=F("subscription__last_slot_at"), until__lte=now).values_list("subscription_id", "advert_id")
    found: dict[int, set[str]] = defaultdict(set)
    for key, advert_id in rows:
        found[key].add(advert_id)
    return found


def _slot(subscription: Subscription, now: datetime) -> slots.Slot:
    return slots.latest(
        now=now, period=subscription.period, weekday=subscription.weekday, hour=subscription.hour, zone=subscription.time_zone
    )


def _queue(subscription: Subscription, slot: slots.Slot, moved: Iterable[str], *, now: datetime) -> int:
    """Queue one digest for each channel. Matches of adverts that are not linked yet wait for the next one."""
    with transaction.atomic():
        mine = Subscription.objects.filter(pk=subscription.pk, last_slot_at__lt=slot.at, paused_at=None, ended_at=None)
        if not mine.update(last_slot_at=slot.at):
            return 0
        waiting = dict(Candidate.objects.filter(subscription=subscription).values_list("advert_id", "assessment_id"))
        linked = clusters_now(waiting)
        adverts = sorted({*linked, *moved})
        if not adverts:
            return 0
        assessments = sorted(waiting[advert_id] for advert_id in linked)
        Candidate.objects.filter(subscription=subscription, advert_id__in=linked).delete()
        return _queue_all(subscription, f"digest:{{}}:{slot.name}", adverts, assessments, now=now)


def channels_of(subscription: Subscription) -> tuple[str, ...]:
    """By which channels a subscription is served: its feed, e-mail to a confirmed address that takes it, a webhook that is on, a chat."""
    email = ("email",) if subscription.address and subscription.confirmed_at and not subscription.bounced_at else ()
    chat = ("apprise",) if apprise.address(subscription.pk) else ()
    return (*email, "feed", *(("webhook",) if active(subscription) else ()), *chat)


def _moved(subscription_ids: list[int]) -> dict[int, set[str]]:
    """Subscription -> an advert of each told cluster that has closed or grown without any new assessment (by linking or by vanishing)."""
    fellows = ClusterMember.objects.filter(cluster_id=OuterRef("cluster_now"))
    size = fellows.order_by().values("cluster_id").annotate(size=Count("pk")).values("size")
    rows = (
        Shown.objects.filter(subscription_id__in=subscription_ids, closed=False)
        .annotate(cluster_now=Subquery(ClusterMember.objects.filter(advert_id=OuterRef("advert_id")).values("cluster_id")[:1]))
        .annotate(online=Exists(fellows.filter(advert__closed_at=None)), size_now=Subquery(size[:1]))
        .filter(Q(online=False) | Q(size_now__gte=GROWTH * F("size")))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for key, advert_id in rows.values_list("subscription_id", "advert_id"):
        found[key].add(advert_id)
    return found
