"""``manage.py api_token``: make, list and revoke the tokens by which partners read ``/api/v1``."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adverts.api import tokens
from adverts.api.models import ApiToken
from adverts.api.tokens import Scope, TokenError

BY = "system:api_token"


class Command(BaseCommand):
    """A new token is printed once; nobody can look it up later."""

    help = "Make, list or revoke tokens of the API (docs/api.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        does = parser.add_subparsers(dest="does", required=True)
        make = does.add_parser("make", help="make a token and print it")
        make.add_argument("name", help="whose it is and what for")
        make.add_argument("--scope", action="append", required=True, choices=[scope.value for scope in Scope])
        make.add_argument("--days", type=int, default=90, help="how long it lives (default 90, at most 366)")
        does.add_parser("list", help="show the tokens, never themselves")
        revoke = does.add_parser("revoke", help="end a token at once")
        revoke.add_argument("name")

    def handle(self, *args: Any, does: str, **options: Any) -> None:
        """Do what was asked."""
        now = datetime.now(UTC)
        try:
            if does == "make":
                scopes = [Scope(value) for value in options["scope"]]
                self.stdout.write(tokens.make(name=options["name"], scopes=scopes, days=options["days"], by=BY, now=now))
                self.stderr.write("Keep it safe: it is shown this once.")
            elif does == "revoke":
                tokens.revoke(options["name"], by=BY, now=now)
                self.stdout.write(f"{options['name']}: revoked")
            else:
                self._list(now)
        except TokenError as error:
            raise CommandError(str(error)) from error

    def _list(self, now: datetime) -> None:
        for row in ApiToken.objects.order_by("name"):
            state = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else f"until {row.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{row.name}: {', '.join(row.scopes)}; {state}")
        if not ApiToken.objects.exists():
            self.stdout.write("no tokens yet")
