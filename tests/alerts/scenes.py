"""Small ledgers for the tests of alerts: adverts, clusters, people and subscriptions, all invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction

from adverts.access import Role
from adverts.models import Advert, Assessment, Cluster, ClusterMember
from adverts.records import Band, advert_id, text_hash
from alerts import subscriptions
from alerts.models import Subscription
from alerts.subscriptions import Wish

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

_numbers = count(1)


def person(name: str = "amina", *roles: Role, email: str = "") -> User:
    """A user with these roles, a union's where none is given."""
    user = User.objects.create_user(name, password=name, email=email)
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles or (Role.UNION,)])
    return user


def advert(
    *,
    title: str = "Packers wanted",
    text: str = "",
    at: datetime = START,
    band: Band = Band.URGENT,
    indicators: Iterable[str] = ("document-retention",),
    cluster: str = "",
    linked: bool = True,
    **fields: Any,
) -> Advert:
    """An advert, assessed at the time it was first seen, in a cluster of its own where none is named."""
    number = next(_numbers)
    source = fields.setdefault("source", "board-a")
    whole = text or f"{title}\nWe keep your passport until the season ends."
    row = Advert.objects.create(
        advert_id=advert_id(source=source, own_id=str(number)),
        position=number,
        url=f"https://{source}.example/{number}",
        title=title,
        text=whole,
        text_hash=text_hash(whole),
        first_seen_at=at,
        seen_at=at,
        **fields,
    )
    assess(row, at=at, band=band, indicators=indicators)
    if linked:
        link(row, cluster or row.advert_id)
    return row


def assess(row: Advert, *, at: datetime, band: Band = Band.URGENT, indicators: Iterable[str] = (), rules: str = "1") -> Assessment:
    """A judgement of the advert's present text."""
    found = [
        {"id": each, "start": 0, "end": 1, "quote": row.text[:1], "strength": 0.9, "why": "w", "origin": "rule/1"} for each in indicators
    ]
    return Assessment.objects.create(
        advert=row,
        text_hash=row.text_hash,
        language="en",
        indicators=found,
        risk=0.5,
        band=band.value,
        rules_version=rules,
        model_version="1",
        made_at=at,
    )


def link(row: Advert, cluster_id: str) -> None:
    """Put an advert into a cluster, as linking does."""
    Cluster.objects.get_or_create(cluster_id=cluster_id, defaults={"newest_at": row.first_seen_at})
    ClusterMember.objects.update_or_create(advert=row, defaults={"cluster_id": cluster_id})


def close(row: Advert, *, at: datetime) -> None:
    """The advert is gone."""
    row.closed_at = at
    row.save()


def wish(**fields: Any) -> Wish:
    """What an ordinary subscriber asks for."""
    given: dict[str, Any] = {
        "name": "Packing work",
        "query": "",
        "band": "priority",
        "period": "daily",
        "hour": 7,
        "time_zone": "UTC",
        "language": "en",
        "address": "amina@union.example",
    }
    return Wish(**{**given, **fields})


def subscription(
    owner: User | None = None, *, at: datetime = START - timedelta(hours=1), confirmed: bool = True, **fields: Any
) -> Subscription:
    """A subscription whose address is confirmed, its question for consent already out of the way."""
    made = subscriptions.create(wish(**fields), owner=owner or person(), now=at)
    if confirmed and made.address:
        with transaction.atomic():
            made.confirmed_at = at
            made.save()
    made.deliveries.all().delete()
    return made
