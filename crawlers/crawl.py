"""What a crawl makes of each answer: adverts to land, pages to visit next, adverts that are unchanged or gone. No Scrapy in here.

The spider fetches and captures; this module judges. It writes landing lines as soon as an advert is read, except the lines that
say an advert is gone: those wait for the end, when it is known whether the lists were read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from adverts.records import Capture
from crawlers import landing, sitemaps
from crawlers.answer import Answer
from crawlers.health import Health
from crawlers.itinerary import LISTS, Itinerary, Role, Visit
from crawlers.known import Known, KnownAdvert, page_key
from crawlers.landing import LandingFile
from crawlers.reading import WALL, Draft, Reading
from crawlers.source import Source, Start

MAX_DEPTH = 3
"""How deep sitemap indexes may lie in one another."""
GONE = frozenset({404, 410})
NOT_READ = Reading(reason="was not read")


class Crawl:
    """One crawl of one source."""

    def __init__(self, source: Source, *, known: Known, file: LandingFile, health: Health, limit: int = 0) -> None:
        """``limit`` ends the crawl after so many adverts (0: none); nothing is then said to be gone."""
        self.source, self.known, self.health = source, known, health
        self.itinerary = Itinerary(source, known)
        self._file, self.limit = file, limit
        self._landed: set[str] = set()
        self._fresh_pages: set[str] = set()
        self._gone: dict[str, dict[str, Any]] = {}
        self._asked = False

    @property
    def full(self) -> bool:
        """Whether the limit of adverts was reached."""
        return 0 < self.limit <= len(self._landed)

    def take_over(self, lines: Iterable[dict[str, Any]]) -> None:
        """Count what a killed run had landed as met by this one: it is neither fetched nor landed again."""
        for line in lines:
            own_id = str(line.get("source_id") or line.get("url") or "")
            if line.get("event") in {"seen", "unchanged"} and own_id and own_id not in self._landed:
                self._landed.add(own_id)
                self._fresh_pages.add(str(line.get("url", "")))
                self.known.meet(own_id)
                self.health.count("taken_over")

    def conditions(self, visit: Visit) -> tuple[dict[str, str], str]:
        """Headers that make a request conditional, and the SHA-256 of the page as last captured; empty where it is not known."""
        rows = [] if visit.role in LISTS else self.known.on_page(page_key(visit.url))
        if not rows or any(row.closed for row in rows):
            return {}, ""
        named = {"If-None-Match": rows[0].etag, "If-Modified-Since": rows[0].last_modified}
        return {name: value for name, value in named.items() if value and value.isprintable()}, rows[0].sha256

    def failed(self, visit: Visit, kind: str) -> None:
        """Note that a page could not be had. Where robots.txt forbids it, the card that the list itself showed has to do."""
        self.health.error(kind, visit.url)
        self.itinerary.fail(visit, kind)
        if kind == "robots" and visit.fallback is not None:
            self._write(visit.fallback)

    def kind_of(self, answer: Answer) -> str:
        """The reader that an answer must be read with before it is judged; empty where it needs no reading."""
        if not 200 <= answer.status < 300 or answer.visit.role is Role.SITEMAP:
            return ""
        if answer.visit.role is Role.LIST:
            return answer.visit.start.reader
        return "" if self._is_as_it_was(answer) else self.source.reader

    def _is_as_it_was(self, answer: Answer) -> bool:
        return answer.status == 304 or (answer.same and bool(self.known.on_page(page_key(answer.visit.url))))

    def answered(self, answer: Answer, reading: Reading = NOT_READ) -> None:
        """Judge one answer, read as ``kind_of`` wants it."""
        visit, status = answer.visit, answer.status
        if self._is_as_it_was(answer):
            self._unchanged(answer)
        elif status in GONE and visit.role not in LISTS:
            self._not_found(answer)
        elif status in GONE and visit.start.paging is not None and visit.number > 1:
            self.health.count("lists")  # a board that answers 404 past its last page
        elif not 200 <= status < 300:
            self.failed(visit, f"status-{status}")
        else:
            self.health.count("pages")
            {Role.SITEMAP: self._sitemap, Role.LIST: self._list}.get(visit.role, self._page)(answer, reading)

    def nothing_left(self) -> bool:
        """Called when all planned pages are done: plan to look for the adverts not met. Whether there is more to fetch."""
        if self._asked or self.full or not self.itinerary.whole:
            return False
        self._asked = True
        if self.source.details == "never" and self.source.lists_all:
            return False
        return self.itinerary.ask_for_missing() > 0

    def finish(self, *, ended: str, now: datetime) -> None:
        """Write the lines for adverts that are gone, if the crawl ended by itself and the lists were read whole."""
        whole = ended == "finished" and self.itinerary.whole and not self.full
        if whole and self.source.details == "never" and self.source.lists_all:
            self._say_missing_gone(now)
        if not whole:
            self.health.count("gone_withheld", len(self._gone))
            return
        for line in self._gone.values():
            self._file.write(line)
            self.health.count("gone")

    # --- lists

    def _sitemap(self, answer: Answer, _: Reading) -> None:
        visit = answer.visit
        self.health.count("lists")
        shown = 0
        try:
            for entry in sitemaps.entries(answer.body):
                if entry.is_sitemap:
                    shown += 1
                    self._deeper(visit, entry.url)
                elif visit.start.wants(entry.url):
                    shown += 1
                    self._listed_page(visit, entry, answer)
        except sitemaps.SitemapError as error:
            self.health.error("no-sitemap", visit.url)
            self.itinerary.fail(visit, str(error))
        else:
            if not shown:
                self.itinerary.fail(visit, "the sitemap shows no address that is wanted; look at include and exclude")

    def _deeper(self, visit: Visit, url: str) -> None:
        if visit.number >= MAX_DEPTH:
            self.itinerary.fail(visit, f"sitemaps lie more than {MAX_DEPTH} deep in one another")
        else:
            self.itinerary.add(replace(visit, url=url, number=visit.number + 1))

    def _listed_page(self, visit: Visit, entry: sitemaps.Entry, answer: Answer) -> None:
        page = page_key(entry.url)
        self.itinerary.list_page(visit, [page], [])
        days = visit.start.newer_than_days
        if days is not None and entry.changed_on is not None and entry.changed_on < answer.at.date() - timedelta(days=days):
            self.known.meet_page(page)
            self.health.count("too_old")
            return
        self._plan(Visit(url=entry.url, role=Role.DETAIL, start=visit.start))

    def _list(self, answer: Answer, reading: Reading) -> None:
        visit = answer.visit
        self.health.count("lists")
        self.health.count("walls", reading.reason == WALL)
        drafts = [draft for draft in reading.adverts if visit.start.wants(draft.url)]
        taken = {draft.url for draft in drafts}
        links = [link for link in reading.links if page_key(link) not in taken and visit.start.wants(link)]
        if not reading.adverts and not reading.links and (visit.number == 1 or visit.start.paging is None):
            self.itinerary.fail(visit, f"shows no advert: {reading.reason or 'no reason given'}")
        for draft in drafts:
            self._listed_draft(draft, answer, reading)
        if self.source.details != "never":
            for link in links:
                self._plan(Visit(url=link, role=Role.DETAIL, start=visit.start))
        shown = [draft.source_id or draft.url for draft in drafts] + [page_key(link) for link in links]
        self.itinerary.list_page(visit, shown, reading.next_pages)

    def _listed_draft(self, draft: Draft, answer: Answer, reading: Reading) -> None:
        has_page = draft.url not in {page_key(answer.url), page_key(answer.visit.url)}
        if has_page:
            draft = self._named(draft, draft.url)
        self.known.meet(draft.source_id or draft.url)
        line = self._line(draft, answer, reading)
        if has_page and (self.source.details == "always" or (self.source.details == "when-needed" and not draft.complete)):
            self._plan(Visit(url=draft.url, role=Role.DETAIL, start=answer.visit.start, card=draft, fallback=line))
        else:
            self._write(line)

    def _plan(self, visit: Visit) -> None:
        """Plan the page of an advert that a list shows, unless a killed run has just read it."""
        page = page_key(visit.url)
        self.known.meet_page(page)
        if page not in self._fresh_pages:
            self.itinerary.add(visit)

    # --- pages of single adverts

    def _page(self, answer: Answer, reading: Reading) -> None:
        visit = answer.visit
        self.health.count("walls", reading.reason == WALL)
        here = {page_key(answer.url), page_key(visit.url)}
        # cards of other adverts on this page ("similar jobs") are none of its own
        drafts = [draft for draft in reading.adverts if draft.complete or draft.url in here]
        if len(drafts) == 1:
            drafts = [self._identified(drafts[0], answer)]
        for draft in drafts:
            self._write(self._line(draft, answer, reading, validators=len(drafts) == 1))
        if not drafts:
            self.health.without(reading.reason or "only cards of other adverts", visit.url)
            self._fall_back(visit, answer.at)
        if visit.known is not None and not self.known.has_met(visit.known.own_id):
            self._asked_in_vain(answer, visit.known, found=drafts)

    def _identified(self, draft: Draft, answer: Answer) -> Draft:
        """The one advert of a page, with what its card said beside, under the id it already goes by."""
        visit = answer.visit
        if visit.card is not None:
            draft = _with_card(draft, visit.card)
        return self._named(draft, visit.url) if page_key(answer.url) == page_key(visit.url) else draft

    def _named(self, draft: Draft, url: str) -> Draft:
        """The draft under the id that the ledger knows for the advert of its page: ids of lists and of pages often differ."""
        rows = self.known.on_page(page_key(url))
        if len(rows) != 1:
            return draft
        return replace(draft, source_id=rows[0].source_id, url=draft.url if rows[0].source_id else rows[0].url)

    def _fall_back(self, visit: Visit, at: datetime) -> None:
        """Where the page gave nothing, keep to what the list showed today: a new advert lands as its card, an open one is still there.

        The card of a known advert is not landed, for the ledger has a fuller text. A sitemap shows addresses alone and vouches for none.
        """
        line = visit.fallback
        row = self.known.get(line["source_id"] or line["url"]) if line else None
        if line and row and not row.closed:
            self._still_there(row, at)
        elif line and line["text"].strip():
            self._write(line)

    # --- lines

    def _line(self, draft: Draft, answer: Answer, reading: Reading, *, validators: bool = False) -> dict[str, Any]:
        """The landing line of an advert; with ``validators`` where the answer was the advert's own page."""
        return landing.seen(
            draft, source=self.source.name, seen_at=answer.at, capture=answer.capture, reader=reading.reader, version=reading.version,
            etag=answer.etag if validators else "", last_modified=answer.last_modified if validators else "",
            languages=self.source.languages,
        )  # fmt: skip

    def _write(self, line: Mapping[str, Any]) -> None:
        own_id = line["source_id"] or line["url"]
        row = self.known.get(own_id)
        self.known.meet(own_id)
        if own_id in self._landed or self.full:
            return
        self._file.write(line)
        self._landed.add(own_id)
        self.health.advert(line)
        if row is None or row.closed:
            self.health.count("new" if row is None else "returned")

    # --- known adverts

    def _unchanged(self, answer: Answer) -> None:
        rows = self.known.on_page(page_key(answer.visit.url))
        if not rows:
            self.failed(answer.visit, "status-304")
        for row in rows:
            self._still_there(row, answer.at)

    def _still_there(self, row: KnownAdvert, at: datetime) -> None:
        self.known.meet(row.own_id)
        if row.own_id not in self._landed:
            self._landed.add(row.own_id)
            self._file.write(landing.unchanged(source=self.source.name, source_id=row.source_id, url=row.url, seen_at=at))
            self.health.count("unchanged")

    def _not_found(self, answer: Answer) -> None:
        rows = [row for row in self.known.on_page(page_key(answer.visit.url)) if not row.closed]
        if not rows:
            self.health.count("dead_links")
        for row in rows:
            self._say_gone(row, answer.at, status=answer.status, reason=f"its page answered {answer.status}", capture=answer.capture)

    def _asked_in_vain(self, answer: Answer, row: KnownAdvert, *, found: list[Draft]) -> None:
        """A known advert that no list shows, whose address now shows something else."""
        moved = answer.redirect and page_key(answer.url) != page_key(answer.visit.url)
        if moved and self.source.lists_all and (found or _leads_home(answer.url, self.source.start)):
            reason = f"no list shows it and its address leads to {answer.url}"
            self._say_gone(row, answer.at, status=answer.redirect, reason=reason, capture=answer.capture)
        else:
            # a page that can no longer be read is a fault of the reader until somebody has looked
            self.health.count("doubtful")

    def _say_missing_gone(self, now: datetime) -> None:
        if self.itinerary.listed < self.source.expected.adverts_min:
            self.itinerary.unread.append(f"the list shows {self.itinerary.listed} adverts, fewer than expected")
            return
        for row in self.known.missing():
            self._say_gone(row, now, status=0, reason="no longer listed")

    def _say_gone(self, row: KnownAdvert, at: datetime, *, status: int, reason: str, capture: Capture | None = None) -> None:
        self._gone[row.own_id] = landing.gone(
            source=self.source.name, source_id=row.source_id, url=row.url, seen_at=at, status=status, reason=reason, capture=capture
        )


def _with_card(draft: Draft, card: Draft) -> Draft:
    """The advert of a page, its gaps filled from the list's card; the card's id goes first, for lists are how it is met again."""
    gaps = {
        name: getattr(card, name)
        for name in ("employer", "place", "country", "pay", "posted_on", "valid_until", "languages")
        if not getattr(draft, name)
    }
    own_id = draft.source_id if card.source_id.startswith("~") or not card.source_id else card.source_id
    return replace(draft, source_id=own_id, raw={**card.raw, **draft.raw}, **gaps)


def _leads_home(url: str, starts: tuple[Start, ...]) -> bool:
    """Whether an address is the board's front page or one of its lists, where boards send visitors of closed adverts."""
    if urlsplit(url).path in {"", "/"}:
        return True
    return any(urlsplit(url).path.rstrip("/") == urlsplit(start_url).path.rstrip("/") for start in starts for start_url in start.urls)
