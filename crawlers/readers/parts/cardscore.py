"""Whether repeated cards are jobs: points for their titles, what they say, where they lead, and against other things that come in cards."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawlers import pay as money
from crawlers.readers.parts import elements, places, words
from crawlers.readers.parts.card import Card, card_pieces
from crawlers.readers.parts.dates import is_date
from crawlers.readers.parts.elements import HEADINGS
from crawlers.urls import path_words

_SAMPLE = 24
"""Cards of a group that are looked at."""
_CATEGORY = re.compile(r"\(\s?[\d.,]+\s?\)\s*$|^\s*[\d.,]+\+?\s+\w+\s*$|^(?:all|alle|todos|tous|tutti)\b", re.I)
_CART = re.compile(
    r"add to (?:cart|basket|bag)|in stock|out of stock|buy now|in den warenkorb|ajouter au panier|añadir al carrito|в корзину", re.I
)


def score(whole: list[Card], *, about: float) -> float:
    """How surely cards are a list of jobs, 0 for "not at all": by titles, cards, addresses, and ``about`` (0..1, the page around them)."""
    cards = whole[:: max(1, len(whole) // _SAMPLE)][:_SAMPLE]
    number = len(cards)
    titles = [card.title for card in cards]
    occupied = sum(words.occupations(title) > 0 for title in titles) / number
    jobs = 2.5 * occupied + about + 1.5 * _share(cards, _has_job_address) + 1.5 * _share(cards, _is_called_job)
    jobs += _share(cards, _has_employment_type) + 0.5 * _share(cards, _has_apply)
    form = _title_points(whole, cards, occupied) + _card_points(cards)
    if jobs < 1.4 or _share(cards, _sells) > 0.3 or _share(cards, _is_article) > 0.4:
        return 0.0
    plain = occupied >= 0.8 and number >= 8 and _told(cards) >= 1.5
    if jobs - 2.5 * occupied + _named_fields(cards) < 0.6 and not plain:  # doctors, dishes and stories have occupations in their titles too
        return 0.0
    if occupied < 0.2 and len(whole) < 4 and jobs < 2.5:
        return 0.0
    if occupied < 0.3 and _share(cards, _leads_on) < 0.5:  # headings of sections and steps have neither occupations nor links
        return 0.0
    return jobs + form


def _share(cards: list[Card], holds: Callable[[Card], bool]) -> float:
    return sum(holds(card) for card in cards) / len(cards)


def _has_job_address(card: Card) -> bool:
    return words.job_tokens(path_words(card.url))


def _is_called_job(card: Card) -> bool:
    chain = [*card.roots[:1], *list(card.roots[0].iterancestors())[:1], *list(card.node.iterancestors())[:3], card.node]
    return any(words.job_tokens(words.name_tokens(name)) for element in chain for name in elements.names_of(element).split()[:8])


def _leads_on(card: Card) -> bool:
    return bool(card.url)


def _has_employment_type(card: Card) -> bool:
    return any(words.employment_type(piece.text) for piece in card_pieces(card))


def _has_apply(card: Card) -> bool:
    return any(words.is_apply(piece.text) for piece in card_pieces(card))


def _is_article(card: Card) -> bool:
    return words.article_title(card.title)


def _named_fields(cards: list[Card]) -> float:
    """How far cards show an employer, a place or labels: what cards of adverts have beside a title."""
    return 0.8 * max(_share(cards, _shows_employer), _share(cards, _shows_place), _share(cards, _shows_labels))


def _shows_employer(card: Card) -> bool:
    return any("employer" in piece.roles or places.company_like(piece.text) for piece in card_pieces(card)[:12])


def _shows_place(card: Card) -> bool:
    return any("place" in piece.roles or places.place_like(piece.text) for piece in card_pieces(card)[:12])


def _shows_labels(card: Card) -> bool:
    return any(words.label(piece.text.split(":")[0]) for piece in card_pieces(card)[:12] if ":" in piece.text)


def _sells(card: Card) -> bool:
    return any(_CART.search(piece.text) for piece in card_pieces(card))


def _title_points(whole: list[Card], cards: list[Card], occupied: float) -> float:
    """Points for titles that look like titles: their role or tag, their own words, and not those of a field or a category."""
    titles = [card.title for card in cards]
    points = 2.0 * _share(cards, _title_role) + 1.0 * _share(cards, _in_heading) + 0.5 * _share(cards, _is_link)
    points -= 3.0 * _share(cards, _field_title)
    odd = sum(
        is_date(title)
        or (places.place_like(title) and not words.occupations(title))
        or money.find_pay(title) is not None
        or words.employment_type(title)
        or bool(words.label(title))
        for title in titles
    )
    points -= 3.0 * odd / len(cards)
    points -= (
        3.0
        * sum(bool(_CATEGORY.search(title)) or (words.job_text(title) and words.occupations(title) == 0) for title in titles)
        / len(cards)
    )
    points -= 3.0 * sum(words.bare(title) in words.entries_of("not_advert", "title") for title in titles) / len(cards)
    points -= 1.5 if len({card.title for card in whole}) < 0.5 * len(whole) and len(whole) > 3 else 0.0
    lengths = sum(len(title.split()) for title in titles) / len(cards)
    points -= 1.0 if lengths < 1.3 and occupied < 0.3 else 0.0
    return points - (1.5 if sum(map(len, titles)) / len(cards) > 110 else 0.0)


def _title_role(card: Card) -> bool:
    near = [card.node, *list(card.node.iterancestors())[:2], *list(card.node.iterdescendants())[:3]]
    return any("title" in elements.roles_of(element) for element in near if isinstance(element.tag, str))


def _in_heading(card: Card) -> bool:
    return card.node.tag in HEADINGS or any(around.tag in HEADINGS for around in list(card.node.iterancestors())[:3])


def _is_link(card: Card) -> bool:
    return (
        card.node.tag == "a"
        or card.node.find(".//a") is not None
        or any(around.tag == "a" for around in list(card.node.iterancestors())[:3])
    )


def _field_title(card: Card) -> bool:
    roles = elements.field_roles(card.node, levels=2)
    return bool(roles & {"employer", "place", "pay", "date"}) and "title" not in roles


def _told(cards: list[Card]) -> float:
    """How many pieces, up to three, cards show beside their titles."""
    return sum(min(3, len([piece for piece in card_pieces(card) if not words.is_ui(piece.text)])) for card in cards) / len(cards)


def _card_points(cards: list[Card]) -> float:
    """Points for cards that say more than a title, and name employer, place, pay or date."""
    told = _told(cards)
    points = 0.4 * told - (1.0 if told < 0.5 else 0.0)
    for role, worth in (("employer", 1.0), ("place", 1.0), ("pay", 0.5), ("date", 0.3)):
        points += worth * sum(any(role in piece.roles for piece in card_pieces(card)) for card in cards) / len(cards)
    points += 0.7 * _share(cards, _shows_place)
    points += 0.5 * sum(any(money.find_pay(piece.text) for piece in card_pieces(card)[:12]) for card in cards) / len(cards)
    points += (
        0.7
        * sum(any(words.label(piece.text.split(":")[0]) for piece in card_pieces(card)[:12] if ":" in piece.text) for card in cards)
        / len(cards)
    )
    return points - 2.0 * sum(_is_other_thing(card) for card in cards) / len(cards)


def _is_other_thing(card: Card) -> bool:
    """Whether the card's element is called a product, an article, a comment or a person."""
    tokens = {token for root in card.roots for name in elements.names_of(root).split()[:6] for token in words.name_tokens(name)}
    return bool(tokens & words.entries_of("roles", "not_card")) and not words.job_tokens(sorted(tokens))
