"""``manage.py import_adverts FILE``: adverts from a file into a landing file."""

from __future__ import annotations

import zlib
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import importing
from adverts.progress import bar
from settings.env import current


class Command(BaseCommand):
    """Read adverts from CSV, JSON lines or XLSX (each also as .gz) into landing."""

    help = "Read adverts from CSV, JSON lines or XLSX (.gz too) into a landing file; `ingest` takes them from there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds a field, e.g. --map text=description"
        )
        parser.add_argument("--source", default="", help="source name for rows that have none (default: the file's name)")
        parser.add_argument("--date-format", default="", metavar="FORMAT", help="how days are written, e.g. %%d/%%m/%%Y")
        parser.add_argument("--encoding", default="", help="e.g. cp1251 (default: found out from the file)")
        parser.add_argument("--delimiter", default="", help="what parts the cells of a CSV file; \\t for a tab (default: found out)")
        parser.add_argument("--sheet", default="", help="sheet of a workbook (default: the first)")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Read, write, say how many; exit status 1 where a row could not be used."""
        if not file.is_file():
            raise CommandError(f"{file}: no such file; give the path of a CSV, JSONL or XLSX file", returncode=2)
        delimiter = options["delimiter"].replace("\\t", "\t")
        if len(delimiter) > 1:
            raise CommandError(f"--delimiter {delimiter!r}: give a single sign", returncode=2)
        form = importing.Form(encoding=options["encoding"], delimiter=delimiter, sheet=options["sheet"])
        try:
            mapping = importing.mapping(options["map"])
            with bar("import", 0, unit="rows") as advance:
                counts = importing.import_file(
                    file, current().landing_dir, mapping=mapping, source=options["source"], now=datetime.now(UTC), form=form,
                    date_format=options["date_format"], progress=advance,
                )  # fmt: skip
        except importing.ImportFileError as error:
            raise CommandError(str(error), returncode=2) from error
        except (OSError, EOFError, zlib.error) as error:
            raise CommandError(f"{file}: cannot be unpacked ({error}); check that it is whole", returncode=2) from error
        self.stdout.write(f"import: {counts.rows} rows, {counts.landed} landed, {len(counts.faults)} not usable, into {counts.landing}")
        for said in (*counts.faults[:20], *counts.notes[:20]):
            self.stderr.write(said)
        if len(counts.notes) > 20:
            self.stderr.write(f"{len(counts.notes)} values were left out in all")
        if counts.faults:
            raise CommandError(f"{len(counts.faults)} rows could not be used; the others were taken", returncode=1)
