"""``manage.py capsule ADVERT --by NAME --out FILE``: the evidence capsule of an advert, as the page makes it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adverts.models import Advert
from adverts.records import FairwatchError
from review.records import capsule


class Command(BaseCommand):
    """Writes the file whole or not at all, after the export stands in the audit log."""

    help = "Make the evidence capsule of an advert (BagIt ZIP with captures, sheets, findings, audit extract, verify.py)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("advert", help="id of the advert")
        parser.add_argument("--by", required=True, metavar="NAME", help="account on whose behalf; it stands in the audit log")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--language", default="en", choices=[code for code, _ in settings.LANGUAGES])
        parser.add_argument("--made-at", type=datetime.fromisoformat, metavar="TIME", help="make it anew as of this time, with zone")

    def handle(self, *args: Any, advert: str, by: str, out: Path, language: str, made_at: datetime | None, **options: Any) -> None:
        """Make it and say its fingerprint."""
        row, user = Advert.objects.filter(pk=advert).first(), User.objects.filter(username=by).first()
        if row is None or user is None:
            raise CommandError(f"{advert if row is None else by}: there is no such {'advert' if row is None else 'account'}", returncode=2)
        if made_at is not None and made_at.tzinfo is None:
            raise CommandError(f"--made-at {made_at}: has no time zone; write it like 2026-05-01T08:30:00+00:00", returncode=2)
        try:
            with capsule.spool() as folder:
                made = capsule.make(row, folder=folder, user=user, language=language, made_at=made_at or datetime.now(UTC))
                capsule.hand_out(made, out)
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{out}: {made.size:,} bytes, SHA-256 {made.sha256}")
        self.stdout.write(f"fingerprint {made.fingerprint}")
