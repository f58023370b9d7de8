"""Employer, place, pay and date of cards: by the names of their elements, by labels, else by what the same place of all cards holds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from adverts.records import Pay
from crawlers import pay as money
from crawlers.readers.parts import fields, places, words
from crawlers.readers.parts.card import Card, card_pieces
from crawlers.readers.parts.dates import is_date
from crawlers.readers.parts.elements import Piece
from crawlers.remember import remembered

_PARTS = re.compile(r"\s+[|·•–—/]\s+|\s*[·•|]\s*|\t| {2,}|^\s*[–—-]\s+")
_TIED = re.compile(r"\s*(?:[–—|@-]\s+|at\s+|chez\s+|bei\s+)\S")
_PROSE = 90
"""Longer runs of words are a teaser, never a name."""


@dataclass(frozen=True, slots=True)
class CardFields:
    """What a card says beside its title, each as written; "" where it does not say it."""

    employer: str = ""
    place: str = ""
    pay: Pay | None = None
    date: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    slot: str
    roles: frozenset[str]
    after: bool
    """Whether it stands after the title."""
    attached: bool = False
    """Whether a dash ties it to the title before it."""


def of_cards(cards: list[Card], *, employer: str = "") -> list[CardFields]:
    """The fields of each card, in their order; what one card's words leave open is settled by all cards together.

    ``employer`` is the one the page itself names; then no unlabelled words are taken for one.
    """
    parts = [_parts(card) for card in cards]
    slots = _slots(parts, named=bool(employer)) if len(cards) > 1 else {}
    return [_fields(card, own, slots, employer) for card, own in zip(cards, parts, strict=True)]


def _parts(card: Card) -> list[_Part]:
    """The short runs of a card, split where dots or bars part them, the site's own words left out."""
    found: list[_Part] = []
    order = {element: number for number, element in enumerate(element for root in card.roots for element in root.iter())}
    title = order.get(card.node, -1)
    for piece in card_pieces(card):
        if len(piece.text) > 4 * _PROSE or (":" in piece.text and words.label(piece.text.split(":")[0])):
            continue
        texts = (
            [piece.text]
            if piece.roles & {"title", "text"}
            else [text.strip(" –—-·|,") for run in _PARTS.split(piece.text) for text in _halves(run)]
        )
        found.extend(
            _Part(
                text,
                f"{piece.slot}/{number}",
                piece.roles,
                order.get(piece.element, 0) > title,
                bool(_TIED.match(piece.text)) and not found,
            )
            for number, text in enumerate(texts)
            if text and not words.is_ui(text) and text != card.title and any(char.isalnum() for char in text)
        )
    return found


def _halves(text: str) -> list[str]:
    """Employer and place out of "Acme Ltd - Leeds": a hyphen parts two names where one of them is surely a company or a place."""
    halves = text.split(" - ")
    parted = len(halves) == 2 and any(places.company_like(half) or places.place_like(half) for half in halves)
    return halves if parted and len(text) <= _PROSE else [text]


@remembered
def _kind(text: str) -> str:
    """What a short run is by itself: date, type, pay, place, company or other; prose is none of these."""
    if is_date(text):
        return "date"
    if words.employment_type(text):
        return "type"
    if money.find_pay(text) and len(text) <= 60:
        return "pay"
    if len(text) > _PROSE or text.endswith("…") or len(text.split()) > 10:
        return "prose"
    if not any(char.isalpha() for char in text):
        return "number"
    if places.company_like(text):
        return "company"
    return "place" if places.place_like(text) else "other"


def _slots(parts: list[list[_Part]], *, named: bool) -> Mapping[str, str]:
    """The slots that hold employers and places, by what most cards have there.

    Unnamed words count as employers only where the evidence is good: company words, or differing names right after the title beside a
    place, or as many different names as a long list has cards.
    """
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    texts: dict[str, set[str]] = defaultdict(set)
    order: dict[str, int] = {}
    after: dict[str, bool] = {}
    tied: Counter[str] = Counter()
    for own in parts:
        for number, part in enumerate(own[:30]):
            kinds[part.slot][_kind(part.text)] += 1
            texts[part.slot].add(part.text)
            order[part.slot] = min(order.get(part.slot, 99), number)
            after[part.slot] = part.after
            tied[part.slot] += part.attached
    frequent = [slot for slot in order if kinds[slot].total() >= max(2, 0.3 * len(parts))]
    place = _most(frequent, kinds, "place", least=0.25)
    chosen = {place: "place"} if place else {}
    if named:
        return chosen
    names = sorted((slot for slot in frequent if slot != place and _names(kinds[slot])), key=order.__getitem__)
    company = _most(names, kinds, "company", least=0.2)
    varied = [slot for slot in names if len(parts) >= 3 and _varied(texts[slot], kinds[slot].total())]
    likely = [
        slot
        for slot in varied
        if tied[slot] >= 0.5 * len(parts) or (after[slot] and place) or (len(parts) >= 6 and len(texts[slot]) >= 0.6 * len(parts))
    ]
    employer = company or next(iter(likely), "")
    if employer:
        chosen[employer] = "employer"
        following = names[names.index(employer) + 1 :] if not place else []
        beside = next((slot for slot in following if _some_places(kinds[slot], texts[slot])), "")
        if beside:
            chosen[beside] = "place"
    return chosen


def _some_places(kinds: Counter[str], texts: set[str]) -> bool:
    """Whether a slot right after the employers holds places: some of its words are known ones, and few are departments."""
    sorts = sum(words.bare(text) in words.entries("departments") for text in texts)
    return kinds["place"] >= 0.08 * kinds.total() and sorts <= 0.25 * len(texts)


def _varied(texts: set[str], total: int) -> bool:
    """Whether a slot holds many different words, and not the few departments of one employer."""
    sorts = sum(words.bare(text) in words.entries("departments") for text in texts)
    return len(texts) >= min(0.5 * total, 3 + 0.1 * total) and sorts <= 0.25 * len(texts)


def _most(slots: list[str], kinds: Mapping[str, Counter[str]], kind: str, *, least: float) -> str:
    """The slot where a kind is most frequent, "" where none reaches the least share."""
    shares = [(kinds[slot][kind] / kinds[slot].total(), slot) for slot in slots]
    best = max(shares, default=(0.0, ""))
    return best[1] if best[0] >= least else ""


def _names(kinds: Counter[str]) -> bool:
    """Whether a slot mostly holds what can be names."""
    return (kinds["other"] + kinds["company"] + 0.5 * kinds["place"]) / kinds.total() >= 0.6 and kinds["other"] + kinds["company"] > 0


def _fields(card: Card, parts: list[_Part], slots: Mapping[str, str], named: str) -> CardFields:
    said = fields.labelled(piece.text for piece in card_pieces(card)).values
    employer = said.get("employer") or _by_role(parts, "employer") or named or _by_slot(parts, slots, "employer")
    place = said.get("place") or _by_role(parts, "place") or _by_slot(parts, slots, "place") or _single_place(parts, employer)
    pieces = card_pieces(card)
    return CardFields(
        employer="" if employer == place else employer,
        place=place,
        pay=_pay(pieces, said.get("pay", ""), places.country_in(place)),
        date=said.get("posted", "") or _date(pieces),
        until=said.get("until", ""),
    )


def _by_role(parts: list[_Part], role: str) -> str:
    """The first run whose element is named for a role; where it is named for two, the one it looks like."""
    for part in parts:
        if role not in part.roles or len(part.text) > 120 or _kind(part.text) in {"date", "type", "pay", "number"}:
            continue
        both = {"employer", "place"} <= part.roles
        if both and (_kind(part.text) == "place") != (role == "place"):
            continue
        return part.text
    return ""


def _by_slot(parts: list[_Part], slots: Mapping[str, str], role: str) -> str:
    for part in parts:
        if slots.get(part.slot) == role and _kind(part.text) in ({"place", "other"} if role == "place" else {"other", "company", "place"}):
            taken = part.roles & {"pay", "date", "text", "employer", "place"}
            if not taken or role in taken:
                return part.text
    return ""


def _single_place(parts: list[_Part], employer: str) -> str:
    short = [part.text for part in parts[:12] if part.text != employer and len(part.text) <= 60]
    return next(
        (text for text in short if _kind(text) == "place"), next((text for text in short if len(text) <= 25 and places.is_remote(text)), "")
    )


def _pay(pieces: list[Piece], said: str, country: str) -> Pay | None:
    if said:
        return money.read_pay(said, country=country)
    named = next(
        (piece.text for piece in pieces if "pay" in piece.roles and any(char.isdigit() for char in piece.text) and len(piece.text) <= 120),
        "",
    )
    if named and (found := money.read_pay(named, country=country)):
        return found
    return next((found for piece in pieces[:30] if len(piece.text) <= 120 and (found := money.find_pay(piece.text, country=country))), None)


def _date(pieces: list[Piece]) -> str:
    """The machine-readable time of the card where it has one, else its first run that is a date."""
    for piece in pieces:
        stamp = piece.element.get("datetime") if piece.element.tag == "time" else None
        if stamp:
            return str(stamp)[:40]
    for piece in pieces[:40]:
        for text in _PARTS.split(piece.text[:200]):
            if is_date(text.strip()):
                return text.strip()
    return ""
