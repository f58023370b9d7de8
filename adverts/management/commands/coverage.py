"""``manage.py coverage``: write docs/coverage.md."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import coverage


class Command(BaseCommand):
    """Needs no database."""

    help = "Write docs/coverage.md: languages, indicators, native checks and figures, from the files themselves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        if not options["check"]:
            coverage.write()
            self.stdout.write("docs/coverage.md written")
        elif not coverage.PAGE.exists() or coverage.PAGE.read_text(encoding="utf-8") != coverage.page():
            raise CommandError("docs/coverage.md is out of date; write it anew with `manage.py coverage`", returncode=1)
