"""A second look at each finding: does it stand in an advert where such a finding is to be believed.

A sentence can sound like an indicator in the middle of an ordinary advert. What else the advert holds tells them apart: other findings,
a named employer, insurance and leave, or a private messenger and nothing else. The weights are numbers over concepts and situations;
they are learned from our own corpus and from ordinary adverts of which no text is kept (``manage.py calibrate``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adverts.records import Match

FILE = Path(__file__).parent / "second.json"
VERSION = "second-2"
"""Changes whenever features are added, removed or computed otherwise."""
LENGTHS = (200, 400, 800, 1600, 3200)
"""Characters at which an advert counts as one step longer."""
LOOKED_AT = frozenset({"critical", "high", "medium"})
"""Severities that are looked at twice; low and context ones are shown as they are: alone they change no band."""

ABOUT = (
    "named", "company_form", "address", "licence", "contact.email", "contact.link", "contact.phone", "contact.handle",
    "contact.messenger", "messenger", "abroad", "insurance", "leave_paid", "overtime", "experience", "language_skill",
    "contract", "interview", "statutory", "public_service", "complaint", "departure", "arrange", "everything",
    "housing", "food", "company_pays", "free", "high_pay", "easy_money", "no_experience", "woman", "looks", "cash",
    "told_later", "details_private", "soon", "fee", "amount", "apply", "office", "agency", "cost_item_visa", "passport",
    "refugee", "chat_work", "crypto", "drinks", "hostess", "debt", "loan", "hide", "scam", "warning",
)  # fmt: skip
"""Concepts that say what kind of advert it is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One finding before the second look."""

    match: Match
    key: str
    """The situation it came from, or ``model``."""
    likely: float
    """What the sentence model says of it, 0..1; -1 where it says nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The advert a finding stands in."""

    concepts: frozenset[str]
    length: int
    """Characters."""


def features(
    candidate: Candidate, others: Sequence[Candidate], around: Surroundings, severities: Mapping[str, str]
) -> Iterator[tuple[str, float]]:
    """Names and values of what is looked at."""
    name = candidate.match.id
    severity = severities.get(name, "medium")
    yield f"id:{name}", 1.0
    yield f"key:{name}/{candidate.key}", 1.0
    by_rule = candidate.key != "model"
    yield "strength" if by_rule else "model", candidate.match.strength
    if candidate.likely >= 0:
        bounded = min(0.999, max(0.001, candidate.likely))
        yield ("likely:rule" if by_rule else "likely:model"), math.log(bounded / (1 - bounded)) / 4
    yield "span", min(len(candidate.match.quote), 200) / 100
    company = {other.match.id for other in others} - {name}
    for level in ("critical", "high", "medium", "low", "context"):
        count = sum(severities.get(other) == level for other in company)
        for least in range(1, min(count, 3) + 1):
            yield f"others:{level}:{least}", 1.0
            yield f"others:{level}:{least}:{severity}", 0.5
    if not company:
        yield f"alone:{severity}", 1.0
    steps = sum(around.length > step for step in LENGTHS)
    for step in range(steps):
        yield f"longer:{step}", 0.5
        yield f"longer:{step}:{severity}", 0.5
    for concept in ABOUT:
        if concept in around.concepts:
            yield f"about:{concept}", 0.5


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Weights of the second look."""

    weights: Mapping[str, float]
    bias: float
    indicators: frozenset[str]
    """Those that were measured; any other is believed as it is: it may be newer than the measurement."""
    least: Mapping[str, float]
    """Severity -> probability below which a finding is dropped."""

    def believed(self, candidates: Sequence[Candidate], around: Surroundings, severities: Mapping[str, str]) -> list[Match]:
        """The findings that stand, in the order they came."""
        return [
            one.match
            for one in candidates
            if severities.get(one.match.id) not in LOOKED_AT
            or one.match.id not in self.indicators
            or self.probability(one, candidates, around, severities) >= self.least.get(severities[one.match.id], 0.0)
        ]

    def probability(self, candidate: Candidate, others: Sequence[Candidate], around: Surroundings, severities: Mapping[str, str]) -> float:
        """How likely the finding is right, 0..1."""
        z = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features(candidate, others, around, severities))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def load(path: Path = FILE) -> SecondLook | None:
    """The second look as it was measured; ``None`` where none was: all findings are then believed."""
    if not path.exists():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    if stored["features"] != VERSION:
        return None
    return SecondLook(stored["weights"], stored["bias"], frozenset(stored["indicators"]), stored["least"])


@cache
def current() -> SecondLook | None:
    """The second look in use, read once."""
    return load()
