"""Acts on a case of one's own body, each a POST: it answers with a redirect, or with the page and what was typed where it was not taken."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adverts.access import Role, requires
from review import deciding, listing, tenancy, wording
from review.deciding import RefusedError
from review.forms import DecisionForm
from review.models import Case
from review.rules import Refusal, State
from review.views import panel
from review.views.adverts import advert_page, cluster_page
from review.views.panel import AS_CLUSTER, case_url, filters_of, person


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def claim(request: HttpRequest, case_id: int) -> HttpResponse:
    """Claim a case, renew a claim, or with ``take_over`` take it from somebody, who is told."""
    case = _own(request, case_id)
    try:
        case = deciding.claim(case_id, user=person(request), now=timezone.now(), take_over=request.POST.get("take_over") == "1")
    except RefusedError as refused:
        return _refused(request, refused)
    return redirect(case_url(case, filters_of(request), page=_page(request)))


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def release(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a claimed case back."""
    _own(request, case_id)
    deciding.release(case_id, user=person(request), now=timezone.now())
    return redirect(f"{reverse('home')}?{filters_of(request).as_query()}")


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def decide(request: HttpRequest, case_id: int) -> HttpResponse:
    """Save a decision and go on to the next case of the same list; with ``take_over`` although somebody else has the case."""
    case = _own(request, case_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _again(request, case, form, None, status=422)
    user, now, filters = person(request), timezone.now(), filters_of(request)
    try:
        if request.POST.get("take_over") == "1":
            deciding.claim(case_id, user=user, now=now, take_over=True)
        verdict = deciding.decide(case_id, form.decision(), user=user, now=now)
    except RefusedError as refused:
        return _again(request, refused.case, form, refused.refusal, status=409)
    behind = listing.neighbours(case, filters, user_id=user.pk, now=now)
    following = behind.next or behind.previous
    if following is None:
        return redirect(f"{reverse('home')}?{filters.as_query(done=str(verdict.pk))}")
    return redirect(case_url(following, filters, done=str(verdict.pk)))


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def undo(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a decision back and show the case again."""
    case = _own(request, case_id)
    verdict_id = request.POST.get("verdict", "")
    number = int(verdict_id) if verdict_id.isascii() and verdict_id.isdigit() and len(verdict_id) <= 18 else 0
    try:
        deciding.undo(case_id, verdict_id=number, user=person(request), now=timezone.now())
    except RefusedError as refused:
        return _refused(request, refused)
    messages.success(request, _("Taken back. The case is in the queue again."))
    return redirect(case_url(case, filters_of(request), page=_page(request)))


def _own(request: HttpRequest, case_id: int) -> Case:
    """The case; of another body as if there were none."""
    return get_object_or_404(Case, pk=case_id, tenant=tenancy.body_of(person(request)))


def _again(request: HttpRequest, case: Case, form: DecisionForm, refusal: Refusal | None, *, status: int) -> HttpResponse:
    if case.state == State.MERGED and case.merged_into is not None:
        case = case.merged_into
    if _page(request) == AS_CLUSTER:
        return cluster_page(request, case.cluster_id, form=form, refusal=refusal, status=status)
    return advert_page(request, case.advert_id, form=form, refusal=refusal, status=status)


def _refused(request: HttpRequest, refused: RefusedError) -> HttpResponse:
    messages.warning(request, str(wording.REFUSALS[refused.refusal]))
    case = refused.case.merged_into or refused.case
    return redirect(panel.case_url(case, filters_of(request), page=_page(request)))


def _page(request: HttpRequest) -> str:
    return AS_CLUSTER if request.POST.get("page") == AS_CLUSTER else ""
