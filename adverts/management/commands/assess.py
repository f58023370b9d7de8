"""``manage.py assess``: judge every advert that has no assessment by the rules and model in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from adverts import assess, runs
from adverts.progress import bar


class Command(BaseCommand):
    """Assess what waits; a repeat finds nothing to do."""

    help = "Find indicators in every advert whose present text was not assessed by the rules and model in use."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the stage and print its counts."""
        with runs.recorded("assess") as tally, bar("assess", assess.waiting().count()) as advance:
            counts = assess.assess(now=datetime.now(UTC), progress=advance)
            tally.update({"assessed": counts.assessed, **counts.by_band})
        self.stdout.write("assess: " + ", ".join(f"{value} {name}" for name, value in tally.items()))
