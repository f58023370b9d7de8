"""Pages of second opinions: one to give, and the board of those that differ."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import REVIEWERS, Role, requires
from adverts.models import Advert
from review import second, tenancy, wording
from review.deciding import RefusedError
from review.forms import AnswerForm
from review.models import SecondReading
from review.reading import read
from review.rules import Outcome
from review.views.panel import choice, log_view, person, respond, tenant_of


@requires(Role.INSPECTOR, Role.HEAD)
@require_safe
def second_opinion(request: HttpRequest) -> HttpResponse:
    """The next decision of somebody else to be answered blind."""
    return _page(request, second.waiting(person(request)).select_related("verdict__case").first(), AnswerForm())


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def answer_again(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Save a second answer, and tell whether it agrees with the first."""
    own = SecondReading.objects.filter(verdict__case__tenant=tenancy.body_of(person(request))).select_related("verdict__case")
    reading, form = get_object_or_404(own, pk=reading_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, reading, form, status=422)
    outcome, reason, note = form.answer()
    try:
        reading = second.answer(reading_id, outcome=outcome, reason=reason, note=note, user=person(request), now=timezone.now())
    except RefusedError:
        messages.warning(request, _("Not saved: this decision has been read again or taken back in the meantime."))
        return redirect("second-opinion")
    first = wording.OUTCOMES.get(reading.verdict.verdict, reading.verdict.verdict)
    if reading.outcome == reading.verdict.verdict:
        messages.success(request, _("Saved. The first answer was the same."))
    else:
        messages.success(
            request, _("Saved. The first answer was: %(first)s. Both stand on the board of differing answers.") % {"first": first}
        )
    return redirect("second-opinion")


@requires(*REVIEWERS)
@require_safe
def differing(request: HttpRequest) -> HttpResponse:
    """The board of differing answers, without names: to learn from, not to blame."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    rows = second.disagreements(tenant=tenant_of(request), before=before)
    older = rows[second.PAGE - 1].pk if len(rows) > second.PAGE else 0
    return respond(request, "review/differing.html", {"rows": rows[: second.PAGE], "older": older, **choice(request)})


def _page(request: HttpRequest, reading: SecondReading | None, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = {
        "second": reading,
        "form": form,
        "reasons": wording.reasons(),
        "waiting": second.waiting(person(request)).count(),
    }
    values["outcomes"] = [(one.value, wording.OUTCOMES[one], wording.OUTCOME_HINTS[one]) for one in Outcome]
    if reading is not None:
        row = get_object_or_404(Advert, pk=reading.verdict.case.advert_id)
        log_view(person(request), f"advert:{row.pk}", now=timezone.now())
        assessment = store.latest_assessment(row.pk)
        number = request.GET.get("part", "1")
        part = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        values["advert"], values["assessment"] = row, assessment
        values["reading"] = read(
            row, assessment, part=part, language=get_language() or "en", hidden=bool(reading.verdict.shown.get("blind"))
        )
    return respond(request, "review/second_opinion.html", values, status=status)
