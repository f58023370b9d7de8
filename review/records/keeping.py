"""Which adverts are due to be erased, by the periods of ``settings.retention``; holds, open cases and open referrals keep them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from adverts import store
from adverts.erasing import ERASED
from adverts.models import Advert
from review.models import Case
from review.records.models import LegalHold, Referral, ReferralEvent
from review.records.rules import OPEN, Keeping, Standing, Step, keeping
from review.rules import WAITING_FOR_DECISION, State


@dataclass(frozen=True, slots=True)
class Due:
    """An advert whose period has ended."""

    advert_id: str
    why: str
    """The outcome whose period it was."""


def standings(adverts: Sequence[Advert]) -> dict[str, Standing]:
    """What decides how long each advert is kept; a constant number of queries."""
    ids = [advert.pk for advert in adverts]
    clusters = store.clusters_of(ids)
    cases = _cases(set(clusters.values()))
    numbers = {case.pk for case in cases.values()}
    open_ids, answered = _referrals(ids, numbers)
    held = set(LegalHold.objects.filter(advert_id__in=ids, released_at=None).values_list("advert_id", flat=True))
    found: dict[str, Standing] = {}
    for advert in adverts:
        case = cases.get(clusters.get(advert.pk, ""))
        keys = {f"advert:{advert.pk}", *([f"case:{case.pk}"] if case else [])}
        decided = case is not None and case.state == State.DECIDED and case.decided_at is not None
        found[advert.pk] = Standing(
            outcome=case.outcome if case is not None and decided else "",
            counted_from=case.decided_at if case is not None and decided and case.decided_at else advert.seen_at,
            held=advert.pk in held,
            waiting=case is not None and case.state in WAITING_FOR_DECISION,
            referred=bool(keys & open_ids),
            answered_at=max((answered[key] for key in keys if key in answered), default=None),
        )
    return found


def due(*, now: datetime) -> Iterator[Due]:
    """Adverts whose period has ended, in order of their id."""
    for batch in store.in_batches(Advert.objects.exclude(reader=ERASED)):
        for advert_id, standing in standings(batch).items():
            until = keeping(standing)
            if until.until is not None and until.until <= now:
                yield Due(advert_id, until.why)


def keeping_of(advert: Advert) -> Keeping:
    """How long one advert is kept, and why."""
    return keeping(standings([advert])[advert.pk])


def overview(*, now: datetime) -> Mapping[str, int]:
    """How many adverts are kept for which reason, and how many are due."""
    counts: Counter[str] = Counter()
    for batch in store.in_batches(Advert.objects.exclude(reader=ERASED)):
        for standing in standings(batch).values():
            until = keeping(standing)
            counts[until.why] += 1
            counts["due"] += until.until is not None and until.until <= now
    return counts


def _cases(clusters: set[str]) -> dict[str, Case]:
    found = {case.cluster_id: case for case in Case.objects.filter(cluster_id__in=clusters).select_related("merged_into")}
    return {cluster: case.merged_into or case for cluster, case in found.items()}


def _referrals(ids: Sequence[str], cases: set[int]) -> tuple[set[str], dict[str, datetime]]:
    """Adverts and cases with an open referral, and when the last answer came for those with one."""
    rows = [*Referral.objects.filter(advert_id__in=ids), *Referral.objects.filter(case_id__in=cases)]
    waiting = {key for row in rows if row.state in OPEN for key in _keys(row)}
    ended = {row.pk: row for row in rows if row.state == Step.OUTCOME}
    times = ReferralEvent.objects.filter(referral__in=list(ended), state=Step.OUTCOME).values_list("referral").annotate(at=Max("at"))
    answered: dict[str, datetime] = {}
    for number, at in times:
        for key in _keys(ended[number]):
            answered[key] = max(at, answered.get(key, at))
    return waiting, answered


def _keys(row: Referral) -> tuple[str, str]:
    return f"advert:{row.advert_id}", f"case:{row.case_id}"
