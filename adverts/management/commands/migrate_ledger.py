"""``manage.py migrate_ledger --to URL``: move the ledger from SQLite to PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from adverts import moving
from adverts.progress import bar
from adverts.records import FairwatchError
from settings.databases import database
from settings.env import SettingsError


class Command(BaseCommand):
    """Copies from the database of FAIRWATCH_DATABASE_URL, which stays as it is; stop everything else first."""

    help = "Copy the whole ledger into an empty PostgreSQL database, then compare every row and the audit chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and whether to go on with a move that was stopped."""
        parser.add_argument("--to", required=True, metavar="URL", help="postgres://USER:PASSWORD@HOST:PORT/NAME, an empty database")
        parser.add_argument("--resume", action="store_true", help="go on with a move that was stopped")

    def handle(self, *args: Any, to: str, resume: bool, **options: Any) -> None:
        """Move, compare, print the number of rows of each table. Ends with 1 where it did not go well."""
        if connection.vendor != "sqlite":
            raise CommandError("the ledger is not on SQLite: between PostgreSQL servers use pg_dump and pg_restore (docs/operations.md)")
        try:
            moving.connect(database(to))
            total = sum(model._base_manager.count() for model in moving.in_order())
            with bar("rows", total, unit="rows") as advance:
                tables = moving.move(resume=resume, progress=advance)
        except (FairwatchError, SettingsError) as error:
            raise CommandError(str(error).replace("FAIRWATCH_DATABASE_URL", "--to")) from error
        for table in tables:
            self.stdout.write(f"{table.name}\t{table.rows}" + ("" if table.copied == table.rows else f"\t{table.copied} now"))
        self.stdout.write(f"{sum(table.rows for table in tables)} rows in {len(tables)} tables; every row compared, the audit chain holds.")
        self.stdout.write("Now set FAIRWATCH_DATABASE_URL to the new address, then `manage.py doctor` and `manage.py check_index`.")
