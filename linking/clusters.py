"""Components of linked adverts. Pure: given members and links, which cluster each belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime


def components(
    members: Mapping[str, datetime], links: Iterable[tuple[str, str]], *, apart: Mapping[str, Collection[str]] | None = None
) -> dict[str, str]:
    """Advert id -> cluster id for all ``members`` (advert id -> first seen).

    A cluster bears the id of its earliest advert, so that the answer does not depend on the order of work.
    ``apart`` names for an advert those it must not be together with, both ways; ``links`` are then followed in the order given, and
    one that would bring two of them together is passed over.
    """
    parent = {advert: advert for advert in members}
    inside = {advert: {advert} for advert in members}

    def root(advert: str) -> str:
        while parent[advert] != advert:
            parent[advert] = parent[parent[advert]]
            advert = parent[advert]
        return advert

    for a, b in links:
        if a in parent and b in parent:
            one, two = root(a), root(b)
            if one != two and not _forbidden(inside[one], inside[two], apart):
                first, second = sorted((one, two), key=_earliest(members))
                parent[second] = first
                inside[first] |= inside.pop(second)
    return {advert: root(advert) for advert in members}


def _forbidden(one: set[str], other: set[str], apart: Mapping[str, Collection[str]] | None) -> bool:
    if not apart:
        return False
    few, many = sorted((one, other), key=len)
    return any(not many.isdisjoint(apart[advert]) for advert in few if advert in apart)


def _earliest(members: Mapping[str, datetime]) -> Callable[[str], tuple[datetime, str]]:
    def key(advert: str) -> tuple[datetime, str]:
        return members[advert], advert

    return key
