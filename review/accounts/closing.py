"""Closing a body that no longer works with the installation: its open cases end with a stated reason, its people lose access.

What it decided stays, with its notes and its part of the audit log, for the periods of ``settings.retention`` and for auditors. It is
one transaction; repeating it changes only what has come since, such as a case that a run of the queue opened at that very moment.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from adverts import audit
from review import corridors, queue
from review.accounts.models import Account, Tenant
from review.accounts.people import AccountError, switch
from review.models import Case, SavedView
from review.records.models import LegalHold, Referral
from review.records.rules import OPEN
from review.rules import WAITING_FOR_DECISION, State
from review.tenancy import number_of

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a body does, or would do."""

    cases: int
    """Open cases that end."""
    handed_over: int
    """Of these, clusters for which another body gets a case it did not have."""
    people: int
    """Accounts switched off."""
    views: int
    notes: int
    """Notes for corridors withdrawn."""
    referrals: int
    """Open referrals that nobody will follow any more: left as they are."""
    holds: int
    """Legal holds that stay in force until a data-protection officer ends them."""


def plan(tenant: Tenant, *, to: Tenant | None) -> Closing:
    """What ``close`` would do now; changes nothing."""
    number, waiting = number_of(tenant), _waiting(tenant)
    there = set(Case.objects.filter(tenant=number_of(to)).values_list("cluster_id", flat=True)) if to else set[str]()
    clusters = waiting.values_list("cluster_id", flat=True)
    return Closing(
        cases=waiting.count(),
        handed_over=sum(cluster not in there for cluster in clusters) if to else 0,
        people=len(_people(tenant)),
        views=SavedView.objects.filter(tenant=number).count(),
        notes=corridors.in_force(number).count(),
        referrals=Referral.objects.filter(tenant=number, state__in=OPEN).count(),
        holds=LegalHold.objects.filter(tenant=number, released_at=None).count(),
    )


def close(tenant: Tenant, *, reason: str, to: Tenant | None, by: User, now: datetime) -> Closing:
    """Close a body; with ``to`` that body gets a case of each cluster it has none of, without what was decided or noted before.

    Raises ``AccountError`` for the default body, for a body handed over to itself or to a closed one, without a reason, and where ``by``
    belongs to the body.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    check(tenant, reason=reason, to=to, by=by)
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant.pk)
        done = plan(tenant, to=to)
        if tenant.closed_at is None:
            tenant.closed_at, tenant.closed_why = now, reason
            tenant.save(update_fields=["closed_at", "closed_why"])
        # people first: nobody of them can save anything in between
        for user in _people(tenant):
            switch(user, on=False, by=by, now=now)
        for case in _waiting(tenant).select_for_update().order_by("pk"):
            _end(case, to=to, by=by, now=now)
        SavedView.objects.filter(tenant=number_of(tenant)).delete()
        corridors.withdraw_all(number_of(tenant), by=by, now=now)
        detail = {"reason": hashlib.sha256(reason.encode()).hexdigest(), "to": number_of(to) if to else None}
        counts = {"cases": done.cases, "handed over": done.handed_over, "people": done.people, "views": done.views, "notes": done.notes}
        audit.record(actor=by.get_username(), action="body.closed", subject=f"body:{tenant.pk}", at=now, detail={**detail, **counts})
    return done


def check(tenant: Tenant, *, reason: str, to: Tenant | None, by: User) -> None:
    """Raise ``AccountError`` where a body cannot be closed so."""
    if tenant.is_default:
        raise AccountError(_("The default body cannot be closed: people without a body belong to it."))
    if not reason.strip():
        raise AccountError(_("Say why the body is closed."))
    if to is not None and (to.pk == tenant.pk or to.closed_at is not None):
        raise AccountError(_("Hand over to another body that is not closed."))
    if Account.objects.filter(user=by, tenant=tenant).exists():
        raise AccountError(_("Nobody closes their own body. Ask another operator."))


def _end(case: Case, *, to: Tenant | None, by: User, now: datetime) -> None:
    detail: dict[str, Any] = {"cluster": case.cluster_id, "was": case.state, "why": "body-closed"}
    if to is not None:
        other = queue.hand_over(case, tenant=number_of(to), actor=by.get_username(), now=now)
        detail["to"] = other.pk if other else None
    case.state, case.claimed_by, case.claimed_until, case.due_at = State.CLOSED, None, None, None
    case.save(update_fields=["state", "claimed_by", "claimed_until", "due_at"])
    audit.record(actor=by.get_username(), action="closed", subject=f"case:{case.pk}", at=now, detail=detail)


def _waiting(tenant: Tenant) -> Any:
    return Case.objects.filter(tenant=number_of(tenant), state__in=WAITING_FOR_DECISION)


def _people(tenant: Tenant) -> list[User]:
    return list(User.objects.filter(account__tenant=tenant, is_active=True).order_by("pk"))
