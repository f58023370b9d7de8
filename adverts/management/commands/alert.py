"""``manage.py alert``: match new assessments, queue the digests that are due, send what waits."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from adverts.runs import plain, recorded
from alerts import outbox

ROWS = {
    "matched": "matches noted",
    "queued": "messages queued",
    "sent": "messages sent",
    "dropped": "messages with nothing left to say",
    "failed": "messages that will be tried again",
    "dead": "messages given up",
}


class Command(BaseCommand):
    """Can be stopped and repeated at any moment; no message is sent twice on purpose (docs/alerts.md says what a crash can do)."""

    help = "Match new assessments with subscriptions, queue the digests that are due, send what waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--now`` for demonstrations and tests."""
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one round; progress on stderr, counts on stdout."""
        Console(stderr=True).print("alert: matching, queueing, sending ...")
        with recorded("alert") as tally:
            counts = plain(outbox.run(now=options["now"] or datetime.now(UTC)))
            tally.update(counts)
        table = Table("alert", "count")
        for name, label in ROWS.items():
            table.add_row(label, str(counts[name]))
        Console(file=cast("IO[str]", self.stdout)).print(table)


def instant(text: str) -> datetime:
    """An aware time from ISO 8601."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time; write it like 2026-03-29T07:00:00+02:00") from error
    if found.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no time zone; add one, like {text}+00:00")
    return found
