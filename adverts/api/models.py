"""The table of the API: tokens, of which only the hash is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """A token of one partner; the token itself is shown once and kept nowhere."""

    name = models.CharField(max_length=100, unique=True)
    """Whose it is and what for, in the operator's words."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token in hex."""
    scopes = models.JSONField(default=list)
    """Values of ``adverts.api.tokens.Scope``."""
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """The account it acts for, where it acts for one: disabled with it."""

    def __str__(self) -> str:
        return self.name
