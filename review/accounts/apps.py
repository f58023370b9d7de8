"""Django's entry for accounts."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app, a part of review with tables of its own."""

    name = "review.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect the audit entries to what allauth tells."""
        import_module("review.accounts.events")
