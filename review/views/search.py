"""The search page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from adverts.access import REVIEWERS, requires, roles_of
from review import deciding
from review.finding import Results, find
from review.views.panel import choice, person, respond, tenant_of

LONGEST = 2_000
"""Characters of a query that are taken from an address."""

EXAMPLES = (
    ("registration fee", _("both words")),
    ('"keep your passport"', _("these words in a row")),
    ("visa OR permit", _("one of them or more")),
    ("deposit -bank", _("not this word")),
    ("title:nurse", _("in the title alone")),
    ("band:urgent online:yes", _("filters")),
    ("indicator:recruitment-fee", _("an indicator seen")),
    ("lang:ar country:AE,QA", _("a language; one of several countries")),
    ("seen:>2026-01-01 sort:newest", _("a date; an order")),
)


@requires(*REVIEWERS)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results of a typed query; without one, how to type it."""
    user, text = person(request), request.GET.get("q", "").strip()[:LONGEST]
    cursor = request.GET.get("cursor", "")[:500]
    bodies, tenant = choice(request), tenant_of(request)
    chosen = {"body": tenant} if bodies["bodies"] else {}
    found = find(text, cursor=cursor, blind=deciding.can_decide(roles_of(user)), tenant=tenant) if text else Results()
    values = {
        "text": text,
        "found": found,
        "examples": EXAMPLES,
        "next_query": urlencode({"q": text, "cursor": found.next_cursor, **chosen}) if found.next_cursor else "",
        **bodies,
        "now": timezone.now(),
    }
    return respond(request, "review/search.html", values)
