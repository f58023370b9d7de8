"""``manage.py trust_desk SOURCE``: tell a board of its own adverts on which people decided, or take in what it answered."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.accountability import feedback, trust_desk
from adverts.management.commands.alert import instant
from adverts.models import Advert
from adverts.records import FairwatchError
from adverts.whole import write_whole

SHOWN = 20
"""Faults of a file that are printed; all are counted."""


class Command(BaseCommand):
    """Tells of nothing that no person decided on."""

    help = "Write the adverts of one source that people decided to act on or take for fraud, for the board; or read its answers back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("source", help="name of the source")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--out", type=Path, metavar="FILE", help="where the adverts go; .json or .csv")
        what.add_argument("--feedback", type=Path, metavar="FILE", help="the board's answers: the file it was sent, filled in")
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, source: str, out: Path | None, feedback: Path | None, **options: Any) -> None:
        """Write or read."""
        now = options["now"] or datetime.now(UTC)
        if not Advert.objects.filter(source=source).exists():
            known = ", ".join(Advert.objects.order_by("source").values_list("source", flat=True).distinct()[:20])
            raise CommandError(f"no advert of a source {source!r}; there are adverts of {known or 'none yet'}", returncode=2)
        if out is not None:
            self._write(source, out, now)
        elif feedback is not None:
            self._read(source, feedback, now)

    def _write(self, source: str, out: Path, now: datetime) -> None:
        if out.suffix.lower() not in {".json", ".csv"}:
            raise CommandError(f"{out}: give a name that ends in .json or .csv", returncode=2)
        adverts = trust_desk.told(source)
        raw = trust_desk.as_csv(adverts) if out.suffix.lower() == ".csv" else trust_desk.as_json(source, adverts, made_at=now)
        try:
            write_whole(out, raw)
        except OSError as error:
            raise CommandError(f"{out}: cannot be written ({error}); choose another place") from error
        trust_desk.note_export(source, adverts=len(adverts), sha256=hashlib.sha256(raw).hexdigest(), now=now)
        self.stdout.write(f"{out}: {len(adverts)} adverts of {source}")

    def _read(self, source: str, path: Path, now: datetime) -> None:
        try:
            taken = feedback.take(path, source=source, now=now)
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        for fault in taken.faults[:SHOWN]:
            self.stderr.write(fault)
        said = f"{taken.new} new, {taken.changed} changed, {taken.same} known already, {taken.unanswered} without an answer"
        self.stdout.write(f"{source}: {said}")
        if taken.faults:
            raise CommandError(f"{len(taken.faults)} rows could not be used; the others were taken", returncode=1)
