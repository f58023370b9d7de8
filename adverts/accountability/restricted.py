"""Clusters that may be told to some people alone: nothing of them leaves the house, not even as a count."""

from __future__ import annotations

from adverts.models import ClusterMember
from alerts.models import Restriction


def restricted_clusters() -> frozenset[str]:
    """Clusters under a restriction now, and restricted adverts that no cluster holds, by their own id."""
    adverts = frozenset(Restriction.objects.filter(lifted_at=None).values_list("advert_id", flat=True))
    return adverts | frozenset(ClusterMember.objects.filter(advert_id__in=adverts).values_list("cluster_id", flat=True))
