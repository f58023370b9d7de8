"""``manage.py retention``: erase what is due by the periods, and what people were granted; ``--dry-run`` only says what it would do."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from adverts import erasing_places, forgetting, runs
from adverts.erasing_places import Places
from adverts.models import Advert, Run
from adverts.progress import bar
from adverts.records import FairwatchError
from review import corridors
from review.records.models import Erasure
from settings.env import current


class Command(BaseCommand):
    """Plans, then erases: captures, landing files, outbox, ledger, index. Killed, the next run goes on where it stopped."""

    help = "Erase adverts whose period has ended and what was granted to people (settings/retention.py, docs/records.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased, and change nothing")
        parser.add_argument("--most", type=int, default=5_000, metavar="N", help="adverts erased in one run (default 5000)")

    def handle(self, *args: Any, dry_run: bool, most: int, **options: Any) -> None:
        """Erase, or say what would be erased."""
        env, now = current(), datetime.now(UTC)
        places = Places(captures=env.captures_dir, landing=env.landing_dir, outbox=env.data_dir / "outbox")
        targets = [*forgetting.targets(now=now), *forgetting.landed_again(places)]
        reasons = Counter(target.reason for target in targets)
        if dry_run:
            self._would(reasons, targets, places)
            return
        try:
            with runs.recorded("retention") as tally:
                tally.update(self._erase(targets[:most], places, now))
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("retention: " + (", ".join(f"{number} {name}" for name, number in sorted(tally.items())) or "nothing was due"))
        if len(targets) > most:
            self.stdout.write(f"{len(targets) - most} more are due: run it again")

    def _erase(self, targets: list[erasing_places.Target], places: Places, now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        plans = forgetting.plan(targets, places, now=now)
        with bar("retention", len(plans)) as advance:
            for plan in plans:
                counts.update(forgetting.carry_out(plan, places, now=now))
                counts["adverts"] += 1
                advance(1)
        counts["old notes for corridors"] = corridors.forget(now=now)
        counts["requests done"] = forgetting.close_requests(now=now)
        if plans or _words_left():
            self._leave_nothing_behind()
        return +counts

    def _leave_nothing_behind(self) -> None:
        """Rebuild the index, whose old files keep deleted words, and have the database let go of freed pages."""
        call_command("reindex", full=True, verbosity=0, stdout=self.stderr)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                cursor.execute("VACUUM")

    def _would(self, reasons: Counter[str], targets: list[erasing_places.Target], places: Places) -> None:
        rows = Advert.objects.in_bulk([target.advert_id for target in targets if target.reason == erasing_places.REQUEST])
        for target in targets:
            row = rows.get(target.advert_id)
            if row is None:
                continue
            (_, found), *_ = erasing_places.find(row.source, [(target, row)], places)
            notices = forgetting.notices_with(erasing_places.words(row))
            self.stdout.write(
                f"{target.advert_id}: request {target.request_id}: {len(found['extents'])} captures ({found['kept']} kept: they show held"
                f" adverts), {len(found['lines'])} landing lines, notices to correct: {', '.join(notices) or 'none'}"
            )
        for reason, number in sorted(reasons.items()):
            self.stdout.write(f"would erase {number} adverts: {reason}")
        if old := corridors.forget(now=datetime.now(UTC), dry_run=True):
            self.stdout.write(f"would empty {old} notes for corridors that were changed or withdrawn long ago")
        if not reasons and not old:
            self.stdout.write("nothing is due")


def _words_left() -> bool:
    """Whether a run that was killed erased something and never came to clean the index and the database's freed pages."""
    whole = Run.objects.filter(stage="retention", ok=True).order_by("-ended_at").first()
    erased = Erasure.objects.filter(done_at__isnull=False)
    return (erased.filter(done_at__gt=whole.ended_at) if whole else erased).exists()
