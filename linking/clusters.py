"""Components of linked adverts. Pure: given members and links, which cluster each belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime


def components(members: Mapping[str, datetime], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Advert id -> cluster id for all ``members`` (advert id -> first seen).

    A cluster bears the id of its earliest advert, so that the answer does not depend on the order of work.
    """
    parent = {advert: advert for advert in members}

    def root(advert: str) -> str:
        while parent[advert] != advert:
            parent[advert] = parent[parent[advert]]
            advert = parent[advert]
        return advert

    for a, b in links:
        if a in parent and b in parent:
            one, two = root(a), root(b)
            if one != two:
                first, second = sorted((one, two), key=_earliest(members))
                parent[second] = first
    return {advert: root(advert) for advert in members}


def _earliest(members: Mapping[str, datetime]) -> Callable[[str], tuple[datetime, str]]:
    def key(advert: str) -> tuple[datetime, str]:
        return members[advert], advert

    return key
