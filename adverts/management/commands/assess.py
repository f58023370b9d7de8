"""``manage.py assess``: judge every advert that has no assessment by the rules and model in use."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from adverts import assess, crew, runs
from adverts.progress import bar


class Command(BaseCommand):
    """Assess what waits; a repeat finds nothing to do. Several may run at once, on this machine or on others: they share the work."""

    help = "Find indicators in every advert whose present text was not assessed by the rules and model in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many processes."""
        parser.add_argument("--workers", type=_number, default=1, metavar="N", help="share the work among N processes of this machine")
        parser.add_argument("--part", action="store_true", help="be one of several workers: print the counts of each batch as a JSON line")

    def handle(self, *args: Any, workers: int, part: bool, **options: Any) -> None:
        """Run the stage and print its counts."""
        if part:
            self._assess(self._tell)
            return
        with runs.recorded("assess") as tally, bar("assess", assess.waiting().count()) as advance:

            def count(bands: Counter[str]) -> None:
                advance(bands.total())
                tally["assessed"] = tally.get("assessed", 0) + bands.total()
                for band, number in bands.items():
                    tally[band] = tally.get(band, 0) + number

            tally["assessed"] = 0
            if workers > 1:
                self._by_crew(workers, count)
            self._assess(count)  # what a worker that died may have left
        self.stdout.write("assess: " + ", ".join(f"{value} {name}" for name, value in tally.items()))

    def _assess(self, count: Callable[[Counter[str]], None]) -> None:
        assess.assess(now=datetime.now(UTC), clock=timezone.now, pause=time.sleep, progress=count)

    def _by_crew(self, workers: int, count: Callable[[Counter[str]], None]) -> None:
        ended = crew.work(("assess", "--part"), workers=workers, progress=count)
        for status in ended.failed:
            how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
            self.stderr.write(f"assess: a worker {how}; the others took over its adverts")

    def _tell(self, bands: Counter[str]) -> None:
        self.stdout.write(json.dumps(bands))
        self.stdout.flush()


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise ArgumentTypeError(f"{text!r} is no number of workers; give 1 to 64, as many as there are processor cores to spare")
    return int(text)
