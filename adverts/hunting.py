"""Retro hunt: what a new or changed indicator would add to and remove from the adverts in the ledger, before anybody uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adverts.models import Advert
from adverts.records import ContactSpan, Match
from adverts.store import in_batches
from nlp import catalogue, find


@dataclass(frozen=True, slots=True)
class Difference:
    """One advert on which the rule in the file and the rule in use disagree."""

    advert_id: str
    language: str
    source: str
    added: Match | None
    """The strongest finding of the new rule where the present one finds nothing."""
    removed: Match | None
    """The strongest finding of the present rule where the new one finds nothing."""


@dataclass(slots=True)
class Hunt:
    """The counts of one hunt, filled while its differences are read."""

    looked_at: int = 0
    both: int = 0
    """Adverts on which both rules agree that it is there."""
    added: Counter[str] = field(default_factory=Counter)
    """By language."""
    removed: Counter[str] = field(default_factory=Counter)


def load(path: Path) -> tuple[catalogue.Indicator, catalogue.Indicator | None]:
    """The rule in the file, and the one of the same id in use, if any. Raises ``CatalogueError`` or ``SituationError``."""
    new = catalogue.load(path)
    return new, catalogue.by_id().get(new.id)


def hunt(
    new: catalogue.Indicator,
    present: catalogue.Indicator | None,
    counts: Hunt,
    *,
    source: str = "",
    advance: Callable[[int], object] | None = None,
) -> Iterator[Difference]:
    """The adverts on which the two rules differ, in order of id. Rules alone are compared: no model can know a new indicator."""
    rows = Advert.objects.all() if not source else Advert.objects.filter(source=source)
    for batch in in_batches(rows):
        for advert in batch:
            counts.looked_at += 1
            difference = _compare(advert, new, present, counts)
            if difference is not None:
                yield difference
        if advance is not None:
            advance(len(batch))


def _compare(advert: Advert, new: catalogue.Indicator, present: catalogue.Indicator | None, counts: Hunt) -> Difference | None:
    spans = [ContactSpan(**span) for span in advert.contacts]
    reading = find.read(advert.text, languages=tuple(advert.languages), spans=spans)
    now, before = _strongest(reading, new), _strongest(reading, present) if present is not None else None
    counts.both += now is not None and before is not None
    if (now is None) == (before is None):
        return None
    language = reading.guess.main
    (counts.added if now is not None else counts.removed)[language] += 1
    return Difference(advert.advert_id, language, advert.source, now if before is None else None, before if now is None else None)


def _strongest(reading: find.Reading, rule: catalogue.Indicator) -> Match | None:
    weighed, _ = find.weigh(reading, rules=[rule])
    standing = [find.to_match(reading, one) for one in weighed if not one.undone]
    return max(standing, key=_by_strength, default=None)


def _by_strength(match: Match) -> tuple[float, int]:
    return match.strength, -match.start
