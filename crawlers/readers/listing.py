"""Listing pages: repeated cards with links. Gives the detail pages, the next pages, and an advert for each card (``complete`` false)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawlers.readers.parts import cardfields, cards, document, places, record, words
from crawlers.readers.parts.card import Card
from crawlers.readers.parts.dates import read_date
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.text import element_text, one_line
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

NAME = "listing"
VERSION = "1"

_COMPANY_PAGE = re.compile(
    r"^(?:careers?|jobs?|vacanc(?:y|ies)|openings|current openings|job openings|open positions|work|karriere|stellen|offres|empleos?"
    r"|trabaja|praca)"
    r"\s+(?:at|with|for|@|bei|chez|en|w|hos|presso|na)\s+(?P<employer>[^|–—:]{2,60})",
    re.I,
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}")
_PAGE_NUMBER = re.compile(r"[?&/](?:page|p|pg|seite|pagina|strona|start|offset|pn|trang)[=/-]?(\d{1,5})\b", re.I)


def recognises(page: Page) -> float:
    """0.5 for any HTML: whether there are cards is only known by looking."""
    return 0.5 if document.opened(page).form == "html" else 0.0


def read(page: Page) -> Reading:
    """The cards of a page as adverts, their addresses as links, and the next pages."""
    opened = document.opened(page)
    groups = [group for group in cards.find(opened) if not group.related]
    adverts = [advert for group in groups for advert in of_group(group, opened)]
    reason = "" if adverts else "no repeated cards of jobs on the page"
    links = tuple(canonical(advert.url) for advert in adverts if advert.url)
    return Reading(
        adverts=tuple(adverts),
        links=links,
        next_pages=tuple(next_pages(opened)) if adverts else (),
        reader=NAME,
        version=VERSION,
        reason=reason,
    )


def of_group(group: cards.Group, opened: Document) -> list[Draft]:
    """An advert for each card."""
    company = _COMPANY_PAGE.match(opened.title)
    employer = one_line(company.group("employer")).strip(" -.") if company else ""
    told = cardfields.of_cards(group.cards, employer=employer)
    order = _day_order([said.date for said in told], opened.language)
    addresses = _addresses(group.cards)
    return [_advert(card, said, url, opened, order=order) for card, said, url in zip(group.cards, told, addresses, strict=True)]


def _advert(card: Card, said: cardfields.CardFields, url: str, opened: Document, *, order: str) -> Draft:
    country = places.country_in(said.place)
    lines = [line for root in card.roots for line in element_text(root, limit=20_000).split("\n") if not words.is_ui(line)]
    raw = {"employer": said.employer, "place": said.place, "pay": said.pay.raw if said.pay else "", "date": said.date, "until": said.until}
    return Draft(
        url=url,
        title=card.title,
        text="\n".join(line for line in dict.fromkeys(lines) if line.removeprefix("- ") != card.title),
        employer=said.employer,
        place=said.place,
        country=country,
        pay=said.pay,
        posted_on=read_date(said.date, language=order),
        valid_until=read_date(said.until, language=order),
        languages=record.languages_of(opened.language),
        complete=False,
        raw={name: value for name, value in raw.items() if value},
    )


def _day_order(dates: list[str], language: str) -> str:
    """The language that tells day from month: the page's, or for none and plain English what the dates of the page have in common."""
    if language not in {"", "en"}:
        return language
    numbers = [found.groups() for text in dates if (found := _NUMERIC.search(text))]
    first, second = any(int(day) > 12 for day, _ in numbers), any(int(month) > 12 for _, month in numbers)
    return "en-US" if second and not first else "en-GB" if first and not second else language


def _addresses(found: list[Card]) -> list[str]:
    """The cards' addresses in canonical form; fragments stay where they alone tell two cards apart."""
    plain = [canonical(card.url) for card in found]
    titles: dict[str, set[str]] = {}
    for card, url in zip(found, plain, strict=True):
        titles.setdefault(url, set()).add(card.title)
    return [card.url if len(titles[url]) > 1 and card.url != url and url else url for card, url in zip(found, plain, strict=True)]


def next_pages(opened: Document) -> Iterator[str]:
    """Addresses of the next page: by ``rel``, by the words or label of the link, else the page number that follows this one's."""
    tree = opened.tree
    if tree is None:
        return
    links = [element for element, _ in zip(tree.iter("a", "link"), range(5_000), strict=False) if element.get("href")]
    for element in links:
        said = (element_text(element, limit=60), element.get("aria-label") or "", element.get("title") or "")
        relation = (element.get("rel") or "").lower().split()
        if "next" in relation or (element.tag == "a" and any(text and words.is_next(text) for text in said)):
            found = canonical(element.get("href") or "", base=opened.url)
            if found and not _is_carousel(element):
                yield found
                return
    yield from _numbered(links, opened.url)


def _is_carousel(element: HtmlElement) -> bool:
    return any(name in (element.get("class") or "").lower() for name in ("slick", "swiper", "carousel", "slider"))


def _numbered(links: list[HtmlElement], url: str) -> Iterator[str]:
    here = _PAGE_NUMBER.search(url)
    wanted = str(int(here.group(1)) + 1) if here else "2"
    for element in links:
        href = element.get("href") or ""
        number = _PAGE_NUMBER.search(href)
        if element.tag == "a" and number and number.group(1) == wanted and element_text(element, limit=20).strip() == wanted:
            yield canonical(href, base=url)
            return
