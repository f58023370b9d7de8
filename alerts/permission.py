"""Who may be told what; asked when something is sent or shown, not when it was ordered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.db import transaction

from adverts.access import Role, roles_of
from adverts.audit import record
from adverts.models import ClusterMember
from alerts.models import Restriction

SUBSCRIBERS = (Role.UNION, Role.INSPECTOR, Role.HEAD)
"""Roles that may hold subscriptions."""


def may_receive(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a person may be told of adverts at this moment: an active account with one of the roles."""
    return bool(user.is_active) and not roles_of(user).isdisjoint(SUBSCRIBERS)


def visible(user: AbstractUser | AnonymousUser, cluster_ids: Iterable[str]) -> set[str]:
    """Which of these clusters a person may be told of at this moment. What is left out must not even be counted."""
    wanted = set(cluster_ids)
    return wanted - hidden(user) if wanted and may_receive(user) else set()


def hidden(user: AbstractUser | AnonymousUser) -> set[str]:
    """Ids of all clusters that a person may not be told of: restricted to roles of which the person has none.

    A restriction lies on an advert and holds for whichever cluster that is in now. One query and one for the person's roles.
    """
    roles = {role.value for role in roles_of(user)}
    return _clusters_of(advert_id for advert_id, allowed in _restrictions() if roles.isdisjoint(allowed))


def open_to_all(cluster_ids: Iterable[str]) -> set[str]:
    """Which of these clusters are restricted to nobody: what may be told where one cannot know who reads."""
    return set(cluster_ids) - _clusters_of(advert_id for advert_id, _ in _restrictions())


@transaction.atomic
def restrict(advert_id: str, *, roles: Iterable[Role], reason: str, by: User, now: datetime) -> Restriction:
    """Let the cluster of an advert be told to these roles alone; what has been sent cannot be taken back, feeds lose it at once."""
    values = sorted({role.value for role in roles})
    made = Restriction.objects.create(advert_id=advert_id, roles=values, reason=reason, by=by, at=now)
    record(actor=by.get_username(), action="alert.restricted", subject=f"advert:{advert_id}", at=now, detail={"roles": values})
    return made


@transaction.atomic
def lift(restriction: Restriction, *, by: str, now: datetime) -> None:
    """Let it be told to all again. Repeating it changes nothing."""
    if Restriction.objects.filter(pk=restriction.pk, lifted_at=None).update(lifted_at=now):
        record(actor=by, action="alert.restriction-lifted", subject=f"advert:{restriction.advert_id}", at=now)


def _clusters_of(advert_ids: Iterable[str]) -> set[str]:
    closed = list(advert_ids)
    return set(ClusterMember.objects.filter(advert_id__in=closed).values_list("cluster_id", flat=True)) if closed else set()


def _restrictions() -> list[tuple[str, list[str]]]:
    return list(Restriction.objects.filter(lifted_at=None).values_list("advert_id", "roles"))
