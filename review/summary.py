"""A cluster in one view, pure: its members and their newest assessments become the facts the queue orders by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adverts.records import BAND_ORDER, Band
from review import districts
from review.rules import Facts, Snapshot, highest

SEVERITIES = ("critical", "high", "medium", "low", "context")
"""Of indicator cards, the gravest first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the newest assessment of an advert's present text says."""

    assessment_id: int
    band: str
    risk: float
    language: str
    rules_version: str
    model_version: str
    indicators: tuple[tuple[str, float], ...]
    """Indicator id and strength of each match."""


@dataclass(frozen=True, slots=True)
class Member:
    """One advert of a cluster, without its text."""

    advert_id: str
    title: str
    source: str
    country: str
    place: str
    first_seen_at: datetime
    closed_at: datetime | None
    text_hash: str
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A cluster as the queue sees it."""

    facts: Facts
    lead: Member
    """The riskiest member; the newest of equals."""
    languages: frozenset[str]
    sources: frozenset[str]
    districts: tuple[str, ...]
    """Of all members, those of the most first."""
    snapshot: Snapshot


def summarise(members: Sequence[Member], *, severity: Mapping[str, str], home: Collection[str] = ()) -> Summary:
    """The summary of a cluster with at least one member.

    ``severity`` maps indicator ids to their card's severity; ``home`` are the countries this installation answers for.
    """
    judged = [member.judged for member in members if member.judged]
    lead = max(members, key=_weight)
    facts = Facts(
        band=highest([one.band for one in judged]),
        risk=max((one.risk for one in judged), default=0.0),
        indicators=_ordered(judged, severity),
        copies=len(members),
        boards=len({member.source for member in members}),
        countries=len({member.country for member in members if member.country}),
        online=sum(member.closed_at is None for member in members),
        first_at=min(member.first_seen_at for member in members),
        newest_at=max(member.first_seen_at for member in members),
        here=_here({member.country for member in members if member.country}, home),
    )
    return Summary(
        facts=facts,
        lead=lead,
        languages=frozenset(one.language for one in judged if one.language),
        sources=frozenset(member.source for member in members),
        districts=districts.commonest((member.place, member.country) for member in members),
        snapshot=Snapshot(facts.band, {member.advert_id: member.text_hash for member in members}, frozenset(facts.indicators)),
    )


def shown(members: Sequence[Member], *, band: str, blind: bool) -> dict[str, object]:
    """What a decision is taken on, as stored with the verdict; the same for the same texts and assessments."""
    adverts = {member.advert_id: [member.text_hash, member.judged.assessment_id if member.judged else None] for member in members}
    judged = [member.judged for member in members if member.judged]
    return {
        "band": band,
        "blind": blind,
        "adverts": dict(sorted(adverts.items())),
        "indicators": sorted({name for one in judged for name, _ in one.indicators}),
        "rules": sorted({one.rules_version for one in judged}),
        "models": sorted({one.model_version for one in judged}),
    }


def snapshot_of(stored: Mapping[str, object]) -> Snapshot:
    """The snapshot kept by ``shown``."""
    adverts, indicators = stored.get("adverts", {}), stored.get("indicators", [])
    texts = {name: pair[0] for name, pair in adverts.items()} if isinstance(adverts, dict) else {}
    names = frozenset(indicators) if isinstance(indicators, list) else frozenset[str]()
    return Snapshot(str(stored.get("band", Band.NONE)), texts, names)


def _here(countries: set[str], home: Collection[str]) -> bool | None:
    return not countries.isdisjoint(home) if countries and home else None


def _weight(member: Member) -> tuple[int, float, bool, datetime, str]:
    band = BAND_ORDER.index(Band(member.judged.band)) if member.judged else len(BAND_ORDER)
    risk = member.judged.risk if member.judged else 0.0
    return -band, risk, member.closed_at is None, member.first_seen_at, member.advert_id


def _ordered(judged: Sequence[Judged], severity: Mapping[str, str]) -> tuple[str, ...]:
    strongest: dict[str, float] = {}
    for one in judged:
        for name, strength in one.indicators:
            strongest[name] = max(strength, strongest.get(name, 0.0))
    keyed = [(_grade(severity.get(name, "low")), -strength, name) for name, strength in strongest.items()]
    return tuple(name for _, _, name in sorted(keyed))


def _grade(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
