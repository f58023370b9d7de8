"""What a delivery says at the moment it is sent: facts read afresh, permission asked afresh, repeats left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from adverts.records import Band
from alerts import hooks, links
from alerts.channels.base import Message
from alerts.digest import Digest, digest
from alerts.facts import ClusterFacts, Told, combined
from alerts.letter import Reader, confirm_message, digest_message, idle_message
from alerts.models import Answer, Delivery, Shown, Subscription
from alerts.payload import digest_payload, event
from alerts.permission import may_receive, visible
from alerts.reading import clusters, clusters_now
from alerts.wanting import matching_clusters
from alerts.wording import wording

NOTHING = Digest((), 0)


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished message with what it tells; without a message there is nothing to send, for ``reason``."""

    message: Message | None
    digest: Digest = NOTHING
    told: dict[str, Told] | None = None
    """Cluster id -> what had been told of it before."""
    reason: str = ""


def compose(delivery: Delivery, *, now: datetime) -> Composed:
    """The message of a delivery as it must be now."""
    subscription = delivery.subscription
    if reason := _silent(subscription, delivery):
        return Composed(None, reason=reason)
    if delivery.kind == Delivery.CONFIRM:
        reader = _reader(subscription, ())
        return Composed(confirm_message(reader=reader, key=delivery.key, confirm_url=links.confirm_url(subscription)))
    if delivery.kind == Delivery.TEST:
        payload = event("alert.test", {"subscription": subscription.name, "note": "A test. Nothing was seen."}, now=now)
        return Composed(_to_hook(delivery, payload, now=now))
    if delivery.kind == Delivery.IDLE:
        return Composed(_idle_message(delivery, now=now))
    found, told = to_tell(subscription, channel=delivery.channel, advert_ids=delivery.adverts, now=now)
    made = digest(((facts, told.get(facts.cluster_id)) for facts in found), today=today(subscription, now))
    if not made:
        return Composed(None, reason="nothing new left to say")
    reader = _reader(subscription, (item.facts.cluster_id for item in made.items))
    return Composed(_digest_message(made, delivery, reader, now=now), made, told)


def _digest_message(made: Digest, delivery: Delivery, reader: Reader, *, now: datetime) -> Message | None:
    if delivery.channel != "webhook":
        return digest_message(made, reader=reader, key=delivery.key, now=now)
    words = wording(reader.language)
    body = digest_payload(made, name=reader.name, words=words, now=now, zone=reader.zone, urls=reader.urls)
    return _to_hook(delivery, body, now=now)


def _idle_message(delivery: Delivery, *, now: datetime) -> Message | None:
    url = links.keep_url(delivery.subscription)
    if delivery.channel == "webhook":
        return _to_hook(delivery, event("alert.still-wanted", {"subscription": delivery.subscription.name, "url": url}, now=now), now=now)
    return idle_message(reader=_reader(delivery.subscription, ()), key=delivery.key, keep_url=url)


def _to_hook(delivery: Delivery, payload: str, *, now: datetime) -> Message | None:
    hook = hooks.active(delivery.subscription)
    if hook is None:
        return None
    signed = hooks.secrets(hook, now=now)
    language = delivery.subscription.language
    return Message(delivery.key, hook.url, "", "", "", language, payload=payload, secrets=signed, at=now.astimezone(UTC))


def to_tell(
    subscription: Subscription, *, channel: str, advert_ids: Iterable[str], now: datetime
) -> tuple[list[ClusterFacts], dict[str, Told]]:
    """The clusters of some adverts that the subscription may be told of, and what it was told of each before.

    One told of before stays of interest whatever it has become; any other must match the query as it is now. What was called not
    relevant is left out, and what is snoozed.
    """
    ids = visible(subscription.owner, clusters_now(advert_ids).values())
    told = told_before(subscription, channel=channel, cluster_ids=ids)
    wanted = {cluster_id for cluster_id in ids if cluster_id in told} | matching_clusters(subscription, ids - told.keys())
    found = clusters(wanted - silenced(subscription, wanted, now=now))
    return list(found.values()), told


def told_before(subscription: Subscription, *, channel: str, cluster_ids: set[str]) -> dict[str, Told]:
    """Cluster id -> what was told of it by a channel, under whichever ids it had then."""
    rows = list(Shown.objects.filter(subscription=subscription, channel=channel))
    now = clusters_now(row.advert_id for row in rows)
    tellings: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        for cluster_id in {row.cluster_id, now.get(row.advert_id, "")} & cluster_ids:
            tellings[cluster_id].append(_telling(row))
    return {cluster_id: told for cluster_id, each in tellings.items() if (told := combined(each)) is not None}


def not_relevant(subscription: Subscription, cluster_ids: set[str]) -> set[str]:
    """Which of these clusters the subscriber called not relevant, and did not take it back."""
    said = _said(subscription, cluster_ids)
    return {cluster_id for cluster_id, row in said.items() if row.answer == Answer.NOT_RELEVANT}


def silenced(subscription: Subscription, cluster_ids: set[str], *, now: datetime) -> set[str]:
    """Which of these clusters are not told now: not relevant, or snoozed for longer."""
    said = _said(subscription, cluster_ids)
    snoozed = {key for key, row in said.items() if row.answer == Answer.SNOOZED and row.until is not None and row.until > now}
    return snoozed | {cluster_id for cluster_id, row in said.items() if row.answer == Answer.NOT_RELEVANT}


def _said(subscription: Subscription, cluster_ids: set[str]) -> dict[str, Answer]:
    """Cluster id -> the newest answer."""
    rows = list(Answer.objects.filter(subscription=subscription))
    now = clusters_now(row.advert_id for row in rows)
    last: dict[str, Answer] = {}
    for row in rows:
        for cluster_id in {row.cluster_id, now.get(row.advert_id, "")} & cluster_ids:
            last[cluster_id] = row
    return last


def remember(delivery: Delivery, composed: Composed, *, now: datetime) -> None:
    """Write down what a delivery told; belongs in the transaction that marks it sent."""
    for item in composed.digest.items:
        facts = item.facts
        told = item.telling((composed.told or {}).get(facts.cluster_id))
        values = {
            "advert_id": facts.advert_id,
            "band": told.band.value,
            "size": told.size,
            "countries": sorted(told.countries),
            "indicators": sorted(told.indicators),
            "closed": told.closed,
            "changes": [change.value for change in item.changes],
            "at": now,
        }
        key = {"subscription": delivery.subscription, "channel": delivery.channel, "cluster_id": facts.cluster_id}
        Shown.objects.update_or_create(**key, defaults=values, create_defaults={**values, "first_at": now})


def today(subscription: Subscription, now: datetime) -> date:
    """The subscriber's local date."""
    return now.astimezone(ZoneInfo(subscription.time_zone)).date()


def _telling(row: Shown) -> Told:
    return Told(Band(row.band), row.size, frozenset(row.countries), frozenset(row.indicators), row.closed)


def _silent(subscription: Subscription, delivery: Delivery) -> str:
    """Why nothing may be sent at all; empty where something may."""
    if subscription.ended_at is not None:
        return "the subscription has ended"
    if delivery.kind == Delivery.CONFIRM:
        return "the address is confirmed already" if subscription.confirmed_at else ""
    if delivery.kind == Delivery.IDLE and subscription.asked_at is None:
        return "the question is answered already"
    if subscription.paused_at is not None:
        return "the subscription is paused"
    if delivery.channel == "email" and subscription.confirmed_at is None:
        return "the address is not confirmed"
    if delivery.channel == "webhook" and hooks.active(subscription) is None:
        return "the webhook is switched off"
    return "" if may_receive(subscription.owner) else "the owner may not receive alerts any more"


def _reader(subscription: Subscription, cluster_ids: Iterable[str]) -> Reader:
    return Reader(
        name=subscription.name,
        to=subscription.address,
        language=subscription.language,
        zone=subscription.time_zone,
        manage_url=links.absolute("alerts-list"),
        unsubscribe_url=links.unsubscribe_url(subscription),
        urls={cluster_id: links.item_url(subscription, cluster_id) for cluster_id in cluster_ids},
    )
