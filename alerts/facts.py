"""What alerts know of adverts and clusters: frozen, free of Django, so that the rules can be tested alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adverts.records import BAND_ORDER, Band

CRITICAL = frozenset({"debt-repaid-by-work", "document-retention", "movement-or-communication-restriction", "minors-targeted"})
"""Indicators that alone make an advert urgent (catalogue, section 6: severity critical)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertFacts:
    """One advert with its newest assessment."""

    advert_id: str
    assessment_id: int
    made_at: datetime
    """When it was assessed."""
    cluster_id: str
    """Empty where it has not been linked yet."""
    title: str
    """Fit to be shown: contacts taken out."""
    raw_title: str
    """As written, for matching alone."""
    text: str
    employer: str
    place: str
    country: str
    source: str
    languages: tuple[str, ...]
    band: Band
    risk: float
    indicators: frozenset[str]
    signals: frozenset[str]
    first_seen_at: datetime
    seen_at: datetime
    posted_on: date | None
    online: bool
    closed_at: datetime | None = None
    sectors: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    """Countries whose people it speaks to, a hint (``index.origins``)."""


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """Adverts that belong together, added up; what a subscriber is told about."""

    cluster_id: str
    advert_id: str
    """Its oldest advert: stays the same when the cluster grows."""
    title: str
    """Title of its oldest copy online, contacts masked."""
    band: Band
    size: int
    online: int
    """Copies online now."""
    boards: int
    countries: frozenset[str]
    indicators: frozenset[str]
    first_seen_at: datetime
    newest_at: datetime
    posted_on: date | None
    """Newest date of posting; None where no advert gives one."""
    title_from: str = ""
    """The advert whose title it is."""

    @property
    def closed(self) -> bool:
        """Whether no copy is online any more."""
        return self.online == 0


@dataclass(frozen=True, slots=True)
class Told:
    """What was last told of a cluster."""

    band: Band
    size: int
    countries: frozenset[str]
    indicators: frozenset[str]
    closed: bool = False


def urgency(band: Band) -> int:
    """0 for the most urgent band, growing as it gets less so."""
    return BAND_ORDER.index(band)


def most_urgent(bands: list[Band]) -> Band:
    """The most urgent of some bands; ``none`` of an empty list."""
    return min(bands, key=urgency, default=Band.NONE)


def combined(tellings: list[Told]) -> Told | None:
    """What was told of clusters that have since become one; None where nothing was."""
    if not tellings:
        return None
    return Told(
        band=most_urgent([told.band for told in tellings]),
        size=sum(told.size for told in tellings),
        countries=frozenset().union(*(told.countries for told in tellings)),
        indicators=frozenset().union(*(told.indicators for told in tellings)),
        closed=all(told.closed for told in tellings),
    )


def added_up(cluster_id: str, adverts: Sequence[AdvertFacts]) -> ClusterFacts:
    """One cluster from its adverts, of which there must be one at least.

    Band and indicators are those of the copies online; of all copies once none is.
    """
    online = [advert for advert in adverts if advert.online]
    speaking = online or list(adverts)
    oldest = min(adverts, key=_age)
    newest = max(speaking, key=_age)
    titled = min(speaking, key=_age)
    posted = [advert.posted_on for advert in speaking if advert.posted_on is not None]
    return ClusterFacts(
        cluster_id=cluster_id,
        advert_id=oldest.advert_id,
        title=titled.title,
        title_from=titled.advert_id,
        band=most_urgent([advert.band for advert in speaking]),
        size=len(adverts),
        online=len(online),
        boards=len({advert.source for advert in adverts}),
        countries=frozenset(advert.country for advert in speaking if advert.country),
        indicators=frozenset().union(*(advert.indicators for advert in speaking)),
        first_seen_at=oldest.first_seen_at,
        newest_at=newest.first_seen_at,
        posted_on=max(posted, default=None),
    )


def _age(advert: AdvertFacts) -> tuple[datetime, str]:
    return advert.first_seen_at, advert.advert_id
