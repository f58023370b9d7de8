"""``manage.py exchange``: noised counts for partners, and the check of a partner's file."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.accountability import exchange, exchange_file, periods, writing
from adverts.catalogue import cards
from adverts.management.commands.alert import instant
from adverts.records import FairwatchError
from adverts.whole import write_whole
from settings.env import current


class Command(BaseCommand):
    """A period is released once; asking again gives the same numbers and costs nothing."""

    help = "Write noised counts of a period for a partner (docs/accountability.md), or check a partner's file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--quarter", help="like 2026Q3")
        what.add_argument("--week", help="like 2026-W31")
        what.add_argument("--read", type=Path, metavar="FILE", help="check a partner's file and say what is in it")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the counts go")
        parser.add_argument("--epsilon", default="", help="privacy loss of this release (default: FAIRWATCH_EXCHANGE_EPSILON)")
        parser.add_argument("--now", type=instant, default=None, help="act as if it were this time (ISO 8601 with zone)")

    def handle(self, *args: Any, out: Path | None, **options: Any) -> None:
        """Release, or check."""
        try:
            if options["read"] is not None:
                self._check(options["read"])
            elif out is None:
                raise CommandError("give --out FILE for the counts", returncode=2)
            else:
                self._release(out, options)
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error

    def _release(self, out: Path, options: dict[str, Any]) -> None:
        env = current()
        period = periods.quarter(options["quarter"]) if options["quarter"] else periods.week(options["week"])
        corridors = sorted({code.strip().upper() for code in env.exchange_corridors.split(",") if code.strip()})
        # looked at before anything is spent
        if not out.parent.is_dir():
            raise CommandError(f"{out.parent}: no such folder; make it, or choose another", returncode=2)
        body, new = exchange.release(
            period,
            corridors=corridors,
            epsilon=_number(options["epsilon"]) if options["epsilon"] else env.exchange_epsilon,
            budget=env.exchange_budget,
            now=options["now"] or datetime.now(UTC),
        )
        try:
            write_whole(out, writing.as_json(body))
        except OSError as error:
            raise CommandError(
                f"{out}: cannot be written ({error}); the numbers are kept: repeat with another place, at no cost"
            ) from error
        spent = f"epsilon {body['mechanism']['epsilon']} was spent" if new else "the kept numbers; nothing was spent"
        self.stdout.write(f"{out}: {len(body['counts'])} counts of {period.name}: {spent}")

    def _check(self, path: Path) -> None:
        body = exchange_file.read(path)
        margin = body["mechanism"]["margin_95"]
        self.stdout.write(f"{path}: right; {len(body['counts'])} counts of {body['period']['name']} from {body['from']}")
        self.stdout.write(f"noise: epsilon {body['mechanism']['epsilon']}; 95 of 100 numbers lie within {margin} of the true count")
        unknown = [name for name in body["indicators"] if name not in cards()]
        if unknown:
            self.stdout.write(f"not in our catalogue: {', '.join(unknown)}")
        for row in sorted(body["counts"], key=_largest):
            if row["number"] > margin:
                self.stdout.write(f"{row['corridor']} {row['indicator']}: {row['number']} (±{margin})")


def _largest(row: dict[str, Any]) -> tuple[int, str, str]:
    return -row["number"], row["corridor"], row["indicator"]


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise CommandError(f"--epsilon {text!r}: give a number like 0.5", returncode=2) from error
