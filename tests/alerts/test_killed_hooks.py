"""The sender of webhooks is killed with ``kill -9`` at random moments while receivers flap: none lost, none twice where ids are kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.receivers import TAKEN, Answer, Arrived, receiver

ROOT = Path(__file__).resolve().parents[2]
START = datetime.fromisoformat("2026-11-03T07:05:00+00:00")

FILL = """
import django; django.setup()
from datetime import datetime, timedelta
from adverts.models import Advert
from alerts import hooks
from alerts.due import match_new, queue_due
from alerts.models import Delivery
from tests.alerts.scenes import advert, person, subscription
owner, start = person("owner"), datetime.fromisoformat("{start}")
for number in range({people}):
    hooks.connect(subscription(owner, address="", name=str(number)), "{url}", by="owner", now=start)
for day in range({days}):
    now = start + timedelta(days=day)
    advert(title=f"Packers wanted {{day}}", country="PL", at=now - timedelta(hours=3))
    match_new(); queue_due(now=now)
Delivery.objects.filter(channel="feed").delete()
print(Delivery.objects.count())
"""
SEND = """
import django; django.setup()
from datetime import datetime
from alerts import outbox
outbox.send_due(now=datetime.fromisoformat("{now}"))
"""
RETRY = """
import django; django.setup()
from datetime import datetime
from alerts import outbox
from alerts.models import Delivery
for each in Delivery.objects.filter(state="dead"):
    outbox.retry(each, by="operator", now=datetime.fromisoformat("{now}"))
print(Delivery.objects.exclude(state="sent").count())
"""
COUNT = """
import django; django.setup()
from collections import Counter
from adverts.audit import first_break
from adverts.models import AuditEntry
from alerts.channels.webhook import webhook_id
from alerts.models import Delivery, Shown
print(dict(Counter(Delivery.objects.values_list("state", flat=True))), Shown.objects.count(), first_break(AuditEntry.objects.all()))
print(*(webhook_id(key) for key in Delivery.objects.values_list("key", flat=True)))
"""


class Flapping:
    """Refuses, times out, is broken, busy or slow now and then; keeps ids, so that a repeat does nothing."""

    def __init__(self, draw: random.Random) -> None:
        self.done: Counter[str] = Counter()
        """What a receiver that keeps ids has done, by id."""
        self.offered: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._draw = draw

    def __call__(self, arrived: Arrived) -> Answer:
        identity = arrived.headers["webhook-id"]
        self.offered[identity] += 1
        name, answer = self._draw.choices(
            [
                ("taken", TAKEN),
                ("refuse", (0, {}, 0.0)),
                ("time out", (200, {}, 0.6)),
                ("500", (500, {}, 0.0)),
                ("429", (429, {"Retry-After": "60"}, 0.0)),
                ("slow", (200, {}, 0.1)),
            ],
            weights=[60, 9, 1, 12, 12, 6],
        )[0]
        self.faults[name] += 1
        if answer[0] == 200 and identity not in self.done:
            self.done[identity] += 1
        return answer


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("people", "days", "kills"),
    [
        pytest.param(12, 2, 3, id="few", marks=pytest.mark.slow),
        pytest.param(1000, 5, 200, id="many", marks=[pytest.mark.slow, pytest.mark.endurance]),
    ],
)
def test_none_lost_none_done_twice(people: int, days: int, kills: int, tmp_path: Path) -> None:
    draw = random.Random(20261125)
    total = people * days
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")},
        "FAIRWATCH_SECRET_KEY": "s" * 48,
        "FAIRWATCH_CONTACT_KEY": "c" * 48,
        "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "FAIRWATCH_DATA_DIR": str(tmp_path),
        "FAIRWATCH_WEBHOOK_LOOPBACK": "true",
        "FAIRWATCH_WEBHOOK_TIMEOUT": "0.3",
        "DJANGO_SETTINGS_MODULE": "settings.web",
        "PYTHONPATH": str(ROOT),
    }
    options: dict[str, Any] = {"cwd": ROOT, "env": environment, "stderr": subprocess.DEVNULL, "text": True}

    def run(*arguments: str) -> str:
        return subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, check=True, timeout=1800, **options).stdout.strip()

    with receiver() as kept:
        flapping = Flapping(random.Random(7))
        kept.answer = flapping

        def killed_while_sending(now: datetime, *, after: int, moment: float) -> bool:
            """Kill the sender ``moment`` seconds after the receiver was asked ``after`` more times; False where it ended before."""
            before = kept.asked
            with subprocess.Popen(
                [sys.executable, "-c", SEND.format(now=now.isoformat())], stdout=subprocess.DEVNULL, **options
            ) as process:
                while kept.asked < before + after and process.poll() is None:
                    time.sleep(0.002)
                try:
                    process.wait(moment)
                except subprocess.TimeoutExpired:
                    os.kill(process.pid, signal.SIGKILL)
                return process.wait() == -signal.SIGKILL

        run("manage.py", "migrate")
        assert run("-c", FILL.format(start=START.isoformat(), people=people, days=days, url=kept.url)) == str(total)
        now, killed, rounds = START + timedelta(days=days), 0, 0
        while killed < kills and rounds < 2 * kills:
            rounds += 1
            now += timedelta(minutes=draw.choice([2, 11, 30]))
            killed += killed_while_sending(now, after=draw.randint(1, 2 * total // kills), moment=draw.random() * 0.03)
        while True:
            now += timedelta(hours=13)
            run("-c", SEND.format(now=now.isoformat()))
            if run("-c", RETRY.format(now=now.isoformat())) == "0":
                break
        counted, ids = run("-c", COUNT).splitlines()
    repeats = sum(flapping.offered.values()) - len(flapping.offered)
    print(f"{total} deliveries, {killed} kills, {kept.asked} requests, {repeats} of them repeats, answers {dict(flapping.faults)}")
    assert killed >= kills * 0.9
    assert counted == f"{{'sent': {total}}} {total} None"
    assert set(flapping.done) == set(ids.split())  # one id a delivery, none lost
    assert set(flapping.done.values()) == {1}  # none done twice
    assert set(flapping.offered) == set(ids.split())  # and never under another id
