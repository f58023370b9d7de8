"""Which adverts match which subscriptions: pure, one pass over the adverts, never one question a subscription.

A subscription's query, planned by the index (words cut into pieces exactly as there), is put under its *anchors*: values one of which
an advert must have to match at all, the rarest kind the query allows. An advert is then compared only with the subscriptions under
the values it has. Answers are the index's: a test asks both the same questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date

from adverts.records import Band
from alerts.facts import AdvertFacts, urgency
from index.documents import TEXT_LIMIT
from index.plan import AllOf, NoneOf, Nothing, OneOf, Plan
from index.query import DayField, DayRange, Has, Is, KeywordField, RiskRange, TextField, normal
from index.snippets import Pattern

Cutter = Callable[[str], tuple[str, ...]]
"""Cuts a text into the pieces that the index compares."""

Anchor = tuple[str, Hashable]

RARITY = {
    KeywordField.ADVERT: 0,
    KeywordField.CLUSTER: 0,
    KeywordField.INDICATOR: 2,
    KeywordField.SIGNAL: 2,
    KeywordField.SOURCE: 3,
    KeywordField.COUNTRY: 3,
    KeywordField.ORIGIN: 3,
    KeywordField.SECTOR: 3,
    KeywordField.LANGUAGE: 4,
    KeywordField.BAND: 5,
}
"""How narrow an anchor is, narrowest first; words stand at 1."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one subscription looks for."""

    key: int
    plan: Plan | None
    """None: every advert."""
    band: Band
    """The least urgent band told."""


class Subject:
    """One advert made ready for comparison; its texts are cut only when words are asked for."""

    def __init__(self, facts: AdvertFacts, cutter: Cutter) -> None:
        self.facts = facts
        self._cutter = cutter
        self._hays: dict[TextField, str] = {}

    def hay(self, field: TextField) -> str:
        """The pieces of one part with a space around each."""
        if field not in self._hays:
            self._hays[field] = f" {' '.join(self._cutter(_text(self.facts, field)))} "
        return self._hays[field]

    def anchors(self, *, words: bool) -> Iterator[Anchor]:
        """Everything an anchor could ask of this advert; ``words`` tells whether any subscription is anchored by one."""
        for field in RARITY:
            for value in values(self.facts, field):
                yield field.value, value
        if words:
            for part in TextField:
                for piece in set(self.hay(part).split()):
                    yield "piece", piece


class Matcher:
    """All subscriptions at once; made for one pass and thrown away."""

    def __init__(self, wanted: Iterable[Wanted], *, cutter: Cutter) -> None:
        self._cutter = cutter
        self._anchored: dict[Anchor, list[Wanted]] = defaultdict(list)
        self._loose: list[Wanted] = []
        self._lowest = -1
        for each in wanted:
            self._lowest = max(self._lowest, urgency(each.band))
            self._place(each)
        self._words = any(kind == "piece" for kind, _ in self._anchored)

    def matches(self, facts: AdvertFacts) -> set[int]:
        """Keys of the subscriptions that want this advert."""
        if urgency(facts.band) > self._lowest:
            return set()
        subject = Subject(facts, self._cutter)
        candidates = list(self._loose)
        for anchor in subject.anchors(words=self._words):
            candidates.extend(self._anchored.get(anchor, ()))
        return {each.key for each in candidates if wants(each, subject)}

    def _place(self, wanted: Wanted) -> None:
        found = None if wanted.plan is None else anchors(wanted.plan)
        if found is None:
            self._loose.append(wanted)
            return
        for anchor in found[1]:
            self._anchored[anchor].append(wanted)


def wants(wanted: Wanted, subject: Subject) -> bool:
    """Whether a subscription wants an advert: urgent enough, and matched by the query."""
    if urgency(subject.facts.band) > urgency(wanted.band):
        return False
    return wanted.plan is None or holds(wanted.plan, subject)


def anchors(plan: Plan) -> tuple[int, frozenset[Anchor]] | None:
    """The narrowest values one of which an advert must have, with their rank; None where the query demands none."""
    match plan:
        case Nothing():
            return 0, frozenset()
        case Pattern(pieces, prefix, _):
            whole = pieces[:-1] if prefix else pieces
            return (1, frozenset({("piece", max(whole, key=len))})) if whole else None
        case Is(field, value) if field in RARITY:
            return RARITY[field], frozenset({(field.value, value)})
        case AllOf(of):
            found = [each for part in of if (each := anchors(part)) is not None]
            return min(found, key=_narrowness, default=None)
        case OneOf(of):
            each_part = [anchors(part) for part in of]
            known = [each for each in each_part if each is not None]
            if len(known) < len(each_part):
                return None
            return max(rank for rank, _ in known), frozenset().union(*(values for _, values in known))
        case _:
            return None


def _narrowness(found: tuple[int, frozenset[Anchor]]) -> tuple[int, int]:
    return found[0], len(found[1])


def holds(plan: Plan, subject: Subject) -> bool:
    """Whether an advert fits a planned query."""
    match plan:
        case Pattern(pieces, prefix, fields):
            needle = f" {' '.join(pieces)}" + ("" if prefix else " ")
            return any(needle in subject.hay(field) for field in fields)
        case AllOf(of):
            return all(holds(part, subject) for part in of)
        case OneOf(of):
            return any(holds(part, subject) for part in of)
        case NoneOf(of):
            return not holds(of, subject)
        case Is(field, value):
            return value in values(subject.facts, field)
        case Has(field):
            return day(subject.facts, field) is not None if isinstance(field, DayField) else bool(values(subject.facts, field))
        case RiskRange():
            return _in_risk(plan, subject.facts.risk)
        case DayRange(field, since, until):
            at = day(subject.facts, field)
            return at is not None and (since is None or at >= since) and (until is None or at <= until)
        case Nothing():
            return False


def values(facts: AdvertFacts, field: KeywordField) -> tuple[str, ...]:
    """What an advert has of a property; a language also gives its wider ones. Verdicts and contacts are no business of alerts."""
    match field:
        case KeywordField.ADVERT:
            return (facts.advert_id,)
        case KeywordField.CLUSTER:
            return (facts.cluster_id,) if facts.cluster_id else ()
        case KeywordField.SOURCE:
            return (facts.source,)
        case KeywordField.LANGUAGE:
            return tuple(wider for code in facts.languages for wider in _wider(normal(field, code)))
        case KeywordField.COUNTRY:
            return (normal(field, facts.country),) if facts.country else ()
        case KeywordField.ORIGIN:
            return facts.origins
        case KeywordField.SECTOR:
            return facts.sectors
        case KeywordField.INDICATOR:
            return tuple(facts.indicators)
        case KeywordField.SIGNAL:
            return tuple(facts.signals)
        case KeywordField.BAND:
            return (facts.band.value,)
        case KeywordField.ONLINE:
            return ("yes" if facts.online else "no",)
        case _:
            return ()


def day(facts: AdvertFacts, field: DayField) -> date | None:
    """A date of an advert, in UTC; None where it has none."""
    match field:
        case DayField.POSTED:
            return facts.posted_on
        case DayField.FIRST_SEEN:
            return facts.first_seen_at.astimezone(UTC).date()
        case DayField.SEEN:
            return facts.seen_at.astimezone(UTC).date()


def _wider(code: str) -> list[str]:
    parts = code.split("-")
    return ["-".join(parts[: length + 1]) for length in range(len(parts))]


def _in_risk(wanted: RiskRange, risk: float) -> bool:
    above = wanted.low is None or (risk > wanted.low if wanted.low_open else risk >= wanted.low)
    below = wanted.high is None or (risk < wanted.high if wanted.high_open else risk <= wanted.high)
    return above and below


def _text(facts: AdvertFacts, field: TextField) -> str:
    match field:
        case TextField.TITLE:
            return facts.raw_title
        case TextField.TEXT:
            return facts.text[:TEXT_LIMIT]
        case TextField.EMPLOYER:
            return facts.employer
        case TextField.PLACE:
            return facts.place
