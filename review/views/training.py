"""Practice: one example a page, then whether the answer was right and why."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import Role, requires
from review import training, wording
from review.models import Practice
from review.views.panel import person, respond

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


def _language(code: str) -> str:
    known, own = training.languages(), (get_language() or "").split("-")[0]
    return code if code in known else own if own in known else training.USUAL


def _name(code: str) -> str:
    return gettext("several languages") if code == training.MIXED else wording.language_name(code)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]
