"""So many messages a minute and no more, by channel and host, across restarts; what waits is not lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts import hooks, outbox, quota
from alerts.channels import load
from alerts.channels.base import Channel, Message, TemporaryError
from alerts.models import Delivery
from tests.alerts.scenes import START, advert, person, subscription

pytestmark = pytest.mark.django_db

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Clock:
    """Stands for the module ``time`` in the outbox: sleeping costs nothing, each hand-over takes ``costs`` seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.costs = 0.1

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Provider(Channel):
    """Notes when each message came."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.came: list[tuple[float, str]] = []
        self.refuses = 0

    def send(self, message: Message) -> None:
        self.clock.now += self.clock.costs
        self.came.append((self.clock.now, message.to))
        if self.refuses:
            self.refuses -= 1
            raise TemporaryError("busy")

    def busiest(self, to: str = "") -> int:
        """Most messages in any sixty seconds."""
        times = [at for at, where in self.came if to in where]
        return max((sum(at <= each < at + 60 for each in times) for at in times), default=0)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider(Clock())
    monkeypatch.setattr(outbox, "time", made.clock)
    monkeypatch.setattr(outbox, "load", lambda name: made if name != "feed" else load(name))
    return made


def people(count: int, *, host: str = "") -> None:
    owner = person(f"owner of {host or 'mail'}")
    for number in range(count):
        mine = subscription(owner, name=str(number), address="" if host else f"p{number}@union.example")
        if host:
            hooks.connect(mine, f"https://{host}/{number}", by="owner", now=START)


def queued() -> None:
    advert()
    outbox.match_new()
    outbox.queue_due(now=MORNING)
    Delivery.objects.filter(channel="feed").delete()


def test_without_a_limit_all_go_at_once(provider: Provider) -> None:
    people(12)
    queued()
    assert outbox.send_due(now=MORNING)[Delivery.SENT] == 12
    assert provider.clock.now < 2


@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_mail_keeps_to_its_limit_and_all_arrive(provider: Provider, settings: Any, limit: int) -> None:
    settings.EMAIL_PER_MINUTE = limit
    people(9)
    queued()
    assert outbox.send_due(now=MORNING)[Delivery.SENT] == 9
    assert provider.busiest() == min(limit, 9)
    assert provider.clock.now < 60 * (9 // limit + 1) + 15


def test_a_restart_does_not_start_a_new_minute(provider: Provider, settings: Any) -> None:
    settings.EMAIL_PER_MINUTE = 4
    people(10)
    queued()
    now, sent = MORNING, 0
    for _ in range(20):  # a new process each time, killed before it waits
        before = provider.clock.now
        sent += outbox.send_due(now=now, limit=min(4, 10 - sent)).total() if sent < 10 else 0
        now += timedelta(seconds=provider.clock.now - before)
    assert sent == 10
    assert provider.busiest() == 4


def test_hosts_wait_each_for_itself(provider: Provider, settings: Any) -> None:
    settings.WEBHOOK_PER_MINUTE = 2
    people(5, host="a.example")
    people(2, host="b.example")
    people(3)
    queued()
    assert outbox.send_due(now=MORNING)[Delivery.SENT] == 10
    assert (provider.busiest("a.example"), provider.busiest("b.example"), provider.busiest("union.example")) == (2, 2, 3)
    first_minute = Counter(where.split("/")[2] if "://" in where else "mail" for at, where in provider.came if at < 60)
    assert first_minute == {"a.example": 2, "b.example": 2, "mail": 3}


def test_what_does_not_fit_into_one_run_waits_for_the_next(provider: Provider, settings: Any) -> None:
    settings.EMAIL_PER_MINUTE = 1
    people(14)
    queued()
    now, runs = MORNING, []
    while Delivery.objects.filter(state__in=Delivery.OPEN).exists():
        runs.append(outbox.send_due(now=now)[Delivery.SENT])
        now += timedelta(minutes=15)
        provider.clock.now += 300
    assert sum(runs) == 14
    assert runs[0] in {9, 10, 11}
    assert provider.busiest() == 1


def test_a_refused_attempt_counts_too(provider: Provider, settings: Any) -> None:
    settings.EMAIL_PER_MINUTE = 2
    people(4)
    queued()
    provider.refuses = 3
    outbox.send_due(now=MORNING)
    assert provider.busiest() == 2
    assert Counter(Delivery.objects.values_list("state", flat=True))[Delivery.SENT] + 3 >= 4


def test_a_button_keeps_to_it_as_well(provider: Provider, settings: Any) -> None:
    settings.WEBHOOK_PER_MINUTE = 1
    mine = subscription(address="")
    hook = hooks.connect(mine, "https://a.example/", by="amina", now=START)
    states = [outbox.send_now(hooks.order_test(hook, by="amina", now=MORNING), now=MORNING) for _ in range(2)]
    assert states == [Delivery.SENT, Delivery.QUEUED]
    assert outbox.send_due(now=MORNING + MINUTE + MINUTE)[Delivery.SENT] == 1


@pytest.mark.parametrize(("after", "waits"), [(0, True), (59, True), (60, False), (3600, False)])
def test_the_minute_is_counted_from_the_hand_over(settings: Any, after: int, waits: bool) -> None:
    settings.EMAIL_PER_MINUTE = 1
    mine = subscription()
    values: dict[str, Any] = {"subscription": mine, "kind": "digest", "channel": "email", "made_at": MORNING, "next_at": MORNING}
    Delivery.objects.create(key="a", state=Delivery.SENT, taken_at=MORNING, **values)
    now: datetime = MORNING + timedelta(seconds=after)
    assert (quota.exhausted(now=now) is not None) is waits
