"""What the advert page and the cluster page share: the case, who has it, the decision form, the way on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from adverts import audit
from adverts.access import roles_of
from review import deciding, listing, rules, tenancy, wording
from review.forms import DecisionForm
from review.listing import Filters
from review.models import Case, Verdict

AS_CLUSTER = "cluster"
"""Value of the parameter ``page`` that leads back to the cluster page instead of the advert page."""


def person(request: HttpRequest) -> User:
    """The person signed in; views behind ``requires`` always have one."""
    if not isinstance(request.user, User):
        raise TypeError(f"{request.path}: reached by {request.user!r}; the view must be behind adverts.access.requires")
    return request.user


def is_hidden(case: Case | None, user: User) -> bool:
    """Whether the findings of a case are kept from this person: it is read blind, and they may decide it."""
    return case is not None and case.blind and deciding.can_decide(roles_of(user))


def log_view(user: User, subject: str, *, now: datetime) -> None:
    """Write down that a person looked at something."""
    with transaction.atomic():
        audit.record(actor=user.get_username(), action="viewed", subject=subject, at=now)


def case_url(case: Case, filters: Filters, *, page: str = "", **more: str) -> str:
    """The address of a case's page within a filtered queue."""
    path = reverse("cluster", args=[case.cluster_id]) if page == AS_CLUSTER else reverse("advert", args=[case.advert_id])
    query = filters.as_query(**more)
    return f"{path}?{query}" if query else path


def filters_of(request: HttpRequest) -> Filters:
    """The filters that came along: in the address, or in the field ``query`` of a form."""
    return listing.parse(QueryDict(request.POST["query"]) if "query" in request.POST else request.GET)


def tenant_of(request: HttpRequest) -> int:
    """The body whose cases this page shows; an auditor chooses one by the parameter ``body``."""
    return tenancy.looked_at(person(request), filters_of(request).body)


def context(
    request: HttpRequest,
    case: Case | None,
    *,
    cluster_id: str,
    now: datetime,
    page: str = "",
    form: DecisionForm | None = None,
    refusal: rules.Refusal | None = None,
) -> dict[str, Any]:
    """Template context of the decision panel; a constant number of queries."""
    user, filters = person(request), filters_of(request)
    shared = {"now": now, "filters": filters, "query": filters.as_query(), "page": page, "just_decided": just_decided(request, user)}
    shared["others"] = tenancy.others_on([cluster_id], user, tenant=tenant_of(request), now=now).get(cluster_id, ())
    shared |= choice(request)
    if case is None:
        return {**shared, "case": None}
    hold, roles = deciding.hold_of(case), roles_of(user)
    blocked = rules.may_decide(roles=roles, state=case.state, hold=hold, user_id=user.pk, now=now)
    undo_refusal = rules.may_undo(roles=roles, state=case.state, decided_by=case.decided_by_id, user_id=user.pk)
    if case.tenant != tenancy.body_of(user):
        blocked = undo_refusal = rules.Refusal.NOT_ALLOWED
    current = {"round": case.round, "seen": deciding.digest(deciding.shown_now(case))}
    form = form or DecisionForm(initial=current)
    return {
        **shared,
        "case": case,
        "hidden": is_hidden(case, user),
        "held": hold.live(now),
        "held_by_me": hold.live(now) and hold.user_id == user.pk,
        "may_decide": blocked is None,
        "may_claim": blocked in (None, rules.Refusal.HELD),
        "may_undo": undo_refusal is None,
        "verdict": deciding.current_verdict(case),
        "may_batch": case.tenant == tenancy.body_of(user) and deciding.can_decide(roles),
        "history": list(Verdict.objects.filter(case=case).select_related("who").order_by("-pk")),
        "neighbours": listing.neighbours(case, filters, user_id=user.pk, now=now),
        "form": form,
        "current": current if refusal or form.errors.keys() & {"round", "seen"} else None,
        "held_back": refusal == rules.Refusal.HELD,
        "outcomes": [(one.value, wording.OUTCOMES[one], wording.OUTCOME_HINTS[one]) for one in rules.Outcome],
        "reasons": wording.reasons(),
        "refusal": wording.REFUSALS[refusal] if refusal else "",
    }


def respond(request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page; never kept by shared or private caches, since it shows what only this person may see."""
    response = render(request, template, values, status=status)
    response["Cache-Control"] = "no-store"
    return response


def choice(request: HttpRequest) -> dict[str, Any]:
    """Template context of the choice between bodies: empty but for an auditor, where there are several."""
    return {"bodies": tenancy.choosable(person(request)), "body": tenant_of(request)}


def find_case(cluster_id: str, *, tenant: int) -> Case | None:
    """A body's case of a cluster, with the people on it."""
    if not cluster_id:
        return None
    return Case.objects.filter(cluster_id=cluster_id, tenant=tenant).select_related("claimed_by", "decided_by").first()


def just_decided(request: HttpRequest, user: User) -> Verdict | None:
    """The decision this person came from, for the notice with its undo button; none once it is taken back."""
    number = request.GET.get("done", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    own = Verdict.objects.filter(pk=int(number), who=user, case__tenant=tenancy.body_of(user))
    return own.filter(undoes=None, undone_by=None).select_related("case").first()
