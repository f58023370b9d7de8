"""Practice on past cases: a decision of one's own body that a second person came to as well is to be found again.

Never a case whose advert was erased or is to be, whose text is another one now, or that is restricted; never one's own decision.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from adverts.access import Role
from adverts.erasing import ERASED
from adverts.models import Advert, ClusterMember
from review import tenancy
from review.models import CasePractice, SecondReading, Verdict
from review.records.models import Erasure, RightsRequest
from review.records.rights import ERASING, REFUSED
from review.rules import Outcome, State
from review.training import Score

LEARNERS = (Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN)
"""Who may practise on cases: those who may look at them and do not only audit."""

AGE = timedelta(days=30)
"""Younger decisions may still be spoken of, or taken back."""

_BATCH = 50

_left_out: list[Callable[[], frozenset[str]]] = []


@dataclass(frozen=True, slots=True)
class PastCase:
    """A past decision to be found again, and the advert it was taken on."""

    verdict: Verdict
    advert: Advert


def leave_out(restricted: Callable[[], frozenset[str]]) -> None:
    """Say where the ids of clusters and adverts come from that are shown to some people alone; the folder that knows is not ours."""
    _left_out.append(restricted)


def following(user: User, *, now: datetime) -> PastCase | None:
    """The next case: one the person has not answered, else the one answered longest ago; ``None`` where there is none."""
    answered = CasePractice.objects.filter(user=user)
    fresh = _agreed(user, now=now).exclude(pk__in=answered.values("verdict")).order_by("pk")
    again = _agreed(user, now=now).annotate(last=Max("practice__pk", filter=Q(practice__user=user))).exclude(last=None).order_by("last")
    closed = _closed()
    return next((one for rows in (fresh, again) for one in _shown(rows, closed)), None)


def find(user: User, verdict_id: int, *, now: datetime) -> PastCase | None:
    """One case by its decision, where this person may practise on it now."""
    return next(_shown(_agreed(user, now=now).filter(pk=verdict_id), _closed()), None)


def answer(user: User, past: PastCase, outcome: Outcome, reason: str, *, now: datetime) -> CasePractice:
    """Keep an answer; right is the one with the outcome of the decision, whatever the reason."""
    right = outcome == past.verdict.verdict
    return CasePractice.objects.create(user=user, verdict=past.verdict, outcome=outcome.value, reason=reason, right=right, at=now)


def given(user: User, number: int) -> CasePractice | None:
    """An answer of this person, as long as the decision is in force and of their body."""
    own = CasePractice.objects.filter(user=user, pk=number, verdict__case__tenant=tenancy.body_of(user))
    return own.filter(verdict__undone_by=None).select_related("verdict__case").first()


def score(user: User) -> Score:
    """All answers of a person to past cases."""
    numbers = CasePractice.objects.filter(user=user).aggregate(all=Count("pk"), right=Count("pk", filter=Q(right=True)))
    return Score(numbers["all"], numbers["right"])


def _agreed(user: User, *, now: datetime) -> QuerySet[Verdict]:
    """Decisions in force that somebody else answered alike: to the same decision, or to an earlier one of the case, decided anew since."""
    alike = SecondReading.objects.filter(verdict__case=OuterRef("case"), outcome=OuterRef("verdict")).exclude(who=OuterRef("who"))
    seen = SecondReading.objects.filter(verdict__case=OuterRef("case"), who=user)
    decided = Verdict.objects.filter(undoes=None, undone_by=None, at__lte=now - AGE, case__tenant=tenancy.body_of(user))
    # the decision that stands is the one that ended the round before the present one
    standing = decided.filter(case__state=State.DECIDED, case__decided_at=F("at"), case__outcome=F("verdict"))
    rows = standing.filter(Exists(alike)).exclude(Exists(seen)).exclude(who=user)
    return rows.select_related("case")


def _shown(rows: QuerySet[Verdict], closed: frozenset[str] | None) -> Iterator[PastCase]:
    """Those of the decisions whose advert may be shown, a few read at a time; none where nobody says what is restricted."""
    if closed is None:
        return
    for start in range(0, rows.count(), _BATCH):
        batch = list(rows[start : start + _BATCH])
        adverts = Advert.objects.exclude(reader=ERASED).in_bulk([row.case.advert_id for row in batch])
        barred = closed | _in_clusters(adverts, closed)
        for row in batch:
            advert = adverts.get(row.case.advert_id)
            if advert is not None and row.case.cluster_id not in closed and advert.pk not in barred and _same_text(row, advert):
                yield PastCase(row, advert)


def _same_text(verdict: Verdict, advert: Advert) -> bool:
    kept: dict[str, Sequence[object]] = verdict.shown.get("adverts", {})
    return bool(kept.get(advert.pk)) and kept[advert.pk][0] == advert.text_hash


def _in_clusters(adverts: Collection[str], closed: frozenset[str]) -> frozenset[str]:
    rows = ClusterMember.objects.filter(advert_id__in=list(adverts)).values_list("advert_id", "cluster_id")
    return frozenset(advert_id for advert_id, cluster_id in rows if cluster_id in closed)


def _closed() -> frozenset[str] | None:
    """Ids of adverts and clusters never shown here; ``None`` where nobody has said which are restricted."""
    if not _left_out:
        return None
    asked = RightsRequest.objects.filter(kind__in=ERASING).exclude(state=REFUSED).values_list("adverts", flat=True)
    wished = {advert_id for adverts in asked for advert_id in adverts}
    planned = set(Erasure.objects.filter(done_at=None).values_list("advert_id", flat=True))
    return frozenset().union(wished, planned, *(restricted() for restricted in _left_out))
