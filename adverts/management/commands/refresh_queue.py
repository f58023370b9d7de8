"""``manage.py refresh_queue``: open, update and reopen cases from clusters and assessments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from adverts import runs
from adverts.heartbeat import single_run
from review import queue


class Command(BaseCommand):
    """Bring the inspectors' queue up to date."""

    help = "Open, update and reopen cases from clusters and assessments; a repeat changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the stage and print its counts."""
        with single_run("queue", say=self.stderr.write) as tally:
            tally.update(runs.plain(queue.refresh(now=datetime.now(UTC))))
        self.stdout.write("queue: " + ", ".join(f"{value} {name}" for name, value in tally.items()))
