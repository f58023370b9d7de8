"""Pages on referrals and on the directory of bodies."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adverts.access import REVIEWERS, Role, requires, roles_of
from adverts.models import Advert, Profile
from review import tenancy
from review.models import Case
from review.records import bodies, htcds, referral, rules, tables, wording
from review.records.acting import RefusedActError, log
from review.records.bodies import DirectoryError
from review.records.forms import DirectoryForm, ReferForm, StepForm
from review.records.models import Referral
from review.records.rules import Step
from review.records.views.attempts import PAGE, attempt, number
from review.views.panel import person, respond

KINDS_FIRST: dict[str, tuple[str, ...]] = {
    "fraud": ("fraud", "police", "platform"),
    "labour-law": ("labour-inspectorate", "licensing", "union"),
    "act": ("anti-trafficking", "labour-inspectorate", "police"),
}
"""Kinds of bodies that come first for an outcome."""


@requires(*REVIEWERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Referrals: those to look at again first."""
    now, before, rows = timezone.now(), number(request, "before"), _seen(request).order_by("-pk")
    listed = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    values = {
        "due": referral.due(tenant=tenancy.scope(person(request)), now=now)[:PAGE],
        "rows": listed[:PAGE],
        "older": listed[PAGE - 1].pk if len(listed) > PAGE else 0,
        "steps": wording.STEPS,
        "now": now,
    }
    return respond(request, "records/referrals.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Prepare a referral of a case; the closest bodies first."""
    case, today = get_object_or_404(Case, pk=case_id, tenant=tenancy.body_of(person(request))), timezone.localdate()
    advert = Advert.objects.filter(pk=case.advert_id).first()
    countries = [advert.country] if advert and advert.country else []
    offered = bodies.closest(countries=countries, kinds=KINDS_FIRST.get(case.outcome, ()), today=today)
    form = ReferForm(request.POST or None, bodies=offered)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = referral.prepare(
                case=case, body=data["body"], user=person(request), reason=data["reason"], note=data["note"],
                personal=data["personal"], now=timezone.now(),
            )  # fmt: skip
            return redirect("referral", made.pk)
        except RefusedActError as refused:
            form.add_error(None, str(wording.REFUSALS[refused.refusal]))
    values = {"form": form, "case": case, "advert": advert, "late": [one for one in offered if bodies.overdue(one, today=today)]}
    return respond(request, "records/referral_new.html", values, status=400 if form.errors else 200)


@requires(*REVIEWERS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral: its history and what can be done next."""
    row, user, now = get_object_or_404(_seen(request), pk=pk), person(request), timezone.now()
    with transaction.atomic():
        log(user, "viewed", f"referral:{row.pk}", now=now)
    allowed = [
        step
        for step in rules.NEXT[Step(row.state)]
        if rules.may_step(
            roles=roles_of(user), user=user.pk, prepared_by=row.prepared_by_id, personal=row.personal, now_at=row.state, to=step, note="-"
        )
        is None
        and row.tenant == tenancy.body_of(user)
    ]
    values = {
        "row": row,
        "advert": Advert.objects.filter(pk=row.advert_id).first(),
        "history": list(row.history.select_related("who")),
        "allowed": [(step.value, wording.STEP_BUTTONS[step], step in rules.NOTE_NEEDED) for step in allowed],
        "steps": wording.STEPS,
        "reason": wording.REFERRAL_REASONS.get(row.reason, row.reason),
        "kind": wording.KINDS.get(row.body.kind, row.body.kind),
        "late": bodies.overdue(row.body, today=timezone.localdate()),
        "needs_second": row.state == Step.PREPARED and row.personal,
        "now": now,
    }
    return respond(request, "records/referral.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the next step."""
    own = _seen(request).filter(tenant=tenancy.body_of(person(request)))
    row, form = get_object_or_404(own, pk=pk), StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    data = form.cleaned_data
    act = partial(
        referral.step, row.pk, to=Step(data["to"]), after=data["after"], user=person(request), note=data["note"], now=timezone.now()
    )
    return attempt(request, wording.STEPS[data["to"]], act, to="referral", args=[row.pk])


@requires(*REVIEWERS)
@require_safe
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The HTCDS-aligned record as JSON or CSV; each export is written down."""
    row, user = get_object_or_404(_seen(request), pk=pk), person(request)
    profile = Profile.objects.filter(user=user).first()
    found = htcds.record(row, advert=Advert.objects.filter(pk=row.advert_id).first(), organisation=profile.organisation if profile else "")
    with transaction.atomic():
        log(user, "referral.exported", f"referral:{row.pk}", now=timezone.now(), form=form)
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1}) if form == "json" else _csv(htcds.as_csv(found))
    answer["Content-Disposition"] = f'attachment; filename="referral-{row.pk}-htcds.{form}"'
    return answer


@requires(*REVIEWERS)
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The directory; a country's bodies first."""
    today, country = timezone.localdate(), request.GET.get("country", "").strip().upper()[:2]
    found = bodies.closest(countries=[country] if country else [], kinds=(), today=today)
    listed = [(row, wording.KINDS.get(row.kind, row.kind), bodies.overdue(row, today=today)) for row in found[:500]]
    values = {"listed": listed, "country": country, "may_import": _may_import(request), "late": sum(late for _row_, _kind, late in listed)}
    return respond(request, "records/bodies.html", values)


@requires(*REVIEWERS)
@require_safe
def directory_export(request: HttpRequest) -> HttpResponse:
    """The directory as CSV."""
    answer = _csv(bodies.export_csv())
    answer["Content-Disposition"] = 'attachment; filename="bodies.csv"'
    return answer


@requires(Role.HEAD, Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def directory_import(request: HttpRequest) -> HttpResponse:
    """Take a directory from a CSV file: all of it or nothing, with each fault named."""
    form = DirectoryForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(tables.MOST_BYTES + 1)
            taken = bodies.import_csv(content, file=file.name[:100], user=person(request), now=timezone.now())
            words = _("%(new)d new, %(changed)d changed, %(same)d as they were")
            told = words % {"new": taken.new, "changed": taken.changed, "same": taken.same}
            return respond(request, "records/bodies_import.html", {"form": DirectoryForm(), "taken": told})
        except DirectoryError as error:
            faults = [str(fault) for fault in error.faults[:PAGE]]
        except tables.TableError as error:
            faults = [str(error)]
    values = {"form": form, "faults": faults, "header": ",".join(bodies.HEADER), "kinds": ", ".join(bodies.KINDS)}
    return respond(request, "records/bodies_import.html", values, status=400 if faults or form.errors else 200)


def _seen(request: HttpRequest) -> QuerySet[Referral]:
    """The referrals this person may see."""
    rows, tenant = Referral.objects.select_related("body", "prepared_by"), tenancy.scope(person(request))
    return rows if tenant is None else rows.filter(tenant=tenant)


def _may_import(request: HttpRequest) -> bool:
    return not {Role.HEAD, Role.OPERATOR}.isdisjoint(roles_of(person(request)))


def _csv(content: str) -> HttpResponse:
    return HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8")
