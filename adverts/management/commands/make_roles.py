"""``manage.py make_roles``: the Django groups that Fairwatch knows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from adverts.access import Role


class Command(BaseCommand):
    """Creates the groups that are missing; those that exist keep their members."""

    help = "Create the groups for the roles of Fairwatch; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and report."""
        made = [role.value for role in Role if Group.objects.get_or_create(name=role.value)[1]]
        self.stdout.write(f"created: {', '.join(made)}" if made else "all roles are there")
