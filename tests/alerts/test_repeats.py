"""A sender that dies between handing over and noting it: its repeat is the same message, and what changed meanwhile is told later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from adverts.access import Role
from adverts.models import Advert
from adverts.records import Band
from alerts import hooks, outbox, permission, subscriptions
from alerts.channels import load
from alerts.channels.base import Channel, Message, TemporaryError
from alerts.channels.email import message_id
from alerts.channels.webhook import webhook_id
from alerts.models import Candidate, Delivery, Subscription
from tests.alerts.scenes import START, advert, assess, close, link, person, subscription, wish

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MORNING = START.replace(hour=7, minute=5) + DAY
LEASE = outbox.LEASE + timedelta(minutes=1)
AGAIN = MORNING + LEASE


class Killed(BaseException):
    """Stands for ``kill -9``: nothing of ours catches it (the real one is in test_killed_hooks.py)."""


class Keeper(Channel):
    """A receiver that keeps ids: what comes twice under one is dropped. Dies or fails after taking a message, as told."""

    def __init__(self) -> None:
        self.offered: list[tuple[str, str]] = []
        """Id and words of every attempt."""
        self.taken: dict[str, str] = {}
        self.then: list[BaseException] = []

    def send(self, message: Message) -> None:
        words = message.payload or f"{message.subject}\n{message.text}\n{message.html}"
        identity = webhook_id(message.key) if message.payload else message_id(message.key)
        self.offered.append((identity, words))
        self.taken.setdefault(identity, words)
        if self.then:
            raise self.then.pop(0)


@pytest.fixture(params=["webhook", "email"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """One kept channel; the feed is the real one."""
    keeper = Keeper()
    keeper.name = request.param  # type: ignore[attr-defined]
    monkeypatch.setattr(outbox, "load", lambda name: keeper if name == request.param else load(name))
    return keeper


def subscribed(kept: Any, **fields: Any) -> Subscription:
    if kept.name == "email":
        return subscription(person("amina"), **fields)
    mine = subscription(person("amina"), **{"address": "", **fields})
    hooks.connect(mine, "https://union.example/hook", by="amina", now=START)
    return mine


def dies(kept: Keeper, *, now: datetime = MORNING) -> None:
    kept.then = [Killed()]
    with pytest.raises(Killed):
        outbox.run(now=now)


def grows(row: Advert) -> None:
    link(advert(at=MORNING, country="DE", title="Packers again"), row.membership.cluster_id)


def gets_worse(row: Advert) -> None:
    assess(row, at=MORNING + timedelta(minutes=1), band=Band.URGENT, indicators=["recruitment-fee", "minors-targeted"], rules="2")


def closes(row: Advert) -> None:
    close(row, at=MORNING + timedelta(minutes=1))


def closes_at_first_and_another_stays(row: Advert) -> None:
    grows(row)
    closes(row)


CHANGES = [(grows, "new-country"), (gets_worse, "new-critical"), (closes, "closed"), (closes_at_first_and_another_stays, "new-country")]


@pytest.mark.parametrize("early", [False, True], ids=["matched after the repeat", "matched before it"])
@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_what_changes_between_the_hand_over_and_its_repeat_is_told(
    kept: Keeper, change: Callable[[Advert], None], code: str, early: bool
) -> None:
    mine = subscribed(kept, query="country:PL")
    row = advert(country="PL", band=Band.PRIORITY, indicators=["recruitment-fee"])
    dies(kept)
    change(row)
    if early:
        outbox.match_new()
    outbox.send_due(now=AGAIN)
    assert kept.offered[0] == kept.offered[1]
    assert len(kept.taken) == 1
    outbox.run(now=MORNING + DAY)
    assert len(kept.taken) == 2
    if kept.name == "webhook":  # type: ignore[attr-defined]
        (item,) = json.loads(list(kept.taken.values())[1])["data"]["items"]
        assert code in item["changes"]
    for later in range(2, 5):
        outbox.run(now=MORNING + later * DAY)
    assert len(kept.taken) == 2
    assert not Candidate.objects.filter(subscription=mine).exists()


@pytest.mark.parametrize("times", [1, 2])
def test_nothing_changed_nothing_is_told_twice(kept: Keeper, times: int) -> None:
    subscribed(kept)
    advert()
    dies(kept)
    for each in range(1, times):
        kept.then = [Killed()]
        with pytest.raises(Killed):
            outbox.send_due(now=MORNING + each * LEASE)
    outbox.send_due(now=MORNING + times * LEASE)
    outbox.run(now=MORNING + DAY)
    outbox.run(now=MORNING + 2 * DAY)
    assert len(kept.offered) == times + 1
    assert len(set(kept.offered)) == 1


def test_a_receiver_that_took_it_and_hung_up_gets_the_same_again(kept: Keeper) -> None:
    subscribed(kept)
    row = advert(country="PL", band=Band.PRIORITY, indicators=["recruitment-fee"])
    kept.then = [TemporaryError("did not answer")]
    outbox.run(now=MORNING)
    gets_worse(row)
    outbox.run(now=MORNING + timedelta(minutes=2))
    assert kept.offered[0] == kept.offered[1]
    outbox.run(now=MORNING + DAY)
    assert len(kept.taken) == 2


def test_what_was_given_up_and_is_tried_again_is_the_same_too(kept: Keeper) -> None:
    subscribed(kept)
    advert()
    kept.then = [TemporaryError("did not answer")]
    outbox.run(now=MORNING)
    row = Delivery.objects.get(channel=kept.name)  # type: ignore[attr-defined]
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.DEAD)
    assert outbox.retry(row, by="operator", now=MORNING + DAY)
    outbox.send_due(now=MORNING + DAY)
    assert kept.offered[0] == kept.offered[1]


def test_renaming_it_changes_the_next_message_not_the_repeat(kept: Keeper) -> None:
    mine = subscribed(kept)
    advert()
    dies(kept)
    subscriptions.change(
        mine, wish(name="Another name", address=mine.address, language="ar", time_zone="Asia/Tokyo"), by="amina", now=AGAIN
    )
    outbox.send_due(now=AGAIN)
    assert kept.offered[0] == kept.offered[1]


def two(kept: Keeper) -> tuple[Advert, Advert]:
    subscribed(kept)
    return advert(title="Secret packers"), advert(title="Open packers")


def restrict(row: Advert) -> None:
    permission.restrict(row.pk, roles=[Role.HEAD], reason="an open case", by=person("head", Role.HEAD), now=MORNING)


def goes_into_a_restricted_cluster(row: Advert) -> None:
    other = advert(title="Hidden", at=MORNING)
    restrict(other)
    link(row, other.membership.cluster_id)


def leaves_a_cluster_that_was_counted(row: Advert) -> None:
    """The copy of ``row`` is restricted after it has left: the number told before counts it."""
    copy = Advert.objects.exclude(pk=row.pk).get(title="Copy")
    link(copy, copy.pk)
    restrict(copy)


@pytest.mark.parametrize("change", [restrict, goes_into_a_restricted_cluster, Advert.delete])
def test_nothing_restricted_or_gone_leaves_and_the_rest_has_a_new_id(kept: Keeper, change: Callable[[Advert], Any]) -> None:
    secret, _ = two(kept)
    name = secret.pk
    dies(kept)
    change(secret)
    outbox.send_due(now=AGAIN)
    (first, words), (second, again) = kept.offered
    assert first != second
    assert ("Secret" in words, "Open" in words) == (True, True)
    assert ("Secret" in again, "Open" in again, name in again) == (False, True, False)


@pytest.mark.parametrize("oldest", [-1, 1])
def test_a_number_that_counts_something_restricted_does_not_leave(kept: Keeper, oldest: int) -> None:
    subscribed(kept)
    row = advert(title="Original")
    advert(title="Copy", cluster=row.pk, at=START + timedelta(minutes=oldest))
    advert(title="Other")
    dies(kept)
    leaves_a_cluster_that_was_counted(row)
    outbox.send_due(now=AGAIN)
    assert "Original" not in kept.offered[1][1]
    outbox.run(now=MORNING + DAY)
    assert "Original" in kept.offered[2][1]
    assert "Copy" not in kept.offered[2][1]


def test_a_repeat_of_the_remainder_keeps_its_new_id(kept: Keeper) -> None:
    secret, _ = two(kept)
    dies(kept)
    restrict(secret)
    kept.then = [Killed()]
    with pytest.raises(Killed):
        outbox.send_due(now=AGAIN)
    outbox.send_due(now=AGAIN + LEASE)
    assert kept.offered[0] != kept.offered[1] == kept.offered[2]


def test_nothing_is_left(kept: Keeper) -> None:
    subscribed(kept)
    row = advert()
    dies(kept)
    restrict(row)
    outbox.send_due(now=AGAIN)
    assert len(kept.offered) == 1
    assert Delivery.objects.get(channel=kept.name).state == Delivery.DROPPED  # type: ignore[attr-defined]


def test_what_the_cap_left_out_is_not_counted_once_it_is_restricted(kept: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.composing.CAP", 1)
    subscribed(kept)
    rows = [advert(title=f"Number {number}", at=START + number * timedelta(minutes=1)) for number in range(3)]
    dies(kept)
    restrict(rows[0])
    outbox.send_due(now=AGAIN)
    assert kept.offered[0][0] != kept.offered[1][0]
    if kept.name == "webhook":  # type: ignore[attr-defined]
        assert [json.loads(words)["data"]["more"] for _, words in kept.offered] == [2, 1]


def test_the_outbox_holds_no_words(kept: Keeper) -> None:
    subscribed(kept)
    advert(title="Packers wanted in Riga", employer="Hotel Amber")
    dies(kept)
    held = json.dumps(list(Delivery.objects.values_list("content", flat=True)))
    assert "first_seen_at" in held
    for word in ("Packers", "Riga", "Amber", "passport", "http"):
        assert word not in held
