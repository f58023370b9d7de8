"""``manage.py new_terms``: count which words became frequent in adverts with indicators, for the page of trends."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from adverts.management.commands.alert import instant
from adverts.runs import recorded
from alerts import term_notes


class Command(BaseCommand):
    """Reads the ledger and writes one small file; a repeat gives the same notes."""

    help = "Count new words of the last four weeks against the 26 before; the page of trends shows them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--now`` for demonstrations and tests."""
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print."""
        with recorded("new-terms") as tally:
            found = term_notes.count(now=options["now"] or datetime.now(UTC))
            tally["notes"] = len(found.notes)
        for note in found.notes:
            before = "1 to 10" if note.before is None else note.before
            self.stdout.write(f"{note.group}: {note.term}: {note.recent} of {note.recent_of}, before {before} of {note.before_of}")
        self.stdout.write(f"{len(found.notes)} notes, weeks up to {found.until}")
