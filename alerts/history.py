"""Clusters as they were at a time that has passed, as far as the ledger tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from adverts.models import Assessment
from alerts.facts import AdvertFacts
from alerts.reading import batches, facts, members


@dataclass(frozen=True, slots=True)
class Histories:
    """The assessments of each advert of some clusters, oldest first; groups are those of today."""

    members: dict[str, list[str]]
    assessments: dict[str, list[AdvertFacts]]

    def at(self, cluster_id: str, at: datetime) -> list[AdvertFacts]:
        """The adverts of a cluster that had been assessed by then, each with its newest assessment of then."""
        found = []
        for advert_id in self.members.get(cluster_id, ()):
            past = [each for each in self.assessments.get(advert_id, ()) if each.made_at <= at]
            if past:
                last = past[-1]
                found.append(replace(last, online=last.closed_at is None or last.closed_at > at))
        return found


def histories(cluster_ids: Iterable[str]) -> Histories:
    """What is known of these clusters; assessments of texts that an advert no longer has are left out."""
    groups = members(cluster_ids)
    found: dict[str, list[AdvertFacts]] = defaultdict(list)
    for ids in batches([advert_id for each in groups.values() for advert_id in each]):
        rows = Assessment.objects.filter(advert_id__in=ids).select_related("advert__membership").order_by("made_at", "pk")
        for row in rows:
            if row.text_hash == row.advert.text_hash:
                found[row.advert_id].append(facts(row))
    return Histories(groups, dict(found))
