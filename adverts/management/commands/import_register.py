"""``manage.py import_register FILE``: a list of licences that an authority publishes, so that pages can say what it holds."""

from __future__ import annotations

import zlib
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import tables
from review.records import registers
from review.records.registers import COLUMNS, Head, RegisterError

MOST_SAID = 20
"""Faults told one by one."""


class Command(BaseCommand):
    """Rows that cannot be used are told with file, line, value and remedy; the others are taken."""

    help = f"Take a register of licences from CSV, JSON lines or XLSX (.gz too); columns: {', '.join(COLUMNS)}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--name", required=True, help="what the list is called on pages; a list of the same name and country is replaced"
        )
        parser.add_argument("--country", required=True, metavar="CODE", help="country whose authority keeps it, ISO 3166-1, e.g. NP")
        parser.add_argument("--list-date", required=True, metavar="YYYY-MM-DD", help="the day of which the list says how things stood")

    def handle(self, *args: Any, file: Path, name: str, country: str, list_date: str, **options: Any) -> None:
        """Take it; exit status 1 where a row could not be used, 2 where nothing was taken."""
        if not file.is_file():
            raise CommandError(f"{file}: no such file; give the path of a CSV, JSONL or XLSX file", returncode=2)
        head = Head(" ".join(name.split()), country, _day(list_date))
        try:
            taken = registers.take(_rows(file), head=head, file=file.name, now=datetime.now(UTC))
        except (tables.ImportFileError, RegisterError) as error:
            raise CommandError(str(error), returncode=2) from error
        except (OSError, EOFError, zlib.error) as error:
            raise CommandError(f"{file}: cannot be unpacked ({error}); check that it is whole", returncode=2) from error
        self.stdout.write(
            f"{head.name} ({head.country}) of {head.list_date}: {taken.entries} licences, {len(taken.faults)} rows not usable"
        )
        for fault in taken.faults[:MOST_SAID]:
            self.stderr.write(str(fault))
        if taken.faults:
            raise CommandError(f"{len(taken.faults)} rows could not be used; the others were taken", returncode=1)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each row with the names of its columns in small letters. Raises ``ImportFileError`` where the number or the status has no column."""
    checked = False
    for line, row in tables.rows(file, tables.Form()):
        if isinstance(row, str):
            yield line, row
            continue
        named = {" ".join(str(name).casefold().replace("license", "licence").replace("_", " ").split()): cell for name, cell in row.items()}
        missing = [name for name in COLUMNS if name not in named]
        if not checked and missing and not {".jsonl", ".ndjson"} & set(file.suffixes):
            raise tables.ImportFileError(f"{file.name}: no column {', '.join(missing)}; its first row must name {', '.join(COLUMNS)}")
        checked = True
        yield line, named


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--list-date {text!r}: is no day; write it like 2026-05-01", returncode=2) from error
