"""Addresses that messages carry, and the tokens in them."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from alerts import tokens
from alerts.models import Subscription


def absolute(name: str, *args: object) -> str:
    """The full address of a page, for mails and feeds."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def confirm_url(subscription: Subscription) -> str:
    """Where the owner of the address says yes."""
    return absolute("alerts-confirm", token(subscription, tokens.CONFIRM))


def unsubscribe_url(subscription: Subscription) -> str:
    """Where one POST, without sign-in, ends the subscription (RFC 8058)."""
    return absolute("alerts-unsubscribe", token(subscription, tokens.UNSUBSCRIBE))


def feed_url(subscription: Subscription) -> str:
    """The address of the private feed; whoever knows it can read it."""
    return absolute("alerts-feed", token(subscription, tokens.FEED))


def json_feed_url(subscription: Subscription) -> str:
    """The same feed as JSON Feed."""
    return absolute("alerts-json-feed", token(subscription, tokens.FEED))


def keep_url(subscription: Subscription) -> str:
    """Where one POST, without sign-in, says that the subscription is still wanted."""
    return absolute("alerts-keep", signing.Signer(salt="alerts.keep").sign(str(subscription.pk)).replace(":", ".", 1))


def by_keep_token(token: str) -> Subscription | None:
    """The living subscription whose ``keep_url`` this is from."""
    try:
        key = signing.Signer(salt="alerts.keep").unsign(token.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    return Subscription.objects.filter(pk=int(key), ended_at=None).first()


def item_url(subscription: Subscription, cluster_id: str) -> str:
    """The page of one cluster for one subscription, behind the sign-in."""
    return absolute("alerts-item", subscription.pk, cluster_id)


def token(subscription: Subscription, purpose: str) -> str:
    """The subscription's present token for a purpose of ``alerts.tokens``."""
    number = {tokens.FEED: subscription.feed_number, tokens.CONFIRM: subscription.confirm_number}.get(purpose, 1)
    return tokens.token(purpose, key=settings.SECRET_KEY, seed=subscription.token_seed, number=number)


def hash_tokens(subscription: Subscription) -> None:
    """Set, without saving, the hashes under which the present tokens are found."""
    for purpose in (tokens.CONFIRM, tokens.UNSUBSCRIBE, tokens.FEED):
        setattr(subscription, f"{purpose}_hash", tokens.hashed(token(subscription, purpose)))


def by_token(purpose: str, value: str) -> Subscription | None:
    """The living subscription whose token this is; None where there is none."""
    return Subscription.objects.filter(**{f"{purpose}_hash": tokens.hashed(value)}, ended_at=None).select_related("owner").first()
