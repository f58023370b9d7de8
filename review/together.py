"""One answer for several cases chosen in the queue, and the one taking back of it.

Each case is decided in a transaction of its own, with its own verdict and audit entry, exactly as on its own page: what somebody
else holds, has decided or has changed meanwhile is left out and named, the others are saved. Killed half way, those saved stand, and the
page of the batch says which were not reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F

from adverts.access import roles_of
from review import clusters, deciding, listing, rules, tenancy
from review.deciding import Decision, RefusedError
from review.models import Batch, Case, Verdict
from review.rules import Outcome, Refusal
from review.summary import shown as what_is_shown

MOST = listing.PAGE
"""Cases of one batch: those of one page of the queue."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One case somebody ticked, as it stands now."""

    case: Case
    seen: str
    """``ROUND.DIGEST`` of what it shows, to notice changes until it is saved."""
    refusal: Refusal | None
    """Why it cannot be answered with the others."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of each case of a batch, in the order it was asked for."""

    saved: Sequence[Verdict]
    refused: Sequence[tuple[Case, Refusal | None]]
    """``None`` for a case that was not reached, because the machine stopped half way."""

    @property
    def standing(self) -> frozenset[int]:
        """Ids of the decisions in force: neither taken back, nor overtaken because the case came back by itself."""
        return frozenset(one.pk for one in self.saved if one.case.state == rules.State.DECIDED and one.case.round == one.round)

    @property
    def in_force(self) -> int:
        """How many of the decisions can still be taken back."""
        return len(self.standing)


def chosen(case_ids: Sequence[int], *, user: User, now: datetime) -> list[Chosen]:
    """The cases of the person's own body among those named, at most ``MOST``, in that order; three queries."""
    wanted = list(dict.fromkeys(case_ids))[:MOST]
    rows = Case.objects.filter(pk__in=wanted, tenant=tenancy.body_of(user)).select_related("claimed_by", "decided_by").in_bulk()
    members = clusters.members([case.cluster_id for case in rows.values()])
    found, roles = [], roles_of(user)
    for pk in wanted:
        if case := rows.get(pk):
            shown = what_is_shown(members.get(case.cluster_id, []), band=case.band, blind=case.blind)
            refusal = rules.may_decide(roles=roles, state=case.state, hold=deciding.hold_of(case), user_id=user.pk, now=now)
            found.append(Chosen(case, f"{case.round}.{deciding.digest(shown)}", refusal or _alone(case)))
    return found


def decide(seen: Mapping[int, str], answer: tuple[Outcome, str, str], *, user: User, now: datetime) -> Batch:
    """Give one answer (outcome, reason, note) to cases of the person's own body: case id -> what was ``Chosen.seen`` of it.

    A form sent twice gives the batch it gave the first time.
    """
    outcome, reason, note = answer
    asked = list(seen)[:MOST]
    there = Case.objects.filter(pk__in=asked, tenant=tenancy.body_of(user)).in_bulk()
    asked = [pk for pk in asked if pk in there]
    if earlier := _same_before(asked, answer, user=user):
        return earlier
    batch = Batch.objects.create(who=user, tenant=tenancy.body_of(user), at=now, outcome=outcome, reason=reason, asked=asked)
    refused: dict[str, str] = {}
    for pk in asked:
        number, _dot, digest = seen[pk].partition(".")
        decision = Decision(outcome, reason, note, int(number) if number.isascii() and number.isdigit() else 0, digest)
        try:
            if alone := _alone(there[pk]):
                raise RefusedError(alone, there[pk])
            deciding.decide(pk, decision, user=user, now=now, batch=batch)
        except RefusedError as error:
            refused[str(pk)] = error.refusal.value
    batch.refused = refused
    batch.save(update_fields=["refused"])
    return batch


def undo(batch: Batch, *, user: User, now: datetime) -> tuple[int, list[tuple[Case, Refusal]]]:
    """Take back every decision of a batch still in force, each by a row of its own; how many, and those that could not be and why."""
    taken, left = 0, list[tuple[Case, Refusal]]()
    for verdict in Verdict.objects.filter(batch=batch, undone_by=None).select_related("case").order_by("pk"):
        try:
            deciding.undo(verdict.case_id, verdict_id=verdict.pk, user=user, now=now)
            taken += 1
        except RefusedError as error:
            left.append((verdict.case, error.refusal))
    return taken, left


def outcomes(batch: Batch) -> Outcomes:
    """What became of a batch; two queries."""
    saved = list(Verdict.objects.filter(batch=batch, undoes=None).select_related("case", "undone_by").order_by("pk"))
    rest = Case.objects.filter(pk__in=batch.asked).exclude(pk__in=[verdict.case_id for verdict in saved]).in_bulk()
    codes = {int(pk): Refusal(code) for pk, code in batch.refused.items()}
    return Outcomes(saved, [(rest[pk], codes.get(pk)) for pk in batch.asked if pk in rest])


def may_take_back(batch: Batch, user: User) -> bool:
    """Whether this person may take it back: their own, or as a head of unit of the same body."""
    decided_by, state = batch.who_id, rules.State.DECIDED
    return rules.may_undo(roles=roles_of(user), state=state, decided_by=decided_by, user_id=user.pk) is None


def _same_before(asked: Sequence[int], answer: tuple[Outcome, str, str], *, user: User) -> Batch | None:
    """The batch in which this person gave this very answer to just these cases, while all of it stands."""
    outcome, reason, note = answer
    mine = Verdict.objects.filter(case__in=asked, round=F("case__round"), case__state=rules.State.DECIDED, who=user, batch__isnull=False)
    same = list(mine.filter(verdict=outcome, reason=reason, note=note).select_related("batch"))
    batches = {one.batch for one in same}
    return batches.pop() if len(batches) == 1 and {one.case_id for one in same} == set(asked) else None


def _alone(case: Case) -> Refusal | None:
    # a sampled case answered in passing would say nothing of what the rules miss
    return Refusal.READ_ALONE if case.blind else None
