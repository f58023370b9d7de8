"""The combination rule (catalogue, section 3): from findings to a band and the reasons for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from adverts.records import Band, Match

STRONG = frozenset({"critical", "high"})
OFFENCES = frozenset({"recruitment-fee", "deposit-or-bond", "disguised-recruitment-cost", "advance-payment-no-receipt"})
"""High indicators that are an offence by themselves where fees are banned: alone they make a labour-law case."""
LIFTED = frozenset({"scam-compound-role", "minors-targeted"})
"""With one medium from another group these are urgent."""
FRAUD = frozenset({"money-mule-or-parcel", "pay-to-earn-task", "sensitive-data-request"})
"""If only these fire, the advert goes to the fraud desk (anonymous contacts and lures of pay do not change that)."""
SMALL = frozenset(
    {"anonymous-contact", "unrealistic-pay", "vague-job", "no-skill-no-language", "urgency-pressure", "unnamed-employer", "guaranteed-hire"}
)
"""What ordinary fraud also shows: it implies neither travel nor work under control."""
MOST_REASONS = 5


class Card(Protocol):
    """What the rule must know of an indicator."""

    @property
    def severity(self) -> str:
        """critical, high, medium, low or context."""

    @property
    def group(self) -> str:
        """A to F."""

    @property
    def title(self) -> str:
        """As people read it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The band of an advert and why, the weightiest reason first."""

    band: Band
    reasons: tuple[str, ...]


def combine(matches: Sequence[Match], cards: Mapping[str, Card]) -> Judgement:
    """The band of an advert with these indicators; ``cards`` knows each of them.

    An indicator counts once, however often it stands in the text.
    """
    found = sorted({match.id for match in matches if match.id in cards}, key=_weightiest(cards)) if matches else []
    band = _band(found, cards)
    reasons = [f"{cards[name].title} ({cards[name].severity})" for name in found[:MOST_REASONS]]
    if len(found) > MOST_REASONS:
        reasons.append(f"and {len(found) - MOST_REASONS} more")
    return Judgement(band, tuple(reasons))


def _weightiest(cards: Mapping[str, Card]) -> Any:
    order = {name: place for place, name in enumerate(("critical", "high", "medium", "low", "context"))}

    def key(name: str) -> tuple[int, str]:
        return order[cards[name].severity], name

    return key


def _band(found: Sequence[str], cards: Mapping[str, Card]) -> Band:
    weigh = [name for name in found if cards[name].severity != "context"]
    if weigh and FRAUD.intersection(weigh) and set(weigh) <= FRAUD | SMALL:
        return Band.FRAUD
    high = [name for name in weigh if cards[name].severity in STRONG]
    medium = [name for name in weigh if cards[name].severity == "medium"]
    low = [name for name in weigh if cards[name].severity == "low"]
    if any(cards[name].severity == "critical" for name in weigh) or len(high) >= 2:
        return Band.URGENT
    if any(name in LIFTED and _another_group(name, [*high, *medium], cards) for name in weigh):
        return Band.URGENT
    if len(high) == 1:
        if _another_group(high[0], [*medium, *low], cards):
            return Band.PRIORITY
        return Band.LABOUR_LAW if high[0] in OFFENCES else Band.WATCH
    two_groups = len({cards[name].group for name in [*medium, *low]}) >= 2
    if two_groups and (len(medium) >= 3 or (len(medium) == 2 and low)):
        return Band.PRIORITY
    return Band.WATCH if len(medium) >= 2 else Band.NONE


def _another_group(name: str, others: Sequence[str], cards: Mapping[str, Card]) -> bool:
    return any(cards[other].group != cards[name].group for other in others if other != name)
