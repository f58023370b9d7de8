"""Pages on which an operator enters the bodies that work with this installation; an auditor may read them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adverts.access import Role, requires, roles_of
from review.accounts import people
from review.accounts.forms import BodyForm
from review.accounts.models import Tenant
from review.accounts.views.people import READERS
from review.views.panel import person, respond


@requires(*READERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All bodies, by name, with the number of their accounts that are on."""
    rows = Tenant.objects.annotate(people=Count("accounts", filter=Q(accounts__user__is_active=True))).order_by("name")
    return respond(request, "accounts/bodies.html", {"rows": rows, "may_change": Role.OPERATOR in roles_of(person(request))})


@requires(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a body."""
    return _edit(request, Tenant(), new=True)


@requires(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name or contact of a body."""
    return _edit(request, get_object_or_404(Tenant, pk=pk), new=False)


def _edit(request: HttpRequest, tenant: Tenant, *, new: bool) -> HttpResponse:
    asks = new and not Tenant.objects.filter(is_default=True).exists()
    given = {"name": tenant.name, "contact": tenant.contact, "is_default": asks}
    form = BodyForm(request.POST or None, initial=given, asks=asks)
    if request.method == "POST" and form.is_valid():
        values = {"is_default": False, **form.cleaned_data}
        try:
            people.save_body(tenant, **values, by=person(request), now=timezone.now())
        except people.AccountError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("tenants")
    return respond(request, "accounts/body.html", {"form": form, "shown": tenant}, status=400 if form.errors else 200)
