"""The matching pass asks the ledger as often for many subscriptions as for few: never one question a subscription."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.due import match_new
from alerts.models import Candidate
from tests.alerts.scenes import advert, person, subscription

pytestmark = pytest.mark.django_db

QUERIES = ("", "country:PL", "passport", "indicator:document-retention", "country:DE passport")
FITTING = 4
"""Of these queries, how many the adverts below match."""

ADVERTS = 3
"""Few, so that all matches fit into one insert: SQLite splits longer ones."""


def _questions(subscriptions: int, adverts: int) -> int:
    """Questions asked by one pass over new adverts, with this many more subscriptions than there were."""
    owner = person(f"p{subscriptions}-{adverts}")
    for number in range(subscriptions):
        subscription(owner, query=QUERIES[number % len(QUERIES)], address="")
    for _ in range(adverts):
        advert(country="PL")
    with CaptureQueriesContext(connection) as asked:
        match_new()
    return len(asked)


def test_as_many_questions_for_many_subscriptions_as_for_few() -> None:
    match_new()  # the very first pass also makes the watermark
    few = _questions(5, ADVERTS)
    assert Candidate.objects.count() == FITTING * ADVERTS
    many = _questions(95, ADVERTS)
    assert Candidate.objects.count() == FITTING * ADVERTS * (1 + 20)
    assert many == few


def test_as_many_questions_for_forty_adverts_as_for_one() -> None:
    match_new()
    assert _questions(5, 40) == _questions(0, 1)
