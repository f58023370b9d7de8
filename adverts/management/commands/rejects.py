"""``manage.py rejects``: landing lines that could not be taken, and what to do about each."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from adverts.models import Reject


class Command(BaseCommand):
    """The newest first; contacts in values are masked."""

    help = "List landing lines that were rejected: file, line, field, value, reason, remedy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--most", type=int, default=50, help="how many to show (default 50)")

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        """Print one line for each."""
        total = Reject.objects.count()
        for row in Reject.objects.order_by("-at", "file", "line")[:most]:
            self.stdout.write(f"{row.file}:{row.line}: {row.field} = {row.value}: {row.reason}; {row.remedy}")
        self.stdout.write(f"{total} rejected lines" + (f", {most} shown" if total > most else ""))
