"""What a delivery says at the moment it is sent: facts read afresh, permission asked afresh, repeats left out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adverts.records import Band
from alerts import hooks, links
from alerts.channels import apprise
from alerts.channels.base import Message
from alerts.digest import CAP, Digest, Item, changes, digest
from alerts.facts import ClusterFacts, Told, combined
from alerts.letter import Reader, confirm_message, digest_message, idle_message, report_message
from alerts.models import Answer, Candidate, Delivery, Shown, Subscription
from alerts.monthly import Report, month_of, report
from alerts.payload import digest_payload, event, report_payload
from alerts.permission import may_receive, open_to_all, visible
from alerts.pinning import Pinned, from_json, titled
from alerts.reading import clusters, clusters_now, members, newest_of, titles
from alerts.wanting import matching_clusters
from alerts.wording import wording

NOTHING = Digest((), 0)
NOTHING_LEFT = "nothing new left to say"


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished message with what it tells; without a message there is nothing to send, for ``reason``."""

    message: Message | None
    pinned: Pinned | None = None
    """What it says, to be fixed before it is handed over."""
    told: dict[str, Told] | None = None
    """Cluster id -> what had been told of it before."""
    reason: str = ""
    again: tuple[str, ...] = ()
    """Adverts of the clusters that an earlier attempt may have told of: the next message must see whether they have changed since."""

    @property
    def digest(self) -> Digest:
        """The clusters it tells of."""
        return self.pinned.digest if self.pinned is not None else NOTHING


def compose(delivery: Delivery, *, now: datetime) -> Composed:
    """The message of a delivery: as it must be now at its first attempt, as it was then at every other.

    A repeat leaves out what may not be told any more, and is then another message with another id.
    """
    subscription = delivery.subscription
    if reason := _silent(subscription, delivery):
        return Composed(None, reason=reason, again=_spoken_of(delivery))
    if delivery.content is not None:
        return _repeated(delivery, delivery.content, now=now)
    fresh = Pinned(at=now, name=subscription.name, language=subscription.language, zone=subscription.time_zone)
    if delivery.kind != Delivery.DIGEST:
        message = _message(delivery, fresh, now=now)
        return Composed(message, fresh, reason="" if message is not None else NOTHING_LEFT)
    found, told = to_tell(subscription, channel=delivery.channel, advert_ids=delivery.adverts, now=now)
    whole = digest(((facts, told.get(facts.cluster_id)) for facts in found), today=today(subscription, now), cap=len(found))
    if not whole:
        return Composed(None, reason=NOTHING_LEFT)
    pinned = replace(fresh, items=whole.items[:CAP], cut=tuple(item.facts.advert_id for item in whole.items[CAP:]))
    return Composed(_message(delivery, pinned, now=now), pinned, told)


def _repeated(delivery: Delivery, content: dict[str, Any], *, now: datetime) -> Composed:
    before = from_json(content, titles=titles(titled(content)))
    pinned = _without_withheld(delivery, before)
    again = _spoken_of(delivery)
    if before.items and not pinned.items:
        return Composed(None, reason=NOTHING_LEFT, again=again)
    told = told_before(delivery.subscription, channel=delivery.channel, cluster_ids={item.facts.cluster_id for item in pinned.items})
    return Composed(_message(delivery, pinned, now=now), pinned, told, again=again)


def _spoken_of(delivery: Delivery) -> tuple[str, ...]:
    """Adverts of the clusters that an attempt may have told of; not of those that the cap left out."""
    if delivery.content is None:
        return ()
    told = {row["advert"] for row in delivery.content["items"]}
    now_in = clusters_now({*delivery.adverts, *delivery.content["cut"], *told})
    cut = {now_in.get(advert_id, "") for advert_id in delivery.content["cut"]}
    return tuple(sorted(advert_id for advert_id in {*delivery.adverts, *told} if now_in.get(advert_id, "") not in cut))


def _without_withheld(delivery: Delivery, pinned: Pinned) -> Pinned:
    """Without what the subscriber may not be told now; a cluster that has lost adverts goes too, for its numbers count them."""
    now_in = clusters_now({*pinned.cut, *(each for item in pinned.items for each in (item.facts.advert_id, item.facts.title_from))})
    sizes = {
        cluster_id: len(ids) for cluster_id, ids in members(_may_be_told(delivery.subscription, delivery.channel, now_in.values())).items()
    }

    def stays(item: Item) -> bool:
        places = {now_in.get(item.facts.advert_id, ""), now_in.get(item.facts.title_from, "")}
        return len(places) == 1 and sizes.get(places.pop(), 0) >= item.facts.size

    items = tuple(item for item in pinned.items if stays(item))
    cut = tuple(advert_id for advert_id in pinned.cut if now_in.get(advert_id, "") in sizes)
    if (items, cut) == (pinned.items, pinned.cut):
        return pinned
    return replace(pinned, items=items, cut=cut, version=pinned.version + 1)


def _message(delivery: Delivery, pinned: Pinned, *, now: datetime) -> Message | None:
    """The message that says what was fixed; only time and signature of the attempt are those of ``now``."""
    key = delivery.key if pinned.version == 1 else f"{delivery.key}:{pinned.version}"
    reader = _reader(delivery.subscription, pinned)
    if delivery.channel == "apprise":
        return _to_chat(delivery, pinned, reader, key)
    if delivery.channel == "webhook" and delivery.kind == Delivery.REPORT:
        return _report_to_hook(delivery, pinned, key, now=now)
    if delivery.channel == "webhook":
        return _to_hook(delivery, _payload(delivery, pinned, reader), key=key, language=pinned.language, now=now)
    if delivery.kind == Delivery.CONFIRM:
        return confirm_message(reader=reader, key=key, confirm_url=links.confirm_url(delivery.subscription))
    if delivery.kind == Delivery.REPORT:
        return _report_message(delivery, reader, key)
    if delivery.kind == Delivery.IDLE:
        return idle_message(reader=reader, key=key, keep_url=links.keep_url(delivery.subscription))
    return digest_message(pinned.digest, reader=reader, key=key, now=pinned.at, again=bool(pinned.repeats))


def _to_chat(delivery: Delivery, pinned: Pinned, reader: Reader, key: str) -> Message:
    """The words of the mail, without the link that stops it: a chat has other readers."""
    reader = replace(reader, to=apprise.address(delivery.subscription_id), unsubscribe_url="")
    return replace(digest_message(pinned.digest, reader=reader, key=key, now=pinned.at), html="")


def _report_message(delivery: Delivery, reader: Reader, key: str) -> Message | None:
    """Counted at each attempt: what is withheld must not even count. Other counts are another message, with another id."""
    made = report(delivery.subscription, month_of(delivery))
    return report_message(made.counts, made.month, reader=reader, key=_counted(key, made)) if made else None


def _report_to_hook(delivery: Delivery, pinned: Pinned, key: str, *, now: datetime) -> Message | None:
    made = report(delivery.subscription, month_of(delivery))
    if not made:
        return None
    payload = report_payload(made.counts, made.month, name=pinned.name, words=wording(pinned.language), now=pinned.at)
    return _to_hook(delivery, payload, key=_counted(key, made), language=pinned.language, now=now)


def _counted(key: str, made: Report) -> str:
    return f"{key}:{hashlib.sha256(repr(made.counts).encode()).hexdigest()[:16]}"


def _payload(delivery: Delivery, pinned: Pinned, reader: Reader) -> str:
    if delivery.kind == Delivery.TEST:
        return event("alert.test", {"subscription": pinned.name, "note": "A test. Nothing was seen."}, now=pinned.at)
    if delivery.kind == Delivery.IDLE:
        url = links.keep_url(delivery.subscription)
        return event("alert.still-wanted", {"subscription": pinned.name, "url": url}, now=pinned.at)
    words = wording(pinned.language)
    repeats = f"msg_{pinned.repeats}" if pinned.repeats else ""
    return digest_payload(pinned.digest, name=pinned.name, words=words, now=pinned.at, zone=pinned.zone, urls=reader.urls, repeats=repeats)


def _to_hook(delivery: Delivery, payload: str, *, key: str, language: str, now: datetime) -> Message | None:
    hook = hooks.active(delivery.subscription)
    if hook is None:
        return None
    signed = hooks.secrets(hook, now=now)
    return Message(key, hook.url, "", "", "", language, payload=payload, secrets=signed, at=now.astimezone(UTC))


def to_tell(
    subscription: Subscription, *, channel: str, advert_ids: Iterable[str], now: datetime
) -> tuple[list[ClusterFacts], dict[str, Told]]:
    """The clusters of some adverts that the subscription may be told of, and what it was told of each before.

    One told of before stays of interest whatever it has become; any other must match the query as it is now. What was called not
    relevant is left out, and what is snoozed.
    """
    ids = _may_be_told(subscription, channel, clusters_now(advert_ids).values())
    told = told_before(subscription, channel=channel, cluster_ids=ids)
    wanted = {cluster_id for cluster_id in ids if cluster_id in told} | matching_clusters(subscription, ids - told.keys())
    found = clusters(wanted - silenced(subscription, wanted, now=now))
    return list(found.values()), told


def _may_be_told(subscription: Subscription, channel: str, cluster_ids: Iterable[str]) -> set[str]:
    ids = visible(subscription.owner, cluster_ids)
    return open_to_all(ids) if channel == "apprise" else ids


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


def look_again(delivery: Delivery, composed: Composed) -> None:
    """Note what has changed since a message was fixed for the next digest; belongs in the transaction that closes the delivery.

    Such a change may have been read before this message counted as told, and be in no later message.
    """
    subscription = delivery.subscription
    ids = _may_be_told(subscription, delivery.channel, clusters_now(composed.again).values())
    told = told_before(subscription, channel=delivery.channel, cluster_ids=ids)
    news = [facts for facts in clusters(ids).values() if changes(told.get(facts.cluster_id), facts)]
    for advert_id, found in newest_of([facts.advert_id for facts in news]).items():
        values = {"assessment_id": found.assessment_id}
        Candidate.objects.get_or_create(subscription=subscription, advert_id=advert_id, defaults=values)


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
    if delivery.channel == "email" and subscription.bounced_at is not None:
        return "a mail to the address came back"
    if delivery.channel == "webhook" and hooks.active(subscription) is None:
        return "the webhook is switched off"
    if delivery.channel == "apprise" and not apprise.address(subscription.pk):
        return "the chat is not in FAIRWATCH_APPRISE any more"
    return "" if may_receive(subscription.owner) else "the owner may not receive alerts any more"


def _reader(subscription: Subscription, pinned: Pinned) -> Reader:
    ids = [item.facts.cluster_id for item in pinned.items]
    return Reader(
        name=pinned.name,
        to=subscription.address,
        language=pinned.language,
        zone=pinned.zone,
        manage_url=links.absolute("alerts-list"),
        unsubscribe_url=links.unsubscribe_url(subscription),
        urls={cluster_id: links.item_url(subscription, cluster_id) for cluster_id in ids},
    )
