"""Which adverts are due to be erased, by the periods of ``settings.retention``; holds, open cases and open referrals keep them.

An advert is shared by all bodies: of what each of them has decided, held or referred, the longest counts. With a ``tenant`` only
what that body did is asked, for people who must not learn of the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from adverts import store
from adverts.erasing import ERASED
from adverts.models import Advert
from review.models import Case
from review.records.models import LegalHold, Referral, ReferralEvent
from review.records.rules import OPEN, Keeping, Standing, Step, keeping, longest
from review.rules import WAITING_FOR_DECISION, State


@dataclass(frozen=True, slots=True)
class Due:
    """An advert whose period has ended."""

    advert_id: str
    why: str
    """The outcome whose period it was."""


def keepings(adverts: Sequence[Advert], *, tenant: int | None = None) -> dict[str, Keeping]:
    """How long each advert is kept, and why; a constant number of queries."""
    ids, of_body = [advert.pk for advert in adverts], {} if tenant is None else {"tenant": tenant}
    clusters = store.clusters_of(ids)
    cases = _cases(set(clusters.values()), of_body)
    open_ids, answered = _referrals(ids, {case.pk for found in cases.values() for case in found}, of_body)
    held = set(LegalHold.objects.filter(advert_id__in=ids, released_at=None, **of_body).values_list("advert_id", flat=True))
    found: dict[str, Keeping] = {}
    for advert in adverts:
        standings = []
        for case in cases.get(clusters.get(advert.pk, ""), (None,)):
            keys = {f"advert:{advert.pk}", *([f"case:{case.pk}"] if case else [])}
            decided = case is not None and case.state == State.DECIDED and case.decided_at is not None
            standing = Standing(
                outcome=case.outcome if case is not None and decided else "",
                counted_from=case.decided_at if case is not None and decided and case.decided_at else advert.seen_at,
                held=advert.pk in held,
                waiting=case is not None and case.state in WAITING_FOR_DECISION,
                referred=bool(keys & open_ids),
                answered_at=max((answered[key] for key in keys if key in answered), default=None),
            )
            standings.append(standing)
        found[advert.pk] = longest([keeping(standing) for standing in standings])
    return found


def due(*, now: datetime) -> Iterator[Due]:
    """Adverts whose period has ended for every body, in order of their id."""
    for batch in store.in_batches(Advert.objects.exclude(reader=ERASED)):
        for advert_id, kept in keepings(batch).items():
            if kept.until is not None and kept.until <= now:
                yield Due(advert_id, kept.why)


def keeping_of(advert: Advert, *, tenant: int | None = None) -> Keeping:
    """How long one advert is kept, and why."""
    return keepings([advert], tenant=tenant)[advert.pk]


def overview(*, now: datetime, tenant: int | None = None) -> Mapping[str, int]:
    """How many adverts are kept for which reason (with a ``tenant`` as far as that body goes), and how many are due for all bodies."""
    counts: Counter[str] = Counter()
    for batch in store.in_batches(Advert.objects.exclude(reader=ERASED)):
        every = keepings(batch)
        counts["due"] += sum(kept.until is not None and kept.until <= now for kept in every.values())
        counts.update(kept.why for kept in (every if tenant is None else keepings(batch, tenant=tenant)).values())
    return counts


def _cases(clusters: set[str], of_body: Mapping[str, int]) -> dict[str, list[Case]]:
    """The cases of each cluster that has any: one a body."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in Case.objects.filter(cluster_id__in=clusters, **of_body).select_related("merged_into").order_by("tenant"):
        found[case.cluster_id].append(case.merged_into or case)
    return dict(found)


def _referrals(ids: Sequence[str], cases: set[int], of_body: Mapping[str, int]) -> tuple[set[str], dict[str, datetime]]:
    """Adverts and cases with an open referral, and when the last answer came for those with one."""
    rows = [*Referral.objects.filter(advert_id__in=ids, **of_body), *Referral.objects.filter(case_id__in=cases, **of_body)]
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
