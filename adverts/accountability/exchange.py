"""Noised counts for partners: drawn once, kept, charged to the budget of their year; a repeat gives the kept numbers and costs nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction

from adverts import audit
from adverts.accountability import bounding, periods
from adverts.accountability.bounding import CELLS, Seen
from adverts.accountability.models import Release
from adverts.accountability.noise import Chance, laplace, margin
from adverts.accountability.periods import Period
from adverts.accountability.restricted import restricted_clusters
from adverts.catalogue import cards
from adverts.models import Assessment
from adverts.records import Band, FairwatchError
from adverts.store import newest_assessments
from adverts.turns import take_turn
from index import origins

SCHEMA = "fairwatch.exchange/1"
ACTOR = "system:exchange"
TURN = "releases of noised counts"
UNIT = (
    "Recruiters: adverts that share a cluster or an employer's name are one. Each counts once in a cell, and in at most "
    f"{CELLS} cells chosen by a fixed draw. A number is noised and may be negative: a sum of many is nearer to the truth than one alone."
)


class BudgetError(FairwatchError):
    """A release would spend more than the year allows, or its settings make none possible."""


def release(
    period: Period, *, corridors: Sequence[str], epsilon: Decimal, budget: Decimal, now: datetime, chance: Chance | None = None
) -> tuple[dict[str, Any], bool]:
    """The release of a period, and whether it was drawn just now.

    Raises ``BudgetError`` where the year's budget does not suffice, ``PeriodError`` while the period runs.
    """
    periods.require_over(period, now=now)
    _check(corridors, epsilon)
    with transaction.atomic():
        take_turn(TURN)
        asked = {"period": period.name, "epsilon": epsilon, "corridors": sorted(corridors)}
        kept = next((row for row in Release.objects.filter(period=period.name) if _same(row, asked)), None)
        if kept is not None:
            found: dict[str, Any] = kept.body
            return found, False
        spent = sum(Release.objects.filter(year=period.year).values_list("epsilon", flat=True), Decimal(0))
        if spent + epsilon > budget:
            raise _spent(period, epsilon, spent, budget)
        body = _drawn(period, sorted(corridors), epsilon, chance or secrets.SystemRandom())
        Release.objects.create(period=period.name, year=period.year, epsilon=epsilon, body=body, made_at=now)
        detail = {"epsilon": _plain(epsilon), "spent": _plain(spent + epsilon), "budget": _plain(budget), "cells": len(body["counts"])}
        audit.record(actor=ACTOR, action="counts.released", subject=f"counts:{period.name}", at=now, detail=detail)
    return body, True


def _spent(period: Period, epsilon: Decimal, spent: Decimal, budget: Decimal) -> BudgetError:
    left = f"{_plain(spent)} of the {_plain(budget)} of {period.year} are spent"
    return BudgetError(
        f"{period.name}: this release needs epsilon {_plain(epsilon)}, and {left}; give a smaller --epsilon, repeat a kept release, or "
        f"wait for {period.year + 1} (raising FAIRWATCH_EXCHANGE_BUDGET weakens what was promised)"
    )


def _check(corridors: Sequence[str], epsilon: Decimal) -> None:
    if not corridors:
        raise BudgetError("no corridors: set FAIRWATCH_EXCHANGE_CORRIDORS (like NP-QA,PH-SA), as agreed with the partner beforehand")
    for corridor in corridors:
        if len(corridor) != 5 or corridor[2] != "-" or not (corridor[:2] + corridor[3:]).isalpha() or not corridor.isascii():
            raise BudgetError(f"corridor {corridor!r}: write two country codes, like NP-QA")
    if epsilon <= 0 or epsilon != round(epsilon, 6):
        raise BudgetError(f"epsilon {epsilon}: give a number above nought with at most six places")


def _same(row: Release, asked: dict[str, Any]) -> bool:
    return bool(row.epsilon == asked["epsilon"] and row.body["corridors"] == asked["corridors"])


def _drawn(period: Period, corridors: Sequence[str], epsilon: Decimal, chance: Chance) -> dict[str, Any]:
    """Count and add noise. Which cells there are is decided by the agreed corridors and the catalogue, and by no advert."""
    indicators = sorted(name for name, card in cards().items() if card.severity != "protective")
    scale = CELLS / Fraction(epsilon)
    counts = bounding.counted(seen(period), cells=[(corridor, name) for corridor in corridors for name in indicators])
    return {
        "schema": SCHEMA,
        "from": settings.BASE_URL,
        "period": {"name": period.name, "begin": period.begin.date().isoformat(), "end": period.end.date().isoformat()},
        "unit": UNIT,
        "mechanism": {
            "name": "discrete-laplace",
            "epsilon": _plain(epsilon),
            "cells_each": CELLS,
            "sensitivity": CELLS,
            "margin_95": margin(scale),
        },
        "corridors": list(corridors),
        "indicators": indicators,
        "counts": [
            {"corridor": corridor, "indicator": name, "number": number + laplace(scale, chance)}
            for (corridor, name), number in counts.items()
        ],
    }


def seen(period: Period) -> Iterator[Seen]:
    """Adverts with indicators first seen in a period, by the newest reading of their present text; restricted clusters are left out."""
    closed = restricted_clusters()
    rows = Assessment.objects.filter(advert__first_seen_at__gte=period.begin, advert__first_seen_at__lt=period.end)
    rows = newest_assessments(rows.exclude(band=Band.NONE.value)).select_related("advert__membership").order_by("pk")
    for row in rows.iterator(chunk_size=1_000):
        membership = getattr(row.advert, "membership", None)
        cluster = membership.cluster_id if membership is not None else row.advert_id
        if cluster not in closed and row.advert.country:
            languages = (row.language,) if row.language not in {"", "und"} else tuple(row.advert.languages)
            speaks_to = origins.origins(languages, origins.phones(row.advert.contacts), work=row.advert.country)
            corridors = tuple(f"{origin}-{row.advert.country}" for origin in speaks_to)
            yield Seen(cluster, row.advert.employer, corridors, frozenset(match["id"] for match in row.indicators))


def _plain(value: Decimal) -> str:
    """Without trailing noughts, never as a power of ten."""
    return f"{value.normalize():f}"
