"""Public pages of the accounts: no sign-in, no cookie, no script, in the frame of the notices' pages."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from adverts.access import public
from adverts.accountability import publishing, register, writing
from adverts.accountability.models import PublishedReport
from notices import frame
from notices.wording import wording

FILES = ("pdf", "csv", "json")


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All published quarters, the newest first."""
    newest: dict[str, PublishedReport] = {}
    for row in PublishedReport.objects.defer("body"):
        newest.setdefault(row.quarter, row)
    context = {"reports": list(newest.values())}
    words = wording(request.GET.get("lang", ""))
    return frame.page(request, "accountability/index.html", context, words=words, title="Accountability", language="en")


@public
@require_safe
def page(request: HttpRequest, quarter: str) -> HttpResponseBase:
    """One quarter as it was published."""
    row = _row(quarter)
    context = {"report": writing.for_page(row.body), "row": row, "files": FILES}
    words = wording(request.GET.get("lang", ""))
    return frame.page(request, "accountability/report.html", context, words=words, title=f"Report {row.quarter}", language="en")


@public
@require_safe
def file(request: HttpRequest, quarter: str, form: str) -> HttpResponseBase:
    """The same as a file."""
    if form not in FILES:
        raise Http404
    row = _row(quarter)
    response = frame.answer(request, _written(row.pk, form), writing.TYPES[form])
    response["Content-Disposition"] = f'inline; filename="accountability-{row.quarter}.{form}"'
    return response


@public
@require_safe
def register_page(request: HttpRequest) -> HttpResponseBase:
    """The register entry of the algorithm."""
    words = wording(request.GET.get("lang", ""))
    context = {"entry": register.entry()}
    return frame.page(request, "accountability/register.html", context, words=words, title="How adverts are read", language="en")


@public
@require_safe
def register_json(request: HttpRequest) -> HttpResponseBase:
    """The same for machines."""
    return frame.answer(request, writing.as_json(register.entry()), writing.TYPES["json"])


def _row(quarter: str) -> PublishedReport:
    row = publishing.newest(quarter)
    if row is None:
        raise Http404
    return row


@lru_cache(maxsize=32)
def _written(pk: int, form: str) -> bytes:
    """An edition never changes, so that its files are made once a process."""
    return writing.write(PublishedReport.objects.get(pk=pk).body, form)
