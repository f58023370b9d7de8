"""Django's entry for records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The records app, a part of review with tables of its own."""

    name = "review.records"
    label = "records"
