"""Saved views: filters of the queue under a name, for one person or for all of their body who review."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.db.models import Q

from review import tenancy
from review.listing import Filters
from review.models import SavedView

MOST = 30
"""Views a person can keep."""


def views_for(user: User) -> list[SavedView]:
    """A person's own views and those others of the body share, by name."""
    rows = SavedView.objects.filter(Q(owner=user) | Q(shared=True, tenant=tenancy.body_of(user))).select_related("owner")
    return list(rows.order_by("name", "pk")[: 2 * MOST])


def save(user: User, *, name: str, filters: Filters, shared: bool) -> bool:
    """Keep filters; a view of one's own with the same name is replaced. False without a name or filter, or past ``MOST``."""
    name, query = " ".join(name.split())[:60], replace(filters, body="").as_query()
    others = SavedView.objects.filter(owner=user).exclude(name=name).count()
    if not name or not query or len(query) > 600 or others >= MOST:
        return False
    values = {"query": query, "shared": shared, "tenant": tenancy.body_of(user)}
    SavedView.objects.update_or_create(owner=user, name=name, defaults=values)
    return True


def drop(user: User, view_id: int) -> None:
    """Remove a view of one's own; another person's stays."""
    SavedView.objects.filter(owner=user, pk=view_id).delete()
