"""Every link of a page, for lists whose source says by ``include`` which of them are adverts: nothing is guessed about cards."""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.readers import listing
from crawlers.readers.parts import document
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.text import element_text
from crawlers.reading import Page, Reading
from crawlers.urls import canonical

NAME = "links"
VERSION = "1"

_ONWARD = ("»", "›", "→", ">>", "⟩")
MOST = 5_000
"""Links of one page that are looked at."""


def recognises(page: Page) -> float:
    """Never by itself: a source has to ask for it."""
    del page
    return 0.0


def read(page: Page) -> Reading:
    """No adverts; the addresses of all links in order, each once, and the next pages."""
    opened = document.opened(page)
    if opened.tree is None:
        return Reading(reader=NAME, version=VERSION, reason="the page has no mark-up that can be read")
    hrefs = [element.get("href") or "" for element, _ in zip(opened.tree.iter("a"), range(MOST), strict=False)]
    links = dict.fromkeys(url for href in hrefs if href and (url := canonical(href, base=opened.url)))
    reason = "" if links else "the page has no links"
    following = tuple(listing.next_pages(opened)) or tuple(_pointing_on(opened))
    return Reading(links=tuple(links), next_pages=following, reader=NAME, version=VERSION, reason=reason)


def _pointing_on(opened: Document) -> Iterator[str]:
    """The link whose words end in an arrow to the right, whatever they are."""
    for element, _ in zip(opened.tree.iter("a") if opened.tree is not None else (), range(MOST), strict=False):
        text = element_text(element, limit=60).strip()
        if element.get("href") and text.endswith(_ONWARD) and len(text) <= 30:
            yield canonical(element.get("href"), base=opened.url)
            return
