"""Django's entry for the API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API, a part of the ledger's folder with one table of its own."""

    name = "adverts.api"
    label = "api"
