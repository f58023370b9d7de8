"""``manage.py link``: link adverts by template and shared contact, and keep the clusters."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from adverts import runs
from adverts.progress import bar
from linking import link


class Command(BaseCommand):
    """Link what is new or was written since."""

    help = "Link near-duplicates and shared contacts into clusters."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the stage and print its counts."""
        with runs.recorded("link") as tally, bar("link", link.waiting_count()) as advance:
            tally.update(runs.plain(link.link(progress=advance)))
        self.stdout.write("link: " + ", ".join(f"{value} {name}" for name, value in tally.items()))
