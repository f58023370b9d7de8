"""Tables of accounts; written by this folder alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Tenant(models.Model):
    """A body that works with this installation: it shares adverts with the others, but not its verdicts and notes."""

    name = models.CharField(max_length=200, unique=True)
    contact = models.CharField(max_length=300, blank=True)
    """How the other bodies reach it: an address, a number. Shown to them where both work on the same cluster."""
    is_default = models.BooleanField(default=False)
    """The body of everybody who has none; at most one. Its cases carry ``review.tenancy.DEFAULT``, not its id."""
    closed_at = models.DateTimeField(null=True)
    """When it ended its work here (``review.accounts.closing``)."""
    closed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="one_default_body"),
        ]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """What accounts know of a person beyond Django's own fields."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="accounts")
    language = models.CharField(max_length=12, blank=True)
    """Chosen by the person; empty: as the browser asks."""
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"account of {self.user_id}"
