"""Django's entry for linking."""

from __future__ import annotations

from django.apps import AppConfig


class LinkingConfig(AppConfig):
    """The linking app."""

    name = "linking"
