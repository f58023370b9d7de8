"""When a stage has work, and how a worker goes from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import OperationalError

from adverts import due, leases
from adverts.management.commands import run as run_command
from adverts.management.commands import schedule, worker
from adverts.models import Run
from settings.schedule import JOBS, Job
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def ran(stage: str, ago: timedelta, *, ok: bool | None = True, took: timedelta = timedelta(minutes=1)) -> None:
    Run.objects.create(stage=stage, started_at=NOW - ago, ended_at=None if ok is None else NOW - ago + took, ok=ok)


@pytest.mark.parametrize(
    ("pending", "waits"),
    [
        ([0], [False]),
        ([90], [True]),
        ([90, 0], [True, False]),
        ([90, 7, 7, 7], [True, True, False, False]),
        ([7, 7, 99], [True, False, True]),
    ],
)
def test_a_line_still_being_written_counts_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pending: list[int], waits: list[bool]
) -> None:
    left, seen = iter(pending), dict[str, int]()
    monkeypatch.setattr(due.intake, "pending_bytes", lambda _folder: next(left))
    (due.current().landing_dir).mkdir(parents=True, exist_ok=True)
    assert [due.ingest_waits(seen) for _ in pending] == waits


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("runs", "waits"),
    [
        ([], False),
        ([("assess", HOUR, True)], True),
        ([("assess", 2 * HOUR, True), ("queue", HOUR, True)], False),
        ([("queue", 2 * HOUR, True), ("assess", HOUR, True)], True),
        ([("queue", 2 * HOUR, True), ("assess", HOUR, False)], False),
        ([("queue", 2 * HOUR, True), ("alert", HOUR, True)], False),
        ([("assess", 2 * HOUR, True), ("queue", HOUR, False)], True),
        # the feeding stage ended after the queue began: it may have been missed
        ([("assess", HOUR + timedelta(seconds=30), True), ("queue", HOUR, True)], True),
    ],
)
def test_a_stage_follows_those_that_feed_it(runs: list[tuple[str, timedelta, bool]], waits: bool) -> None:
    for stage, ago, ok in runs:
        ran(stage, ago, ok=ok)
    assert due.follows("queue", NOW) is waits


@pytest.mark.django_db
def test_a_stage_that_somebody_is_at_does_not_wait() -> None:
    ran("assess", HOUR)
    leases.take("queue", [leases.WHOLE], holder="other", now=NOW)
    assert not due.follows("queue", NOW)
    assert due.follows("reindex", NOW)
    assert due.follows("queue", NOW + leases.LASTING)


@pytest.mark.django_db
@pytest.mark.parametrize(("ago", "quiet"), [(None, True), (timedelta(minutes=59), False), (timedelta(minutes=61), True)])
def test_a_quiet_stage_runs_once_an_hour(ago: timedelta | None, quiet: bool) -> None:
    if ago is not None:
        ran("link", ago, ok=None)
    assert due.quiet_too_long("link", NOW) is quiet


@pytest.mark.django_db
def test_sources_are_crawled_once_an_hour_the_one_left_longest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["fresh", "old", "never", "older", "failed"]
    monkeypatch.setattr(due.source, "enabled", lambda: [Path(f"{name}.yml") for name in names])
    for name, ago, ok in (("fresh", HOUR / 2, True), ("old", HOUR, True), ("older", 5 * HOUR, True), ("failed", HOUR / 3, False)):
        ran(f"crawl:{name}", ago, ok=ok)
    ran("crawl:older", 9 * HOUR)
    assert due.sources(NOW) == ["never", "older", "old"]


Waits = Callable[..., bool]


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """What waits, as the test says."""
    waiting = dict.fromkeys(("ingest", "assess", "link", "queue", "reindex"), False)

    def answer(stage: str) -> Waits:
        return lambda *_: waiting[stage]

    for stage in ("ingest", "assess", "link"):
        monkeypatch.setattr(due, f"{stage}_waits", answer(stage))
    monkeypatch.setattr(due, "follows", lambda stage, _now: waiting[stage])
    monkeypatch.setattr(due, "quiet_too_long", lambda _stage, _now: False)
    monkeypatch.setattr(due, "sources", lambda _now: ["board-a", "board-b"])
    return waiting


class Commands:
    """Notes what is run; ends as told."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.status = 0

    def __call__(self, job: Job) -> int:
        self.ran.append(" ".join(job.command))
        return self.status


def test_only_what_waits_is_run_in_the_order_of_the_path(quiet: dict[str, bool]) -> None:
    commands = Commands()
    rounds = worker.Rounds(worker.STAGES, run=commands)
    assert not rounds.one(now=NOW)
    quiet.update(link=True, ingest=True, queue=True)
    assert rounds.one(now=NOW)
    assert commands.ran == ["ingest", "link", "refresh_queue"]


def test_a_crawler_takes_each_source_by_itself(quiet: dict[str, bool]) -> None:
    commands = Commands()
    assert worker.Rounds(["crawl"], run=commands).one(now=NOW)
    assert commands.ran == ["crawl board-a --older-than=60", "crawl board-b --older-than=60"]


def test_what_failed_rests_and_the_others_go_on(quiet: dict[str, bool]) -> None:
    commands, clock = Commands(), [0.0]
    rounds = worker.Rounds(("assess", "link"), run=commands, clock=lambda: clock[0])
    quiet.update(assess=True)
    commands.status = 1
    assert not rounds.one(now=NOW)
    quiet.update(link=True)
    commands.status = 0
    assert rounds.one(now=NOW)
    assert commands.ran == ["assess", "link"]
    clock[0] = worker.AFTER_FAILURE
    rounds.one(now=NOW)
    assert commands.ran == ["assess", "link", "assess", "link"]


def test_a_ledger_out_of_reach_is_asked_again(
    quiet: dict[str, bool], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object) -> bool:
        raise OperationalError("gone")

    closed: list[bool] = []
    monkeypatch.setattr(worker.connection, "close", lambda: closed.append(True))
    monkeypatch.setattr(due, "assess_waits", gone)
    assert not worker.Rounds(("assess",), run=Commands()).one(now=NOW)
    assert closed == [True]
    assert "does not answer" in caplog.text


def test_all_stages_are_commands() -> None:
    assert {*worker.STAGES, "crawl", *run_command.LEAVABLE} <= set(get_commands())


@pytest.mark.parametrize("leave", [[], ["crawl"], ["crawl", "assess"]])
def test_what_the_scheduler_leaves_is_said_to_run_alone(leave: list[str]) -> None:
    for job in JOBS:
        made = schedule._leaving(job, leave)
        added = tuple(f"--leave={stage}" for stage in leave) if job.command[0] == "run" else ()
        assert made.command == (*job.command, *added)
        assert made.stages == job.stages


def test_run_leaves_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(run_command, "call_command", lambda name, *more, **_: called.append((name, *more)))
    run_command.Command().handle(crawl=[], workers="3", leave=["crawl", "link"])
    assert called == [("ingest",), ("assess", "--workers", "3"), ("refresh_queue",), ("reindex",), ("alert",)]
    called.clear()
    run_command.Command().handle(crawl=["board-a"], workers="1", leave=[])
    assert called[0] == ("crawl", "board-a")
