"""Kind of work and corridor of adverts, derived as the index derives them, so that queue and search agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from adverts.models import Advert
from index import default_cut, origins, sectors
from review.models import CaseFacet

MOST_LOOKED_AT = 50
"""Adverts of a cluster whose corridors are derived."""


def kinds_of(advert_ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """Advert id -> its facets of sector and corridor; one query."""
    rows = Advert.objects.filter(pk__in=advert_ids).only("title", "text", "languages", "contacts", "country")
    return {row.pk: {*_sectors_of(row), *_corridors_of(row)} for row in rows}


def corridors_of(rows: Iterable[Advert]) -> set[str]:
    """The corridors of some adverts, of which language, contacts and country are read."""
    return {corridor for row in rows for _kind, corridor in _corridors_of(row)}


def corridors_of_cluster(cluster_id: str) -> set[str]:
    """The corridors of a cluster, from its newest adverts; one query."""
    rows = Advert.objects.filter(membership__cluster_id=cluster_id).exclude(country="").order_by("-first_seen_at", "pk")
    return corridors_of(rows.only("languages", "contacts", "country")[:MOST_LOOKED_AT])


def _sectors_of(row: Advert) -> Iterator[tuple[str, str]]:
    for name in _sectors().of(row.title, row.text):
        yield CaseFacet.SECTOR, name


def _corridors_of(row: Advert) -> Iterator[tuple[str, str]]:
    """``NP>QA``; where no people are hinted at ``>QA``; nothing where the country of work is not known."""
    if row.country:
        for origin in origins.origins(row.languages, origins.phones(row.contacts), work=row.country) or ("",):
            yield CaseFacet.CORRIDOR, f"{origin}>{row.country}"


@cache
def _sectors() -> sectors.Sectors:
    return sectors.Sectors(default_cut())
