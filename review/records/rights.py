"""Objections, erasure, correction and access, with their deadline; and legal holds. Each act one transaction with its audit entry.

The person's letter, name and address stay in the office's own files: here is its number. What was granted is carried out by
``manage.py retention``, which alone may change captures and landing files; its effects come back into the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from adverts.access import Role, roles_of
from adverts.models import Advert
from review import tenancy
from review.records import rules
from review.records.acting import RefusedActError, check, log
from review.records.models import LegalHold, RightsRequest
from review.records.rules import Refusal

KINDS: tuple[str, ...] = ("objection", "erasure", "correction", "access")
ERASING: frozenset[str] = frozenset({"objection", "erasure"})
"""Kinds that, when granted, end in erasure; the others are answered by hand."""
RECEIVED, GRANTED, REFUSED, DONE = "received", "granted", "refused", "done"


def enter(*, kind: str, reference: str, adverts: Sequence[str], received_on: date, user: User, now: datetime) -> RightsRequest:
    """Enter a request about adverts. Raises ``RefusedActError`` where the person may not, or the number is taken."""
    subject = f"request:{reference}"
    check(None if Role.DATA_PROTECTION in roles_of(user) and kind in KINDS else Refusal.NOT_ALLOWED, subject)
    try:
        with transaction.atomic():
            row = RightsRequest.objects.create(
                kind=kind, reference=reference, adverts=list(adverts), received_on=received_on, state=RECEIVED,
                due_on=rules.due_on(received_on, extended=False), entered_by=user, entered_at=now,
            )  # fmt: skip
            log(user, f"request.{RECEIVED}", f"request:{row.pk}", now=now, kind=kind, adverts=list(adverts), due=row.due_on.isoformat())
    except IntegrityError as error:
        raise RefusedActError(Refusal.OVER, subject) from error
    return row


def extend(request_id: int, *, user: User, now: datetime) -> RightsRequest:
    """Take the longer time; the person must be told why (GDPR Art. 12(3))."""
    with transaction.atomic():
        row = _open(request_id, user)
        check(Refusal.OVER if row.extended or now.date() > row.due_on else None, f"request:{row.pk}")
        row.extended, row.due_on = True, rules.due_on(row.received_on, extended=True)
        row.save(update_fields=["extended", "due_on"])
        log(user, "request.extended", f"request:{row.pk}", now=now, due=row.due_on.isoformat())
    return row


def decide(request_id: int, *, grant: bool, answer: str, user: User, now: datetime) -> RightsRequest:
    """Grant or refuse; the answer says why. A request that erases nothing is done with that."""
    with transaction.atomic():
        row = _open(request_id, user)
        check(Refusal.NOTE if not answer.strip() else None, f"request:{row.pk}")
        row.state = REFUSED if not grant else GRANTED if row.kind in ERASING else DONE
        row.decided_by, row.decided_at, row.answer = user, now, answer
        row.done_at = now if row.state == DONE else None
        row.save(update_fields=["state", "decided_by", "decided_at", "answer", "done_at"])
        log(user, f"request.{row.state}", f"request:{row.pk}", now=now, kind=row.kind)
    return row


def hold(advert_id: str, *, reason: str, user: User, now: datetime) -> LegalHold:
    """Keep an advert whatever the periods say. Raises ``RefusedActError`` where the person's body holds it already or they may not."""
    subject = f"advert:{advert_id}"
    try:
        with transaction.atomic():
            check(None if _may_hold(user) and Advert.objects.filter(pk=advert_id).exists() else Refusal.NOT_ALLOWED, subject)
            check(Refusal.NOTE if not reason.strip() else None, subject)
            row = LegalHold.objects.create(advert_id=advert_id, reason=reason, by=user, at=now, tenant=tenancy.body_of(user))
            log(user, "hold.placed", subject, now=now, hold=row.pk)
    except IntegrityError as error:
        raise RefusedActError(Refusal.OVER, subject) from error
    return row


def release(hold_id: int, *, user: User, now: datetime) -> LegalHold:
    """End a hold of one's body (the data-protection officer: of any); from then on the periods count again."""
    with transaction.atomic():
        row = holds_for(user).select_for_update().get(pk=hold_id)
        check(None if _may_hold(user) else Refusal.NOT_ALLOWED, f"advert:{row.advert_id}")
        check(Refusal.OVER if row.released_at else None, f"advert:{row.advert_id}")
        row.released_by, row.released_at = user, now
        row.save(update_fields=["released_by", "released_at"])
        log(user, "hold.released", f"advert:{row.advert_id}", now=now, hold=row.pk)
    return row


def holds_for(user: User) -> QuerySet[LegalHold]:
    """The holds this person may know of."""
    tenant = tenancy.scope(user, Role.DATA_PROTECTION)
    return LegalHold.objects.all() if tenant is None else LegalHold.objects.filter(tenant=tenant)


def _open(request_id: int, user: User) -> RightsRequest:
    row = RightsRequest.objects.select_for_update().get(pk=request_id)
    check(None if Role.DATA_PROTECTION in roles_of(user) else Refusal.NOT_ALLOWED, f"request:{row.pk}")
    check(None if row.state == RECEIVED else Refusal.OVER, f"request:{row.pk}")
    return row


def _may_hold(user: User) -> bool:
    return not {Role.DATA_PROTECTION, Role.HEAD}.isdisjoint(roles_of(user))
