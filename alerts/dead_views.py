"""Messages that were given up: what operators see of them, and the button that tries again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from adverts.access import Role, requires, roles_of
from alerts import outbox
from alerts.models import Delivery
from alerts.permission import SUBSCRIBERS

LONGEST = 200
"""Messages on the page, the newest first."""


@requires(Role.OPERATOR)
@require_GET
def dead(request: HttpRequest) -> HttpResponse:
    """Every message that was given up: which, when, why. No address, no name of a subscription, nothing of adverts."""
    rows = Delivery.objects.filter(state=Delivery.DEAD)
    return render(request, "alerts/dead.html", {"deliveries": rows.order_by("-made_at", "-pk")[:LONGEST], "count": rows.count()})


@requires(Role.OPERATOR, *SUBSCRIBERS)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again: an operator any, a subscriber their own."""
    operator = Role.OPERATOR in roles_of(request.user)
    mine = Q() if operator else Q(subscription__owner=request.user.pk, subscription__ended_at=None)
    delivery = get_object_or_404(Delivery.objects.filter(mine), pk=pk)
    if outbox.retry(delivery, by=request.user.get_username(), now=timezone.now()):
        messages.success(request, gettext("It will be tried again within a quarter of an hour."))
    if operator:
        return redirect("alerts-dead")
    return redirect("alerts-detail", delivery.subscription_id)
