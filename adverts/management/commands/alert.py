"""``manage.py alert``: match new assessments, queue the digests that are due, send what waits."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from adverts.records import FairwatchError
from adverts.runs import plain, recorded
from alerts import outbox, replay
from alerts.models import Subscription

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
        parser.add_argument(
            "--replay", type=int, metavar="SUBSCRIPTION", help="queue its messages of some days once more, and do nothing else"
        )
        parser.add_argument("--from", type=date.fromisoformat, dest="first", metavar="DAY", help="first day to replay, as 2026-11-01")
        parser.add_argument("--to", type=date.fromisoformat, dest="last", metavar="DAY", help="last day to replay, included")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one round, or queue a replay; progress on stderr, counts on stdout."""
        if options["replay"] is not None:
            self._replay(options)
            return
        Console(stderr=True).print("alert: matching, queueing, sending ...")
        with recorded("alert") as tally:
            counts = plain(outbox.run(now=options["now"] or datetime.now(UTC)))
            tally.update(counts)
        table = Table("alert", "count")
        for name, label in ROWS.items():
            table.add_row(label, str(counts[name]))
        Console(file=cast("IO[str]", self.stdout)).print(table)

    def _replay(self, options: dict[str, Any]) -> None:
        found = Subscription.objects.filter(pk=options["replay"], ended_at=None).first()
        if found is None or options["first"] is None or options["last"] is None:
            raise CommandError("--replay needs the number of a living subscription, --from and --to")
        try:
            period = replay.days(options["first"], options["last"], zone=found.time_zone)
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        count = replay.replay(found, period, by="system:alert", now=options["now"] or datetime.now(UTC))
        self.stdout.write(f"{count} messages queued once more; the next round sends them")


def instant(text: str) -> datetime:
    """An aware time from ISO 8601."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time; write it like 2026-03-29T07:00:00+02:00") from error
    if found.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no time zone; add one, like {text}+00:00")
    return found
