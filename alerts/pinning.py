"""What a message says is fixed before its first attempt, so that a repeat is the same message under the same id.

A sender can die after the other side took a message and before that is noted. The repeat must then be one that the receiver can
drop, so it may say nothing else; what changed meanwhile is told by the next message. The outbox keeps numbers, codes and references
for this, no words: titles are read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from adverts.records import Band
from alerts.digest import Change, Digest, Item, Section
from alerts.facts import ClusterFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What one message says and how it looks."""

    at: datetime
    """When it was composed: its date, and what its phrases are counted from."""
    name: str
    language: str
    zone: str
    items: tuple[Item, ...] = ()
    cut: tuple[str, ...] = ()
    """An advert of each cluster that the cap left out."""
    version: int = 1
    """Raised when something had to be taken out after an attempt: that is another message."""
    repeats: str = ""
    """Reference of the message that is sent once more; empty where it is none of those."""

    @property
    def digest(self) -> Digest:
        """What it tells."""
        return Digest(self.items, len(self.cut))


def as_json(pinned: Pinned) -> dict[str, Any]:
    """Fit for the ledger; no title and no other word of an advert."""
    return {
        "at": pinned.at.isoformat(),
        "name": pinned.name,
        "language": pinned.language,
        "zone": pinned.zone,
        "items": [_item_as_json(item) for item in pinned.items],
        "cut": list(pinned.cut),
        "version": pinned.version,
        "repeats": pinned.repeats,
    }


def from_json(content: Mapping[str, Any], *, titles: Mapping[str, str]) -> Pinned:
    """What was fixed; ``titles`` maps the adverts of ``titled`` to their titles, as they may be shown."""
    return Pinned(
        at=datetime.fromisoformat(content["at"]),
        name=content["name"],
        language=content["language"],
        zone=content["zone"],
        items=tuple(_item(row, titles) for row in content["items"]),
        cut=tuple(content["cut"]),
        version=content["version"],
        repeats=content.get("repeats", ""),
    )


def titled(content: Mapping[str, Any]) -> list[str]:
    """Ids of the adverts whose titles the message shows."""
    return [row["title_from"] for row in content["items"]]


def _item_as_json(item: Item) -> dict[str, Any]:
    facts = item.facts
    return {
        "cluster": facts.cluster_id,
        "advert": facts.advert_id,
        "title_from": facts.title_from,
        "band": facts.band.value,
        "size": facts.size,
        "online": facts.online,
        "boards": facts.boards,
        "countries": sorted(facts.countries),
        "indicators": sorted(facts.indicators),
        "first_seen_at": facts.first_seen_at.isoformat(),
        "newest_at": facts.newest_at.isoformat(),
        "posted_on": facts.posted_on.isoformat() if facts.posted_on is not None else None,
        "section": item.section.value,
        "changes": [change.value for change in item.changes],
    }


def _item(row: Mapping[str, Any], titles: Mapping[str, str]) -> Item:
    facts = ClusterFacts(
        cluster_id=row["cluster"],
        advert_id=row["advert"],
        title=titles.get(row["title_from"], ""),
        title_from=row["title_from"],
        band=Band(row["band"]),
        size=row["size"],
        online=row["online"],
        boards=row["boards"],
        countries=frozenset(row["countries"]),
        indicators=frozenset(row["indicators"]),
        first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
        newest_at=datetime.fromisoformat(row["newest_at"]),
        posted_on=date.fromisoformat(row["posted_on"]) if row["posted_on"] is not None else None,
    )
    return Item(facts, Section(row["section"]), tuple(Change(each) for each in row["changes"]))
