"""The scheduler: one process that runs the commands of ``settings.schedule`` as subprocesses at their times.

Subprocesses, because two crawls cannot share a process, a crash stays where it happens, and the scheduler stays light. Jobs are declared
in code and kept in memory alone: two schedulers on one stored table would run every job twice. A file lock sees to it that there is one.
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
from filelock import FileLock, Timeout

from adverts.records import FairwatchError
from alerts.health import last_successes, report, server
from settings.env import ROOT
from settings.schedule import MISFIRE_GRACE, STOP_WITHIN, Job

log = logging.getLogger(__name__)


class AlreadyRunningError(FairwatchError):
    """Another scheduler runs on the same data folder."""


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

    ``ready`` is told the port of ``/healthz`` once all is up. Raises ``AlreadyRunningError`` where another process holds ``lock_file``.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(f"{lock_file}: another scheduler is running; stop it first, one is enough") from error
    try:
        _serve(jobs, port=port, ready=ready, runner=Runner(base))
    finally:
        lock.release()


def _serve(jobs: Sequence[Job], *, port: int, ready: Callable[[int], None], runner: Runner) -> None:
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
        stopped.wait()
    finally:
        runner.stop()
        if timetable.running:
            timetable.shutdown(wait=True)
        health.shutdown()
        health.server_close()
        thread.join()
        for number, handler in before.items():
            signal.signal(number, handler)
