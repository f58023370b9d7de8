"""Matching asks the ledger the same number of questions, however many subscriptions there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.due import match_new, queue_instant
from alerts.models import Candidate, Subscription, Watermark
from tests.alerts.scenes import START, advert, person, subscription

pytestmark = pytest.mark.django_db
QUERIES = ["", "country:PL", "packers", "indicator:document-retention", "country:DE"]


def questions() -> tuple[int, int]:
    """How often the ledger was asked, and how often rows were written."""
    Candidate.objects.all().delete()
    Watermark.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        match_new()
    return sum(query["sql"].startswith("SELECT") for query in asked), sum(query["sql"].startswith("INSERT") for query in asked)


def test_never_one_question_a_subscription() -> None:
    owner = person()
    for number in range(30):
        advert(country="PL", at=START + timedelta(minutes=number))
    for number in range(2):
        subscription(owner, address="", query=QUERIES[number])
    few, noted_by_few = questions(), Candidate.objects.count()
    for number in range(60):
        subscription(owner, address="", query=QUERIES[number % len(QUERIES)])
    many = questions()
    assert Candidate.objects.count() > 20 * noted_by_few
    assert many[0] == few[0] < 20
    assert many[1] < 12  # what is noted is written some hundred rows at a time


def test_those_who_want_nothing_at_once_cost_no_question() -> None:
    owner = person()
    advert()
    for _ in range(20):
        subscription(owner, address="")
    match_new()
    with CaptureQueriesContext(connection) as asked:
        assert queue_instant(now=START) == 0
    assert len(asked) == 1
    assert Subscription.objects.count() == 20
