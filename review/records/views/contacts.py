"""Pages on masked contacts: asking, granting, looking."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adverts.access import Role, requires, roles_of
from adverts.models import Advert, AdvertContact
from review import tenancy
from review.records import rules, unmasking, wording
from review.records.forms import AskForm, GrantForm
from review.records.models import UnmaskRequest
from review.records.views.attempts import PAGE, attempt
from review.views.panel import person, respond

READERS = (Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN, Role.AUDITOR, Role.DATA_PROTECTION)


@requires(*READERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Requests: one's own, those of the body for a custodian, all for those who oversee."""
    now, rows = timezone.now(), _seen(request)
    waiting = list(rows.filter(decided_at=None).order_by("asked_at")[:PAGE])
    values = {"waiting": waiting, "decided": list(rows.exclude(decided_at=None)[:PAGE]), "now": now}
    return respond(request, "records/contacts.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, advert_id: str, contact_id: str) -> HttpResponse:
    """Ask for one contact."""
    link = AdvertContact.objects.select_related("advert", "contact").filter(advert_id=advert_id, contact_id=contact_id).first()
    if link is None:
        raise Http404
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(
            unmasking.ask, advert_id=advert_id, contact_id=contact_id, user=person(request),
            reason=form.cleaned_data["reason"], note=form.cleaned_data["note"], now=timezone.now(),
        )  # fmt: skip
        return attempt(request, _("The custodian has been asked."), act, to="contacts")
    return respond(request, "records/contact_ask.html", {"form": form, "link": link}, status=400 if form.errors else 200)


@requires(*READERS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; the clear value is not on this page."""
    return _page(request, get_object_or_404(_seen(request), pk=pk))


@requires(Role.CUSTODIAN)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse."""
    row, form = _of_own_body(request, pk), GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=400)
    act = partial(
        unmasking.decide, row.pk, user=person(request), minutes=form.cleaned_data["minutes"],
        answer=form.cleaned_data["answer"], now=timezone.now(),
    )  # fmt: skip
    return attempt(request, _("Your answer is saved."), act, to="contact", args=[row.pk])


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the contact; a POST, since each look is written down."""
    row = _of_own_body(request, pk)
    clear: list[str] = []

    def look() -> None:
        clear.append(unmasking.look(row.pk, user=person(request), now=timezone.now()))

    refused = attempt(request, _("This look is in the audit log."), look, to="contact", args=[row.pk])
    return _page(request, row, clear=clear[0]) if clear else refused


@requires(Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant before its time."""
    row = _of_own_body(request, pk)
    act = partial(unmasking.end, row.pk, user=person(request), now=timezone.now())
    return attempt(request, _("The grant has ended."), act, to="contact", args=[row.pk])


def _page(request: HttpRequest, row: UnmaskRequest, *, form: GrantForm | None = None, clear: str = "", status: int = 200) -> HttpResponse:
    user, now = person(request), timezone.now()
    own = row.tenant == tenancy.body_of(user)
    refusal = rules.may_grant(roles=roles_of(user), user=user.pk, asked_by=row.by_id, decided=row.decided_at is not None)
    values = {
        "row": row,
        "advert": Advert.objects.filter(pk=row.advert_id).first(),
        "reason": wording.UNMASK_REASONS.get(row.reason, row.reason),
        "live": rules.is_live(row.until, now=now),
        "mine": row.by_id == user.pk,
        "form": (form or GrantForm()) if refusal is None and own else None,
        "clear": clear,
        "now": now,
    }
    return respond(request, "records/contact.html", values, status=status)


def _of_own_body(request: HttpRequest, pk: int) -> UnmaskRequest:
    """A request this person may see, of their own body: to be acted on."""
    return get_object_or_404(_seen(request), pk=pk, tenant=tenancy.body_of(person(request)))


def _seen(request: HttpRequest) -> QuerySet[UnmaskRequest]:
    """The requests this person may see."""
    user = person(request)
    rows, tenant = UnmaskRequest.objects.select_related("by", "decided_by"), tenancy.scope(user, Role.DATA_PROTECTION)
    if tenant is None:
        return rows
    rows = rows.filter(tenant=tenant)
    return rows if Role.CUSTODIAN in roles_of(user) else rows.filter(by=user)
