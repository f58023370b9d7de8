"""Why an advert stands in its band, and what would change that: asked of the combination rule itself, pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from adverts.records import BAND_ORDER, Band, Match
from adverts.store import IndicatorCard
from nlp import bands
from review.rules import QUEUED, is_higher
from review.summary import SEVERITIES

NAMED = 4
"""Signs named for each band that one more would lead to."""


@dataclass(frozen=True, slots=True)
class Without:
    """The band an advert would have without one of its indicators."""

    indicator: str
    band: Band


@dataclass(frozen=True, slots=True)
class With:
    """Indicators of which any one more would lead to a band, those that weigh least first."""

    band: Band
    indicators: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the combination rule of today says of some indicators, and of one less or one more."""

    band: Band
    flagged: bool
    counted: int
    """Indicators that weigh; those that only give context do not."""
    without: tuple[Without, ...]
    one_more: tuple[With, ...]


def what_if(names: Collection[str], cards: Mapping[str, IndicatorCard]) -> WhatIf:
    """The answer for an advert with these indicators; names the rule does not know any more are left out."""
    weighing = {name: card for name, card in cards.items() if card.severity in SEVERITIES}
    seen = sorted((name for name in set(names) if name in weighing), key=_gravest_first(weighing))
    band = _band(seen, weighing)
    less = [Without(name, _band([other for other in seen if other != name], weighing)) for name in seen]
    return WhatIf(
        band,
        band in QUEUED,
        sum(weighing[name].severity != "context" for name in seen),
        tuple(one for one in less if one.band != band),
        tuple(_one_more(seen, band, weighing)),
    )


def _one_more(seen: Sequence[str], band: Band, cards: Mapping[str, IndicatorCard]) -> list[With]:
    leads: dict[Band, list[str]] = {}
    for name in sorted(set(cards) - set(seen), key=_gravest_first(cards), reverse=True):
        reached = _band([*seen, name], cards)
        if is_higher(reached, band):
            leads.setdefault(reached, []).append(name)
    return [With(one, tuple(leads[one][:NAMED]), max(0, len(leads[one]) - NAMED)) for one in reversed(BAND_ORDER) if one in leads]


def _band(names: Sequence[str], cards: Mapping[str, IndicatorCard]) -> Band:
    return bands.combine([Match(name, 0, 0, "", 1.0, "", "") for name in names], cards).band


def _gravest_first(cards: Mapping[str, IndicatorCard]) -> Callable[[str], tuple[int, str]]:
    def key(name: str) -> tuple[int, str]:
        return SEVERITIES.index(cards[name].severity), name

    return key
