"""What is still to be fetched in one crawl, and what its lists have shown so far. Pure: no Scrapy, no clock.

Lists go first, so that one crawl sees them as near to one moment as can be; then the pages of single adverts; then, once the lists
were read whole, the known adverts that no list showed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.known import Known, KnownAdvert, page_key
from crawlers.reading import Draft
from crawlers.source import Paging, Source, Start


class Role(StrEnum):
    """Why a page is fetched."""

    LIST = "list"
    SITEMAP = "sitemap"
    DETAIL = "detail"
    ASK = "ask"
    """A known advert that the lists no longer show: is it still there?"""


LISTS = frozenset({Role.LIST, Role.SITEMAP})


@dataclass(frozen=True, slots=True)
class Visit:
    """One page to fetch."""

    url: str
    role: Role
    start: Start
    number: int = 1
    """Which page of its list, from 1; for a sitemap, how deep in sitemap indexes."""
    card: Draft | None = None
    """What the list said of the advert, for a detail page."""
    fallback: Mapping[str, Any] | None = None
    """The landing line made from the card, should the page give nothing."""
    known: KnownAdvert | None = None
    """The advert asked for, for the role ask."""


class Itinerary:
    """The pages of one crawl: each once, in order, with the reasons why a list was not read whole."""

    def __init__(self, source: Source, known: Known) -> None:
        self._source, self._known = source, known
        self._lists: deque[Visit] = deque()
        self._pages: deque[Visit] = deque()
        self._planned: set[str] = set()
        self._listed: set[str] = set()
        self.unread: list[str] = []
        """Why the lists count as not read whole, a sentence each; empty: they were."""
        for start in source.start:
            for url in start.urls:
                self.add(Visit(url=url, role=_first_role(start), start=start))

    def __len__(self) -> int:
        return len(self._lists) + len(self._pages)

    @property
    def whole(self) -> bool:
        """Whether every list was read to its end without error."""
        return not self.unread

    @property
    def listed(self) -> int:
        """How many different adverts the lists have shown."""
        return len(self._listed)

    def add(self, visit: Visit) -> bool:
        """Plan a page unless it was planned before; whether it is new."""
        key = page_key(visit.url)
        if key in self._planned:
            return False
        self._planned.add(key)
        (self._lists if visit.role in LISTS else self._pages).append(visit)
        return True

    def next(self) -> Visit | None:
        """Take the next page to fetch."""
        queue = self._lists or self._pages
        return queue.popleft() if queue else None

    def clear(self) -> None:
        """Plan no more of what is waiting."""
        self._lists.clear()
        self._pages.clear()

    def fail(self, visit: Visit, why: str) -> None:
        """Note that a page could not be had; where it is a list, the lists are no longer whole."""
        if visit.role in LISTS:
            self.unread.append(f"{visit.url}: {why}")

    def list_page(self, visit: Visit, shown: Iterable[str], next_pages: Iterable[str]) -> None:
        """Note the adverts (ids or addresses) a list page showed, and plan the page after it."""
        new = set(shown) - self._listed
        self._listed |= new
        following = list(next_pages)
        if visit.start.paging is not None:
            # a page that shows nothing new is the end: some boards repeat their last page for ever
            following = [turned(visit.url, visit.start.paging)] if new else []
        for url in following:
            if visit.number >= visit.start.max_pages:
                self.fail(visit, f"the list goes on after {visit.number} pages; raise max_pages")
                return
            self.add(Visit(url=url, role=Role.LIST, start=visit.start, number=visit.number + 1))

    def ask_for_missing(self) -> int:
        """Plan to ask for each open known advert that was not met; how many."""
        start = self._source.start[0]
        return sum(self.add(Visit(url=row.page, role=Role.ASK, start=start, known=row)) for row in self._known.missing())


def turned(url: str, paging: Paging) -> str:
    """The address of the page after ``url``."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    value = next((value for name, value in pairs if name == paging.parameter), "")
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else paging.first
    kept = [(name, value) for name, value in pairs if name != paging.parameter]
    return urlunsplit(parts._replace(query=urlencode([*kept, (paging.parameter, str(number + paging.step))])))


def _first_role(start: Start) -> Role:
    if start.kind == "sitemap":
        return Role.SITEMAP
    return Role.DETAIL if start.kind == "urls" else Role.LIST
