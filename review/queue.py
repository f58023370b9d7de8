"""Keeps the cases in step with clusters and assessments: opens, updates, reopens, draws the sample.

``refresh`` is a stage: it finds its work by looking, can be stopped anywhere and repeated, and a second run changes nothing.
Each body at work gets its own case of a cluster; the number of queries does not grow with the number of bodies.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from adverts import audit, store
from adverts.models import Cluster
from adverts.records import Band
from review import clusters, rules, sample, tenancy
from review.kinds import kinds_of
from review.models import DEFAULT, Case, CaseFacet, Verdict
from review.rules import State
from review.summary import Summary, snapshot_of

ACTOR = "system:review"

ENDED = (State.MERGED, State.CLOSED)
"""Cases that no longer follow their advert from cluster to cluster."""

_DERIVED = (
    *("advert_id", "title", "language", "origin", "blind", "band", "shown_band", "risk", "rank", "indicators"),
    *("copies", "boards", "countries", "online", "here", "first_at", "newest_at", "due_at"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What one refresh did."""

    opened: int = 0
    updated: int = 0
    reopened: int = 0
    merged: int = 0
    sampled: int = 0
    unchanged: int = 0


def refresh(*, now: datetime) -> Counts:
    """Bring all cases in step with the ledger as it stands; a batch of clusters is one transaction."""
    merged = _follow_clusters(now)
    total, bodies, closed = Counts(merged=merged), tenancy.at_work(), tenancy.closed()
    drawn: list[_Wanted] = []
    for ids in clusters.batches():
        with transaction.atomic():
            counts, candidates = _refresh_batch(ids, bodies=bodies, closed=closed, now=now)
        total = _sum(total, counts)
        drawn += candidates
    return _sum(total, Counts(sampled=_open_sample(drawn, now=now)))


def refresh_clusters(cluster_ids: Collection[str], *, now: datetime) -> None:
    """Bring the cases of a few clusters in step at once, after a person changed what belongs together."""
    there = set(Cluster.objects.filter(pk__in=cluster_ids).values_list("pk", flat=True))
    with transaction.atomic():
        for case in Case.objects.select_for_update().filter(cluster_id__in=set(cluster_ids) - there).exclude(state__in=ENDED):
            new = store.cluster_of(case.advert_id)
            if new:
                _move(case, new, now=now)
        _refresh_batch(sorted(there), bodies=tenancy.at_work(), closed=tenancy.closed(), now=now)


def verdict_of_adverts(advert_ids: Sequence[str]) -> dict[str, str]:
    """Advert id -> outcomes in force for those whose cluster is decided; others are left out.

    Each body's as ``tenancy.token`` writes it, in order of the body, a space between: for the index, which shows each body its own.
    """
    of_advert = store.clusters_of(advert_ids)
    decided = Case.objects.filter(cluster_id__in=set(of_advert.values()), state=State.DECIDED).order_by("tenant")
    outcomes: dict[str, list[str]] = defaultdict(list)
    for cluster, tenant, outcome in decided.values_list("cluster_id", "tenant", "outcome"):
        outcomes[cluster].append(tenancy.token(outcome, tenant))
    return {advert: " ".join(outcomes[cluster]) for advert, cluster in of_advert.items() if cluster in outcomes}


def open_by_hand(cluster_id: str, *, tenant: int, actor: str, now: datetime) -> Case:
    """A body's case of a cluster; opened now, where it has none, because a person wants to decide it."""
    with transaction.atomic():
        case = Case.objects.filter(cluster_id=cluster_id, tenant=tenant).first()
        if case is None:
            summary = clusters.summaries([cluster_id])[cluster_id]
            case = _new_case(_Wanted(cluster_id, tenant), summary, now=now, origin=Case.BY_HAND)
            _save_new([case], {cluster_id: summary}, now=now, actor=actor)
    return case


def hand_over(case: Case, *, tenant: int, actor: str, now: datetime) -> Case | None:
    """Open a case of the same cluster for another body, in the caller's transaction; ``None`` where it has one, or no cluster is left.

    It begins anew: what the first body decided and noted is not handed over.
    """
    if Case.objects.filter(cluster_id=case.cluster_id, tenant=tenant).exists():
        return None
    summary = clusters.summaries([case.cluster_id]).get(case.cluster_id)
    if summary is None:
        return None
    other = _new_case(_Wanted(case.cluster_id, tenant), summary, now=now, origin=case.origin)
    _save_new([other], {case.cluster_id: summary}, now=now, actor=actor)
    return other


@dataclasses.dataclass(frozen=True, slots=True)
class _Wanted:
    """A case that is not there yet."""

    cluster_id: str
    tenant: int


def _refresh_batch(ids: Sequence[str], *, bodies: Sequence[int], closed: Collection[int], now: datetime) -> tuple[Counts, list[_Wanted]]:
    found = clusters.summaries(ids)
    # of every body, also of those with nobody at work any more: what is there stays in step
    cases = list(Case.objects.select_for_update().filter(cluster_id__in=ids).order_by("pk"))
    _revive([case for case in cases if case.state == State.MERGED and case.tenant not in closed], now=now)
    there = {_Wanted(case.cluster_id, case.tenant) for case in cases}
    absent = [one for cluster_id in found for one in (_Wanted(cluster_id, body) for body in bodies) if one not in there]
    fresh = [
        _new_case(one, found[one.cluster_id], now=now, origin=Case.FLAGGED)
        for one in absent
        if found[one.cluster_id].facts.band in rules.QUEUED
    ]
    _save_new(fresh, found, now=now, actor=ACTOR)
    cases = [case for case in cases if case.cluster_id in found]
    known = {case.pk: found[case.cluster_id] for case in cases}
    reopened = _reopen([case for case in cases if case.tenant not in closed], known, now=now)
    changed = [case for case in cases if _update(case, known[case.pk], now=now)]
    Case.objects.bulk_update(changed, _DERIVED)
    touched = {case.pk for case in changed} | _save_facets(cases, known)
    counts = Counts(opened=len(fresh), updated=len(touched), reopened=reopened, unchanged=len(known) - len(touched))
    drawn = [one for one in absent if found[one.cluster_id].facts.band not in rules.QUEUED and sample.is_drawn(one.cluster_id)]
    return counts, drawn


def _new_case(wanted: _Wanted, summary: Summary, *, now: datetime, origin: str) -> Case:
    cluster_id = wanted.cluster_id
    case = Case(cluster_id=cluster_id, tenant=wanted.tenant, origin=origin, opened_at=now, band=Band.NONE, shown_band=Band.NONE)
    control = origin == Case.FLAGGED and summary.facts.band != Band.URGENT and sample.is_control(cluster_id)
    case.blind = origin == Case.SAMPLE or control
    _update(case, summary, now=now)
    return case


def _update(case: Case, summary: Summary, *, now: datetime) -> bool:
    """Set the derived fields; whether any changed. A sampled case that gets flagged is the machine's find from then on."""
    before = [getattr(case, name) for name in _DERIVED]
    facts, old_band = summary.facts, case.shown_band
    if case.origin == Case.SAMPLE and case.state in rules.WAITING_FOR_DECISION and facts.band in rules.QUEUED:
        case.origin = Case.FLAGGED
    if facts.band == Band.URGENT:
        case.blind = False
    case.advert_id, case.title, case.band, case.risk = summary.lead.advert_id, summary.lead.title[:200], facts.band, facts.risk
    case.language = summary.lead.judged.language if summary.lead.judged else ""
    case.indicators = list(facts.indicators)
    case.copies, case.boards, case.countries, case.online = facts.copies, facts.boards, facts.countries, facts.online
    case.first_at, case.newest_at, case.here = facts.first_at, facts.newest_at, facts.here
    case.shown_band = shown_band(case)
    case.rank = rules.sort_key(facts_of(case), now=now)
    if case.shown_band != old_band:
        case.due_at = _due(case, now=now)
    return before != [getattr(case, name) for name in _DERIVED]


def shown_band(case: Case) -> str:
    """The band the queue shows for a case: ``read`` while it is blind, watch for an open one that lost its band."""
    if case.blind:
        return rules.READ
    return Band.WATCH if case.band == Band.NONE else str(case.band)


def facts_of(case: Case) -> rules.Facts:
    """What places a case in the queue; of a blind one nothing that would tell whether it was flagged."""
    risk, indicators = (sample.draw(case.cluster_id), ()) if case.blind else (case.risk, tuple(case.indicators))
    return rules.Facts(
        band=case.shown_band,
        risk=risk,
        indicators=indicators,
        copies=case.copies,
        boards=case.boards,
        countries=case.countries,
        online=case.online,
        first_at=case.first_at,
        newest_at=case.newest_at,
        here=case.here,
    )


def _due(case: Case, *, now: datetime) -> datetime | None:
    due = rules.due_at(case.shown_band, since=now)
    return due if due is None or case.due_at is None else min(due, case.due_at)


def _save_new(cases: Sequence[Case], found: Mapping[str, Summary], *, now: datetime, actor: str) -> None:
    Case.objects.bulk_create(cases)
    _save_facets(cases, {case.pk: found[case.cluster_id] for case in cases})
    for case in cases:
        detail: dict[str, Any] = {"cluster": case.cluster_id, "band": case.band, "origin": case.origin, "blind": case.blind}
        if case.tenant != DEFAULT:
            detail["tenant"] = case.tenant
        audit.record(actor=actor, action="opened", subject=f"case:{case.pk}", at=now, detail=detail)


def _save_facets(cases: Sequence[Case], known: Mapping[int, Summary]) -> set[int]:
    """Make the facets right; the ids of the cases whose facets changed."""
    stored: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for case_id, kind, value in CaseFacet.objects.filter(case_id__in=[case.pk for case in cases]).values_list("case_id", "kind", "value"):
        stored[case_id].add((kind, value))
    kinds = kinds_of(list({case.advert_id for case in cases}))
    right = {case.pk: _facets(case, known[case.pk]) | kinds.get(case.advert_id, set()) for case in cases}
    wrong = {pk for pk, facets in right.items() if facets != stored[pk]}
    CaseFacet.objects.filter(case_id__in=wrong).delete()
    rows = [CaseFacet(case_id=pk, kind=kind, value=value) for pk in sorted(wrong) for kind, value in sorted(right[pk])]
    CaseFacet.objects.bulk_create(rows)
    return wrong


def _facets(case: Case, summary: Summary) -> set[tuple[str, str]]:
    facets = {(CaseFacet.LANGUAGE, one) for one in summary.languages} | {(CaseFacet.SOURCE, one) for one in summary.sources}
    facets |= {(CaseFacet.DISTRICT, one) for one in summary.districts}
    return facets if case.blind else facets | {(CaseFacet.INDICATOR, one) for one in case.indicators}


def _reopen(cases: Sequence[Case], known: Mapping[int, Summary], *, now: datetime) -> int:
    decided = {case.pk: case for case in cases if case.state == State.DECIDED}
    verdicts = Verdict.objects.filter(case_id__in=decided, undoes__isnull=True).order_by("round")
    count = 0
    for case_id, verdict in {verdict.case_id: verdict for verdict in verdicts}.items():
        case = decided[case_id]
        why = rules.reopens(case.outcome, before=snapshot_of(verdict.shown), now=known[case_id].snapshot)
        if why is not None:
            reopen(case, why=why, now=now, actor=ACTOR)
            count += 1
    return count


def reopen(case: Case, *, why: rules.Reopening, now: datetime, actor: str) -> None:
    """Put a decided case back into the queue, in the transaction of the caller, and write the audit entry."""
    outcome = case.outcome
    case.state, case.round, case.reopened_why, case.outcome = State.REOPENED, case.round + 1, why, ""
    case.decided_at = case.decided_by = case.claimed_by = case.claimed_until = None
    case.due_at = rules.due_at(case.shown_band, since=now)
    case.save(update_fields=[*_STANDING, "due_at"])
    detail: dict[str, Any] = {"why": why, "was": outcome, "round": case.round}
    audit.record(actor=actor, action="reopened", subject=f"case:{case.pk}", at=now, detail=detail)


_STANDING = ("state", "round", "reopened_why", "outcome", "decided_at", "decided_by", "claimed_by", "claimed_until")


def _open_sample(drawn: Sequence[_Wanted], *, now: datetime) -> int:
    with transaction.atomic():
        chosen = _chosen(drawn)
        found = clusters.summaries(sorted({one.cluster_id for one in chosen}))
        cases = [_new_case(one, found[one.cluster_id], now=now, origin=Case.SAMPLE) for one in chosen if one.cluster_id in found]
        _save_new(cases, found, now=now, actor=ACTOR)
    return len(cases)


def _chosen(drawn: Iterable[_Wanted]) -> list[_Wanted]:
    """Of those drawn as many as each body's own queue has room for; one query."""
    sampled = Q(origin=Case.SAMPLE)
    waiting = Case.objects.filter(state__in=rules.WAITING_FOR_DECISION).values("tenant").order_by()
    rows = waiting.annotate(sampled=Count("pk", filter=sampled), others=Count("pk", filter=~sampled))
    open_ones = {tenant: (others, sampled) for tenant, others, sampled in rows.values_list("tenant", "others", "sampled")}
    by_body: dict[int, list[_Wanted]] = defaultdict(list)
    for one in sorted(drawn, key=lambda one: sample.draw(one.cluster_id)):
        by_body[one.tenant].append(one)
    chosen: list[_Wanted] = []
    for tenant, wanted in by_body.items():
        open_flagged, open_sample = open_ones.get(tenant, (0, 0))
        chosen += wanted[: sample.room(open_flagged=open_flagged, open_sample=open_sample)]
    return chosen


def _follow_clusters(now: datetime) -> int:
    """Let cases follow their advert where linking has moved it to another cluster."""
    there = Cluster.objects.filter(cluster_id=OuterRef("cluster_id"))
    merged = 0
    with transaction.atomic():
        for case in Case.objects.select_for_update().exclude(state__in=ENDED).filter(~Exists(there)).order_by("pk"):
            new = store.cluster_of(case.advert_id)
            if new:
                merged += _move(case, new, now=now)
    return merged


def _move(case: Case, cluster_id: str, *, now: datetime) -> bool:
    other = Case.objects.filter(cluster_id=cluster_id, tenant=case.tenant).first()
    if other is None:
        case.cluster_id = cluster_id
        case.save(update_fields=["cluster_id"])
        audit.record(actor=ACTOR, action="moved", subject=f"case:{case.pk}", at=now, detail={"cluster": cluster_id})
        return False
    case.state, case.merged_into, case.claimed_by, case.claimed_until = State.MERGED, other, None, None
    case.save(update_fields=["state", "merged_into", "claimed_by", "claimed_until"])
    audit.record(actor=ACTOR, action="merged", subject=f"case:{case.pk}", at=now, detail={"into": other.pk})
    return True


def _revive(merged: Sequence[Case], *, now: datetime) -> None:
    """A case whose cluster is there again, because a merging was taken back, goes on."""
    for case in merged:
        case.state, case.merged_into = State.OPEN, None
        case.save(update_fields=["state", "merged_into"])
        audit.record(actor=ACTOR, action="revived", subject=f"case:{case.pk}", at=now, detail={"cluster": case.cluster_id})


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(**{field.name: getattr(one, field.name) + getattr(other, field.name) for field in dataclasses.fields(Counts)})
