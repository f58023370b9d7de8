"""``manage.py accountability --quarter 2026Q3 --out FOLDER``: the quarterly report as HTML, PDF, CSV and JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.accountability import publishing, quarters, writing
from adverts.management.commands.alert import instant
from adverts.records import FairwatchError
from adverts.whole import write_whole


class Command(BaseCommand):
    """Reads the ledger; changes nothing unless ``--publish`` is given."""

    help = "Write the accountability report of a quarter (UTC) as HTML, PDF, CSV and JSON; --publish puts it on the public page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--quarter", required=True, help="like 2026Q3; a quarter of UTC that is over")
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the four files go")
        parser.add_argument("--publish", action="store_true", help="put it on the public page (let your advisers read it first)")
        parser.add_argument("--why", default="", help="what a new edition of a published report puts right")
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, quarter: str, out: Path | None, publish: bool, why: str, **options: Any) -> None:
        """Count, write, publish where asked."""
        if out is None and not publish:
            raise CommandError("give --out FOLDER for files, or --publish, or both", returncode=2)
        now = options["now"] or datetime.now(UTC)
        try:
            found = publishing.made(quarters.parse(quarter), now=now)
            if out is not None:
                self._write(found.plain(), out, str(found.quarter))
            if publish:
                row = publishing.publish(found, why=why, now=now)
                self.stdout.write(f"published {row.quarter}, edition {row.edition}, SHA-256 {row.sha256}")
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error

    def _write(self, body: dict[str, Any], out: Path, quarter: str) -> None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for form in writing.TYPES:
                target = out / f"accountability-{quarter}.{form}"
                write_whole(target, writing.write(body, form))
                self.stdout.write(str(target))
        except OSError as error:
            raise CommandError(f"{out}: cannot be written ({error}); choose another folder") from error
