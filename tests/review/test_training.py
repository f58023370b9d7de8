"""Practice on the examples of the catalogue."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.store import indicator
from review import training
from review.models import Practice
from tests.review.pages import Page, get
from tests.review.scenes import NOW

pytestmark = pytest.mark.django_db


def test_there_are_exercises_of_both_kinds_for_every_indicator() -> None:
    kinds: dict[str, set[bool]] = {}
    for one in training.exercises().values():
        kinds.setdefault(one.indicator, set()).add(one.carries)
    assert all(kind == {True, False} for kind in kinds.values())
    assert {"en", "es", "fr", "hi"} <= set(training.languages())


def test_each_exercise_comes_once_before_any_comes_again(anna: User, ben: User) -> None:
    language = min(training.languages(), key=[one.language for one in training.exercises().values()].count)
    there = [one.key for one in training.exercises().values() if one.language == language]
    asked = []
    for _ in range(len(there) + 1):
        exercise = training.following(anna, language)
        assert exercise is not None
        training.answer(anna, exercise.key, said=exercise.carries, now=NOW)
        asked.append(exercise.key)
    assert asked == [*there, there[0]]
    assert training.score(anna) == training.Score(len(asked), len(asked))
    assert training.score(ben) == training.Score(0, 0)


@pytest.mark.parametrize(("said", "verdict"), [("yes", True), ("no", False)])
@pytest.mark.parametrize("carries", [True, False])
def test_an_answer_is_scored_with_its_reason(at_desk: Client, said: str, verdict: bool, carries: bool) -> None:
    exercise = next(one for one in training.exercises().values() if one.carries is carries)
    answer = at_desk.post(reverse("practise"), {"exercise": exercise.key, "said": said, "language": "en"}, follow=True)
    page = Page(answer.content.decode())
    assert ("Right." in page.text) is (carries is verdict)
    assert ("Not quite." in page.text) is (carries is not verdict)
    card = indicator(exercise.indicator)
    assert " ".join((card.counts if carries else card.does_not_count).split()) in page.text
    assert f"{int(carries is verdict)} of 1 right" in page.text


def test_the_page_asks_without_giving_the_answer_away(at_desk: Client) -> None:
    page = get(at_desk, reverse("training") + "?language=es")
    assert page.fields["language"] == "es"
    exercise = training.exercises()[page.fields["exercise"]]
    assert exercise.language == "es"
    assert "carry the sign" not in page.text


def test_nobody_sees_the_answers_of_others(at_desk: Client, ben: User) -> None:
    given = training.answer(ben, next(iter(training.exercises())), said=True, now=NOW)
    page = get(at_desk, f"{reverse('training')}?answered={given.pk}")
    assert "Right." not in page.text
    assert "Not quite." not in page.text


@pytest.mark.parametrize("data", [{}, {"exercise": "x", "said": "yes"}])
def test_what_is_no_exercise_is_not_found(at_desk: Client, data: dict[str, str]) -> None:
    assert at_desk.post(reverse("practise"), data).status_code == 404


def test_neither_yes_nor_no_keeps_nothing(at_desk: Client) -> None:
    assert at_desk.post(reverse("practise"), {"exercise": next(iter(training.exercises())), "said": "perhaps"}).status_code == 302
    assert not Practice.objects.exists()
