"""Contacts shown in clear: an inspector asks with a reason, a custodian grants for a time, every look is written down.

Requests, grants and custodians of one body are nothing to another: there a request does not exist (``UnmaskRequest.DoesNotExist``).
Each act is one transaction with its audit entry. An entry names the contact by its key and never holds its clear value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from adverts import vault
from adverts.access import Role, roles_of
from adverts.models import AdvertContact
from review.records import rules
from review.records.acting import check, log
from review.records.models import UnmaskRequest
from review.records.rules import Refusal
from review.tenancy import body_of

REASONS: tuple[str, ...] = ("identify", "link", "refer", "warn", "other")
"""What a contact may be needed for. Calling it is none of them."""


def ask(*, advert_id: str, contact_id: str, user: User, reason: str, note: str, now: datetime) -> UnmaskRequest:
    """Ask for one contact of one advert. A request that still waits is given back instead of a second one.

    Raises ``RefusedActError`` where the person may not ask or the advert does not show the contact.
    """
    subject = f"contact:{contact_id[:16]}"
    with transaction.atomic():
        link = AdvertContact.objects.select_related("contact").filter(advert_id=advert_id, contact_id=contact_id).first()
        check(None if rules.may_ask(roles_of(user)) and link and reason in REASONS else Refusal.NOT_ALLOWED, subject)
        check(Refusal.NOTE if reason == "other" and not note.strip() else None, subject)
        own = UnmaskRequest.objects.filter(by=user, tenant=body_of(user))
        waiting = own.filter(contact_id=contact_id, advert_id=advert_id, decided_at=None).first()
        if waiting is not None or link is None:
            return _found(waiting)
        made = UnmaskRequest.objects.create(
            contact_id=contact_id, advert_id=advert_id, masked=link.contact.masked, by=user, tenant=body_of(user),
            reason=reason, note=note, asked_at=now,
        )  # fmt: skip
        log(user, "contact.asked", subject, now=now, request=made.pk, advert=advert_id, reason=reason)
    return made


def decide(request_id: int, *, user: User, minutes: int | None, answer: str, now: datetime) -> UnmaskRequest:
    """Grant a request for so many minutes, or refuse it (``None``), with an answer to the person who asked.

    Raises ``RefusedActError`` where the person is no custodian, asked themselves, or it was decided before.
    """
    with transaction.atomic():
        row = _locked(request_id, user)
        subject = f"contact:{row.contact_id[:16]}"
        check(rules.may_grant(roles=roles_of(user), user=user.pk, asked_by=row.by_id, decided=row.decided_at is not None), subject)
        check(Refusal.NOTE if minutes is None and not answer.strip() else None, subject)
        check(Refusal.NOT_ALLOWED if minutes is not None and minutes not in rules.GRANTS else None, subject)
        until = now + timedelta(minutes=minutes) if minutes is not None else None
        values = {"decided_by": user, "decided_at": now, "answer": answer, "until": until}
        won = UnmaskRequest.objects.filter(pk=row.pk, decided_at=None).update(**values)
        check(None if won else Refusal.OVER, subject)
        log(user, "contact.granted" if until else "contact.refused", subject, now=now, request=row.pk, minutes=minutes or 0)
    row.refresh_from_db()
    return row


def end(request_id: int, *, user: User, now: datetime) -> UnmaskRequest:
    """End a grant before its time; the person who has it and any custodian may."""
    with transaction.atomic():
        row = _locked(request_id, user)
        subject = f"contact:{row.contact_id[:16]}"
        check(None if user.pk == row.by_id or Role.CUSTODIAN in roles_of(user) else Refusal.NOT_ALLOWED, subject)
        check(None if rules.is_live(row.until, now=now) else Refusal.OVER, subject)
        row.until = now
        row.save(update_fields=["until"])
        log(user, "contact.ended", subject, now=now, request=row.pk)
    return row


def look(request_id: int, *, user: User, now: datetime) -> str:
    """The clear value, for the person who asked and while the grant holds; the look is written down with it.

    Raises ``RefusedActError`` otherwise, and ``adverts.vault.VaultError`` where the vault has it no more.
    """
    with transaction.atomic():
        row = _locked(request_id, user)
        subject = f"contact:{row.contact_id[:16]}"
        check(None if user.pk == row.by_id and rules.may_ask(roles_of(user)) else Refusal.NOT_ALLOWED, subject)
        check(None if rules.is_live(row.until, now=now) else Refusal.OVER, subject)
        clear = vault.reveal(row.contact_id)
        UnmaskRequest.objects.filter(pk=row.pk).update(looks=F("looks") + 1)
        log(user, "contact.shown", subject, now=now, request=row.pk)
    return clear


def granted(*, user: User, advert_id: str, now: datetime) -> Sequence[UnmaskRequest]:
    """This person's grants for contacts of an advert that hold now."""
    return list(UnmaskRequest.objects.filter(by=user, tenant=body_of(user), advert_id=advert_id, until__gt=now).order_by("pk"))


def _locked(request_id: int, user: User) -> UnmaskRequest:
    return UnmaskRequest.objects.select_for_update().get(pk=request_id, tenant=body_of(user))


def _found(waiting: UnmaskRequest | None) -> UnmaskRequest:
    if waiting is None:
        raise TypeError("a request without a link is refused before")
    return waiting
