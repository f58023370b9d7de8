"""What a subscription would have sent in the last month, told before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import slots
from alerts.digest import CAP
from alerts.facts import AdvertFacts
from alerts.matching import Matcher, Wanted
from alerts.reading import assessed
from alerts.wanting import cutter

DAYS = 30


@dataclass(frozen=True, slots=True)
class Preview:
    """Numbers of the last ``DAYS`` days, had the subscription existed."""

    items: int
    """Clusters told of, each counted once: later changes of the same cluster are not foreseen."""
    messages: int
    beyond: int
    """Of the items those only counted ("and 17 more") because of the cap."""
    examples: tuple[str, ...]
    """Titles of the newest few, fit to be shown."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When digests come."""

    period: str
    weekday: int
    hour: int
    zone: str

    def slot_of(self, at: datetime) -> str:
        """The digest in which something that happened at ``at`` would have been told, by the slot before it."""
        return slots.latest(now=at, period=self.period, weekday=self.weekday, hour=self.hour, zone=self.zone).name


def preview(wanted: Wanted, rhythm: Rhythm, *, now: datetime) -> Preview:
    """Run the real matcher over the assessments of the last month."""
    matcher = Matcher([wanted], cutter=cutter())
    first: dict[str, AdvertFacts] = {}
    for batch in assessed(since=now - timedelta(days=DAYS)):
        for facts in batch:
            if facts.online and matcher.matches(facts):
                first.setdefault(facts.cluster_id or facts.advert_id, facts)
    by_slot: dict[str, int] = {}
    for facts in first.values():
        name = rhythm.slot_of(facts.made_at)
        by_slot[name] = by_slot.get(name, 0) + 1
    newest = sorted(first.values(), key=_newest)[:5]
    return Preview(
        items=len(first),
        messages=len(by_slot),
        beyond=sum(max(0, count - CAP) for count in by_slot.values()),
        examples=tuple(facts.title for facts in newest),
    )


def _newest(facts: AdvertFacts) -> tuple[float, str]:
    return -facts.first_seen_at.timestamp(), facts.advert_id
