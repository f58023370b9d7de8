"""Figures for the head of unit and the operator; each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Count, Max, Min, Q

from adverts.models import Advert, Reject, Run
from review import rules
from review.listing import SHOWN_BANDS
from review.models import Case, Verdict
from review.rules import Outcome, State
from review.sample import Estimate, estimate

LOOKED_BACK = timedelta(days=30)

MISSES = (Outcome.ACT, Outcome.LABOUR_LAW, Outcome.FRAUD)
"""Answers to a sampled case that mean the rules should have flagged it."""


@dataclass(frozen=True, slots=True)
class BandRow:
    """The open cases of one shown band."""

    band: str
    waiting: int
    overdue: int
    claimed: int
    oldest: datetime | None


def by_band(*, tenant: int, now: datetime) -> list[BandRow]:
    """A body's open cases by shown band, all bands, the most urgent first."""
    rows = (
        Case.objects.filter(tenant=tenant, state__in=rules.WAITING_FOR_DECISION)
        .values("shown_band")
        .annotate(
            waiting=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            claimed=Count("pk", filter=Q(claimed_until__gt=now)),
            oldest=Min("opened_at"),
        )
    )
    found = {row["shown_band"]: row for row in _plain(rows)}
    empty: dict[str, Any] = {"waiting": 0, "overdue": 0, "claimed": 0, "oldest": None}
    return [BandRow(band, **{name: found.get(band, empty)[name] for name in empty}) for band in SHOWN_BANDS]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What one person decided."""

    name: str
    decided: int
    by_outcome: tuple[int, ...]
    taken_back: int


def by_person(*, tenant: int, now: datetime) -> list[PersonRow]:
    """Decisions on a body's cases of the last 30 days by person, those with the most first; those taken back are counted, and named."""
    outcomes = {one.name.lower(): Count("pk", filter=Q(verdict=one)) for one in Outcome}
    rows = (
        Verdict.objects.filter(case__tenant=tenant, at__gte=now - LOOKED_BACK, undoes=None)
        .values("who__username")
        .annotate(decided=Count("pk"), taken_back=Count("undone_by"), **outcomes)
        .order_by("-decided", "who__username")
    )
    return [
        PersonRow(row["who__username"], row["decided"], tuple(row[name] for name in outcomes), row["taken_back"]) for row in _plain(rows)
    ]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How the flagged cases of one band were decided."""

    band: str
    by_outcome: tuple[int, ...]
    held_up: Estimate
    """Share that was not found benign, of those that could be told."""


def by_outcome(*, tenant: int) -> list[OutcomeRow]:
    """A body's decided flagged cases by the band the rules gave them."""
    outcomes = {one.name.lower(): Count("pk", filter=Q(outcome=one)) for one in Outcome}
    decided = Case.objects.filter(tenant=tenant, state=State.DECIDED, origin=Case.FLAGGED).values("band").annotate(**outcomes)
    found = {row["band"]: tuple(row[name] for name in outcomes) for row in _plain(decided)}
    return [OutcomeRow(band, found[band], _held_up(found[band])) for band in SHOWN_BANDS if band in found]


def _held_up(numbers: Iterable[int]) -> Estimate:
    act, labour_law, fraud, benign, _cannot_tell = numbers
    hits = act + labour_law + fraud
    return estimate(hits, hits + benign)


def misses(*, tenant: int) -> Estimate:
    """Share of unflagged clusters that should have been flagged, from a body's decided sample."""
    told = Case.objects.filter(tenant=tenant, origin=Case.SAMPLE, state=State.DECIDED).exclude(outcome=Outcome.CANNOT_TELL)
    numbers = told.aggregate(of=Count("pk"), hits=Count("pk", filter=Q(outcome__in=MISSES)))
    return estimate(numbers["hits"], numbers["of"])


def last_runs() -> list[Run]:
    """The newest run of each stage, by stage."""
    newest = Run.objects.values("stage").annotate(newest=Max("pk")).values("newest")
    return list(Run.objects.filter(pk__in=newest).order_by("stage"))


def rejects(*, before: int = 0, most: int = 50) -> list[Reject]:
    """The newest rejects; with ``before`` those older than that one. Without the value: it may hold a contact."""
    rows = Reject.objects.filter(pk__lt=before) if before else Reject.objects.all()
    return list(rows.defer("value").order_by("-pk")[:most])


def sources() -> list[dict[str, Any]]:
    """Adverts by source: all, online, and when one was last seen; read from one index, without the adverts themselves."""
    # not "pk": a count of keys has SQLite read each advert for its key
    online = Count("source", filter=Q(closed_at=None))
    rows = Advert.objects.values("source").annotate(adverts=Count("source"), online=online, last_seen=Max("seen_at"))
    return _plain(rows.order_by("source"))


def _plain(rows: Iterable[Any]) -> list[dict[str, Any]]:
    # the names of annotated columns are computed here, which the types of Django's stubs cannot follow
    return cast("list[dict[str, Any]]", list(rows))
