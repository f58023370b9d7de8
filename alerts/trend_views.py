"""The page of trends: counts of adverts with indicators, a week at a time, by country of work, corridor, sector or indicator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from adverts.access import requires
from adverts.models import Assessment
from adverts.records import Band
from adverts.store import newest_assessments
from alerts import page_words, term_notes
from alerts.chart import HEIGHT, WIDTH, marks
from alerts.facts import AdvertFacts
from alerts.permission import SUBSCRIBERS, hidden
from alerts.reading import BATCH, facts
from alerts.trends import BASE, SMALL, trends, weeks_before

KINDS = {"corridor": _("Corridor"), "country": _("Country of work"), "sector": _("Kind of work"), "indicator": _("Indicator")}
LONGEST = 12
"""Rows on the page, the largest first."""


@requires(*SUBSCRIBERS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The last twelve full weeks; ``by`` chooses what is counted."""
    kind = request.GET.get("by", "indicator")
    kind = kind if kind in KINDS else "indicator"
    weeks = weeks_before(timezone.now().astimezone(UTC).date())
    rows = trends(counted(request.user, kind, weeks=weeks), weeks=weeks)
    context = {
        "kinds": KINDS,
        "kind": kind,
        "heading": KINDS[kind],
        "rows": [(label(kind, row.name), row, marks(row)) for row in rows[:LONGEST]],
        "peaks": [(label(kind, row.name), row) for row in rows if row.peak],
        "weeks": weeks,
        "small": SMALL,
        "base": BASE,
        "width": WIDTH,
        "height": HEIGHT,
        "ground": HEIGHT - 6,
        "new_terms": _new_terms(),
    }
    return render(request, "alerts/trends.html", context)


def _new_terms() -> dict[str, Any]:
    """The notes of new words by group, each group in words; the same for everybody, since what is restricted is not counted."""
    found = term_notes.kept()
    if found is None:
        return {"groups": [], "until": None}
    groups = {note.group: [each for each in found.notes if each.group == note.group] for note in found.notes}
    return {"groups": [(group_label(group), notes) for group, notes in groups.items()], "until": found.until}


def group_label(group: str) -> str:
    """A group of new words in words."""
    kind, _colon, name = group.partition(":")
    if kind == "corridor":
        return label("corridor", name)
    try:
        language = Locale.parse(name, sep="-").get_display_name(page_words.locale()) or name
    except (UnknownLocaleError, ValueError):
        language = name
    return gettext("Adverts in %(language)s") % {"language": language}


def counted(user: AbstractUser | AnonymousUser, kind: str, *, weeks: list[date]) -> Iterator[tuple[date, tuple[str, ...]]]:
    """Day first seen and names of each advert with indicators that the person may be told of."""
    closed_to = hidden(user)
    begin = datetime.combine(weeks[0], time(), tzinfo=UTC)
    end = datetime.combine(weeks[-1] + timedelta(days=7), time(), tzinfo=UTC)
    newest = newest_assessments(Assessment.objects.exclude(band=Band.NONE.value).select_related("advert__membership"))
    rows = newest.filter(advert__first_seen_at__gte=begin, advert__first_seen_at__lt=end)
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        for known in map(facts, batch):
            if known.cluster_id not in closed_to:
                yield known.first_seen_at.astimezone(UTC).date(), names(kind, known)


def names(kind: str, known: AdvertFacts) -> tuple[str, ...]:
    """Under which names an advert is counted."""
    match kind:
        case "corridor":
            return tuple(f"{origin}-{known.country}" for origin in known.origins) if known.country else ()
        case "country":
            return (known.country,) if known.country else ()
        case "sector":
            return known.sectors
        case _:
            return tuple(known.indicators)


def label(kind: str, name: str) -> str:
    """A name in words."""
    match kind:
        case "corridor":
            origin, _dash, work = name.partition("-")
            return gettext("%(origin)s to %(work)s") % {"origin": page_words.country(origin), "work": page_words.country(work)}
        case "country":
            return page_words.country(name)
        case "indicator":
            return page_words.indicator_title(name)
        case _:
            return name.replace("-", " ").capitalize()
