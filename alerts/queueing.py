"""Puts messages into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adverts.audit import OutsideTransactionError
from alerts.models import Delivery, Subscription


def queue(
    *,
    subscription: Subscription,
    kind: str,
    channel: str,
    key: str,
    now: datetime,
    adverts: Sequence[str] = (),
    assessments: Sequence[int] = (),
) -> bool:
    """Put a message in the outbox, in the caller's transaction; False where one with this key is there already.

    Raises ``OutsideTransactionError`` where no transaction is open: the cause and its message must stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"delivery {key!r}: open transaction.atomic() around the act and its message")
    values = {
        "subscription": subscription,
        "kind": kind,
        "channel": channel,
        "adverts": list(adverts),
        "assessments": list(assessments),
        "next_at": now,
        "made_at": now,
    }
    _, made = Delivery.objects.get_or_create(key=key, defaults=values)
    return made
