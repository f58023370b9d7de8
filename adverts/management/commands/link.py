"""``manage.py link``: link adverts by template and shared contact, and keep the clusters."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from adverts import leases, runs
from adverts.progress import bar
from linking import link


class Command(BaseCommand):
    """Link what is new or was written since. One process at a time: a second one waits, or with ``--no-wait`` is refused."""

    help = "Link near-duplicates and shared contacts into clusters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to wait."""
        parser.add_argument("--no-wait", action="store_true", help="end with status 1 where another process is linking")

    def handle(self, *args: Any, no_wait: bool, **options: Any) -> None:
        """Run the stage and print its counts."""
        pause = None if no_wait else time.sleep
        try:
            with leases.alone("link", clock=timezone.now, pause=pause, say=self.stderr.write) as keep, runs.recorded("link") as tally:
                self._link(keep, tally)
        except (leases.HeldElsewhereError, leases.LostLeaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("link: " + ", ".join(f"{value} {name}" for name, value in tally.items()))

    def _link(self, keep: leases.Keep, tally: runs.Tally) -> None:
        with bar("link", link.waiting_count()) as advance:
            tally.update(runs.plain(link.link(progress=advance, keep=keep)))
