"""``manage.py doctor``: what is configured, reachable, missing; secrets masked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts import doctor


class Command(BaseCommand):
    """Looks, and changes nothing."""

    help = "Say what is configured, reachable and missing; exit status 1 where something needs care."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each finding."""
        found = doctor.examine()
        for finding in found:
            self.stdout.write(f"{'ok  ' if finding.ok else 'CARE'} {finding.what}: {finding.said}")
        bad = sum(not finding.ok for finding in found)
        if bad:
            raise CommandError(f"{bad} of {len(found)} need care", returncode=1)
