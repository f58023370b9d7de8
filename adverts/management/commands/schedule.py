"""``manage.py schedule``: keep running the stages at their times (``settings/schedule.py``) until stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.management.commands.run import add_leave
from adverts.records import FairwatchError
from alerts.scheduler import serve
from settings.env import current
from settings.schedule import JOBS, Job


class Command(BaseCommand):
    """One process for one ledger; answers ``/healthz`` on the loopback address."""

    help = "Run the stages at their times until stopped (SIGTERM, Ctrl+C). /healthz tells when each last succeeded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--list`` prints the timetable and ends; ``--leave`` as for ``run``."""
        parser.add_argument("--list", action="store_true", help="print the timetable and end")
        add_leave(parser)

    def handle(self, *args: Any, leave: list[str], **options: Any) -> None:
        """Run until stopped; exit status 1 where another scheduler is running."""
        jobs = tuple(_leaving(job, leave) for job in JOBS)
        if options["list"]:
            for job in jobs:
                self.stdout.write(f"{job.cron}\t{job.name}\tmanage.py {' '.join(job.command)}")
            return
        env = current()
        try:
            serve(jobs, lock_file=env.data_dir / "schedule.lock", port=env.health_port, ready=self._ready)
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stderr.write("stopped")

    def _ready(self, port: int) -> None:
        self.stderr.write(f"scheduler running, {len(JOBS)} jobs; http://127.0.0.1:{port}/healthz")


def _leaving(job: Job, stages: Sequence[str]) -> Job:
    """The job without the stages that workers do; they still count for ``/healthz``, whoever does them."""
    if job.command[0] != "run":
        return job
    return replace(job, command=(*job.command, *(f"--leave={stage}" for stage in stages)))
