"""``manage.py verify_audit``: does the hash chain of the audit log hold?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from adverts.audit import GENESIS, first_break
from adverts.models import AuditEntry
from review.trail import disagreements


class Command(BaseCommand):
    """Ends with 0 where the log is whole, with 1 and the first break where it is not; prints the hash of its head."""

    help = "Check the hash chain of the audit log, and that decisions agree with it; prints the hash of its newest entry."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--expect`` finds entries cut off at the end, which the chain alone cannot show."""
        parser.add_argument("--expect", metavar="HASH", help="a head hash noted earlier, which must still be in the log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and report."""
        entries = AuditEntry.objects.order_by("number")
        broken = first_break(entries.iterator(chunk_size=2_000))
        head = entries.last()
        faults = [f"entry {broken.number}: {broken.reason}"] if broken else []
        expected = options["expect"]
        if expected and expected != GENESIS and not entries.filter(digest=expected).exists():
            faults.append(f"no entry has the expected hash {expected}: entries after it, or it itself, were removed or rewritten")
        faults += disagreements()
        self.stdout.write(f"{entries.count()} entries, head {head.digest if head else GENESIS}")
        for fault in faults:
            self.stdout.write(f"BROKEN: {fault}")
        if faults:
            sys.exit(1)
        self.stdout.write("The chain holds and the decisions agree with it.")
