"""Pages for the head of unit, the operator and the auditor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adverts.access import Role, requires
from adverts.models import AuditEntry
from review import oversight, second, trail, wording
from review.agreement import FEWEST
from review.views.panel import choice, respond, tenant_of

PAGE = 50


@requires(Role.HEAD, Role.AUDITOR)
@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """Of one body: load, age, decisions by person, how flags held up, and what the sample says of misses."""
    now, tenant = timezone.now(), tenant_of(request)
    values = {
        "now": now,
        "bands": oversight.by_band(tenant=tenant, now=now),
        "people": oversight.by_person(tenant=tenant, now=now),
        "outcomes": list(wording.OUTCOMES.values()),
        "held_up": oversight.by_outcome(tenant=tenant),
        "misses": oversight.misses(tenant=tenant),
        "agreement": second.how_far(tenant=tenant),
        "fewest": FEWEST,
        "days": oversight.LOOKED_BACK.days,
        **choice(request),
    }
    return respond(request, "review/head.html", values)


@requires(Role.OPERATOR, Role.AUDITOR)
@require_safe
def operator(request: HttpRequest) -> HttpResponse:
    """The last run of each stage, sources, and lines that could not be taken."""
    rows = oversight.rejects(before=_number(request, "before"), most=PAGE + 1)
    values = {
        "now": timezone.now(),
        "runs": oversight.last_runs(),
        "sources": oversight.sources(),
        "rejects": rows[:PAGE],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else 0,
    }
    return respond(request, "review/operator.html", values)


@requires(Role.AUDITOR)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The audit log, newest first, and whether its chain holds."""
    before = _number(request, "before")
    wanted = {name: request.GET.get(name, "").strip()[:200] for name in ("actor", "action", "subject")}
    rows = AuditEntry.objects.filter(**{name: value for name, value in wanted.items() if value})
    rows = rows.filter(number__lt=before) if before else rows
    entries = list(rows.order_by("-number")[: PAGE + 1])
    values = {
        "now": timezone.now(),
        "entries": entries[:PAGE],
        "older": entries[PAGE - 1].number if len(entries) > PAGE else 0,
        "wanted": wanted,
        "status": trail.status(),
    }
    return respond(request, "review/audit.html", values)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
