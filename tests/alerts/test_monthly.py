"""The monthly report: what is counted, what is left out, and that it comes once, on the first by the subscriber's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from standardwebhooks import Webhook

from adverts.access import Role
from alerts import hooks, outbox, permission, subscriptions
from alerts.models import Answer, Delivery, Subscription
from alerts.monthly import last_month, queue_reports, report
from tests.alerts.receivers import receiver
from tests.alerts.scenes import START, advert, close, person, subscription

pytestmark = pytest.mark.django_db

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)
NOVEMBER = date(2026, 11, 1)
FIRST = datetime(2026, 12, 1, 7, 5, tzinfo=UTC)


def answered(mine: Subscription, row: object, said: str, reason: str = "", *, at: datetime = MORNING) -> None:
    subscriptions.answer(mine, cluster_id=row.pk, advert_id=row.pk, said=said, reason=reason, by=mine.owner, now=at)  # type: ignore[attr-defined]


def month() -> tuple[Subscription, list[object]]:
    """Six clusters told: seen, put off, twice not relevant, one closed, one that nobody spoke of."""
    mine = subscription(monthly=True)
    rows = [advert(title=f"Work {number}") for number in range(6)]
    outbox.run(now=MORNING)
    answered(mine, rows[0], Answer.NOT_RELEVANT, "other", at=MORNING - timedelta(minutes=1))
    answered(mine, rows[0], Answer.ACKNOWLEDGED)
    answered(mine, rows[1], Answer.SNOOZED)
    answered(mine, rows[2], Answer.NOT_RELEVANT, "sector")
    answered(mine, rows[3], Answer.NOT_RELEVANT, "mistake")
    close(rows[4], at=MORNING)
    return mine, rows  # type: ignore[return-value]


EXPECTED = {
    "messages": 1,
    "given_up": 0,
    "told": 6,
    "closed": 1,
    "unanswered": 2,
    "seen": 1,
    "snoozed": 1,
    "not_relevant": 2,
    "reason_place": 0,
    "reason_sector": 1,
    "reason_mistake": 1,
    "reason_known": 0,
    "reason_other": 0,
}


def test_what_is_counted() -> None:
    mine, _ = month()
    assert dict(report(mine, NOVEMBER).counts) == EXPECTED
    assert not report(mine, date(2026, 10, 1))
    assert not report(mine, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("number", "fewer"),
    [
        (0, {"told", "seen"}),
        (2, {"told", "not_relevant", "reason_sector"}),
        (4, {"told", "closed", "unanswered"}),
        (5, {"told", "unanswered"}),
    ],
)
def test_what_is_restricted_is_not_counted(number: int, fewer: set[str]) -> None:
    mine, rows = month()
    permission.restrict(rows[number].pk, roles=[Role.HEAD], reason="x", by=person("head", Role.HEAD), now=MORNING)  # type: ignore[attr-defined]
    found = dict(report(mine, NOVEMBER).counts)
    assert {name for name in found if found[name] == EXPECTED[name] - 1} == fewer
    assert {name for name in found if found[name] != EXPECTED[name]} == fewer


def test_it_comes_once_on_the_first() -> None:
    month()
    outbox.run(now=FIRST - timedelta(minutes=10))
    before = len(mail.outbox)
    for hours in (0, 1, 6, 24, 48, 24 * 20, 24 * 31 - 1, 24 * 31, 24 * 31 + 1, 24 * 40, 24 * 62, 24 * 63):
        outbox.run(now=FIRST + timedelta(hours=hours))
    reports = [each for each in mail.outbox[before:] if "what came of it" in each.subject]
    months = ["November 2026", "December 2026"]  # the closing was told in December
    assert [each.subject for each in reports] == [f"“Packing work” in {each}: what came of it" for each in months]
    assert "Called not relevant: 2" in reports[0].body
    assert "Work 1" not in reports[0].body + str(reports[0].alternatives)
    assert "List-Unsubscribe" in reports[0].extra_headers
    assert Delivery.objects.filter(kind=Delivery.REPORT, state=Delivery.DROPPED).count() == 1  # January: nothing


@pytest.mark.parametrize(
    ("fields", "at", "queued"),
    [
        ({"monthly": True}, FIRST, 1),
        ({"monthly": False}, FIRST, 0),
        ({"monthly": True, "confirmed": False}, FIRST, 0),
        ({"monthly": True, "address": ""}, FIRST, 0),
        ({"monthly": True, "time_zone": "Asia/Tokyo"}, datetime(2026, 11, 30, 22, 5, tzinfo=UTC), 1),
        ({"monthly": True, "time_zone": "Asia/Tokyo"}, datetime(2026, 11, 30, 21, 55, tzinfo=UTC), 0),
        ({"monthly": True, "time_zone": "America/New_York"}, FIRST, 0),
        ({"monthly": True}, FIRST + timedelta(days=6), 1),
        ({"monthly": True}, FIRST + timedelta(days=8), 0),
        ({"monthly": True, "at": FIRST - timedelta(hours=1)}, FIRST, 0),
    ],
)
def test_for_whom_and_when(fields: dict[str, object], at: datetime, queued: int) -> None:
    subscription(**fields)  # type: ignore[arg-type]
    assert [queue_reports(now=at), queue_reports(now=at)] == [queued, 0]


def test_by_webhook_for_those_whom_no_mail_reaches() -> None:
    with receiver() as kept:
        mine = subscription(monthly=True, address="", name="Packing work")
        rows = [advert(title=f"Work {number}") for number in range(3)]
        with override_settings(WEBHOOK_LOOPBACK=True):
            hook = hooks.connect(mine, kept.url, by="amina", now=START)
            outbox.run(now=MORNING)
            answered(mine, rows[0], Answer.ACKNOWLEDGED)
            for hours in (-1, 0, 1, 24, 24 * 20):
                outbox.run(now=FIRST + timedelta(hours=hours))
    assert mail.outbox == []
    (told,) = [each for each in kept.arrived if '"alert.monthly"' in each.body]
    with time_machine.travel(FIRST, tick=False):
        said = Webhook(hooks.secret(hook)).verify(told.body, told.headers)
    assert said["data"]["month"] == "2026-11"
    assert {name: count for name, count in said["data"]["counts"].items() if count} == {
        "messages": 1,
        "told": 3,
        "unanswered": 2,
        "seen": 1,
    }
    assert said["data"]["names"]["told"] == "Groups of adverts told of"
    assert "Work 1" not in told.body


@pytest.mark.parametrize(
    ("fields", "off", "channels"),
    [
        ({"address": ""}, False, ["webhook"]),
        ({"address": ""}, True, []),
        ({"confirmed": False}, False, ["webhook"]),
        ({}, False, ["email"]),
        ({}, True, ["email"]),
        ({"monthly": False, "address": ""}, False, []),
    ],
)
def test_one_way_alone(fields: dict[str, object], off: bool, channels: list[str]) -> None:
    mine = subscription(**{"monthly": True, **fields})  # type: ignore[arg-type]
    hooks.connect(mine, "https://union.example/x", by="amina", now=START)
    if off:
        hooks.disable(mine, "410", now=START)
    queue_reports(now=FIRST)
    # what changes after the report went out by one way sends it by no other
    Subscription.objects.filter(pk=mine.pk).update(bounced_at=FIRST)
    queue_reports(now=FIRST + timedelta(days=1))
    found = list(Delivery.objects.filter(kind=Delivery.REPORT).values_list("channel", flat=True))
    assert found == channels


def test_a_mail_that_came_back_before_lets_the_webhook_tell_it() -> None:
    mine = subscription(monthly=True)
    hooks.connect(mine, "https://union.example/x", by="amina", now=START)
    Subscription.objects.filter(pk=mine.pk).update(bounced_at=MORNING)
    assert queue_reports(now=FIRST) == 1
    assert Delivery.objects.get(kind=Delivery.REPORT).channel == "webhook"


@pytest.mark.parametrize(("language", "words"), [("ar", "غير ذات صلة: 2"), ("es", "no relevantes: 2")])
def test_other_languages(language: str, words: str) -> None:
    mine, _ = month()
    Subscription.objects.filter(pk=mine.pk).update(language=language)
    outbox.run(now=FIRST)
    assert any(words in each.body for each in mail.outbox)


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 1, 31), date(2025, 12, 1)), (date(2026, 3, 1), date(2026, 2, 1))])
def test_last_month(day: date, expected: date) -> None:
    assert last_month(day) == expected


def test_the_page(client: Client) -> None:
    mine, _ = month()
    client.force_login(mine.owner)
    page = reverse("alerts-month", args=[mine.pk])
    assert client.get(page).status_code == 200
    for wrong in ("9999-01", "x", "2026-13", "0001-01", "1999-12"):
        assert client.get(page, {"month": wrong}).status_code == 404
    Subscription.objects.filter(pk=mine.pk).update(time_zone="Asia/Kathmandu")
    assert client.get(page, {"month": "0001-01"}).status_code == 404
    client.force_login(person("other"))
    assert client.get(page).status_code == 404
