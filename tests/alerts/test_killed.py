"""The sender is killed with ``kill -9`` at random moments: nothing is lost, and what comes twice is recognisable."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.alerts.test_channels import _free_port

ROOT = Path(__file__).resolve().parents[2]
DUE = datetime.fromisoformat("2026-11-03T07:05:00+00:00")
PEOPLE, KILLS = 40, 12

FILL = f"""
import django; django.setup()
from alerts.due import match_new, queue_due
from datetime import datetime
from tests.alerts.scenes import advert, person, subscription
for number in range({PEOPLE}):
    subscription(person(f"p{{number}}"), address=f"p{{number}}@union.example")
advert(title="Packers wanted", country="PL"); advert(title="Cooks wanted", country="DE")
match_new(); print(queue_due(now=datetime.fromisoformat("{DUE.isoformat()}")))
"""
COUNT = """
import django; django.setup()
from collections import Counter
from adverts.audit import first_break
from adverts.models import AuditEntry
from alerts.models import Delivery, Shown
states = Counter(Delivery.objects.filter(kind="digest").values_list("state", flat=True))
print(dict(states), Shown.objects.count(), first_break(AuditEntry.objects.all()))
"""


class Slow:
    """Takes every message after a moment; flaps now and then."""

    def __init__(self, draw: random.Random) -> None:
        self.ids: list[str] = []
        self._draw = draw

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self._draw.random() < 0.1:
            return "451 busy"
        time.sleep(self._draw.random() * 0.05)
        self.ids.append(str(message_from_bytes(envelope.original_content)["Message-ID"]))
        return "250 taken"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_any_moment(tmp_path: Path) -> None:
    draw = random.Random(20261103)
    box, port = Slow(draw), _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")},
        "FAIRWATCH_SECRET_KEY": "s" * 48,
        "FAIRWATCH_CONTACT_KEY": "c" * 48,
        "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "FAIRWATCH_DATA_DIR": str(tmp_path),
        "FAIRWATCH_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "settings.web",
        "PYTHONPATH": str(ROOT),
    }

    options: dict[str, Any] = {"cwd": ROOT, "env": environment, "stderr": subprocess.DEVNULL, "text": True}

    def run(*arguments: str) -> str:
        return subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, check=False, timeout=120, **options).stdout

    def killed_while_sending(now: datetime, *, after: int, moment: float) -> bool:
        """Kill the sender ``moment`` seconds after the server has taken ``after`` more messages; False where it ended before."""
        before = len(box.ids)
        with subprocess.Popen(
            [sys.executable, "manage.py", "alert", "--now", now.isoformat()], stdout=subprocess.DEVNULL, **options
        ) as process:
            while len(box.ids) < before + after and process.poll() is None:
                time.sleep(0.002)
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
            return process.wait() == -signal.SIGKILL

    run("manage.py", "migrate")
    assert run("-c", FILL).strip() == str(2 * PEOPLE)
    now, killed = DUE, 0
    for _ in range(KILLS):
        killed += killed_while_sending(now, after=draw.randint(0, 4), moment=draw.random() * 0.08)
        now += timedelta(minutes=11)
    for _ in range(40):
        run("manage.py", "alert", "--now", now.isoformat())
        now += timedelta(minutes=30)
        if run("-c", COUNT).startswith(f"{{'sent': {2 * PEOPLE}}}"):
            break
    controller.stop()
    assert run("-c", COUNT).strip() == f"{{'sent': {2 * PEOPLE}}} {4 * PEOPLE} None"
    arrived = Counter(box.ids)
    assert killed >= KILLS // 2
    assert len(arrived) == PEOPLE
    assert sum(arrived.values()) - len(arrived) <= killed
