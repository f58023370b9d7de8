"""The pages of one advert and of one cluster."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import REVIEWERS, Role, requires, roles_of
from adverts.models import Advert, Cluster, ClusterMember
from linking import desk
from review import belonging, corridors, deciding, kinds, queue, tenancy
from review.compare import MOST_TEXTS, common_text
from review.forms import DecisionForm
from review.reading import read, versions
from review.records import registers
from review.rules import Refusal
from review.views import panel
from review.views.panel import AS_CLUSTER, person, respond
from review.whatif import what_if

MEMBERS = 12
"""Adverts of a cluster on one page."""


@requires(*REVIEWERS)
@require_safe
def advert(request: HttpRequest, advert_id: str) -> HttpResponse:
    """The advert page: text with its findings, what they mean, and the decision."""
    return advert_page(request, advert_id)


def advert_page(
    request: HttpRequest, advert_id: str, *, form: DecisionForm | None = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The advert page as it answers a reading, or a decision that was not taken (with what was typed)."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Advert.objects.select_related("membership__cluster"), pk=advert_id)
    panel.log_view(user, f"advert:{row.pk}", now=now)
    cluster = row.membership.cluster if hasattr(row, "membership") else None
    case = panel.find_case(cluster.cluster_id, tenant=panel.tenant_of(request)) if cluster else None
    assessment = store.latest_assessment(row.pk)
    hidden = panel.is_hidden(case, user)
    values = {
        "advert": row,
        "cluster": cluster,
        "assessment": assessment,
        "reading": read(row, assessment, part=_part(request), language=get_language() or "en", hidden=hidden),
        "versions": versions(list(row.versions.order_by("-number")[:20])),
        "hidden": hidden,
        "routes": corridors.on_page(kinds.corridors_of([row]), tenant=panel.tenant_of(request)),
        "may_note": deciding.can_decide(roles_of(user)),
        "licence": registers.check(row, assessment.signals, today=now.date()) if assessment and not hidden else None,
        "what_if": what_if([match["id"] for match in assessment.indicators], store.cards()) if assessment and not hidden else None,
        **panel.context(request, case, cluster_id=cluster.cluster_id if cluster else "", now=now, form=form, refusal=refusal),
    }
    return respond(request, "review/advert.html", values, status=status)


@requires(*REVIEWERS)
@require_safe
def questions(request: HttpRequest, advert_id: str) -> HttpResponse:
    """The questions of an advert on a sheet of their own, to take along."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Advert.objects.select_related("membership"), pk=advert_id)
    panel.log_view(user, f"advert:{row.pk}", now=now)
    case = panel.find_case(row.membership.cluster_id, tenant=panel.tenant_of(request)) if hasattr(row, "membership") else None
    hidden = panel.is_hidden(case, user)
    reading = read(row, store.latest_assessment(row.pk), part=1, language=get_language() or "en", hidden=hidden)
    return respond(request, "review/questions.html", {"advert": row, "reading": reading, "now": now})


@requires(*REVIEWERS)
@require_safe
def cluster(request: HttpRequest, cluster_id: str) -> HttpResponse:
    """The cluster page: its adverts, why they belong together, what their texts share."""
    return cluster_page(request, cluster_id)


def cluster_page(
    request: HttpRequest, cluster_id: str, *, form: DecisionForm | None = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """The cluster page as it answers a reading, or a decision that was not taken."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Cluster, pk=cluster_id)
    panel.log_view(user, f"cluster:{row.pk}", now=now)
    pages = max(1, -(-row.size // MEMBERS))
    number = min(pages, max(1, _number(request, "list")))
    texts = belonging.newest_texts(row.pk, most=MOST_TEXTS)
    case = panel.find_case(row.pk, tenant=panel.tenant_of(request))
    partings = desk.partings_of(row.pk)
    values = {
        "cluster": row,
        "members": belonging.members(row.pk, start=(number - 1) * MEMBERS, most=MEMBERS),
        "list": number,
        "lists": pages,
        "first": (number - 1) * MEMBERS + 1,
        "partings": partings,
        "strangers": tenancy.strangers(user, {one.by for one in partings}),
        "may_part": deciding.can_decide(roles_of(user)),
        "routes": corridors.on_page(kinds.corridors_of_cluster(row.pk), tenant=panel.tenant_of(request)),
        "may_note": deciding.can_decide(roles_of(user)),
        "may_restrict": Role.HEAD in roles_of(user),
        "shared": common_text(texts),
        "compared": len(texts),
        **panel.context(request, case, cluster_id=row.pk, now=now, page=AS_CLUSTER, form=form, refusal=refusal),
    }
    return respond(request, "review/cluster.html", values, status=status)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def open_case(request: HttpRequest, cluster_id: str) -> HttpResponse:
    """Put a cluster into the queue that no rule put there."""
    if not ClusterMember.objects.filter(cluster_id=cluster_id).exists():
        raise Http404
    user = person(request)
    case = queue.open_by_hand(cluster_id, tenant=tenancy.body_of(user), actor=user.get_username(), now=timezone.now())
    return redirect(panel.case_url(case, panel.filters_of(request), page=request.POST.get("page", "")))


def _part(request: HttpRequest) -> int:
    return _number(request, "part")


def _number(request: HttpRequest, name: str) -> int:
    number = request.GET.get(name, "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
