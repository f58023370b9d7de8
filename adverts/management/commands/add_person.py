"""``manage.py add_person NAME --role ROLE``: an account with a role and a password that is asked for."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from adverts import audit
from adverts.access import Role, give
from adverts.models import Profile


class Command(BaseCommand):
    """The password is read from the terminal, or from standard input where there is none; never from the command line."""

    help = "Make an account, or give an existing one another role. Asks for the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("name")
        parser.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
        parser.add_argument("--email", default="")
        parser.add_argument("--organisation", default="")

    def handle(self, *args: Any, name: str, role: list[str], **options: Any) -> None:
        """Create or change the account, with an entry in the audit log."""
        user = User.objects.filter(username=name).first()
        password = "" if user else self._password()
        with transaction.atomic():
            if user is None:
                user = User.objects.create_user(name, options["email"], password)
            Profile.objects.update_or_create(
                user=user, defaults={"organisation": options["organisation"]} if options["organisation"] else {}
            )
            give(user, [Role(value) for value in role])
            detail = {"roles": sorted(role)}
            audit.record(actor="system:add_person", action="account.roles", subject=f"user:{name}", at=datetime.now(UTC), detail=detail)
        self.stdout.write(f"{name}: {', '.join(sorted(role))}")

    def _password(self) -> str:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError("password: " + " ".join(error.messages), returncode=2) from error
        if sys.stdin.isatty() and getpass.getpass("Again: ") != password:
            raise CommandError("password: the two do not agree; start again", returncode=2)
        return password
