"""Django's entry for the ledger."""

from __future__ import annotations

from django.apps import AppConfig


class AdvertsConfig(AppConfig):
    """The ledger app."""

    name = "adverts"
    verbose_name = "Ledger of adverts"
