"""What alerts read of the ledger: adverts, assessments and clusters as facts. A handful of queries a call, never one a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache

from adverts.models import Advert, Assessment, ClusterMember
from adverts.records import Band
from adverts.store import clusters_of, newest_assessments
from alerts.facts import AdvertFacts, ClusterFacts, added_up
from alerts.masking import title
from index import default_cut, origins
from index.sectors import Sectors

BATCH = 500
"""Rows read at a time: keeps memory flat and the list of ids in one query short."""


def batches(values: Iterable[str], *, size: int = BATCH) -> Iterator[list[str]]:
    """The values in lists of at most ``size``, in order."""
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def assessed(*, after: int = 0, since: datetime | None = None) -> Iterator[list[AdvertFacts]]:
    """Adverts by their assessments, oldest first, in batches: those with an id above ``after``, made at or after ``since``.

    Only the newest assessment of an advert's present text counts; one that a newer one has replaced is passed over.
    """
    rows = newest_assessments(Assessment.objects.select_related("advert__membership"))
    if since is not None:
        rows = rows.filter(made_at__gte=since)
    last = after
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield [facts(row) for row in batch]


def assessed_between(since: datetime, until: datetime) -> Iterator[list[AdvertFacts]]:
    """Every assessment of an advert's present text made in that time, replaced ones too, in batches, oldest id first."""
    rows = Assessment.objects.filter(made_at__gte=since, made_at__lte=until).select_related("advert__membership")
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield [facts(row) for row in batch if row.text_hash == row.advert.text_hash]


def newest_of(advert_ids: Sequence[str]) -> dict[str, AdvertFacts]:
    """Facts of these adverts by id; one that has no assessment of its present text is left out."""
    found: dict[str, AdvertFacts] = {}
    for ids in batches(advert_ids):
        rows = newest_assessments(Assessment.objects.filter(advert_id__in=ids).select_related("advert__membership"))
        found.update({row.advert_id: facts(row) for row in rows})
    return found


def facts(row: Assessment) -> AdvertFacts:
    """One assessment and its advert as facts; the title is fit to be shown."""
    advert = row.advert
    membership = getattr(advert, "membership", None)
    languages = (row.language,) if row.language not in {"", "und"} else tuple(advert.languages)
    return AdvertFacts(
        advert_id=advert.advert_id,
        assessment_id=row.pk,
        made_at=row.made_at,
        cluster_id=membership.cluster_id if membership is not None else "",
        title=title(advert.title, whole=advert.text, contacts=advert.contacts),
        raw_title=advert.title,
        text=advert.text,
        employer=advert.employer,
        place=advert.place,
        country=advert.country,
        source=advert.source,
        languages=languages,
        band=Band(row.band),
        risk=row.risk,
        indicators=frozenset(match["id"] for match in row.indicators),
        signals=frozenset(match["id"] for match in row.signals),
        first_seen_at=advert.first_seen_at,
        seen_at=advert.seen_at,
        posted_on=advert.posted_on,
        online=advert.closed_at is None,
        closed_at=advert.closed_at,
        sectors=_sectors().of(advert.title, advert.text),
        origins=origins.origins(languages, origins.phones(advert.contacts), work=advert.country),
    )


@cache
def _sectors() -> Sectors:
    return Sectors(default_cut())


def members(cluster_ids: Iterable[str]) -> dict[str, list[str]]:
    """Cluster id -> ids of its adverts."""
    found: dict[str, list[str]] = defaultdict(list)
    for ids in batches(sorted(set(cluster_ids))):
        rows = ClusterMember.objects.filter(cluster_id__in=ids).values_list("cluster_id", "advert_id")
        for cluster_id, advert_id in rows.order_by("cluster_id", "advert_id"):
            found[cluster_id].append(advert_id)
    return dict(found)


def clusters(cluster_ids: Iterable[str]) -> dict[str, ClusterFacts]:
    """Clusters added up from their adverts as they are now; one without an assessed advert is left out."""
    groups = members(cluster_ids)
    adverts = newest_of([advert_id for ids in groups.values() for advert_id in ids])
    found = {}
    for cluster_id, ids in groups.items():
        known = [adverts[advert_id] for advert_id in ids if advert_id in adverts]
        if known:
            found[cluster_id] = added_up(cluster_id, known)
    return found


def titles(advert_ids: Iterable[str]) -> dict[str, str]:
    """Advert id -> its title as it may be shown, for the adverts that are still there."""
    found: dict[str, str] = {}
    for ids in batches(advert_ids):
        for row in Advert.objects.filter(advert_id__in=ids).only("advert_id", "title", "text", "contacts"):
            found[row.advert_id] = title(row.title, whole=row.text, contacts=row.contacts)
    return found


def clusters_now(advert_ids: Iterable[str]) -> dict[str, str]:
    """Advert id -> the cluster it is in now, for those that have been linked."""
    found: dict[str, str] = {}
    for ids in batches(advert_ids):
        found.update(clusters_of(ids))
    return found
