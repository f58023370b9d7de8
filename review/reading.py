"""An advert as an inspector reads it: marked text, cards, claims, questions. Pure but for the catalogue of cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adverts import store
from adverts.models import Advert, AdvertVersion, Assessment
from adverts.store import IndicatorCard
from review.compare import Piece, around_changes, changes
from review.marks import Mask, Span, quote, render
from review.rules import indicator_words
from review.summary import SEVERITIES

WINDOW = 8_000
"""Characters of a text on one page: keeps a page under 60 kB in every script."""

MOST_QUOTES = 12
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


def read(advert: Advert, assessment: Assessment | None, *, part: int, language: str, hidden: bool) -> Reading:
    """The reading of one part (from 1) of an advert; ``language`` is that of the questions."""
    masks = [Mask(int(row["start"]), int(row["end"]), str(row["masked"])) for row in advert.contacts]
    parts = max(1, -(-len(advert.text) // WINDOW))
    part = min(max(1, part), parts)
    cards: tuple[Card, ...] = ()
    claims: tuple[Card, ...] = ()
    spans: list[Span] = []
    if assessment is not None and not hidden:
        cards, spans = _cards(assessment.indicators, advert.text, masks, first_card=1, first_place=1)
        claims, more = _cards(assessment.signals, advert.text, masks, first_card=len(cards) + 1, first_place=len(spans) + 1)
        spans += more
    html = render(advert.text, spans=spans, masks=masks, start=(part - 1) * WINDOW, end=part * WINDOW)
    facts = assessment.questions if assessment is not None else []
    questions = [store.fact_question(fact, language) for fact in facts]
    asked = [card.card.question for card in cards if card.card.question]
    return Reading(html, part, parts, cards, claims, tuple(dict.fromkeys([*asked, *questions])), hidden)


def _cards(
    matches: Sequence[Mapping[str, Any]], text: str, masks: Sequence[Mask], *, first_card: int, first_place: int
) -> tuple[tuple[Card, ...], list[Span]]:
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for match in matches:
        by_id.setdefault(match["id"], []).append(match)
    cards: list[Card] = []
    spans: list[Span] = []
    number = first_place
    for card_number, name in enumerate(sorted(by_id, key=_gravest_first), first_card):
        card, places = store.indicator(name), []
        for match in by_id[name]:
            places.append(_place(match, number, text, masks))
            spans += [_span(match, number, card_number, card)] if _stands(match, text) else []
            number += 1
        cards.append(Card(card_number, card, indicator_words(name), tuple(places[:MOST_QUOTES]), max(0, len(places) - MOST_QUOTES)))
    return tuple(cards), spans


def _span(match: Mapping[str, Any], number: int, card_number: int, card: IndicatorCard) -> Span:
    return Span(number, card_number, int(match["start"]), int(match["end"]), card.severity, card.title)


def _place(match: Mapping[str, Any], number: int, text: str, masks: Sequence[Mask]) -> Place:
    start, end = int(match["start"]), int(match["end"])
    stands = _stands(match, text)
    return Place(
        number=number,
        quote=quote(text, start, end, masks=masks) if stands else "",
        part=start // WINDOW + 1 if stands else 0,
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


FIELD_WORDS = {"pay_raw": "pay", "pay_low": "pay from", "pay_high": "pay up to", "pay_currency": "currency", "pay_period": "pay period"}


def versions(rows: Sequence[AdvertVersion]) -> list[Version]:
    """The versions of an advert with their changes by words; contacts are masked in the ledger already."""
    found = []
    for row in rows:
        fields = tuple(_change(name, before, after) for name, (before, after) in row.changes.items())
        found.append(Version(row, fields))
    return found


def _change(name: str, before: object, after: object) -> Change:
    return Change(_field_words(name), tuple(around_changes(changes(_text(before), _text(after)))))


def _field_words(name: str) -> str:
    return FIELD_WORDS.get(name, name.replace("_", " "))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
