"""Messages of a period sent once more: marked, with new ids, permission asked again, and told nothing new by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.models import AuditEntry
from alerts import hooks, outbox, permission, subscriptions
from alerts.channels.webhook import WebhookChannel, webhook_id
from alerts.models import Delivery, Shown, Subscription
from alerts.replay import LONGEST, PeriodError, days, replay, sent_in
from tests.alerts.scenes import START, advert, person, subscription

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MORNING = START.replace(hour=7, minute=5) + DAY
LATER = MORNING + 5 * DAY
WEEK = days(date(2026, 11, 1), date(2026, 11, 30), zone="UTC")


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(WebhookChannel, "send", lambda self, each: found.append((webhook_id(each.key), json.loads(each.payload))))
    return found


def told(**fields: Any) -> Subscription:
    """One that was told of two clusters on two days, by mail and webhook."""
    mine = subscription(**fields)
    hooks.connect(mine, "https://union.example/hook", by="amina", now=START)
    advert(title="Packers wanted")
    outbox.run(now=MORNING)
    advert(title="Cooks wanted", at=MORNING)
    outbox.run(now=MORNING + DAY)
    return mine


def test_they_say_the_same_are_marked_and_have_new_ids(posted: list[tuple[str, dict[str, Any]]]) -> None:
    mine = told()
    before = list(Shown.objects.order_by("pk").values())
    assert replay(mine, WEEK, by="amina", now=LATER) == 4
    outbox.send_due(now=LATER)
    first, second, again, once_more = posted
    assert len({identity for identity, _ in posted}) == 4
    for (identity, was), (_, now) in ((first, again), (second, once_more)):
        assert now["data"].pop("repeats") == identity
        assert now == was
    subjects = [each.subject for each in mail.outbox]
    assert subjects == ["Packing work: 1 new"] * 2 + ["Sent again: Packing work: 1 new"] * 2
    assert "You asked for this message once more" in mail.outbox[2].body
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == 4
    assert list(Shown.objects.order_by("pk").values()) == before
    outbox.run(now=LATER + DAY)
    assert len(posted) == 4
    entry = AuditEntry.objects.get(action="subscription.replayed")
    assert (entry.actor, entry.detail["messages"]) == ("amina", 4)


def test_asked_for_twice_while_it_waits_it_is_queued_once_and_later_anew(posted: list[Any]) -> None:
    mine = told()
    assert [replay(mine, WEEK, by="amina", now=LATER) for _ in range(3)] == [4, 0, 0]
    outbox.send_due(now=LATER)
    assert replay(mine, WEEK, by="amina", now=LATER + DAY) == 4
    outbox.send_due(now=LATER + DAY)
    assert len({identity for identity, _ in posted}) == len(posted) == 6
    assert AuditEntry.objects.filter(action="subscription.replayed").count() == 2


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 11, 3), date(2026, 11, 3), 2),
        (date(2026, 11, 3), date(2026, 11, 4), 4),
        (date(2026, 11, 4), date(2026, 11, 4), 2),
        (date(2026, 11, 5), date(2026, 11, 20), 0),
        (date(2026, 10, 1), date(2026, 10, 31), 0),
    ],
)
def test_only_the_period(posted: list[Any], first: date, last: date, count: int) -> None:
    assert sent_in(told(), days(first, last, zone="UTC")).count() == count


def test_what_may_not_be_told_any_more_is_left_out(posted: list[Any]) -> None:
    mine = told()
    secret = Shown.objects.filter(channel="webhook").order_by("pk")[0].advert
    permission.restrict(secret.pk, roles=[Role.HEAD], reason="an open case", by=person("head", Role.HEAD), now=LATER)
    replay(mine, WEEK, by="amina", now=LATER)
    outbox.send_due(now=LATER)
    assert [each["data"]["items"][0]["title"] for _, each in posted] == ["Packers wanted", "Cooks wanted", "Cooks wanted"]
    assert len(mail.outbox) == 3
    assert Delivery.objects.filter(kind=Delivery.REPLAY, state=Delivery.DROPPED).count() == 2


@pytest.mark.parametrize("change", ["role", "pause", "end", "address"])
def test_who_may_not_be_told_any_more_gets_nothing(posted: list[Any], change: str) -> None:
    mine = told()
    replay(mine, WEEK, by="amina", now=LATER)
    match change:
        case "role":
            mine.owner.groups.clear()
        case "pause":
            subscriptions.pause(mine, by="amina", now=LATER)
        case "end":
            subscriptions.end(mine, by="amina", now=LATER)
        case "address":
            subscriptions.hand_over(mine, person("bela"), by="amina", now=LATER)
    outbox.send_due(now=LATER)
    assert (len(mail.outbox), len(posted)) == (2, 2)


def test_a_way_that_is_closed_is_not_used(posted: list[Any]) -> None:
    mine = told()
    hooks.disconnect(mine.hook, by="amina", now=LATER)
    mine.refresh_from_db()
    assert set(sent_in(Subscription.objects.get(pk=mine.pk), WEEK).values_list("channel", flat=True)) == {"email"}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(date(2026, 11, 2), date(2026, 11, 1), "before the first"), (date(2026, 11, 1), date(2026, 12, 2), "more than 31 days")],
)
def test_periods_that_are_refused(first: date, last: date, words: str) -> None:
    with pytest.raises(PeriodError, match=words):
        days(first, last, zone="UTC")


def test_days_are_local_and_a_month_fits() -> None:
    found = days(date(2026, 10, 1), date(2026, 10, 31), zone="Europe/Warsaw")
    assert found.since == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert found.until == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert found.until - found.since == LONGEST + timedelta(hours=1)


def test_the_page_shows_asks_and_sends(posted: list[Any], client: Client) -> None:
    mine = told()
    client.force_login(mine.owner)
    page, chosen = reverse("alerts-again", args=[mine.pk]), {"first": "2026-11-03", "last": "2026-11-04"}
    assert "Show what was sent" in client.get(page).content.decode()
    assert "Send 4 messages again" in client.get(page, chosen).content.decode()
    assert not Delivery.objects.filter(kind=Delivery.REPLAY).exists()
    assert "more than 31 days" in client.get(page, {"first": "2026-01-01", "last": "2026-11-04"}).content.decode()
    assert client.post(page, {"first": "x", "last": ""}).status_code == 200
    assert "4 messages will be sent again" in client.post(page, chosen, follow=True).content.decode()
    assert "Nothing was queued" in client.post(page, chosen, follow=True).content.decode()
    assert Delivery.objects.filter(kind=Delivery.REPLAY).count() == 4
    for zone in ("Asia/Kathmandu", "America/Lima"):
        Subscription.objects.filter(pk=mine.pk).update(time_zone=zone)
        for day in ("0001-01-01", "9999-12-31"):
            assert "Nothing was queued" in client.post(page, {"first": day, "last": day}, follow=True).content.decode()
    client.force_login(person("other"))
    assert client.get(page).status_code == client.post(page, chosen).status_code == 404


def test_the_command(posted: list[Any]) -> None:
    mine, out = told(), StringIO()
    period = ("--from", "2026-11-03", "--to", "2026-11-03")
    call_command("alert", "--replay", str(mine.pk), *period, stdout=out)
    assert out.getvalue().startswith("2 messages queued once more")
    for wrong in (["--replay", "999", *period], ["--replay", str(mine.pk)], ["--replay", str(mine.pk), *period[:2], "--to", "2027-11-03"]):
        with pytest.raises(CommandError):
            call_command("alert", *wrong)
