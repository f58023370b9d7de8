"""Second opinions: a tenth of all decisions are answered once more by somebody who does not see the first answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, QuerySet

from adverts import audit
from review import tenancy
from review.agreement import Agreement, agreement
from review.deciding import RefusedError
from review.models import SecondReading
from review.rules import REASONS, Outcome, Refusal, State

PAGE = 25


def waiting(user: User) -> QuerySet[SecondReading]:
    """Second readings this person could do, the oldest decision first: of others of the body, in force, not yet read again."""
    return _in_force(tenancy.body_of(user)).filter(who=None).exclude(verdict__who=user).order_by("pk")


def answer(reading_id: int, *, outcome: Outcome, reason: str, note: str, user: User, now: datetime) -> SecondReading:
    """Save a second answer; the decision itself stays as it is.

    Raises ``RefusedError`` where somebody else was quicker, the decision was taken back, or it is this person's own.
    """
    with transaction.atomic():
        reading = SecondReading.objects.select_related("verdict__case").get(pk=reading_id)
        given = {"outcome": outcome, "reason": reason or REASONS[outcome][0], "note": note, "who": user, "at": now}
        open_ones = SecondReading.objects.filter(pk__in=waiting(user).filter(pk=reading_id).values("pk"), who=None)
        if not open_ones.update(**given):
            raise RefusedError(Refusal.ALREADY_DECIDED, reading.verdict.case)
        detail = {"verdict": reading.verdict_id, "outcome": outcome.value, "reason": given["reason"]}
        audit.record(actor=user.get_username(), action="read-again", subject=f"case:{reading.verdict.case_id}", at=now, detail=detail)
        reading.refresh_from_db()
    return reading


def how_far(*, tenant: int) -> Agreement:
    """Agreement of first and second answers within a body, of decisions in force; one query."""
    rows = _in_force(tenant).exclude(who=None).values_list("verdict__verdict", "outcome").annotate(n=Count("pk")).order_by()
    return agreement({(one, other): number for one, other, number in rows})


def disagreements(*, tenant: int, before: int = 0) -> Sequence[SecondReading]:
    """Pairs of answers of a body that differ, the newest first, one more than a page."""
    rows = _in_force(tenant).exclude(who=None).exclude(outcome=F("verdict__verdict")).select_related("verdict__case")
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PAGE + 1])


def _in_force(tenant: int) -> QuerySet[SecondReading]:
    return SecondReading.objects.filter(verdict__case__tenant=tenant, verdict__undone_by=None, verdict__case__state=State.DECIDED)
