"""``manage.py alert`` and ``schedule`` as an operator runs them."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from adverts.management.commands.alert import Command
from adverts.models import Run
from alerts import outbox
from settings.schedule import JOBS
from tests.alerts.scenes import advert, subscription

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("alert", *arguments, stdout=out)
    return out.getvalue()


def counted(table: str) -> dict[str, int]:
    """The rows of the printed table."""
    return {line.split("│")[1].strip(): int(line.split("│")[2]) for line in table.splitlines() if line.startswith("│")}


def test_a_round_and_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    subscription()
    advert()
    assert counted(run("--now", "2026-11-03T08:05:00+01:00")) == {
        "matches noted": 1,
        "messages queued": 2,
        "messages sent": 2,
        "messages with nothing left to say": 0,
        "messages that will be tried again": 0,
        "messages given up": 0,
    }
    assert "matching" in capsys.readouterr().err
    assert len(mail.outbox) == 1
    assert [(row.stage, row.ok, row.counts["sent"]) for row in Run.objects.all()] == [("alert", True, 2)]
    assert set(counted(run("--now", "2026-11-03T08:20:00+01:00")).values()) == {0}
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("now", ["yesterday", "2026-11-03T08:05:00", "2026-02-30T00:00:00+00:00"])
def test_a_wrong_time_is_refused(now: str) -> None:
    with pytest.raises(CommandError, match=r"2026-03-29T07|time zone"):
        run("--now", now)
    assert not Run.objects.exists()


def test_a_round_that_breaks_is_noted_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**options: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(outbox, "run", broken)
    with pytest.raises(OSError, match="disk full"):
        run()
    assert [(row.stage, row.ok) for row in Run.objects.all()] == [("alert", False)]


def test_the_timetable_can_be_printed() -> None:
    out = StringIO()
    call_command("schedule", "--list", stdout=out)
    assert len(out.getvalue().splitlines()) == len(JOBS)
    assert "manage.py alert" in out.getvalue()


def test_help_says_what_it_does() -> None:
    assert "digests" in Command.help
