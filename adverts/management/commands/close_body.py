"""``manage.py close_body NAME --reason TEXT --by OPERATOR [--hand-to NAME] [--dry-run]``: ends a body's work with this installation."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adverts.access import Role, roles_of
from adverts.records import FairwatchError
from review.accounts import closing
from review.accounts.models import Tenant

WORDS = {
    "cases": "open cases closed",
    "handed_over": "clusters handed over",
    "people": "accounts switched off",
    "views": "saved views removed",
    "notes": "notes for routes withdrawn",
    "referrals": "open referrals left as they are",
    "holds": "legal holds that stay in force",
}


class Command(BaseCommand):
    """All of it or nothing; with ``--dry-run`` it only says what it would do."""

    help = "Close a body: its open cases end or are handed over, its people lose access (docs/accounts.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("name", help="name of the body, as the page Bodies shows it")
        parser.add_argument("--reason", required=True, help="why, in a sentence; kept with the body")
        parser.add_argument("--by", required=True, metavar="OPERATOR", help="user name of the operator who answers for it")
        parser.add_argument("--hand-to", default="", metavar="NAME", help="a body that gets a case of each cluster it has none of")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")

    def handle(self, *args: Any, name: str, reason: str, by: str, hand_to: str, dry_run: bool, **options: Any) -> None:
        """Close the body, or say what that would do."""
        tenant, to = _body(name), _body(hand_to) if hand_to else None
        operator = User.objects.filter(username=by, is_active=True).first()
        if operator is None or Role.OPERATOR not in roles_of(operator):
            raise CommandError(f"--by {by}: no operator with that user name; the page Accounts lists them", returncode=2)
        try:
            if dry_run:
                closing.check(tenant, reason=reason, to=to, by=operator)
                done = closing.plan(tenant, to=to)
            else:
                done = closing.close(tenant, reason=reason, to=to, by=operator, now=datetime.now(UTC))
        except FairwatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{tenant.name}: {'would be closed' if dry_run else 'closed'}")
        for field, number in asdict(done).items():
            self.stdout.write(f"{number:>7} {WORDS[field]}")


def _body(name: str) -> Tenant:
    found = Tenant.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(Tenant.objects.order_by("name").values_list("name", flat=True)) or "none"
        raise CommandError(f"{name}: no body with that name; there are: {names}", returncode=2)
    return found
