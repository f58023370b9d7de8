"""The audit log: every act of a person or stage that matters, chained by hash.

``record`` must be called inside the transaction of the act itself, so that neither exists without the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from adverts.models import AuditEntry
from adverts.records import FairwatchError
from adverts.turns import AUDIT, take_turn

GENESIS = "0" * 64
"""``previous`` of the first entry."""


class OutsideTransactionError(FairwatchError):
    """An audit entry was asked for outside the transaction of the act it records."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    number: int
    reason: str


def record(*, actor: str, action: str, subject: str, at: datetime, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Append one entry to the chain and return it.

    ``actor`` is a user name or ``system:<stage>``; ``subject`` names what was acted on as ``kind:id``.
    ``detail`` holds ids and codes, never text of an advert or a clear contact.
    Raises ``OutsideTransactionError`` where no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"audit entry {action!r} on {subject!r}: open transaction.atomic() around the act and its entry")
    take_turn(AUDIT)
    last = AuditEntry.objects.order_by("-number").first()
    number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
    entry = AuditEntry(number=number, at=at, actor=actor, action=action, subject=subject, detail=detail or {}, previous=previous)
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    return entry


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's fields and the digest before it, as canonical JSON."""
    fields = [entry.number, entry.at.astimezone(UTC).isoformat(), entry.actor, entry.action, entry.subject, entry.detail, entry.previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def as_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry as it is exported: exactly what its digest was made of, and the digest."""
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def first_break(entries: Iterable[AuditEntry]) -> Break | None:
    """The first entry, in order of number, that was changed, removed or put in later; ``None`` where the chain holds."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.number != expected:
            return Break(expected, "an entry is missing")
        if entry.previous != previous:
            return Break(entry.number, "it does not follow the entry before it")
        if entry.digest != digest(entry):
            return Break(entry.number, "its content was changed")
        previous, expected = entry.digest, expected + 1
    return None
