"""``manage.py demo``: the whole path on the bundled sample boards, over real HTTP, into a folder of its own."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from adverts import demo
from adverts.management.commands import run
from settings.env import current


class Command(BaseCommand):
    """Day 1 starts afresh; day 2 goes on from there."""

    help = "Crawl the bundled sample boards, detect, index, fill the queue, send alerts to a local outbox, publish a notice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--day", type=int, choices=(1, 2), default=1)
        parser.add_argument("--boards-port", type=int, default=8099, help="loopback port on which the sample boards are served")
        parser.add_argument("--port", type=int, default=8000, help="loopback port of the web pages")
        parser.add_argument("--no-serve", action="store_true", help="stop after the summary")

    def handle(self, *args: Any, day: int, boards_port: int, port: int, **options: Any) -> None:
        """Run the day, print the summary, then serve the pages."""
        if current().data_dir.name != "demo":
            raise CommandError(
                "the demo empties its data folder: set FAIRWATCH_DATA_DIR to a folder called demo, or use `make demo`", returncode=2
            )
        if day == 2 and not demo.has_day_one():
            raise CommandError("there is no first day to go on from: run `make demo` first", returncode=2)
        if day == 2 and demo.boards_port() not in {0, boards_port}:
            message = (
                f"the first day was crawled on port {demo.boards_port()}; addresses must stay the same: BOARDS_PORT={demo.boards_port()}"
            )
            raise CommandError(message, returncode=2)
        if day == 1:
            demo.start_afresh()
            demo.remember_port(boards_port)
        call_command("migrate", verbosity=0)
        call_command("make_roles", stdout=self.stderr)
        try:
            before = demo.Standing.now()
            with demo.boards(port=boards_port, day=0 if day == 1 else 2) as base:
                if day == 1:
                    self._crawl(base)
                    demo.switch(base, day=1)
                self._crawl(base)
        except demo.DemoError as error:
            raise CommandError(str(error), returncode=1) from error
        # the second day's digest is due a day later: the demonstration lets that day pass
        now = datetime.now(UTC) + timedelta(days=day - 1)
        demo.people_and_notice(now=now)
        for stage in run.STAGES:
            call_command(stage, stdout=self.stderr, stderr=self.stderr, **({"now": now} if stage == "alert" else {}))
        self.stdout.write(demo.summary(before, day=day))
        if not options["no_serve"]:
            self._serve(port)

    def _crawl(self, base: str) -> None:
        call_command("crawl", *demo.SOURCES, base=base, stdout=self.stderr, stderr=self.stderr)
        call_command("ingest", stdout=self.stderr, stderr=self.stderr)

    def _serve(self, port: int) -> None:
        self.stdout.write(demo.invitation(port))
        self.stdout.flush()
        # the server takes this process over, so that Ctrl-C and signals reach it
        os.execv(
            sys.executable,
            [
                sys.executable,
                "-m",
                "gunicorn",
                "settings.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "2",
                "--log-level",
                "warning",
                "--no-control-socket",
            ],
        )
