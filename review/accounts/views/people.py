"""Pages on which an operator gives accounts out; an auditor may read them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adverts.access import Role, requires, roles_of
from review import wording
from review.accounts import people
from review.accounts.forms import InviteForm, RolesForm
from review.accounts.gate import FACTORS
from review.views.panel import person, respond

READERS = (Role.OPERATOR, Role.AUDITOR)


@requires(*READERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All accounts, by name."""
    strong = Count("authenticator", filter=Q(authenticator__type__in=FACTORS), distinct=True)
    rows = User.objects.select_related("account__tenant").prefetch_related("groups").annotate(factors=strong).order_by("username")
    listed = [(row, [wording.ROLES.get(group.name, group.name) for group in row.groups.all()]) for row in rows]
    return respond(request, "accounts/people.html", {"rows": listed, "may_change": Role.OPERATOR in roles_of(person(request))})


@requires(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = people.invite(**form.cleaned_data, by=person(request), now=timezone.now())
        except people.AccountError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("An invitation is on its way to %(address)s.") % {"address": made.email})
            return redirect("people")
    return respond(request, "accounts/invite.html", {"form": form}, status=400 if form.errors else 200)


@requires(*READERS)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, its body, whether it is on."""
    shown = get_object_or_404(User.objects.select_related("account__tenant"), pk=pk)
    return _detail(request, shown)


@requires(Role.OPERATOR)
@require_POST
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Give other roles or another body."""
    shown, form = get_object_or_404(User, pk=pk), RolesForm(request.POST)
    if not form.is_valid():
        return _detail(request, shown, form=form)
    by, now = person(request), timezone.now()
    return _attempt(request, pk, _("Saved."), lambda: people.change(shown, **form.cleaned_data, by=by, now=now))


@requires(Role.OPERATOR)
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Switch an account off or on, invite again, or forget lost second factors."""
    shown, by, now = get_object_or_404(User, pk=pk), person(request), timezone.now()
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "off": (_("The account is switched off."), lambda: people.switch(shown, on=False, by=by, now=now)),
        "on": (_("The account is switched on."), lambda: people.switch(shown, on=True, by=by, now=now)),
        "forget": (_("The second factors are removed."), lambda: people.forget_factors(shown, by=by, now=now)),
        "again": (_("A new link is on its way."), lambda: people.send_link(shown)),
    }
    if what not in acts:
        return redirect("person", pk=pk)
    words, deed = acts[what]
    return _attempt(request, pk, words, deed)


def _attempt(request: HttpRequest, pk: int, words: str, deed: Callable[[], object]) -> HttpResponse:
    try:
        deed()
    except people.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("person", pk=pk)


def _detail(request: HttpRequest, shown: User, *, form: RolesForm | None = None) -> HttpResponse:
    account = getattr(shown, "account", None)
    given = {"roles": list(shown.groups.values_list("name", flat=True)), "tenant": account.tenant_id if account else None}
    values = {
        "shown": shown,
        "account": account,
        "form": form or RolesForm(initial=given),
        "roles": [wording.ROLES.get(name, name) for name in given["roles"] or []],
        "may_change": Role.OPERATOR in roles_of(person(request)) and shown.pk != person(request).pk,
    }
    return respond(request, "accounts/person.html", values, status=400 if form else 200)
