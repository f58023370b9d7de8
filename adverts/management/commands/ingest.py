"""``manage.py ingest``: take landing lines into the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from adverts import intake, runs
from adverts.heartbeat import single_run
from adverts.progress import bar
from nlp import contacts
from settings.env import current


class Command(BaseCommand):
    """Take every landing line that was not taken before; rejects say file, line, field, value, reason and remedy."""

    help = "Take landing lines into the ledger; bad lines are rejected with what to do, good ones go on."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run intake and print its counts."""
        folder = current().landing_dir
        folder.mkdir(parents=True, exist_ok=True)
        with single_run("ingest", say=self.stderr.write) as tally, bar("ingest", intake.pending_bytes(folder), unit="bytes") as advance:
            counts = intake.ingest(folder, contacts=contacts, now=datetime.now(UTC), progress=advance)
            tally.update(runs.plain(counts))
        self.stdout.write("ingest: " + ", ".join(f"{value} {name}" for name, value in tally.items()))
        if counts.rejected:
            self.stderr.write(f"{counts.rejected} lines were rejected: see the operator page, or `manage.py rejects`")
