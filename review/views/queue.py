"""The first page: the queue for those who review, a way on for everybody else."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from adverts.access import REVIEWERS, Role, requires, roles_of
from review import deciding, listing, saved, tenancy, wording
from review.listing import Filters
from review.models import CaseFacet
from review.rules import band_words
from review.views import panel
from review.views.panel import just_decided, person, respond
from review.why import indicator_words


@requires(*Role)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The queue; people without a role in reviewing see what they can do instead."""
    user, now = person(request), timezone.now()
    if roles_of(user).isdisjoint(REVIEWERS):
        return respond(request, "review/welcome.html", {"roles": [wording.ROLES[role] for role in sorted(roles_of(user))]})
    filters, tenant = listing.parse(request.GET), panel.tenant_of(request)
    at = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = listing.page(filters, tenant=tenant, user_id=user.pk, now=now, **at)
    counts = listing.counts(tenant=tenant, user_id=user.pk, now=now)
    others = tenancy.others_on([case.cluster_id for case in page.cases], user, tenant=tenant, now=now)
    values = {
        "now": now,
        "filters": filters,
        "query": filters.as_query(),
        "page": page,
        "rows": [(case, others.get(case.cluster_id, ())) for case in page.cases],
        "counts": counts,
        "notes": deciding.notes_for(user, now=now),
        "bands": [(band, band_words(band), counts[band]) for band in listing.SHOWN_BANDS],
        "just_decided": just_decided(request, user),
        "choices": _named(filters, tenant),
        **panel.choice(request),
        "several": tenancy.bodies_of(user).several,
        "views": saved.views_for(user),
        "may_save": deciding.can_decide(roles_of(user)),
        "pickable": _pickable(user, filters, page),
        "after_query": filters.as_query(after=page.after) if page.after else "",
        "before_query": filters.as_query(before=page.before) if page.before else "",
    }
    return respond(request, "review/queue.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep filters under a name, for oneself or for all of the body who review."""
    filters, name = panel.filters_of(request), request.POST.get("name", "")
    if saved.save(person(request), name=name, filters=filters, shared=request.POST.get("shared") == "1"):
        messages.success(request, _("The view is saved."))
    else:
        messages.warning(request, _("Give the view a name, and choose a filter first. A person can keep 30 views."))
    return redirect(f"{reverse('home')}?{filters.as_query()}")


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Remove a view of one's own."""
    saved.drop(person(request), view_id)
    return redirect("home")


@requires(*REVIEWERS)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the keyboard flow."""
    return respond(request, "review/keys.html", {})


def _pickable(user: User, filters: Filters, page: listing.Page) -> bool:
    """Whether cases of the page can be ticked, to be answered together."""
    open_ones = filters.view in (listing.TODO, listing.MINE) and any(not case.blind for case in page.cases)
    return open_ones and deciding.can_decide(roles_of(user))


MOST_CHOICES = 60
"""Values offered of one filter, the commonest; any other can still stand in an address."""


def _named(filters: Filters, tenant: int) -> list[tuple[str, object, list[tuple[str, str, int]], str]]:
    """Of each filter by a facet: its name, label, choices and the chosen one."""
    found = listing.choices(filters, tenant=tenant)
    return [
        (
            kind,
            label,
            [(value, words(value), number) for value, number in _few(found[kind], getattr(filters, kind))],
            getattr(filters, kind),
        )
        for kind, (label, words) in _FACET_WORDS.items()
    ]


def _few(values: list[tuple[str, int]], chosen: str) -> list[tuple[str, int]]:
    return values[:MOST_CHOICES] + [pair for pair in values[MOST_CHOICES:] if pair[0] == chosen]


_FACET_WORDS: dict[str, tuple[object, Callable[[str], str]]] = {
    CaseFacet.DISTRICT: (_("District or town"), wording.district_name),
    CaseFacet.INDICATOR: (_("Indicator"), indicator_words),
    CaseFacet.SECTOR: (_("Kind of work"), wording.sector_name),
    CaseFacet.CORRIDOR: (_("From where to where"), wording.corridor_name),
    CaseFacet.LANGUAGE: (_("Language"), wording.language_name),
    CaseFacet.SOURCE: (_("Source"), str),
}
