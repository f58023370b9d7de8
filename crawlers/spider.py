"""The one spider: fetches what ``crawlers.crawl`` plans for a source and hands it every answer, captured.

    scrapy crawl board -a source=crawlers/sources/NAME.yml [-a known=FILE] [-a landing=FOLDER] [-a captures=FOLDER] [-a base=URL]

``manage.py crawl`` runs this in a process of its own, for a reactor starts only once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from adverts.records import FairwatchError
from crawlers import failures, landing, manners, resolver
from crawlers.answer import Answer
from crawlers.backlog import Backlog, Captured
from crawlers.captures import CaptureWriter
from crawlers.catchup import CatchUp
from crawlers.crawl import NOT_READ, Crawl
from crawlers.health import Health
from crawlers.itinerary import LISTS, Role, Visit
from crawlers.known import Known, read_known
from crawlers.landing import LandingError, LandingFile
from crawlers.reading import Page, Reading
from crawlers.readings import ReadingBroke, Readings
from crawlers.responses import answer_of
from crawlers.source import Source, load
from settings.crawling import ACCEPT, user_agent

log = logging.getLogger(__name__)

PROGRESS = 1.0
"""Seconds between two lines of progress in the log."""


class CrawlError(FairwatchError):
    """A crawl cannot start; the message says why and what to do."""


class BoardSpider(scrapy.Spider):
    """Crawls one source."""

    name = "board"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **options: Any) -> BoardSpider:
        """Read the source and set Scrapy to its rate, hosts and languages. Raises ``FairwatchError`` where the crawl cannot start."""
        source = _source(options)
        contact = crawler.settings.get("OPERATOR_CONTACT", "")
        source.require_contact(contact)
        for name, value in _settings(source, contact).items():
            crawler.settings.set(name, value, priority="spider")
        spider: BoardSpider = super().from_crawler(crawler, *args, source=source, **options)
        crawler.signals.connect(spider.refill, signal=signals.scheduler_empty)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.stumbled, signal=signals.spider_error)
        return spider

    def __init__(
        self, *, source: Source, landing: str = "", captures: str = "", known: str = "", run: str = "", limit: str = "0", **unknown: str
    ) -> None:
        super().__init__(self.name)
        if unknown:
            raise CrawlError(f"unknown arguments {sorted(unknown)}; known are source, known, landing, captures, base, run and limit")
        self.source, self.stopped = source, ""
        self.left_alone: set[str] = set()
        """Hosts that keep refusing and are asked no more."""
        self._options = {"landing": landing, "captures": captures, "known": known, "run": run, "limit": limit}
        self._said = 0.0
        self._under_way: set[str] = set()
        self._fetched_at = datetime.now(UTC)

    async def start(self) -> AsyncIterator[Any]:
        """Open the files, then start with the lists."""
        try:
            self._open(datetime.now(UTC))
        except FairwatchError as error:
            log.error("%s", error)
            raise CloseSpider("cannot-start") from error
        request = self._next_request()
        if request is not None:
            yield request

    def _open(self, now: datetime) -> None:
        settings, options = self.settings, self._options
        folder = Path(options["landing"] or settings["LANDING_DIR"])
        self._lock = landing.lock(folder, source=self.source.name)
        self.health = Health(source=self.source.name, started_at=now)
        rows = read_known(Path(options["known"])) if options["known"] else []
        killed = landing.killed_runs(folder, source=self.source.name, now=now)
        self.file = LandingFile(folder, source=self.source.name, now=now, stem=options["run"])
        root = Path(options["captures"] or settings["CAPTURES_DIR"])
        self.captures = CaptureWriter(
            root,
            source=self.source.name,
            about=_about(self.source, settings["USER_AGENT"]),
        )
        self.crawl = Crawl(self.source, known=Known(rows), file=self.file, health=self.health, limit=int(options["limit"]))
        for path in killed:
            self.crawl.take_over(landing.read_lines(path))
        self._killed = killed
        self._captured = Captured(path.with_suffix(".owed") for path in killed)
        self.readings = Readings(module=settings["READING_WORKER"], workers=settings.getint("READING_WORKERS"), root=root)
        self.backlog = Backlog(self.file.path.with_suffix(".owed"))
        self.catch_up = CatchUp(self.backlog, self.readings, judge=self._judge, done=self._caught_up)

    # --- from plan to request

    def refill(self) -> None:
        """Give Scrapy the next few pages when it has none: the plan stays ours, so memory stays flat however long it is."""
        if not hasattr(self, "crawl") or self.stopped:
            return
        for _ in range(self._room()):
            request = self._next_request()
            if request is None:
                return
            self.crawler.engine.crawl(request)

    def _room(self) -> int:
        """How many more pages may be on their way; in a dry run no more than are still wanted, for reading comes after fetching."""
        if not self.crawl.limit:
            return 2 * self.source.concurrency
        wanted = self.crawl.limit - self.health.counts["adverts"] - len(self._under_way)
        return max(wanted, 0 if self._under_way else 1)

    def _next_request(self) -> Request | None:
        """The request for the next planned page; those that a killed run had captured are read from there on the way."""
        while (visit := self.crawl.itinerary.next()) is not None:
            answer = self._captured.answer_to(visit) if visit.role not in LISTS else None
            kind = self.crawl.kind_of(answer) if answer is not None else ""
            if answer is not None and kind and not self.crawl.limit:
                self.health.count("from_captures")
                self._owe(answer, kind)
            elif request := self._request(visit):
                return request
        return None

    def _request(self, visit: Visit) -> Request | None:
        headers, sha256 = self.crawl.conditions(visit)
        meta: dict[str, Any] = {"visit": visit, "known_sha256": sha256}
        if visit.role is Role.SITEMAP:
            meta["download_maxsize"] = manners.MAX_SITEMAP
        try:
            request = Request(visit.url, headers=headers, meta=meta, callback=self.answered, errback=self.not_answered, dont_filter=True)
        except ValueError:
            self.crawl.failed(visit, "bad-address")
            return None
        self._under_way.add(visit.url)
        return request

    # --- from answer to judgement

    async def answered(self, response: Response) -> None:
        """Take an answer of any status. What leads on to further pages is read and judged at once, the page of an advert in its turn."""
        answer = answer_of(response, now=datetime.now(UTC))
        self._fetched_at = answer.at
        self.health.count("fetched")
        kind = self.crawl.kind_of(answer)
        if kind and answer.visit.role not in LISTS and answer.capture is not None and not self.crawl.limit:
            await self.catch_up.room()
            self._owe(answer, kind)
            self._under_way.discard(answer.visit.url)
        else:
            self._judge(answer, await self._reading(answer, kind))
        self._say()

    def _owe(self, answer: Answer, kind: str) -> None:
        try:
            self.catch_up.owe(answer, kind=kind)
        except LandingError as error:
            self.stop("landing-failed", str(error))

    async def _reading(self, answer: Answer, kind: str) -> Reading | ReadingBroke:
        if not kind:
            return NOT_READ
        page = Page(body=answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset)
        try:
            return await self.readings.read(page, kind=kind)
        except ReadingBroke as error:
            return error

    def _judge(self, answer: Answer, found: Reading | ReadingBroke) -> None:
        """Have the crawl judge an answer as it was read; whatever goes wrong costs this page alone."""
        try:
            if isinstance(found, ReadingBroke):
                log.error("%s", found)
                self.crawl.failed(answer.visit, found.kind)
            else:
                self.crawl.answered(answer, found)
        except LandingError as error:
            self.stop("landing-failed", str(error))
        except Exception:
            log.exception("the judging of %s broke", answer.visit.url)
            self.crawl.failed(answer.visit, "judging-broke")
        self._under_way.discard(answer.visit.url)
        if self.crawl.full:
            self.stop("limit", f"{self.crawl.health.counts['adverts']} adverts were read, as asked")
        self._say()

    def not_answered(self, failure: Failure) -> None:
        """Count a page that could not be had, by kind."""
        request: Request = failure.request  # type: ignore[attr-defined]
        host = urlsplit(request.url).hostname or ""
        kind = failures.kind(failure.value or Exception(), host=host)
        if kind == "robots" and self.health.hosts.get(urlsplit(request.url).netloc, {}).get("robots") == "private-address":
            kind = "private-address"
        if kind == "robots":
            log.warning("robots.txt forbids %s", request.url)
        visit = request.meta["visit"]
        self._under_way.discard(visit.url)
        if not self.stopped:
            self.crawl.failed(visit, kind)
        self._say()

    def stumbled(self, failure: Failure, response: Response) -> None:
        """The judging of a page broke: Scrapy has logged the traceback, the crawl goes on."""
        if response is not None:
            visit = response.meta["visit"]
            self._under_way.discard(visit.url)
            self.crawl.failed(visit, "judging-broke")

    def stop(self, reason: str, why: str) -> None:
        """End the crawl early; nothing more is fetched and nothing is said to be gone."""
        if not self.stopped:
            log.warning("%s: %s", reason, why)
            self.stopped = reason
            self.crawl.itinerary.clear()
            self.backlog.clear()

    # --- the end

    def idle(self) -> None:
        """All planned pages are done: look for the adverts not met, then close."""
        if not hasattr(self, "crawl"):
            return
        if self.stopped:
            raise CloseSpider(self.stopped)
        if self.catch_up.busy:
            self.readings.hurry()
            raise DontCloseSpider
        if self.crawl.nothing_left():
            self.refill()
            raise DontCloseSpider

    def _caught_up(self) -> None:
        """All that was captured is read. Where nothing is left to fetch either, Scrapy, which looks up every few seconds, need not wait."""
        engine = self.crawler.engine
        if engine is None or not engine.spider_is_idle():
            return
        reason = "finished"
        try:
            self.idle()
        except DontCloseSpider:
            return
        except CloseSpider as error:
            reason = error.reason
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))

    async def closed(self, reason: str) -> None:
        """Read what still waits, write the last lines and the report; called by Scrapy however the crawl ends, except by a kill."""
        if not hasattr(self, "crawl"):
            return
        await self.catch_up.finish()
        now = datetime.now(UTC)
        self.readings.close()
        try:
            self.crawl.finish(ended=reason, now=now)
            self.file.close()
            self.captures.close()
            self.backlog.close()
        except (LandingError, OSError) as error:
            log.error("%s", error)
            reason = "landing-failed"
        self._report(reason, now)
        self._lock.release()

    def _report(self, reason: str, now: datetime) -> None:
        report = self.health.report(
            ended=reason, now=now, unread=self.crawl.itinerary.unread, expected=self.source.expected,
            landing=f"{self.source.name}/{self.file.path.name}", captures=self.captures.files, capture_bytes=self.captures.bytes,
            left_alone=sorted(self.left_alone), user_agent=self.settings["USER_AGENT"], fetched_at=self._fetched_at.isoformat(),
        )  # fmt: skip
        landing.write_report(self.file.report_path, report)
        for path in self._killed:
            closed = {"source": self.source.name, "ended": "killed", "taken_over_by": self.file.stem}
            landing.write_report(path.with_suffix(".report.json"), closed)
            path.with_suffix(".owed").unlink(missing_ok=True)
        for alarm in report["alarms"]:
            log.warning("alarm: %s", alarm)
        self._say(last=True)

    def _say(self, *, last: bool = False) -> None:
        if last or monotonic() - self._said >= PROGRESS:
            self._said = monotonic()
            waiting = len(self.crawl.itinerary)
            log.info("progress %s", json.dumps({**self.health.counts, "waiting": waiting}))


def _source(options: dict[str, Any]) -> Source:
    path, base = options.pop("source", ""), options.pop("base", "")
    if not path:
        raise CrawlError("no source is given; add -a source=crawlers/sources/NAME.yml")
    source = load(Path(path))
    return source.rebased(base) if base else source


def _settings(source: Source, contact: str) -> dict[str, Any]:
    languages = ", ".join([*source.languages, "*;q=0.5"])
    return {
        "USER_AGENT": user_agent(contact),
        "DOWNLOAD_DELAY": 1.0 / source.rate,
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.concurrency,
        "CONCURRENT_REQUESTS": source.concurrency + 4,
        "DEFAULT_REQUEST_HEADERS": {"Accept": ACCEPT, "Accept-Language": languages},
        resolver.ALLOWED: [f"{host}:{port}" for host, port in source.private_netlocs],
    }


def _about(source: Source, agent: str) -> dict[str, str]:
    return {
        "http-header-user-agent": agent,
        "robots": "obeyed",
        "source": f"{source.name}: {source.title}",
        "legal-basis": source.legal_basis,
        "purpose": source.purpose,
    }
