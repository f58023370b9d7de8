"""The page of the monthly report."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from adverts.access import requires
from alerts import page_words
from alerts.monthly import last_month, report
from alerts.permission import SUBSCRIBERS
from alerts.views import mine

FIRST_YEAR = 2000
"""Nothing was told earlier; and the first days there are cannot be reckoned in every time zone."""

SHOWN = 12
"""Months that the page links to."""


@requires(*SUBSCRIBERS)
@require_GET
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """One month of one subscription; ``?month=2026-10``, else last month."""
    subscription = mine(request, pk)
    today = timezone.now().astimezone(ZoneInfo(subscription.time_zone)).date()
    chosen = _chosen(request.GET.get("month", ""), today)
    made = report(subscription, chosen)
    context = {
        "subscription": subscription,
        "month": page_words.month(chosen),
        "chosen": chosen,
        "lines": [(page_words.REPORT.get(name, name), count) for name, count in made.counts],
        "months": [(each, page_words.month(each)) for each in _months(today)],
    }
    return render(request, "alerts/month.html", context)


def _chosen(text: str, today: date) -> date:
    try:
        chosen = date.fromisoformat(f"{text}-01") if text else last_month(today)
    except ValueError as error:
        raise Http404 from error
    if chosen > today or chosen.year < FIRST_YEAR:
        raise Http404
    return chosen


def _months(today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < SHOWN:
        found.append(last_month(found[-1]))
    return found
