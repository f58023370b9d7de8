"""The scheduler: one process that runs the commands of ``settings.schedule`` as subprocesses at their times.

Subprocesses, because two crawls cannot share a process, a crash stays where it happens, and the scheduler stays light. Jobs are declared
in code and kept in memory alone: two schedulers on one stored table would run every job twice. ``alerts.leadership`` sees to it that
there is one.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from alerts.health import last_successes, report, server
from alerts.leadership import LostLeadershipError, StillHeld, leadership
from settings.env import ROOT
from settings.schedule import MISFIRE_GRACE, STOP_WITHIN, Job

log = logging.getLogger(__name__)


ASK_EVERY = 5.0
"""Seconds between two looks at whether this is still the one scheduler."""


class Runner:
    """Runs commands one at a time for each job and can stop those that are running."""

    def __init__(self, base: Sequence[str]) -> None:
        self._base = tuple(base)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._stopping = False

    def run(self, job: Job) -> int:
        """Run one command to its end and return its exit status; a failure is logged and changes nothing else."""
        with self._lock:
            if self._stopping:
                return -1
            process = subprocess.Popen([*self._base, *job.command], stdin=subprocess.DEVNULL)  # noqa: S603 (commands of our own table)
            self._running[job.name] = process
        status = process.wait()
        with self._lock:
            self._running.pop(job.name, None)
        if status and not self._stopping:
            log.error("job %s ended with status %s: run `manage.py %s` by hand to see why", job.name, status, " ".join(job.command))
        return status

    def stop(self) -> None:
        """Start nothing more; ask running commands to end, and kill those that have not after ``STOP_WITHIN``."""
        with self._lock:
            self._stopping = True
            running = list(self._running.values())
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(STOP_WITHIN.total_seconds())
            except subprocess.TimeoutExpired:
                process.kill()


def scheduler(jobs: Sequence[Job], *, run: Callable[[Job], object]) -> BackgroundScheduler:
    """A scheduler, not yet started, with one entry a job: never two runs of one job at once, missed runs made up for by one."""
    made = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": int(MISFIRE_GRACE.total_seconds())},
    )
    for job in jobs:
        made.add_job(run, CronTrigger.from_crontab(job.cron, timezone=UTC), args=[job], id=job.name, name=job.name)
    return made


def serve(
    jobs: Sequence[Job],
    *,
    lock_file: Path,
    port: int,
    ready: Callable[[int], None],
    base: Sequence[str] = (sys.executable, str(ROOT / "manage.py")),
) -> None:
    """Run until SIGTERM or SIGINT; then end running commands and return. Must be called in the main thread.

    ``ready`` is told the port of ``/healthz`` once all is up. Raises ``AlreadyRunningError`` where another process is the scheduler,
    ``LostLeadershipError`` where another may have become it.
    """
    with leadership(lock_file=lock_file) as still_held:
        _serve(jobs, port=port, ready=ready, runner=Runner(base), still_held=still_held)


def _serve(jobs: Sequence[Job], *, port: int, ready: Callable[[int], None], runner: Runner, still_held: StillHeld) -> None:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopped.set()

    started = datetime.now(UTC)

    def check() -> dict[str, object]:
        return report(jobs, last_successes(), started=started, now=datetime.now(UTC))

    health = server(port, check=check)
    timetable = scheduler(jobs, run=runner.run)
    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    thread = threading.Thread(target=health.serve_forever, name="healthz", daemon=True)
    try:
        thread.start()
        timetable.start()
        ready(health.server_port)
        while not stopped.wait(ASK_EVERY):
            if not still_held():
                raise LostLeadershipError("the ledger was out of reach and another scheduler may have begun; start this one again")
    finally:
        runner.stop()
        if timetable.running:
            timetable.shutdown(wait=True)
        health.shutdown()
        health.server_close()
        thread.join()
        for number, handler in before.items():
            signal.signal(number, handler)
