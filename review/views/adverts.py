"""The pages of one advert and of one cluster."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import REVIEWERS, Role, requires
from adverts.models import Advert, Cluster, ClusterLink, ClusterMember
from review import queue
from review.compare import MOST_TEXTS, common_text
from review.forms import DecisionForm
from review.reading import read, versions
from review.rules import Refusal
from review.views import panel
from review.views.panel import AS_CLUSTER, person, respond

MOST_MEMBERS = 50
MOST_LINKS = 100


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
    case = panel.find_case(cluster.cluster_id) if cluster else None
    assessment = store.latest_assessment(row.pk)
    hidden = panel.is_hidden(case, user)
    values = {
        "advert": row,
        "cluster": cluster,
        "assessment": assessment,
        "reading": read(row, assessment, part=_part(request), language=get_language() or "en", hidden=hidden),
        "versions": versions(list(row.versions.order_by("-number")[:20])),
        "hidden": hidden,
        **panel.context(request, case, now=now, form=form, refusal=refusal),
    }
    return respond(request, "review/advert.html", values, status=status)


@requires(*REVIEWERS)
@require_safe
def questions(request: HttpRequest, advert_id: str) -> HttpResponse:
    """The questions of an advert on a sheet of their own, to take along."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Advert.objects.select_related("membership"), pk=advert_id)
    panel.log_view(user, f"advert:{row.pk}", now=now)
    case = panel.find_case(row.membership.cluster_id) if hasattr(row, "membership") else None
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
    members = list(_members(row))
    case = panel.find_case(row.pk)
    values = {
        "cluster": row,
        "members": members,
        "more_members": max(0, row.size - len(members)),
        "links": list(_links(row)),
        "shared": common_text([member.advert.text for member in members[:MOST_TEXTS]]),
        "compared": min(len(members), MOST_TEXTS),
        **panel.context(request, case, now=now, page=AS_CLUSTER, form=form, refusal=refusal),
    }
    return respond(request, "review/cluster.html", values, status=status)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def open_case(request: HttpRequest, cluster_id: str) -> HttpResponse:
    """Put a cluster into the queue that no rule put there."""
    if not ClusterMember.objects.filter(cluster_id=cluster_id).exists():
        raise Http404
    case = queue.open_by_hand(cluster_id, actor=person(request).get_username(), now=timezone.now())
    return redirect(panel.case_url(case, panel.filters_of(request), page=request.POST.get("page", "")))


def _members(row: Cluster) -> list[ClusterMember]:
    found = ClusterMember.objects.filter(cluster=row).select_related("advert").order_by("-advert__first_seen_at", "advert_id")
    return list(found[:MOST_MEMBERS])


def _links(row: Cluster) -> list[ClusterLink]:
    within = ClusterLink.objects.filter(a__membership__cluster=row, b__membership__cluster=row)
    light = within.select_related("a", "b").only("kind", "strength", "reason", "a__title", "a__source", "b__title", "b__source")
    return list(light.order_by("-strength", "pk")[:MOST_LINKS])


def _part(request: HttpRequest) -> int:
    number = request.GET.get("part", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
