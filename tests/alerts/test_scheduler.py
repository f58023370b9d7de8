"""One scheduler, commands as subprocesses, a health page that tells the truth, a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from django.core.management import get_commands
from django.db import DatabaseError, connection
from filelock import FileLock

from adverts.models import Run
from alerts.health import last_successes, report, server
from alerts.leadership import AlreadyRunningError
from alerts.scheduler import Runner, scheduler, serve
from settings.schedule import JOBS, Job

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_the_table_of_jobs(job: Job) -> None:
    assert job.command[0] in get_commands()
    assert CronTrigger.from_crontab(job.cron, timezone=UTC).get_next_fire_time(None, NOW) is not None
    assert job.stages


def test_names_and_stages_are_not_repeated() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    stages = [stage for job in JOBS for stage in job.stages]
    assert len(stages) == len(set(stages))


@pytest.mark.parametrize(
    ("ago", "started_ago", "late"),
    [
        (timedelta(minutes=59), timedelta(days=9), False),
        (timedelta(minutes=61), timedelta(minutes=1), True),
        (None, timedelta(minutes=59), False),
        (None, timedelta(minutes=61), True),
    ],
)
def test_when_a_stage_is_late(ago: timedelta | None, started_ago: timedelta, late: bool) -> None:
    job = Job(name="x", cron="* * * * *", command=("x",), stages=("x",), late_after=timedelta(hours=1))
    found = report([job], {} if ago is None else {"x": NOW - ago}, started=NOW - started_ago, now=NOW)
    assert (found["ok"], found["stages"]["x"]["late"]) == (not late, late)


@pytest.mark.django_db
def test_only_the_newest_success_counts() -> None:
    for ok, hour in ((True, 1), (True, 3), (False, 5), (None, None)):
        ended = None if hour is None else NOW + timedelta(hours=hour)
        Run.objects.create(stage="link", started_at=NOW, ended_at=ended, ok=ok)
    for source, hour in (("a", 7), ("b", 6)):
        Run.objects.create(stage=f"crawl:{source}", started_at=NOW, ended_at=NOW + timedelta(hours=hour), ok=True)
    assert last_successes() == {"link": NOW + timedelta(hours=3), "crawl": NOW + timedelta(hours=7)}


@contextmanager
def answering(check: Any) -> Iterator[str]:
    made = server(0, check=check)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def get(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own server)
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
        return error.code, json.loads(body) if body.startswith(b"{") else None


def _unreadable() -> dict[str, Any]:
    raise DatabaseError("gone")


@pytest.mark.parametrize(
    ("check", "status"),
    [(lambda: {"ok": True}, 200), (lambda: {"ok": False}, 503), (_unreadable, 503)],
)
def test_healthz_over_http(check: Any, status: int) -> None:
    with answering(check) as base:
        found, body = get(f"{base}/healthz")
        assert (found, body["ok"]) == (status, status == 200)
        assert get(f"{base}/other")[0] == 404


def test_jobs_run_once_at_a_time_and_missed_runs_are_made_up_by_one() -> None:
    made = scheduler(JOBS, run=print)
    made.start(paused=True)
    try:
        jobs = made.get_jobs()
        assert {job.id for job in jobs} == {job.name for job in JOBS}
        assert all((job.coalesce, job.max_instances) == (True, 1) and job.misfire_grace_time > 0 for job in jobs)
    finally:
        made.shutdown()


def test_a_failing_command_is_reported_and_changes_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    runner = Runner([sys.executable, "-c"])
    assert runner.run(Job(name="bad", cron="* * * * *", command=("raise SystemExit(3)",))) == 3
    assert runner.run(Job(name="good", cron="* * * * *", command=("pass",))) == 0
    assert [record.message for record in caplog.records] == [
        "job bad ended with status 3: run `manage.py raise SystemExit(3)` by hand to see why"
    ]


def test_stopping_ends_what_runs_and_starts_nothing_more() -> None:
    runner, started = Runner([sys.executable, "-u", "-c"]), threading.Event()
    statuses: list[int] = []
    sleeper = Job(name="long", cron="* * * * *", command=("import time; time.sleep(600)",))

    def run() -> None:
        started.set()
        statuses.append(runner.run(sleeper))

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    while not runner._running:
        thread.join(0.01)
    runner.stop()
    thread.join(20)
    assert statuses == [-signal.SIGTERM]
    assert runner.run(sleeper) == -1


@pytest.mark.django_db
def test_a_second_scheduler_is_refused(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL no file decides: see test_leadership")
    with FileLock(tmp_path / "lock"), pytest.raises(AlreadyRunningError, match="another scheduler"):
        serve(JOBS, lock_file=tmp_path / "lock", port=0, ready=print)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_runs_answers_and_ends_cleanly(tmp_path: Path, number: int) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FAIRWATCH_")},
        "FAIRWATCH_SECRET_KEY": "s" * 48,
        "FAIRWATCH_CONTACT_KEY": "c" * 48,
        "FAIRWATCH_VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "FAIRWATCH_DATA_DIR": str(tmp_path),
        "FAIRWATCH_HEALTH_PORT": "0",
        "DJANGO_SETTINGS_MODULE": "settings.web",
    }
    options: dict[str, Any] = {"cwd": ROOT, "env": environment, "stderr": subprocess.PIPE, "text": True}
    subprocess.run([sys.executable, "manage.py", "migrate"], check=True, capture_output=True, cwd=ROOT, env=environment)
    with subprocess.Popen([sys.executable, "manage.py", "schedule"], **options) as first:
        assert first.stderr is not None
        line = first.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        assert get(found.group())[0] == 200
        second = subprocess.run([sys.executable, "manage.py", "schedule"], check=False, **options)
        assert (second.returncode, "another scheduler" in second.stderr) == (1, True)
        first.send_signal(number)
        assert first.wait(60) == 0
        assert first.stderr.read().strip().endswith("stopped")
