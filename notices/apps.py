"""Django's entry for notices."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The notices app."""

    name = "notices"
