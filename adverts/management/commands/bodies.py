"""``manage.py bodies import FILE`` / ``export`` / ``overdue``: the directory of bodies to which cases are referred."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adverts.records import FairwatchError
from review.records import bodies
from review.records.models import Body


class Command(BaseCommand):
    """An import takes all rows or none and names each fault with file, line, value and remedy."""

    help = "Import or export the directory of bodies as CSV, or list entries nobody has checked for long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("what", choices=["import", "export", "overdue"])
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--by", metavar="NAME", default="", help="account on whose behalf (import)")

    def handle(self, *args: Any, what: str, file: Path | None, by: str, **options: Any) -> None:
        """Do it."""
        if what == "export":
            self.stdout.write(bodies.export_csv(), ending="")
        elif what == "overdue":
            today = datetime.now(UTC).date()
            for row in Body.objects.all():
                if bodies.overdue(row, today=today):
                    self.stdout.write(f"{row.country} {row.kind} {row.name}: last verified {row.verified_on or 'never'}")
        else:
            self._import(file, by)

    def _import(self, file: Path | None, by: str) -> None:
        user = User.objects.filter(username=by).first()
        if file is None or user is None:
            raise CommandError(f"{'give the CSV file' if file is None else f'--by {by!r}: there is no such account'}", returncode=2)
        try:
            taken = bodies.import_csv(file.read_bytes(), file=str(file), user=user, now=datetime.now(UTC))
        except OSError as error:
            raise CommandError(f"{file}: cannot be read ({error.strerror})", returncode=2) from error
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{taken.new} new, {taken.changed} changed, {taken.same} as they were")
