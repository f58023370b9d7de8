"""What people said against links, as linking reads it: adverts set apart, contacts that belong to many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from adverts.models import AdvertContact, ClusterLink
from linking.models import CommonContact, Parting

Wish = Parting | CommonContact

MOST_ALIKE = 50
"""Adverts compared anew because what held them together was set apart."""


def pending() -> list[Wish]:
    """Wishes, and takings back of wishes, that the clusters do not follow yet."""
    return [*Parting.objects.filter(applied=False).order_by("pk"), *CommonContact.objects.filter(applied=False).order_by("pk")]


def mark_followed(wish: Wish) -> None:
    """The clusters follow it now."""
    type(wish).objects.filter(pk=wish.pk).update(applied=True)


def apart(adverts: Collection[str]) -> dict[str, set[str]]:
    """Of these adverts those set apart, each with those of them it must not be together with, both ways."""
    found: dict[str, set[str]] = defaultdict(set)
    for advert, others in Parting.objects.filter(undone_at=None, advert_id__in=adverts).values_list("advert_id", "others"):
        for other in others:
            found[advert].add(other)
            found[other].add(advert)
    return dict(found)


def is_common(key: str) -> bool:
    """Whether a person said that a contact belongs to a switchboard or a public office."""
    return CommonContact.objects.filter(key=key, undone_at=None).exists()


def reach_of(wish: Wish) -> tuple[set[str], set[str]]:
    """Ids of the adverts whose cluster may change by a wish, and keys of the contacts whose links may."""
    if isinstance(wish, CommonContact):
        return set(AdvertContact.objects.filter(contact_id=wish.key).values_list("advert_id", flat=True)), {wish.key}
    links = ClusterLink.objects.filter(Q(a_id=wish.advert_id) | Q(b_id=wish.advert_id)).exclude(value="")
    shared = AdvertContact.objects.filter(advert_id=wish.advert_id).values_list("contact_id", flat=True)
    return {wish.advert_id, wish.beside_id}, {*links.values_list("value", flat=True), *shared}


def alike(wish: Wish) -> list[str]:
    """Adverts that an advert set apart may have held together by its text."""
    if isinstance(wish, CommonContact) or wish.undone_at is not None:
        return []
    rows = ClusterLink.objects.filter(Q(a_id=wish.advert_id) | Q(b_id=wish.advert_id), kind="template")
    ends = {end for pair in rows.values_list("a_id", "b_id") for end in pair} - {wish.advert_id}
    return sorted(ends)[:MOST_ALIKE]
