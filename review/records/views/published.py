"""Pages for everybody: whom to call for help, and the head of the audit log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adverts.access import public
from adverts.audit import GENESIS
from adverts.models import AuditEntry
from review.records.helplines import helplines, nearest
from settings.env import current


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call; there is no form on this page, and nothing is kept."""
    country = request.GET.get("country", "").strip().upper()[:2]
    lines = nearest(helplines(current().data_dir / "helplines.csv"), country)
    return render(request, "records/help.html", {"lines": lines})


@public
@require_safe
def audit_head(request: HttpRequest) -> HttpResponse:
    """Number, time and hash of the newest audit entry: whoever notes it can prove later that nothing before it was changed."""
    head = AuditEntry.objects.order_by("-number").first()
    values = {"number": head.number if head else 0, "at": head.at if head else None, "digest": head.digest if head else GENESIS}
    return render(request, "records/audit_head.html", values)
