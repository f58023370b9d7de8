"""``manage.py detect [FILE]``: find indicators in texts, JSON lines in and out."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import detecting
from adverts.records import Assessment


class Command(BaseCommand):
    """Needs no database: texts come from a file or standard input."""

    help = 'Find indicators in texts: JSON lines {"id", "text", optional "lang"} in, one JSON line out for each.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--spacy", type=Path, metavar="OUT", help="also write the texts with their findings as a .spacy file (spans)")
        parser.add_argument("file", nargs="?", type=Path, help="JSON lines file; standard input where none is given")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        """Answer every line in order; exit status 1 where one could not be used."""
        if file is not None and not file.is_file():
            raise CommandError(f"{file}: no such file; give a JSON lines file, or none to read standard input", returncode=2)
        bad = 0
        docs: list[Any] = []

        def keep(text: str, made: Assessment) -> None:
            docs.append(pipeline.document(text, findings=made.findings))

        kept = options["spacy"]
        if kept:
            from nlp import pipeline
        with file.open("rb") if file else sys.stdin.buffer as lines:
            for answer in detecting.answers(lines, now=datetime.now(UTC), seen=keep if kept else None):
                self.stdout.write(answer.line)
                bad += not answer.ok
        if kept:
            pipeline.write(docs, kept)
        if bad:
            raise CommandError(f"{bad} lines could not be used; each has its error in the output", returncode=1)
