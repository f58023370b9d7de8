"""The sender is killed with ``kill -9`` after the receiver took a message; the cluster changes before the repeat."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.receivers import TAKEN, receiver
from tests.alerts.test_killed_hooks import ROOT, SEND

START = datetime.fromisoformat("2026-11-03T07:05:00+00:00")

FILL = """
import django; django.setup()
from datetime import datetime, timedelta
from alerts import hooks
from alerts.due import match_new, queue_due
from alerts.models import Delivery
from tests.alerts.scenes import advert, person, subscription
start = datetime.fromisoformat("{now}")
hooks.connect(subscription(person("owner"), address=""), "{url}", by="owner", now=start)
advert(country="PL", cluster="c" * 32, at=start - timedelta(hours=3))
match_new(); queue_due(now=start)
Delivery.objects.filter(channel="feed").delete()
"""
CHANGE = """
import django; django.setup()
from datetime import datetime
from itertools import count
from adverts.models import Advert
from tests.alerts import scenes
from tests.alerts.scenes import advert, close
scenes._numbers = count(50)  # those of the first process are taken
now = datetime.fromisoformat("{now}")
{change}
"""
ROUND = """
import django; django.setup()
from datetime import datetime
from alerts import outbox
print(outbox.run(now=datetime.fromisoformat("{now}")))
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('advert(source="board-b", country="DE", cluster="c" * 32, at=now)', ["new-country"]),
        ("close(Advert.objects.get(), at=now)", ["closed"]),
        ("pass", None),
    ],
)
def test_no_change_is_lost_and_nothing_comes_twice(change: str, told: list[str] | None, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")},
        "FAIRWATCH_SECRET_KEY": "s" * 48,
        "FAIRWATCH_CONTACT_KEY": "c" * 48,
        "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "FAIRWATCH_DATA_DIR": str(tmp_path),
        "FAIRWATCH_WEBHOOK_LOOPBACK": "true",
        "DJANGO_SETTINGS_MODULE": "settings.web",
        "PYTHONPATH": str(ROOT),
    }
    options: dict[str, Any] = {"cwd": ROOT, "env": environment, "text": True}

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True, timeout=120, **options)

    with receiver() as kept:
        kept.answer = lambda arrived: (200, {}, 5.0)  # has it, and takes its time to say so
        run("manage.py", "migrate")
        run("-c", FILL.format(now=START.isoformat(), url=kept.url))
        with subprocess.Popen([sys.executable, "-c", SEND.format(now=START.isoformat())], stdout=subprocess.DEVNULL, **options) as process:
            until = time.monotonic() + 60
            while not kept.asked and time.monotonic() < until:
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        while not kept.arrived and time.monotonic() < until:
            time.sleep(0.01)
        kept.answer = lambda arrived: TAKEN
        now = START + timedelta(minutes=5)
        run("-c", CHANGE.format(now=now.isoformat(), change=change))
        for later in (timedelta(minutes=15), timedelta(days=1), timedelta(days=2)):
            run("-c", ROUND.format(now=(START + later).isoformat()))
    first, repeat, *rest = kept.arrived
    assert (first.headers["webhook-id"], first.body) == (repeat.headers["webhook-id"], repeat.body)
    assert first.headers["webhook-id"] not in {each.headers["webhook-id"] for each in rest}
    found = [json.loads(each.body)["data"]["items"][0]["changes"] for each in rest]
    assert found == ([] if told is None else [told])
