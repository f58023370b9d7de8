"""The few queries of the ledger that other folders call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from adverts.catalogue import IndicatorCard as IndicatorCard
from adverts.catalogue import cards as cards
from adverts.catalogue import indicator as indicator
from adverts.models import Advert, Assessment, ClusterLink, ClusterMember
from adverts.questions import fact_question as fact_question
from adverts.turns import POSITIONS, take_turn


@dataclass(frozen=True, slots=True)
class LinkView:
    """One reason why an advert belongs with another."""

    other_id: str
    kind: str
    strength: float
    reason: str


def cluster_of(advert_id: str) -> str:
    """The cluster of an advert; empty where it has not been linked yet."""
    found = ClusterMember.objects.filter(advert_id=advert_id).values_list("cluster_id", flat=True).first()
    return found or ""


def clusters_of(advert_ids: Sequence[str]) -> dict[str, str]:
    """Advert id -> cluster id for those that have been linked."""
    return dict(ClusterMember.objects.filter(advert_id__in=advert_ids).values_list("advert_id", "cluster_id"))


def members_of(cluster_id: str) -> list[str]:
    """Advert ids of a cluster, the newest first seen first."""
    rows = ClusterMember.objects.filter(cluster_id=cluster_id).order_by("-advert__first_seen_at", "advert_id")
    return list(rows.values_list("advert_id", flat=True))


def links_of(advert_id: str) -> list[LinkView]:
    """All links of an advert, the strongest first."""
    rows = ClusterLink.objects.filter(Q(a_id=advert_id) | Q(b_id=advert_id))
    views = [LinkView(row.b_id if row.a_id == advert_id else row.a_id, row.kind, row.strength, row.reason) for row in rows]
    return sorted(views, key=_strongest_first)


def _strongest_first(view: LinkView) -> tuple[float, str, str]:
    return -view.strength, view.kind, view.other_id


def latest_assessment(advert_id: str) -> Assessment | None:
    """The newest assessment of an advert's present text; ``None`` where it has none yet."""
    return newest_assessments(Assessment.objects.filter(advert_id=advert_id)).first()


def newest_assessments(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Of the given assessments those that are the newest of their advert and belong to its present text."""
    same = Assessment.objects.filter(advert_id=OuterRef("advert_id"), text_hash=OuterRef("advert__text_hash")).order_by("-made_at", "-pk")
    return rows.filter(pk=Subquery(same.values("pk")[:1]))


def next_position() -> int:
    """The position after the highest in use. Call it inside a transaction that writes with it; other writers wait until it ends."""
    take_turn(POSITIONS)
    highest: int | None = Advert.objects.aggregate(highest=Max("position"))["highest"]
    return (highest or 0) + 1


def in_batches(rows: QuerySet[Advert], *, size: int = 500) -> Iterator[list[Advert]]:
    """Adverts in order of their id, ``size`` at a time, each batch by its own short query."""
    last = ""
    while batch := list(rows.filter(advert_id__gt=last).order_by("advert_id")[:size]):
        yield batch
        last = batch[-1].advert_id
