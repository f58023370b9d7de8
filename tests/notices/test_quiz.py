"""The comprehension check: counts of right and wrong, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from notices import quiz, rate
from notices.models import AnswerCount, Notice
from tests.notices.scenes import NOW, published

pytestmark = pytest.mark.django_db

ADDRESS = "/notices/farm-work/en/answers/"


@pytest.fixture(autouse=True)
def _today() -> Any:
    rate.CHECKS.forget()
    with time_machine.travel(NOW, tick=False):
        yield


def counts() -> list[tuple[str, int, int, int]]:
    return list(AnswerCount.objects.order_by("language", "question").values_list("language", "question", "right", "wrong"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"q0": "0", "q1": "1", "q2": "2"}, [("en", 0, 1, 0), ("en", 1, 1, 0), ("en", 2, 1, 0)]),
        ({"q0": "1", "q2": "0"}, [("en", 0, 0, 1), ("en", 2, 0, 1)]),
        ({}, []),
        ({"q0": "3", "q1": "x", "q2": "-1"}, []),
    ],
)
def test_counts(client: Client, given: dict[str, str], expected: list[Any]) -> None:
    published()
    page = client.post(ADDRESS, given)
    assert page.status_code == 200
    assert counts() == expected
    assert client.cookies == {}
    assert page["Cache-Control"] == "no-store"


def test_right_and_better_answers_are_shown(client: Client) -> None:
    published()
    body = client.post(ADDRESS, {"q0": "0", "q1": "0"}).content.decode()
    assert "Right.</strong> The employer" in body
    assert "The better answer:</strong> I do" in body
    assert "What do you need before you travel?" not in body


def test_one_reader_cannot_fill_the_counts(client: Client) -> None:
    published()
    for _ in range(30):
        assert client.post(ADDRESS, {"q0": "0"}).status_code == 200
    assert counts() == [("en", 0, 20, 0)]


def test_the_table_has_no_room_for_more_than_counts() -> None:
    assert {field.name for field in AnswerCount._meta.fields} == {"id", "notice", "language", "question", "right", "wrong"}


def test_small_numbers_are_not_shown_as_shares() -> None:
    published()
    for _ in range(10):
        quiz.count("farm-work", "en", [0, None, 1])
    assert [row[2] for row in quiz.understood(Notice.objects.get())] == ["fewer than 11 answers"] * 2
    quiz.count("farm-work", "en", [1, None, 2])
    assert [row[2] for row in quiz.understood(Notice.objects.get())] == ["91 % of 11 right", "9 % of 11 right"]


def test_an_expired_notice_asks_nothing(client: Client) -> None:
    published()
    assert "Was this clear?" in client.get("/notices/farm-work/en/").content.decode()
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        assert "Was this clear?" not in client.get("/notices/farm-work/en/").content.decode()


def test_a_question_needs_post(client: Client) -> None:
    published()
    assert client.get(ADDRESS).status_code == 405
