"""The outbox with a channel that keeps what it is given: what is told to whom, when, and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import override_settings

from adverts.access import Role
from adverts.audit import OutsideTransactionError, first_break
from adverts.models import AuditEntry, ClusterMember
from adverts.records import Band
from alerts import outbox, subscriptions
from alerts.backoff import ATTEMPTS, DELAYS, delay
from alerts.channels import base, load, names
from alerts.channels.base import Channel, Message, PermanentError, TemporaryError
from alerts.models import Answer, Delivery, Shown
from alerts.queueing import queue
from tests.alerts.scenes import START, advert, assess, close, link, person, subscription, wish

pytestmark = pytest.mark.django_db

MONDAY = START
DAY = timedelta(days=1)


class Kept(Channel):
    """Keeps messages; fails as often as it is told to."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.errors: list[Exception] = []

    def send(self, message: Message) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.messages.append(message)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """The e-mail channel, kept in memory; the feed is the real one."""
    channel = Kept()
    monkeypatch.setattr(outbox, "load", lambda name: channel if name == "email" else load(name))
    return channel


def morning(day: int) -> datetime:
    """Shortly after seven, so many days after the Monday of the scene."""
    return MONDAY.replace(hour=7, minute=5) + day * DAY


def test_an_advert_is_told_once_at_the_digest_hour(kept: Kept) -> None:
    subscription()
    advert(title="Packers wanted", country="PL")
    assert outbox.run(now=MONDAY + timedelta(hours=1)) == outbox.Counts(matched=1)
    assert outbox.run(now=morning(1)) == outbox.Counts(queued=2, sent=2)
    assert [message.subject for message in kept.messages] == ["Packing work: 1 new"]
    for day in range(1, 9):
        assert outbox.run(now=morning(day) + timedelta(hours=2)) == outbox.Counts()
    assert len(kept.messages) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, True),
        ({"query": "country:PL"}, True),
        ({"query": "country:DE"}, False),
        ({"query": "passport"}, True),
        ({"query": "refund"}, False),
        ({"query": "indicator:document-retention"}, True),
        ({"query": "-passport"}, False),
        ({"band": "urgent"}, True),
        ({"band": "watch"}, True),
    ],
)
def test_what_is_asked_for(kept: Kept, fields: dict[str, str], told: bool) -> None:
    subscription(**fields)
    advert(country="PL")
    outbox.run(now=morning(1))
    assert bool(kept.messages) is told


@pytest.mark.parametrize(("band", "told"), [(Band.URGENT, True), (Band.PRIORITY, True), (Band.LABOUR_LAW, False), (Band.NONE, False)])
def test_the_band_is_a_threshold(kept: Kept, band: Band, told: bool) -> None:
    subscription(band="priority")
    advert(band=band)
    outbox.run(now=morning(1))
    assert bool(kept.messages) is told


def test_nothing_before_the_subscription_is_told(kept: Kept) -> None:
    advert(at=MONDAY - DAY)
    subscription(at=MONDAY)
    outbox.run(now=morning(1))
    assert kept.messages == []


def test_a_cluster_is_one_item_and_its_changes_are_told(kept: Kept) -> None:
    subscription()
    first = advert(cluster="c" * 32, country="PL")
    advert(cluster="c" * 32, country="PL")
    outbox.run(now=morning(1))
    advert(cluster="c" * 32, country="PL", at=morning(1))
    outbox.run(now=morning(2))
    assert [message.subject for message in kept.messages] == ["Packing work: 1 new"]
    advert(cluster="c" * 32, country="DE", at=morning(2))
    outbox.run(now=morning(3))
    assert [message.subject for message in kept.messages][1:] == ["Packing work: 1 changed"]
    assert "Seen in a new country" in kept.messages[-1].text
    for member in ClusterMember.objects.filter(cluster_id="c" * 32):
        close(member.advert, at=morning(3))
    outbox.run(now=morning(4))
    outbox.run(now=morning(5))
    assert [message.subject for message in kept.messages][2:] == ["Packing work: 1 closed"]
    assert first.title in kept.messages[-1].text


def test_growth_by_linking_alone_is_told(kept: Kept) -> None:
    """Two adverts that were not wanted come into the cluster without any new assessment."""
    subscription(query="title:packers")
    told = advert(cluster="c" * 32, at=MONDAY - timedelta(minutes=1))
    others = [advert(title="Cooks", text="Cooks\nWe keep your passport.") for _ in range(2)]
    outbox.run(now=morning(1))
    for other in others:
        link(other, "c" * 32)
    outbox.run(now=morning(2))
    assert [message.subject for message in kept.messages] == ["Packing work: 1 new", "Packing work: 1 changed"]
    assert told.title in kept.messages[-1].text


def test_a_cluster_under_a_new_id_is_the_same_cluster(kept: Kept) -> None:
    subscription()
    first = advert(cluster="b" * 32)
    outbox.run(now=morning(1))
    second = advert(at=morning(1), cluster="a" * 32)
    link(first, "a" * 32)
    outbox.run(now=morning(2))
    assert len(kept.messages) == 1
    assert {row.cluster_id for row in ClusterMember.objects.filter(advert__in=[first, second])} == {"a" * 32}


def test_an_advert_that_is_not_linked_yet_waits(kept: Kept) -> None:
    subscription()
    row = advert(linked=False)
    outbox.run(now=morning(1))
    assert kept.messages == []
    link(row, row.advert_id)
    outbox.run(now=morning(2))
    assert len(kept.messages) == 1


def test_a_new_judgement_of_the_same_advert_is_told_when_more_urgent(kept: Kept) -> None:
    subscription(band="watch")
    row = advert(band=Band.WATCH, indicators=())
    outbox.run(now=morning(1))
    assess(row, at=morning(1), band=Band.URGENT, indicators=["minors-targeted"], rules="2")
    outbox.run(now=morning(2))
    assert "More urgent than before" in kept.messages[-1].text
    assert "A new critical indicator" in kept.messages[-1].text
    assert len(kept.messages) == 2


def test_not_relevant_is_not_told_again_until_taken_back(kept: Kept) -> None:
    mine = subscription()
    row = advert(country="PL", cluster="c" * 32)
    outbox.run(now=morning(1))
    said = {"cluster_id": "c" * 32, "advert_id": row.advert_id, "by": mine.owner}
    subscriptions.answer(mine, said=Answer.NOT_RELEVANT, reason="sector", now=morning(1), **said)
    advert(country="DE", cluster="c" * 32, at=morning(1))
    outbox.run(now=morning(2))
    assert len(kept.messages) == 1
    subscriptions.answer(mine, said=Answer.ACKNOWLEDGED, reason="", now=morning(2), **said)
    advert(country="FR", cluster="c" * 32, at=morning(2))
    outbox.run(now=morning(3))
    assert len(kept.messages) == 2


def _loses_role(mine: object) -> None:
    mine.owner.groups.clear()  # type: ignore[attr-defined]


def _becomes_custodian(mine: object) -> None:
    mine.owner.groups.set([Group.objects.get_or_create(name=Role.CUSTODIAN)[0]])  # type: ignore[attr-defined]


def _is_locked(mine: object) -> None:
    mine.owner.is_active = False  # type: ignore[attr-defined]
    mine.owner.save()  # type: ignore[attr-defined]


def _pauses(mine: object) -> None:
    subscriptions.pause(mine, by="amina", now=morning(1))  # type: ignore[arg-type]


def _ends(mine: object) -> None:
    subscriptions.end(mine, by="amina", now=morning(1))  # type: ignore[arg-type]


def _asks_for_something_else(mine: object) -> None:
    subscriptions.change(mine, wish(query="country:DE"), by="amina", now=morning(1))  # type: ignore[arg-type]


def _moves(mine: object) -> None:
    subscriptions.change(mine, wish(address="other@union.example"), by="amina", now=morning(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [_loses_role, _becomes_custodian, _is_locked, _pauses, _ends, _asks_for_something_else, _moves])
def test_permission_is_asked_when_sent_not_when_queued(kept: Kept, change: object) -> None:
    mine = subscription()
    advert(country="PL")
    outbox.run(now=MONDAY + timedelta(minutes=1))
    with transaction.atomic():
        assert outbox.queue_due(now=morning(1)) == 2
    change(mine)  # type: ignore[operator]
    outbox.send_due(now=morning(1))
    assert [message.to for message in kept.messages if "new" in message.subject] == []
    mail = Delivery.objects.get(kind=Delivery.DIGEST, channel="email")
    assert (mail.state, bool(mail.last_error)) == (Delivery.DROPPED, True)


def test_an_unchanged_permission_lets_it_through(kept: Kept) -> None:
    subscription()
    advert(country="PL")
    outbox.run(now=morning(1))
    assert len(kept.messages) == 1


def test_without_confirmed_address_only_the_feed_is_served(kept: Kept) -> None:
    subscription(confirmed=False)
    advert()
    outbox.run(now=morning(1))
    assert kept.messages == []
    assert Shown.objects.get().channel == "feed"


def test_two_runs_at_once_queue_one_digest(kept: Kept) -> None:
    subscription()
    advert()
    outbox.match_new()
    assert outbox.queue_due(now=morning(1)) == 2
    assert outbox.queue_due(now=morning(1)) == 0


def test_only_one_of_two_senders_takes_a_row() -> None:
    subscription()
    advert()
    outbox.match_new()
    outbox.queue_due(now=morning(1))
    taken = [outbox.take(now=morning(1), holder=holder) for holder in ("one", "two", "one")]
    assert [delivery is not None for delivery in taken] == [True, True, False]
    assert {delivery.taken_by for delivery in taken if delivery} == {"one", "two"}


def test_a_row_whose_sender_died_is_taken_again_after_the_lease(kept: Kept) -> None:
    subscription()
    advert()
    outbox.match_new()
    outbox.queue_due(now=morning(1))
    dead = outbox.take(now=morning(1), holder="dead")
    assert dead is not None
    outbox.send_due(now=morning(1) + outbox.LEASE - timedelta(seconds=1))
    assert Delivery.objects.get(pk=dead.pk).state == Delivery.SENDING
    outbox.send_due(now=morning(1) + outbox.LEASE)
    assert Delivery.objects.get(pk=dead.pk).state == Delivery.SENT


def test_a_sender_that_lost_its_row_writes_nothing(kept: Kept) -> None:
    """It comes back after another has taken over: the other's outcome stands."""
    subscription()
    advert()
    outbox.match_new()
    outbox.queue_due(now=morning(1))
    slow = outbox.take(now=morning(1), holder="slow")
    assert slow is not None
    outbox.send_due(now=morning(1) + outbox.LEASE)
    before = Delivery.objects.get(pk=slow.pk)
    outbox._postpone(slow, TemporaryError("late"), now=morning(2))
    after = Delivery.objects.get(pk=slow.pk)
    assert (after.state, after.last_error, after.sent_at) == (before.state, before.last_error, before.sent_at)


def test_a_failure_is_tried_again_for_a_day_and_then_given_up(kept: Kept) -> None:
    subscription()
    advert()
    kept.errors = [TemporaryError("busy") for _ in range(ATTEMPTS)]
    now = morning(1)
    outbox.run(now=now)
    mail = Delivery.objects.get(channel="email")
    times = [now]
    while mail.state == Delivery.FAILED:
        assert outbox.send_due(now=mail.next_at - timedelta(seconds=5))[Delivery.FAILED] == 0
        now = mail.next_at + timedelta(seconds=1)
        outbox.send_due(now=now)
        times.append(now)
        mail.refresh_from_db()
    assert mail.state == Delivery.DEAD
    assert mail.attempts == len(times) == ATTEMPTS
    assert timedelta(hours=18) < times[-1] - times[0] < timedelta(hours=30)
    assert mail.last_error == "busy"
    assert kept.messages == []


def test_a_permanent_failure_is_given_up_at_once(kept: Kept) -> None:
    subscription()
    advert()
    kept.errors = [PermanentError("no such address")]
    assert outbox.run(now=morning(1)) == outbox.Counts(matched=1, queued=2, sent=1, dead=1)


def test_a_fault_of_ours_does_not_hold_up_the_others(kept: Kept) -> None:
    subscription(address="first@union.example")
    subscription(owner=person("bela"), address="second@union.example")
    advert()
    kept.errors = [ValueError("boom")]
    counts = outbox.run(now=morning(1))
    assert (counts.failed, counts.sent) == (1, 3)
    assert [message.to for message in kept.messages] == ["second@union.example"]


def test_a_later_digest_waits_for_the_earlier(kept: Kept) -> None:
    """Else both could tell the same cluster."""
    subscription()
    advert(title="One")
    kept.errors = [TemporaryError("busy")] * 6
    outbox.run(now=morning(1))
    advert(title="Two", at=morning(1))
    for hour in range(23, 30):
        outbox.run(now=morning(1) + timedelta(hours=hour))
    outbox.run(now=morning(3))
    outbox.run(now=morning(3) + DAY)
    assert [message.subject for message in kept.messages] == ["Packing work: 1 new", "Packing work: 1 new"]
    assert ["One" in message.text for message in kept.messages] == [True, False]


def test_a_key_is_queued_once() -> None:
    mine = subscription()
    first = queue(subscription=mine, kind="digest", channel="feed", key="k", now=MONDAY)
    again = queue(subscription=mine, kind="digest", channel="feed", key="k", now=MONDAY)
    assert (first, again, Delivery.objects.filter(key="k").count()) == (True, False, 1)


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_refused() -> None:
    mine = subscription()
    with pytest.raises(OutsideTransactionError, match=r"transaction\.atomic"):
        queue(subscription=mine, kind="digest", channel="feed", key="k", now=MONDAY)


def test_everything_sent_is_in_the_audit_log(kept: Kept) -> None:
    subscription()
    advert()
    outbox.run(now=morning(1))
    entries = list(AuditEntry.objects.filter(action="delivery.sent"))
    assert len(entries) == 2
    assert first_break(AuditEntry.objects.all()) is None


def test_delays_are_about_a_day_and_jittered() -> None:
    waits = [delay(attempt, key="k") for attempt in range(1, ATTEMPTS)]
    assert all(abs(wait / base_wait - 1) <= 0.2 for wait, base_wait in zip(waits, DELAYS, strict=True) if wait)
    assert delay(ATTEMPTS, key="k") is None
    assert len({delay(1, key=str(number)) for number in range(20)}) == 20


def test_an_unknown_channel_is_a_permanent_error() -> None:
    assert names() == ("apprise", "email", "feed", "webhook")
    with pytest.raises(PermanentError, match="pigeon"):
        load("pigeon")
    assert issubclass(PermanentError, base.DeliveryError)


@override_settings(SECRET_KEY="another-key-that-is-long-enough-for-everybody")
def test_tokens_are_renewed_after_a_change_of_key() -> None:
    mine = subscription()
    with override_settings(SECRET_KEY="x" * 50):
        assert subscriptions.renew_tokens(now=MONDAY) == 1
        assert subscriptions.renew_tokens(now=MONDAY) == 0
    before = mine.unsubscribe_hash
    mine.refresh_from_db()
    assert mine.unsubscribe_hash != before
