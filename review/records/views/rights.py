"""Pages of the data-protection officer: requests, holds, periods."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adverts.access import Role, requires, roles_of
from adverts.models import Advert
from review import tenancy
from review.records import keeping, rights, wording
from review.records.acting import RefusedActError
from review.records.forms import AnswerForm, HoldForm, RequestForm
from review.records.models import Erasure, RightsRequest
from review.records.views.attempts import PAGE, attempt
from review.views.panel import person, respond
from settings import retention as periods

READERS = (Role.DATA_PROTECTION, Role.AUDITOR, Role.HEAD)


@requires(*READERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Requests by deadline, the open ones first."""
    waiting = list(RightsRequest.objects.filter(state__in=(rights.RECEIVED, rights.GRANTED))[:PAGE])
    closed = list(RightsRequest.objects.exclude(state__in=(rights.RECEIVED, rights.GRANTED)).order_by("-decided_at", "-pk")[:PAGE])
    values = {
        "waiting": waiting, "closed": closed, "today": timezone.localdate(), "kinds": wording.REQUEST_KINDS,
        "states": wording.REQUEST_STATES, "may": Role.DATA_PROTECTION in roles_of(person(request)),
    }  # fmt: skip
    return respond(request, "records/requests.html", values)


@requires(Role.DATA_PROTECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a request."""
    form = RequestForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            made = rights.enter(**form.cleaned_data, user=person(request), now=timezone.now())
            return redirect("request", made.pk)
        except RefusedActError as refused:
            form.add_error("reference", str(wording.REFUSALS[refused.refusal]))
    return respond(request, "records/request_new.html", {"form": form}, status=400 if form.errors else 200)


@requires(*READERS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: its adverts, what stands against erasing them, the answer, the effects."""
    return _page(request, get_object_or_404(RightsRequest.objects.select_related("entered_by", "decided_by"), pk=pk))


@requires(Role.DATA_PROTECTION)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse."""
    row, form = get_object_or_404(RightsRequest, pk=pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=400)
    act = partial(rights.decide, row.pk, **form.cleaned_data, user=person(request), now=timezone.now())
    return attempt(request, _("Your answer is saved."), act, to="request", args=[row.pk])


@requires(Role.DATA_PROTECTION)
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the longer time."""
    row = get_object_or_404(RightsRequest, pk=pk)
    act = partial(rights.extend, row.pk, user=person(request), now=timezone.now())
    return attempt(request, _("The deadline was extended. Tell the person why."), act, to="request", args=[row.pk])


@requires(*READERS)
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Periods with their reasons, how many adverts each keeps, holds, and what was erased."""
    now, user = timezone.now(), person(request)
    tenant = tenancy.scope(user, Role.DATA_PROTECTION) if tenancy.bodies_of(user).several else None
    counts = keeping.overview(now=now, tenant=tenant)
    erased = Erasure.objects.exclude(done_at=None).order_by("-done_at", "-pk")[:PAGE]
    values = {
        "periods": [(wording.KEPT[name], period.keep.days, period.reason, counts.get(name, 0)) for name, period in periods.PERIODS.items()],
        "others": [(wording.KEPT[name], counts.get(name, 0)) for name in ("waiting", "referred", "answered", "hold")],
        "due": counts.get("due", 0),
        "holds": list(rights.holds_for(user).filter(released_at=None).select_related("by")[:PAGE]),
        # the reason of an erasure is somebody's verdict
        "erased": [(one, wording.KEPT.get(_told(one, tenant), "")) for one in erased],
        "may": not {Role.DATA_PROTECTION, Role.HEAD}.isdisjoint(roles_of(user)),
        "now": now,
    }
    return respond(request, "records/retention.html", values)


@requires(Role.DATA_PROTECTION, Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, advert_id: str) -> HttpResponse:
    """Keep an advert whatever the periods say."""
    row = get_object_or_404(Advert, pk=advert_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(rights.hold, row.pk, reason=form.cleaned_data["reason"], user=person(request), now=timezone.now())
        return attempt(request, _("The advert is held."), act, to="retention")
    kept = keeping.keeping_of(row, tenant=tenancy.scope(person(request), Role.DATA_PROTECTION))
    values = {"form": form, "advert": row, "keeping": kept, "kept": wording.KEPT}
    return respond(request, "records/hold.html", values, status=400 if form.errors else 200)


@requires(Role.DATA_PROTECTION, Role.HEAD)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    row = get_object_or_404(rights.holds_for(person(request)), pk=pk)
    act = partial(rights.release, row.pk, user=person(request), now=timezone.now())
    return attempt(request, _("The hold has ended; the periods count again."), act, to="retention")


def _told(erasure: Erasure, tenant: int | None) -> str:
    """The key in ``wording.KEPT`` of why an advert was erased, for a person who sees the body ``tenant`` alone (``None``: all)."""
    return erasure.reason if tenant is None or erasure.reason == "request" else "ended"


def _page(request: HttpRequest, row: RightsRequest, *, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    adverts = Advert.objects.in_bulk(row.adverts)
    held = set(rights.holds_for(person(request)).filter(advert_id__in=row.adverts, released_at=None).values_list("advert_id", flat=True))
    may = Role.DATA_PROTECTION in roles_of(person(request)) and row.state == rights.RECEIVED
    today = timezone.localdate()
    values = {
        "row": row,
        "adverts": [(one, adverts.get(one), one in held) for one in row.adverts],
        "kind": wording.REQUEST_KINDS.get(row.kind, row.kind),
        "state": wording.REQUEST_STATES.get(row.state, row.state),
        "late": row.state in (rights.RECEIVED, rights.GRANTED) and today > row.due_on,
        "form": (form or AnswerForm()) if may else None,
        "may_extend": may and not row.extended and today <= row.due_on,
    }
    if row.state == rights.GRANTED and held:
        messages.warning(request, str(_("A legal hold stands against erasing some of these adverts.")))
    return respond(request, "records/request.html", values, status=status)
