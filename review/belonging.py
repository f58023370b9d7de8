"""The adverts of a cluster, each with what holds it there most strongly; a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from adverts.models import Advert, ClusterLink, ClusterMember


@dataclass(frozen=True, slots=True)
class Belonging:
    """One advert of a cluster and its strongest link to another one there; none for an advert held by nothing any more."""

    advert: Advert
    link: ClusterLink | None
    other: Advert | None


def members(cluster_id: str, *, start: int = 0, most: int) -> list[Belonging]:
    """A stretch of the adverts, the newest first seen first."""
    rows = ClusterMember.objects.filter(cluster_id=cluster_id).select_related("advert").order_by("-advert__first_seen_at", "advert_id")
    return _with_links(list(rows.annotate(best=_strongest(cluster_id)).defer("advert__text", "advert__contacts")[start : start + most]))


def member(advert_id: str) -> Belonging | None:
    """One advert and its strongest link; ``None`` where it has not been linked yet."""
    row = ClusterMember.objects.select_related("advert").filter(advert_id=advert_id).first()
    if row is None:
        return None
    rows = ClusterMember.objects.select_related("advert").filter(pk=row.pk).annotate(best=_strongest(row.cluster_id))
    return _with_links(list(rows))[0]


def newest_texts(cluster_id: str, *, most: int) -> list[str]:
    """The texts of the newest adverts of a cluster."""
    rows = ClusterMember.objects.filter(cluster_id=cluster_id).order_by("-advert__first_seen_at", "advert_id")
    return list(rows.values_list("advert__text", flat=True)[:most])


def _strongest(cluster_id: str) -> Subquery:
    # links to adverts set apart stay in the ledger, so both ends must be here
    out = Q(a=OuterRef("advert_id"), b__membership__cluster_id=cluster_id)
    back = Q(b=OuterRef("advert_id"), a__membership__cluster_id=cluster_id)
    return Subquery(ClusterLink.objects.filter(out | back).order_by("-strength", "pk").values("pk")[:1])


def _with_links(rows: list[ClusterMember]) -> list[Belonging]:
    best = {row.pk: getattr(row, "best") for row in rows}  # noqa: B009 (annotated, unknown to the types)
    links = (
        ClusterLink.objects.select_related("a", "b")
        .defer("a__text", "b__text", "a__contacts", "b__contacts")
        .in_bulk(set(best.values()) - {None})
    )
    found = []
    for row in rows:
        link = links.get(best[row.pk])
        other = None if link is None else link.b if link.a_id == row.advert_id else link.a
        found.append(Belonging(row.advert, link, other))
    return found
