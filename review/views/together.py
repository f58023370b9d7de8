"""One answer for several clusters: the list to confirm, the act, what became of each, and the taking back."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from adverts.access import Role, requires
from review import listing, rules, tenancy, together, wording
from review.forms import TogetherForm
from review.listing import Filters
from review.models import Batch
from review.together import Chosen
from review.views.panel import person, respond
from review.visible import plain


@requires(Role.INSPECTOR, Role.HEAD)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The chosen cases, those that cannot be answered together named, and the form for the answer."""
    filters = listing.parse(QueryDict(request.GET.get("query", "")))
    cases = together.chosen(_numbers(request.GET.getlist("case")), user=person(request), now=timezone.now())
    return _page(request, cases, TogetherForm(), filters, ticked=None)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Save the answer for each ticked case and tell what became of them."""
    user, now, form = person(request), timezone.now(), TogetherForm(request.POST)
    filters = listing.parse(QueryDict(request.POST.get("query", "")))
    ticked = _numbers(request.POST.getlist("case"))
    if not form.is_valid() or not ticked:
        listed = _numbers(request.POST.getlist("listed"))
        cases = together.chosen(listed or ticked, user=user, now=now)
        return _page(request, cases, form, filters, ticked=ticked, status=422)
    seen = {pk: request.POST.get(f"seen-{pk}", "")[:40] for pk in ticked}
    batch = together.decide(seen, form.answer(), user=user, now=now)
    query = filters.as_query()
    return redirect(reverse("batch", args=[batch.pk]) + (f"?{query}" if query else ""))


@requires(Role.INSPECTOR, Role.HEAD)
@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What became of each case of a batch of one's own body."""
    user, found = person(request), _own(request, batch_id)
    values = {
        "batch": found,
        "outcomes": together.outcomes(found),
        "may_undo": together.may_take_back(found, user),
        "query": listing.parse(request.GET).as_query(),
    }
    return respond(request, "review/batch.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take back what is still in force of a batch."""
    found = _own(request, batch_id)
    taken, left = together.undo(found, user=person(request), now=timezone.now())
    for case, refusal in left:
        messages.warning(request, f"{plain(case.title[:80]) or '…'}: {wording.REFUSALS[refusal]}")
    if taken:
        messages.success(request, _("Taken back. The cases are in the queue again."))
    query = listing.parse(QueryDict(request.POST.get("query", ""))).as_query()
    return redirect(reverse("batch", args=[found.pk]) + (f"?{query}" if query else ""))


def _page(
    request: HttpRequest, cases: Sequence[Chosen], form: TogetherForm, filters: Filters, *, ticked: Sequence[int] | None, status: int = 200
) -> HttpResponse:
    user, now = person(request), timezone.now()
    free = [one for one in cases if one.refusal is None]
    others = tenancy.others_on([one.case.cluster_id for one in free], user, tenant=tenancy.body_of(user), now=now)
    values = {
        "now": now,
        "form": form,
        "nothing": ticked is not None and not ticked,
        "query": filters.as_query(),
        "rows": [(one, others.get(one.case.cluster_id, ()), ticked is None or one.case.pk in ticked) for one in free],
        "refused": [(one.case, wording.REFUSALS[one.refusal]) for one in cases if one.refusal is not None],
        "adverts": sum(one.case.copies for one in free),
        "title": ngettext("One answer for %(n)d cluster", "One answer for %(n)d clusters", len(free)) % {"n": len(free)},
        "outcomes": [(one.value, wording.OUTCOMES[one], wording.OUTCOME_HINTS[one]) for one in rules.Outcome],
        "reasons": wording.reasons(),
    }
    return respond(request, "review/together.html", values, status=status)


def _own(request: HttpRequest, batch_id: int) -> Batch:
    """The batch; of another body as if there were none."""
    return get_object_or_404(Batch.objects.select_related("who"), pk=batch_id, tenant=tenancy.body_of(person(request)))


def _numbers(texts: Sequence[str]) -> list[int]:
    numbers = [int(text) for text in texts[:200] if text.isascii() and text.isdigit() and len(text) <= 18]
    return list(dict.fromkeys(numbers))[: together.MOST]
