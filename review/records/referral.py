"""Referrals of cases to bodies: prepared, checked by a second person, sent, acknowledged, outcome. Each step one transaction.

The history is append-only and numbered; of two people taking a step at once the database lets one win.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from adverts.access import Role, roles_of
from review import tenancy
from review.models import Case
from review.records import rules
from review.records.acting import RefusedActError, check, log
from review.records.models import Body, Referral, ReferralEvent
from review.records.rules import OPEN, Refusal, Step

REASONS: tuple[str, ...] = ("inspect", "investigate", "licence", "fraud", "children", "take-down", "advise", "other")
"""What the body is asked for; codes, so that what leaves the house is not an essay."""


def prepare(*, case: Case, body: Body, user: User, reason: str, note: str, personal: bool, now: datetime) -> Referral:
    """A new referral of a case. Raises ``RefusedActError`` where the person may not, or the same one is still open.

    The case, as the referral in ``step``, must be of the person's own body: to others neither exists.
    """
    subject = f"case:{case.pk}"
    roles = roles_of(user)
    with transaction.atomic():
        check(None if Role.INSPECTOR in roles or Role.HEAD in roles else Refusal.NOT_ALLOWED, subject)
        check(None if reason in REASONS else Refusal.NOT_ALLOWED, subject)
        check(Refusal.NOTE if reason == "other" and not note.strip() else None, subject)
        Case.objects.select_for_update().get(pk=case.pk, tenant=tenancy.body_of(user))
        same = Referral.objects.filter(case_id=case.pk, body=body, state__in=OPEN).exists()
        check(Refusal.OVER if same else None, subject)
        made = Referral.objects.create(
            case_id=case.pk, tenant=case.tenant, advert_id=case.advert_id, body=body, reason=reason, personal=personal,
            prepared_by=user, state=Step.PREPARED, events=1, made_at=now, remind_at=rules.remind_at(Step.PREPARED, now=now),
        )  # fmt: skip
        ReferralEvent.objects.create(referral=made, number=1, state=Step.PREPARED, who=user, at=now, note=note)
        log(user, "referral.prepared", f"referral:{made.pk}", now=now, case=case.pk, body=body.pk, reason=reason, personal=personal)
    return made


def step(referral_id: int, *, to: Step, after: int, user: User, note: str, now: datetime) -> Referral:
    """Take the next step. ``after`` is the number of the last event the person saw.

    Raises ``RefusedActError`` where the rules forbid it or somebody was quicker.
    """
    subject = f"referral:{referral_id}"
    try:
        with transaction.atomic():
            row = Referral.objects.select_for_update().get(pk=referral_id, tenant=tenancy.body_of(user))
            check(Refusal.OUT_OF_ORDER if after != row.events else None, subject)
            check(
                rules.may_step(
                    roles=roles_of(user), user=user.pk, prepared_by=row.prepared_by_id, personal=row.personal,
                    now_at=row.state, to=to, note=note,
                ),
                subject,
            )  # fmt: skip
            row.state, row.events, row.remind_at = to, row.events + 1, rules.remind_at(to, now=now)
            ReferralEvent.objects.create(referral=row, number=row.events, state=to, who=user, at=now, note=note)
            row.save(update_fields=["state", "events", "remind_at"])
            log(user, f"referral.{to}", subject, now=now, case=row.case_id, number=row.events)
    except IntegrityError as error:
        raise RefusedActError(Refusal.OUT_OF_ORDER, subject) from error
    return row


def due(*, tenant: int | None, now: datetime) -> Sequence[Referral]:
    """Open referrals of a body (``None``: of all) somebody should look at, the longest overdue first."""
    rows = Referral.objects.all() if tenant is None else Referral.objects.filter(tenant=tenant)
    return list(rows.filter(state__in=OPEN, remind_at__lte=now).select_related("body").order_by("remind_at", "pk"))
