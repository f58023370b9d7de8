"""``manage.py remind``: reminders of notices' last days, deletion of repliers' addresses; once a day is enough."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from adverts.runs import plain, recorded
from notices import rate, reminders


class Command(BaseCommand):
    """Can be stopped and repeated at any moment."""

    help = "Remind authors and approvers of notices' last days; delete addresses of repliers that were answered half a year ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--now`` for demonstrations and tests."""
        parser.add_argument("--now", type=datetime.fromisoformat, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, **options: Any) -> None:
        """One round; counts on stdout."""
        now = options["now"] or datetime.now(UTC)
        with recorded("remind") as tally:
            rate.sweep(now=now)
            done = reminders.run(now=now, today=timezone.localdate(now))
            tally.update(plain(done))
        self.stdout.write(f"reminders sent: {done.reminders}, addresses deleted: {done.forgotten}, replies overdue: {done.overdue}")
