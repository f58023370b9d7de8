"""An advert as an inspector reads it: marked text, cards, claims, questions. Pure but for the catalogue of cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adverts import store
from adverts.models import Advert, AdvertVersion, Assessment
from adverts.store import IndicatorCard
from review.compare import Piece, around_changes, changes
from review.marks import Mask, Span, quote, render
from review.summary import SEVERITIES
from review.why import indicator_words

WINDOW = 6_000
"""Bytes of a text on one page (fewer characters in scripts that take more): with all else a page stays under 60 kB."""

MOST_QUOTES = 6
"""Places named on one card; the text itself marks them all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card's indicator was seen."""

    number: int
    quote: str
    part: int
    """Part of the text it stands in, from 1; 0 where it was computed and stands nowhere."""
    why: str
    note: str
    strength: str
    origin: str


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator, or one protective signal, with all places where it was seen."""

    number: int
    card: IndicatorCard
    words: str
    places: tuple[Place, ...]
    more: int
    """Places beyond ``MOST_QUOTES``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the advert page shows of the text and its assessment."""

    html: SafeString
    part: int
    parts: int
    cards: tuple[Card, ...]
    claims: tuple[Card, ...]
    questions: tuple[str, ...]
    hidden: bool
    """Whether findings are kept back because the case is read blind."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with what is masked in it, and how many characters make one part."""

    text: str
    masks: tuple[Mask, ...]
    window: int


def read(advert: Advert, assessment: Assessment | None, *, part: int, language: str, hidden: bool) -> Reading:
    """The reading of one part (from 1) of an advert; ``language`` is that of the questions."""
    masks = tuple(Mask(int(row["start"]), int(row["end"]), str(row["masked"])) for row in advert.contacts)
    source = _Text(advert.text, masks, _window(advert.text))
    parts = max(1, -(-len(advert.text) // source.window))
    part = min(max(1, part), parts)
    cards: list[Card] = []
    claims: list[Card] = []
    spans: list[Span] = []
    if assessment is not None and not hidden:
        numbers = count(1)
        cards = _cards(assessment.indicators, source, spans, numbers, first=1)
        claims = _cards(assessment.signals, source, spans, numbers, first=len(cards) + 1)
    html = render(advert.text, spans=spans, masks=masks, start=(part - 1) * source.window, end=part * source.window)
    facts = assessment.questions if assessment is not None else []
    asked = [card.card.question for card in cards if card.card.question]
    questions = tuple(dict.fromkeys([*asked, *(store.fact_question(fact, language) for fact in facts)]))
    return Reading(html, part, parts, tuple(cards), tuple(claims), questions, hidden)


def _window(text: str) -> int:
    """Characters a part: the same for every part of a text."""
    size = len(text.encode("utf-8", "replace"))
    return WINDOW * len(text) // size if size > WINDOW else WINDOW


def _cards(matches: Sequence[Mapping[str, Any]], source: _Text, spans: list[Span], numbers: Iterator[int], *, first: int) -> list[Card]:
    """One card for each id, gravest first; the places that stand in the text are added to ``spans``."""
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for match in matches:
        by_id.setdefault(match["id"], []).append(match)
    cards: list[Card] = []
    for card_number, name in enumerate(sorted(by_id, key=_gravest_first), first):
        card, places = store.indicator(name), []
        for match in by_id[name]:
            place = _place(match, next(numbers), source)
            places.append(place)
            if place.part:
                spans.append(Span(place.number, card_number, int(match["start"]), int(match["end"]), card.severity, indicator_words(name)))
        cards.append(Card(card_number, card, indicator_words(name), tuple(places[:MOST_QUOTES]), max(0, len(places) - MOST_QUOTES)))
    return cards


def _place(match: Mapping[str, Any], number: int, source: _Text) -> Place:
    start, end = int(match["start"]), int(match["end"])
    stands = _stands(match, source.text)
    return Place(
        number=number,
        quote=quote(source.text, start, end, masks=source.masks) if stands else "",
        part=start // source.window + 1 if stands else 0,
        why=str(match["why"]),
        note=str(match.get("note", "")),
        strength=strength_words(float(match["strength"])),
        origin=str(match["origin"]),
    )


def _stands(match: Mapping[str, Any], text: str) -> bool:
    start, end = int(match["start"]), int(match["end"])
    return 0 <= start < end <= len(text) and text[start:end] == match["quote"]


def strength_words(strength: float) -> str:
    """How surely words mean what an indicator says, in words: a number would promise more than is known."""
    if strength >= 0.8:
        return _("clear wording")
    return _("likely meaning") if strength >= 0.5 else _("possible meaning")


def _gravest_first(name: str) -> tuple[int, str]:
    severity = store.indicator(name).severity
    return (SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)), name


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One state an advert had, and what changed in it against the one before."""

    row: AdvertVersion
    changes: tuple[Change, ...]


FIELD_WORDS: Mapping[str, str] = {
    "pay_raw": "pay",
    "pay_low": "pay from",
    "pay_high": "pay up to",
    "pay_currency": "currency",
    "pay_period": "pay period",
    "place": "place",
    "country": "country",
    "employer": "employer",
    "title": "title",
    "text": "text",
}
"""Fields in the order their changes are told: what a person is promised first, the long text last."""


def versions(rows: Sequence[AdvertVersion]) -> list[Version]:
    """The versions of an advert with their changes by words; contacts are masked in the ledger already."""
    found = []
    for row in rows:
        fields = tuple(_change(name, *row.changes[name]) for name in sorted(row.changes, key=_promised_first))
        found.append(Version(row, fields))
    return found


def _change(name: str, before: object, after: object) -> Change:
    return Change(_field_words(name), tuple(around_changes(changes(_text(before), _text(after)))))


def _field_words(name: str) -> str:
    return FIELD_WORDS.get(name, name.replace("_", " "))


def _promised_first(name: str) -> tuple[int, str]:
    order = list(FIELD_WORDS)
    return (order.index(name) if name in order else len(order)), name


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
