"""Practice: one example a page, then whether the answer was right and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import Role, requires, roles_of
from review import past, training, wording
from review.forms import AnswerForm
from review.models import Practice
from review.reading import read
from review.rules import Outcome
from review.training import USUAL
from review.views.panel import log_view, person, respond

LEARNERS = (Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN, Role.UNION, Role.CAMPAIGNER)


@requires(*LEARNERS)
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """The last answer with its reason, if there is one, and the next exercise."""
    user, language = person(request), _language(request.GET.get("language", ""))
    exercise, number = training.following(user, language), request.GET.get("answered", "")
    given = Practice.objects.filter(user=user, pk=int(number)).first() if _is_number(number) else None
    done = training.exercises().get(given.example) if given else None
    values = {
        "language": language,
        "languages": sorted(((code, _name(code)) for code in training.languages()), key=_by_name),
        "exercise": exercise,
        "card": store.indicator(exercise.indicator) if exercise else None,
        "given": given,
        "done": done,
        "done_card": store.indicator(done.indicator) if done else None,
        "score": training.score(user),
        "on_cases": past.score(user) if not roles_of(user).isdisjoint(past.LEARNERS) else None,
    }
    return respond(request, "review/training.html", values)


@requires(*LEARNERS)
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Keep an answer and show whether it was right."""
    said, language = request.POST.get("said", ""), _language(request.POST.get("language", ""))
    if request.POST.get("exercise") not in training.exercises():
        raise Http404
    if said not in ("yes", "no"):
        return redirect(f"{reverse('training')}?{urlencode({'language': language})}")
    given = training.answer(person(request), request.POST["exercise"], said=said == "yes", now=timezone.now())
    return redirect(f"{reverse('training')}?{urlencode({'language': language, 'answered': given.pk})}")


@requires(*past.LEARNERS)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The last answer to a past case beside the decision, if there is one, and the next case."""
    return _case_page(request, AnswerForm())


@requires(*past.LEARNERS)
@require_POST
def answer_case(request: HttpRequest) -> HttpResponse:
    """Keep an answer to a past case and show the decision."""
    user, number, form = person(request), request.POST.get("case", ""), AnswerForm(request.POST)
    shown = past.find(user, int(number), now=timezone.now()) if _is_number(number) else None
    if shown is None:
        raise Http404
    if not form.is_valid():
        return _case_page(request, form, shown, status=422)
    outcome, reason, _note = form.answer()
    kept = past.answer(user, shown, outcome, reason, now=timezone.now())
    return redirect(f"{reverse('training-cases')}?{urlencode({'answered': kept.pk})}")


def _case_page(request: HttpRequest, form: AnswerForm, shown: past.PastCase | None = None, *, status: int = 200) -> HttpResponse:
    user, number = person(request), request.GET.get("answered", "")
    shown = shown or past.following(user, now=timezone.now())
    values: dict[str, Any] = {
        "form": form,
        "past": shown,
        "given": past.given(user, int(number)) if _is_number(number) else None,
        "score": past.score(user),
        "pairs": training.score(user),
        "outcomes": [(one.value, wording.OUTCOMES[one], wording.OUTCOME_HINTS[one]) for one in Outcome],
        "reasons": wording.reasons(),
    }
    if shown is not None:
        log_view(user, f"advert:{shown.advert.pk}", now=timezone.now())
        part = request.GET.get("part", "1")
        number_of_part = int(part) if _is_number(part) and len(part) < 7 else 1
        # findings stay hidden: the words alone are to be judged
        values["reading"] = read(shown.advert, None, part=number_of_part, language=USUAL, hidden=True)
    return respond(request, "review/training_cases.html", values, status=status)


def _language(code: str) -> str:
    known, own = training.languages(), (get_language() or "").split("-")[0]
    return code if code in known else own if own in known else training.USUAL


def _name(code: str) -> str:
    return gettext("several languages") if code == training.MIXED else wording.language_name(code)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]
