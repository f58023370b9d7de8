"""Which clusters a digest tells of, in which section and order: pure rules, no database, no words.

The rules keep alerts few (field research, section 6): one item a cluster until something material changes,
a cap, and nothing called new that was only found late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from alerts.facts import CRITICAL, ClusterFacts, Told, urgency

CAP = 25
"""Most items in one digest; the rest are counted ("and 17 more")."""

GROWTH = 3
"""A cluster counts as grown when it has at least this many times the adverts last told."""

LATE_AFTER = timedelta(days=30)
"""An advert posted longer ago than this was found late: told, but never as new."""


class Section(StrEnum):
    """The parts of a digest, in their order."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    LATE = "late"


class Change(StrEnum):
    """What is new about a cluster since it was last told."""

    FIRST = "first"
    BAND = "higher-band"
    CRITICAL = "new-critical"
    COUNTRY = "new-country"
    GROWN = "grown"
    CLOSED = "closed"


def _higher_band(told: Told, now: ClusterFacts) -> bool:
    return urgency(now.band) < urgency(told.band)


def _new_critical(told: Told, now: ClusterFacts) -> bool:
    return bool((now.indicators - told.indicators) & CRITICAL)


def _new_country(told: Told, now: ClusterFacts) -> bool:
    return bool(now.countries - told.countries)


def _grown(told: Told, now: ClusterFacts) -> bool:
    return now.size >= GROWTH * told.size


def _closed(told: Told, now: ClusterFacts) -> bool:
    return now.closed and not told.closed


MATERIAL: tuple[tuple[Change, Callable[[Told, ClusterFacts], bool]], ...] = (
    (Change.BAND, _higher_band),
    (Change.CRITICAL, _new_critical),
    (Change.COUNTRY, _new_country),
    (Change.GROWN, _grown),
    (Change.CLOSED, _closed),
)
"""The only reasons for telling of a cluster again, weightiest first."""


@dataclass(frozen=True, slots=True)
class Item:
    """One cluster in a digest, with why it is there."""

    facts: ClusterFacts
    section: Section
    changes: tuple[Change, ...]

    def telling(self, before: Told | None) -> Told:
        """What the subscriber knows after this item: never less than before it."""
        now = self.facts
        if before is None:
            return Told(now.band, now.size, now.countries, now.indicators, now.closed)
        return Told(
            band=min(before.band, now.band, key=urgency),
            size=max(before.size, now.size),
            countries=before.countries | now.countries,
            indicators=before.indicators | now.indicators,
            closed=before.closed or now.closed,
        )


@dataclass(frozen=True, slots=True)
class Digest:
    """The items to tell, in order, and how many were left out by the cap."""

    items: tuple[Item, ...]
    more: int

    def section(self, section: Section) -> tuple[Item, ...]:
        """The items of one section, in order."""
        return tuple(item for item in self.items if item.section is section)

    def __bool__(self) -> bool:
        return bool(self.items)


def changes(told: Told | None, now: ClusterFacts) -> tuple[Change, ...]:
    """What is materially new about a cluster; empty: it is not told again.

    A cluster never told of and already closed has nothing to act on and stays untold.
    """
    if told is None:
        return () if now.closed else (Change.FIRST,)
    return tuple(change for change, holds in MATERIAL if holds(told, now))


def section_of(changed: tuple[Change, ...], now: ClusterFacts, *, today: date) -> Section:
    """Where an item stands: closed ones apart whatever else changed, late finds apart from new ones."""
    if now.closed:
        return Section.CLOSED
    if Change.FIRST not in changed:
        return Section.CHANGED
    late = now.posted_on is not None and today - now.posted_on > LATE_AFTER
    return Section.LATE if late else Section.NEW


def digest(clusters: Iterable[tuple[ClusterFacts, Told | None]], *, today: date, cap: int = CAP) -> Digest:
    """The digest of some clusters, each with what was told of it before.

    Order: section, then urgency, then reach, then newest first; a cluster given twice is told once.
    """
    items: dict[str, Item] = {}
    for facts, told in clusters:
        changed = changes(told, facts)
        if changed:
            items[facts.cluster_id] = Item(facts, section_of(changed, facts, today=today), changed)
    ordered = sorted(items.values(), key=_order)
    return Digest(tuple(ordered[:cap]), max(0, len(ordered) - cap))


def _order(item: Item) -> tuple[int, int, int, float, str]:
    facts = item.facts
    return (list(Section).index(item.section), urgency(facts.band), -facts.online, -facts.newest_at.timestamp(), facts.cluster_id)
