"""One card of a listing: its title, the elements it is made of, and its pieces of text."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from crawlers.readers.parts import elements, words
from crawlers.readers.parts.elements import Piece


@dataclass(slots=True)
class Card:
    """One title with the part of the page that belongs to it."""

    title: str
    node: HtmlElement
    """The element of the title."""
    roots: list[HtmlElement]
    """The elements of the card: one, or several neighbours."""
    url: str = ""
    """Canonical address of the detail page, fragment kept; "" where the card has none."""
    pieces: list[Piece] | None = None
    """Its pieces of text once they were asked for."""


def card_pieces(card: Card) -> list[Piece]:
    """The pieces of text of a card without its title, read once."""
    if card.pieces is None:
        inside = set(card.node.iter())
        found = [piece for root in card.roots for piece in elements.pieces(root)]
        card.pieces = [piece for piece in found if piece.element not in inside or piece.text not in card.title]
    return card.pieces


def is_job_card(card: Card) -> bool:
    """Whether one card alone is surely a job: its element is called so, and it leads somewhere."""
    names = [token for root in card.roots for token in words.name_tokens(elements.names_of(root))]
    return bool(card.url) and words.job_tokens(names) and words.occupations(card.title) > 0
