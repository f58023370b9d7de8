"""The comprehension check: three questions under a notice. Counts of right and wrong are kept: no time, no address, no text."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adverts.access import public
from notices import frame, rate
from notices.models import AnswerCount, Notice
from notices.wording import Wording, full_wording

RIGHT = (0, 1, 2)
"""Which answer is right, counted from 0; the answers stand in this order in every language."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as shown."""

    name: str
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One question with what became of it."""

    question: str
    right: bool
    answer: str
    """The right one."""


def asked(words: Wording) -> tuple[Asked, ...]:
    """The three questions in the words of a page."""
    return tuple(Asked(f"q{number}", row[0], tuple(row[1:])) for number, row in enumerate(words.texts["quiz"]))


@csrf_exempt  # a token would need a cookie; the worst a stranger's page can do is count one answer more
@public
@require_POST
def answers(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    """Count the answers and show the right ones."""
    from notices.public import in_language
    from notices.reading import public_notices

    found = in_language(public_notices(today=frame.today()), slug, language)
    if found is None:
        raise Http404
    words = full_wording(language)
    given = [_number(request.POST.get(f"q{number}", "")) for number in range(len(RIGHT))]
    told = [
        Told(row[0], choice == right, row[1 + right])
        for row, choice, right in zip(words.texts["quiz"], given, RIGHT, strict=True)
        if choice is not None
    ]
    if rate.CHECKS.allows(rate.address_of(request.META), now=timezone.now()):
        count(slug, language, given)
    context = {"told": told, "back": frame.links(found[0], first=language)[0]}
    return frame.page(request, "notices/public_answers.html", context, words=words, title=words.texts["quiz_title"], keep=False)


@transaction.atomic
def count(slug: str, language: str, given: list[int | None]) -> None:
    """Add the answers given to the counts of a notice in a language; questions left open are not counted."""
    notice = Notice.objects.get(slug=slug)
    for number, (choice, right) in enumerate(zip(given, RIGHT, strict=True)):
        if choice is None:
            continue
        row, _ = AnswerCount.objects.get_or_create(notice=notice, language=language, question=number)
        field = "right" if choice == right else "wrong"
        AnswerCount.objects.filter(pk=row.pk).update(**{field: F(field) + 1})


SMALLEST = 11
"""Fewer answers than this say nothing of a notice and might say something of a person: no share is shown."""


def understood(notice: Notice) -> list[tuple[str, int, str]]:
    """Language, number of the question from 1, and the share of right answers in words, for the desk."""
    found = []
    for row in notice.answer_counts.order_by("language", "question"):
        all_of_them = row.right + row.wrong
        share = (
            gettext("%(percent)s %% of %(n)s right") % {"percent": round(100 * row.right / all_of_them), "n": all_of_them}
            if all_of_them >= SMALLEST
            else gettext("fewer than %(n)s answers") % {"n": SMALLEST}
        )
        found.append((row.language, row.question + 1, share))
    return found


def _number(text: str) -> int | None:
    return int(text) if text in {"0", "1", "2"} else None
