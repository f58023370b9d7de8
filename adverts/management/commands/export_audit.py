"""``manage.py export_audit``: the whole audit log as JSON lines, for outsiders to check with ``docs/verify_audit.py``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from adverts.audit import as_row
from adverts.models import AuditEntry


class Command(BaseCommand):
    """Writes to standard output, or whole or not at all to a file. Entries hold ids, codes and user names, no text and no contact."""

    help = "Export the audit log as JSON lines; docs/verify_audit.py checks it without Fairwatch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--out", type=Path, metavar="FILE")
        parser.add_argument("--since", type=int, default=1, metavar="NUMBER", help="first entry (default 1)")

    def handle(self, *args: Any, out: Path | None, since: int, **options: Any) -> None:
        """Export."""
        if out is None:
            self._write(self.stdout, since)
            return
        part = out.with_name(f".{out.name}.part")
        try:
            with part.open("w", encoding="utf-8") as stream:
                number = self._write(stream, since)
            part.replace(out)
        except OSError as error:
            raise CommandError(f"{out}: cannot be written ({error}); choose another place") from error
        self.stderr.write(f"{number} entries in {out}")

    def _write(self, stream: TextIO | Any, since: int) -> int:
        number = 0
        for entry in AuditEntry.objects.filter(number__gte=since).order_by("number").iterator(chunk_size=2_000):
            stream.write(json.dumps(as_row(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")
            number += 1
        return number
