"""A page that its source vouches for as an advert, however few marks of one it has: a short or messy classified.

Used where a source names by pattern which addresses are adverts. Consent walls, captchas and "no longer there" pages still give nothing.
"""

from __future__ import annotations

from dataclasses import replace

from lxml.html import HtmlElement

from crawlers.readers import advert
from crawlers.readers.parts import auto, document, fields, maintext, verdict
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.text import element_text
from crawlers.reading import Page, Reading

NAME = "vouched"
VERSION = "1"

MOST_LISTS = 500
FEWEST = 10
"""Characters of text below which even a vouched page says nothing."""


def recognises(page: Page) -> float:
    """Never by itself: a source has to ask for it."""
    del page
    return 0.0


def read(page: Page) -> Reading:
    """What structured data say; where there are none, the main text of the page as one advert, link lists and page foot left out."""
    usual = auto.read(page)
    if usual.adverts and usual.reader != advert.NAME:
        return usual
    opened = document.opened(page)
    main = maintext.main_of(opened, without=_furniture(opened))
    front = verdict.blocked(opened)
    if front or main is None or not main.title or len(main.text) < FEWEST:
        return replace(usual, adverts=(), reader=NAME, version=VERSION, reason=front or usual.reason or "the page has too few words")
    found = advert.advert_of(opened, main, fields.labelled(main.text.split("\n")))
    return Reading(adverts=(found,), reader=NAME, version=VERSION)


def _furniture(opened: Document) -> list[HtmlElement]:
    """Lists that hold links and nothing else ("also looked at"), and what follows the last ruled line: the board's own words."""
    tree = opened.tree
    if tree is None:
        return []
    lists = [element for element, _ in zip(tree.iter("ul", "ol", "nav"), range(MOST_LISTS), strict=False) if _only_links(element)]
    rules = [element for element, _ in zip(tree.iter("hr"), range(MOST_LISTS), strict=False)]
    return [*lists, *(list(rules[-1].itersiblings()) if rules else [])]


def _only_links(element: HtmlElement) -> bool:
    linked = sum(len(element_text(link, limit=500)) for link in element.iter("a"))
    return linked > 0 and linked >= 0.8 * len(element_text(element, limit=5_000))
