"""The first page: the queue for those who review, a way on for everybody else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adverts.access import REVIEWERS, Role, requires, roles_of
from review import deciding, listing, wording
from review.models import CaseFacet
from review.rules import band_words, indicator_words
from review.views.panel import just_decided, person, respond


@requires(*Role)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The queue; people without a role in reviewing see what they can do instead."""
    user, now = person(request), timezone.now()
    if roles_of(user).isdisjoint(REVIEWERS):
        return respond(request, "review/welcome.html", {"roles": [wording.ROLES[role] for role in sorted(roles_of(user))]})
    filters = listing.parse(request.GET)
    page = listing.page(filters, user_id=user.pk, now=now, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    counts = listing.counts(user_id=user.pk, now=now)
    values = {
        "now": now,
        "filters": filters,
        "query": filters.as_query(),
        "page": page,
        "counts": counts,
        "notes": deciding.notes_for(user, now=now),
        "bands": [(band, band_words(band), counts[band]) for band in listing.SHOWN_BANDS],
        "just_decided": just_decided(request, user),
        "choices": _named(listing.choices(filters)),
        "after_query": filters.as_query(after=page.after) if page.after else "",
        "before_query": filters.as_query(before=page.before) if page.before else "",
    }
    return respond(request, "review/queue.html", values)


@requires(*REVIEWERS)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the keyboard flow."""
    return respond(request, "review/keys.html", {})


def _named(choices: dict[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, str, int]]]:
    names: dict[str, Callable[[str], str]] = {
        CaseFacet.LANGUAGE: wording.language_name,
        CaseFacet.INDICATOR: indicator_words,
        CaseFacet.SOURCE: str,
    }
    return {kind: [(value, names[kind](value), number) for value, number in values] for kind, values in choices.items()}
