"""The warning card: a short text to paste into a messenger, in a language of choice, from our own words alone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from adverts.access import requires
from alerts.permission import SUBSCRIBERS
from alerts.phrases import safe
from alerts.views import mine, told
from alerts.wording import card_languages, card_wording


@requires(*SUBSCRIBERS)
@require_GET
def card(request: HttpRequest, pk: int, cluster_id: str) -> HttpResponse:
    """The card of one cluster; ``language`` chooses its language."""
    subscription = mine(request, pk)
    _, facts = told(subscription, cluster_id)
    words = card_wording(request.GET.get("language", subscription.language))
    day = words.date(timezone.now().astimezone(ZoneInfo(subscription.time_zone)).date())
    context = {
        "subscription": subscription,
        "cluster_id": facts.cluster_id,
        "languages": card_languages(),
        "language": words.language,
        "direction": words.direction,
        "text": safe(facts, words=words, day=day),
    }
    return render(request, "alerts/card.html", context)
