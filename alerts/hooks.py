"""Acts on webhooks, each with its audit entry in one transaction, and the secrets that sign what is sent.

A secret is derived from the installation's secret key, a random seed and a number, so that the ledger holds none. Changing it raises
the number; for ``OVERLAP`` messages carry both signatures, so that a receiver can change over without missing any.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from adverts.audit import record
from adverts.records import FairwatchError
from alerts import tokens
from alerts.models import Delivery, Hook, Subscription
from alerts.queueing import queue

OVERLAP = timedelta(days=7)
"""How long the secret before the present one still signs."""


class HookAddressError(FairwatchError):
    """An address that no webhook may go to."""


def checked(url: str) -> str:
    """The address, fit for a webhook: https, a host, no name and password. Where it leads is checked when it is called.

    Raises ``HookAddressError``.
    """
    try:
        parts = urlsplit(url.strip())
        usable = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError as error:
        said = gettext("%(address)s is no address; write it like https://union.example/fairwatch")
        raise HookAddressError(said % {"address": repr(url[:80])}) from error
    schemes = {"https", "http"} if settings.WEBHOOK_LOOPBACK else {"https"}
    if parts.scheme not in schemes or not usable:
        said = gettext("%(address)s cannot be used; write it like https://union.example/fairwatch, without name and password")
        raise HookAddressError(said % {"address": repr(url[:80])})
    return url.strip()


@transaction.atomic
def connect(subscription: Subscription, url: str, *, by: str, now: datetime) -> Hook:
    """Send this subscription to ``url`` as well; a new address gets a new secret, and a webhook given again is no longer switched off."""
    values: dict[str, Any] = {"url": checked(url), "disabled_at": None, "disabled_why": ""}
    if Hook.objects.filter(subscription=subscription).exclude(url=values["url"]).exists():
        # whoever reads the old address could sign messages to the new one
        values |= {"seed": tokens.seed(), "number": 1, "previous_until": None}
    made, _ = Hook.objects.update_or_create(subscription=subscription, defaults=values, create_defaults={**values, "seed": tokens.seed()})
    _record(made, "connected", by=by, now=now)
    return made


@transaction.atomic
def disconnect(hook: Hook, *, by: str, now: datetime) -> None:
    """Send nothing there any more, and forget the address."""
    _record(hook, "disconnected", by=by, now=now)
    hook.delete()


@transaction.atomic
def change_secret(hook: Hook, *, by: str, now: datetime) -> None:
    """Take a new secret; the old one signs beside it for ``OVERLAP``."""
    hook.number += 1
    hook.previous_until = now + OVERLAP
    hook.save(update_fields=["number", "previous_until"])
    _record(hook, "secret-changed", by=by, now=now)


@transaction.atomic
def order_test(hook: Hook, *, by: str, now: datetime) -> Delivery:
    """Queue a message that says only that it is a test."""
    hook.tests += 1
    hook.save(update_fields=["tests"])
    key = f"test:{hook.subscription_id}:webhook:{hook.pk}:{hook.tests}"
    queue(subscription=hook.subscription, kind=Delivery.TEST, channel="webhook", key=key, now=now)
    _record(hook, "test-ordered", by=by, now=now)
    return Delivery.objects.get(key=key)


@transaction.atomic
def disable(subscription: Subscription, why: str, *, now: datetime) -> None:
    """Switch a webhook off because its receiver said that it is gone; belongs in the transaction that marks the delivery."""
    hook = Hook.objects.filter(subscription=subscription, disabled_at=None).first()
    if hook is not None:
        hook.disabled_at, hook.disabled_why = now, why[:200]
        hook.save(update_fields=["disabled_at", "disabled_why"])
        _record(hook, "disabled", by="system:alerts", now=now)


def active(subscription: Subscription) -> Hook | None:
    """The webhook to which messages go now; None where there is none or it is switched off."""
    return Hook.objects.filter(subscription=subscription, disabled_at=None).first()


def secret(hook: Hook, *, back: int = 0) -> str:
    """The present secret as Standard Webhooks write it (``whsec_`` and base 64), or the one ``back`` changes before it."""
    text = f"alerts:webhook:{hook.seed}:{hook.number - back}"
    drawn = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(drawn).decode()}"


def secrets(hook: Hook, *, now: datetime) -> tuple[str, ...]:
    """The secrets that sign a message sent now, the present one first."""
    both = hook.number > 1 and hook.previous_until is not None and now < hook.previous_until
    return (secret(hook), secret(hook, back=1)) if both else (secret(hook),)


def _record(hook: Hook, what: str, *, by: str, now: datetime) -> None:
    record(actor=by, action=f"webhook.{what}", subject=f"subscription:{hook.subscription_id}", at=now)
