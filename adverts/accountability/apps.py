"""Django's entry for the accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """The accounts, a part of the ledger's folder with tables of its own."""

    name = "adverts.accountability"
    label = "accountability"
