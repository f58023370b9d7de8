"""Acts of people on cases: claim, release, take over, decide, undo. Each is one transaction with its audit entry.

People act on the cases of their own body alone (``review.tenancy``); another body's raise ``Case.DoesNotExist``.
Of two people acting at once one wins: the row is locked where the database can, the update is conditional, and the
table of verdicts accepts one a round. The other gets ``RefusedError`` and keeps what was typed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from adverts import audit
from adverts.access import Role, roles_of
from adverts.records import FairwatchError
from review import clusters, rules, sample, tenancy
from review.models import Batch, Case, CaseFacet, ReviewNote, SecondReading, Verdict
from review.queue import reopen, shown_band
from review.rules import Hold, Outcome, Refusal, Reopening, State
from review.summary import shown as what_is_shown


class RefusedError(FairwatchError):
    """An act on a case was not taken; ``refusal`` says why, ``case`` how it stands now."""

    def __init__(self, refusal: Refusal, case: Case) -> None:
        super().__init__(f"case {case.pk}: {refusal.value}; read it again and decide anew")
        self.refusal, self.case = refusal, case


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person answered, and which state of the case they answered to."""

    outcome: Outcome
    reason: str
    note: str
    round: int
    seen: str
    """``digest`` of what the page showed."""


def shown_now(case: Case) -> dict[str, object]:
    """What a decision on this case would be taken on now."""
    members = clusters.members([case.cluster_id]).get(case.cluster_id, [])
    return what_is_shown(members, band=case.band, blind=case.blind)


def digest(shown: Mapping[str, object]) -> str:
    """Short name of what was shown, to notice that it changed while somebody was reading."""
    parts = json.dumps([shown.get("adverts"), shown.get("blind")], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def hold_of(case: Case) -> Hold:
    """Who has the case."""
    return Hold(case.claimed_by_id, case.claimed_until)


def claim(case_id: int, *, user: User, now: datetime, take_over: bool = False) -> Case:
    """Give a case to a person for ``LEASE``, or renew it. Taking over leaves word for the one who had it."""
    with transaction.atomic():
        case = _locked(case_id, user)
        hold, roles = hold_of(case), roles_of(user)
        _check(case, rules.may_claim(roles=roles, state=case.state, hold=hold, user_id=user.pk, now=now, take_over=take_over))
        other = hold.user_id if hold.live(now) and hold.user_id != user.pk else None
        if other is not None:
            ReviewNote.objects.create(case=case, recipient_id=other, author=user, at=now)
        case.claimed_by, case.claimed_until = user, now + rules.LEASE
        case.save(update_fields=["claimed_by", "claimed_until"])
        detail: dict[str, Any] = {"until": case.claimed_until.isoformat()}
        if other is None:
            _log(user, "claimed", case, now, detail)
        else:
            _log(user, "took-over", case, now, {**detail, "from": other})
    return case


def release(case_id: int, *, user: User, now: datetime) -> Case:
    """Give a case back; nothing happens where somebody else has it by now."""
    with transaction.atomic():
        case = _locked(case_id, user)
        if case.claimed_by_id == user.pk:
            case.claimed_by = case.claimed_until = None
            case.save(update_fields=["claimed_by", "claimed_until"])
            _log(user, "released", case, now, {})
    return case


def release_elsewhere(user: User, *, tenant: int, by: User, now: datetime) -> int:
    """Take away this person's claims on cases of other bodies than ``tenant``, to which ``by`` moves them; how many, each logged."""
    with transaction.atomic():
        cases = list(Case.objects.select_for_update().filter(claimed_by=user).exclude(tenant=tenant).order_by("pk"))
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(claimed_by=None, claimed_until=None)
        for case in cases:
            _log(by, "released", case, now, {"of": user.pk})
    return len(cases)


def decide(case_id: int, decision: Decision, *, user: User, now: datetime, batch: Batch | None = None) -> Verdict:
    """Write a verdict and close the round; ``batch`` where the answer is given to several cases at once.

    Raises ``RefusedError`` where the person may not, somebody else holds or has decided the case, or what it shows
    has changed since the page was made.
    """
    try:
        with transaction.atomic():
            case = _locked(case_id, user)
            refusal = rules.may_decide(roles=roles_of(user), state=case.state, hold=hold_of(case), user_id=user.pk, now=now)
            shown = shown_now(case)
            if refusal is None and (decision.round != case.round or decision.seen != digest(shown)):
                refusal = Refusal.CHANGED
            _check(case, refusal)
            return _write(case, decision, shown, user, now, batch)
    except IntegrityError as error:
        raise RefusedError(Refusal.ALREADY_DECIDED, Case.objects.get(pk=case_id)) from error


def undo(case_id: int, *, verdict_id: int, user: User, now: datetime, note: str = "") -> Verdict:
    """Take the verdict in force back by a new row; the case returns to the queue.

    Raises ``RefusedError`` where ``verdict_id`` is no longer in force or is not this person's to take back.
    """
    try:
        with transaction.atomic():
            case = _locked(case_id, user)
            _check(case, rules.may_undo(roles=roles_of(user), state=case.state, decided_by=case.decided_by_id, user_id=user.pk))
            verdict = current_verdict(case)
            if verdict is None or verdict.pk != verdict_id:
                raise RefusedError(Refusal.CHANGED, case)
            row = Verdict.objects.create(case=case, round=case.round, verdict=verdict.verdict, note=note, who=user, at=now, undoes=verdict)
            _log(user, "undid", case, now, {"verdict": row.pk, "undoes": verdict.pk, "outcome": verdict.verdict})
            reopen(case, why=Reopening.UNDONE, now=now, actor=user.get_username())
            return row
    except IntegrityError as error:
        raise RefusedError(Refusal.NOT_DECIDED, Case.objects.get(pk=case_id)) from error


def current_verdict(case: Case) -> Verdict | None:
    """The verdict in force; ``None`` while the case is undecided."""
    if case.state != State.DECIDED:
        return None
    return Verdict.objects.filter(case=case, round=case.round, undoes__isnull=True).select_related("who").first()


def notes_for(user: User, *, now: datetime) -> list[ReviewNote]:
    """Word left for a person that they have not read; handing it out marks it as read."""
    if not ReviewNote.objects.filter(recipient=user, read_at=None).exists():
        return []  # nearly always: to read the queue must not wait for whoever is writing (SQLite has one writer)
    with transaction.atomic():
        rows = ReviewNote.objects.filter(recipient=user, read_at=None, case__tenant=tenancy.body_of(user))
        notes = list(rows.select_related("case", "author").order_by("pk"))
        if notes:
            ReviewNote.objects.filter(pk__in=[note.pk for note in notes]).update(read_at=now)
    return notes


def can_decide(roles: Collection[Role]) -> bool:
    """Whether these roles decide at all; from such people the findings of blind cases are kept."""
    return Role.INSPECTOR in roles or Role.HEAD in roles


def _write(case: Case, decision: Decision, shown: dict[str, object], user: User, now: datetime, batch: Batch | None) -> Verdict:
    reason = decision.reason or rules.REASONS[decision.outcome][0]
    verdict = Verdict.objects.create(
        case=case, round=case.round, verdict=decision.outcome, reason=reason, note=decision.note, who=user, at=now, shown=shown, batch=batch
    )
    was_blind, case.blind = case.blind, False
    standing = {
        "state": State.DECIDED,
        "outcome": decision.outcome.value,
        "decided_at": now,
        "decided_by": user,
        "reopened_why": "",
        "claimed_by": None,
        "claimed_until": None,
        "blind": False,
        "shown_band": shown_band(case),
    }
    won = Case.objects.filter(pk=case.pk, round=case.round, state__in=rules.WAITING_FOR_DECISION).update(**standing)
    _check(case, None if won else Refusal.ALREADY_DECIDED)
    if was_blind:
        CaseFacet.objects.bulk_create([CaseFacet(case=case, kind=CaseFacet.INDICATOR, value=name) for name in case.indicators])
    if sample.is_read_twice(case.cluster_id, case.round):
        SecondReading.objects.create(verdict=verdict)
    together = {"batch": batch.pk} if batch else {}
    _log(user, "decided", case, now, {"verdict": verdict.pk, **together, **facts_for_log(verdict)})
    return verdict


def facts_for_log(verdict: Verdict) -> dict[str, Any]:
    """What the audit entry of a decision keeps of it: codes, and the hash of the note, so that a changed row shows."""
    note = hashlib.sha256(verdict.note.encode("utf-8", "surrogatepass")).hexdigest()
    return {"outcome": str(verdict.verdict), "reason": verdict.reason, "round": verdict.round, "note": note, "seen": digest(verdict.shown)}


def _locked(case_id: int, user: User) -> Case:
    """The case, where it belongs to the person's own body: to others it does not exist."""
    return Case.objects.select_for_update().get(pk=case_id, tenant=tenancy.body_of(user))


def _check(case: Case, refusal: Refusal | None) -> None:
    if refusal is not None:
        raise RefusedError(refusal, case)


def _log(user: User, action: str, case: Case, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(actor=user.get_username(), action=action, subject=f"case:{case.pk}", at=now, detail=detail)
