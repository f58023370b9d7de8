"""Bodies that work with one installation: whose case it is, whom a person works for, what others may know.

They share adverts, findings, clusters, sources, partings and the directory of bodies; cases and what hangs on them belong to one.
The one place that asks ``review.accounts`` for a person's body. A person without one belongs to the default body, ``DEFAULT``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q

from adverts.access import Role, roles_of
from review.accounts.models import Account, Tenant
from review.models import DEFAULT, Case
from review.rules import LEASE, State

DECIDING = (Role.INSPECTOR, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Body:
    """One body as others may see it."""

    number: int
    """What cases and their like carry in ``tenant``."""
    name: str
    """Empty for a default body that nobody has named."""
    contact: str
    closed: bool = False
    """It no longer works here: nobody is told to reach it."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of the installation as one person sees them."""

    own: int
    every: Mapping[int, Body]

    @property
    def several(self) -> bool:
        """Whether there is more than one; where there is not, no page names any."""
        return len(self.every) > 1


def bodies_of(user: User) -> Bodies:
    """All bodies and this person's own; one query, once for each object of a person (as ``adverts.access.roles_of``)."""
    cached: Bodies | None = user.__dict__.get("_fairwatch_bodies")
    if cached is None:
        mine = Exists(Account.objects.filter(user=user.pk, tenant=OuterRef("pk")))
        own, every = DEFAULT, {DEFAULT: Body(DEFAULT, "", "")}
        for row in Tenant.objects.annotate(mine=mine).order_by("name"):
            number = number_of(row)
            every[number] = Body(number, row.name, row.contact, row.closed_at is not None)
            own = number if row.mine else own
        cached = user.__dict__["_fairwatch_bodies"] = Bodies(own, every)
    return cached


def forget_body(user: User) -> None:
    """Ask anew the next time: the person has been moved."""
    user.__dict__.pop("_fairwatch_bodies", None)


def number_of(tenant: Tenant | None) -> int:
    """What cases of a body carry in ``tenant``."""
    return DEFAULT if tenant is None or tenant.is_default else int(tenant.pk)


def body_of(user: User) -> int:
    """The body a person works for: what they write belongs to it, and they act on its cases alone."""
    return bodies_of(user).own


def looked_at(user: User, chosen: str) -> int:
    """The body whose cases a page shows: one's own; an auditor may choose any by its number."""
    found = bodies_of(user)
    if chosen.isascii() and chosen.isdigit() and len(chosen) <= 18 and Role.AUDITOR in roles_of(user) and int(chosen) in found.every:
        return int(chosen)
    return found.own


def scope(user: User, *spanning: Role) -> int | None:
    """The body whose rows a list shows: one's own; ``None``, all of them, for auditors and for the roles ``spanning``."""
    return None if not {Role.AUDITOR, *spanning}.isdisjoint(roles_of(user)) else body_of(user)


def choosable(user: User) -> list[Body]:
    """The bodies an auditor chooses from; empty for everybody else, and where there is but one."""
    found = bodies_of(user)
    return list(found.every.values()) if found.several and Role.AUDITOR in roles_of(user) else []


def at_work() -> list[int]:
    """The bodies that get cases: those with somebody who decides; the default body where there is nobody at all. One query."""
    people = User.objects.filter(is_active=True, groups__name__in=[role.value for role in DECIDING])
    people = people.exclude(account__tenant__closed_at__isnull=False)
    rows = people.values_list("account__tenant", "account__tenant__is_default").distinct()
    return sorted({DEFAULT if pk is None or is_default else int(pk) for pk, is_default in rows}) or [DEFAULT]


def closed() -> frozenset[int]:
    """The bodies that work here no more: what they decided never waits again. One query."""
    return frozenset(number_of(row) for row in Tenant.objects.filter(closed_at__isnull=False))


@dataclass(frozen=True, slots=True)
class AtWork:
    """That another body works on a cluster: its name, since when, how to reach it, and nothing else."""

    name: str
    contact: str
    since: datetime


def others_on(cluster_ids: Collection[str], user: User, *, tenant: int, now: datetime) -> Mapping[str, Sequence[AtWork]]:
    """Cluster id -> the bodies but ``tenant`` that have claimed or decided it; no query where there is but one body, else one."""
    found: dict[str, list[AtWork]] = defaultdict(list)
    every = bodies_of(user)
    if not every.several or not cluster_ids:
        return found
    busy = Q(state=State.DECIDED) | Q(claimed_until__gt=now)
    rows = Case.objects.filter(busy, cluster_id__in=cluster_ids).exclude(tenant=tenant).exclude(state=State.MERGED).order_by("tenant")
    for cluster_id, number, decided_at, until in rows.values_list("cluster_id", "tenant", "decided_at", "claimed_until"):
        body, since = every.every.get(number), decided_at or (until and until - LEASE)
        if body is not None and since is not None and not body.closed:
            found[cluster_id].append(AtWork(body.name, body.contact, since))
    return found


def strangers(user: User, names: Collection[str]) -> frozenset[str]:
    """Which of these user names belong to people of other bodies; no query where there is but one body, else one."""
    every = bodies_of(user)
    if not every.several or not names or Role.AUDITOR in roles_of(user):
        return frozenset()
    return outside(every.own, names)


def outside(tenant: int, names: Collection[str]) -> frozenset[str]:
    """Which of these user names belong to people who work for another body than ``tenant``; one query."""
    people = User.objects.filter(username__in=names).values_list("username", "account__tenant", "account__tenant__is_default")
    return frozenset(name for name, pk, is_default in people if (DEFAULT if pk is None or is_default else pk) != tenant)


def outcome_in(tokens: str, tenant: int) -> str:
    """A body's outcome among tokens with a space between; empty where it has none."""
    found = (one.partition("@") for one in tokens.split())
    return next((outcome for outcome, _at, number in found if (int(number) if number else DEFAULT) == tenant), "")


def token(outcome: str, tenant: int) -> str:
    """An outcome as the index holds it: plain for the default body, with the body's number for others."""
    return outcome if tenant == DEFAULT else f"{outcome}@{tenant}"
