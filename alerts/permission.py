"""Who may receive alerts; asked when something is sent, not when it was ordered."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser, AnonymousUser

from adverts.access import Role, roles_of

SUBSCRIBERS = (Role.UNION, Role.INSPECTOR, Role.HEAD)
"""Roles that may hold subscriptions."""


def may_receive(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a person may be told of adverts at this moment: an active account with one of the roles.

    All clusters are open to all subscribers for now; restrictions by body or jurisdiction belong here.
    """
    return bool(user.is_active) and not roles_of(user).isdisjoint(SUBSCRIBERS)
