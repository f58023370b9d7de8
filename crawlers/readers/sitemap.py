"""Sitemaps and sitemap indexes (sitemaps.org 0.9): addresses of pages, newest change kept beside them, no adverts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crawlers.readers.parts import document, xml
from crawlers.readers.parts.dates import read_date
from crawlers.reading import Page, Reading
from crawlers.urls import canonical

NAME = "sitemap"
VERSION = "1"

MAX_ENTRIES = 50_000
"""Entries of one sitemap, the limit of the protocol."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a sitemap."""

    url: str
    changed: date | None = None
    """Day of the last change, where the sitemap says it."""
    is_sitemap: bool = False
    """True for an entry of an index: the address of a further sitemap."""


def recognises(page: Page) -> float:
    """1 for an XML body whose root is ``urlset`` or ``sitemapindex``."""
    opened = document.opened(page)
    return 1.0 if opened.form == "xml" and xml.root_name(opened.text) in {"urlset", "sitemapindex"} else 0.0


def read(page: Page) -> Reading:
    """The addresses: pages as ``links``, further sitemaps as ``next_pages``. Never an advert."""
    found = entries(page)
    links = tuple(entry.url for entry in found if not entry.is_sitemap)
    further = tuple(entry.url for entry in found if entry.is_sitemap)
    reason = "a sitemap has addresses alone" if found else "the sitemap has no addresses"
    return Reading(links=links, next_pages=further, reader=NAME, version=VERSION, reason=reason)


def entries(page: Page) -> list[Entry]:
    """The entries of a sitemap in its order, with the day of their last change, for a date filter."""
    root = xml.parse(document.opened(page).text)
    found: list[Entry] = []
    for element in [] if root is None else root.iter():
        name = xml.local(element)
        if name in {"url", "sitemap"} and len(found) < MAX_ENTRIES:
            values = {xml.local(child): (child.text or "").strip() for child in element}
            url = canonical(values.get("loc", ""), base=page.url)
            if url:
                found.append(Entry(url=url, changed=read_date(values.get("lastmod")), is_sitemap=name == "sitemap"))
    return found
