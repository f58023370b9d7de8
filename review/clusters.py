"""Clusters read from the ledger for the queue: members and assessments of many clusters in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from adverts import store
from adverts.models import Assessment, Cluster, ClusterMember
from review.summary import Judged, Member, Summary, summarise
from settings.env import current


def batches(*, size: int = 200) -> Iterator[list[str]]:
    """All cluster ids in order, ``size`` at a time, each batch by its own short query."""
    last = ""
    while ids := list(Cluster.objects.filter(cluster_id__gt=last).order_by("cluster_id").values_list("cluster_id", flat=True)[:size]):
        yield ids
        last = ids[-1]


def members(cluster_ids: Sequence[str]) -> dict[str, list[Member]]:
    """The members of each cluster, by advert id; clusters without any are left out."""
    judged = _judged(cluster_ids)
    found: dict[str, list[Member]] = defaultdict(list)
    for row in ClusterMember.objects.filter(cluster_id__in=cluster_ids).order_by("advert_id").select_related("advert").only(*_FIELDS):
        advert = row.advert
        found[row.cluster_id].append(
            Member(
                advert_id=advert.advert_id,
                title=advert.title,
                source=advert.source,
                country=advert.country,
                place=advert.place,
                first_seen_at=advert.first_seen_at,
                closed_at=advert.closed_at,
                text_hash=advert.text_hash,
                judged=judged.get(advert.advert_id),
            )
        )
    return dict(found)


def summaries(cluster_ids: Sequence[str]) -> dict[str, Summary]:
    """The summary of each cluster that has members."""
    severity, home = {name: card.severity for name, card in store.cards().items()}, current().countries
    return {cluster_id: summarise(rows, severity=severity, home=home) for cluster_id, rows in members(cluster_ids).items()}


_FIELDS = (
    "cluster_id",
    *(f"advert__{name}" for name in ("title", "source", "country", "place", "first_seen_at", "closed_at", "text_hash")),
)


def _judged(cluster_ids: Sequence[str]) -> dict[str, Judged]:
    rows = store.newest_assessments(Assessment.objects.filter(advert__membership__cluster_id__in=cluster_ids))
    return {
        row.advert_id: Judged(
            assessment_id=row.pk,
            band=row.band,
            risk=row.risk,
            language=row.language,
            rules_version=row.rules_version,
            model_version=row.model_version,
            indicators=tuple((match["id"], float(match["strength"])) for match in row.indicators),
        )
        for row in rows
    }
