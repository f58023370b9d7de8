"""``manage.py worker``: take whatever waits, stage by stage, until stopped. Any number of them, on any number of machines."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone

from adverts import due
from adverts.crew import MANAGE
from alerts.scheduler import Runner
from settings.schedule import Job

log = logging.getLogger(__name__)

STAGES = ("ingest", "assess", "link", "refresh_queue", "reindex")
"""In the order of the path, as commands of ``manage.py``."""
RUN_NAMES = {"refresh_queue": "queue"}
"""Where a stage is recorded under another name than its command."""
AFTER_FAILURE = 60.0
"""Seconds before a command that failed is tried again."""


class Command(BaseCommand):
    """Each stage runs as a process of its own, the same command that an operator types; leases share out the work."""

    help = "Take what waits (ingest, assess, link, refresh_queue, reindex; crawl where asked) until stopped (SIGTERM, Ctrl+C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which stages, and how often to look."""
        parser.add_argument("--do", nargs="+", choices=("crawl", *STAGES), default=list(STAGES), metavar="STAGE", help="these stages only")
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS", help="pause between two looks when nothing waits")
        parser.add_argument("--once", action="store_true", help="end when nothing waits")

    def handle(self, *args: Any, do: Sequence[str], every: float, once: bool, **options: Any) -> None:
        """Look, work, rest."""
        runner = Runner(MANAGE)
        self.stderr.write(f"worker: {', '.join(do)}")
        with _ended_by_signal(runner) as stopped:
            rounds = Rounds(do, run=runner.run)
            while not stopped.is_set():
                if rounds.one(now=timezone.now()):
                    continue
                if once or stopped.wait(every):
                    break
        self.stderr.write("worker: stopped")


class Rounds:
    """Looks at one stage after another and runs those with work, leaving a failed one alone for a while."""

    def __init__(self, stages: Sequence[str], *, run: Callable[[Job], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._stages, self._run, self._clock = tuple(stages), run, clock
        self._seen: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def one(self, *, now: datetime) -> bool:
        """One round; whether anything was done."""
        did = False
        try:
            for stage in self._stages:
                for command in self._waiting(stage, now):
                    did = self._try(command) or did
        except DatabaseError as error:
            log.warning("the ledger does not answer, it will be asked again: %s", error)
            connection.close()
        return did

    def _waiting(self, stage: str, now: datetime) -> list[tuple[str, ...]]:
        if stage == "crawl":
            minutes = int(due.CRAWL_EVERY.total_seconds() // 60)
            return [("crawl", name, f"--older-than={minutes}") for name in due.sources(now)]
        waits = self._waits(stage, now) or due.quiet_too_long(RUN_NAMES.get(stage, stage), now)
        return [(stage,)] if waits else []

    def _waits(self, stage: str, now: datetime) -> bool:
        if stage == "ingest":
            return due.ingest_waits(self._seen)
        if stage == "assess":
            return due.assess_waits()
        if stage == "link":
            return due.link_waits(now)
        return due.follows(RUN_NAMES.get(stage, stage), now)

    def _try(self, command: tuple[str, ...]) -> bool:
        if self._clock() < self._not_before.get(" ".join(command), 0.0):
            return False
        status = self._run(Job(name=" ".join(command[:2]), cron="", command=command))
        if status:
            self._not_before[" ".join(command)] = self._clock() + AFTER_FAILURE
        return status == 0


@contextmanager
def _ended_by_signal(runner: Runner) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; the running command is asked to end."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if not stopped.is_set():
            stopped.set()
            # in a thread: this handler runs between any two steps of the main thread, which may have the runner's lock
            threading.Thread(target=runner.stop, name="stop").start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
