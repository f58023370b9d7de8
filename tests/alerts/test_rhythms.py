"""When subscribers are told: at once for what is urgent, never in quiet hours, later after "not now"; idle ones are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.records import Band
from alerts import idle, links, outbox, slots, subscriptions
from alerts.forms import SubscriptionForm
from alerts.models import Answer, Delivery, Shown, Subscription
from alerts.wording import card_languages
from tests.alerts.scenes import START, advert, assess, person, subscription

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sent() -> list[str]:
    return [delivery.key.split(":")[0] for delivery in Delivery.objects.filter(state=Delivery.SENT, channel="feed")]


def test_urgent_is_told_at_once_and_not_again_in_the_digest() -> None:
    subscription(instant=True, address="")
    advert(band=Band.URGENT, at=START)
    advert(band=Band.PRIORITY, at=START)
    outbox.run(now=START + timedelta(minutes=1))
    assert (sent(), Shown.objects.count()) == (["instant"], 1)
    outbox.run(now=START + DAY)
    assert (sent(), Shown.objects.count()) == (["instant", "digest"], 2)
    outbox.run(now=START + 2 * DAY)
    assert len(sent()) == 2


@pytest.mark.parametrize("fields", [{"instant": False}, {"instant": True, "band": "urgent", "query": "country:DE"}])
def test_others_are_not_told_at_once(fields: dict[str, Any]) -> None:
    subscription(address="", **fields)
    advert(country="PL")
    outbox.run(now=START + timedelta(minutes=1))
    assert sent() == []


def test_what_becomes_urgent_before_the_digest_is_told_at_once() -> None:
    subscription(instant=True, address="")
    row = advert(band=Band.PRIORITY, at=START)
    outbox.run(now=START + timedelta(minutes=1))
    assert sent() == []
    assess(row, at=START + timedelta(hours=1), band=Band.URGENT, indicators=["document-retention"], rules="2")
    outbox.run(now=START + timedelta(hours=2))
    assert sent() == ["instant"]


def test_quiet_hours_hold_it_back_until_they_end() -> None:
    subscription(instant=True, address="", quiet_from=22, quiet_until=6, hour=10)
    advert(at=START.replace(hour=23))
    outbox.run(now=START.replace(hour=23, minute=30))
    outbox.run(now=START.replace(hour=5, minute=59) + DAY)
    assert sent() == []
    outbox.run(now=START.replace(hour=6) + DAY)
    assert sent() == ["instant"]


@pytest.mark.parametrize(
    ("hour", "since", "until", "quiet"),
    [
        (22, 22, 6, True),
        (5, 22, 6, True),
        (6, 22, 6, False),
        (21, 22, 6, False),
        (13, 12, 14, True),
        (14, 12, 14, False),
        (11, 12, 14, False),
        (3, None, None, False),
        (3, 3, 3, False),
        (3, None, 6, False),
    ],
)
def test_quiet(hour: int, since: int | None, until: int | None, quiet: bool) -> None:
    assert slots.quiet(START.replace(hour=hour), zone="UTC", since=since, until=until) is quiet


def test_quiet_hours_are_local() -> None:
    assert slots.quiet(START.replace(hour=17), zone="Asia/Kathmandu", since=22, until=6)
    assert not slots.quiet(START.replace(hour=16), zone="Asia/Kathmandu", since=22, until=6)


@pytest.mark.parametrize(
    ("since", "until", "fine"), [("", "", True), ("22", "6", True), ("22", "", False), ("", "6", False), ("5", "5", False)]
)
def test_quiet_hours_need_both_ends(since: str, until: str, fine: bool) -> None:
    given = {"name": "x", "band": "urgent", "period": "daily", "weekday": "0", "hour": "7", "time_zone": "UTC", "language": "en"}
    assert SubscriptionForm({**given, "quiet_from": since, "quiet_until": until}).is_valid() is fine


def say(mine: Subscription, said: str, *, at: datetime, days: int = 0) -> None:
    row = Shown.objects.filter(subscription=mine).first()
    assert row is not None
    until = at + timedelta(days=days) if days else None
    subscriptions.answer(mine, cluster_id=row.cluster_id, advert_id=row.advert_id, said=said, reason="", by=mine.owner, now=at, until=until)


def test_a_snoozed_cluster_is_told_after_the_snooze_if_it_changed() -> None:
    mine = subscription(address="")
    row = advert(country="PL")
    outbox.run(now=START + DAY)
    say(mine, Answer.SNOOZED, at=START + DAY, days=7)
    assess(row, at=START + 2 * DAY, indicators=["document-retention", "minors-targeted"], rules="2")
    for day in range(2, 8):
        outbox.run(now=START + day * DAY)
        assert len(sent()) == 1
    outbox.run(now=START + 9 * DAY)
    assert len(sent()) == 2
    outbox.run(now=START + 10 * DAY)
    assert len(sent()) == 2


def test_a_snoozed_cluster_that_did_not_change_is_not_told_again() -> None:
    mine = subscription(address="")
    advert()
    outbox.run(now=START + DAY)
    say(mine, Answer.SNOOZED, at=START + DAY, days=2)
    for day in range(2, 6):
        outbox.run(now=START + day * DAY)
    assert len(sent()) == 1


def test_an_idle_one_is_asked_once_and_paused_without_an_answer(client: Client) -> None:
    mine = subscription()
    year = mine.created_at + idle.IDLE_AFTER
    assert idle.ask_idle(now=year - timedelta(seconds=1)) == 0
    outbox.run(now=year)
    outbox.run(now=year + DAY)
    (asked,) = mail.outbox
    assert asked.subject == "Do you still want these messages from Fairwatch?"
    assert links.keep_url(mine) in str(asked.body)
    assert asked.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    idle.ask_idle(now=year + idle.ANSWER_WITHIN)
    mine.refresh_from_db()
    assert mine.paused_at is not None
    address = links.keep_url(mine).removeprefix("http://testserver")
    assert client.get(address).status_code == 200
    mine.refresh_from_db()
    assert mine.paused_at is not None  # a mail scanner followed the link
    assert client.post(address).status_code == 200
    mine.refresh_from_db()
    assert (mine.paused_at, mine.asked_at) == (None, None)


@pytest.mark.parametrize("token", ["1", "1.x", ".", "x.y.z", "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_made_up_links_keep_nothing(client: Client, token: str) -> None:
    mine = subscription()
    Subscription.objects.update(asked_at=START)
    assert client.post(f"/alerts/keep/{token}/").status_code == 404
    mine.refresh_from_db()
    assert mine.asked_at is not None


def test_one_in_use_is_not_asked(client: Client) -> None:
    mine = subscription(address="")
    subscriptions.touch(mine, now=START + timedelta(days=200))
    assert idle.ask_idle(now=START + idle.IDLE_AFTER) == 0
    assert idle.ask_idle(now=START + idle.IDLE_AFTER + timedelta(days=201)) == 1
    assert not Delivery.objects.exists()  # there is only a feed: its page asks
    client.force_login(mine.owner)
    assert "Do you still want it?" in client.get(reverse("alerts-detail", args=[mine.pk])).content.decode()


def test_handing_over_takes_the_old_holders_ways_along(client: Client) -> None:
    mine, colleague = subscription(), person("binh")
    person("outsider", Role.CAMPAIGNER)
    feed = links.feed_url(mine)
    client.force_login(mine.owner)
    act = reverse("alerts-act", args=[mine.pk, "hand-over"])
    for name in ("outsider", "nobody", ""):
        client.post(act, {"name": name})
        mine.refresh_from_db()
        assert mine.owner.username == "amina"
    client.post(act, {"name": "binh"})
    mine.refresh_from_db()
    assert (mine.owner, mine.address, mine.confirmed_at) == (colleague, "", None)
    assert client.get(feed.removeprefix("http://testserver")).status_code == 404
    assert client.get(reverse("alerts-detail", args=[mine.pk])).status_code == 404


def told(client: Client) -> tuple[Subscription, str]:
    mine = subscription(address="")
    advert(title="Agency Amber wants packers", employer="Agency Amber", country="PL", cluster="c" * 32)
    outbox.run(now=START + DAY)
    client.force_login(mine.owner)
    return mine, reverse("alerts-card", args=[mine.pk, "c" * 32])


@pytest.mark.parametrize("language", ["en", "ar", "es", "fr", "hi", "id", "ne", "pl", "ru", "tr", "xx", "../en", ""])
def test_the_card_has_source_and_date_and_no_name(client: Client, language: str) -> None:
    _, address = told(client)
    page = client.get(address, {"language": language})
    text = page.context["text"]
    assert "Amber" not in page.content.decode()
    assert "packers" not in page.content.decode()
    assert "Fairwatch" in text
    assert any(digit.isdigit() for digit in text)
    assert "{" not in text
    assert page.context["language"] == (language if language in card_languages() else "en")


def test_the_card_is_the_subscribers_alone(client: Client) -> None:
    _, address = told(client)
    client.force_login(person("other"))
    assert client.get(address).status_code == 404


def test_not_now_on_the_page(client: Client) -> None:
    mine, address = told(client)
    page = address.removesuffix("card/")
    answer = client.post(page + "answer/", {"said": "snoozed", "days": "30"}, follow=True).content.decode()
    assert "Not told before" in answer
    given = Answer.objects.get(subscription=mine)
    assert given.until is not None
    assert given.until - given.at == timedelta(days=30)


def test_the_page_of_messages_given_up(client: Client) -> None:
    mine = subscription(name="Secret name")
    dead = Delivery.objects.create(subscription=mine, kind="digest", channel="email", key="k", state="dead", next_at=START, made_at=START)
    client.force_login(mine.owner)
    assert client.get(reverse("alerts-dead")).status_code == 403
    client.force_login(person("other"))
    assert client.post(reverse("alerts-retry", args=[dead.pk])).status_code == 404
    client.force_login(person("olu", Role.OPERATOR))
    page = client.get(reverse("alerts-dead")).content.decode()
    assert "1 message" in page
    assert "Secret name" not in page
    assert mine.address not in page
    client.post(reverse("alerts-retry", args=[dead.pk]))
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (Delivery.QUEUED, 0)
    assert not outbox.retry(dead, by="olu", now=START)


def test_holders_retry_their_own(client: Client) -> None:
    mine = subscription()
    dead = Delivery.objects.create(subscription=mine, kind="digest", channel="email", key="k", state="dead", next_at=START, made_at=START)
    client.force_login(mine.owner)
    assert "Try again" in client.get(reverse("alerts-detail", args=[mine.pk])).content.decode()
    client.post(reverse("alerts-retry", args=[dead.pk]))
    dead.refresh_from_db()
    assert dead.state == Delivery.QUEUED
