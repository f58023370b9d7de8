"""Acts on subscriptions, each with its audit entry in one transaction. Views and commands call these and change nothing themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from adverts.audit import record
from alerts import tokens
from alerts.links import hash_tokens
from alerts.models import Answer, Candidate, Delivery, Hook, Subscription
from alerts.queueing import queue

LINK = "link"
"""Actor of acts done by an unguessable link instead of a signed-in person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a subscriber asks for; already checked by the form."""

    name: str
    query: str
    band: str
    period: str
    hour: int
    time_zone: str
    language: str
    weekday: int = 0
    address: str = ""
    instant: bool = False
    monthly: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None


@transaction.atomic
def create(wish: Wish, *, owner: User, now: datetime) -> Subscription:
    """Make a subscription; where it names an address, a confirmation is queued for it. Nothing earlier than ``now`` will be told."""
    made = Subscription(owner=owner, created_at=now, last_slot_at=now, token_seed=tokens.seed(), **asdict(wish))
    hash_tokens(made)
    made.save()
    record(actor=owner.get_username(), action="subscription.created", subject=f"subscription:{made.pk}", at=now)
    _ask_to_confirm(made, now=now)
    return made


@transaction.atomic
def change(subscription: Subscription, wish: Wish, *, by: str, now: datetime) -> Subscription:
    """Change what is asked for. A new address must be confirmed anew; matches noted for the old query are checked again when sent."""
    moved = wish.address != subscription.address
    for name, value in asdict(wish).items():
        setattr(subscription, name, value)
    if moved:
        subscription.confirmed_at, subscription.bounced_at, subscription.bounced_why = None, None, ""
        subscription.confirm_number += 1
        hash_tokens(subscription)
    subscription.alive_at, subscription.asked_at = now, None
    subscription.save()
    record(actor=by, action="subscription.changed", subject=f"subscription:{subscription.pk}", at=now, detail={"address_changed": moved})
    if moved:
        _ask_to_confirm(subscription, now=now)
    return subscription


@transaction.atomic
def confirm(token: str, *, now: datetime) -> Subscription | None:
    """Confirm the address whose message carried ``token``; None for a token that fits nothing (any more). Repeating it changes nothing."""
    found = Subscription.objects.filter(confirm_hash=tokens.hashed(token), ended_at=None).exclude(address="").first()
    if found is not None and found.confirmed_at is None:
        found.confirmed_at, found.bounced_at, found.bounced_why = now, None, ""
        found.save(update_fields=["confirmed_at", "bounced_at", "bounced_why"])
        record(actor=LINK, action="subscription.confirmed", subject=f"subscription:{found.pk}", at=now)
    return found


@transaction.atomic
def pause(subscription: Subscription, *, by: str, now: datetime) -> None:
    """Note and send nothing until it is resumed; what waits is let go."""
    if subscription.paused_at is None:
        subscription.paused_at = now
        subscription.save(update_fields=["paused_at"])
        Candidate.objects.filter(subscription=subscription).delete()
        record(actor=by, action="subscription.paused", subject=f"subscription:{subscription.pk}", at=now)


@transaction.atomic
def resume(subscription: Subscription, *, by: str, now: datetime) -> None:
    """Take it up again, from now on; the next digest comes at its next time."""
    if subscription.paused_at is not None:
        subscription.paused_at = None
        subscription.last_slot_at = now
        subscription.alive_at, subscription.asked_at = now, None
        subscription.save(update_fields=["paused_at", "last_slot_at", "alive_at", "asked_at"])
        record(actor=by, action="subscription.resumed", subject=f"subscription:{subscription.pk}", at=now)


@transaction.atomic
def keep(subscription: Subscription, *, by: str, now: datetime) -> None:
    """It is still wanted: ask again in a year, and take it up again if it was paused because nobody answered."""
    if subscription.asked_at is None:
        return
    asked = subscription.asked_at
    Subscription.objects.filter(pk=subscription.pk).update(alive_at=now, asked_at=None)
    subscription.alive_at, subscription.asked_at = now, None
    record(actor=by, action="subscription.kept", subject=f"subscription:{subscription.pk}", at=now)
    if subscription.paused_at is not None and subscription.paused_at > asked:
        resume(subscription, by=by, now=now)


def touch(subscription: Subscription, *, now: datetime) -> None:
    """Note that somebody uses it, to the day."""
    if subscription.asked_at is not None or (subscription.alive_at or subscription.created_at) < now - timedelta(days=1):
        Subscription.objects.filter(pk=subscription.pk).update(alive_at=now, asked_at=None)


@transaction.atomic
def hand_over(subscription: Subscription, to: User, *, by: str, now: datetime) -> None:
    """Give it to a colleague. Address, feed key and webhook were the old holder's and go; what was told of stays told."""
    subscription.owner, subscription.address, subscription.confirmed_at = to, "", None
    subscription.bounced_at, subscription.bounced_why = None, ""
    subscription.confirm_number += 1
    subscription.feed_number += 1
    subscription.alive_at, subscription.asked_at = now, None
    hash_tokens(subscription)
    subscription.save()
    Hook.objects.filter(subscription=subscription).delete()
    detail = {"to": to.get_username()}
    record(actor=by, action="subscription.handed-over", subject=f"subscription:{subscription.pk}", at=now, detail=detail)


@transaction.atomic
def end(subscription: Subscription, *, by: str, now: datetime) -> None:
    """Stop for good: nothing is sent, the feed is gone. Repeating it changes nothing."""
    if subscription.ended_at is None:
        subscription.ended_at = now
        subscription.save(update_fields=["ended_at"])
        Candidate.objects.filter(subscription=subscription).delete()
        record(actor=by, action="subscription.ended", subject=f"subscription:{subscription.pk}", at=now)


@transaction.atomic
def revoke_feed(subscription: Subscription, *, by: str, now: datetime) -> None:
    """Give the private feed a new address; the old one answers 404 from now on."""
    subscription.feed_number += 1
    hash_tokens(subscription)
    subscription.save(update_fields=["feed_number", "feed_hash", "confirm_hash", "unsubscribe_hash"])
    record(actor=by, action="subscription.feed-revoked", subject=f"subscription:{subscription.pk}", at=now)


@transaction.atomic
def answer(
    subscription: Subscription,
    *,
    cluster_id: str,
    advert_id: str,
    said: str,
    reason: str,
    by: User,
    now: datetime,
    until: datetime | None = None,
) -> Answer:
    """Note what a subscriber says of a cluster.

    One called not relevant is not told to this subscription again; one snoozed ``until`` a time is told after it if it has changed.
    """
    made = Answer.objects.create(
        subscription=subscription, cluster_id=cluster_id, advert_id=advert_id, answer=said, reason=reason, by=by, at=now, until=until
    )
    touch(subscription, now=now)
    detail = {"subscription": subscription.pk, "reason": reason}
    record(actor=by.get_username(), action=f"alert.{said}", subject=f"cluster:{cluster_id}", at=now, detail=detail)
    return made


@transaction.atomic
def renew_tokens(*, now: datetime) -> int:
    """Write all hashes anew after a change of the secret key, which invalidates every link sent before; returns how many changed."""
    changed = 0
    for subscription in Subscription.objects.select_for_update():
        before = subscription.unsubscribe_hash
        hash_tokens(subscription)
        if subscription.unsubscribe_hash != before:
            subscription.save(update_fields=["confirm_hash", "unsubscribe_hash", "feed_hash"])
            changed += 1
    if changed:
        record(
            actor="system:alerts", action="subscription.tokens-renewed", subject="subscriptions:all", at=now, detail={"changed": changed}
        )
    return changed


def _ask_to_confirm(subscription: Subscription, *, now: datetime) -> None:
    if subscription.address:
        key = f"confirm:{subscription.pk}:{subscription.confirm_number}"
        queue(subscription=subscription, kind=Delivery.CONFIRM, channel="email", key=key, now=now)
