"""``manage.py hunt --indicator FILE``: what a new or changed indicator would add and remove."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import hunting
from adverts.models import Advert
from adverts.progress import bar
from adverts.records import FairwatchError


class Command(BaseCommand):
    """Reads the ledger and changes nothing."""

    help = "Try an indicator file over all adverts of the ledger: what it would find that the one in use does not, and the other way round."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--indicator", type=Path, required=True, metavar="FILE", help="indicator file; its name is the indicator's id")
        parser.add_argument("--source", default="", help="only adverts of this source")
        parser.add_argument("--show", type=int, default=20, metavar="N", help="adverts shown of each kind (default 20); all are counted")
        parser.add_argument("--json", action="store_true", help="one JSON line for each difference and one with the counts")

    def handle(self, *args: Any, indicator: Path, source: str, show: int, **options: Any) -> None:
        """Compare and print."""
        if not indicator.is_file():
            raise CommandError(f"{indicator}: no such file; give an indicator file as in nlp/indicators", returncode=2)
        try:
            new, present = hunting.load(indicator)
        except FairwatchError as error:
            raise CommandError(str(error), returncode=2) from error
        counts = hunting.Hunt()
        shown: Counter[str] = Counter()
        rows = Advert.objects.filter(source=source).count() if source else Advert.objects.count()
        with bar("hunt", rows) as advance:
            for one in hunting.hunt(new, present, counts, source=source, advance=advance):
                kind = "+" if one.added else "-"
                if options["json"]:
                    self.stdout.write(json.dumps(_plain(one), ensure_ascii=False))
                elif shown[kind] < show:
                    shown[kind] += 1
                    self.stdout.write(_line(kind, one))
        self._summary(new.id, known=present is not None, counts=counts, as_json=options["json"])

    def _summary(self, name: str, *, known: bool, counts: hunting.Hunt, as_json: bool) -> None:
        if as_json:
            made = {"looked_at": counts.looked_at, "both": counts.both, "added": dict(counts.added), "removed": dict(counts.removed)}
            self.stdout.write(json.dumps({"indicator": name, **made}))
            return
        if not known:
            self.stdout.write(f"{name} is new: no indicator of this name is in use")
        self.stdout.write(
            f"{counts.looked_at} adverts: found by both {counts.both}, added {counts.added.total()}{_by_language(counts.added)}, "
            f"removed {counts.removed.total()}{_by_language(counts.removed)}"
        )
        self.stdout.write("Rules alone were compared. Nothing was changed; to use the file, put it into nlp/indicators and run `assess`.")


def _by_language(counted: Counter[str]) -> str:
    return f" ({', '.join(f'{language} {number}' for language, number in counted.most_common(8))})" if counted else ""


def _line(kind: str, one: hunting.Difference) -> str:
    match = one.added or one.removed
    quote = " ".join(match.quote.split()) if match else ""
    return f"{kind} {one.advert_id}  {one.language:4} {one.source}: {quote[:120]}"


def _plain(one: hunting.Difference) -> dict[str, Any]:
    match = one.added or one.removed
    return {
        "advert_id": one.advert_id,
        "language": one.language,
        "source": one.source,
        "change": "added" if one.added else "removed",
        "quote": match.quote if match else "",
        "start": match.start if match else None,
        "end": match.end if match else None,
    }
