"""Not the same: pages and acts by which people set adverts apart, put them back, and name contacts that belong to many."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import REVIEWERS, Role, requires, roles_of
from adverts.models import Advert
from linking import desk
from review import deciding, queue, tenancy
from review.belonging import member
from review.views.panel import log_view, person, respond

LONGEST_REASON = 300


@requires(Role.INSPECTOR, Role.HEAD)
@require_safe
def not_the_same(request: HttpRequest, advert_id: str) -> HttpResponse:
    """An advert beside the one it is linked to most strongly, and what can be said against the link."""
    found = member(advert_id)
    if found is None:
        raise Http404
    for row in filter(None, (found.advert, found.other)):
        log_view(person(request), f"advert:{row.pk}", now=timezone.now())
    return respond(request, "review/not_the_same.html", {"found": found, "cluster_id": store.cluster_of(advert_id)})


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def set_apart(request: HttpRequest, advert_id: str) -> HttpResponse:
    """Set an advert apart from those it is together with; asks for a reason."""
    get_object_or_404(Advert, pk=advert_id)
    why, before = _why(request), store.cluster_of(advert_id)
    if not why:
        messages.warning(request, _("Say in a few words why, so that others can follow it."))
        return redirect("not-the-same", advert_id)
    try:
        parting = desk.set_apart(advert_id, why=why, by=person(request).get_username(), at=timezone.now())
    except desk.NothingToPartError:
        messages.warning(request, _("This advert stands on its own already."))
        return redirect("cluster", before)
    _follow(request, [before, *_now_of(advert_id, parting.beside_id)], advert_id, parting.beside_id)
    return redirect("cluster", store.cluster_of(parting.beside_id))


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def put_back(request: HttpRequest, parting_id: int) -> HttpResponse:
    """Take a parting back."""
    parting = desk.put_back(parting_id, by=person(request).get_username(), at=timezone.now())
    if parting is None:
        messages.warning(request, _("Somebody has taken this back already."))
        return redirect("home")
    _follow(request, _now_of(parting.advert_id, parting.beside_id), parting.advert_id, parting.beside_id)
    return redirect("cluster", store.cluster_of(parting.beside_id))


@requires(*REVIEWERS)
@require_safe
def common_contacts(request: HttpRequest) -> HttpResponse:
    """The contacts that link nothing because somebody said so."""
    user, rows = person(request), desk.common_contacts()
    values = {"contacts": rows, "may_part": deciding.can_decide(roles_of(user))}
    values["strangers"] = tenancy.strangers(user, {row.by for row in rows})
    return respond(request, "review/common_contacts.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def name_common(request: HttpRequest, advert_id: str) -> HttpResponse:
    """Say that the contact behind an advert's strongest link belongs to a switchboard or a public office."""
    found, why = member(advert_id), _why(request)
    if found is None or found.link is None or found.other is None or not found.link.value:
        raise Http404
    if not why:
        messages.warning(request, _("Say in a few words why, so that others can follow it."))
        return redirect("not-the-same", advert_id)
    before = store.cluster_of(advert_id)
    desk.name_common(found.link.value, why=why, by=person(request).get_username(), at=timezone.now())
    _follow(request, [before], advert_id, found.other.pk)
    return redirect("common-contacts")


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def unname_common(request: HttpRequest, common_id: int) -> HttpResponse:
    """Let a contact link adverts again."""
    if desk.unname_common(common_id, by=person(request).get_username(), at=timezone.now()) is None:
        messages.warning(request, _("Somebody has taken this back already."))
    else:
        _follow(request, [])
    return redirect("common-contacts")


def _why(request: HttpRequest) -> str:
    return " ".join(request.POST.get("why", "").split())[:LONGEST_REASON]


def _now_of(*advert_ids: str) -> list[str]:
    return list(store.clusters_of(advert_ids).values())


def _follow(request: HttpRequest, before: list[str], *advert_ids: str) -> None:
    """Let clusters and cases follow, and say whether they did."""
    if desk.follow():
        queue.refresh_clusters({*before, *_now_of(*advert_ids)}, now=timezone.now())
        messages.success(request, _("Done. You can take it back."))
    else:
        messages.success(request, _("Noted. Adverts are being linked at the moment; your word takes effect with that run or the next."))
