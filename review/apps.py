"""Django's entry for review."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The review app."""

    name = "review"
